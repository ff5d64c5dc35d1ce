"""The compiled model and the slow reference agree bit for bit: every person, every place, every week.

Two programs written from one page by different hands. The histories below are chosen so that everything in the page happens in them, and
each says what must have happened and how it ended, so that agreement about nothing cannot pass for agreement.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.machine_worlds import (
    HARSH,
    PERSONS,
    SMALL_TROOPS,
    START,
    SWITCHES,
    differences,
    happened,
    harsh_small,
    observed,
    reference_of,
    settings_of,
    small_layout,
    small_world,
    soviet,
    soviet_settings,
    soviet_world,
)
from tests.reference.week import ReferenceWorld

from whowhom.engine.settings import Settings
from whowhom.mechanisms.collapse import CAUSES
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.world import MachineWorld

REPRESSION = frozenset(
    {
        "arrests_open",
        "arrests_named",
        "arrests_self",
        "executed",
        "camp_sentences",
        "exile_sentences",
        "interned",
        "released",
        "camp_deaths",
    }
)
FORCE = frozenset({"combat_deaths", "famine_deaths", "refusal", "concession"})
WAR = {"path.civil_war": 0.1, "path.intervention": 0.6, "food.harvest": 0.8}
"""Circumstances for small worlds, which have no scenario to bring them (a war below .2 asks for no army)."""


class Pair:
    """A compiled world and the reference, lived side by side and compared every week."""

    def __init__(self, world: MachineWorld, settings: Settings, *, seed: int) -> None:
        self.world = world
        self.reference = reference_of(world, settings, seed=seed)
        self.events: set[str] = set()
        assert differences(self.world, self.reference) == []

    def live(self, weeks: int) -> Pair:
        """Live some weeks or until both fall; every difference ends the test."""
        for _ in range(weeks):
            if not self.world.alive:
                break
            self.world.step()
            self.reference.step()
            assert differences(self.world, self.reference) == [], f"after week {self.world.tick - 1}"
            self._watch()
        assert CAUSES[self.reference.cause] == self.world.cause
        assert self.reference.alive == self.world.alive
        return self

    def _watch(self) -> None:
        w = self.world.arrays
        self.events |= {name for name, n in happened(self.world).items() if n > 0}
        if (w.pool["refusing"] > 0).any():
            self.events.add("refusal")
        if (w.province["control"] == 0).any():
            self.events.add("loss")
        elif "loss" in self.events:
            self.events.add("won back")
        if w.nation[0].concession > 0:
            self.events.add("concession")


@dataclass(frozen=True)
class Case:
    """One history, what must happen in it and how it ends."""

    name: str
    values: dict[str, float] = field(default_factory=dict)
    seed: int = 1
    weeks: int = 60
    events: frozenset[str] = frozenset()
    cause: str = ""
    off: tuple[str, ...] = ()
    small: bool = True
    skip: bool = True

    def pair(self) -> Pair:
        """Build both worlds."""
        if self.small:
            settings = settings_of({"army.troops": SMALL_TROOPS} | self.values, off=self.off)
            world = small_world(settings=settings, seed=self.seed, skip=self.skip)
        else:
            settings = soviet_settings(self.values, off=self.off)
            world = soviet_world(settings, seed=self.seed)
            world._p.skip = int(self.skip)
        return Pair(world, settings, seed=self.seed)


QUIET_START = {"decision.start_dissent": 0.05, "arming.rate": 0.2, "names.inbox_weeks": 3}
CASES = (
    Case("default", seed=1, weeks=80, events=frozenset({"famine_deaths"}), small=False),
    Case("default, another seed", seed=2, weeks=40, small=False),
    Case("default, small", weeks=60),
    Case("default without skipping", seed=1, weeks=30, small=False, skip=False),
    Case("harsh", HARSH, 1, events=REPRESSION | FORCE | {"loss"}, cause="army", small=False),
    Case("harsh, another seed", HARSH, 2, events=REPRESSION | FORCE | {"loss"}, cause="hunger", small=False),
    Case("harsh without skipping", HARSH, 3, weeks=25, events=REPRESSION | {"loss"}, small=False, skip=False),
    Case("territory", HARSH | {"collapse.control_share": 0.4}, 1, events=frozenset({"loss"}), cause="territory", small=False),
    Case("harsh, small", harsh_small(), 1, events=REPRESSION | FORCE - {"refusal"}, cause="cadres"),
    Case("capital, small", harsh_small({"collapse.capital_weeks": 2}), 2, events=REPRESSION | FORCE, cause="capital"),
    Case("nation, small", harsh_small(QUIET_START | {"collapse.nation_share": 0.4}), 1, events=REPRESSION | FORCE, cause="nation"),
    Case("won back", HARSH | {"control.ratio": 1.0, "arming.rate": 0.2, "arming.lay_down": 0.4, "names.acted_on": 0.3, "combat.kill_rate": 0.5}, 4, events=REPRESSION | {"loss", "won back"}, small=False),
    Case("harsh, small, without skipping", harsh_small(), 3, events=REPRESSION, cause="capital", skip=False),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_compiled_model_and_reference_agree_every_week(case: Case) -> None:
    """The whole state is equal bit for bit after every week until the end, and what the case is about has happened."""
    pair = case.pair().live(case.weeks)
    print(case.name, pair.world.tick, repr(pair.world.cause), sorted(pair.events), happened(pair.world))
    assert case.events <= pair.events
    assert pair.world.cause == case.cause


def test_every_event_and_every_cause_is_met() -> None:
    """Together the cases ask for every kind of event and every cause of collapse that the page knows."""
    events = frozenset().union(*(case.events for case in CASES))
    assert events >= REPRESSION | FORCE | {"loss", "won back"}
    assert {case.cause for case in CASES} == set(CAUSES)


CORE = tuple(switch.name for switch in DECLARATIONS.switches if switch.default)
"""Switches that are on unless turned off; the others are compared in `test_bits_instruments.py`."""


@pytest.mark.parametrize(
    "off", [*((name,) for name in CORE), SWITCHES], ids=lambda off: "all" if len(off) > 1 else off[0]
)
def test_they_agree_with_switches_off(off: tuple[str, ...]) -> None:
    """With each switch off, and with all off, both mean the same off value, and the history is another one than with all on."""
    values = harsh_small(WAR)
    one = Case("off", values, seed=2, weeks=30, off=off).pair().live(30)
    other = small_world(values, seed=2)
    for _ in range(one.world.tick):
        other.step()
    assert one.world.digest() != other.digest()


@pytest.mark.parametrize("small", [True, False], ids=["small", "soviet"])
def test_they_agree_after_a_fork(small: bool) -> None:
    """Settings that change at week 20, parameters and switches, mean the same to both, whether changed by fork or by date."""
    start = settings_of(harsh_small()) if small else soviet_settings(HARSH)
    changed = start.replace(
        {"decision.social_weight": 1.5, "camp.release": 0.3, "centre.lag": 5.0},
        off=("executions", "torture"),
        from_tick=20,
    )
    world = small_world(settings=start, seed=2) if small else soviet_world(start, seed=2)
    pair = Pair(world, changed, seed=2).live(20)
    before = happened(pair.world)["executed"]
    pair.world.change(changed)
    pair.live(20)
    assert happened(pair.world)["executed"] == before > 0
    assert happened(pair.world)["arrests_named"] > 0


@pytest.mark.parametrize("seed", range(12))
def test_they_agree_on_draws_from_the_priors(seed: int) -> None:
    """Parameters drawn from their priors, with switches off by lot, give both the same history."""
    luck = random.Random(seed)
    drawn = DECLARATIONS.from_prior({x.name: luck.random() for x in DECLARATIONS.parameters if x.prior is not None})
    values = drawn | {
        "army.troops": SMALL_TROOPS,
        "decision.start_dissent": 0.05,
        "apparatus.founding_week": 1,
        "apparatus.growth_per_week": 1.0,
        "apparatus.arrests_per_officer": 1.0,
        "apparatus.floor": 0.005,
        "food.stock_weeks": 2.0,
        "path.civil_war": luck.random(),
        "path.intervention": luck.random(),
        "food.harvest": luck.uniform(0.4, 1.2),
    }
    off = tuple(name for name in SWITCHES if luck.random() < 0.15)
    pair = Case("prior", values, seed, off=off).pair().live(30)
    print(off, pair.world.cause, happened(pair.world))


@pytest.mark.parametrize("change", ["a margin", "a dossier", "an officer", "a name", "a fear"])
def test_the_comparison_sees_the_smallest_difference(change: str) -> None:
    """Negative control: one unit of one margin, one entry, one bit of one number, or one age of one name is seen."""
    pair = Case("seen", harsh_small(), seed=2).pair().live(15)
    w = pair.world.arrays
    if change == "a margin":
        w.margin[777] += 1
    elif change == "a dossier":
        w.record[777] ^= 1
    elif change == "an officer":
        w.province["officers"][1] *= 1 + 2**-52
    elif change == "a name":
        r = int(np.argmax(w.province["inbox"]))
        w.inbox["age"][w.province["inbox_first"][r]] += 1
    else:
        w.community["fear"][3] *= 1 + 2**-23
    assert len(differences(pair.world, pair.reference)) == 1


# --- what is reported ---------------------------------------------------------------------------------------------------------------

STOCKS_AND_FLOWS = {
    "armed": "armed",
    "arrests_open": "arrests_open",
    "arrests_named": "arrests_named",
    "arrests_self": "arrests_self",
    "executed": "executed",
    "camp_sentences": "camp_sentences",
    "interned": "interned",
    "exiled": "exile_sentences",
    "detained": "detained",
    "in_camps": "in_camp",
    "in_exile": "in_exile",
    "executed_total": "executed_total",
    "camp_deaths_total": "camp_deaths_total",
    "combat_deaths_total": "combat_deaths_total",
    "famine_deaths_total": "famine_deaths_total",
    "staff": "officers",
    "denunciation_number": "r_d",
    "ration": "ration",
    "danger": "danger",
}
"""Observable -> its name in the reference's totals."""


def reported(reference: ReferenceWorld) -> dict[str, float]:
    """The reference's totals under the names of observables."""
    totals = reference.totals()
    shown = {ours: totals[theirs] for ours, theirs in STOCKS_AND_FLOWS.items()}
    shown["open_dissent"] = (totals["open_dissent"] + totals["armed"]) / totals["free_adults"]
    origins = ("open", "named", "self", "informer", "quota", "captive")
    shown["arrests"] = sum(totals[f"arrests_{origin}"] for origin in origins)
    return shown


@pytest.mark.parametrize("small", [True, False], ids=["small", "soviet"])
def test_observables_are_the_references_totals(small: bool) -> None:
    """Every week stocks, flows and totals, in persons of the country, are those of the reference up to the order of summation (1e-12)."""
    case = Case("totals", harsh_small() if small else HARSH, seed=2, small=small)
    pair = case.pair()
    sums = dict.fromkeys(("arrests_total", "camp_weeks_total", "regime_losses_total"), 0.0)
    for _ in range(30):
        pair.live(1)
        totals, expected = pair.reference.totals(), reported(pair.reference)
        sums["arrests_total"] += expected["arrests"]
        sums["camp_weeks_total"] += expected["in_camps"]
        sums["regime_losses_total"] += totals["regime_losses"]
        seen = observed(pair.world)
        expected |= sums
        assert {name: seen[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=0)
    assert min(sums.values()) > 0


def test_the_worlds_are_those_meant() -> None:
    """The scenario starts on the day the small worlds start, and its smallest world has 10,240 persons, the small one 2,560."""
    assert soviet().start == START
    assert len(soviet_world().arrays.state) == PERSONS
    assert 64 * small_layout().communities == 2_560
