"""What can happen to one person: draws by person, change of state with its counts, hits, grief, dossiers.

The tools of the other mechanisms; every change of a person's state goes through `move`, so that counts never drift from persons.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.kernel import kernel
from whowhom.engine.population import (
    ABROAD,
    ARMED,
    ARMED_HERE,
    CAMP,
    CHILD,
    COMMUNITY,
    DEAD,
    DETAINED,
    EVER_ARMED,
    EVER_VOICE,
    EXECUTED,
    EXILE,
    HELD_HERE,
    HIT,
    INFORMER_CASE,
    NAMED_CASE,
    OPEN_CASE,
    ORIGIN_BITS,
    ORIGIN_SHIFT,
    PARTY,
    QUIET,
    QUOTA_CASE,
    ROLE_BITS,
    SELF_CASE,
    SOLDIER,
    STIRRED,
    VOICE,
    VOICE_HERE,
)
from whowhom.engine.streams import philox

MOST = 15
GRIEF_ARREST, GRIEF_DEATH = 4, 8
DOSSIER_ARREST = 2


@kernel
def person_key(w, c):
    """What the draws of a community's persons share: ordinal of the first, upper half of the second counter word, and the key."""
    place = w.community[c]
    n = w.nation[0]
    return np.int64(place.ordinal), np.int64(w.stratum[place.stratum].tag) << 16, n.k0, n.k1


@kernel
def person_words(w, i, sub, t, stream):
    """Four words for person `i`: keyed by the stratum's tag and the person's ordinal in it."""
    place = w.community[i >> 6]
    n = w.nation[0]
    tag = np.int64(w.stratum[place.stratum].tag)
    return philox(np.int64(place.ordinal) + (i & 63), (tag << 16) | sub, t, stream, n.k0, n.k1)


@kernel
def place_words(w, tag, ordinal, sub, t, stream):
    """Four words for a province or a stratum (its tag)."""
    n = w.nation[0]
    return philox(ordinal, (np.int64(tag) << 16) | sub, t, stream, n.k0, n.k1)


@kernel
def pool_of(w, i):
    """Garrison pool of person `i`, -1 for civilians."""
    if w.role[i] & ROLE_BITS != SOLDIER:
        return -1
    return w.stratum[w.community[i >> 6].stratum].pool


@kernel
def province_of(w, i):
    """Province in which person `i` is: of the garrison for soldiers, of the community for others."""
    stratum = w.stratum[w.community[i >> 6].stratum]
    if w.role[i] & ROLE_BITS == SOLDIER:
        return w.pool[stratum.pool].place
    return stratum.province


@kernel
def weight_of(w, i):
    """Persons of the country that person `i` stands for."""
    return w.stratum[w.community[i >> 6].stratum].weight


@kernel
def is_alive(state):
    """Whether somebody in this state lives."""
    return state < EXECUTED or state > DEAD


@kernel
def _count_soldier(place, stratum, state, step):
    """Count a free soldier in or out of a community and its stratum."""
    place.soldiers = np.int64(place.soldiers) + step
    stratum.soldiers += step
    if state == VOICE:
        place.soldier_voice = np.int64(place.soldier_voice) + step
        stratum.soldier_voice += step
    elif state == ARMED:
        place.soldier_armed = np.int64(place.soldier_armed) + step
        stratum.soldier_armed += step


@kernel
def _count_civilian(place, stratum, role, state, step):
    """Count a free civilian adult in or out of a community and its stratum."""
    place.free = np.int64(place.free) + step
    stratum.free += step
    if state == VOICE:
        place.voice = np.int64(place.voice) + step
        stratum.voice += step
    elif state == ARMED:
        place.armed = np.int64(place.armed) + step
        stratum.armed += step
    if role >= PARTY:
        stratum.insiders_free += step


@kernel
def count_in(w, i, state, step):
    """Count an adult in (step 1) or out (-1) of a state, by the role that it has now, in its community, stratum and settlement."""
    place = w.community[i >> 6]
    stratum = w.stratum[place.stratum]
    if state <= ARMED:
        if state == ARMED:
            w.settlement[place.settlement].armed += step
        role = w.role[i] & ROLE_BITS
        if role == SOLDIER:
            _count_soldier(place, stratum, state, step)
        else:
            _count_civilian(place, stratum, role, state, step)
    elif is_alive(state):
        place.held = np.int64(place.held) + step
        if state == DETAINED:
            stratum.detained += step
        elif state == CAMP:
            stratum.camp += step
        elif state == EXILE:
            stratum.exile += step
        elif state == ABROAD:
            stratum.abroad += step
        else:
            stratum.hostages += step


@kernel
def _busy_bits(state):
    """The bits of `busy` that somebody sets who has just come into this state."""
    if state == VOICE:
        return STIRRED | VOICE_HERE
    if state == ARMED:
        return STIRRED | ARMED_HERE
    if state >= DETAINED and is_alive(state):
        return STIRRED | HELD_HERE
    return STIRRED


@kernel
def move(w, i, state):
    """Put person `i` into a state and keep every count of its community and stratum right."""
    if w.role[i] & ROLE_BITS != CHILD:
        count_in(w, i, w.state[i], -1)
        count_in(w, i, state, 1)
    w.state[i] = state
    w.busy[i >> 6] |= _busy_bits(state)
    if state == VOICE:
        w.marks[i] |= EVER_VOICE
    elif state == ARMED:
        w.marks[i] |= EVER_ARMED


@kernel
def mark_hit(w, i):
    """Note that something happened to person `i` this week: nothing else will."""
    w.marks[i] |= HIT
    w.community[i >> 6].touched = 1


@kernel
def release(w, i):
    """Person `i` comes home, from wherever it was held or lived; nothing else befalls it this week."""
    w.stratum[w.community[i >> 6].stratum].week_released += 1
    move(w, i, QUIET)
    mark_hit(w, i)


@kernel
def is_hit(w, i):
    """Whether something has happened to person `i` this week."""
    return w.marks[i] & HIT != 0


@kernel
def add_dossier(w, i, entries):
    """Add entries to the dossier of person `i` (at most 15 are kept); none where no dossiers are kept (E44)."""
    if not w.p[0].on_dossiers:
        return
    dossier = min(MOST, np.int64(w.record[i] & 15) + entries)
    w.record[i] = (w.record[i] & 240) | dossier


@kernel
def dossier_of(w, i):
    """Entries in the dossier of person `i`, 0 to 15; without dossiers all read empty (E44)."""
    return np.int64(w.record[i] & 15) if w.p[0].on_dossiers else np.int64(0)


@kernel
def grief_of(w, i):
    """Grief of person `i` for kin, 0 to 15."""
    return np.int64(w.record[i] >> 4)


@kernel
def set_grief(w, i, grief):
    """Set the grief of person `i` and keep the community's count of the grieving."""
    before = np.int64(w.record[i] >> 4)
    if (before > 0) != (grief > 0):
        place = w.community[i >> 6]
        place.grieving = np.int64(place.grieving) + (1 if grief > 0 else -1)
    w.record[i] = (w.record[i] & 15) | (grief << 4)


@kernel
def grieve(w, i, grief):
    """Add grief to every other living adult of the household of person `i`."""
    c = i >> 6
    slot = i & 63
    tiling = w.community[c].tiling
    for other in range(w.household_first[tiling, slot], w.household_end[tiling, slot]):
        j = c * COMMUNITY + other
        if other != slot and w.role[j] & ROLE_BITS != CHILD and is_alive(w.state[j]):
            set_grief(w, j, min(MOST, grief_of(w, j) + grief))


@kernel
def bury(w, i):
    """Clear the grief of a person who has died (the dead do not count among the grieving)."""
    if grief_of(w, i) > 0:
        set_grief(w, i, 0)


@kernel
def expose(w, i, voiced):
    """Count a person hit in the eyes of its community, or of its garrison: hits, and who they were before."""
    opposed = w.marks[i] & (EVER_VOICE | EVER_ARMED) != 0
    pool = pool_of(w, i)
    if pool >= 0:
        garrison = w.pool[pool]
        garrison.hits += 1
        garrison.hits_opposed += opposed
        garrison.hits_voice += voiced
    else:
        place = w.community[i >> 6]
        place.hits += 1
        place.hits_opposed += opposed
        place.hits_voice += voiced


@kernel
def is_latent(w, i):
    """Whether person `i` is near to open dissent (private): margin + shift + alpha A > the target margin."""
    p = w.p[0]
    pool = pool_of(w, i)
    if pool >= 0:
        shift, anger = np.float64(w.pool[pool].shift), np.float64(w.pool[pool].anger)
    else:
        place = w.community[i >> 6]
        shift, anger = np.float64(place.shift), np.float64(place.anger)
    mood = w.margin[i] / 8192.0 + shift + p.decision_anger_weight * anger
    return mood > p.apparatus_target_margin


@kernel
def arrest(w, i, origin):
    """Arrest person `i`: custody, dossier, the grief of kin, and what the community sees."""
    stratum = w.stratum[w.community[i >> 6].stratum]
    if is_latent(w, i):
        stratum.week_arrests_opponents += 1
    if origin == OPEN_CASE:
        stratum.week_arrests_open += 1
    elif origin == NAMED_CASE:
        stratum.week_arrests_named += 1
    elif origin == SELF_CASE:
        stratum.week_arrests_self += 1
    elif origin == INFORMER_CASE:
        stratum.week_arrests_informer += 1
    elif origin == QUOTA_CASE:
        stratum.week_arrests_quota += 1
    else:
        stratum.week_arrests_captive += 1
    expose(w, i, w.state[i] == VOICE)
    pool = pool_of(w, i)
    if pool >= 0:
        w.pool[pool].arrests += 1
    else:
        w.community[i >> 6].arrests += 1
    move(w, i, DETAINED)
    mark_hit(w, i)
    w.marks[i] = (w.marks[i] & (EVER_VOICE | EVER_ARMED | HIT)) | (origin << ORIGIN_SHIFT)
    add_dossier(w, i, DOSSIER_ARREST)
    grieve(w, i, GRIEF_ARREST)


@kernel
def origin_of(w, i):
    """Class of the case that led to the last arrest of person `i`."""
    return (w.marks[i] >> ORIGIN_SHIFT) & ((1 << ORIGIN_BITS) - 1)


@kernel
def kill(w, i, state, voiced):
    """Person `i` is executed or killed in combat: seen by the community, mourned by kin."""
    expose(w, i, voiced)
    pool = pool_of(w, i)
    if pool >= 0:
        if state == EXECUTED:
            w.pool[pool].executed += 1
        else:
            w.pool[pool].killed += 1
    elif state == EXECUTED:
        w.community[i >> 6].executed += 1
    else:
        w.community[i >> 6].killed += 1
    move(w, i, state)
    mark_hit(w, i)
    bury(w, i)
    grieve(w, i, GRIEF_DEATH)
