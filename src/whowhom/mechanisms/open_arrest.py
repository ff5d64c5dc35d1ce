"""Arrest of open dissenters (E9): by the risk of their place, the use of arrest, and the share that capacity serves."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, OPEN_CASE, VOICE
from whowhom.engine.streams import chance
from whowhom.mechanisms.persons import arrest, is_hit, person_words, pool_of, province_of
from whowhom.mechanisms.stream import OPEN_ARREST

EFFECTS = Effects(
    name="open arrests",
    equations="E9",
    switch="arrests",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "pool.arrests",
        "stratum.week_arrests_open",
        "stratum.week_arrests_opponents",
        "stratum.detained",
    ),
    draws=("OPEN_ARREST",),
    reads_private=True,
)


@kernel
def arrest_open(w, t):
    """Arrest those in open dissent; the only private reading is the analyst's count of true opponents.

    **Writes** see EFFECTS. **Draws** OPEN_ARREST by person. **Update** synchronous. **Cost** communities with voice.
    """
    for c in range(len(w.community)):
        community = w.community[c]
        if community.voice == 0 and community.soldier_voice == 0:
            continue
        for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
            if w.state[i] != VOICE or is_hit(w, i):
                continue
            place = w.province[province_of(w, i)]
            pool = pool_of(w, i)
            risk = community.risk if pool < 0 else w.pool[pool].risk
            if chance(risk * place.arrest_use * place.accept_open, person_words(w, i, 0, t, OPEN_ARREST)[0]):
                arrest(w, i, OPEN_CASE)
