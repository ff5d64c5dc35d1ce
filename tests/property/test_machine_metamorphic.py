"""Off is absent, and the first difference is where the cause acts.

Twins make sense only if a change touches nothing but what it causes. So an instrument that is off must be the world without it, bit for
bit, and the first week after a change must differ at the persons concerned and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from tests.machine_worlds import (
    NEVER,
    SWITCHES,
    harsh_small,
    small_layout,
    small_world,
)
from tests.plain_weeks import ABSENT, absent_settings, fields, plain

from whowhom.engine.population import CAMP, EXECUTED, EXILE, ROLE_BITS, SOLDIER, World
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.world import MachineWorld

PERSONAL = ("state", "role", "record", "marks", "margin")


def live(values: Mapping[str, float], weeks: int, *, off: tuple[str, ...] = (), **more: Any) -> MachineWorld:
    world = small_world(harsh_small(NEVER | dict(values)), off=off, seed=2, **more)
    for _ in range(weeks):
        world.step()
    assert world.alive
    return world


def unequal(one: World, other: World) -> set[str]:
    """Arrays and fields that differ in any bit."""
    return {name for (name, a), (_, b) in zip(fields(one), fields(other), strict=True) if not np.array_equal(a, b)}


# --- off is absent --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Absence:
    """A switch; settings of both worlds; the settings that say the same as its off value; fields that record the intention."""

    switch: str
    values: dict[str, float]
    absent: dict[str, float]
    intended: frozenset[str] = frozenset()


ONE_LADDER = {
    f"centre.{what}_{name}": value
    for name in ("exile", "camp", "execution")
    for what, value in (("threshold", 0.01), ("ceiling", 0.75))
}
PASSED_ON = ONE_LADDER | {
    "decision.severity_scale": 0.0,  # otherwise the use of an instrument is feared, too
    "repression.dossier_severity": 0.0,
    "repression.share_interned": 0.0,
    "repression.share_executed": 0.25,
    "repression.share_camp": 0.5,
    "repression.share_exile": 0.25,
}
"""Binary fractions, so that two probabilities added beforehand or by the off value are equal to the last bit."""
WAR = {"path.civil_war": 0.5, "path.intervention": 0.75, "food.harvest": 0.8}

ABSENCES = (
    Absence(
        "arrests",
        {},
        {"centre.ceiling_arrest": 0.0, "apparatus.arrests_per_officer": 0.0},
        frozenset({"use"}),
    ),
    Absence(
        "executions",
        PASSED_ON,
        {"repression.share_executed": 0.0, "repression.share_camp": 0.75},
        frozenset({"province.execution_use"}),
    ),
    Absence(
        "camps",
        PASSED_ON,
        {"repression.share_camp": 0.0, "repression.share_exile": 0.75},
        frozenset({"province.camp_use"}),
    ),
    Absence("exile", PASSED_ON, {"repression.share_exile": 0.0}, frozenset({"province.exile_use"})),
    Absence("torture", {}, {"repression.torture": 0.0}),
    Absence("coerced_names", {}, {"names.acted_on": 0.0}),
    Absence("autonomy", {}, {"apparatus.case_hunger": 0.0}),
    Absence("concession", {}, {"centre.concession_max": 0.0}),
    Absence("civil_war", WAR, {"path.civil_war": 0.0}),
    Absence("intervention", WAR, {"path.intervention": 0.0}),
    Absence("backwardness", WAR, {"food.harvest": 1.0}),
    Absence(
        "dossiers",
        {"apparatus.dossier_weight": 0.0, "repression.dossier_severity": 0.5},
        {"repression.dossier_severity": 0.0},
        frozenset({"record"}),
    ),
)


@pytest.mark.parametrize("case", ABSENCES, ids=lambda case: case.switch)
def test_off_is_absent(case: Absence) -> None:
    """A switch that is off gives, bit for bit, the world whose settings say that the thing does not exist: no use of arrest and no
    capacity, death sentences that are camp sentences, duress 0, names never acted on, no case hunger, no concession, no war, no entry that is read.
    """
    off = live(case.values, 25, off=(case.switch,))
    absent = live(case.values | case.absent, 25)
    assert unequal(off.arrays, absent.arrays) <= case.intended
    assert unequal(off.arrays, live(case.values, 25).arrays) - case.intended, "the switch must matter"


def test_every_switch_is_held_to_its_absence() -> None:
    """Each switch that is on unless turned off has its case; those that are off are held to theirs in the files of their family (`test_instruments_*.py`)."""
    assert [case.switch for case in ABSENCES] == [name for name in SWITCHES if name in {c.switch for c in ABSENCES}]
    assert {case.switch for case in ABSENCES} == {switch.name for switch in DECLARATIONS.switches if switch.default}


@pytest.mark.parametrize("name", ["exile", "camp", "execution"])
def test_zero_use_is_off(name: str) -> None:
    """An instrument that the centre would never use is the same switched on and off, to the last bit of everything."""
    switch = {"exile": "exile", "camp": "camps", "execution": "executions"}[name]
    never = {f"centre.ceiling_{name}": 0.0, f"centre.base_{name}": 0.0}
    on, off = live(never, 25), live(never, 25, off=(switch,))
    assert on.digest() == off.digest()


def test_off_without_a_cause_is_nothing() -> None:
    """In a world in which nobody is ever arrested, the switches of everything that follows arrest change no bit."""
    calm = {"apparatus.arrests_per_officer": 0.0, "decision.severity_scale": 0.0}
    followers = ("executions", "camps", "exile", "torture", "coerced_names", "autonomy")
    intended = {"province.execution_use", "province.camp_use", "province.exile_use", "nation.r_d"}
    assert unequal(live(calm, 25).arrays, live(calm, 25, off=followers).arrays) <= intended


def test_off_is_a_week_without_the_mechanism() -> None:
    """With a switch off the week from which the mechanism's lines are taken out gives the same bits."""
    expected = {}
    for switch in ABSENT:
        world = small_world(settings=absent_settings(switch), seed=2)
        for _ in range(12):
            world.step()
        expected[switch] = world.digest()
    assert plain("absent") == expected


# --- the first difference is where the cause acts ---------------------------------------------------------------------------------------

AT = 14


def first_week(
    values: Mapping[str, float], off: tuple[str, ...]
) -> tuple[dict[str, np.ndarray], MachineWorld, MachineWorld]:
    """The state before week `AT` and two worlds after it, of which the second lived it with something switched off."""
    one, other = (live(values, AT, layout=small_layout(times=4)) for _ in range(2))
    before = one.snapshot()
    assert one.digest() == other.digest()
    other.change(other._settings.replace(off=off, from_tick=AT))
    one.step()
    other.step()
    return before, one, other


def persons_that_differ(one: MachineWorld, other: MachineWorld) -> np.ndarray:
    return np.any([getattr(one.arrays, x) != getattr(other.arrays, x) for x in PERSONAL], axis=0)


def those_around(w: World, who: np.ndarray) -> np.ndarray:
    """Everybody who lives in a community, or serves in a garrison, of some persons."""
    community = np.arange(len(w.state)) >> 6
    pool = np.where(w.role & ROLE_BITS == SOLDIER, w.stratum["pool"][w.community["stratum"]][community], -1)
    near = np.isin(community, community[who])
    return near | (np.isin(pool, pool[who]) & (pool >= 0))


def test_without_executions_only_those_around_the_condemned_differ() -> None:
    """In the week in which executions stop, those who would have been shot go to camps, exile or home; of all others only people of
    their communities and garrisons may differ, and everybody else has the same state, dossier, grief and marks.
    """
    before, one, other = first_week({"decision.severity_scale": 0.0}, ("executions",))
    shot = (one.arrays.state == EXECUTED) & (before["state"] != EXECUTED)
    differ = persons_that_differ(one, other)
    assert shot.sum() > 3
    assert (other.arrays.state[shot] != EXECUTED).all()
    assert differ[shot].all()
    assert not differ[~those_around(one.arrays, shot)].any()
    assert not those_around(one.arrays, shot).all()


@pytest.mark.parametrize(("switch", "state", "instead"), [("camps", CAMP, (EXILE,)), ("exile", EXILE, (0,))])
def test_without_an_instrument_exactly_its_victims_differ(switch: str, state: int, instead: tuple[int, ...]) -> None:
    """In the week in which camps, or exile, stop, exactly those who would have been sent there differ, and nobody else."""
    before, one, other = first_week({"decision.severity_scale": 0.0}, (switch,))
    sent = (one.arrays.state == state) & (before["state"] != state)
    assert sent.sum() > 3
    assert np.array_equal(persons_that_differ(one, other), sent)
    assert np.isin(other.arrays.state[sent], instead).all()


def test_without_duress_only_dossiers_and_names_differ() -> None:
    """In the week in which duress stops nobody's state differs; other names are given, so dossiers and the inbox do."""
    _, one, other = first_week({}, ("torture",))
    assert {name for name in unequal(one.arrays, other.arrays) if not name.startswith("inbox.")} <= {
        "record",
        "accused",
        "province.inbox",
        "nation.r_d",
    }
    assert np.array_equal(one.arrays.record >> 4, other.arrays.record >> 4)
    assert (one.arrays.record != other.arrays.record).any()


def test_names_not_acted_on_differ_only_in_the_inbox() -> None:
    """In the week in which names are no longer acted on nothing differs but the inbox; a week later, only people of provinces in which
    a name was waiting.
    """
    _, one, other = first_week({}, ("coerced_names",))
    changed = {name for name in unequal(one.arrays, other.arrays) if not name.startswith("inbox.")}
    assert changed == {"province.inbox", "nation.r_d"}
    waiting = set(one.waiting()["target"].tolist())
    waiting -= set(other.waiting()["target"].tolist())
    assert waiting
    one.step()
    other.step()
    assert persons_that_differ(one, other).any()


def test_without_case_hunger_only_those_around_its_cases_differ() -> None:
    """In the week in which case hunger stops, only people of the communities of those who would have been taken may differ."""
    values = {"apparatus.arrests_per_officer": 10.0, "apparatus.case_hunger": 1.0, "names.acted_on": 0.0}
    before, one, other = first_week(values, ("autonomy",))
    origin = one.arrays.marks >> 3 & 7
    taken = (one.arrays.state == 3) & (before["state"] < 3) & (origin == 3)
    differ = persons_that_differ(one, other)
    assert taken.sum() > 3
    assert differ[taken].all()
    assert not differ[~those_around(one.arrays, taken)].any()


def test_the_search_for_differences_sees_them() -> None:
    """Negative control: fear of an instrument is a cause that acts everywhere, and is found far from its victims."""
    before, one, other = first_week({"decision.severity_scale": 3.0}, ("executions",))
    shot = (one.arrays.state == EXECUTED) & (before["state"] != EXECUTED)
    assert persons_that_differ(one, other)[~those_around(one.arrays, shot)].any()
