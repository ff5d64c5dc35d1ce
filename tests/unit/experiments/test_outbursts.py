from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toy_store import toy_run

import whowhom
from whowhom.errors import MissingExtraError, ParameterError, UnknownNameError
from whowhom.experiments.outbursts import (
    curves,
    exceedance,
    kaplan_meier_at,
    outbursts,
    over_runs,
    spells,
    spells_of,
    summary,
)

#: Calm 0-1, out 2-4 (51 is above, 50 keeps it, 60), calm 5-7 (50 keeps calm), out 8, calm 9, out 10-11 to the end.
BY_HAND = [0, 50, 51, 50, 60, 49, 50, 3, 99, 0, 70, 80]


def frame(*runs: list[float]) -> pd.DataFrame:
    parts = [pd.DataFrame({"replicate": number, "active": run}) for number, run in enumerate(runs)]
    return pd.concat(parts, ignore_index=True)


def test_a_series_is_cut_as_by_hand() -> None:
    """An outburst begins above the level and ends below it; at the level what was goes on, and a run begins calm."""
    found = [
        (one.kind, one.start, one.end, one.size, one.peak, one.begun, one.ended) for one in spells(BY_HAND, above=50)
    ]
    assert found == [
        ("wait", 0, 2, 50.0, 50.0, False, True),
        ("outburst", 2, 5, 161.0, 60.0, True, True),
        ("wait", 5, 8, 102.0, 50.0, True, True),
        ("outburst", 8, 9, 99.0, 99.0, True, True),
        ("wait", 9, 10, 0.0, 0.0, True, True),
        ("outburst", 10, 12, 150.0, 80.0, True, False),
    ]


def test_a_run_that_begins_out_and_one_that_collapses() -> None:
    """A run that begins above the level has an outburst nobody saw begin; from the first missing value on there is nothing."""
    first, last = spells([80, 20, 20, np.nan, 99], above=50)
    assert (first.kind, first.begun, first.ended, first.duration) == ("outburst", False, True, 1)
    assert (last.kind, last.begun, last.ended, last.duration) == ("wait", True, False, 2)
    assert spells([np.nan, 1.0], above=0) == []
    assert spells([], above=0) == []


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_spells_are_what_a_walk_finds(series: list[int]) -> None:
    """Spells tile the run, alternate, lose nothing of the series, and are those that walking from tick to tick finds."""
    found = spells(series, above=2)
    out, states = False, []
    for value in series:
        out = value > 2 or (out and value == 2)
        states.append("outburst" if out else "wait")
    assert [kind for one in found for kind in [one.kind] * one.duration] == states
    assert [one.start for one in found[1:]] == [one.end for one in found[:-1]]
    assert all(one.kind != other.kind for one, other in pairwise(found))
    assert sum(one.size for one in found) == sum(series)
    assert [one.begun for one in found] == [False] + [True] * (len(found) - 1)


def test_the_summary_is_that_of_whole_spells() -> None:
    """Means, deviations and quantiles take spells seen whole; counts take every run, also one without any outburst."""
    table = summary(spells_of(frame(BY_HAND, [0] * 5, [0, 60, 0, 60, 60, 0]), observable="active", above=50))
    rows = table.set_index("measure")
    assert rows.loc["outbursts a run", "mean"] == pytest.approx((3 + 0 + 2) / 3)
    waits = [3, 1, 1]
    assert rows.loc["wait", ["n", "mean", "sd"]].tolist() == pytest.approx([3, np.mean(waits), np.std(waits, ddof=1)])
    assert rows.loc["size", ["n", "mean", "q50"]].tolist() == pytest.approx([4, 110.0, 109.5])  # 161, 99, 60, 120
    assert rows.loc["peak", "mean"] == pytest.approx((60 + 99 + 60 + 60) / 4)
    assert rows.loc["duration", "mean"] == pytest.approx((3 + 1 + 1 + 2) / 4)
    assert (table["runs"] == 3).all()


def test_errors_are_over_runs() -> None:
    """If all spells of a run are alike, the error of their mean is that of so many runs, not of so many spells."""
    luck = np.random.Generator(np.random.Philox(key=1))
    groups = [np.full(50, value) for value in luck.normal(size=40)]
    means = np.array([group[0] for group in groups])
    expected = means.std(ddof=1) / np.sqrt(40)
    assert over_runs(groups, lambda values: float(values.mean())) == pytest.approx(expected, rel=0.1)
    assert np.isnan(over_runs(groups[:1], lambda values: float(values.mean())))


def test_the_share_that_exceeds() -> None:
    """The distribution of sizes says of each value which share of all is at least as large."""
    assert exceedance([3, 1, 3, 7]).to_numpy().tolist() == [[1, 1.0], [3, 0.75], [7, 0.25]]


def test_the_curve_by_hand() -> None:
    """Durations 2, 3, 3+, 5, 8+ (a plus: the end was not seen) give 4/5, 3/5 and 3/10, by hand and from both programs."""
    durations, ended = [2, 3, 3, 5, 8], [True, True, False, True, False]
    times = np.array([0.0, 2.0, 3.0, 4.0, 5.0, 9.0])
    by_hand = [1.0, 0.8, 0.6, 0.6, 0.3, 0.3]
    assert kaplan_meier_at(durations, ended, times) == pytest.approx(by_hand)
    table = pd.DataFrame(
        {"arm": "", "replicate": 0, "kind": "wait", "duration": durations, "begun": True, "ended": ended}
    )
    first = pd.DataFrame({"arm": "", "replicate": 0, "kind": "wait", "duration": [99], "begun": False, "ended": True})
    found = curves(pd.concat([table, first], ignore_index=True)).set_index("duration")
    assert found["survival"].loc[[0, 2, 3, 5, 8]].tolist() == pytest.approx([1.0, 0.8, 0.6, 0.3, 0.3])
    assert found["at_risk"].loc[[2, 3, 5, 8]].tolist() == [5, 4, 2, 1]
    assert found["cumulative_hazard"].loc[8] == pytest.approx(1 / 5 + 1 / 4 + 1 / 2)
    assert found["low"].isna().all(), "one run has no interval"


def test_our_curve_is_that_of_lifelines() -> None:
    """On random durations with many ties the curve that is drawn again is that of lifelines to the last digits."""
    from lifelines import KaplanMeierFitter

    luck = np.random.Generator(np.random.Philox(key=2))
    durations, ended = luck.integers(1, 30, 500), luck.random(500) < 0.7
    fitted = KaplanMeierFitter().fit(durations, ended).survival_function_.iloc[:, 0]
    times = fitted.index.to_numpy(dtype=np.float64)
    assert kaplan_meier_at(durations, ended, times) == pytest.approx(fitted.to_numpy(), abs=1e-12)


def test_a_constant_hazard_comes_back() -> None:
    """Waits with probability 0.1 a tick of ending, in runs of 300 ticks, have mean 10 and hazard near 0.105 (-ln 0.9 to 0.1 a tick).

    Null: geometric waits. 60 runs x 300 ticks, about 1,600 waits; the band is 5 standard errors (false-alarm rate 6e-7). Negative control: with
    half the runs at probability 0.05 the mean leaves the band.
    """
    luck = np.random.Generator(np.random.Philox(key=3))

    def runs(chances: list[float]) -> pd.DataFrame:
        return frame(*[(luck.random(300) < chance).astype(float).tolist() for chance in chances])

    table = spells_of(runs([0.1] * 60), observable="active", above=0.5)
    waits = summary(table).set_index("measure").loc["wait"]
    print(waits["mean"], waits["mean_error"])
    assert abs(waits["mean"] - 10.0) < 5 * waits["mean_error"]
    curve = curves(table)
    assert curve["cumulative_hazard"].iloc[np.searchsorted(curve["duration"], 10)] == pytest.approx(1.0, abs=0.12)
    middle = curve[(curve["duration"] > 5) & (curve["duration"] < 20)]
    assert (middle["low"] <= middle["survival"]).all()
    assert (middle["survival"] <= middle["high"]).all()
    spoiled = summary(spells_of(runs([0.1] * 30 + [0.05] * 30), observable="active", above=0.5))
    other = spoiled.set_index("measure").loc["wait"]
    assert abs(other["mean"] - 10.0) > 5 * waits["mean_error"]


def test_a_store_of_any_model(tmp_path: Path) -> None:
    """Outbursts of a stored observable are those of its rows, arm by arm, collapsed histories included."""
    store = toy_run(tmp_path / "toy", replicates=4)
    table = outbursts(store, observable="dissenting", above=8.0)
    weeks = store.weeks(["dissenting"])
    for (arm, replicate), run in weeks.groupby(["arm", "replicate"], observed=True):
        mine = table[(table["arm"] == arm) & (table["replicate"] == replicate)]
        assert mine["duration"].tolist() == [one.duration for one in spells(run["dissenting"].to_numpy(), above=8.0)]
    only = outbursts(store, observable="dissenting", above=8.0, arms=["no executions"])
    assert set(only["arm"]) == {"no executions"}
    pd.testing.assert_frame_equal(whowhom.outbursts(tmp_path / "toy", "dissenting", above=8.0), table)


def test_no_rows_have_no_outbursts() -> None:
    """A table without rows, or of runs without a value, gives empty tables of the same columns."""
    empty = frame([0.0]).iloc[:0]
    assert spells_of(empty, observable="active", above=1).empty
    nothing = frame([float("nan")])
    table = summary(spells_of(nothing, observable="active", above=1), runs=nothing.assign(arm=""))
    assert table.set_index("measure").loc["outbursts a run", "mean"] == 0.0
    assert curves(spells_of(nothing, observable="active", above=1)).empty


def test_mistakes() -> None:
    """A wrong column, level or kind is answered with what there is; without lifelines the extra that brings it is named."""
    with pytest.raises(UnknownNameError, match=r"unknown observable 'activ'. Nearest: 'active'"):
        spells_of(frame([0.0]), observable="activ", above=1)
    with pytest.raises(ParameterError, match="'above' must be a finite number, got inf"):
        spells_of(frame([0.0]), observable="active", above=float("inf"))
    with pytest.raises(UnknownNameError, match="unknown kind of spell 'waits'"):
        curves(spells_of(frame([0.0]), observable="active", above=1), kind="waits")


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without lifelines curves say which extra brings it."""
    monkeypatch.setitem(sys.modules, "lifelines", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'whowhom\[analysis\]'"):
        curves(spells_of(frame(BY_HAND), observable="active", above=50))
