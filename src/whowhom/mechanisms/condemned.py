"""Delayed executions (E38): a death sentence leaves its person in custody, condemned, until it is carried out (MODEL M26)."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import (
    CAMP,
    COMMUNITY,
    CONDEMNED,
    DETAINED,
    EXECUTED,
    EXILE,
    HELD_HERE,
    HIT,
    OPEN_CASE,
)
from whowhom.engine.streams import chance
from whowhom.mechanisms.batch import find_state, next_busy
from whowhom.mechanisms.persons import kill, mark_hit, move, origin_of, person_words, province_of, release
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.stream import CONDEMNED_END

EFFECTS = Effects(
    name="delayed executions",
    equations="E38",
    switch="executions, camps, exile",
    writes=(
        "state",
        "marks",
        "record",
        "busy",
        "community.*",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "pool.executed",
        "province.condemned",
        "stratum.detained",
        "stratum.camp",
        "stratum.exile",
        "stratum.free",
        "stratum.soldiers",
        "stratum.week_executed",
        "stratum.week_camp_sentences",
        "stratum.week_exile_sentences",
        "stratum.week_released",
    ),
    draws=("CONDEMNED_END",),
)


@kernel
def _commute(w, i):
    """What becomes of a condemned person when executions have been given up: the next lighter sentence that there is."""
    p = row_at(w, w.province[province_of(w, i)])
    stratum = w.stratum[w.community[i >> 6].stratum]
    if p.on_camps:
        stratum.week_camp_sentences += 1
        move(w, i, CAMP)
    elif p.on_exile:
        stratum.week_exile_sentences += 1
        move(w, i, EXILE)
    else:
        release(w, i)
    mark_hit(w, i)


@kernel
def _end(w, i):
    """The end of waiting."""
    stratum = w.stratum[w.community[i >> 6].stratum]
    w.marks[i] &= 255 - CONDEMNED
    w.province[stratum.province].condemned -= 1
    if row_at(w, w.province[province_of(w, i)]).on_executions:
        stratum.week_executed += 1
        kill(w, i, EXECUTED, origin_of(w, i) == OPEN_CASE)
    else:
        _commute(w, i)


@kernel
def carry_out_in(w, t, r):
    """Executions of those condemned earlier and stored in one province.

    **Writes** see EFFECTS, of this province's persons and garrisons only. **Draws** CONDEMNED_END by person. **Update** synchronous.
    **Cost** nothing where nobody is condemned; communities with prisoners.
    """
    place = w.province[r]
    if place.condemned == 0:
        return
    p_end = 1.0 / max(1.0, w.p[0].repression_execution_delay)
    slots = w.slots[r]
    end = place.first + place.communities
    c = next_busy(w, place.first, end, HELD_HERE)
    while c < end:
        n = find_state(w, r, c, DETAINED)
        for k in range(n):
            i = c * COMMUNITY + slots[k]
            if w.marks[i] & (CONDEMNED | HIT) == CONDEMNED and chance(
                p_end, person_words(w, i, 0, t, CONDEMNED_END)[0]
            ):
                _end(w, i)
        c = next_busy(w, c + 1, end, HELD_HERE)


@kernel
def carry_out(w, t):
    """Executions of those condemned earlier; who waits on is not questioned.

    **Writes** see EFFECTS. **Draws** CONDEMNED_END by person. **Update** synchronous. **Cost** communities with prisoners, where somebody is condemned.
    """
    for r in range(len(w.province)):
        carry_out_in(w, t, r)
