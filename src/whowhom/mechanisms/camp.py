"""Camps and exile (E15, E16): release, return, and death, geometric in time (an M/M/infinity stock)."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import CAMP, COMMUNITY, DEAD, EXILE, HELD_HERE
from whowhom.engine.streams import chance
from whowhom.mechanisms.amnesty import p_camp_release
from whowhom.mechanisms.batch import draw_many, find_state, next_busy
from whowhom.mechanisms.persons import GRIEF_DEATH, bury, grieve, is_hit, mark_hit, move, release
from whowhom.mechanisms.stream import CAMP_END, EXILE_END

EFFECTS = Effects(
    name="camps and exile",
    equations="E16",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.camp",
        "stratum.exile",
        "stratum.week_released",
        "stratum.week_camp_deaths",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.soldiers",
    ),
    draws=("CAMP_END", "EXILE_END"),
)


@kernel
def _end_camp(w, i, p_death, word):
    """Death in a camp, or release."""
    if chance(p_death, word):
        w.stratum[w.community[i >> 6].stratum].week_camp_deaths += 1
        move(w, i, DEAD)
        mark_hit(w, i)
        bury(w, i)
        grieve(w, i, GRIEF_DEATH)
    else:
        release(w, i)


@kernel
def _hold_here(w, t, r, c, p_death, p_end):
    """A week of one community's people in camps and exile."""
    slots, words = w.slots[r], w.words[r]
    n = find_state(w, r, c, CAMP)
    draw_many(w, r, c, slots, n, t, CAMP_END, False)
    for k in range(n):
        i = c * COMMUNITY + slots[k]
        if chance(p_end, words[k]) and not is_hit(w, i):
            _end_camp(w, i, p_death, words[k])
    n = find_state(w, r, c, EXILE)
    draw_many(w, r, c, slots, n, t, EXILE_END, False)
    for k in range(n):
        i = c * COMMUNITY + slots[k]
        if chance(w.p[0].exile_return, words[k]) and not is_hit(w, i):
            release(w, i)


@kernel
def hold_in(w, t, r):
    """One week in camps and exile of those stored in one province (their homes).

    **Writes** see EFFECTS, of this province's persons only. **Draws** CAMP_END, EXILE_END by person. **Update** synchronous.
    **Cost** communities with prisoners.
    """
    p = w.p[0]
    p_death = p.camp_death * (1.0 + (p.camp_famine_factor - 1.0) * w.nation[0].famine_city)
    p_end = p_death + p_camp_release(p)
    place = w.province[r]
    end = place.first + place.communities
    c = next_busy(w, place.first, end, HELD_HERE)
    while c < end:
        _hold_here(w, t, r, c, p_death, p_end)
        c = next_busy(w, c + 1, end, HELD_HERE)


@kernel
def hold(w, t):
    """One week in camps and in exile: death (more in famine), release, return.

    **Writes** see EFFECTS. **Draws** CAMP_END, EXILE_END by person. **Update** synchronous. **Cost** communities with prisoners.
    """
    for r in range(len(w.province)):
        hold_in(w, t, r)
