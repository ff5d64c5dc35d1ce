"""Village destruction by hand (E49): what burns, who dies, and what it is to those who live."""

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
    DEAD,
    EVER_ARMED,
    FACTORY,
    HOMES,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    VILLAGE,
    VOICE,
    World,
)
from whowhom.mechanisms import burning, counts, emotion, persons

FALSE_ALARM = 1e-6
"""Chance that a statistical test here fails although the model is right (two-sided, exact)."""
ALL = {"villages.rate": 1.0, "villages.share": 1.0, "villages.death": 0.0}


def world(values: Mapping[str, float] | None = None, *, times: int = 1, risen: bool = True) -> World:
    """A quiet small world in which every settlement has risen and villages are burnt."""
    w = small_world(
        ALL | dict(values or {}), layout=small_layout(kinds=("village", "factory", "homes"), times=times)
    ).arrays
    w.province.village_use[:] = 1.0
    w.settlement.risen[:] = risen
    return w


def kind_of(w: World) -> np.ndarray:
    """Kind of community, for each."""
    return np.asarray(w.stratum.kind[w.community.stratum])


def test_villages_and_homes_burn_and_towns_do_not() -> None:
    """With certainty every household of risen villages and soldiers' homes burns, and nothing of a factory's."""
    w = world()
    burning.burn(w, 0)
    rural = np.isin(kind_of(w), (VILLAGE, HOMES))
    assert (w.community.burnt[rural] == 11).all()
    assert (w.community.burnt[~rural] == 0).all()
    assert (w.community.touched == rural).all()
    assert (kind_of(w)[~rural] == FACTORY).all()


@pytest.mark.parametrize("what", ["risen", "use"])
def test_what_has_not_risen_does_not_burn(what: str) -> None:
    """Negative control: settlements that had not risen, or the rung masked, and nothing changes at all."""
    w = world({"villages.death": 1.0}, risen=what != "risen")
    if what == "use":
        w.province.village_use[:] = 0.0
    burning.burn(w, 0)
    assert (w.state == QUIET).all()
    assert (w.record == 0).all()
    assert (w.community.burnt == 0).all()
    assert (w.community.touched == 0).all()


@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_settlements_burn_by_chance_and_houses_by_chance(rate: float) -> None:
    """Null: a settlement burns by rate times use, a house of it by its share, independently. Size: settlements and houses of 40 weeks;
    exact two-sided tests at 1e-6.
    """
    w = world({"villages.rate": rate, "villages.share": 0.4}, times=8)
    rural = [s for s in range(len(w.settlement)) if kind_of(w)[w.settlement[s].first] != FACTORY]
    burnt = houses = of = 0
    for t in range(40):
        w.community.burnt[:] = 0
        burning.burn(w, t)
        for s in rural:
            x = w.settlement[s]
            here = int(w.community.burnt[x.first : x.first + x.communities].sum())
            burnt += here > 0
            houses += here
            of += 11 * int(x.communities) * (here > 0)
    assert stats.binomtest(burnt, 40 * len(rural), rate).pvalue > FALSE_ALARM
    assert stats.binomtest(houses, of, 0.4).pvalue > FALSE_ALARM
    assert stats.binomtest(houses, of, 0.5).pvalue < FALSE_ALARM, "negative control"


def test_every_adult_of_a_burnt_house_mourns_it() -> None:
    """Grief rises three steps for every living adult, soldiers and prisoners too, at most to 15; the houses are hits, opposed if of the armed."""
    w = world()
    adult = w.role & ROLE_BITS != CHILD
    i, dead = np.flatnonzero(adult)[[0, 20]].tolist()
    w.marks[i] |= EVER_ARMED
    persons.move(w, dead, DEAD)
    persons.set_grief(w, i + 0, 14)
    persons.move(w, np.flatnonzero(adult)[40], CAMP)
    burning.burn(w, 0)
    rural = np.repeat(np.isin(kind_of(w), (VILLAGE, HOMES)), 64)
    grief = w.record >> 4
    assert grief[i] == 15
    assert grief[dead] == 0
    others = adult & rural & (w.state != DEAD)
    others[i] = False
    assert (grief[others] == 3).all()
    assert (grief[~adult | ~rural] == 0).all()
    assert (w.community[0].hits, w.community[0].hits_opposed, w.community[0].killed) == (11, 1, 0)
    assert w.community[1].hits_opposed == 0


def test_in_a_burnt_house_the_young_die_too_but_soldiers_and_prisoners_do_not() -> None:
    """With certain death adults in Q or V die, seen as deaths in combat are; children die and nothing else; the armed, prisoners and soldiers live."""
    w = world({"villages.death": 1.0})
    adult = np.flatnonzero(w.role & ROLE_BITS != CHILD)
    civilian = adult[w.role[adult] & ROLE_BITS != SOLDIER]
    armed, prisoner, voice = civilian[:3].tolist()
    for i, state in ((armed, ARMED), (prisoner, CAMP), (voice, VOICE)):
        persons.move(w, i, state)
    burning.burn(w, 0)
    rural = np.repeat(np.isin(kind_of(w), (VILLAGE, HOMES)), 64)
    soldier = w.role & ROLE_BITS == SOLDIER
    assert (w.state[rural & ~soldier] == DEAD).sum() == (rural & ~soldier).sum() - 2
    assert (w.state[armed], w.state[prisoner]) == (ARMED, CAMP)
    assert (w.state[soldier] == QUIET).all()
    young = (w.role & ROLE_BITS == CHILD) & rural
    assert (w.marks[young] == 0).all()
    dead = int((rural & ~soldier).sum()) - int(young.sum()) - 2
    assert w.stratum.week_burnt_deaths.sum() == dead == w.community.killed.sum()
    assert w.stratum.week_combat_deaths.sum() == 0
    assert w.community.hits_voice.sum() == 1


def test_a_burnt_house_alone_is_exposure_of_its_weight() -> None:
    """Isolated, b burnt houses are an exposure of w_b b / 64 and, nobody being opposed, as unjust as can be: fear and anger follow exactly."""
    w = world({"emotion.exposure_burnt": 2.5})
    w.province.exposure[:] = 0.0
    w.community.fear[:], w.community.anger[:], w.community.shift[:] = 0.0, 0.0, 0.0
    burning.burn(w, 0)
    p = w.p[0]
    assert emotion.exposure_of(w, 0) == pytest.approx(2.5 * 11 / 64)
    emotion.sway(w, 0)
    s = 1 - np.exp(-p.emotion_exposure_gain * 2.5 * 11 / 64)
    assert w.community[0].fear == pytest.approx(p.emotion_fear_gain * s, rel=1e-6)
    assert w.community[0].anger == pytest.approx(p.emotion_anger_gain * s, rel=1e-6)
    counts.count(w, 0)
    assert w.community.burnt.sum() == 0, "and is forgotten at the end of the week"
