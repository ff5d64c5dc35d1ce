"""Family hostages by hand (E40): who is taken, what becomes of them, and what kin at risk weigh in the decision (T11)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import small_layout, small_world

from whowhom.engine.population import (
    ARMED,
    CAMP,
    CHILD,
    DETAINED,
    EVER_ARMED,
    EXECUTED,
    EXILE,
    HIT,
    HOSTAGE,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    VOICE,
    World,
)
from whowhom.mechanisms import capacity, counts, decision, hostages_held, hostages_taken, household, persons

FALSE_ALARM = 1e-6
"""Chance that a statistical test here fails although the model is right (two-sided, exact)."""


def world(values: Mapping[str, float] | None = None, *, kinds: tuple[str, ...] = ("village",), times: int = 1) -> World:
    """A quiet small world with full use of hostages and capacity for all of them."""
    w = small_world(values, layout=small_layout(kinds=kinds, times=times)).arrays
    w.province.hostage_use[:] = 1.0
    w.province.accept_hostage[:] = 1.0
    return w


def houses(w: World) -> list[list[int]]:
    """Persons of each household."""
    found, i = [], 0
    while i < len(w.state):
        found.append(list(range(i, int(household.end_of(w, i)))))
        i = found[-1][-1] + 1
    return found


def grown(w: World, house: list[int]) -> list[int]:
    return [i for i in house if w.role[i] & ROLE_BITS != CHILD]


def rise(w: World, each: int = 1) -> list[int]:
    """Put the first adults of every household into arms."""
    people = [i for house in houses(w) for i in grown(w, house)[:each]]
    for i in people:
        persons.move(w, i, ARMED)
    counts.count(w, 0)
    return people


# --- taken ----------------------------------------------------------------------------------------------------------------------------


def test_a_hostage_is_a_quiet_adult_of_the_household_of_somebody_in_arms() -> None:
    """Nobody else is taken: no child, nobody in arms or held, no soldier, nobody of a household without arms."""
    w = world({"hostages.rate": 1.0}, kinds=("village", "homes"))
    people = [i for house in houses(w)[::2] for i in grown(w, house)[:1]]
    for i in people:
        persons.move(w, i, ARMED)
    counts.count(w, 0)
    before = w.state.copy()
    for t in range(4):
        hostages_taken.take_hostages(w, t)
    taken = np.flatnonzero(w.state == HOSTAGE)
    assert len(taken) > 20
    assert (before[taken] == QUIET).all()
    assert not np.isin(w.role[taken] & ROLE_BITS, (CHILD, SOLDIER)).any()
    assert all(household.has_kin_in(w, int(i), ARMED) for i in taken)
    assert (w.marks[taken] & HIT != 0).all()
    assert w.stratum.hostages.sum() == w.stratum.week_hostages.sum() == len(taken) == w.community.arrests.sum()


@pytest.mark.parametrize("rate", [0.0, 0.25, 1.0])
def test_the_lot_falls_on_members_alike(rate: float) -> None:
    """Null: each person in arms brings a hostage with the chance rate times the share of the household that can be taken, independently;
    the number over all households is compared with its exact Poisson-binomial mean and variance, |z| below 4.9 (1e-6).
    """
    w = world({"hostages.rate": rate}, times=4)
    people = rise(w)
    chances = []
    for house in houses(w):
        fit = sum(1 for i in grown(w, house) if w.state[i] == QUIET)
        chances.append(rate * fit / len(house))
    hostages_taken.take_hostages(w, 1)
    taken, p = int((w.state == HOSTAGE).sum()), np.array(chances)
    assert len(people) == len(p) > 800
    spread = float(np.sqrt((p * (1 - p)).sum()))
    assert abs(taken - p.sum()) <= stats.norm.isf(FALSE_ALARM / 2) * spread
    if rate:
        assert abs(taken - 1.8 * p.sum()) > stats.norm.isf(FALSE_ALARM / 2) * spread, "negative control"


def test_a_hostage_is_seen_and_mourned_as_an_arrest_without_a_dossier() -> None:
    """The community counts a hit and an arrest, opposed if ever in dissent and never voiced; kin grieve four steps; no entry is made."""
    w = world()
    house = next(house for house in houses(w) if len(grown(w, house)) >= 3)
    i, other = grown(w, house)[:2]
    w.marks[i] |= EVER_ARMED
    hostages_taken._take(w, i)
    place = w.community[i >> 6]
    assert (place.hits, place.hits_opposed, place.hits_voice, place.arrests, place.held) == (1, 1, 0, 1, 1)
    assert w.record[i] == 0
    assert w.record[other] >> 4 == 4


@pytest.mark.parametrize("capacity_left", [0.0, 30.0, 1e9])
def test_what_is_left_of_capacity_serves_hostages_last(capacity_left: float) -> None:
    """Hostages are sought for all who live in the province and are in arms, and served in proportion by what other classes leave."""
    w = world({"hostages.rate": 0.5, "apparatus.case_hunger": 0.0})
    people = sum(1 for i in rise(w) if w.community[i >> 6].stratum == 0)
    w.province.hostage_use[:] = 0.4
    w.province.capacity[:] = capacity_left
    capacity.serve(w)
    demand = 30.0 * people * 0.4 * 0.5
    assert w.province[0].accept_hostage == pytest.approx(min(1.0, capacity_left / demand))


def test_without_use_or_capacity_nobody_is_taken() -> None:
    """Negative control: with the rung masked, or with no capacity left, no household is touched."""
    for field in ("hostage_use", "accept_hostage"):
        w = world({"hostages.rate": 1.0})
        rise(w)
        w.province[field][:] = 0.0
        hostages_taken.take_hostages(w, 1)
        assert (w.state != HOSTAGE).all()


# --- held -----------------------------------------------------------------------------------------------------------------------------


def held(values: Mapping[str, float], *, armed: bool) -> tuple[World, list[int]]:
    """A hostage of every household with two adults; the other is in arms, or not any more."""
    w = world(values, times=2)
    people = []
    for house in houses(w):
        adults = grown(w, house)
        if len(adults) >= 2:
            persons.move(w, adults[0], ARMED if armed else DETAINED)
            persons.move(w, adults[1], HOSTAGE)
            people.append(adults[1])
    counts.count(w, 0)
    w.province.execution_use[:] = 0.5
    return w, people


@pytest.mark.parametrize("armed", [True, False])
def test_hostages_are_released_or_executed(armed: bool) -> None:
    """Isolated: while somebody stays in arms a binomial share h_x u_x is executed in a week; once nobody does, a share h_r is released.

    Null: .4 * .5 and .3; size about 400; exact two-sided test at 1e-6.
    """
    w, people = held({"hostages.release": 0.3, "hostages.executed": 0.4}, armed=armed)
    hostages_held.keep_hostages(w, 1)
    executed, released = (w.state[people] == EXECUTED).sum(), (w.state[people] == QUIET).sum()
    assert (
        executed
        == w.stratum.week_executed.sum()
        == w.stratum.week_hostages_executed.sum()
        == w.community.executed.sum()
    )
    assert released == w.stratum.week_released.sum()
    assert len(people) == executed + released + w.stratum.hostages.sum() > 300
    assert (executed == 0) != (released == 0)
    expected = 0.4 * 0.5 if armed else 0.3
    assert stats.binomtest(int(executed + released), len(people), expected).pvalue > FALSE_ALARM


def test_where_executions_are_not_used_no_hostage_dies() -> None:
    """With no use of executions hostages are held for those in arms without end."""
    w, people = held({"hostages.executed": 1.0}, armed=True)
    w.province.execution_use[:] = 0.0
    hostages_held.keep_hostages(w, 1)
    assert (w.state[people] == HOSTAGE).all()


def test_kin_held_press_the_armed_to_lay_down_arms() -> None:
    """Whoever has somebody of the household held lays down arms with a chance larger by h_s, at most 1; others do not."""
    w = world({"arming.lay_down": 0.2, "hostages.surrender": 0.3})
    house = next(house for house in houses(w) if len(grown(w, house)) >= 2)
    i, member = grown(w, house)[:2]
    stranger = grown(w, houses(w)[-1])[0]
    for x in (i, stranger):
        persons.move(w, x, ARMED)
    assert decision._p_lay_down(w, i) == 0.2
    persons.move(w, member, DETAINED)
    assert decision._p_lay_down(w, i) == 0.2, "an arrest is no hostage"
    persons.move(w, member, HOSTAGE)
    assert decision._p_lay_down(w, i) == pytest.approx(0.5)
    assert decision._p_lay_down(w, stranger) == 0.2
    w.p.hostages_surrender = 1.0
    assert decision._p_lay_down(w, i) == 1.0


# --- kin at risk: T11 -----------------------------------------------------------------------------------------------------------------

ALONE = {
    "decision.risk_aversion": 0.0,
    "decision.social_weight": 0.0,
    "decision.anger_weight": 0.0,
    "decision.risk_bias": 1.0,
    "arming.rate": 0.0,
}
"""Nothing but private opposition and kin in the decision."""


def quiet_village(weight: float, use: float, risk: float) -> World:
    """A world in which only kin at risk hold people back, with this use of hostages and this perceived risk."""
    w = world(ALONE | {"hostages.weight": weight})
    w.community.shift[:] = 0.0
    w.province.hostage_use[:] = use
    w.province.arrest_use[:], w.province.accept_open_last[:], w.province.risk_unseen[:] = 1.0, 1.0, risk
    return w


@pytest.mark.parametrize("weight", [0.0, 0.7, 2.0, 20.0])
@pytest.mark.parametrize(("use", "risk"), [(0.5, 0.3), (1.0, 1.0), (0.0, 1.0)])
def test_hostages_alone_shift_the_threshold_by_kin_at_risk_exactly(weight: float, use: float, risk: float) -> None:
    """T11: whoever has k of a household of n at liberty besides speaks from the margin kappa_H k / n u_H p on, to the last unit of it; who has
    none, whether dead or held, is not held back at all.
    """
    w = quiet_village(weight, use, risk)
    luck = np.random.default_rng(1)
    for house in houses(w):
        for i in house:
            if luck.random() < 0.3:
                persons.move(w, i, int(luck.choice([DETAINED, CAMP, EXILE, EXECUTED, HOSTAGE])))
    for i in grown(w, houses(w)[3])[1:]:
        persons.move(w, i, CAMP)
    counts.count(w, 0)
    thresholds, people = [], []
    for house in houses(w):
        for i in grown(w, house):
            if w.state[i] == QUIET:
                kin = sum(1 for j in house if j != i and w.state[j] <= ARMED)
                people.append(i)
                thresholds.append(weight * (kin / len(house) * use * risk))
    for step in (-1, 0, 1):
        w.state[people] = QUIET
        for i, threshold in zip(people, thresholds, strict=True):
            w.margin[i] = min(32767, int(np.floor(threshold * 8192)) + step)
        w.community.best_margin[:] = w.community.best_low[:] = w.community.best_high[:] = 32767
        counts.count(w, 0)
        decision.decide(w, 1)
        expected = [w.margin[i] / 8192 > threshold for i, threshold in zip(people, thresholds, strict=True)]
        assert [w.state[i] == VOICE for i in people] == expected
        for i in people:
            if w.state[i] == VOICE:
                persons.move(w, i, QUIET)
        w.community.seen[:] = 0


def test_the_surest_margin_is_sure_under_the_largest_dread() -> None:
    """From the margin at which somebody is surely above 0 on, D is above 0 for everybody of every household; below the least it is for nobody."""
    base, burden, weight = 0.1234567, 0.3, 2.0
    for use, risk in ((0.0, 0.7), (0.3, 0.7), (1.0, 1.0)):
        surely = decision._least(base, burden, weight * (1.0 * use * risk))
        least = decision._least(base, 0.0, 0.0)
        for size in range(3, 10):
            for kin in range(size):
                dread = weight * (kin / size * use * risk)
                assert (surely / 8192.0 + base + 0.0) - burden - dread > 0.0
                assert not ((least - 1) / 8192.0 + base + 0.0) - 0.0 - dread > 0.0
        if use:
            assert decision._least(base, burden, 0.0) < surely, "negative control: without kin it would lie lower"


def test_who_is_looked_at_closer_is_judged_with_kin() -> None:
    """The sign of D that is the same for every risk aversion counts kin at risk: a lean that suffices alone does not suffice with them."""
    w = quiet_village(2.0, 1.0, 1.0)
    house = houses(w)[0]
    i = grown(w, house)[0]
    dread = 2.0 * (len(house) - 1) / len(house)
    risks = (1.0, 1.0, 1.0)
    assert decision._bounded_sign(w, i, 0.99 * dread, 0.0, risks) == -1
    assert decision._bounded_sign(w, i, 1.01 * dread, 0.0, risks) == 1
    assert decision._bounded_sign(w, i, 0.99 * dread, 0.0, (0.0, 1.0, 1.0)) == 1
