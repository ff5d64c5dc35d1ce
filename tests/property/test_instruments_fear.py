"""Instruments of fear and force in whole worlds (E35, E36, E38 to E40, E49, E50): off is absent, on acts, more is more, and nothing depends on how it is computed.

Direction tests live one week from a kept state twice, with the same luck: a stronger instrument then does to everybody what a weaker one does and to some more, so that
sets of persons are nested exactly and no statistics are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.fear_worlds import FEAR_SWITCHES, RUNGS, fear_settings, fear_world
from tests.machine_worlds import happened, observed, settings_of, small_layout, small_world
from tests.plain_weeks import fields

from whowhom.engine.population import CONDEMNED, DETAINED, EXECUTED, VOICE, World
from whowhom.models.machine.world import MachineWorld

OWN = frozenset(
    {"province.hostage_ordered", "province.village_ordered", "province.area_ordered", "province.credibility"}
)
"""What records an intention or a starting value whether or not it is used."""
WITHOUT_SWITCH = {
    "orders.obedience": 1.0,
    "repression.execution_delay": 0.0,
    "combat.captured": 0.0,
}
"""Values at which instruments without a switch are absent."""


def unequal(one: World, other: World) -> set[str]:
    """Arrays and fields that differ in any bit."""
    return {name for (name, a), (_, b) in zip(fields(one), fields(other), strict=True) if not np.array_equal(a, b)}


def lived(world: MachineWorld, weeks: int) -> MachineWorld:
    """A world after some weeks."""
    for _ in range(weeks):
        world.step()
    return world


# --- off is absent --------------------------------------------------------------------------------------------------------------------

VARIED = {
    **{
        f"{rung}.{what}": value
        for rung in RUNGS
        for what, value in (("base", 0.9), ("ceiling", 1.0), ("threshold", 1.0))
    },
    "threats.threshold": 5.0,
    "threats.centre": 0.9,
    "threats.local": 0.9,
    "threats.local_dissent": 0.9,
    "threats.credibility": 0.9,
    "threats.learning": 0.9,
    "threats.carried_rate": 0.9,
    "threats.severity": 5.0,
    "threats.exposure": 10.0,
    "captives.executed": 0.9,
    "captives.camp": 0.9,
    "captives.exile": 0.9,
    "hostages.rate": 0.9,
    "hostages.release": 0.9,
    "hostages.executed": 0.9,
    "hostages.surrender": 0.9,
    "hostages.weight": 20.0,
    "villages.rate": 0.9,
    "villages.share": 0.9,
    "villages.death": 0.9,
    "emotion.exposure_burnt": 90.0,
    "area.announcement": 9.0,
    "area.effect": 90.0,
}
"""Every parameter that only acts through a switch, or through a chance that is 0, far from its default."""


def test_off_is_absent_to_the_last_bit() -> None:
    """With the switches off, and captivity, delay and obedience at their neutral values, all other parameters of the cluster change nothing in 30
    harsh weeks but the rungs and the credibility that nobody uses.
    """
    base = lived(fear_world(WITHOUT_SWITCH, on=()), 30)
    varied = lived(fear_world(WITHOUT_SWITCH | VARIED, on=()), 30)
    assert unequal(base.arrays, varied.arrays) <= OWN
    assert base.arrays.stratum.total_combat_deaths.sum() > 0
    assert lived(fear_world(VARIED, on=FEAR_SWITCHES), 5).digest() != lived(fear_world(on=FEAR_SWITCHES), 5).digest()


def test_the_cluster_declares_every_parameter_it_has() -> None:
    """What is varied above, with the three without a switch, is all of the cluster."""
    from whowhom.models.machine.rows_instruments import FEAR_ROWS

    assert {str(row[0]) for row in FEAR_ROWS} == VARIED.keys() | WITHOUT_SWITCH.keys()


@pytest.mark.parametrize("switch", FEAR_SWITCHES)
def test_a_switch_turned_off_leaves_what_there_is(switch: str) -> None:
    """A switch turned on without a cause for it (a rung that stays at 0, threats of 0) gives the bits of off."""
    never = {f"{rung}.{what}": 0.0 for rung in RUNGS for what in ("base", "ceiling")}
    never |= {"threats.centre": 0.0, "threats.local": 0.0}
    on, off = lived(fear_world(never, on=(switch,)), 20), lived(fear_world(never, on=()), 20)
    assert on.digest() == off.digest()


# --- on acts --------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """An instrument alone, and observables that must differ from the same weeks without it."""

    name: str
    on: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[str, ...] = ()


ACTS = (
    Act("threats", ("threats",), changes=("fear", "open_dissent")),
    Act("obedience", values={"orders.obedience": 0.2}, changes=("executed_total",)),
    Act("delay", values={"repression.execution_delay": 8.0}, changes=("executed_total", "detained")),
    Act("captives", values={"combat.captured": 0.5}, changes=("captives", "combat_deaths_total")),
    Act("hostages", ("hostages_kin",), changes=("hostages_taken", "hostages_executed_total", "open_dissent")),
    Act("villages", ("village_destruction",), changes=("burnt_deaths_total", "anger", "fear")),
    Act("area weapon announced", ("area_weapon_announced",), changes=("fear", "open_dissent")),
    Act("area weapon used", ("area_weapon_used",), changes=("combat_deaths_total",)),
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_each_alone_changes_what_it_declares(act: Act) -> None:
    """Turned on alone in harsh weeks each instrument changes its observables, and no event of another instrument happens."""
    base, alone = fear_world(WITHOUT_SWITCH, on=()), fear_world(WITHOUT_SWITCH | dict(act.values), on=act.on)
    seen: set[str] = set()
    for _ in range(25):
        base.step()
        alone.step()
        ours, theirs = observed(alone), observed(base)
        seen |= {name for name in act.changes if ours[name] != theirs[name]}
    assert seen == set(act.changes)
    marks = {"arrests_captive": "captives", "hostages": "hostages", "burnt_deaths": "villages"}
    totals = happened(alone)
    assert {flow for flow in marks if totals[flow] > 0} == {flow for flow, name in marks.items() if name == act.name}
    assert not any(happened(base)[flow] for flow in marks)


# --- more is more ---------------------------------------------------------------------------------------------------------------------


class Fork:
    """A kept state, from which one week is lived under several settings with the same luck."""

    def __init__(self, values: Mapping[str, float], on: tuple[str, ...], weeks: int) -> None:
        self.values, self.on = dict(values), on
        self.world = lived(fear_world(values, on=on, times=4), weeks)
        assert self.world.alive
        self.kept = self.world.snapshot()

    def week(self, values: Mapping[str, float], weeks: int = 1) -> World:
        """The state after."""
        self.world.restore(self.kept)
        self.world.change(fear_settings(self.values | dict(values), on=self.on))
        return lived(self.world, weeks).arrays


def people(w: World, state: int) -> frozenset[int]:
    return frozenset(np.flatnonzero(w.state == state).tolist())


@pytest.mark.parametrize(
    ("parameter", "on"),
    [
        ("hostages.weight", "hostages_kin"),
        ("threats.severity", "threats"),
        ("area.announcement", "area_weapon_announced"),
    ],
)
def test_what_is_feared_silences_some_and_emboldens_nobody(parameter: str, on: str) -> None:
    """From one state with one luck, those in open dissent under a stronger fear are a true subset of those under a weaker one."""
    fork = Fork(WITHOUT_SWITCH | {parameter: 0.0}, (on,), 14)
    # nobody takes up arms, so that who is in voice is who decided for it, and what is announced is no exposure, which would anger as well
    alone = {"arming.rate": 0.0, "threats.exposure": 0.0}
    voices = [people(fork.week(alone | {parameter: weight}), VOICE) for weight in (0.0, 1.0, 4.0)]
    assert voices[0] > voices[1] > voices[2]


def test_more_obedience_executes_the_same_and_more() -> None:
    """Those executed for fewer acts on each order are a true subset of those executed for more."""
    fork = Fork(WITHOUT_SWITCH, (), 16)
    dead = [people(fork.week({"orders.obedience": value}), EXECUTED) for value in (0.0, 0.5, 1.0)]
    assert dead[0] < dead[1] < dead[2]


def test_a_longer_delay_leaves_more_waiting() -> None:
    """Of one group of condemned those executed in a week under a longer delay are a subset; who is not waits in custody."""
    fork = Fork(WITHOUT_SWITCH | {"repression.execution_delay": 30.0}, (), 20)
    before = fork.world.arrays.marks & CONDEMNED != 0
    assert before.sum() > 20
    lots = []
    for delay in (30.0, 4.0, 1.0):
        w = fork.week({"repression.execution_delay": delay})
        lots.append(frozenset(np.flatnonzero(before & (w.state == EXECUTED)).tolist()))
        assert (w.state[before & (w.state != EXECUTED)] == DETAINED).all()
    assert lots[0] < lots[1] < lots[2]
    assert len(lots[2]) == before.sum()


def test_more_captives_are_fewer_deaths_in_combat() -> None:
    """More captives are taken under a larger chance, and each is one death less among those who fall."""
    fork = Fork(WITHOUT_SWITCH | {"combat.kill_rate": 0.2}, (), 10)
    taken, fallen = [], []
    for captured in (0.0, 0.4, 1.0):
        w = fork.week({"combat.captured": captured})
        taken.append(int(w.stratum.week_arrests_captive.sum()))
        fallen.append(taken[-1] + int(w.stratum.week_combat_deaths.sum()))
    assert taken[0] == 0 < taken[1] < taken[2]
    assert fallen[0] == fallen[1] == fallen[2]


def test_more_use_burns_more() -> None:
    """Nobody dies in fire that is never laid, and more under a larger chance."""
    fork = Fork(WITHOUT_SWITCH, ("village_destruction",), 8)
    deaths = [int(fork.week({"villages.rate": rate}).stratum.week_burnt_deaths.sum()) for rate in (0.0, 0.5, 1.0)]
    assert deaths[0] == 0 < deaths[1] < deaths[2]


def test_a_stronger_area_weapon_kills_more() -> None:
    """Deaths in combat rise with the effect of an area weapon in use, of bystanders too."""
    fork = Fork(WITHOUT_SWITCH | {"area.effect": 0.0, "combat.intel_base": 0.3}, ("area_weapon_used",), 10)
    deaths = [int(fork.week({"area.effect": effect}).stratum.week_combat_deaths.sum()) for effect in (0.0, 10.0, 100.0)]
    assert deaths[0] < deaths[1] < deaths[2]


# --- however it is computed -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [0.3, 3.0, 20.0])
@pytest.mark.parametrize("aversion", [0.2, 1.5])
def test_passing_over_and_threads_change_no_bit(weight: float, aversion: float) -> None:
    """With all on, whatever kin at risk weigh, worlds that pass over nobody, and worlds on three threads, are the same to the last bit."""
    values = {"hostages.weight": weight, "decision.risk_aversion": aversion}
    world = fear_world(values, seed=2)
    others = fear_world(values, seed=2, skip=False), fear_world(values, seed=2)
    others[1]._week.spread(3)
    for _ in range(25):
        for each in (world, *others):
            each.step()
        assert world.digest() == others[0].digest() == others[1].digest()
    assert happened(world)["hostages"] > 0


def test_a_kept_state_goes_on_as_if_nothing_had_been() -> None:
    """Hostages, condemned persons, credibility and rungs are part of the state: kept and restored, the weeks that follow are the same."""
    world = lived(fear_world(seed=3), 15)
    kept = world.snapshot()
    end = lived(world, 10).digest()
    assert world.arrays.stratum.hostages.sum() > 0
    assert world.arrays.province.condemned.sum() > 0
    other = fear_world(seed=3)
    other.restore(kept)
    assert lived(other, 10).digest() == end


def test_the_count_of_the_condemned_is_that_of_their_marks() -> None:
    """What lets a week pass over provinces without condemned persons never drifts from the persons."""
    world = fear_world(seed=2)
    for _ in range(25):
        world.step()
        w = world.arrays
        home = w.stratum.province[w.community.stratum].repeat(64)
        marked = np.bincount(home[(w.marks & CONDEMNED) > 0], minlength=len(w.province))
        assert marked.tolist() == w.province.condemned.tolist()
        assert (w.state[(w.marks & CONDEMNED) > 0] == DETAINED).all()


def test_defaults_of_the_core_are_without_the_cluster() -> None:
    """A world of defaults has no hostage, captive or condemned person, nothing announced and no rung in use, at any time."""
    world = small_world(settings=settings_of({"army.troops": 3000.0}), layout=small_layout())
    for _ in range(20):
        world.step()
        w = world.arrays
        assert (w.province.announced == 0).all()
        assert (w.province.hostage_use == 0).all()
        assert (
            w.stratum.total_arrests_captive.sum() == w.stratum.total_hostages.sum() == w.province.condemned.sum() == 0
        )
