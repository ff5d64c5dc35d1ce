from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from tests.architecture import scan

from whowhom.errors import RecordError
from whowhom.verification.docking import Floats, Run, compare, dock, measured, read_traces, rejection_rate

TRACES = scan.ROOT.parent / "shared" / "traces"


def stock(n: int, *, mean: float = 20.0, spread: float = 0.15, key: int) -> dict[str, list[Floats]]:
    """Runs whose values are alike: each run has a mean of its own, so that values of one run are no independent draws."""
    luck = np.random.Generator(np.random.Philox(key=key))
    means = mean * np.exp(spread * luck.normal(size=n))
    waits = [luck.gamma(8.0, own / 8.0, size=luck.poisson(20)) for own in means]
    stocks = [luck.normal(own, 1.0, size=100) for own in means]
    return {"wait": waits, "jailed": stocks}


def naive(first: dict[str, list[Floats]], second: dict[str, list[Floats]]) -> bool:
    """The test that many papers make: all waits pooled, as if they were independent; rejects at 0.05."""
    from scipy.stats import ks_2samp

    return bool(ks_2samp(np.concatenate(first["wait"]), np.concatenate(second["wait"])).pvalue <= 0.05)


def some(runs: dict[str, list[Floats]], chosen: range) -> dict[str, list[Floats]]:
    return {name: [groups[i] for i in chosen] for name, groups in runs.items()}


def test_equal_samples_are_rejected_as_rarely_as_promised() -> None:
    """Samples of one distribution are told apart at the stated rate, although runs differ and their ticks depend on each other.

    Null: rate 0.05. 400 independent pairs of 8 and 8 runs; a right test exceeds 44 rejections with probability 1e-6 (binomial). Negative control: the test
    that pools waits as if they were independent rejects far more often than that.
    """
    pairs = [(stock(8, key=100 + 2 * i), stock(8, key=101 + 2 * i)) for i in range(400)]
    rejected = sum(compare(*pair, false_alarm=0.05, permutations=199).rejected for pair in pairs)
    wrongly = sum(naive(*pair) for pair in pairs)
    print(f"rejected {rejected} of 400 (promised 20), pooled test {wrongly}")
    assert 3 <= rejected <= 44
    assert wrongly > 44


def test_different_samples_are_told_apart() -> None:
    """Means that differ by 40 per cent, with a spread of 15 between runs, are told apart in nearly all of 60 pairs of 12 runs at 0.01; equal ones hardly ever."""
    equal, other = stock(80, key=1), stock(80, mean=28.0, key=2)
    power = rejection_rate(equal, other, runs=(12, 12), repeats=60, false_alarm=0.01, permutations=999)
    size = rejection_rate(equal, equal, runs=(12, 12), repeats=60, false_alarm=0.01, permutations=999)
    print(power, size)
    assert power.estimate > 0.9
    assert size.estimate <= 0.1
    assert power.low > size.high


def test_a_difference_that_means_do_not_show() -> None:
    """The same mean with another shape is told apart too."""
    luck = np.random.Generator(np.random.Philox(key=5))
    narrow = {"wait": [luck.gamma(16.0, 20.0 / 16.0, size=30) for _ in range(12)]}
    wide = {"wait": [luck.gamma(1.0, 20.0, size=30) for _ in range(12)]}
    assert compare(narrow, wide).rejected


def test_the_p_value_is_that_of_all_labellings() -> None:
    """With two measures of 3 and 3 runs the p-values are those of listing all 20 labellings, worked out by another formula."""
    first = {
        "a": [np.array([1.0, 2.0]), np.array([2.0]), np.array([1.5, 2.5])],
        "b": [np.array([x]) for x in (1.0, 5.0, 2.0)],
    }
    second = {
        "a": [np.array([4.0]), np.array([3.5, 1.7]), np.array([5.0, 6.0])],
        "b": [np.array([x]) for x in (3.0, 4.0, 6.0)],
    }
    found = compare(first, second, false_alarm=0.1, permutations=20_000)
    both = {name: [*first[name], *second[name]] for name in first}
    listed = {name: [_distance(both[name], chosen) for chosen in combinations(range(6), 3)] for name in both}
    each = {name: [np.mean([y >= x - 1e-9 for y in values]) for x in values] for name, values in listed.items()}
    least = np.min([each["a"], each["b"]], axis=0)
    assert [one.p for one in found.measures] == [each["a"][0], each["b"][0]]
    assert found.p == np.mean(least <= least[0])


def _distance(groups: list[Floats], chosen: tuple[int, ...]) -> float:
    """Anderson and Darling's distance, point by point."""
    one = np.concatenate([groups[i] for i in chosen])
    other = np.concatenate([groups[i] for i in range(len(groups)) if i not in chosen])
    pooled = np.concatenate([one, other])
    total = 0.0
    for value in pooled:
        height = np.mean(pooled <= value)
        if height < 1.0:
            gap = np.mean(one <= value) - np.mean(other <= value)
            total += gap * gap / (height * (1.0 - height)) / pooled.size
    return float(total)


def test_runs_without_a_value() -> None:
    """Runs may have no outburst at all: a sample that has none and one that has are as far apart as can be; two without are alike."""
    none, some_waits = {"wait": [np.empty(0)] * 8}, {"wait": [np.array([3.0, 4.0])] * 8}
    assert compare(none, some_waits).rejected
    assert compare(none, none).p == 1.0
    assert not compare(some_waits, some_waits).rejected


def test_runs_are_measured_as_by_hand() -> None:
    """What a run shows are its outbursts, the waits and outbursts seen whole, and its stocks, all up to the same tick."""
    run = Run([0, 60, 0, 0, 70, 80, 0, 99, 99, 0], range(10))
    found = measured([run, Run([0] * 9, [1] * 9)], above=50)
    assert [values.tolist() for values in found["outbursts"]] == [[3.0], [0.0]]
    assert [found[name][0].tolist() for name in ("wait", "size", "peak")] == [[2.0, 1.0], [60.0, 150.0], [60.0, 80.0]]
    assert found["jailed"][0].size == 9
    assert found["wait"][1].size == 0


@pytest.mark.parametrize(("runs", "false_alarm"), [((1, 5), 0.5), ((3, 3), 0.001), ((5, 5), 1e-5)])
def test_samples_that_can_prove_nothing_are_refused(runs: tuple[int, int], false_alarm: float) -> None:
    """Too few runs or shufflings for the stated false-alarm rate are a mistake of whoever asks."""
    first, second = (stock(n, key=7) for n in runs)
    with pytest.raises(ValueError, match=r"at least two runs|no p-value as small"):
        compare(first, second, false_alarm=false_alarm)


def test_traces_are_read(tmp_path: Path) -> None:
    """A trace gives the runs of each setting by seed and in order of ticks; what is no trace is answered with what is missing."""
    path = tmp_path / "trace.csv"
    path.write_text(
        "grid,seed,tick,quiet,active,jailed\na,2,1,9,1,0\na,1,2,7,3,0\na,1,1,8,2,1\nb,1,1,5,5,0\n", encoding="utf-8"
    )
    found = read_traces(path)
    assert list(found) == [(("grid", "a"),), (("grid", "b"),)]
    first, second = found[(("grid", "a"),)]
    assert np.asarray(first.active).tolist() == [2, 3]
    assert np.asarray(first.jailed).tolist() == [1, 0]
    assert np.asarray(second.active).tolist() == [1]
    path.write_text("seed,tick\n1,1\n", encoding="utf-8")
    with pytest.raises(RecordError, match="got none called active, jailed"):
        read_traces(path)
    with pytest.raises(RecordError, match="must be a CSV file that can be read"):
        read_traces(tmp_path / "absent.csv")


def test_the_traces_of_two_programs_are_told_apart() -> None:
    """NetLogo's Rebellion and Mesa's example at Epstein's Run 2 are told apart with 10 and 5 runs, and halves of NetLogo's runs are not."""
    if not TRACES.is_dir():
        pytest.skip("the traces of other programs are not here (../shared/traces)")
    (netlogo,) = read_traces(TRACES / "netlogo_rebellion_run2.csv").values()
    mesa = next(iter(read_traces(TRACES / "mesa_epstein.csv").values()))
    assert (len(netlogo), len(mesa)) == (10, 5)
    assert dock(netlogo, mesa).rejected
    halves = dock(netlogo[:5], netlogo[5:], false_alarm=0.01)
    print(halves)
    assert not halves.rejected
