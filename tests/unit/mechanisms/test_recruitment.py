"""Recruitment to the party by hand: who is taken in, by what chance, and what it makes of him."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.roles_by_hand import assert_counted, of_role, quiet_world

from whowhom.engine.population import (
    CADRE,
    EXPELLED_BIT,
    FACTORY,
    HIT,
    PARTY,
    QUIET,
    ROLE_BITS,
    TOWN,
    URBAN,
    VOICE,
    WORKER,
    World,
)
from whowhom.mechanisms import decision, party, persons, recruitment, roles

ALARM = 1e-6
"""False-alarm rate of a statistical test here."""


def eligible(w: World) -> np.ndarray:
    """Who may be taken in."""
    kind = w.stratum["kind"][w.community["stratum"]].repeat(64)
    role = w.role & (ROLE_BITS | EXPELLED_BIT)
    return np.flatnonzero(
        np.isin(kind, (FACTORY, TOWN)) & np.isin(role, (WORKER, URBAN)) & (w.state == QUIET) & (w.marks & HIT == 0)
    )


def test_workers_and_townspeople_who_are_quiet_are_taken_in_and_nobody_else() -> None:
    """At a rate of 1 without care all of them are, counted as insiders where they live; not those in voice, hit or expelled, nor where the rival rules."""
    w = quiet_world({"recruitment.rate": 1.0, "recruitment.care": 0.0}, on=("recruitment",))
    some = eligible(w)[:3]
    persons.move(w, int(some[0]), VOICE)
    persons.mark_hit(w, int(some[1]))
    w.role[some[2]] |= EXPELLED_BIT
    w.province[1].holder = 1
    place = w.stratum["province"][w.community["stratum"]].repeat(64)
    wanted = [i for i in eligible(w) if place[i] != 1]
    before = of_role(w, PARTY)
    recruitment.recruit_members(w, 1)
    assert np.array_equal(np.sort(np.concatenate([before, wanted])), of_role(w, PARTY))
    assert int(w.stratum["week_recruited"].sum()) == len(wanted) > 300
    assert_counted(w)


def test_off_nobody_is_taken_in() -> None:
    """Without the switch, or at a rate of 0, nothing changes."""
    for rate, on in ((1.0, ()), (0.0, ("recruitment",))):
        w = quiet_world({"recruitment.rate": rate}, on=on)
        before = w.role.copy()
        recruitment.recruit_members(w, 1)
        assert np.array_equal(w.role, before)


@pytest.mark.parametrize("wrong", [False, True])
def test_the_chance_is_the_rate_less_what_is_known(wrong: bool) -> None:
    """Recruits among the latent are binomial with rate * (1 - care * q), among others with rate; false-alarm rate 1e-6; the chance of the others is refused for the latent."""
    w = quiet_world({"recruitment.rate": 0.4, "recruitment.care": 1.0}, on=("recruitment",))
    w.province.quality[:] = 0.75
    who = eligible(w)
    w.margin[who[::2]] = 8192
    latent = np.array([persons.is_latent(w, int(i)) for i in who])
    assert np.count_nonzero(latent) > 200
    recruitment.recruit_members(w, 1)
    taken = w.role[who] & ROLE_BITS == PARTY
    for group, p in ((latent, 0.4 if wrong else 0.1), (~latent, 0.4)):
        n, k = int(np.count_nonzero(group)), int(np.count_nonzero(taken[group]))
        tail = float(2 * min(stats.binom.cdf(k, n, p), stats.binom.sf(k - 1, n, p)))
        print(f"{k} of {n}, expected {n * p:.1f} +- {(n * p * (1 - p)) ** 0.5:.1f}, p-value {tail:.2g}")
        if group is latent:
            assert (tail < ALARM) is wrong
        else:
            assert tail > ALARM


def test_recruits_do_not_rally_but_can_be_expelled() -> None:
    """Where he lives he is no insider by heart: no rally; by role he is one: a purge may expel him, and he never comes back."""
    w = quiet_world(
        {"decision.rally_weight": 2.0, "purge.rate": 1.0, "recruitment.rate": 1.0}, on=("recruitment", "purge")
    )
    w.nation[0].danger = 0.5
    i = int(eligible(w)[0])
    roles.join(w, i)
    assert decision._rally(w, i) == 0.0
    assert decision._rally(w, int(of_role(w, CADRE)[0])) == 1.0
    party.expel_members(w, 1)
    assert w.role[i] & (ROLE_BITS | EXPELLED_BIT) == URBAN | EXPELLED_BIT
    assert_counted(w)
    recruitment.recruit_members(w, 2)
    assert w.role[i] & ROLE_BITS == URBAN
