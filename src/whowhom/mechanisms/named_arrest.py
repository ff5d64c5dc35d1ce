"""Arrest of persons named in custody (E11, E13): the inbox of names, served fairly, kept for some weeks."""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, DETAINED, NAMED_CASE, VOICE
from whowhom.engine.streams import chance
from whowhom.mechanisms.persons import arrest, is_hit, origin_of, person_words, province_of
from whowhom.mechanisms.stream import NAMED_ARREST

EFFECTS = Effects(
    name="named arrests",
    equations="E11, E13",
    switch="arrests, coerced_names",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "pool.arrests",
        "stratum.week_arrests_named",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "inbox",
        "province.inbox",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.soldiers",
        "stratum.soldier_voice",
        "stratum.voice",
    ),
    draws=("NAMED_ARREST",),
    reads_private=True,
)


@kernel
def arrest_named_in(w, t, r):
    """Serve the names waiting in one province.

    **Writes** see EFFECTS, of this province's persons and garrisons only. **Draws** NAMED_ARREST. **Update** synchronous. **Cost** inbox.
    """
    p = w.p[0]
    place = w.province[r]
    first = place.inbox_first
    kept = 0
    for k in range(first, first + place.inbox):
        entry = w.inbox[k]
        i = np.int64(entry.target)
        state = w.state[i]
        today = state == DETAINED and is_hit(w, i) and origin_of(w, i) == NAMED_CASE
        if state > ARMED and not today:
            continue
        if today or (state <= VOICE and not is_hit(w, i)):
            sub = (np.int64(entry.ordinal) << 10) | (np.int64(entry.copy_number) << 4) | np.int64(entry.age)
            words = person_words(w, np.int64(entry.accuser), sub, t, NAMED_ARREST)
            if chance(w.province[province_of(w, i)].accept_named, words[0]):
                if not today:
                    arrest(w, i, NAMED_CASE)
                continue
        if entry.age + 1 > p.names_inbox_weeks:
            continue
        w.inbox[first + kept] = w.inbox[k]
        w.inbox[first + kept].age += 1
        kept += 1
    place.inbox = kept


@kernel
def arrest_named(w, t):
    """Serve the inbox: every entry draws for itself, so that neither its place in the list nor a second entry for one target matters.

    **Writes** see EFFECTS. **Draws** NAMED_ARREST by accuser, ordinal, copy and age. **Update** synchronous. **Cost** inbox.
    """
    for r in range(len(w.province)):
        arrest_named_in(w, t, r)
