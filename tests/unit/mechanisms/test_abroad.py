"""Out of the country, by hand: exit, deportation, life abroad, foreigners held, voice abroad."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from tests.roles_by_hand import assert_counted, of_role, quiet_world

from whowhom.engine.population import (
    ABROAD,
    CHILD,
    DEAD,
    DETAINED,
    EXPELLED_BIT,
    HIT,
    PARTY,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    URBAN,
    World,
)
from whowhom.mechanisms import abroad, centre, emigres, persons, sentence
from whowhom.mechanisms import exit as leaving

ALARM = 1e-6
"""False-alarm rate of a statistical test here."""


def test_only_the_latent_leave_and_no_soldier() -> None:
    """Where many try, those who go were near to dissent, in Q or V, not hit, adult and no soldiers; where nobody is near to dissent nobody goes."""
    w = quiet_world({"exit.rate": 1.0, "apparatus.target_margin": -0.3}, on=("exit",))
    abroad.look_abroad(w, 1)
    latent = np.array([persons.is_latent(w, i) for i in range(len(w.state))])
    barred = np.flatnonzero(latent & (w.role & ROLE_BITS != CHILD))[::3]
    for i in barred:
        persons.mark_hit(w, i)
    abroad.look_abroad(w, 1)
    leaving.leave(w, 1)
    gone = w.state == ABROAD
    assert gone.sum() == w.stratum["week_exits"].sum() > 10
    role = w.role & ROLE_BITS
    assert latent[gone].all()
    assert not gone[barred].any()
    assert not np.isin(role[gone], (CHILD, SOLDIER)).any()
    assert_counted(w)
    nobody = quiet_world({"exit.rate": 1.0, "apparatus.target_margin": 10.0}, on=("exit",))
    abroad.look_abroad(nobody, 1)
    leaving.leave(nobody, 1)
    assert (nobody.state == QUIET).all()


def test_the_number_of_attempts_is_that_of_free_civilians() -> None:
    """Where everybody is near to dissent, departures of a week are those of rate * free civilians attempts at adults, soldiers excepted.

    Null: Poisson with mean rate * free * civilians / adults, summed over 30 keys (about 400; repetition of a target is rarer than 1 in 100 and lowers
    it by less than 1 %); two-sided, false-alarm rate 1e-6. Negative control: twice that mean is rejected.
    """
    found, mean = 0, 0.0
    for key in range(30):
        w = quiet_world({"exit.rate": 0.01, "apparatus.target_margin": -100.0}, on=("exit",))
        w.nation[0].k0 = key
        for r in range(len(w.province)):
            own = w.stratum["province"] == r
            free, soldiers = w.stratum["free"][own].sum(), w.stratum["soldiers"][own].sum()
            mean += 0.01 * free * free / (free + soldiers)
        abroad.look_abroad(w, 1)
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
    p = quiet_world({"deportation.share": 0.25}, on=("deportation",)).p[0]
    assert sentence.deportation(p, *shares) == pytest.approx(expected)
    p.on_deportation = 0
    assert sentence.deportation(p, *shares) == 0.0


def test_a_convicted_insider_is_deported_and_expelled() -> None:
    """With every other sentence at 0 and deportation at 1 whoever is convicted goes abroad, insiders expelled first; counted as deported."""
    values = {"deportation.share": 1.0, "repression.conviction": 1.0, "repression.share_executed": 0.0}
    values |= {"repression.share_camp": 0.0, "repression.share_exile": 0.0}
    w = quiet_world(values, on=("deportation",))
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
    w = quiet_world({"killing.rate": 0.1, "abroad.return": 0.15}, on=("killing_abroad",))
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
    w = quiet_world({"killing.rate": 1.0}, on=("killing_abroad",))
    i = int(emigrants(w, 1)[0])
    emigres.live_abroad(w, 2)
    assert w.state[i] == DEAD
    assert (w.record >> 4).max() == 8
    assert w.community["hits"].sum() == w.community["killed"].sum() == 0


def test_foreigners_are_taken_held_and_exchanged() -> None:
    """Under constant intervention the stock held settles at b I (1 - e) / e; what is exchanged brings so many home, in chance per person abroad."""
    values = {"foreign.arrests": 20.0, "exchange.rate": 0.2, "exchange.return": 2.0, "abroad.return": 0.0}
    w = quiet_world(values, on=("hostages_foreign", "exchange"))
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
    w = quiet_world(values | {"censorship.level": 0.25, "foreign.hostility": 0.1})
    emigrants(w, 50)
    n = w.nation[0]
    represented = float((w.stratum["weight"] * w.stratum["abroad"]).sum())
    abroad.look_abroad(w, 1)
    voice = represented / float(n.persons) * 0.5
    assert (n.abroad, n.abroad_voice) == (pytest.approx(represented), pytest.approx(voice))
    assert abroad.echo(w, w.p[0]) == pytest.approx(2.0 * voice)
    n.war, n.intervention, n.foreigners = 0.1, 0.3, 500.0
    assert abroad.pressure(w) == pytest.approx(0.3 + 3.0 * voice + 0.05)
    n.foreigners = 1e5
    assert abroad.pressure(w) == 1.0
    w.p[0].on_surveillance_abroad = w.p[0].on_censorship = 1
    abroad.look_abroad(w, 2)
    assert n.abroad_voice == pytest.approx(0.4 * voice)
    assert abroad.echo(w, w.p[0]) == pytest.approx(2.0 * 0.4 * voice * 0.75)
    before = float(w.province["threat"][0])
    centre.believe(w, 2)
    assert w.province["threat"][0] > before
