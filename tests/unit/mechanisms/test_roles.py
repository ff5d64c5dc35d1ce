"""Changes of role by hand: counts and bounds, expulsion, tolerance, desertion, return, conscription, amnesty."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st
from scipy import stats
from tests.plain_weeks import clone
from tests.roles_by_hand import assert_counted, aversions, excess, of_role, quiet_world

from whowhom.engine.population import (
    ABROAD,
    ARMED,
    CADRE,
    CHILD,
    DESERTER_BIT,
    DETAINED,
    EXPELLED_BIT,
    HIT,
    HOMES,
    PARTY,
    PARTY_KIND,
    PEASANT,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    URBAN,
    VOICE,
    World,
)
from whowhom.mechanisms import amnesty, army, danger, decision, party, persons, roles, tolerance

ALARM = 1e-6
"""False-alarm rate of a statistical test here."""


# --- changes of role ----------------------------------------------------------------------------------------------------------------


@options(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_counts_and_bounds_hold_after_any_changes_of_role(seed: int) -> None:
    """After 200 changes of role and state in any order, counts are those of persons and nobody exceeds the bounds of his side."""
    luck = np.random.default_rng(seed)
    w = quiet_world()
    kind = w.stratum["kind"][w.community["stratum"]].repeat(64)
    homes = np.flatnonzero((kind == HOMES) & (w.role & ROLE_BITS != CHILD))
    inside = np.flatnonzero((kind >= PARTY_KIND) & (w.role & ROLE_BITS != CHILD))
    for _ in range(200):
        i = int(luck.choice(homes))
        roles.change_side(w, i, int(luck.choice((PEASANT, SOLDIER))))
        j = int(luck.choice(inside))
        if luck.random() < 0.3:
            roles.expel(w, j)
        for k in (i, j):
            persons.move(w, k, int(luck.choice((QUIET, VOICE, ARMED, DETAINED, ABROAD))))
    assert_counted(w)
    assert excess(w, _aversions()) <= 0


@functools.cache
def _aversions() -> np.ndarray:
    return aversions(quiet_world())


def test_a_role_changed_by_hand_is_seen() -> None:
    """Negative control: a role written without the tool leaves counts and bounds wrong, and both checks see it."""
    w = quiet_world()
    peasants = of_role(w, PEASANT)
    side = w.community["best_soldier"][peasants >> 6]
    bold = int(peasants[(side > -32768) & (w.margin[peasants] > side)][0])
    w.role[bold] = SOLDIER
    assert excess(w, _aversions()) > 0
    with pytest.raises(AssertionError):
        assert_counted(w)


def test_children_never_get_a_role() -> None:
    """A child stays a child, and who has the role already is not counted twice."""
    w = quiet_world()
    before = clone(w)
    roles.change_side(w, int(of_role(w, CHILD)[0]), SOLDIER)
    roles.change_side(w, int(of_role(w, PEASANT)[0]), PEASANT)
    assert np.array_equal(w.role, before.role)
    assert_counted(w)


# --- the party ------------------------------------------------------------------------------------------------------------------------


def test_the_ban_expels_open_voice_and_nobody_else() -> None:
    """Under the ban at a rate of 1, insiders in open voice and not hit are expelled: urban, marked, one entry in the dossier; nobody else is."""
    w = quiet_world({"party.expulsion": 1.0}, on=("faction_ban",))
    insiders = np.concatenate([of_role(w, PARTY), of_role(w, CADRE)])
    loud, armed, hit = insiders[:5], insiders[5:8], insiders[8:10]
    for i in (*loud, *hit):
        persons.move(w, i, VOICE)
    for i in armed:
        persons.move(w, i, ARMED)
    for i in hit:
        persons.mark_hit(w, i)
    other = int(of_role(w, URBAN)[0])
    persons.move(w, other, VOICE)
    party.expel_members(w, 3)
    assert list(np.flatnonzero(w.role & EXPELLED_BIT)) == sorted(loud)
    assert (w.role[loud] & ROLE_BITS == URBAN).all()
    assert (w.state[loud] == VOICE).all()
    assert (w.record[loud] & 15 == 1).all()
    assert w.stratum["week_expelled"].sum() == 5
    assert not w.marks[loud[0]] & HIT
    assert_counted(w)


def test_a_purge_takes_by_the_dossier() -> None:
    """Expulsions of a purge are those of its chance: rate + slope * entries, here .1 and .5. Null: binomial with these chances; two-sided,
    false-alarm rate 1e-6 each; a chance of .5 in the place of .1 is seen.
    """
    values = {"purge.rate": 0.1, "purge.dossier": 0.1}
    taken = {0: 0, 4: 0}
    asked = dict.fromkeys(taken, 0)
    for week in range(6):
        w = quiet_world(values, on=("purge",))
        insiders = np.concatenate([of_role(w, PARTY), of_role(w, CADRE)])
        w.record[insiders[::2]] = 4
        entries = w.record[insiders] & 15
        party.expel_members(w, week)
        for dossier in taken:
            asked[dossier] += int((entries == dossier).sum())
            taken[dossier] += int(((entries == dossier) & (w.role[insiders] & EXPELLED_BIT > 0)).sum())
    assert stats.binomtest(taken[0], asked[0], 0.1).pvalue > ALARM
    assert stats.binomtest(taken[4], asked[4], 0.5).pvalue > ALARM
    assert stats.binomtest(taken[0], asked[0], 0.5).pvalue < ALARM


def test_the_expelled_are_not_bound_by_danger() -> None:
    """The rally of insiders (psi S) is gone with the role."""
    w = quiet_world({"decision.rally_weight": 2.0})
    w.nation[0].danger = 0.5
    i = int(of_role(w, PARTY)[0])
    assert decision._rally(w, i) == 1.0
    roles.expel(w, i)
    assert decision._rally(w, i) == 0.0


def test_tolerance_lowers_the_risk_of_insiders_only() -> None:
    """The chance of arrest in party and cadre communities is (1 - tol) of what it is elsewhere at the same dissent; under the ban the same."""
    w = quiet_world({"party.tolerance": 0.75})
    w.province.risk_unseen[:] = 0.4
    kinds = w.stratum["kind"][w.community["stratum"]]
    for ban, inside in ((0, 0.4 * 0.25), (1, 0.4)):
        w.p[0].on_faction_ban = ban
        found = [danger.community_risk(w, c, w.province[0]) for c in range(len(w.community))]
        assert found == [inside if kind >= PARTY_KIND else 0.4 for kind in kinds]
    assert tolerance.insiders_risk(quiet_world().p[0], PARTY_KIND, 0.3) == 0.3


# --- the army -------------------------------------------------------------------------------------------------------------------------


def everybody_willing(w: World) -> World:
    """Nobody is for the regime: the mood of every soldier is 1."""
    w.margin[w.role & ROLE_BITS == SOLDIER] = 8192
    return w


def test_a_person_does_one_thing_a_week() -> None:
    """At rates of 1 every soldier deserts, every deserter returns and every other peasant of the homes is called up, each once, nobody hit."""
    w = everybody_willing(
        quiet_world({"army.desertion": 1.0, "army.catch": 1.0, "army.conscription": 1.0}, on=("conscription",))
    )
    kind = w.stratum["kind"][w.community["stratum"]].repeat(64)
    soldiers, peasants = of_role(w, SOLDIER), np.flatnonzero((kind == HOMES) & (w.role & ROLE_BITS == PEASANT))
    army.muster(w, 1)
    assert (w.role[soldiers] & (ROLE_BITS | DESERTER_BIT) == PEASANT | DESERTER_BIT).all()
    assert (w.role[peasants] & (ROLE_BITS | DESERTER_BIT) == SOLDIER).all()
    assert (w.record[soldiers] & 15 == 1).all()
    assert not (w.marks & HIT).any()
    assert_counted(w)
    w.stratum["total_deserted"] += w.stratum["week_deserted"]  # as the week is closed
    w.p[0].army_desertion = 0.0
    army.muster(w, 2)
    assert (w.role & DESERTER_BIT == 0).all()
    assert w.stratum["week_returned"].sum() == w.stratum["week_deserted"].sum() == len(soldiers)
    assert_counted(w)


@pytest.mark.parametrize(("catch", "fits"), [(0.3, True), (0.15, False)])
def test_the_stock_of_deserters_is_that_of_two_constant_rates(catch: float, fits: bool) -> None:
    """Alone, under constant rates d and r, everybody is a deserter after t weeks with chance d / (d + r) * (1 - (1 - d - r)**t).

    Null: binomial, 801 soldiers, t = 8, d = .2, r = .3; two-sided, false-alarm rate 1e-6. Negative control: with r = .15 that null is rejected.
    """
    stock = number = 0
    for key in range(3):
        w = everybody_willing(quiet_world({"army.desertion": 0.2, "army.catch": catch, "army.hunger": 0.0}))
        w.nation[0].k0 = key
        number += len(of_role(w, SOLDIER))
        for week in range(8):
            army.muster(w, week)
            for name in ("deserted", "returned"):
                w.stratum[f"total_{name}"] += w.stratum[f"week_{name}"]
                w.stratum[f"week_{name}"] = 0
        stock += int((w.role & DESERTER_BIT > 0).sum())
    expected = 0.2 / 0.5 * (1 - 0.5**8)
    print(f"{stock} of {number} are deserters, expected {expected * number:.0f}")
    assert (stats.binomtest(stock, number, expected).pvalue > ALARM) == fits


def test_desertion_follows_mood_hunger_kin_and_retention() -> None:
    """The chance is rate * mood * (1 + hunger * missing ration) * exp(-weight * hostages) * (1 - retention). Null: binomial with that chance over
    801 soldiers; false-alarm rate 1e-6 each.
    """
    values = {"army.desertion": 0.4, "army.hunger": 2.0, "army.retention": 0.25, "hostages.weight": 1.0}
    for margin, ration, hostages, shift in (
        (0, 1.0, 0.0, 0.0),
        (-2048, 0.5, 0.0, 0.0),
        (0, 0.8, 0.5, 0.25),
        (-8192, 0.2, 0.0, 0.0),
    ):
        deserted = number = 0
        mood = min(1.0, max(0.0, 0.5 + margin / 8192 + shift))
        expected = 0.4 * mood * (1 + 2 * (1 - ration)) * math.exp(-hostages) * 0.75
        for key in range(3):
            w = quiet_world(values)
            w.nation[0].k0 = key
            soldiers = of_role(w, SOLDIER)
            w.margin[soldiers] = margin
            w.pool["anger"], w.pool["shift"] = 0.0, shift
            w.nation[0].army_ration = ration
            w.province["hostage_use"] = hostages
            army.muster(w, 1)
            deserted += int((w.role & DESERTER_BIT > 0).sum())
            number += len(soldiers)
        assert stats.binomtest(deserted, number, min(1.0, expected)).pvalue > ALARM, (margin, ration, hostages)


def test_only_the_quiet_and_untouched_come_and_go() -> None:
    """Soldiers in voice, in arms, in custody or hit do not desert; peasants in such states are not called up."""
    w = everybody_willing(quiet_world({"army.desertion": 1.0, "army.conscription": 1.0}, on=("conscription",)))
    kind = w.stratum["kind"][w.community["stratum"]].repeat(64)
    everybody = np.flatnonzero((kind == HOMES) & (w.role & ROLE_BITS != CHILD))
    for k, i in enumerate(everybody):
        if k % 4 == 3:
            persons.mark_hit(w, i)
        else:
            persons.move(w, i, (VOICE, ARMED, DETAINED)[k % 4])
    before = w.role.copy()
    army.muster(w, 1)
    assert np.array_equal(w.role, before)


def test_amnesty_adds_in_proportion_to_its_extent() -> None:
    """Laying down arms, release from camps and return gain rate * extent, at most 1, and nothing without the switch."""
    values = {"amnesty.level": 0.5, "arming.lay_down": 0.1, "amnesty.surrender": 0.4, "camp.release": 0.9}
    values |= {"amnesty.release": 0.4, "army.catch": 0.2, "army.return": 0.6}
    p = quiet_world(values, on=("amnesty",)).p[0]
    found = (amnesty.p_lay_down(p), amnesty.p_camp_release(p), amnesty.p_return(p))
    assert found == pytest.approx((0.3, 1.0, 0.5))
    p.on_amnesty = 0
    assert (amnesty.p_lay_down(p), amnesty.p_camp_release(p), amnesty.p_return(p)) == (0.1, 0.9, 0.2)
