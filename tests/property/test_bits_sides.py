"""The compiled model and the slow reference agree bit for bit about two sides: fronts, changes of hands, talks, takeover, recruitment.

E54 to E58 of `docs/instruments.md` were turned into programs by two hands, each from the page alone. Every case says what must have
happened in it: provinces that changed hands in both directions, who was in custody or in arms when they did, and so on.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from tests.machine_worlds import (
    HARSH,
    NEVER,
    SMALL_TROOPS,
    differences,
    observed,
    settings_of,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)
from tests.property.test_bits_instruments import ALL, CAPACITY, MUTINY, SWITCHES, TROUBLED, TWO_SIDES, Pair
from tests.reference.parts import ARRESTS
from tests.reference.sides import Turn

from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.layout import Layout

WEEKS = 60
RIVAL = ("fronts", "rival_instruments", "rival_vectors")
FRONTS = {"front.recruits": 0.3, "front.disband": 0.05, "front.speed": 0.8}
"""The rival takes every province within eight weeks."""
EBB = {"front.recruits": 0.01, "front.disband": 0.6}
"""He melts away, and the army has every province back within six."""
DOCTRINE = {
    "rival.prior_suspicion": 0.1, "rival.prior_weight": 2.0, "rival.escalation": 0.6, "rival.relaxation": 0.3, "rival.threshold_arrest": 0.01,
    "rival.base_arrest": 0.5, "rival.base_exile": 0.2, "rival.base_camp": 0.3, "rival.base_execution": 0.3, "rival.ceiling_arrest": 0.9,
    "rival.ceiling_exile": 0.7, "rival.ceiling_camp": 0.75, "rival.ceiling_execution": 0.85, "rival.threshold_exile": 0.013,
    "rival.threshold_camp": 0.017, "rival.threshold_execution": 0.025, "rival.torture": 1.5,
}  # fmt: skip


def swinging(settings: Settings, *, period: int = 12) -> Settings:
    """The tide of the rival turns every so many weeks."""
    for k, week in enumerate(range(period, WEEKS, period)):
        settings = settings.replace(EBB if k % 2 == 0 else FRONTS, from_tick=week)
    return settings


def lying_open(*fronts: float, layout: Layout | None = None, capitals: bool = False) -> Layout:
    """A small country, so open to a front; without a capital, unless one is wanted, so that all of it may be lost."""
    country = layout or small_layout()
    provinces = tuple(replace(province, front=front) for province, front in zip(country.provinces, fronts, strict=True))
    return replace(country, provinces=provinces, capitals=country.capitals if capitals else ())


OPEN = lying_open(0.5, 1.0, 0.8)
NO_GARRISONS = lying_open(0.5, 1.0, 0.8, layout=small_layout(kinds=("village", "factory", "town", "party", "cadre")))
"""Where nobody serves in another province than his home, so that who arrests is who holds the home."""


class SidesPair(Pair):
    """Two worlds side by side, and what two sides did to each other in them."""

    def _reports_agree(self) -> None:
        super()._reports_agree()
        seen, totals = observed(self.world), self.reference._sides_totals()
        totals["recruited"] = self.reference.totals()["recruited"]
        assert {name: seen[name] for name in totals} == pytest.approx(totals, rel=1e-12, abs=0)

    def _watch(self) -> None:
        super()._watch()
        turns, w = self.turns(), self.world.arrays
        now = {
            "to the rival": sum(turn.holder == 1 for turn in turns),
            "to the regime": sum(turn.holder == 0 for turn in turns),
            "taken": self.reference.taken,
            "talks": int(w.province["talks"].max()),
            "refusal": int((w.pool["refusing"] > 0).any()) if len(w.pool) else 0,
            "all foreign": int(w.province["foreign"].all()),
        }
        for name in (
            "detained",
            "hostages",
            "condemned",
            "armed",
            "names",
            "soldiers_from_elsewhere",
            "soldiers_elsewhere",
        ):
            for side, holder in (("the regime", 1), ("the rival", 0)):
                now[f"{name} of {side} at a turn"] = sum(getattr(turn, name) for turn in turns if turn.holder == holder)
        now |= {f"rival {name}": int(number) for name, number in self.reference.rival_ever.items()}
        for name, value in now.items():
            self.most[name] = max(float(value), self.most.get(name, 0.0))

    def arrests(self) -> float:
        """Persons of the country arrested so far, by both sides."""
        book, weights = self.reference.ever, self.reference.weights
        return sum(
            w * n for name in ARRESTS.values() for w, n in zip(weights, book.get(name, [0] * len(weights)), strict=True)
        )

    def turns(self) -> list[Turn]:
        """Changes of hands so far."""
        return self.reference.turns


def both_ways(*names: str) -> tuple[str, ...]:
    """Provinces went to the rival and came back, and so on."""
    return ("to the rival", "to the regime", *names)


@dataclass(frozen=True)
class Case:
    """One history of two sides, what must be above 0 in it at some time, and what must stay 0."""

    name: str
    on: tuple[str, ...]
    acts: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    values: dict[str, float] = field(default_factory=dict)
    off: tuple[str, ...] = ()
    base: dict[str, float] = field(default_factory=lambda: TROUBLED | CAPACITY)
    layout: Layout = OPEN
    tide: bool = True
    dates: Callable[[Settings], Settings] = lambda settings: settings
    seed: int = 2
    skip: bool = True
    cause: str = ""

    def settings(self, *, without: tuple[str, ...] = ()) -> Settings:
        """With the switches of the case, but for some."""
        settings = settings_of(self.base | FRONTS | DOCTRINE | self.values, off=self.off)
        settings = settings.replace(on=[name for name in self.on if name not in without])
        return self.dates(swinging(settings) if self.tide else settings)

    def pair(self) -> SidesPair:
        """Both worlds."""
        settings = self.settings()
        world = small_world(settings=settings, layout=self.layout, seed=self.seed, skip=self.skip)
        return SidesPair(world, settings, seed=self.seed)


def on_from(week: int, *names: str) -> Callable[[Settings], Settings]:
    """Switches that come with a date."""
    return lambda settings: settings.replace(on=names, from_tick=week)


def pausing(settings: Settings) -> Settings:
    """Fronts cease in week 7, with the country half lost, go on in week 20, cease in week 40, go on in week 48, and the rival changes his ways meanwhile."""
    settings = settings.replace(off=("fronts",), from_tick=7).replace(on=("fronts",), from_tick=20)
    settings = settings.replace(off=("rival_instruments",), on=("rival_vectors",), from_tick=25)
    settings = settings.replace(on=("rival_instruments",), off=("rival_vectors",), from_tick=32)
    return settings.replace(off=("fronts",), from_tick=40).replace(on=("fronts",), from_tick=48)


EVERYTHING = (*SWITCHES, *RIVAL, "negotiation", "recruitment")
RECRUITS = {"recruitment.rate": 0.03, "recruitment.care": 0.9}
TALKS = {"negotiation.truce": 0.7, "negotiation.comfort": 0.01}
IN_THE_REGIMES_HANDS = tuple(
    f"{name} of the regime at a turn"
    for name in ("detained", "armed", "names", "soldiers_from_elsewhere", "soldiers_elsewhere")
)
IN_THE_RIVALS_HANDS = tuple(f"{name} of the rival at a turn" for name in ("detained", "armed", "names", "soldiers_from_elsewhere", "soldiers_elsewhere"))  # fmt: skip
DIVIDED = {"decision.opposition_soldier": 0.33}
CASES = (
    Case("fronts alone", ("fronts",), both_ways("armed of the rival at a turn", "all foreign"), ("talks", "taken")),
    Case("fronts alone, without garrisons", ("fronts",), both_ways(), ("rival arrests",), layout=NO_GARRISONS),
    Case("fronts without a tide", ("fronts",), ("to the rival",), values={"front.recruits": 0.1}, tide=False),
    Case("fronts with aid alone", ("fronts",), both_ways(), values={"front.recruits": 0.0, "front.aid": 0.01}, dates=lambda s: s.replace({"front.aid": 0.0}, from_tick=15).replace({"front.recruits": 0.0}, from_tick=24)),
    Case("a rival with instruments", ("fronts", "rival_instruments"), both_ways("rival arrests", "rival executed", *IN_THE_REGIMES_HANDS, *IN_THE_RIVALS_HANDS)),
    Case("a rival with a doctrine but no instruments", ("fronts", "rival_vectors"), both_ways(), ("rival arrests",), layout=NO_GARRISONS),
    Case("a rival with both", RIVAL, both_ways("rival arrests", "rival executed", *IN_THE_REGIMES_HANDS, *IN_THE_RIVALS_HANDS)),
    Case("a rival with both, nobody passed over", RIVAL, both_ways("rival arrests", *IN_THE_RIVALS_HANDS), skip=False, seed=3),
    Case("a harsher rival", RIVAL, both_ways("rival executed"), values={"rival.base_execution": 0.8, "rival.ceiling_execution": 1.0, "rival.threshold_execution": 0.011, "rival.threshold_camp": 0.011, "rival.threshold_exile": 0.0105, "rival.ceiling_exile": 1.0, "rival.ceiling_camp": 1.0, "rival.torture": 4.0, "rival.prior_suspicion": 0.5}, seed=4),
    Case("instruments of the rival alone", RIVAL, both_ways("rival executed"), ("arrests of the regime",), layout=NO_GARRISONS, off=("arrests", "executions", "camps", "exile", "torture", "coerced_names", "autonomy")),
    Case("instruments of the regime alone", ("fronts", "rival_vectors"), both_ways("executed"), values={"party.tolerance": 0.8, "petitions.doubt": 0.02}, base=TROUBLED | CAPACITY | MUTINY),
    Case("a front in one province", RIVAL, both_ways("soldiers_elsewhere of the regime at a turn"), ("all foreign",), layout=lying_open(0.0, 1.0, 0.0)),
    Case("the capital is taken", RIVAL, ("to the rival",), layout=lying_open(0.5, 1.0, 0.8, capitals=True), cause="capital"),
    Case("cadres of the regime alone count", RIVAL, ("to the rival",), values={"collapse.cadre_share": 0.25, "decision.opposition_cadre": 0.5, "party.tolerance": 0.9}, layout=lying_open(0.4, 1.0, 0.8), cause="cadres"),
    Case("workers of the regime alone count", RIVAL, ("to the rival",), values={"collapse.ration": 0.99, "collapse.ration_weeks": 3, "collapse.worker_share": 0.14}, layout=lying_open(0.4, 1.0, 0.8), cause="hunger"),
    Case("the nation of the regime alone counts", RIVAL, ("to the rival",), values={"collapse.nation_share": 0.6}, layout=lying_open(0.4, 1.0, 0.8), cause="nation"),
    Case("cadres of a country that is taken", RIVAL, ("taken",), values={"collapse.cadre_share": 0.1, "decision.opposition_cadre": 0.5}, dates=on_from(2, "takeover")),
    Case("talks with a garrison that refuses", ("negotiation",), ("talks", "refusal"), (), TALKS | {"arming.rate": 0.0, "arming.lay_down": 1.0}, base=TROUBLED | CAPACITY | MUTINY),
    Case("territory is lost", RIVAL, ("to the rival",), values={"collapse.control_share": 0.5, "collapse.control_weeks": 3}, cause="territory"),
    Case("armed persons drive the rival out", RIVAL, both_ways("driven out"), values={"control.ratio": 0.1, "rival.base_arrest": 0.0, "rival.ceiling_arrest": 0.05, "arming.rate": 2.0, "combat.kill_rate": 0.01, "front.disband": 0.3}, tide=False, seed=3),
    Case("a rival who goes home", RIVAL, both_ways("driven out"), values={"control.ratio": 0.1, "arming.rate": 2.0, "rival.ceiling_arrest": 0.5}, dates=lambda s: s.replace({"front.recruits": 0.0, "front.aid": 0.0, "front.disband": 1.0}, from_tick=12)),
    Case("control while provinces change hands", RIVAL, both_ways("driven out", "rival arrests"), values={"control.ratio": 0.5, "arming.rate": 2.0}, seed=7),
    Case("control at a takeover", RIVAL, ("taken", "to the rival"), values={"control.ratio": 0.3, "arming.rate": 2.0, "arming.lay_down": 0.0, "rival.base_arrest": 0.0, "rival.ceiling_arrest": 0.05, "combat.kill_rate": 0.01, "front.disband": 0.02}, tide=False, dates=on_from(22, "takeover"), layout=lying_open(0.0, 1.0, 0.8)),
    Case("a rival before the apparatus is founded", RIVAL, both_ways("rival arrests", "detained of the rival at a turn"), values={"apparatus.founding_week": 35}),
    Case("a war that asks for armies", RIVAL, ("to the rival",), values={"path.civil_war": 0.5, "collapse.army_share": 1.0, "collapse.army_need": 0.0754, "collapse.army_weeks": 2, "decision.opposition_soldier": 0.5}, layout=lying_open(0.0, 0.0, 1.0), cause="army"),
    Case("all earlier instruments", (*SWITCHES, *RIVAL), both_ways("rival arrests", "condemned of the regime at a turn", "condemned of the rival at a turn", "hostages of the regime at a turn", *IN_THE_RIVALS_HANDS), base=ALL),
    Case("all earlier instruments, another seed", (*SWITCHES, *RIVAL), both_ways("rival arrests", "condemned of the rival at a turn"), base=ALL | MUTINY, seed=5),
    Case("everything", EVERYTHING, both_ways("rival arrests", "recruited", "talks"), base=ALL, values=RECRUITS | TALKS),
    Case("everything, nobody passed over", EVERYTHING, both_ways("rival arrests", "recruited", "talks"), base=ALL | DIVIDED, values=RECRUITS | TALKS, skip=False, seed=6),
    Case("talks alone", ("negotiation",), ("talks", "refusal"), ("to the rival",), TALKS, base=TROUBLED | CAPACITY | MUTINY),
    Case("talks in the core", ("negotiation",), ("talks",), ("to the rival",), TALKS),
    Case("talks and propaganda", ("negotiation", "propaganda"), ("talks",), (), TALKS | {"propaganda.level": 0.5}),
    Case("talks while fronts move", ("negotiation", *RIVAL), both_ways("talks", "refusal"), (), TALKS, base=TROUBLED | CAPACITY | MUTINY),
    Case("takeover alone", (), ("taken", "to the rival", *IN_THE_REGIMES_HANDS), ("to the regime",), dates=on_from(25, "takeover")),
    Case("takeover in the first week", ("takeover", "rival_instruments"), ("taken", "rival arrests")),
    Case("takeover by a rival with both", RIVAL, both_ways("taken", "rival arrests", "rival executed"), dates=on_from(33, "takeover"), values=DIVIDED),
    Case("takeover of what is left", RIVAL, ("taken", "to the rival", "rival arrests"), dates=on_from(6, "takeover"), values={"collapse.cadre_share": 0.3}),
    Case("takeover where all is lost", RIVAL, ("taken", "all foreign"), dates=on_from(10, "takeover"), values={"control.ratio": 1.0}),
    Case("takeover with everything", EVERYTHING, both_ways("taken", "rival arrests", "recruited"), dates=on_from(27, "takeover"), base=ALL, values=RECRUITS | TALKS),
    Case("takeover that ends", RIVAL, ("taken",), dates=lambda s: s.replace(on=("takeover",), from_tick=20).replace(off=("takeover",), from_tick=30)),
    Case("recruitment alone", ("recruitment",), ("recruited",), ("to the rival",), RECRUITS),
    Case("recruitment without care", ("recruitment",), ("recruited",), (), {"recruitment.rate": 0.05, "recruitment.care": 0.0}),
    Case("recruitment with purge", ("recruitment", "purge", "faction_ban"), ("recruited", "expelled"), (), RECRUITS | {"purge.rate": 0.02, "purge.dossier": 0.05, "party.expulsion": 0.3, "party.tolerance": 0.6}),
    Case("recruitment while fronts move", ("recruitment", "purge", *RIVAL), both_ways("recruited", "expelled"), (), RECRUITS | {"purge.rate": 0.02}),
    Case("fronts that pause", RIVAL, both_ways("rival arrests"), dates=pausing),
    Case("everything pauses", EVERYTHING, both_ways("rival arrests"), dates=lambda s: s.replace(off=EVERYTHING, from_tick=9).replace(on=EVERYTHING, from_tick=15).replace(off=EVERYTHING, from_tick=33).replace(on=EVERYTHING, from_tick=44), base=ALL, values=RECRUITS),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_two_sides_agree_with_the_reference(case: Case) -> None:
    """Everything is equal bit for bit after every week, and what the case is about has happened."""
    pair = case.pair().live(WEEKS)
    print(case.name, pair.world.tick, pair.world.cause, {name: value for name, value in pair.most.items() if value > 0})
    print(*pair.turns(), sep="\n")
    assert pair.world.cause == case.cause
    assert pair.world.tick == WEEKS or case.cause
    pair.most["driven out"] = float(pair.reference.driven_out)
    pair.most["arrests of the regime"] = float(round(pair.arrests() - pair.reference.rival_ever["arrests"]))
    assert [name for name in case.acts if pair.most[name] <= 0] == []
    assert [name for name in case.never if pair.most[name] > 0] == []


# --- every switch, dates, lots, the scenario ------------------------------------------------------------------------------------------


def test_every_switch_of_two_sides_has_a_case() -> None:
    """Every switch of E54 to E58 is on in a case; that of takeover comes by date too."""
    turned = {name for case in CASES for name in case.on} | {"takeover"}
    assert turned >= set(TWO_SIDES)


@pytest.mark.parametrize("switch", ["fronts", "negotiation", "takeover", "recruitment"])
def test_a_switch_of_two_sides_changes_a_history(switch: str) -> None:
    """A history with one switch is another one than without it, so that agreement about nothing cannot pass."""
    case = Case("one", (switch,), values=RECRUITS | TALKS)
    ours, other = (small_world(settings=case.settings(without=w), layout=OPEN, seed=2) for w in ((), (switch,)))
    for _ in range(20):
        ours.step()
        other.step()
    assert ours.digest() != other.digest()


@pytest.mark.parametrize("switch", ["rival_instruments", "rival_vectors"])
def test_a_rival_who_holds_nothing_changes_nothing(switch: str) -> None:
    """Instruments and doctrine of a rival who has no province are of no effect, and the reference agrees."""
    case = Case("nothing", (switch,))
    pair = case.pair().live(20)
    other = small_world(settings=case.settings(without=(switch,)), layout=OPEN, seed=2)
    for _ in range(20):
        other.step()
    assert other.digest() == pair.world.digest()


def test_two_sides_agree_after_a_fork() -> None:
    """Fronts and doctrine that are changed at week 20 by a fork mean the same to both."""
    case = Case("fork", RIVAL, base=ALL)
    start = case.settings()
    changed = start.replace(
        {"rival.torture": 0.1, "front.rival_fire": 0.3, "front.regime_fire": 0.3, "rival.base_camp": 0.7},
        off=("rival_vectors",),
        from_tick=20,
    )
    changed = changed.replace(on=("rival_vectors", "recruitment"), from_tick=34)
    pair = SidesPair(small_world(settings=start, layout=OPEN, seed=2), changed, seed=2).live(20)
    pair.world.change(changed)
    pair.live(30)
    assert pair.world.tick == 50
    assert {turn.holder for turn in pair.turns() if turn.week > 20} == {0, 1}


@pytest.mark.slow
def test_two_sides_agree_in_the_scenario() -> None:
    """In the smallest world of the scenario, with its own openness to fronts and everything on, provinces change hands and all agree."""
    values = {
        "army.troops": HARSH["army.troops"],
        "army.home_share": 0.5,
        "front.recruits": 0.02,
        "front.speed": 0.9,
        "path.civil_war": 0.9,
    }
    settings = soviet_settings(ALL | FRONTS | DOCTRINE | RECRUITS | TALKS | values).replace(on=EVERYTHING)
    for week in (5, 18):
        settings = settings.replace({"front.recruits": 0.0, "front.disband": 0.8}, from_tick=week)
        settings = settings.replace({"front.recruits": 0.02, "front.disband": 0.01}, from_tick=week + 8)
    settings = settings.replace(on=("takeover",), from_tick=30)
    world = soviet_world(settings, seed=1)
    assert (world.arrays.province["front"] > 0).sum() >= 2
    pair = SidesPair(world, settings, seed=1).live(34)
    print(pair.world.tick, pair.world.cause, *pair.turns(), sep="\n")
    assert pair.world.tick == 34
    assert [name for name in both_ways("taken", "recruited", "talks", "rival arrests") if pair.most[name] <= 0] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(16))
def test_two_sides_by_lot_agree_with_the_reference(seed: int) -> None:
    """Core parameters from their priors, values of instruments and of two sides by lot, switches thrown by lot twice: the same history."""
    luck = random.Random(seed)
    drawn = DECLARATIONS.from_prior({x.name: luck.random() for x in DECLARATIONS.parameters if x.prior is not None})
    kept = {name: value for name, value in (ALL | RECRUITS | TALKS).items() if luck.random() < 0.6}
    fixed = {
        "army.troops": SMALL_TROOPS * luck.uniform(0.5, 3),
        "decision.start_dissent": 0.08,
        "apparatus.founding_week": luck.choice([1, 20]),
        "apparatus.growth_per_week": 1.0,
        "arming.rate": luck.uniform(0.05, 0.5),
        "names.base": luck.uniform(0.5, 2.0),
        "control.ratio": luck.choice([0.1, 1.0, 100.0]),
        "path.civil_war": luck.uniform(0.1, 0.3),
    }
    scale = {
        what: luck.uniform(0.3, 1.0) for what in ("threshold", "base", "prior", "torture", "escalation", "relaxation")
    } | {"ceiling": 1.0}
    sides = FRONTS | {name: value * scale[name.split(".")[1].split("_")[0]] for name, value in DOCTRINE.items()}
    sides |= {"front.regime_fire": luck.random(), "front.rival_fire": luck.random(), "front.aid": 0.002 * luck.random()}
    settings = swinging(settings_of(drawn | NEVER | kept | fixed | sides), period=luck.randrange(7, 14))
    core = [switch.name for switch in DECLARATIONS.switches if switch.default]
    for date in (0, luck.randrange(10, 40)):
        settings = settings.replace(
            on=[name for name in (*SWITCHES, *TWO_SIDES) if luck.random() < (0.05 if name == "takeover" else 0.6)],
            off=[name for name in core if luck.random() < 0.1],
            from_tick=date,
        )
    settings = settings.replace(on=("fronts",), from_tick=0)
    layout = lying_open(
        luck.choice([0.5, 1.0]), *(luck.choice([0.0, 0.5, 1.0]) for _ in range(2)), capitals=luck.random() < 0.2
    )
    pair = SidesPair(small_world(settings=settings, layout=layout, seed=seed), settings, seed=seed).live(WEEKS)
    print(
        seed, pair.world.tick, pair.world.cause, len(pair.turns()), {name: n for name, n in pair.most.items() if n > 0}
    )


@pytest.mark.parametrize(
    "change", ["a holder", "a front", "men of the rival", "the army against them", "taken", "a recruit"]
)
def test_the_comparison_sees_the_smallest_difference(change: str) -> None:
    """Negative control: one mark, one role, or the last bit of one number of two sides is seen."""
    pair = Case("seen", EVERYTHING, base=ALL, values=RECRUITS | TALKS).pair().live(5)
    w = pair.world.arrays
    if change == "a holder":
        w.province["holder"][0] ^= 1
    elif change == "taken":
        w.nation["taken"][0] = 1
    elif change == "a recruit":
        w.stratum["total_recruited"][1] += 1
    else:
        name = {"a front": "line", "men of the rival": "rival", "the army against them": "facing"}[change]
        w.province[name][1] = np.nextafter(w.province[name][1], 9e9)
    assert len(differences(pair.world, pair.reference)) == 1
