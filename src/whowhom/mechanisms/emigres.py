"""Life abroad (E53): some are killed there, some return, of themselves or in exchange for foreigners held.

Killing abroad and exchange are the two ends of a story that began with exit or deportation (MODEL M19, M20, M27). Nothing of it is seen at home but the grief of kin.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ABROAD, COMMUNITY, DEAD, HELD_HERE
from whowhom.engine.streams import chance
from whowhom.mechanisms.batch import draw_many, find_state, next_busy
from whowhom.mechanisms.persons import GRIEF_DEATH, bury, grieve, is_hit, mark_hit, move, release
from whowhom.mechanisms.stream import ABROAD_END

EFFECTS = Effects(
    name="life abroad",
    equations="E53",
    switch="killing_abroad",
    writes=(
        "state",
        "marks",
        "record",
        "busy",
        "community.*",
        "stratum.abroad",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.soldiers",
        "stratum.week_released",
        "stratum.week_killed_abroad",
    ),
    draws=("ABROAD_END",),
)


@kernel
def _end_abroad(w, i, p_killed, word):
    """Person `i` is killed abroad or comes home."""
    if chance(p_killed, word):
        w.stratum[w.community[i >> 6].stratum].week_killed_abroad += 1
        move(w, i, DEAD)
        mark_hit(w, i)
        bury(w, i)
        grieve(w, i, GRIEF_DEATH)
    else:
        release(w, i)


@kernel
def live_abroad_in(w, t, r):
    """A week of those abroad whose homes are in one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** ABROAD_END by person. **Update** synchronous. **Cost** communities with somebody away,
    where anybody is abroad.
    """
    p = w.p[0]
    n = w.nation[0]
    place = w.province[r]
    away = 0
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        away += w.stratum[s].abroad
    if away == 0:
        return
    exchanged = p.exchange_return * n.exchanged / max(1.0, n.abroad)
    p_killed = p.killing_rate if p.on_killing_abroad else 0.0
    p_end = p_killed + min(1.0 - p_killed, p.abroad_return + exchanged)
    slots, words = w.slots[r], w.words[r]
    end = place.first + place.communities
    c = next_busy(w, place.first, end, HELD_HERE)
    while c < end:
        found = find_state(w, r, c, ABROAD)
        draw_many(w, r, c, slots, found, t, ABROAD_END, False)
        for k in range(found):
            i = c * COMMUNITY + slots[k]
            if chance(p_end, words[k]) and not is_hit(w, i):
                _end_abroad(w, i, p_killed, words[k])
        c = next_busy(w, c + 1, end, HELD_HERE)


@kernel
def live_abroad(w, t):
    """A week abroad: death by the hand of the regime, or return.

    **Writes** see EFFECTS. **Draws** ABROAD_END by person. **Update** synchronous. **Cost** communities with somebody away.
    """
    for r in range(len(w.province)):
        live_abroad_in(w, t, r)
