"""The compiled instruments beyond the core and the slow reference agree bit for bit: each alone, all together, and with dates.

`docs/instruments.md` was turned into programs by four hands, three for the compiled model and one for the reference, and the reference was
written from the page alone. Every case says what must have happened in it and must differ from the same history without the instrument, so
that agreement about nothing cannot pass for agreement.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.machine_worlds import (
    HARSH,
    NEVER,
    PERSONS,
    SMALL_TROOPS,
    differences,
    happened,
    harsh_small,
    observed,
    reference_of,
    settings_of,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)
from tests.reference.week import ReferenceWorld

from whowhom.engine.population import CONDEMNED
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.switches_instruments import INSTRUMENT_SWITCHES
from whowhom.models.machine.world import MachineWorld

WEEKS = 40
TROUBLED = harsh_small(
    NEVER
    | {
        "path.civil_war": 0.15,
        "path.intervention": 0.6,
        "decision.start_dissent": 0.1,
        "food.famine_death": 0.001,
        "apparatus.cap": 0.02,
    }
)
"""Harsh settings in which nothing falls, with an armed minority, for a small layout of four times the smallest size."""
TWO_SIDES = ("fronts", "rival_instruments", "rival_vectors", "negotiation", "takeover", "recruitment")
"""E54 to E58, which have their own comparisons in `test_bits_sides.py`."""
SWITCHES = tuple(switch.name for switch in INSTRUMENT_SWITCHES if not switch.default and switch.name not in TWO_SIDES)


# --- two worlds, side by side -------------------------------------------------------------------------------------------------------


def momentary_differences(world: MachineWorld, reference: ReferenceWorld) -> list[str]:
    """Where they differ in what the instruments made of a week."""
    found = []
    for name, theirs in reference.of_this_week().items():
        ours = world.arrays.province[name]
        if not np.array_equal(ours, np.asarray(theirs, dtype=float)):
            found.append(f"{name}: {ours.tolist()} and {theirs}")
    n = world.arrays.nation[0]
    if float(n.abroad_voice) != reference.voice_abroad:
        found.append(f"abroad_voice: {n.abroad_voice!r} and {reference.voice_abroad!r}")
    return found


_TOTALS = {
    "arrests_informer": "arrests_informer",
    "arrests_quota": "arrests_quota",
    "captives": "arrests_captive",
    "informers": "informers",
    "hostages": "hostages",
    "hostages_taken": "hostages_taken",
    "hostages_executed_total": "hostages_executed_total",
    "burnt_deaths_total": "burnt_deaths_total",
    "expelled": "expelled",
    "deserted": "deserted",
    "returned": "returned",
    "conscripted": "conscripted",
    "exits": "exits",
    "deported": "deported",
    "abroad": "abroad",
    "killed_abroad_total": "killed_abroad_total",
    "foreigners_held": "foreigners",
    "executed_total": "executed_total",
    "denunciation_number": "r_d",
}
"""Observable -> its name in the reference's totals."""


class Pair:
    """A compiled world and the reference, compared every week: every person, place and count, and what is reported."""

    def __init__(self, world: MachineWorld, settings: Settings, *, seed: int) -> None:
        self.world, self.reference = world, reference_of(world, settings, seed=seed)
        self.most: dict[str, float] = {}
        assert differences(world, self.reference) == []

    def live(self, weeks: int) -> Pair:
        """Live some weeks, or until both fall; every difference ends the test."""
        for _ in range(weeks):
            if not self.world.alive:
                break
            self.world.step()
            self.reference.step()
            found = differences(self.world, self.reference) + momentary_differences(self.world, self.reference)
            assert found == [], f"after week {self.world.tick - 1}"
            self._reports_agree()
            self._watch()
        assert self.reference.alive == self.world.alive
        return self

    def _reports_agree(self) -> None:
        seen, totals = observed(self.world), self.reference.totals()
        expected = {ours: totals[theirs] for ours, theirs in _TOTALS.items()}
        assert {name: seen[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=0)

    def _watch(self) -> None:
        w = self.world.arrays
        now = {name: float(n) for name, n in happened(self.world).items()}
        for name in (
            "announced",
            "made_threat",
            "credibility",
            "informers",
            "quota",
            "arrested",
            "village_use",
            "area_used",
        ):
            now[name] = float(w.province[name].max())
        now |= {"condemned": float(np.count_nonzero(w.marks & CONDEMNED)), "foreigners": float(w.nation[0].foreigners)}
        now["voice abroad"] = float(w.nation[0].abroad_voice)
        for name, value in now.items():
            self.most[name] = max(value, self.most.get(name, 0.0))


@dataclass(frozen=True)
class Case:
    """One history with some instruments, and what must be above 0 at some time in it."""

    name: str
    on: tuple[str, ...] = ()
    values: dict[str, float] = field(default_factory=dict)
    acts: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    also: dict[str, float] = field(default_factory=dict)
    """Values of both histories, with and without the instrument."""
    also_on: tuple[str, ...] = ()

    def settings(self) -> Settings:
        """With the instrument."""
        return self.without().replace(self.values, on=self.on, off=self.off)

    def without(self) -> Settings:
        """The same circumstances without it."""
        return settings_of(TROUBLED | self.also).replace(on=self.also_on)


def world_of(settings: Settings, seed: int = 2) -> MachineWorld:
    """A small layout of 10,240 persons."""
    return small_world(settings=settings, layout=small_layout(times=4), seed=seed)


FULL = {"base": 0.5, "ceiling": 1.0, "threshold": 0.02}


def rung(name: str) -> dict[str, float]:
    """A further rung that is soon in full use."""
    return {f"{name}.{what}": value for what, value in FULL.items()}


CAPACITY = {"apparatus.arrests_per_officer": 10.0}
HOSTAGES = rung("hostages") | {"hostages.rate": 0.4, "hostages.executed": 0.3, "hostages.release": 0.3}
BURNING = rung("villages") | {"villages.rate": 0.5, "villages.share": 0.6, "villages.death": 0.1}
AREA = rung("area")
INFORMERS = {
    "informers.per_person": 0.02, "informers.per_officer": 3.0, "informers.speed": 0.3, "informers.reports": 0.3,
    "informers.weight": 0.7, "informers.idle": 0.6,
}  # fmt: skip
QUOTAS = {"quotas.start": 0.0005, "quotas.growth": 0.3, "quotas.cap": 0.004}
ARMY = {"army.desertion": 0.05, "army.catch": 0.03, "army.hunger": 2.0, "army.retention": 0.2}
AMNESTY = {"amnesty.level": 0.8, "amnesty.surrender": 0.3, "amnesty.release": 0.2, "army.return": 0.3}
EXIT = {"exit.rate": 0.02, "abroad.return": 0.05, "abroad.echo": 0.5, "abroad.aid": 3.0, "abroad.voice": 0.5}
EXCHANGE = {"foreign.arrests": 300.0, "foreign.hostility": 0.3, "exchange.rate": 0.2, "exchange.return": 0.05}

CASES = (
    Case("threats", ("threats",), {"threats.centre": 1.0, "threats.exposure": 0.2, "threats.severity": 1.0}, ("made_threat", "announced")),
    Case("threats that are not carried out", ("threats",), {"threats.carried_rate": 1.0, "threats.learning": 0.3}, ("made_threat",)),
    Case("threats of a committee alone", ("threats",), {"threats.centre": 0.0, "threats.local": 1.0}, ("made_threat",)),
    Case("orders not carried out", (), {"orders.obedience": 0.3}, ("executed",)),
    Case("orders over-fulfilled", (), {"orders.obedience": 1.9}, ("executed",)),
    Case("secret executions", (), {"emotion.public_share": 0.0}, ("executed",), also={"emotion.public_share": 1.0, "emotion.publicity": 0.8}),
    Case("delayed executions", (), {"repression.execution_delay": 6.0}, ("condemned", "executed")),
    Case("captives", (), {"combat.captured": 0.7}, ("arrests_captive",)),
    Case("captives, delay, insiders", (), {"combat.captured": 0.9, "repression.execution_delay": 3.0, "petitions.release": 0.2}, ("arrests_captive", "condemned"), also={"decision.opposition_party": 0.6, "decision.opposition_cadre": 0.6}),
    Case("hostages", ("hostages_kin",), HOSTAGES, ("hostages", "hostages_executed"), also=CAPACITY),
    Case("hostages where executions are off", ("hostages_kin",), HOSTAGES, ("hostages",), also=CAPACITY | {"hostages.weight": 0.5}, off=("executions",)),
    Case("villages", ("village_destruction",), BURNING, ("burnt_deaths", "village_use"), also={"arming.rate": 0.1, "arming.lay_down": 0.05}),
    Case("area weapons announced", ("area_weapon_announced",), AREA, ("announced",)),
    Case("area weapons used", ("area_weapon_used",), AREA | {"area.effect": 20.0}, ("area_used", "combat_deaths")),
    Case("informers", ("informers",), INFORMERS, ("arrests_informer", "informers"), also=CAPACITY),
    Case("quotas", ("quotas",), QUOTAS, ("arrests_quota", "quota"), also=CAPACITY),
    Case("quotas without autonomy", ("quotas",), QUOTAS, ("arrests_quota",), also=CAPACITY | {"apparatus.case_hunger": 0.0, "names.base": 2.0, "names.per_torture": 1.0}),
    Case("no dossiers", (), {}, ("executed",), off=("dossiers",), also={"repression.dossier_severity": 0.1}),
    Case("legality", ("legality",), {"legality.level": 0.6}, ("released",)),
    Case("petitions", (), {"petitions.doubt": 0.02, "petitions.release": 0.2}, ("arrested",)),
    Case("propaganda", ("propaganda",), {"propaganda.level": 1.0, "propaganda.effect": 0.02, "propaganda.dissonance": 0.05}),
    Case("censorship", ("censorship",), {"censorship.level": 0.7}),
    Case("tolerance", (), {"party.tolerance": 0.8}, also={"decision.opposition_party": 0.5, "decision.opposition_cadre": 0.5}),
    Case("ban on factions", ("faction_ban",), {"party.expulsion": 0.4}, ("expelled",), also={"party.tolerance": 0.8, "decision.opposition_party": 0.7, "decision.opposition_cadre": 0.7}),
    Case("purge", ("purge",), {"purge.rate": 0.02, "purge.dossier": 0.05}, ("expelled",)),
    Case("purge without dossiers", ("purge",), {"purge.rate": 0.02, "purge.dossier": 0.05}, ("expelled",), off=("dossiers",)),
    Case("desertion", (), ARMY, ("deserted", "returned")),
    Case("conscription", ("conscription",), {"army.conscription": 0.02}, ("conscripted",)),
    Case("desertion with hostages", ("hostages_kin",), HOSTAGES, ("deserted", "hostages"), also=ARMY | CAPACITY),
    Case("amnesty", ("amnesty",), AMNESTY, ("returned", "released"), also=ARMY),
    Case("exit", ("exit",), EXIT, ("exits", "voice abroad")),
    Case("deportation", ("deportation",), {"deportation.share": 0.3}, ("deported",)),
    Case("surveillance abroad", ("surveillance_abroad",), {"surveillance.silence": 0.7}, ("exits",), also=EXIT, also_on=("exit",)),
    Case("killing abroad", ("killing_abroad",), {"killing.rate": 0.1}, ("killed_abroad",), also=EXIT, also_on=("exit",)),
    Case("foreign hostages", ("hostages_foreign",), EXCHANGE, ("foreigners",)),
    Case("exchange", ("exchange",), EXCHANGE, ("exits", "foreigners"), also=EXIT | EXCHANGE, also_on=("exit", "hostages_foreign")),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_instrument_alone_agrees_with_the_reference(case: Case) -> None:
    """With one instrument on, everything is equal bit for bit after every week, it has acted, and the history is another one than without it."""
    pair = Pair(world_of(case.settings()), case.settings(), seed=2).live(WEEKS)
    print(case.name, pair.world.tick, {name: value for name, value in pair.most.items() if value > 0})
    assert pair.world.tick == WEEKS
    assert all(pair.most[name] > 0 for name in case.acts), case.acts
    other = world_of(case.without())
    for _ in range(WEEKS):
        other.step()
    assert other.digest() != pair.world.digest()


def test_every_switch_has_a_case() -> None:
    """The cases turn every switch of the page up to E53 on alone, or off where it is on by default."""
    turned = {name for case in CASES for name in (*case.on, *case.off)}
    assert turned >= {switch.name for switch in INSTRUMENT_SWITCHES} - set(TWO_SIDES)


# --- all together -------------------------------------------------------------------------------------------------------------------

ALL = TROUBLED | CAPACITY | HOSTAGES | BURNING | AREA | INFORMERS | QUOTAS | ARMY | AMNESTY | EXIT | EXCHANGE | {
    "villages.rate": 0.15, "villages.share": 0.3, "villages.death": 0.05, "threats.exposure": 0.1, "orders.obedience": 1.2,
    "repression.execution_delay": 3.0, "combat.captured": 0.3, "area.effect": 3.0, "legality.level": 0.2, "petitions.doubt": 0.005,
    "petitions.release": 0.1, "propaganda.effect": 0.01, "censorship.level": 0.3, "party.tolerance": 0.5, "party.expulsion": 0.2,
    "purge.rate": 0.005, "deportation.share": 0.6, "killing.rate": 0.05, "amnesty.surrender": 0.1, "names.base": 1.0,
    "names.per_torture": 1.0, "repression.share_camp": 0.2, "repression.share_exile": 0.2,
}  # fmt: skip
"""Values with which every instrument of the page acts beside all others within forty weeks."""
ACTED = (
    "arrests_informer", "arrests_quota", "arrests_captive", "hostages", "hostages_executed", "burnt_deaths", "expelled", "deserted",
    "returned", "conscripted", "exits", "deported", "killed_abroad", "made_threat", "announced", "arrested", "area_used", "condemned",
    "foreigners", "voice abroad",
)  # fmt: skip


def acted(pair: Pair, names: Iterable[str] = ACTED) -> set[str]:
    """Those that were above 0 at some time."""
    return {name for name in names if pair.most[name] > 0}


MUTINY = {"decision.opposition_soldier": 0.33, "decision.opposition_party": 0.6, "decision.opposition_cadre": 0.6}
"""Soldiers and insiders who dissent."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_instruments_together_agree_with_the_reference(seed: int) -> None:
    """With every instrument on at once, on the small layout, all agree and all act."""
    settings = settings_of(ALL).replace(on=SWITCHES)
    pair = Pair(world_of(settings, seed), settings, seed=seed).live(WEEKS)
    assert acted(pair) == set(ACTED)


def test_all_instruments_together_agree_on_the_smallest_layout() -> None:
    """With every instrument on at once, in 2,560 persons, all agree for twenty weeks, in a few seconds."""
    settings = settings_of(ALL).replace(on=SWITCHES)
    pair = Pair(small_world(settings=settings, seed=1), settings, seed=1).live(20)
    assert len(acted(pair)) >= len(ACTED) - 2, set(ACTED) - acted(pair)


@pytest.mark.slow
@pytest.mark.parametrize("off", ["faction_ban", "executions", "dossiers", "hostages_kin", "nothing"])
def test_all_instruments_but_one_agree_where_soldiers_and_insiders_dissent(off: str) -> None:
    """With one switch off, and soldiers and insiders in dissent, which brings garrisons, captives and the party into every rule, all agree."""
    settings = settings_of(ALL | MUTINY).replace(on=[name for name in SWITCHES if name != off])
    if off in ("executions", "dossiers"):
        settings = settings.replace(off=(off,))
    pair = Pair(world_of(settings, 4), settings, seed=4).live(WEEKS)
    assert pair.world.tick >= 12
    assert len(acted(pair)) >= 10, set(ACTED) - acted(pair)


@pytest.mark.slow
def test_all_instruments_together_agree_without_passing_over_communities() -> None:
    """A model that looks at everybody every week has the same history as the reference."""
    settings = settings_of(ALL).replace(on=SWITCHES)
    world = small_world(settings=settings, layout=small_layout(times=4), seed=5, skip=False)
    assert acted(Pair(world, settings, seed=5).live(WEEKS)) == set(ACTED)


@pytest.mark.slow
def test_all_instruments_together_agree_in_the_scenario() -> None:
    """With every instrument on at once, in the smallest world of the scenario, all agree."""
    settings = soviet_settings(ALL | {"army.troops": HARSH["army.troops"]}).replace(on=SWITCHES)
    world = soviet_world(settings, seed=1)
    assert len(world.arrays.state) == PERSONS
    pair = Pair(world, settings, seed=1).live(30)
    assert len(acted(pair)) >= len(ACTED) - 4, set(ACTED) - acted(pair)


@pytest.mark.slow
@pytest.mark.parametrize("start", ["off", "on"])
def test_instruments_with_dates_agree_with_the_reference(start: str) -> None:
    """Instruments that begin in week 12 and end in week 26, or pause in between, mean the same to both; what they left behind goes on."""
    outer, inner = ({"off": SWITCHES}, {"on": SWITCHES}) if start == "off" else ({"on": SWITCHES}, {"off": SWITCHES})
    settings = settings_of(ALL).replace(**outer)
    settings = settings.replace({"repression.execution_delay": 0.0}, **inner, from_tick=12)
    settings = settings.replace({"repression.execution_delay": 4.0}, **outer, from_tick=26)
    pair = Pair(world_of(settings), settings, seed=2).live(WEEKS)
    assert acted(pair) == set(ACTED)


@pytest.mark.slow
def test_prisoners_who_wait_for_their_execution_when_executions_end() -> None:
    """From the date on which executions, then camps, then exile end, the condemned go to camps, into exile, or home."""
    values = {"repression.execution_delay": 10.0, "hostages.base": 0.5}
    settings = settings_of(TROUBLED | values).replace(off=("executions",), from_tick=15)
    settings = settings.replace(off=("camps",), from_tick=20).replace(off=("exile",), from_tick=25)
    settings = settings.replace(on=("executions",), from_tick=28).replace(off=("executions",), from_tick=34)
    pair = Pair(world_of(settings), settings, seed=2).live(WEEKS)
    assert pair.most["condemned"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_instruments_by_lot_agree_with_the_reference(seed: int) -> None:
    """Core parameters drawn from their priors, instruments' values kept or left at their default by lot, switches thrown by lot twice: the same history."""
    luck = random.Random(seed)
    drawn = DECLARATIONS.from_prior({x.name: luck.random() for x in DECLARATIONS.parameters if x.prior is not None})
    kept = {name: value for name, value in ALL.items() if luck.random() < 0.7}
    fixed = {
        "army.troops": SMALL_TROOPS * luck.uniform(0.5, 3),
        "decision.start_dissent": 0.08,
        "apparatus.founding_week": 1,
        "apparatus.growth_per_week": 1.0,
        "arming.rate": luck.uniform(0.05, 0.5),
        "names.base": luck.uniform(0.5, 2.0),
    }
    settings = settings_of(drawn | kept | fixed | NEVER)
    core = [s.name for s in DECLARATIONS.switches if s.default]
    for date in (0, luck.randrange(5, 30)):
        settings = settings.replace(
            on=[name for name in SWITCHES if luck.random() < 0.5],
            off=[name for name in core if luck.random() < 0.1],
            from_tick=date,
        )
    pair = Pair(world_of(settings, seed + 10), settings, seed=seed + 10).live(WEEKS)
    print(seed, pair.world.tick, {name: value for name, value in pair.most.items() if value > 0})


@pytest.mark.parametrize("change", ["a hostage", "an informer", "a limit", "a credibility", "a deserter"])
def test_the_comparison_sees_the_smallest_difference(change: str) -> None:
    """Negative control: one state, one mark, or the last bit of one number of an instrument is seen."""
    settings = settings_of(ALL).replace(on=SWITCHES)
    pair = Pair(world_of(settings), settings, seed=2).live(5)
    w = pair.world.arrays
    if change == "a hostage":
        w.state[100] ^= 8
    elif change == "a deserter":
        w.role[100] ^= 32
    else:
        name = {"an informer": "informers", "a limit": "quota", "a credibility": "credibility"}[change]
        w.province[name][1] = np.nextafter(w.province[name][1], 9.0)
    assert len(differences(pair.world, pair.reference)) == 1
