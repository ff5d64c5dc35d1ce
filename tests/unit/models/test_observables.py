"""What is shown each week, recounted by hand from the arrays of persons."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.machine_worlds import NEVER, harsh_small, observed, small_layout, small_world

from whowhom.engine.contract import observable_problems
from whowhom.engine.population import CADRE_KIND, CAMP, CHILD, DETAINED, EXECUTED, EXILE, PARTY_KIND, ROLE_BITS, World
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.world import MachineWorld

NAMES = [observable.name for observable in MACHINE.observables]


@pytest.fixture(scope="module")
def world() -> MachineWorld:
    """A harsh history of 25 weeks."""
    lived = small_world(harsh_small(NEVER), seed=2)
    for _ in range(25):
        lived.step()
    return lived


def weights(w: World) -> np.ndarray:
    """Persons of the country for every simulated one."""
    return np.asarray(w.stratum["weight"][w.community["stratum"]].repeat(64))


def inside(w: World) -> np.ndarray:
    """Who lives in a community of party members or cadres."""
    return np.isin(w.stratum["kind"][w.community["stratum"]].repeat(64), (PARTY_KIND, CADRE_KIND))


def test_observables_are_sound() -> None:
    """Names are columns, none is given twice, each has a unit and a meaning, and what only an analyst could know is marked."""
    assert observable_problems(MACHINE.observables) == []
    assert all(x.unit and x.meaning for x in MACHINE.observables)
    private = {x.name for x in MACHINE.observables if x.privacy == "analyst"}
    assert private >= {"fear", "anger", "shift", "hidden_opposition", "quality", "arrests_opponents"}
    assert not private & {"arrests", "executed", "staff", "threat", "open_dissent"}


def test_stocks_are_weighted_persons(world: MachineWorld) -> None:
    """Prisoners, the armed and the share of open dissent are sums of weights over persons in those states."""
    w, shown = world.arrays, observed(world)
    weight, adult = weights(w), w.role & ROLE_BITS != CHILD
    for name, state in (("detained", DETAINED), ("in_camps", CAMP), ("in_exile", EXILE), ("armed", 2)):
        assert shown[name] == pytest.approx(float(weight[adult & (w.state == state)].sum())), name
        assert shown[name] > 0
    free = adult & (w.state <= 2)
    dissent = weight[free & (w.state >= 1)].sum() / weight[free].sum()
    assert shown["open_dissent"] == pytest.approx(float(dissent))
    assert shown["executed_total"] == pytest.approx(float(weight[w.state == EXECUTED].sum()))


def test_moods_are_means_by_persons_represented(world: MachineWorld) -> None:
    """Fear, anger and shift are means over communities, each with the weight of its stratum."""
    w, shown = world.arrays, observed(world)
    weight = w.stratum["weight"][w.community["stratum"]]
    for name in ("fear", "anger", "shift"):
        assert shown[name] == pytest.approx(float((weight * w.community[name]).sum() / weight.sum()))


def test_hidden_opposition_is_the_expected_share_above_one_half(world: MachineWorld) -> None:
    """Hidden opposition is the mean over free civilians of the chance that a normal opinion of their community exceeds one half."""
    w, total, adults = world.arrays, 0.0, 0.0
    sd = float(w.p[0].decision_opposition_sd)
    for community in w.community:
        stratum = w.stratum[int(community["stratum"])]
        weight = float(stratum["weight"]) * int(community["free"])
        z = (float(stratum["opposition"]) + float(community["shift"]) - 0.5) / sd
        total += weight * 0.5 * math.erfc(-z / math.sqrt(2))
        adults += weight
    assert observed(world)["hidden_opposition"] == pytest.approx(total / adults)


def test_insiders_are_set_against_all_others(world: MachineWorld) -> None:
    """The arrest ratio is arrests so far per adult of party and cadre communities over those of all others; the shares repressed are of
    persons in custody, camp, exile or the grave.
    """
    w, shown = world.arrays, observed(world)
    weight, adult, member = weights(w), w.role & ROLE_BITS != CHILD, inside(w)
    stratum = w.stratum
    arrests = stratum["weight"] * sum(stratum[f"total_arrests_{x}"] for x in ("open", "named", "self"))
    own = np.isin(stratum["kind"], (PARTY_KIND, CADRE_KIND))
    adults = [float(weight[adult & part].sum()) for part in (member, ~member)]
    ratio = (arrests[own].sum() / adults[0]) / (arrests[~own].sum() / adults[1])
    assert shown["insider_arrest_ratio"] == pytest.approx(float(ratio))
    assert shown["insider_arrests_total"] == pytest.approx(float(arrests[own].sum()))
    hit = adult & np.isin(w.state, (DETAINED, CAMP, EXILE, EXECUTED))
    for name, part, base in (("insiders_repressed", member, adults[0]), ("others_repressed", ~member, adults[1])):
        assert shown[name] == pytest.approx(float(weight[hit & part].sum()) / base), name


def test_totals_are_sums_of_flows() -> None:
    """Arrests and executions so far are the sums of those of all weeks; time in camps is the sum of the weekly stocks."""
    world = small_world(harsh_small(NEVER), seed=3)
    sums = dict.fromkeys(("arrests", "executed", "in_camps"), 0.0)
    for _ in range(20):
        world.step()
        shown = observed(world)
        sums = {name: total + shown[name] for name, total in sums.items()}
    assert shown["arrests_total"] == pytest.approx(sums["arrests"])
    assert shown["executed_total"] == pytest.approx(sums["executed"])
    assert shown["camp_weeks_total"] == pytest.approx(sums["in_camps"])


def test_insiders_of_a_country_without_any_are_zero() -> None:
    """Without party and cadres ratios and shares of insiders are 0 and not undefined."""
    world = small_world(harsh_small(NEVER), layout=small_layout(kinds=("village", "town")), seed=2)
    for _ in range(10):
        world.step()
    shown = observed(world)
    assert shown["insider_arrest_ratio"] == shown["insiders_repressed"] == shown["cadre_dissent"] == 0


def test_observing_leaves_no_trace(world: MachineWorld) -> None:
    """Observing returns a fresh array every time and changes no bit of the world."""
    before = world.digest()
    first, second = world.observe(), world.observe()
    first[:] = 0
    assert np.array_equal(second, world.observe())
    assert world.digest() == before
