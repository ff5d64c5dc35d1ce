"""Village destruction (E49): settlements of villages and of soldiers' homes that have risen are burnt, house by house, whoever lives there.

The collective punishment of MODEL M5, M6 (Tambov 1921): exposure and grief fall on those who had never dissented too, and some die. Ours.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import CHILD, COMMUNITY, DEAD, EVER_ARMED, HOMES, ROLE_BITS, SOLDIER, VILLAGE, VOICE
from whowhom.engine.streams import chance
from whowhom.mechanisms.persons import (
    MOST,
    grief_of,
    is_alive,
    is_hit,
    kill,
    move,
    person_words,
    set_grief,
)
from whowhom.mechanisms.stream import BURN, BURN_HOUSE, BURN_PERSON

GRIEF_HOUSE = 3
EFFECTS = Effects(
    name="village destruction",
    equations="E49",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "busy",
        "community.*",
        "stratum.free",
        "stratum.voice",
        "stratum.week_burnt_deaths",
    ),
    draws=("BURN", "BURN_HOUSE", "BURN_PERSON"),
)


@kernel
def _grieve_house(w, first, end):
    """What a burnt house is to its adults, and whether anybody of it is or ever was in arms."""
    opposed = False
    for i in range(first, end):
        opposed |= w.marks[i] & EVER_ARMED != 0
        if w.role[i] & ROLE_BITS != CHILD and is_alive(w.state[i]):
            set_grief(w, i, min(MOST, grief_of(w, i) + GRIEF_HOUSE))
    return opposed


@kernel
def _die(w, i):
    """A child is dead and nothing else; an adult's death is seen and mourned."""
    if w.role[i] & ROLE_BITS == CHILD:
        move(w, i, DEAD)
        return
    w.stratum[w.community[i >> 6].stratum].week_burnt_deaths += 1
    kill(w, i, DEAD, w.state[i] == VOICE)


@kernel
def _burn_house(w, t, first, end):
    """Burn the house of the persons from `first` to before `end`."""
    place = w.community[first >> 6]
    place.touched = 1
    place.burnt += 1
    place.hits += 1
    place.hits_opposed += _grieve_house(w, first, end)
    for i in range(first, end):
        if w.state[i] > VOICE or is_hit(w, i) or w.role[i] & ROLE_BITS == SOLDIER:
            continue
        if chance(w.p[0].villages_death, person_words(w, i, 0, t, BURN_PERSON)[0]):
            _die(w, i)


@kernel
def _burn_community(w, t, c):
    """Burn some houses of a community of a burning settlement."""
    tiling = w.community[c].tiling
    slot = 0
    while slot < COMMUNITY:
        end = np.int64(w.household_end[tiling, slot])
        first = c * COMMUNITY + slot
        if chance(w.p[0].villages_share, person_words(w, first, 0, t, BURN_HOUSE)[0]):
            _burn_house(w, t, first, c * COMMUNITY + end)
        slot = end


@kernel
def burn_in(w, t, r):
    """Burn settlements of one province that had risen at the end of last week.

    **Writes** see EFFECTS, of this province's persons only. **Draws** BURN by settlement (its first person), BURN_HOUSE by house (its first person),
    BURN_PERSON. **Update** sequential over houses. **Cost** settlements of the province, where villages are burnt.
    """
    place = w.province[r]
    p_burn = w.p[0].villages_rate * place.village_use
    if p_burn <= 0.0:
        return
    last = w.community[place.first + place.communities - 1].settlement
    for s in range(w.community[place.first].settlement, last + 1):
        settlement = w.settlement[s]
        first = np.int64(settlement.first)
        kind = w.stratum[w.community[first].stratum].kind
        if settlement.risen == 0 or (kind != VILLAGE and kind != HOMES):
            continue
        if chance(p_burn, person_words(w, first * COMMUNITY, 0, t, BURN)[0]):
            for c in range(first, first + settlement.communities):
                _burn_community(w, t, c)


@kernel
def burn(w, t):
    """Burn settlements that had risen at the end of last week: the first event of a week.

    **Writes** see EFFECTS. **Draws** BURN, BURN_HOUSE, BURN_PERSON. **Update** sequential over houses. **Cost** settlements, where villages are burnt.
    """
    for r in range(len(w.province)):
        burn_in(w, t, r)
