"""Turning points: histories are selected, never made; options leave them with the same luck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.toy_model import BALANCED, PERSONS, ToyModel, toy_scenario, toy_settings

from whowhom.engine.run import run_history
from whowhom.errors import ScenarioError, UnknownNameError
from whowhom.experiments.turning import GOING_ON, compare, leave, reach, share_reached
from whowhom.experiments.turning_points import TurningPoint, turning_point_named, turning_points_of

SETTINGS = toy_settings(BALANCED)


class Turning(ToyModel):
    """The toy with a condition: more than so many percent in dissent."""

    conditions = {"dissent_above": lambda world, where: world.share_dissenting() > float(where)}  # noqa: RUF012


def points(tmp_path: Path, text: str = "") -> dict[str, TurningPoint]:
    file = tmp_path / "toy.turning-points.toml"
    file.write_text(text or TEXT, encoding="utf-8")
    return turning_points_of(toy_scenario(), model=Turning(), file=file)


TEXT = """
[[turning_point]]
name = "unrest"
title = "Unrest"
source = "Ours"
condition = "dissent_above"
where = "0.08"
from = "1917-12-12"
until = "1918-12-01"

[[turning_point.option]]
name = "no arrests"
meaning = "nobody is arrested any more"
off = ["arrests"]

[[turning_point.option]]
name = "nothing"
meaning = "nothing is changed"
"""
SEEDS = range(1, 13)
CASES = [(seed, SETTINGS) for seed in SEEDS]


def dissent(seed: int, ticks: int) -> Any:
    return run_history(ToyModel(), SETTINGS, persons=PERSONS, seed=seed, ticks=ticks).rows[:, 5]


def test_a_node_is_the_first_week_of_the_window_in_which_it_holds(tmp_path: Path) -> None:
    """A history reaches the turning point in the first week of the window in which the condition holds and it stands, or not at all."""
    unrest = points(tmp_path)["unrest"]
    assert (unrest.first, unrest.last) == (5, 55)
    found = reach(Turning(), unrest, CASES, persons=PERSONS, threads=2)
    assert [one.replicate for one in found] == list(range(len(CASES)))
    weeks = []
    for one in found:
        shares = dissent(one.seed, unrest.last)
        held = [tick for tick in range(unrest.first, unrest.last + 1) if shares[tick] > 0.08]
        weeks.append(held[0] if held else None)
    assert [one.tick for one in found] == weeks
    assert {None} < set(weeks)  # some reach it and some do not


def test_options_leave_the_node_with_the_same_luck(tmp_path: Path) -> None:
    """Going on, and an option that changes nothing, are the history itself; an option that changes something parts from it at the turning point and not before."""
    unrest = points(tmp_path)["unrest"]
    found = reach(Turning(), unrest, CASES, persons=PERSONS)
    branches = leave(Turning(), unrest, found, persons=PERSONS, weeks=20)
    there = [one for one in found if one.tick is not None]
    assert len(branches) == 3 * len(there)
    parted = False
    for one in there:
        own = {branch.option: branch for branch in branches if branch.replicate == one.replicate}
        assert one.tick is not None
        whole = run_history(ToyModel(), SETTINGS, persons=PERSONS, seed=one.seed, ticks=one.tick + 20)
        for name in (GOING_ON, "nothing"):
            assert np.array_equal(own[name].rows, whole.rows[one.tick :], equal_nan=True)
        assert np.array_equal(own["no arrests"].rows[0], whole.rows[one.tick])
        parted |= not np.array_equal(own["no arrests"].rows, own[GOING_ON].rows, equal_nan=True)
    assert parted


def test_comparisons_are_paired_and_the_share_has_an_interval(tmp_path: Path) -> None:
    """Differences are means of pairs, an option that changes nothing has none, and survival keeps an interval with a width where all pairs agree."""
    unrest = points(tmp_path)["unrest"]
    found = reach(Turning(), unrest, CASES, persons=PERSONS)
    branches = leave(Turning(), unrest, found, persons=PERSONS, weeks=20)
    table = compare(Turning(), branches, totals=["executed"]).set_index(["option", "outcome"])
    nothing = table.loc[("nothing", "executed")]
    assert (nothing["difference"], nothing["low"], nothing["high"]) == (0.0, 0.0, 0.0)
    stood = table.loc[("nothing", "survived")]
    assert stood["difference"] == 0.0
    assert stood["low"] < 0.0 < stood["high"]
    executed = {
        option: np.array([b.rows[-1, 3] - b.rows[0, 3] for b in branches if b.option == option])
        for option in (GOING_ON, "no arrests")
    }
    expected = (executed["no arrests"] - executed[GOING_ON]).mean()
    assert table.loc[("no arrests", "executed"), "difference"] == pytest.approx(expected)
    share = share_reached(found)
    assert share["reached"] == sum(one.tick is not None for one in found)
    assert share["low"] < share["share"] < share["high"]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('condition = "dissent_above"', 'condition = "dissent_over"', "unknown condition 'dissent_over'"),
        ('where = "0.08"', "where = 0.08", "must have the texts name, title, source, condition, where, from, until"),
        ('off = ["arrests"]', 'off = ["arests"]', "arests"),
        ('until = "1918-12-01"', 'until = "1917-11-30"', "'until' must not be before 'from'"),
        ('name = "nothing"\n', "", "option 2: must have the texts name, meaning"),
        ("[[turning_point]]", "[[turning_points]]", "must hold [[turning_point]] tables and nothing else"),
        ('title = "Unrest"', "title = ", "the file must be TOML"),
    ],
)
def test_wrong_nodes_are_answered(tmp_path: Path, old: str, new: str, text: str) -> None:
    """A file of turning points that is wrong is refused with file, turning point and rule."""
    assert old in TEXT
    with pytest.raises(ScenarioError) as error:
        points(tmp_path, TEXT.replace(old, new, 1))
    assert text in str(error.value)
    assert "toy.turning-points.toml" in str(error.value)


def test_names_of_nodes() -> None:
    """The scenario `soviet` has its two turning points, which are right; a name that is not there is answered with those that are."""
    import whowhom

    found = whowhom.turning_points("soviet")
    assert sorted(found) == ["kronstadt", "tambov"]
    with pytest.raises(UnknownNameError, match="kronstadt"):
        turning_point_named("kronstat", found)
