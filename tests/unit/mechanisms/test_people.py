"""What happens to one person, by hand: arrest, grief and dossiers, whom a name finds, sentences, camps."""

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

from whowhom.engine.population import (
    CADRE,
    CAMP,
    CHILD,
    DETAINED,
    EXECUTED,
    EXPELLED_BIT,
    HOUSEHOLD_END,
    HOUSEHOLD_FIRST,
    PARTY,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    URBAN,
    VOICE,
    World,
)
from whowhom.mechanisms import camp, persons, sentence, target
from whowhom.mechanisms.stream import NAME_TARGET, SELF_DOSSIER


@functools.cache
def _built() -> World:
    return small_world(layout=small_layout()).arrays


def world(values: Mapping[str, float] | None = None, *, off: tuple[str, ...] = ()) -> World:
    """A quiet small world at its start, with some parameters and switches of this week changed."""
    w = clone(_built())
    for name, value in (values or {}).items():
        w.p[0][name.replace(".", "_")] = value
    for name in off:
        w.p[0][f"on_{name}"] = 0
    return w


def adults(w: World, role: int | None = None) -> list[int]:
    """Adults, of a role if one is given, in order of storage."""
    roles = w.role & ROLE_BITS
    return [int(i) for i in np.flatnonzero(roles != CHILD if role is None else roles == role)]


# --- one person ---------------------------------------------------------------------------------------------------------------------


def test_an_arrest_leaves_its_traces() -> None:
    """An arrest: custody, two entries, its origin, one hit and one arrest in the community, four steps of grief for every other living
    adult of the household and nobody else.
    """
    w = world()
    i = adults(w)[3]
    persons.move(w, i, VOICE)
    persons.arrest(w, i, 2)
    first, end = (int(x[w.community[0].tiling, i & 63]) for x in (HOUSEHOLD_FIRST, HOUSEHOLD_END))
    kin = [j for j in range(first, end) if j != i and w.role[j] & ROLE_BITS != CHILD]
    assert (w.state[i], w.record[i] & 15, persons.origin_of(w, i)) == (DETAINED, 2, 2)
    home = w.community[0]
    assert (home.hits, home.hits_opposed, home.hits_voice, home.arrests, home.held, home.voice) == (1, 1, 1, 1, 1, 0)
    assert w.stratum[0].week_arrests_named == w.stratum[0].detained == 1
    assert [j for j in range(len(w.state)) if w.record[j] >> 4 > 0] == kin
    assert all(w.record[j] >> 4 == 4 for j in kin)
    assert persons.is_hit(w, i)


def test_a_soldier_is_seen_by_the_garrison() -> None:
    """The arrest of a soldier counts in the garrison, grief in the household at home."""
    w = world()
    i = adults(w, SOLDIER)[0]
    persons.arrest(w, i, 1)
    pool = persons.pool_of(w, i)
    assert (w.pool[pool].hits, w.pool[pool].arrests) == (1, 1)
    assert w.community[i >> 6].hits == w.community[i >> 6].arrests == 0
    assert persons.province_of(w, i) == w.pool[pool].place


def test_dossiers_and_grief_stop_at_fifteen_and_end_with_life() -> None:
    """No dossier has more than 15 entries and no grief more than 15 steps; the dead mourn nobody and are mourned by eight steps."""
    w = world()
    i = adults(w)[3]
    for _ in range(20):
        persons.add_dossier(w, i, 1)
        persons.grieve(w, i + 1 if i & 63 < 63 else i - 1, 4)
    assert persons.dossier_of(w, i) == 15
    assert max(w.record[:64] >> 4) == 15
    persons.kill(w, i, EXECUTED, False)
    assert persons.grief_of(w, i) == 0
    assert w.community[0].executed == 1


def test_latent_is_near_to_dissent() -> None:
    """A person is latent if margin + shift + alpha A exceeds the target margin; soldiers by the shift and anger of their garrison."""
    w = world({"apparatus.target_margin": -0.2, "decision.anger_weight": 0.5})
    civilian, soldier = adults(w)[0], adults(w, SOLDIER)[0]
    w.margin[[civilian, soldier]] = -4096  # -.5
    w.community.shift[:], w.community.anger[:] = 0.25, 0.0
    w.pool.shift[:], w.pool.anger[:] = 0.0, 0.0
    assert not persons.is_latent(w, civilian)
    w.community.anger[:] = 0.2
    assert persons.is_latent(w, civilian)
    assert not persons.is_latent(w, soldier)
    w.pool.shift[:] = 0.31
    assert persons.is_latent(w, soldier)


# --- choosing -------------------------------------------------------------------------------------------------------------------------


def chosen(
    w: World, n: int, *, latent: bool = False, chooser: int = -1, dossiers: bool = False, slots: int = 64
) -> list[int]:
    stream = SELF_DOSSIER if dossiers else 0
    return [target.choose(w, 5, 0, slots, latent, chooser, stream, k, 77 << 16, NAME_TARGET, 0) for k in range(n)]


def test_every_adult_is_found_equally_often() -> None:
    """Null: 6,000 names fall evenly on the adults of a community (chi-square, false-alarm rate 1e-6); no child and not the accuser."""
    w = world()
    there = [i for i in adults(w) if i < 64]
    found = chosen(w, 6000, chooser=there[0])
    counts = np.bincount(found, minlength=64)
    assert counts[there[0]] == 0
    assert counts.sum() == counts[there].sum() == 6000
    assert stats.chisquare(counts[there[1:]]).pvalue > 1e-6


def test_a_wanted_opponent_is_sought_eight_times() -> None:
    """If a latent person is wanted and one in ten is, he is found in 1 - .9^8 = 57 % of cases; otherwise the eighth candidate is taken.

    Null: 6,000 names, binomial, 4.89 standard errors.
    """
    w = world({"apparatus.target_margin": 0.0})
    w.margin[:], w.community.shift[:], w.community.anger[:] = -8192, 0.0, 0.0
    there = [i for i in adults(w) if i < 640 and w.role[i] & ROLE_BITS != SOLDIER]
    opponents = there[::10]
    w.margin[opponents] = 8192
    share = len(opponents) / len([i for i in adults(w) if i < 640])
    found = chosen(w, 6000, latent=True, slots=640)
    hit, expected = np.isin(found, opponents).mean(), 1 - (1 - share) ** 8
    print(f"found {hit:.4f}, expected {expected:.4f}")
    assert abs(hit - expected) < 4.89 * math.sqrt(expected * (1 - expected) / 6000) + 16 * 0.45**9


def test_dossiers_attract_own_cases() -> None:
    """With weight 1 an entry-laden person is taken 16 times as often as one without (8,000 cases, ratio within 4.89 standard errors)."""
    w = world({"apparatus.dossier_weight": 1.0})
    there = [i for i in adults(w) if i < 64]
    marked = there[::2]
    for i in marked:
        persons.add_dossier(w, i, 15)
    found = [i for i in chosen(w, 8000, dossiers=True) if i >= 0]
    share = np.isin(found, marked).mean()
    odds = share / (1 - share) * (len(there) - len(marked)) / len(marked)
    error = odds / math.sqrt(len(found) * share * (1 - share))
    print(f"odds {odds:.2f}, expected 16 (standard error {error:.2f})")
    assert abs(odds - 16) < 4.89 * error


def test_among_children_nobody_is_found() -> None:
    """If there is no adult, or only the accuser, nobody is chosen."""
    w = world()
    w.role[:64] = CHILD
    assert set(chosen(w, 50)) == {-1}
    w.role[5] = PARTY
    assert set(chosen(w, 50, chooser=5)) == {-1}
    assert 5 in set(chosen(w, 50))


# --- E15, E16 ---------------------------------------------------------------------------------------------------------------------------

TERMS = {"repression.share_executed": 0.4, "repression.share_camp": 0.5, "repression.share_exile": 0.3, "repression.dossier_severity": 0.1}  # fmt: skip


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        ((), (0.2 * 1.5, 0.25, 0.15)),
        (("executions",), (0.0, 0.25 + 0.3, 0.15)),
        (("camps",), (0.3, 0.0, 0.15 + 0.25)),
        (("exile",), (0.3, 0.25, 0.0)),
        (("executions", "camps"), (0.0, 0.0, 0.15 + 0.25 + 0.3)),
        (("camps", "exile"), (0.3, 0.0, 0.0)),
        (("executions", "camps", "exile"), (0.0, 0.0, 0.0)),
    ],
)
def test_a_sentence_that_is_off_passes_to_the_next_lighter(off: tuple[str, ...], expected: tuple[float, ...]) -> None:
    """At use one half and five entries: death .4 x .5 x 1.5, camp .25, exile .15; what is off goes to camp, to exile, to release."""
    w = world(TERMS, off=off)
    w.use[:] = 0.5
    assert sentence.shares(w, 0, 5) == pytest.approx(expected)


@options(max_examples=60)
@given(
    st.tuples(*(st.floats(0, 1) for _ in range(7))),
    st.integers(0, 15),
    st.sets(st.sampled_from(["executions", "camps", "exile"])),
)
def test_sentences_are_probabilities(numbers: tuple[float, ...], entries: int, off: set[str]) -> None:
    """Whatever shares, uses, dossier and switches: three probabilities that sum to at most 1."""
    w = world(dict(zip(TERMS, numbers[:4], strict=True)), off=tuple(off))
    w.use[0, 1:] = numbers[4:]
    parts = sentence.shares(w, 0, entries)
    assert all(0 <= part <= 1 for part in parts)
    assert sum(parts) <= 1 + 1e-12


@pytest.mark.parametrize("role", [PARTY, CADRE])
def test_a_convicted_insider_loses_the_role(role: int) -> None:
    """Conviction expels a party member or cadre, who becomes a townsman marked as expelled and keeps the mark of a founder; an acquittal does not."""
    w = world({"repression.conviction": 1.0, "repression.share_executed": 0.0})
    acquitted = world({"repression.conviction": 0.0, "repression.share_interned": 0.0})
    i = adults(w, role)[0]
    w.role[i] |= 8
    for each in (w, acquitted):
        persons.move(each, i, DETAINED)
        sentence.pass_sentence(each, 3, i)
    assert w.role[i] == URBAN | 8 | EXPELLED_BIT
    assert acquitted.role[i] & ROLE_BITS == role
    assert acquitted.state[i] == QUIET


@pytest.mark.parametrize(("off", "state"), [((), CAMP), (("camps",), 5), (("camps", "exile"), QUIET)])
def test_internment_follows_the_camps_switch(off: tuple[str, ...], state: int) -> None:
    """Who is interned without conviction goes to a camp, to exile if camps are off, home if both are."""
    w = world({"repression.conviction": 0.0, "repression.share_interned": 1.0}, off=off)
    w.use[:] = 1.0
    i = adults(w)[0]
    persons.move(w, i, DETAINED)
    sentence.pass_sentence(w, 3, i)
    assert w.state[i] == state


def test_death_in_camps_rises_with_famine() -> None:
    """In full famine death in camps is five times as likely; at certainty everybody dies, is buried and mourned."""
    deaths = []
    for famine in (0.0, 1.0):
        w = world({"camp.death": 0.1, "camp.famine_factor": 5.0, "camp.release": 0.0})
        w.nation[0].famine_city = famine
        held = adults(w)[:1000]
        for i in held:
            persons.move(w, i, CAMP)
        camp.hold(w, 3)
        deaths.append(int((w.state[held] == 7).sum()))
    print(f"deaths of 1,000: {deaths}, expected 100 and 500")
    assert abs(deaths[0] - 100) < 4.89 * math.sqrt(90)
    assert abs(deaths[1] - 500) < 4.89 * math.sqrt(250)
