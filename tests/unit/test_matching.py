"""The matching of `soviet` to records (`studies/soviet`): its rules, its search, and the two files it wrote."""

from __future__ import annotations

import csv
import datetime
import importlib
import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.data.spans import parse_span
from whowhom.data.targets import Target, load_targets
from whowhom.engine.scenario import load_scenario
from whowhom.models.machine.declarations import DECLARATIONS, INTENSITIES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "studies" / "soviet"))
bands, histories, proposals, match = (
    importlib.import_module(name) for name in ("bands", "histories", "proposals", "match")
)

SCENARIOS = ROOT / "src" / "whowhom" / "scenarios"
START, WEEKS = datetime.date(1917, 11, 7), 478
TARGETS = load_targets()
RECORDED = [target.value for target in TARGETS]
DRAWN = proposals.drawn_names(DECLARATIONS, doses=INTENSITIES)


def recorded_history() -> np.ndarray:
    """Weekly series that equal the record in every period of a target: [observables, weeks]."""
    names = list(bands.SERIES.values())
    series = np.ones((len(names), WEEKS))
    for target in sorted(TARGETS, key=lambda one: one.measure):  # levels first, ratios refer to them
        row = series[names.index(bands.SERIES[target.series])]
        span = parse_span(target.period)
        value = target.value
        if target.measure == "ratio":
            base = next(t for t in TARGETS if t.series == target.series and t.period[:4] == target.base_period[:4])
            value *= base.value
        days = 365 if target.measure == "ratio" else span.days
        for week in range(WEEKS):
            middle = START + datetime.timedelta(days=7 * week + 3)
            if span.first - datetime.timedelta(days=4) <= middle <= span.last + datetime.timedelta(days=4):
                row[week] = value * 7 / days if target.is_flow else value
    return series


def read(name: str) -> Any:
    """One of the two files that the matching wrote."""
    return json.loads((SCENARIOS / name).read_text(encoding="utf-8"))


# The rules


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_miss_is_counted_in_half_widths_of_the_band(target: Target) -> None:
    """A miss is 0 from one end of the band to the other and 1 a half-width outside, on the logarithmic scale."""
    half = math.sqrt(target.high / target.low)
    for value in (target.low, target.value, target.high):
        assert bands.miss(target, value) == 0
    assert bands.miss(target, target.high * half) == pytest.approx(1)
    assert bands.miss(target, target.low / half**2) == pytest.approx(2)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_what_is_not_there_misses_as_far_as_anything_can(value: float) -> None:
    """No arrests at all, a fallen history and a ratio to nothing miss by the largest miss, and so does the absurd."""
    target = TARGETS[0]
    assert bands.miss(target, value) == bands.miss(target, 1e30) == bands.FARTHEST


@given(st.lists(st.floats(-3, 3), min_size=len(TARGETS), max_size=len(TARGETS)))
def test_a_distance_is_nothing_only_inside_every_band(shifts: list[float]) -> None:
    """The distance is 0 if and only if every value lies in its band."""
    values = [target.value * math.exp(shift) for target, shift in zip(TARGETS, shifts, strict=True)]
    assert (bands.distance(TARGETS, values) == 0) == bands.inside(TARGETS, values)


def test_a_distance_adds_squares() -> None:
    """Two targets missed by one half-width and by two are at distance 1 + 4."""
    values = list(RECORDED)
    for k, halves in ((0, 1), (3, 2)):
        values[k] = TARGETS[k].high * math.exp(halves * bands.half_width(TARGETS[k]))
    assert bands.distance(TARGETS, values) == pytest.approx(5)


def test_a_seed_that_fell_counts_against_a_draw() -> None:
    """The weight is the share of all seeds that match, those that fell included."""
    assert bands.weight(TARGETS, [RECORDED, RECORDED, [math.nan] * len(TARGETS), RECORDED]) == 0.75


def test_a_mean_history_is_that_of_the_seeds_that_lived() -> None:
    """Seeds that fell are left out of the mean; if all fell there is none."""
    lived, fell = np.full((4, WEEKS), 2.0), np.full((4, WEEKS), 100.0)
    fell[:, 60:] = np.nan
    assert (bands.mean_history(np.stack([lived, fell, lived * 2])) == 3.0).all()
    assert np.isnan(bands.mean_history(np.stack([fell, fell]))).all()


def test_the_effective_number_of_equal_weights_is_their_number() -> None:
    """Equal weights count fully, a single one counts as one, none as nothing."""
    assert bands.effective_number([0.5] * 8) == pytest.approx(8)
    assert bands.effective_number([1.0, 0.0, 0.0]) == pytest.approx(1)
    assert bands.effective_number([0.0]) == 0


def test_chosen_sets_are_far_from_each_other() -> None:
    """The best comes first, then always the one farthest from all chosen; the better one of equals."""
    points = np.array([[0.0], [0.1], [10.0], [5.0], [10.0]])
    assert bands.spread(points, [0, 1, 2, 3, 4], number=3) == [0, 2, 3]
    assert bands.spread(points, [4, 2], number=9) == [4, 2]


# A planted draw is found, one outside is not accepted


def planted(factor: float, *, seeds: int = 4) -> Any:
    """A draw whose histories equal the record, levels multiplied by a factor."""
    return bands.compare_draw(TARGETS, np.stack([recorded_history() * factor] * seeds), start=START)


def test_a_planted_draw_inside_every_band_is_found() -> None:
    """Among draws that are wrong in one way or another, the one that equals the record is accepted and comes first."""
    wrong = [planted(factor) for factor in (0.02, 0.2, 5.0, 60.0)]
    draws = [*wrong[:2], planted(1.0), *wrong[2:]]
    assert draws[2].values == pytest.approx(RECORDED, rel=0.1)
    assert [draw.accepted for draw in draws] == [False, False, True, False, False]
    assert draws[2].weight == 1
    assert bands.best_first(draws) == [2, 1, 3, 0, 4] or bands.best_first(draws) == [2, 3, 1, 0, 4]


@pytest.mark.parametrize("name", [target.name for target in TARGETS])
def test_a_draw_outside_one_band_is_not_accepted(name: str) -> None:
    """A draw is refused for a single target outside its band, however well the others agree."""
    values = [target.high * 1.01 if target.name == name else target.value for target in TARGETS]
    assert not bands.inside(TARGETS, values)
    assert bands.distance(TARGETS, values) > 0
    assert not bands.Draw(bands.distance(TARGETS, values), 1.0, 0.0, 1.0, tuple(values)).accepted


def test_a_mean_that_no_history_resembles_is_not_accepted() -> None:
    """Half the seeds far above and half far below have a mean inside a band, and are refused since none is inside."""
    mixed = np.stack([recorded_history() * 0.01, recorded_history() * 2.5])
    draw = bands.compare_draw(TARGETS[:1], mixed, start=START)
    assert draw.distance == draw.weight == 0
    assert not draw.accepted


# The search


def test_no_dose_of_an_instrument_is_searched() -> None:
    """Everything uncertain about the world is drawn, and no dose of an instrument."""
    assert not set(DRAWN) & INTENSITIES
    priors = {parameter.name for parameter in DECLARATIONS.parameters if parameter.prior is not None}
    assert set(DRAWN) | INTENSITIES >= priors
    assert priors & INTENSITIES, "or the rule would be empty"


def test_the_first_round_is_spread_over_every_prior() -> None:
    """In a Latin hypercube every slice of every prior holds one draw; the seed fixes all."""
    points = proposals.first_round(50, dimensions=7, seed=3)
    assert (np.sort(np.floor(points * 50), axis=0) == np.arange(50)[:, None]).all()
    assert np.array_equal(points, proposals.first_round(50, dimensions=7, seed=3))
    assert not np.array_equal(points, proposals.first_round(50, dimensions=7, seed=4))


def test_a_proposal_keeps_the_prior() -> None:
    """Parents from the prior have children from the prior: mean .5 and variance 1/12 of each share.

    n = 40,000 shares; null: uniform; the mean of n has standard error .0014, false-alarm rate 1e-6 at 4.9 standard errors.
    Negative control: a move that only adds noise spreads beyond the prior's variance.
    """
    parents = proposals.first_round(4000, dimensions=10, seed=1)
    children = proposals.next_round(parents, number=4000, step=0.6, seed=1, round_number=1)
    assert children.min() > 0
    assert children.max() < 1
    error = math.sqrt(1 / 12 / children.size)
    print(
        f"mean {children.mean():.4f} (standard error {error:.4f}), variance {children.var():.5f}, expected 0.5, 0.08333"
    )
    assert abs(children.mean() - 0.5) < 4.9 * error
    tolerance = 4.9 * math.sqrt((1 / 80 - 1 / 144) / children.size)
    assert abs(children.var() - 1 / 12) < tolerance
    from scipy.stats import norm

    wider = norm.cdf(norm.ppf(parents) + 0.6 * np.random.default_rng(1).standard_normal(parents.shape))
    assert abs(wider.var() - 1 / 12) > tolerance


def test_a_small_step_stays_near_its_parent() -> None:
    """Children take their parents in turn and stay near them for a small step; other rounds bring other children."""
    parents = np.array([[0.1, 0.9], [0.5, 0.5]])
    children = proposals.next_round(parents, number=4, step=0.01, seed=1, round_number=1)
    assert children == pytest.approx(np.concatenate([parents, parents]), abs=0.02)
    assert not np.array_equal(children, proposals.next_round(parents, number=4, step=0.01, seed=1, round_number=2))


def test_every_history_has_a_seed_of_its_own() -> None:
    """No two histories of a study have one seed."""
    seeds = {
        histories.seed_of(1, stage=stage, draw=draw, replicate=k)
        for stage in ("round-0", "round-1", "candidates")
        for draw in range(200)
        for k in range(8)
    }
    assert len(seeds) == 3 * 200 * 8
    assert all(0 <= seed < 2**63 for seed in seeds)


def run(folder: Path, out: Path, *more: str) -> int:
    """A very small study."""
    sizes = {
        "draws": 5,
        "rounds": 1,
        "proposals": 3,
        "parents": 2,
        "candidates": 3,
        "seeds": 2,
        "sets": 2,
        "threads": 2,
    }
    words = [word for name, value in sizes.items() for word in (f"--{name}", str(value))]
    place = ["--folder", str(folder), "--out", str(out), "--persons", "10240", "--date", "2000-01-01"]
    return int(match.main([*place, *words, *more]))


@pytest.mark.slow
def test_a_study_continues_and_repeats_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A study that lost a part does only that part again and writes the same bytes; another plan is refused in one message."""
    assert run(tmp_path / "work", tmp_path / "a") == 0
    lost = tmp_path / "work" / "round-1" / "draws-00000.npz"
    shutil.copy(lost, tmp_path / "kept.npz")
    lost.unlink()
    capsys.readouterr()
    assert run(tmp_path / "work", tmp_path / "b") == 0
    said = capsys.readouterr().out
    assert "round-1: 3 of 3 draws" in said
    assert "round-0: " not in said
    for name in ("soviet.sets.json", "soviet.matching.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert run(tmp_path / "work", tmp_path / "c", "--seed", "7") == 2
    assert "plan.seed is 1918 there and 7 here" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


# What was written


def test_the_bands_are_those_of_the_targets_file() -> None:
    """The bands that the sets were compared with are the committed ones, to the last digit."""
    file = ROOT / "src" / "whowhom" / "records" / "targets_1918_1926.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        committed = [(r["name"], float(r["value"]), float(r["low"]), float(r["high"])) for r in csv.DictReader(lines)]
    used = [(t["name"], t["recorded"], t["low"], t["high"]) for t in read("soviet.matching.json")["targets"]]
    assert used == committed


def test_the_sets_load_with_the_scenario() -> None:
    """The scenario takes 12 to 20 plausible sets, and its settings take each of them."""
    scenario = load_scenario("soviet", lambda name: DECLARATIONS)
    assert 12 <= len(scenario.sets) <= 20
    assert len({tuple(sorted(one.items())) for one in scenario.sets}) == len(scenario.sets)
    for one in scenario.sets:
        scenario.settings.replace(one)


def test_the_sets_lie_within_the_priors() -> None:
    """A plausible set gives every parameter that is drawn, and no other, a value within its prior."""
    for one in read("soviet.sets.json"):
        assert list(one["values"]) == DRAWN
        for name, value in one["values"].items():
            parameter = DECLARATIONS.parameter(name)
            assert parameter.problem(value) is None
            assert parameter.prior is not None
            if parameter.prior.kind != "normal":
                assert parameter.prior.a <= value <= parameter.prior.b


def test_the_matching_says_what_it_is() -> None:
    """The file of the matching says that it is no calibration, names the default set, and lists what is missed."""
    matching, sets = read("soviet.matching.json"), read("soviet.sets.json")
    assert matching["statement"] == "roughly matched to 1918-26, not calibrated"
    assert matching["default_set"] == sets[0]["name"]
    assert [one["name"] for one in matching["sets"]] == [one["name"] for one in sets]
    assert matching["prior"]["draws"] >= 300
    for one in matching["sets"]:
        outside = [t.name for t in TARGETS if not t.inside(one["values"][t.name] or math.nan)]
        assert one["misses"] == outside
        assert one["accepted"] == (not outside and one["weight"] > 0)
    for row in matching["targets"]:
        inside = sum(row["name"] not in one["misses"] for one in matching["sets"])
        assert row["sets_inside"] == inside
    assert matching["missed"] == [row["name"] for row in matching["targets"] if not row["median_inside"]]
