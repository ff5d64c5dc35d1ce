"""Whole numbers with labels: a word at every border, a number everywhere else."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.unit.small_case import CUSTODY

from whowhom.cli import options
from whowhom.cli.describe import _lines as described_lines
from whowhom.engine.contract import Observable
from whowhom.engine.scenario import Scenario, load_scenario
from whowhom.engine.scenario_listing import listing
from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError, ScenarioError
from whowhom.experiments.design import Arm
from whowhom.experiments.plan import plan_arms
from whowhom.parameters import Declarations, Parameter, uniform

SHAPE = Parameter(
    "vision.shape",
    symbol="s",
    default=0,
    low=0,
    high=2,
    unit="1",
    meaning="shape of what is seen",
    source="Ours",
    equation="C1",
    kind="int",
    labels=("euclid", "moore", "diamond"),
    prior=uniform(0, 2),
)
DECLARATIONS = Declarations(parameters=(CUSTODY, SHAPE))
WRONG = (
    "'vision.shape' must be one of 'euclid', 'moore', 'diamond', got {}. It is the shape of what is seen; "
    "`whowhom describe soviet` lists all ranges."
)
TOML = """\
[scenario]
name = "small"
title = "A small case"
model = "toy"
start = "1917-11-07"

[parameters]
vision.shape = "moore"

[vectors.leader.near]
"repression.custody_weeks" = 3
[vectors.leader.far]
"repression.custody_weeks" = 9

[choice]
leader = "near"
"""
UNSET = TOML.replace('vision.shape = "moore"\n', "")
PATH = """
[[schedule]]
parameter = "vision.shape"
kind = "step"
points = [["1917-11-07", "diamond"], ["1918-11-06", 1], ["1919-11-06", "euclid"]]
"""


def scenario(folder: Path, text: str = TOML, *, sets: object = None) -> Scenario:
    (folder / "small.toml").write_text(text, encoding="utf-8")
    if sets is not None:
        (folder / "small.sets.json").write_text(json.dumps(sets), encoding="utf-8")
    return load_scenario(folder / "small.toml", lambda _: DECLARATIONS)


@pytest.mark.parametrize("value", ["euclid", "diamond", 0, 2, 1.0, np.int64(2), np.float32(1.0)])
def test_labels_and_their_numbers_are_right(value: object) -> None:
    """A label is as good as its number, and numbers of every kind are numbers."""
    assert SHAPE.problem(value) is None


@pytest.mark.parametrize("value", ["Moore", "", "1", "euclid ", 3, -1, 0.5, True, None, float("nan"), ["moore"]])
def test_what_is_no_label_is_answered_with_the_list_of_labels(value: object) -> None:
    """The error gives all the words there are, word for word."""
    assert SHAPE.problem(value) == WRONG.format(repr(value))


def test_bad_values_of_labels_are_refused() -> None:
    """Every bad value that a declaration with labels makes is refused by it."""
    assert [bad for bad in SHAPE.bad_values() if SHAPE.problem(bad) is None] == []


def test_labels_and_numbers_are_turned_into_each_other() -> None:
    """`number` and `text` are each other's inverse, and leave parameters without labels alone."""
    assert [SHAPE.number(SHAPE.text(code)) for code in range(3)] == [0, 1, 2]
    assert (CUSTODY.number(2.5), CUSTODY.text(2.5)) == (2.5, "2.5")
    assert DECLARATIONS.numbers({"vision.shape": "moore", "repression.custody_weeks": 3, "army": "x"}) == {
        "vision.shape": 1,
        "repression.custody_weeks": 3,
        "army": "x",
    }
    assert DECLARATIONS.words({"vision.shape": 2.0, "repression.custody_weeks": 3.0, "army": "x"}) == {
        "vision.shape": "diamond",
        "repression.custody_weeks": 3.0,
        "army": "x",
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "float"}, "labels must be whole numbers in [0, 2], got float in 0 to 2"),
        ({"high": 3, "prior": None}, "labels must be whole numbers in [0, 2], got int in 0 to 3"),
        ({"labels": ("euclid", "moore", "moore")}, "labels must differ"),
        (
            {"labels": ("euclid", "Moore", "diamond")},
            "a label must be lower-case words with '_' and no number, got 'Moore'",
        ),
        ({"labels": ("euclid", "1", "diamond")}, "a label must be lower-case words with '_' and no number, got '1'"),
        (
            {"labels": ("euclid", "inf", "diamond")},
            "a label must be lower-case words with '_' and no number, got 'inf'",
        ),
    ],
)
def test_labels_that_cannot_be_told_from_numbers_are_mistakes(change: dict[str, object], says: str) -> None:
    """Each thing that labels can get wrong is named."""
    assert any(says in mistake for mistake in dataclasses.replace(SHAPE, **change).mistakes())
    assert SHAPE.mistakes() == []


def test_settings_take_labels_and_keep_numbers() -> None:
    """A word given from Python is the same settings, with the same identity, as its number."""
    by_word = Settings.of(DECLARATIONS, values={"vision.shape": "diamond"})
    assert by_word.identity() == Settings.of(DECLARATIONS, values={"vision.shape": 2}).identity()
    assert by_word.values["vision.shape"] == 2.0
    later = by_word.replace({"vision.shape": "moore"}, from_tick=3)
    assert later.identity() == by_word.replace({"vision.shape": 1}, from_tick=3).identity()
    assert [later.value("vision.shape", tick) for tick in (2, 3)] == [2.0, 1.0]
    with pytest.raises(ParameterError) as caught:
        by_word.replace({"vision.shape": "cross"})
    assert str(caught.value) == WRONG.format("'cross'")


def test_a_scenario_takes_labels_in_values_vectors_schedules_and_sets(tmp_path: Path) -> None:
    """Wherever a scenario gives a value, a label is its number."""
    plain = scenario(tmp_path, sets=[{"values": {"vision.shape": "diamond"}}, {"values": {"vision.shape": 1}}])
    assert plain.settings.values["vision.shape"] == 1.0
    assert [dict(values) for values in plain.sets] == [{"vision.shape": 2.0}, {"vision.shape": 1.0}]
    (tmp_path / "small.sets.json").unlink()
    by_vector = UNSET.replace('"repression.custody_weeks" = 3', '"vision.shape" = "diamond"')
    by_vector = by_vector.replace('"repression.custody_weeks" = 9', '"vision.shape" = "euclid"')
    assert scenario(tmp_path, by_vector).settings.values["vision.shape"] == 2.0
    paths = scenario(tmp_path, UNSET + PATH)
    assert [value for _, value in paths.settings.schedules["vision.shape"].points] == [2.0, 1.0, 0.0]


def test_a_wrong_label_in_a_scenario_is_said_at_its_place(tmp_path: Path) -> None:
    """Values, dates and sets each say where the wrong word stands, and a word does not move in a line."""
    with pytest.raises(ScenarioError) as caught:
        scenario(tmp_path, TOML.replace('"moore"', '"cross"'), sets=[{"values": {"vision.shape": "star"}}])
    assert caught.value.problems == [
        f"{tmp_path / 'small.toml'}: [parameters] {WRONG.format(repr('cross'))}",
        f"{tmp_path / 'small.sets.json'}: set 1 {WRONG.format(repr('star'))}",
    ]
    (tmp_path / "small.sets.json").unlink()
    with pytest.raises(ScenarioError) as caught:
        scenario(tmp_path, UNSET + PATH.replace('"diamond"', '"star"'))
    assert caught.value.problems == [
        f"{tmp_path / 'small.toml'}: [[schedule]] 1 1917-11-07: {WRONG.format(repr('star'))}"
    ]
    with pytest.raises(ScenarioError) as caught:
        scenario(tmp_path, UNSET + PATH.replace('"step"', '"linear"'))
    rule = "the schedule of 'vision.shape' must be 'step', got 'linear'. It is a word."
    assert caught.value.problems == [f"{tmp_path / 'small.toml'}: [[schedule]] 1 {rule}"]


def test_arms_take_labels_and_are_called_by_them(tmp_path: Path) -> None:
    """`--set vision.shape=diamond` and `--set vision.shape=2` are one arm, with one name and one content."""
    case = scenario(tmp_path)
    made = []
    for written in ("vision.shape=diamond", "vision.shape=2"):
        change = options.change(None, None, [written], None)
        (arm,) = plan_arms(case, change=change, arms={}, twins=False, ticks=10)
        made.append(arm.resolved(case))
        assert arm.apply(case.settings).values["vision.shape"] == 2.0
    assert made[0].plain() == made[1].plain()
    assert made[0].plain()["values"] == {"vision.shape": 2.0}
    assert made[0].name == "vision.shape=diamond"
    with pytest.raises(ParameterError) as caught:
        Arm("star", values={"vision.shape": "star"}).resolved(case).apply(case.settings)
    assert str(caught.value) == WRONG.format("'star'")


def test_a_description_has_the_word(tmp_path: Path) -> None:
    """For a program the number, the word and all labels; for a person the word."""
    observables = (Observable("quiet", "persons", "who are quiet", "stock"),)
    found = listing(scenario(tmp_path), declarations=DECLARATIONS, observables=observables)
    entry = found["parameters"]["vision.shape"]
    assert (entry["value"], entry["word"], entry["labels"]) == (1.0, "moore", ["euclid", "moore", "diamond"])
    assert "labels" not in found["parameters"]["repression.custody_weeks"]
    assert "  vision.shape = moore  in euclid, moore, diamond, prior U(0, 2)  [1]" in described_lines(found)


def test_a_path_of_words_is_described_in_words() -> None:
    """A path through labels is shown by its labels."""
    path = Schedule(((0, 2.0), (5, 0.0)), "step")
    settings = Settings.of(DECLARATIONS, schedules={"vision.shape": path})
    case = Scenario(name="x", title="x", model="x", start=date(1917, 11, 7), settings=settings)
    found = listing(case, declarations=DECLARATIONS, observables=())
    assert "      1917-11-07: diamond, 1917-12-12: euclid" in described_lines(found)
