from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.small_case import ATTEMPTS, CUSTODY, DECLARATIONS, NERVE, TROOPS

from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError, UnknownNameError

PATH = Schedule(((0, 1e5), (52, 6e5)))
SETTINGS = Settings.of(
    DECLARATIONS,
    values={"person.nerve": 0.4},
    schedules={"army.troops": PATH},
    switches={"executions": False},
    switch_dates={"concession": ((174, True),)},
    structure={"province": [{"name": "North", "share": 0.4}]},
)
SINGLE = (CUSTODY, TROOPS, ATTEMPTS, NERVE)
ticks = st.integers(0, 80)


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    """Any sound settings of the small case; the ladder stays at its defaults."""
    values: dict[str, float] = {}
    schedules: dict[str, Schedule] = {}
    for parameter in SINGLE:
        number = st.integers(1, 20).map(float) if parameter.kind == "int" else st.floats(parameter.low, parameter.high)
        form = draw(st.sampled_from(["default", "value", "step", "linear"]))
        if form == "value":
            values[parameter.name] = draw(number)
        elif form != "default":
            when = sorted(draw(st.sets(ticks, min_size=1, max_size=4)))
            kind: Any = "step" if parameter.kind == "int" else form
            schedules[parameter.name] = Schedule(tuple((tick, draw(number)) for tick in when), kind)
    dates = sorted(draw(st.sets(ticks, max_size=3)))
    return Settings.of(
        DECLARATIONS,
        values=values,
        schedules=schedules,
        switches={"executions": draw(st.booleans())},
        switch_dates={"concession": tuple((tick, draw(st.booleans())) for tick in dates)},
        structure=draw(
            st.dictionaries(st.text(max_size=3), st.lists(st.floats(0, 1) | st.text(max_size=3), max_size=3))
        ),
    )


def everything(some: Settings, until: int = 90) -> list[tuple[dict[str, float], dict[str, bool]]]:
    return [(some.values_at(tick), some.switches_at(tick)) for tick in range(until)]


def test_values_and_switches_are_read_by_tick() -> None:
    """A constant, a path, a default and a dated switch each give their value at a tick."""
    assert SETTINGS.value("person.nerve", 99) == 0.4
    assert SETTINGS.value("army.troops", 26) == 3.5e5
    assert SETTINGS.value("repression.custody_weeks", 0) == 8.0
    assert [SETTINGS.on("concession", tick) for tick in (0, 173, 174, 500)] == [False, False, True, True]
    assert not SETTINGS.on("executions", 0)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    """Asking for what is not there raises an error that names the nearest."""
    with pytest.raises(UnknownNameError, match=r"unknown parameter 'army.troop'. Nearest: 'army.troops'"):
        SETTINGS.value("army.troop", 0)
    with pytest.raises(UnknownNameError, match=r"unknown switch 'execution'. Nearest: 'executions'"):
        SETTINGS.on("execution", 0)


@given(settings())
def test_an_identity_goes_to_disk_and_back(some: Settings) -> None:
    """Settings rebuilt from their identity, after JSON, are equal, have the same identity and the same values."""
    again = Settings.from_identity(json.loads(json.dumps(some.identity())), declarations=DECLARATIONS)
    assert again == some
    assert json.dumps(again.identity()) == json.dumps(some.identity())
    assert everything(again) == everything(some)


@given(settings(), st.randoms(use_true_random=False))
def test_an_identity_does_not_depend_on_order(some: Settings, random: Any) -> None:
    """The same content in another order gives the same text of the identity."""

    def shuffled(content: Any) -> Any:
        names = list(content)
        random.shuffle(names)
        return {name: content[name] for name in names}

    fields = ("values", "schedules", "switches", "switch_dates", "structure")
    again = Settings(**{name: shuffled(getattr(some, name)) for name in fields})
    assert json.dumps(again.identity()) == json.dumps(some.identity())


def test_equal_content_has_one_identity_however_it_is_written() -> None:
    """A constant path is a constant, a date that changes nothing is none, 3 is 3.0 and minus zero is zero."""
    plain = Settings.of(DECLARATIONS, values={"army.troops": 0.0, "quota.attempts": 3})
    written = Settings.of(
        DECLARATIONS,
        values={"quota.attempts": 3.0},
        schedules={"army.troops": Schedule(((4, -0.0), (9, 0.0)))},
        switch_dates={"executions": ((0, True), (7, True))},
    )
    assert json.dumps(plain.identity()) == json.dumps(written.identity())


@pytest.mark.parametrize(
    "other",
    [
        SETTINGS.replace({"person.nerve": 0.4000000000000001}),
        SETTINGS.replace({"person.nerve": 0.5}, from_tick=3),
        SETTINGS.replace(on=["executions"]),
        SETTINGS.replace(on=["concession"], from_tick=173),
        dataclasses.replace(SETTINGS, structure={}),
        dataclasses.replace(SETTINGS, schedules={"army.troops": Schedule(PATH.points, "step")}),
    ],
    ids=["last bit", "date of a value", "switch", "date of a switch", "table", "kind of path"],
)
def test_different_content_has_different_identities(other: Settings) -> None:
    """Whatever is chosen differently shows in the identity, down to the last bit of a number."""
    assert json.dumps(other.identity()) != json.dumps(SETTINGS.identity())


def test_the_text_of_an_identity_is_fixed() -> None:
    """The text of an identity is what stores on disk are named by; changing it makes them all strangers."""
    assert json.dumps(SETTINGS.identity()) == (
        '{"values": {"centre.threshold_arrest": 0.005, "centre.threshold_camp": 0.01, "centre.threshold_execution": 0.05, '
        '"person.nerve": 0.4, "quota.attempts": 8.0, "repression.custody_weeks": 8.0}, '
        '"schedules": {"army.troops": {"kind": "linear", "points": [[0, 100000.0], [52, 600000.0]]}}, '
        '"switches": {"concession": false, "executions": false}, "switch_dates": {"concession": [[174, true]]}, '
        '"structure": {"province": [{"name": "North", "share": 0.4}]}}'
    )


@given(settings(), ticks, st.floats(0, 1))
def test_a_replacement_differs_from_its_tick_on_only(some: Settings, tick: int, nerve: float) -> None:
    """Before the tick nothing differs to the last bit; from it on the new value and states hold, and nothing else moves."""
    other = some.replace({"person.nerve": nerve}, off=["executions"], on=["concession"], from_tick=tick)
    before, after = everything(some), everything(other)
    assert after[:tick] == before[:tick]
    for (old_values, _), (new_values, new_states) in zip(before[tick:], after[tick:], strict=True):
        assert new_values == old_values | {"person.nerve": nerve}
        assert new_states == {"executions": False, "concession": True}


@given(settings(), ticks)
def test_a_replacement_without_a_change_is_the_original(some: Settings, tick: int) -> None:
    """Replacing nothing, or states and constants by themselves, gives settings with the same identity."""
    same = {name: value for name, value in some.values.items() if not name.startswith("centre.")}
    fixed = [name for name in some.switches if name not in some.switch_dates]
    off, on = ([name for name in fixed if some.switches[name] is state] for state in (False, True))
    assert some.replace(from_tick=tick) == some
    assert some.replace(same, off=off, on=on, from_tick=tick).identity() == some.identity()


def test_a_replacement_ends_later_dates() -> None:
    """A switch that is off from a tick on stays off, whatever dates the scenario had after it."""
    assert not SETTINGS.replace(off=["concession"]).on("concession", 500)
    assert "concession" not in SETTINGS.replace(off=["concession"], from_tick=174).switch_dates
    assert SETTINGS.replace(off=["concession"], from_tick=180).switch_dates["concession"] == ((174, True), (180, False))


def test_a_single_name_is_a_list_of_one() -> None:
    """A switch given as a text is that switch, not its letters."""
    assert SETTINGS.replace(on="executions") == SETTINGS.replace(on=["executions"])


def test_a_wrong_replacement_is_answered_whole() -> None:
    """Everything wrong with a replacement is said at once, word for word."""
    with pytest.raises(ParameterError) as caught:
        SETTINGS.replace({"army.troop": 1, "person.nerve": 7}, off=["executions"], on=["executions"], from_tick=-1)
    assert caught.value.problems == [
        "switch 'executions' must be off or on, got both. Name it once.",
        "'from_tick' must be a whole number from 0 on, got -1. It counts weeks.",
        "unknown parameter 'army.troop'. Nearest: 'army.troops'. `whowhom describe soviet` lists all.",
        "'person.nerve' must be in [0, 1], got 7. It is the mean nerve; `whowhom describe soviet` lists all ranges.",
    ]


def test_a_replacement_may_not_break_an_order_later() -> None:
    """A value that would stand above the next step of the ladder from some week on is refused with that week."""
    with pytest.raises(ParameterError) as caught:
        SETTINGS.replace({"centre.threshold_camp": 0.1}, from_tick=30)
    assert str(caught.value) == (
        "week 30: 'centre.threshold_camp' must not be above 'centre.threshold_execution', got 0.1 above 0.05. "
        "They are steps of one ladder; set both."
    )


@pytest.mark.parametrize("name", [parameter.name for parameter in DECLARATIONS.parameters])
def test_every_bad_value_is_refused_as_a_replacement(name: str) -> None:
    """No bad value of any parameter passes, neither from the start nor from a later tick."""
    for bad in DECLARATIONS.parameter(name).bad_values():
        for tick in (0, 5):
            with pytest.raises(ParameterError, match=name):
                SETTINGS.replace({name: bad}, from_tick=tick)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"values": {"person.nerve": 2.0}}, "'person.nerve' must be in [0, 1], got 2.0."),
        ({"switches": {"execution": True}}, "unknown switch 'execution'."),
        ({"switch_dates": {"execution": ((3, True),)}}, "unknown switch 'execution'."),
        ({"schedules": {"nerve": Schedule(((0, 1.0),))}}, "unknown parameter 'nerve'."),
        ({"schedules": {"person.nerve": Schedule(((0, 1.0), (9, 2.0)))}}, "week 9: 'person.nerve' must be in [0, 1]"),
        ({"schedules": {"quota.attempts": Schedule(((0, 1.0), (9, 2.0)))}}, "must be 'step', got 'linear'."),
        (
            {"schedules": {"centre.threshold_arrest": Schedule(((5, 0.005), (9, 0.02)))}},
            "week 8: 'centre.threshold_arrest' must not be above 'centre.threshold_camp', got 0.01625 above 0.01.",
        ),
    ],
)
def test_wrong_settings_are_refused(parts: dict[str, Any], says: str) -> None:
    """Settings with an unknown name, a value out of range at any time, or a broken order cannot be built."""
    with pytest.raises(ParameterError) as caught:
        Settings.of(DECLARATIONS, **parts)
    assert says in str(caught.value)


def test_an_order_between_two_lines_is_checked_where_a_step_ends() -> None:
    """A line that passes a step just before the step rises is found on that tick, not missed between the points."""
    parts = {
        "centre.threshold_arrest": Schedule(((0, 0.001), (10, 0.02))),
        "centre.threshold_camp": Schedule(((0, 0.01), (9, 0.03)), "step"),
    }
    with pytest.raises(ParameterError, match=r"week 8: 'centre\.threshold_arrest' must not be above"):
        Settings.of(DECLARATIONS, schedules=parts)


@pytest.mark.parametrize("attribute", ["values", "schedules", "switches", "switch_dates", "structure"])
def test_settings_cannot_be_changed(attribute: str) -> None:
    """No part of settings can be written to or replaced in place."""
    with pytest.raises(TypeError, match="cannot be changed in place"):
        getattr(SETTINGS, attribute)["x"] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(SETTINGS, attribute, {})


def test_settings_are_not_moved_by_what_they_were_built_from() -> None:
    """Changing a dictionary after settings were built from it does not change them."""
    table = {"province": [{"share": 1.0}]}
    built = Settings.of(DECLARATIONS, structure=table)
    table["province"][0]["share"] = 0.5
    assert built.structure["province"][0]["share"] == 1.0


def test_settings_can_be_copied_and_sent() -> None:
    """A copy and a pickled copy are equal to the original and can be replaced from as well."""
    for again in (copy.deepcopy(SETTINGS), pickle.loads(pickle.dumps(SETTINGS))):
        assert again == SETTINGS
        assert hash(again) == hash(SETTINGS)
        assert again.replace({"person.nerve": 0.1}) == SETTINGS.replace({"person.nerve": 0.1})


def test_settings_without_declarations_still_know_their_names() -> None:
    """Settings built bare refuse names that are not theirs."""
    bare = Settings(values={"rate": 1.0}, switches={"camps": True})
    with pytest.raises(
        ParameterError, match=r"unknown parameter 'rat'\. Nearest: 'rate'\.(.|\n)*unknown switch 'camp'"
    ):
        bare.replace({"rat": 2.0}, off=["camp"])
    with pytest.raises(ValueError, match="must have a state at tick 0"):
        Settings(values={}, switch_dates={"camps": ((1, True),)})
