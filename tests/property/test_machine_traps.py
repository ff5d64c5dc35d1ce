"""The three traps of MODEL 0.9: order of storage, a thumb on the scale against insiders, and luck that is no longer shared.

(i) A first kernel served arrests in order of storage, party communities came first, and the thesis that the machine turns on its makers came out
of it. (ii) If insiders are watched more by a number set by hand, the thesis is assumed. (iii) Twins lose their power as their paths diverge.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.architecture import scan
from tests.machine_worlds import (
    NEVER,
    START,
    harsh_small,
    observed,
    settings_of,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)
from tests.reference.week import NAMED, OPEN, ReferenceWorld, V

from whowhom.engine.population import CHILD, ROLE_BITS
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.layout import Layout, Province, Stratum
from whowhom.models.machine.world import MachineWorld

ALARM = 1e-6
SCARCE = {"apparatus.arrests_per_officer": 0.5, "decision.start_dissent": 0.15, "apparatus.floor": 0.003}
"""Settings under which capacity serves a small part of what is demanded."""


class FirstCome(ReferenceWorld):
    """Wrong on purpose: cases are served in the order in which they are stored until capacity is used up (the prototype's artefact)."""

    def _open_arrests(self) -> None:
        left = [r.cap for r in self.provinces]
        for person in self.people:
            place = person.body.place
            if person.state == V and not person.hit and left[place] > 0:
                left[place] -= self.weights[person.stratum]
                self._arrest(person, OPEN)

    def _named_arrests(self) -> None:
        served = [3] * len(self.provinces)
        kept = []
        for entry in self.inbox:
            person = self.people[entry[4]]
            if person.state in (0, V) and not person.hit and served[person.body.place] > 0:
                served[person.body.place] -= 1
                self._arrest(person, NAMED)
            elif person.state <= V:
                kept.append((*entry[:3], entry[3] + 1, entry[4]))
        self.inbox = [entry for entry in kept if entry[3] <= self.p.names_inbox_weeks]


# --- (i) order of storage -----------------------------------------------------------------------------------------------------------


def shuffled_history(shuffle: Callable[[np.ndarray], np.ndarray], weeks: int = 20) -> MachineWorld:
    """A harsh history whose inbox is put into another order before every week."""
    world = small_world(harsh_small(NEVER | SCARCE), seed=2)
    for _ in range(weeks):
        w = world.arrays
        for place in w.province:
            here = slice(place.inbox_first, place.inbox_first + place.inbox)
            w.inbox[here] = w.inbox[here][shuffle(np.arange(place.inbox))]
        world.step()
    return world


@pytest.mark.parametrize("way", ["reversed", "shuffled"])
def test_the_order_of_names_has_no_effect(way: str) -> None:
    """With the inbox reversed or shuffled before every week, capacity being scarce, the same persons are arrested for 20 weeks and the
    same names wait.
    """
    luck = np.random.default_rng(4)
    plain = shuffled_history(lambda index: index)
    other = shuffled_history(lambda index: index[::-1] if way == "reversed" else luck.permutation(index))
    for name in ("state", "role", "record", "marks"):
        assert np.array_equal(getattr(plain.arrays, name), getattr(other.arrays, name)), name
    rows = [np.sort(world.waiting()) for world in (plain, other)]
    assert np.array_equal(*rows)
    assert (plain.arrays.province["accept_named"] < 0.5).all()


def first_come_history(reverse: bool) -> list[int]:
    settings = settings_of(harsh_small(NEVER | SCARCE))
    world = FirstCome(small_layout(), value=settings.value, on=settings.on, start=START, seed=2)
    for _ in range(12):
        if reverse:
            world.inbox.reverse()
        world.step()
    return [person.state for person in world.people]


def test_the_order_of_names_is_felt_by_first_come_first_served() -> None:
    """Negative control: a model that serves the inbox in its order arrests other persons when the order is reversed."""
    assert first_come_history(reverse=False) != first_come_history(reverse=True)


def early_and_late(origin: np.ndarray, role: np.ndarray, layout: Layout) -> float:
    """Arrests per adult in the first half of the communities of every stratum less those in the second half."""
    difference, at = 0.0, 0
    for stratum in layout.strata:
        half, size = 32 * stratum.communities, 64 * stratum.communities
        first, second = slice(at, at + half), slice(at + half, at + size)
        rates = [(origin[x] > 0).sum() / (role[x] != CHILD).sum() for x in (first, second)]
        difference += stratum.represented * (rates[0] - rates[1])
        at += size
    return difference / sum(stratum.represented for stratum in layout.strata)


def storage_effect(model: str, seeds: range) -> float:
    """Student's t of the difference over seeds."""
    layout = small_layout(kinds=("village", "homes", "party"))
    settings = settings_of(harsh_small(NEVER | SCARCE))
    differences = []
    for seed in seeds:
        world: Any
        if model == "compiled":
            world = small_world(settings=settings, layout=layout, seed=seed)
        else:
            world = FirstCome(layout, value=settings.value, on=settings.on, start=START, seed=seed)
        for _ in range(15):
            world.step()
        if model == "compiled":
            origin, role = world.arrays.marks >> 3 & 7, world.arrays.role & ROLE_BITS
        else:
            origin, role = (np.array([getattr(x, name) for x in world.people]) for name in ("origin", "role"))
        differences.append(early_and_late(origin, role, layout))
    t = float(stats.ttest_1samp(differences, 0.0).statistic)
    print(
        f"{model}: first less second half {np.mean(differences):+.4f} arrests per adult, t = {t:+.2f} ({len(seeds)} seeds)"
    )
    return abs(t)


def test_who_is_stored_first_is_not_arrested_first() -> None:
    """Null: in 80 seeds of 15 weeks in which capacity is scarce, arrests per adult in the first and the second half of every stratum are
    equal on average; Student's t, false-alarm rate 1e-6. Negative control: first come, first served, in 10 seeds.
    """
    assert storage_effect("compiled", range(80)) < stats.t.isf(ALARM / 2, 79)
    assert storage_effect("first come", range(10)) > stats.t.isf(ALARM / 2, 9)


# --- (ii) no thumb on the scale -----------------------------------------------------------------------------------------------------

WHERE_INSIDERS_ARE_ASKED_FOR = {
    "chain.py": "R_d has two types",
    "collapse.py": "dissent of cadres is a cause of collapse",
    "custody.py": "insiders name insiders (h_in, a free prior)",
    "decision.py": "insiders rally when the regime is in danger (psi)",
    "party.py": "insiders are expelled, which arrests nobody (E51)",
    "persons.py": "the free among them are counted (for R_d)",
    "petitions.py": "petitions reach cadres and move their private opposition (E46)",
    "roles.py": "a convicted or expelled insider loses the role",
    "tolerance.py": "their open voice may be tolerated: less risk than others run, never more (E51)",
}
"""Every mechanism that asks whether somebody is a member or a cadre; none that arrests is among them."""


def asks_for_insiders(text: str) -> bool:
    names = {"PARTY", "CADRE", "PARTY_KIND", "CADRE_KIND", "FOUNDER_BIT"}
    tree = ast.parse(text)
    return any(
        (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.Attribute) and node.attr.startswith("insider"))
        for node in ast.walk(tree)
    )


def test_nothing_that_arrests_asks_who_is_an_insider() -> None:
    """No mechanism of demand, capacity, choice or arrest reads membership, cadre or founder, and nothing but the listed ones does."""
    asking = {
        path.name
        for path in scan.modules("src/whowhom/mechanisms")
        if asks_for_insiders(path.read_text(encoding="utf-8"))
    }
    assert asking == set(WHERE_INSIDERS_ARE_ASKED_FOR)
    assert asks_for_insiders("if role == PARTY:\n    risk *= 2\n")
    assert asks_for_insiders("risk *= place.insider_weight\n")


def test_no_parameter_raises_the_risk_of_insiders() -> None:
    """The only parameters that concern insiders are their opinions, their rally, their circle, their founders, the cadre collapse, petitions, expulsion, recruitment, and a tolerance
    that can lower their risk and not raise it.
    """
    concerned = {
        parameter.name
        for parameter in DECLARATIONS.parameters
        if any(word in f"{parameter.name} {parameter.meaning}" for word in ("insider", "party", "cadre", "founder"))
    }
    assert concerned == {
        "decision.opposition_party",
        "decision.opposition_cadre",
        "decision.rally_weight",
        "population.founder_share",
        "names.insider_circle",
        "collapse.cadre_share",
        "petitions.scale",
        "petitions.doubt",
        "party.tolerance",
        "party.expulsion",
        "purge.rate",
        "recruitment.rate",
    }
    tolerance = DECLARATIONS.parameter("party.tolerance")
    assert (tolerance.low, tolerance.high) == (0.0, 1.0)  # a factor 1 - tolerance on the risk


ALIKE = (
    NEVER
    | {f"decision.opposition_{role}": 0.5 for role in ("peasant", "worker", "urban", "soldier", "party", "cadre")}
    | {
        "decision.rally_weight": 0.0,
        "decision.start_dissent": 0.02,
        "names.insider_circle": 0.0,
        "names.base": 1.0,
        "names.per_torture": 1.0,
        "apparatus.dossier_weight": 0.0,
        "apparatus.case_hunger": 1.0,
        "apparatus.aim": 0.5,
        "emotion.hardship": 0.0,
        "emotion.concession_comfort": 0.0,
        "food.famine_death": 0.0,
        "arming.rate": 0.0,
    }
)
"""Everybody has the same opinions and circumstances; open, named and self-generated arrests all happen."""


def mixed_country() -> Layout:
    """Three provinces of villages, towns, party and cadres, whose simulated persons stand for 30, 20, 5 and 2."""
    kinds = (("village", 32, 30.0), ("town", 16, 20.0), ("party", 16, 5.0), ("cadre", 4, 2.0))
    strata = tuple(
        Stratum(r, kind, -1, communities, weight * 64 * communities, 0.0, f"P{r}/{kind}")
        for r in range(3)
        for kind, communities, weight in kinds
    )
    return Layout(tuple(Province(f"P{r}", 1.0) for r in range(3)), strata, (), ())


def insiders_ratio(values: Mapping[str, float], seeds: int) -> tuple[float, float]:
    """Mean rate ratio of arrests, insiders over others, and its Student's t against 1."""
    ratios = []
    for seed in range(seeds):
        world = small_world(harsh_small(ALIKE | dict(values)), layout=mixed_country(), seed=seed)
        for _ in range(30):
            world.step()
        ratios.append(observed(world)["insider_arrest_ratio"])
    mean, error = float(np.mean(ratios)), float(np.std(ratios, ddof=1) / math.sqrt(seeds))
    print(
        f"{dict(values)}: rate ratio {mean:.3f} (standard error {error:.3f}, {seeds} seeds), t = {(mean - 1) / error:+.2f}"
    )
    return mean, (mean - 1) / error


def test_insiders_who_are_like_others_are_arrested_like_others() -> None:
    """Null: without a circle, without attraction by dossiers and with the same opinions, insiders are arrested as often as others; 100 seeds,
    30 weeks, Student's t against 1, false-alarm rate 1e-6. Negative controls: a circle of insiders, and loyal insiders, are seen.
    """
    limit = stats.t.isf(ALARM / 2, 59)
    mean, t = insiders_ratio({}, 100)
    assert abs(t) < stats.t.isf(ALARM / 2, 99)
    assert 0.9 < mean < 1.1
    assert insiders_ratio({"names.insider_circle": 0.9}, 60)[1] > limit
    assert insiders_ratio({"decision.opposition_party": 0.4}, 60)[1] < -limit


# --- (iii) shared luck wears out ------------------------------------------------------------------------------------------------------

FORK, HORIZONS, PAIRS = 60, (8, 26, 52), 60
SHOWN = ("open_dissent", "in_camps", "arrests_total")


def after_fork(seed: int, off: tuple[str, ...]) -> list[list[float]]:
    """What is shown 8, 26 and 52 weeks after a fork in which something is switched off."""
    calm = NEVER | {"decision.start_dissent": 0.01, "arming.rate": 0.02}
    world = soviet_world(soviet_settings(calm).replace(off=off, from_tick=FORK), seed=seed)
    rows = []
    for week in range(1, FORK + HORIZONS[-1] + 1):
        world.step()
        if week - FORK in HORIZONS:
            seen = observed(world)
            rows.append([seen[name] for name in SHOWN])
    return rows


def test_pairing_reduces_variance_less_and_less() -> None:
    """Twins that share their luck need fewer runs: over 60 seeds the variance of an unpaired difference is more than that of the paired
    one at 8 and at 52 weeks after executions stop, and the gain falls from 8 weeks to 52. Control: of worlds paired at random there is no gain.
    """
    one, other = (np.array([after_fork(seed, off) for seed in range(PAIRS)]) for off in ((), ("executions",)))
    unpaired = one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)
    gain = unpaired / (one - other).var(axis=0, ddof=1)
    shuffled = unpaired / (one - np.roll(other, 7, axis=0)).var(axis=0, ddof=1)
    for k, weeks in enumerate(HORIZONS):
        shares = ", ".join(f"{name} {g:.1f}" for name, g in zip(SHOWN, gain[k], strict=True))
        print(f"{weeks} weeks after the fork: variance reduction {shares}")
    assert (gain[0] > 1.5).all()
    assert (gain[-1] > 1.2).all()
    assert (gain[0] > gain[-1]).all()
    assert (shuffled < 2.0).all()
    assert (shuffled < gain).mean() > 0.8
