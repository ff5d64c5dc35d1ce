"""Elementary effects: exact on a plane, SALib's on the same runs, and not fooled by luck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from SALib.analyze import morris as salib
from tests.toy_model import PERSONS
from tests.unit.experiments.test_sensitivity import DUMMY, GROWTH, RANGES, START, UNTIL, Flagged, case

from whowhom.errors import ParameterError, StoreError
from whowhom.experiments.screening import MOVE, PARTS, Screening, effects_of, paths_of, rows_per_path, screening_plan
from whowhom.experiments.sensitivity import LUCK, Sensitivity


def test_a_path_moves_each_parameter_once() -> None:
    """A path has levels in the middles of four parts, moves each parameter once by half of its prior, and ends with the start of the path before."""
    points = paths_of(50, 3, seed=1)
    assert set(np.unique(points)) == {0.125, 0.375, 0.625, 0.875}
    paths = points.reshape(50, rows_per_path(3), 3)
    moves = np.diff(paths[:, :-1], axis=1)
    assert (np.abs(moves).sum(axis=1) == MOVE).all()
    assert (np.abs(moves).sum(axis=2) == MOVE).all()
    assert (paths[1:, -1] == paths[:-1, 0]).all()
    orders = {tuple(np.abs(path).argmax(axis=1)) for path in moves}
    assert len(orders) == 6
    assert (paths_of(50, 3, seed=1) == points).all()
    assert (paths_of(50, 3, seed=2) != points).any()
    assert PARTS == 4


def played(function: Any, *, k: int, n: int = 40) -> Any:
    points = paths_of(n, k, seed=3)
    return points, function(points).reshape(n, rows_per_path(k))


def test_a_plane_has_its_slopes() -> None:
    """On a plane every elementary effect is the slope, and luck does nothing."""
    effects, luck = effects_of(*played(lambda x: 3 * x[:, 0] - 2 * x[:, 1] + 5, k=3))
    assert effects == pytest.approx(np.tile([3.0, -2.0, 0.0], (40, 1)), abs=1e-12)
    assert luck.tolist() == [0.0] * 40


def test_effects_are_salibs() -> None:
    """On the same runs effects are SALib's, which takes the length of a move from its own grid."""
    points, outcome = played(lambda x: np.sin(6 * x[:, 0]) * x[:, 1] + x[:, 2] ** 2, k=3)
    effects, _ = effects_of(points, outcome)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    own = points.reshape(40, 5, 3)[:, :-1].reshape(-1, 3)
    theirs = salib.analyze(problem, own, outcome[:, :-1].ravel(), num_levels=PARTS, num_resamples=2, seed=1)
    scale = (PARTS / (2 * (PARTS - 1))) / MOVE
    assert np.abs(effects).mean(axis=0) == pytest.approx(np.asarray(theirs["mu_star"], float) * scale)
    assert effects.mean(axis=0) == pytest.approx(np.asarray(theirs["mu"], float) * scale)
    assert effects.std(axis=0, ddof=1) == pytest.approx(np.asarray(theirs["sigma"], float) * scale)


def test_paths_that_are_not_whole_are_left_out() -> None:
    """A path that lacks a run is left out; a start that was not played again costs luck alone."""
    points, outcome = played(lambda x: x[:, 0], k=2, n=4)
    outcome[1, 2] = np.nan
    outcome[3, -1] = np.nan
    effects, luck = effects_of(points, outcome)
    assert len(effects) == 3
    assert np.isnan(luck).tolist() == [False, True, False]


def plan(folder: Path, **asked: Any) -> Any:
    words: dict[str, Any] = {"paths": 12, "until": UNTIL, "persons": PERSONS, "ranges": RANGES, "names": ()}
    return screening_plan(case(), **words | {"store": folder, "model": Flagged()} | asked)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Screening:
    """Three parameters of the toy, one of which does nothing, on 12 paths."""
    return Screening(plan(tmp_path_factory.mktemp("screening") / "s").carry_out(threads=1))


def test_a_parameter_that_does_nothing_has_no_effect(found: Screening) -> None:
    """In a model full of luck a parameter that nothing reads has no effect on any outcome, and what luck does stands beside it."""
    assert found.names == (DUMMY, GROWTH, START)
    assert found.store.runs()["seed"].tolist() == [1 + replicate // 5 for replicate in range(60)]
    table = found.effects().set_index(["outcome", "parameter"])
    for outcome in ("survived", "executed_per_1000", "camp_years_per_1000"):
        assert table.loc[(outcome, DUMMY), ["size", "low", "high", "mean"]].tolist() == [0.0] * 4
        assert table.loc[(outcome, LUCK), "size"] > 0
    assert table.loc[("executed_per_1000", GROWTH), "size"] > table.loc[("executed_per_1000", LUCK), "size"] / 4


def test_fresh_seeds_give_it_the_luck(found: Screening) -> None:
    """Negative control: if every history had its own luck, the parameter that does nothing would have an effect like luck's."""
    luck = np.random.Generator(np.random.Philox(1)).normal(size=(40, 5))
    points, outcome = played(lambda x: 3 * x[:, 0], k=3)
    effects, alone = effects_of(points, outcome + luck)
    assert np.abs(effects[:, 2]).mean() > 0.7 * np.abs(alone).mean() > 0.5
    assert not found.effects().empty


def test_the_kinds_of_analysis_are_told_apart(found: Screening, tmp_path: Path) -> None:
    """A screening is no table of indices, and the other way round; doses and values beside the design are refused."""
    with pytest.raises(StoreError, match="must be an analysis of sensitivity, got another experiment"):
        Sensitivity(found.store).indices()
    from tests.unit.experiments.test_sensitivity import plan as indices_plan

    with pytest.raises(StoreError, match="must be a screening, got another experiment"):
        Screening(indices_plan(tmp_path / "s", points=2).carry_out(threads=1)).effects()
    with pytest.raises(ParameterError, match="whowhom does not search for the dose"):
        plan(tmp_path / "t", ranges={"repression.arrest_rate": (0.1, 0.4)})
    with pytest.raises(ParameterError, match="alone, got set"):
        plan(tmp_path / "t", set={START: 0.1})
