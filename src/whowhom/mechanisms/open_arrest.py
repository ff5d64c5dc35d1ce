"""Arrest of open dissenters (E9): by the risk of their place, the use of arrest, and the share that capacity serves."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, OPEN_CASE, ROLE_BITS, SOLDIER, VOICE, VOICE_HERE
from whowhom.engine.streams import chance
from whowhom.mechanisms.batch import draw_many, fetch_community, find_state, next_busy
from whowhom.mechanisms.danger import community_risk
from whowhom.mechanisms.persons import arrest, is_hit
from whowhom.mechanisms.stream import OPEN_ARREST

EFFECTS = Effects(
    name="open arrests",
    equations="E9",
    switch="arrests",
    writes=(
        "state",
        "marks",
        "busy",
        "record",
        "community.*",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "pool.arrests",
        "stratum.week_arrests_open",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.soldier_voice",
        "stratum.soldiers",
        "stratum.voice",
    ),
    draws=("OPEN_ARREST",),
    reads_private=True,
)


@kernel
def _arrest_here(w, t, r, c):
    """Open arrests in one community."""
    slots, words = w.slots[r], w.words[r]
    garrison = w.stratum[w.community[c].stratum].pool
    place = w.province[r]
    p_civilian = community_risk(w, c, place) * place.arrest_use * place.accept_open
    p_soldier = 0.0
    if garrison >= 0:
        post = w.province[w.pool[garrison].place]
        p_soldier = w.pool[garrison].risk * post.arrest_use * post.accept_open
    if p_civilian <= 0.0 and p_soldier <= 0.0:
        return
    n = find_state(w, r, c, VOICE)
    draw_many(w, r, c, slots, n, t, OPEN_ARREST, False)
    for k in range(n):
        i = c * COMMUNITY + slots[k]
        p_arrest = p_soldier if w.role[i] & ROLE_BITS == SOLDIER else p_civilian
        if chance(p_arrest, words[k]) and not is_hit(w, i):
            arrest(w, i, OPEN_CASE)


@kernel
def arrest_open_in(w, t, r):
    """Open arrests among the persons stored in one province.

    **Writes** see EFFECTS, of this province's persons and garrisons only. **Draws** OPEN_ARREST by person. **Update** synchronous.
    **Cost** communities with voice.
    """
    place = w.province[r]
    end = place.first + place.communities
    c = next_busy(w, place.first, end, VOICE_HERE)
    while c < end:
        following = next_busy(w, c + 1, end, VOICE_HERE)
        fetch_community(w, following, end)
        _arrest_here(w, t, r, c)
        c = following


@kernel
def arrest_open(w, t):
    """Arrest those in open dissent; the only private reading is the analyst's count of true opponents.

    **Writes** see EFFECTS. **Draws** OPEN_ARREST by person. **Update** synchronous. **Cost** communities with voice.
    """
    for r in range(len(w.province)):
        arrest_open_in(w, t, r)
