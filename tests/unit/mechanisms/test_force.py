"""Force and fall by hand: combat, control of provinces, danger, risings, causes of collapse, the denunciation number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from tests.machine_worlds import small_layout, small_world

from whowhom.engine.population import ARMED, CADRE, CHILD, QUIET, ROLE_BITS, SOLDIER, VOICE, World
from whowhom.mechanisms import chain, collapse, combat, control, counts, persons
from whowhom.mechanisms.collapse import CAUSES


def world(values: Mapping[str, float] | None = None, *, off: tuple[str, ...] = (), kinds: Any = None) -> World:
    """A quiet small world at its start."""
    return small_world(values, off=off, layout=small_layout(kinds=kinds)).arrays


def rise(w: World, persons_wanted: int, state: int = ARMED, *, stratum: int = 0, role: int | None = None) -> list[int]:
    """Put the first adults of a stratum into a state, and count."""
    first = int(w.stratum[stratum].first) * 64
    size = int(w.stratum[stratum].communities) * 64
    fit = [
        i
        for i in range(first, first + size)
        if w.role[i] & ROLE_BITS != CHILD and (role is None or w.role[i] & ROLE_BITS == role)
    ]
    for i in fit[:persons_wanted]:
        persons.move(w, i, state)
    counts.count(w, 0)
    return fit[:persons_wanted]


# --- E26 ------------------------------------------------------------------------------------------------------------------------------

FIGHT = {
    "combat.kill_rate": 0.02,
    "combat.loss_rate": 0.01,
    "combat.engagement": 3.0,
    "combat.intel_base": 0.2,
    "combat.intel_apparatus": 0.0,
    "combat.intel_support": 0.0,
}


@pytest.mark.parametrize("mu", [0.0, 0.2, 1.0])
def test_fire_is_aimed_or_falls_on_whom_it_finds(mu: float) -> None:
    """Of gamma M_e deaths a share mu falls on the armed, the rest by their density; perfect intelligence spares all bystanders, and
    losses are a rate of the armed (Kress and Szechtman 2009).
    """
    w = world(FIGHT | {"combat.intel_base": mu}, kinds=("village",))
    place = w.province[0]
    rise(w, 20)
    place.troops = 1e9
    combat.fight(w, 0)
    armed, engaged = 20 * 30.0, 3.0 * 20 * 30.0
    density = armed / float(place.persons)
    assert place.kill == pytest.approx(0.02 * engaged * (mu + (1 - mu) * density) / armed)
    assert place.bystanders == pytest.approx(0.02 * engaged * (1 - mu) * (1 - density) / 30.0)
    assert w.nation[0].regime_losses == pytest.approx(0.01 * armed)


def test_no_more_troops_fight_than_there_are() -> None:
    """Engaged troops are at most those in the province; without troops nobody dies, and where nobody is armed nothing happens."""
    w = world(FIGHT, kinds=("village",))
    rise(w, 20)
    w.province.troops[:] = 60.0
    combat.fight(w, 0)
    density = 600.0 / float(w.province[0].persons)
    assert w.province[0].kill == pytest.approx(0.02 * 60.0 * (0.2 + 0.8 * density) / 600.0)
    assert (w.province.kill[1:] == 0).all()
    assert (w.province.bystanders[1:] == 0).all()


def test_the_armed_die_by_chance_and_are_mourned() -> None:
    """With a kill of 1 every armed person dies; the community counts them and their kin grieve eight steps."""
    w = world(FIGHT | {"combat.kill_rate": 10.0, "combat.intel_base": 1.0}, kinds=("village",))
    armed = [i for i in range(64) if w.role[i] & ROLE_BITS != CHILD][::7]
    for i in armed:
        persons.move(w, i, ARMED)
    counts.count(w, 0)
    w.province.troops[:] = 1e9
    combat.fight(w, 0)
    assert (w.state[armed] == 7).all()
    assert w.community[0].killed == w.community[0].hits == len(armed)
    assert w.stratum[0].week_combat_deaths == len(armed)
    household = [i for i in range(64) if w.record[i] >> 4 > 0]
    assert household
    assert all(w.state[i] == QUIET for i in household)


# --- E27, control -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("armed", "troops", "controlled", "expected"),
    [
        (12, 100.0, 1, 0),  # 360 armed against 100
        (12, 400.0, 1, 1),  # against 400
        (9, 0.0, 1, 1),  # nine simulated persons are no army
        (12, 700.0, 0, 0),  # not yet half
        (12, 800.0, 0, 1),  # fewer than half of 800: won back
        (0, 0.0, 0, 1),  # nobody left in arms
    ],
)
def test_a_province_is_lost_to_more_and_won_back_from_less_than_half(
    armed: int, troops: float, controlled: int, expected: int
) -> None:
    """Control is lost when the armed outnumber loyal soldiers and officers, ten simulated persons at least, and won back at half of that."""
    w = world({"control.ratio": 1.0}, kinds=("village",))
    rise(w, armed)
    w.province[0].troops, w.province[0].control, w.province[0].officers = troops, controlled, 0.0
    control.hold_country(w, 0)
    assert w.province[0].control == expected


def test_garrisons_refuse_when_more_than_half_dissent() -> None:
    """A garrison refuses, weeks running, while more than half of its free soldiers dissent; loyal troops shrink by its share."""
    w = world(kinds=("village", "homes"))
    stratum = next(s for s in range(len(w.stratum)) if w.stratum[s].pool == 0)
    half = int(w.pool[0].strength) // 2
    rise(w, half, VOICE, stratum=stratum, role=SOLDIER)
    control.hold_country(w, 0)
    assert w.pool[0].refusing == 0
    rise(w, half + 1, VOICE, stratum=stratum, role=SOLDIER)
    for week in (1, 2, 3):
        control.hold_country(w, week)
        assert w.pool[0].refusing == week
    assert w.nation[0].refusing_share == pytest.approx(500 / 1800)
    rise(w, half + 1, QUIET, stratum=stratum, role=SOLDIER)
    control.hold_country(w, 4)
    assert w.pool[0].refusing == 0


@pytest.mark.parametrize(("lost", "armed", "war"), [(0.0, 0.0, 0.0), (0.4, 100.0, 0.5), (1.0, 1e9, 1.0)])
def test_danger_is_logistic(lost: float, armed: float, war: float) -> None:
    """S = 1 / (1 + exp(-(s0 + s1 lost + s2 B / M + s3 W)))."""
    w = world({"army.troops": 1000.0}, kinds=("village",))
    n = w.nation[0]
    n.armed, n.war = armed, war
    if lost == 1.0:
        w.province.control[:] = 0
    elif lost > 0:
        w.province[0].control = 0
        lost = float(w.province[0].persons / n.persons)
    control.perceive_danger(w)
    log_odds = -4.0 + 6.0 * lost + 2.0 * armed / 1000.0 + 2.0 * war
    assert n.lost == pytest.approx(lost)
    assert n.danger == pytest.approx(1 / (1 + math.exp(-log_odds)))


# --- counts -------------------------------------------------------------------------------------------------------------------------


def test_a_rising_is_a_crossing_of_a_twentieth_upward() -> None:
    """A settlement rises in the week in which more than 5 % of its adults are armed and were not before, and counts with its weight."""
    w = world(kinds=("village",))
    settlement = w.settlement[0]
    adults = sum(int(w.community[c].free) for c in range(int(settlement.communities)))
    rise(w, adults // 20)
    assert w.nation[0].risings == 0
    people = rise(w, adults // 20 + 1)
    assert w.nation[0].risings == 30.0
    counts.count(w, 1)
    assert w.nation[0].risings == 0, "only the crossing counts"
    for i in people:
        persons.move(w, i, QUIET)
    counts.count(w, 2)
    assert (w.nation[0].risings, w.settlement[0].risen) == (0.0, 0)


@pytest.mark.parametrize(("armed", "risen"), [(5, False), (6, True)])
def test_exactly_a_twentieth_is_no_rising(armed: int, risen: bool) -> None:
    """Of 100 free adults of a settlement five in arms are no rising, six are."""
    w = world(kinds=("village",))
    for c in range(int(w.settlement[0].communities)):
        w.community[c].free = 0
    w.community[0].free, w.settlement[0].armed = 100, armed
    counts._risings(w)
    assert bool(w.settlement[0].risen) == risen


def test_an_armed_centre_has_a_rising_and_ten_in_arms() -> None:
    """A district is an armed centre with a risen settlement, at least 10 simulated and 100 represented persons in arms."""
    w = world(kinds=("village",))
    rise(w, 9)
    assert w.nation[0].armed_centres == 0
    rise(w, 40)
    assert w.nation[0].armed_centres == 1


def test_soldiers_count_where_they_serve() -> None:
    """Soldiers of a garrison in another province count among its free, in voice and in arms, not at home."""
    w = world()
    stratum = next(s for s in range(len(w.stratum)) if w.stratum[s].pool == 1)
    before = [float(x) for x in w.province.free]
    rise(w, 5, VOICE, stratum=stratum, role=SOLDIER)
    assert w.province[0].voice == 5 * 8.0
    assert w.province[1].voice == 0
    assert [float(x) for x in w.province.free] == before
    assert w.voice_history[1, 0] == pytest.approx(40.0 / float(w.province[0].free))


# --- E34 ------------------------------------------------------------------------------------------------------------------------------


def territory(w: World) -> None:
    w.nation[0].lost, w.nation[0].weeks_lost = 0.7, 3


def capital(w: World) -> None:
    w.pool[int(w.nation[0].capital_pool)].refusing = 2


def army(w: World) -> None:
    w.nation[0].war, w.nation[0].troops, w.nation[0].weeks_army = 0.5, 0.0, 7


def cadres(w: World) -> None:
    for i in range(len(w.state)):
        if w.role[i] & ROLE_BITS == CADRE:
            persons.move(w, i, VOICE)


def hunger(w: World) -> None:
    w.nation[0].state_ration, w.nation[0].weeks_hunger = 0.1, 7
    w.stratum.voice[w.stratum.kind == 1] = w.stratum.free[w.stratum.kind == 1]


def nation(w: World) -> None:
    w.nation[0].dissent = 0.6


TROUBLES: dict[str, Callable[[World], None]] = {
    "territory": territory,
    "capital": capital,
    "army": army,
    "cadres": cadres,
    "hunger": hunger,
    "nation": nation,
}


@pytest.mark.parametrize("cause", TROUBLES)
def test_each_cause_fells_alone(cause: str) -> None:
    """Each condition, alone, is a collapse with its name, and without it the regime stands."""
    w = world()
    collapse.judge(w, 20)
    assert w.nation[0].cause == 0
    TROUBLES[cause](w)
    collapse.judge(w, 20)
    assert CAUSES[int(w.nation[0].cause)] == cause


@pytest.mark.parametrize("first", range(6))
def test_the_first_cause_that_holds_is_named(first: int) -> None:
    """If several conditions hold in one week, the first in the order of the page is the cause."""
    w = world()
    for trouble in list(TROUBLES.values())[first:]:
        trouble(w)
    collapse.judge(w, 20)
    assert CAUSES[int(w.nation[0].cause)] == list(TROUBLES)[first]


@pytest.mark.parametrize("cause", ["territory", "army", "hunger"])
def test_weeks_must_run_without_a_break(cause: str) -> None:
    """Territory, army and hunger fell only after their weeks running; one good week starts the count anew."""
    field = {"territory": "weeks_lost", "army": "weeks_army", "hunger": "weeks_hunger"}[cause]
    w = world()
    TROUBLES[cause](w)
    w.nation[0][field] = 0
    collapse.judge(w, 20)
    assert (int(w.nation[0][field]), int(w.nation[0].cause)) == (1, 0)
    w.nation[0].lost, w.nation[0].war, w.nation[0].state_ration = 0.0, 0.0, 1.0
    collapse.judge(w, 21)
    assert (int(w.nation[0][field]), int(w.nation[0].cause)) == (0, 0)


def test_hunger_without_workers_in_dissent_is_no_fall() -> None:
    """Hungry towns whose workers stay quiet do not fell the regime."""
    w = world()
    hunger(w)
    w.stratum.voice[:] = 0
    collapse.judge(w, 20)
    assert w.nation[0].cause == 0


# --- E12 ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("circle", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("held", [0, 300])
def test_the_denunciation_number_is_the_radius_of_two_types(circle: float, held: int) -> None:
    """R_d is the largest eigenvalue of the matrix of arrests of insiders and others that one prisoner of each type causes."""
    values = {
        "names.insider_circle": circle,
        "names.community": 0.4,
        "names.settlement": 0.3,
        "repression.torture": 0.8,
    }
    w = world(values)
    rise(w, held, 4)
    chain.reckon(w, 0)
    p, role, kind = w.p[0], w.role & ROLE_BITS, w.stratum.kind[w.community.stratum].repeat(64)
    weight = w.stratum.weight[w.community.stratum].repeat(64) * (role != CHILD)
    inside = np.isin(kind, (4, 5)) & (role >= 5)
    share = weight[inside].sum() / weight.sum()
    free = [float(weight[x & (w.state <= 2)].sum() / weight[x].sum()) for x in (inside, ~inside)]
    confession = 1 - (1 - p.names_confession_base) * math.exp(-0.8 / p.names_confession_scale)
    b = confession * (p.names_base + p.names_per_torture * 0.8) * p.names_acted_on * (1 - p.names_repeated)
    far = (1 - 0.4) * (1 - 0.3)
    matrix = b * np.array(
        [
            [(circle + (1 - circle) * (1 - far + far * share)) * free[0], (1 - circle) * far * (1 - share) * free[1]],
            [far * share * free[0], (1 - far + far * (1 - share)) * free[1]],
        ]
    )
    assert w.nation[0].r_d == pytest.approx(max(np.linalg.eigvals(matrix).real), rel=1e-12)


def test_without_coerced_names_nobody_is_denounced() -> None:
    """With names not acted on the denunciation number is 0."""
    w = world(off=("coerced_names",))
    chain.reckon(w, 0)
    assert w.nation[0].r_d == 0.0
