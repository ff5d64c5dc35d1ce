from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.unit.small_case import DECLARATIONS, SCENARIO, declarations_of, write

from whowhom.engine.scenario import Scenario, load_scenario
from whowhom.engine.schedule import Schedule
from whowhom.errors import DateError, ParameterError, ScenarioError, UnknownNameError


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    return load_scenario(write(tmp_path), declarations_of)


def test_a_sound_scenario_is_read_whole(small: Scenario) -> None:
    """Every table of a sound scenario arrives where it belongs, dates turned into ticks."""
    assert (small.name, small.title, small.model, small.notes) == ("small", "A small case", "machine", "For tests.")
    assert (small.start, small.tick_days, small.records) == (date(1917, 11, 7), 7, ("security.staff",))
    assert small.settings.value("person.nerve", 0) == 0.4
    assert small.settings.value("repression.custody_weeks", 0) == 10
    assert small.settings.value("quota.attempts", 0) == 8
    assert small.settings.schedules == {"army.troops": Schedule(((0, 1e5), (52, 6.2e5)))}
    assert small.settings.schedules["army.troops"].source == "stylised"
    assert small.settings.switches == {"executions": False, "concession": False}
    assert small.settings.switch_dates == {"concession": ((174, True),)}
    assert [row["name"] for row in small.settings.structure["province"]] == ["North", "South"]
    assert list(small.settings.structure) == ["province", "start"]  # the model needs dates
    assert small.settings.declarations is DECLARATIONS


def test_the_chosen_vector_is_in_the_settings(small: Scenario) -> None:
    """The vector that [choice] names sets its parameters, and the others stand ready."""
    assert small.choice == {"leader": "patient"}
    assert small.settings.value("centre.threshold_camp", 0) == 0.02
    assert small.vector("leader", "hasty") == {"centre.threshold_camp": 0.006}
    with pytest.raises(UnknownNameError) as caught:
        small.vector("leader", "mild")
    assert str(caught.value) == "'leader' must be one of those in scenario 'small' ('hasty', 'patient'), got 'mild'."


def test_leaders_follow_one_another_at_their_dates(tmp_path: Path) -> None:
    """Names by date let every parameter of the vectors follow a step path; an arm that takes another vector ends it."""
    dated = 'leader = [["1917-11-07", "patient"], ["1924-01-21", "hasty"], ["1930-01-01", "patient"]]'
    case = load_scenario(write(tmp_path, SCENARIO.replace('leader = "patient"', dated)), declarations_of)
    second, third = case.tick_of("1924-01-21"), case.tick_of("1930-01-01")
    assert case.choice == {"leader": ((0, "patient"), (second, "hasty"), (third, "patient"))}
    values = [case.settings.value("centre.threshold_camp", t) for t in (0, second - 1, second, third - 1, third, 9999)]
    assert values == [0.02, 0.02, 0.006, 0.006, 0.02, 0.02]
    arm = case.changed({"leader": "hasty"}, from_tick=3)
    assert [arm.value("centre.threshold_camp", t) for t in (2, 3, third)] == [0.02, 0.006, 0.006]


def test_one_name_by_date_is_the_same_as_the_name(small: Scenario, tmp_path: Path) -> None:
    """A list of one name is that name: the settings are equal at every date."""
    dated = load_scenario(
        write(tmp_path, SCENARIO.replace('leader = "patient"', 'leader = [["1917-11-07", "patient"]]')), declarations_of
    )
    assert all(
        dated.settings.value(name, t) == small.settings.value(name, t)
        for name in small.settings.names
        for t in (0, 9, 999)
    )


def test_an_arm_may_take_another_vector(small: Scenario) -> None:
    """An arm sets a kind of vector by name, beside parameters and switches, from a tick on."""
    arm = small.changed({"leader": "hasty", "person.nerve": 0.1}, off=["concession"], from_tick=9)
    assert [arm.value("centre.threshold_camp", tick) for tick in (8, 9)] == [0.02, 0.006]
    assert [arm.value("person.nerve", tick) for tick in (8, 9)] == [0.4, 0.1]
    assert not arm.on("concession", 500)


def test_a_wrong_arm_is_answered_whole(small: Scenario) -> None:
    """Everything wrong with an arm is said at once."""
    with pytest.raises(ParameterError) as caught:
        small.changed({"leader": "mild", "nerve": 1}, off=["execution"])
    assert [sentence.split(" ")[0] + sentence.split(" ")[1] for sentence in caught.value.problems] == [
        "'leader'must",
        "unknownparameter",
        "unknownswitch",
    ]
    with pytest.raises(ParameterError, match=r"'centre.threshold_camp' must be set once, got it from 'leader' too"):
        small.changed({"centre.threshold_camp": 0.02, "leader": "hasty"})


def test_a_scenario_knows_its_dates(small: Scenario) -> None:
    """A scenario turns dates into ticks and back."""
    assert small.tick_of("1922-03") == 225
    assert small.ticks_until("1922-03") == 225
    assert small.date_of(225) == date(1922, 3, 1)
    with pytest.raises(DateError, match="'--from' must be on or after 1917-11-07"):
        small.tick_of("1917", name="--from")


def test_identity_does_not_depend_on_the_order_of_the_file(small: Scenario, tmp_path: Path) -> None:
    """The same tables in another order, with names quoted or not, give the same identity."""
    head, *tables = SCENARIO.split("\n\n")
    provinces = tables.pop()
    other = "\n\n".join([*reversed(tables), provinces, head]).replace(
        "repression.custody_weeks", '"repression.custody_weeks"'
    )
    assert other != SCENARIO
    assert load_scenario(write(tmp_path, other), declarations_of).settings.identity() == small.settings.identity()


def test_line_ends_and_byte_order_marks_do_not_matter(small: Scenario, tmp_path: Path) -> None:
    """A file saved by another editor, with a mark at its start and other line ends, is the same scenario."""
    path = tmp_path / "other.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SCENARIO.replace("\n", "\r\n").encode())
    assert load_scenario(path, declarations_of) == small


def test_the_models_own_tables_are_checked_by_the_model(tmp_path: Path) -> None:
    """What a model finds wrong with its own tables is said with everything else."""
    path = write(tmp_path, SCENARIO.replace('"person.nerve" = 0.4', '"person.nerve" = 4'))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(
            path, declarations_of, structure_problems_of=lambda model, own: [f"{model} has {len(own['province'])}."]
        )
    assert len(caught.value.problems) == 2
    assert caught.value.problems[1] == f"{path}: machine has 2."
