"""Changes of role by hand: counts and bounds, expulsion, desertion and return, exit, deportation, life abroad, foreigners held."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st
from scipy import stats
from tests.machine_worlds import small_layout, small_world
from tests.plain_weeks import clone
from tests.property.test_instruments_roles import aversions, excess
from tests.property.test_machine_invariants import by

from whowhom.engine.population import (
    ABROAD,
    ARMED,
    CADRE,
    CHILD,
    DEAD,
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
from whowhom.mechanisms import (
    abroad,
    amnesty,
    army,
    centre,
    danger,
    decision,
    emigres,
    party,
    persons,
    roles,
    sentence,
    tolerance,
)
from whowhom.mechanisms import exit as leaving

ALARM = 1e-6
"""False-alarm rate of a statistical test here."""


@functools.cache
def _built() -> World:
    return small_world(layout=small_layout(times=2)).arrays


def world(values: Mapping[str, float] | None = None, *, on: tuple[str, ...] = ()) -> World:
    """A quiet small world at its start, with some parameters changed and switches of this cluster turned on this week."""
    w = clone(_built())
    for name, value in (values or {}).items():
        w.p[0][name.replace(".", "_")] = value
    for name in on:
        w.p[0][f"on_{name}"] = 1
    return w


def of_role(w: World, role: int) -> np.ndarray:
    """Everybody of a role."""
    return np.flatnonzero(w.role & ROLE_BITS == role)


def assert_counted(w: World) -> None:
    """Counts of communities, strata and settlements are those of persons."""
    role, community = w.role & ROLE_BITS, np.arange(len(w.state)) >> 6
    soldier, free = role == SOLDIER, w.state <= ARMED
    civilian = (role != CHILD) & ~soldier
    parts = {"free": civilian & free, "voice": civilian & (w.state == VOICE), "armed": civilian & (w.state == ARMED)}
    parts |= {"soldiers": soldier & free, "soldier_voice": soldier & (w.state == VOICE)}
    parts |= {"soldier_armed": soldier & (w.state == ARMED)}
    stratum = w.community["stratum"][community]
    for name, chosen in parts.items():
        assert np.array_equal(w.community[name], by(community, chosen, len(w.community))), name
        assert np.array_equal(w.stratum[name], by(stratum, chosen, len(w.stratum))), name
    for name, chosen in (("insiders", role >= PARTY), ("insiders_free", (role >= PARTY) & free)):
        assert np.array_equal(w.stratum[name], by(stratum, chosen, len(w.stratum))), name
    for name, state in (("detained", DETAINED), ("abroad", ABROAD)):
        assert np.array_equal(w.stratum[name], by(stratum, (role != CHILD) & (w.state == state), len(w.stratum))), name
    settlement = w.community["settlement"][community]
    assert np.array_equal(w.settlement["armed"], by(settlement, w.state == ARMED, len(w.settlement)))


# --- changes of role ----------------------------------------------------------------------------------------------------------------


@options(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_counts_and_bounds_hold_after_any_changes_of_role(seed: int) -> None:
    """After 200 changes of role and state in any order, counts are those of persons and nobody exceeds the bounds of his side."""
    luck = np.random.default_rng(seed)
    w = world()
    kind = w.stratum["kind"][w.community["stratum"]].repeat(64)
    homes = np.flatnonzero((kind == HOMES) & (w.role & ROLE_BITS != CHILD))
    inside = np.flatnonzero((kind >= PARTY_KIND) & (w.role & ROLE_BITS != CHILD))
    for _ in range(200):
        i = int(luck.choice(homes))
        roles.change_role(w, i, int(luck.choice((PEASANT, SOLDIER))))
        j = int(luck.choice(inside))
        if luck.random() < 0.3:
            roles.expel(w, j)
        for k in (i, j):
            persons.move(w, k, int(luck.choice((QUIET, VOICE, ARMED, DETAINED, ABROAD))))
    assert_counted(w)
    assert excess(w, _aversions()) <= 0


@functools.cache
def _aversions() -> np.ndarray:
    return aversions(_built())


def test_a_role_changed_by_hand_is_seen() -> None:
    """Negative control: a role written without the tool leaves counts and bounds wrong, and both checks see it."""
    w = world()
    peasants = of_role(w, PEASANT)
    side = w.community["best_soldier"][peasants >> 6]
    bold = int(peasants[(side > -32768) & (w.margin[peasants] > side)][0])
    w.role[bold] = SOLDIER
    assert excess(w, _aversions()) > 0
    with pytest.raises(AssertionError):
        assert_counted(w)


def test_children_never_get_a_role() -> None:
    """A child stays a child, and who has the role already is not counted twice."""
    w = world()
    before = clone(w)
    roles.change_role(w, int(of_role(w, CHILD)[0]), SOLDIER)
    roles.change_role(w, int(of_role(w, PEASANT)[0]), PEASANT)
    assert np.array_equal(w.role, before.role)
    assert_counted(w)


# --- the party ------------------------------------------------------------------------------------------------------------------------


def test_the_ban_expels_open_voice_and_nobody_else() -> None:
    """Under the ban at a rate of 1, insiders in open voice and not hit are expelled: urban, marked, one entry in the dossier; nobody else is."""
    w = world({"party.expulsion": 1.0}, on=("faction_ban",))
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
        w = world(values, on=("purge",))
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
    w = world({"decision.rally_weight": 2.0})
    w.nation[0].danger = 0.5
    i = int(of_role(w, PARTY)[0])
    assert decision._rally(w, i) == 1.0
    roles.expel(w, i)
    assert decision._rally(w, i) == 0.0


def test_tolerance_lowers_the_risk_of_insiders_only() -> None:
    """The chance of arrest in party and cadre communities is (1 - tol) of what it is elsewhere at the same dissent; under the ban the same."""
    w = world({"party.tolerance": 0.75})
    w.province.risk_unseen[:] = 0.4
    kinds = w.stratum["kind"][w.community["stratum"]]
    for ban, inside in ((0, 0.4 * 0.25), (1, 0.4)):
        w.p[0].on_faction_ban = ban
        found = [danger.community_risk(w, c, w.province[0]) for c in range(len(w.community))]
        assert found == [inside if kind >= PARTY_KIND else 0.4 for kind in kinds]
    assert tolerance.insiders_risk(world().p[0], PARTY_KIND, 0.3) == 0.3


# --- the army -------------------------------------------------------------------------------------------------------------------------


def everybody_willing(w: World) -> World:
    """Nobody is for the regime: the mood of every soldier is 1."""
    w.margin[w.role & ROLE_BITS == SOLDIER] = 8192
    return w


def test_a_person_does_one_thing_a_week() -> None:
    """At rates of 1 every soldier deserts, every deserter returns and every other peasant of the homes is called up, each once, nobody hit."""
    w = everybody_willing(
        world({"army.desertion": 1.0, "army.catch": 1.0, "army.conscription": 1.0}, on=("conscription",))
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
        w = everybody_willing(world({"army.desertion": 0.2, "army.catch": catch, "army.hunger": 0.0}))
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
            w = world(values)
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
    w = everybody_willing(world({"army.desertion": 1.0, "army.conscription": 1.0}, on=("conscription",)))
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
    p = world(values, on=("amnesty",)).p[0]
    found = (amnesty.p_lay_down(p), amnesty.p_camp_release(p), amnesty.p_return(p))
    assert found == pytest.approx((0.3, 1.0, 0.5))
    p.on_amnesty = 0
    assert (amnesty.p_lay_down(p), amnesty.p_camp_release(p), amnesty.p_return(p)) == (0.1, 0.9, 0.2)


# --- out of the country ---------------------------------------------------------------------------------------------------------------


def test_only_the_latent_leave_and_no_soldier() -> None:
    """Where many try, those who go were near to dissent, in Q or V, not hit, adult and no soldiers; where nobody is near to dissent nobody goes."""
    w = world({"exit.rate": 1.0, "apparatus.target_margin": -0.3}, on=("exit",))
    latent = np.array([persons.is_latent(w, i) for i in range(len(w.state))])
    barred = np.flatnonzero(latent & (w.role & ROLE_BITS != CHILD))[::3]
    for i in barred:
        persons.mark_hit(w, i)
    leaving.leave(w, 1)
    gone = w.state == ABROAD
    assert gone.sum() == w.stratum["week_exits"].sum() > 10
    role = w.role & ROLE_BITS
    assert latent[gone].all()
    assert not gone[barred].any()
    assert not np.isin(role[gone], (CHILD, SOLDIER)).any()
    assert_counted(w)
    nobody = world({"exit.rate": 1.0, "apparatus.target_margin": 10.0}, on=("exit",))
    leaving.leave(nobody, 1)
    assert (nobody.state == QUIET).all()


def test_the_number_of_attempts_is_that_of_free_civilians() -> None:
    """Where everybody is near to dissent, departures of a week are those of rate * free civilians attempts at adults, soldiers excepted.

    Null: Poisson with mean rate * free * civilians / adults, summed over 30 keys (about 400; repetition of a target is rarer than 1 in 100 and lowers
    it by less than 1 %); two-sided, false-alarm rate 1e-6. Negative control: twice that mean is rejected.
    """
    found, mean = 0, 0.0
    for key in range(30):
        w = world({"exit.rate": 0.01, "apparatus.target_margin": -100.0}, on=("exit",))
        w.nation[0].k0 = key
        for r in range(len(w.province)):
            own = w.stratum["province"] == r
            free, soldiers = w.stratum["free"][own].sum(), w.stratum["soldiers"][own].sum()
            mean += 0.01 * free * free / (free + soldiers)
        leaving.leave(w, 1)
        found += int((w.state == ABROAD).sum())
    print(f"{found} departures, expected {mean:.0f}")
    z = (found - mean) / math.sqrt(mean)
    assert 2 * stats.norm.sf(abs(z)) > ALARM
    assert 2 * stats.norm.sf(abs((found - 2 * mean) / math.sqrt(2 * mean))) < ALARM


@pytest.mark.parametrize(
    ("shares", "expected"), [((0.1, 0.2, 0.3), 0.25), ((0.5, 0.3, 0.1), 0.1), ((1.0, 0.0, 0.0), 0.0)]
)
def test_deportation_takes_what_other_sentences_leave(shares: tuple[float, float, float], expected: float) -> None:
    """Deportation has its share of convictions or what death, camp and exile leave, and nothing without its switch."""
    p = world({"deportation.share": 0.25}, on=("deportation",)).p[0]
    assert sentence._deported(p, *shares) == pytest.approx(expected)
    p.on_deportation = 0
    assert sentence._deported(p, *shares) == 0.0


def test_a_convicted_insider_is_deported_and_expelled() -> None:
    """With every other sentence at 0 and deportation at 1 whoever is convicted goes abroad, insiders expelled first; counted as deported."""
    values = {"deportation.share": 1.0, "repression.conviction": 1.0, "repression.share_executed": 0.0}
    values |= {"repression.share_camp": 0.0, "repression.share_exile": 0.0}
    w = world(values, on=("deportation",))
    i = int(of_role(w, PARTY)[0])
    persons.move(w, i, DETAINED)
    sentence.pass_sentence(w, 4, i)
    assert (w.state[i], w.role[i] & ROLE_BITS, w.role[i] & EXPELLED_BIT) == (ABROAD, URBAN, EXPELLED_BIT)
    assert w.stratum["week_deported"].sum() == 1
    assert_counted(w)


def emigrants(w: World, number: int) -> np.ndarray:
    """So many adults abroad."""
    chosen = np.flatnonzero(w.role & ROLE_BITS != CHILD)[:number]
    for i in chosen:
        persons.move(w, int(i), ABROAD)
    return chosen


def test_death_and_return_abroad_compete() -> None:
    """Of N abroad, after t weeks k / (k + m) * (1 - (1 - k - m)**t) have been killed and as many times m / k are back. Null: binomial, N = 900,
    t = 6, k = .1, m = .15; false-alarm rate 1e-6 each. Negative control: the shares of k and m exchanged are rejected.
    """
    w = world({"killing.rate": 0.1, "abroad.return": 0.15}, on=("killing_abroad",))
    chosen = emigrants(w, 900)
    for week in range(6):
        emigres.live_abroad(w, week)
        w.marks &= 255 - HIT
    left = 1 - 0.75**6
    killed, back = int((w.state[chosen] == DEAD).sum()), int((w.state[chosen] == QUIET).sum())
    print(f"{killed} killed, {back} back of {len(chosen)}, expected {900 * 0.4 * left:.0f} and {900 * 0.6 * left:.0f}")
    assert stats.binomtest(killed, 900, 0.4 * left).pvalue > ALARM
    assert stats.binomtest(back, 900, 0.6 * left).pvalue > ALARM
    assert stats.binomtest(killed, 900, 0.6 * left).pvalue < ALARM
    assert (w.stratum["week_killed_abroad"].sum(), w.stratum["week_released"].sum()) == (killed, back)
    assert_counted(w)


def test_kin_mourn_who_is_killed_abroad_and_nobody_is_seen_hit() -> None:
    """A death abroad gives eight steps of grief to kin, and no exposure to the community."""
    w = world({"killing.rate": 1.0}, on=("killing_abroad",))
    i = int(emigrants(w, 1)[0])
    emigres.live_abroad(w, 2)
    assert w.state[i] == DEAD
    assert (w.record >> 4).max() == 8
    assert w.community["hits"].sum() == w.community["killed"].sum() == 0


def test_foreigners_are_taken_held_and_exchanged() -> None:
    """Under constant intervention the stock held settles at b I (1 - e) / e; what is exchanged brings so many home, in chance per person abroad."""
    values = {"foreign.arrests": 20.0, "exchange.rate": 0.2, "exchange.return": 2.0, "abroad.return": 0.0}
    w = world(values, on=("hostages_foreign", "exchange"))
    n = w.nation[0]
    n.intervention = 0.5
    for week in range(120):
        abroad.look_abroad(w, week)
    assert n.foreigners == pytest.approx(20 * 0.5 * 0.8 / 0.2)
    assert n.exchanged == pytest.approx(10.0)
    w.p[0].on_hostages_foreign = w.p[0].on_exchange = 0
    before = float(n.foreigners)
    abroad.look_abroad(w, 121)
    assert (n.foreigners, n.exchanged) == (before, 0.0)


def test_voice_abroad_is_heard_at_home_and_by_other_states() -> None:
    """Voice is the share of inhabitants abroad times who speaks, less what is silenced; the echo loses what is censored; pressure is at most 1."""
    values = {"abroad.voice": 0.5, "surveillance.silence": 0.6, "abroad.echo": 2.0, "abroad.aid": 3.0}
    w = world(values | {"censorship.level": 0.25, "foreign.hostility": 0.1})
    emigrants(w, 50)
    n = w.nation[0]
    represented = float((w.stratum["weight"] * w.stratum["abroad"]).sum())
    abroad.look_abroad(w, 1)
    voice = represented / float(n.persons) * 0.5
    assert (n.abroad, n.abroad_voice) == (pytest.approx(represented), pytest.approx(voice))
    assert abroad.echo(w) == pytest.approx(2.0 * voice)
    n.war, n.intervention, n.foreigners = 0.1, 0.3, 500.0
    assert abroad.pressure(w) == pytest.approx(0.3 + 3.0 * voice + 0.05)
    n.foreigners = 1e5
    assert abroad.pressure(w) == 1.0
    w.p[0].on_surveillance_abroad = w.p[0].on_censorship = 1
    abroad.look_abroad(w, 2)
    assert n.abroad_voice == pytest.approx(0.4 * voice)
    assert abroad.echo(w) == pytest.approx(2.0 * 0.4 * voice * 0.75)
    before = float(w.province["threat"][0])
    centre.believe(w, 2)
    assert w.province["threat"][0] > before
