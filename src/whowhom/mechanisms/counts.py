"""Counting (start of E27 to E34): persons by state and stratum, shares by place and nation, risings, and what the centre will be told."""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import entry, kernel
from whowhom.engine.population import COMMUNITY, HIT, HOMES, VILLAGE

EFFECTS = Effects(
    name="counts",
    equations="E2 (shares)",
    switch="",
    writes=(
        "marks",
        "community.*",
        "stratum.*",
        "province.armed",
        "province.armed_simulated",
        "province.voice",
        "province.both",
        "province.rural_free",
        "province.rural_both",
        "province.voice_share",
        "province.armed_share",
        "province.dissent",
        "province.part",
        "province.fear",
        "province.exposure",
        "province.free",
        "settlement.risen",
        "pool.*",
        "voice_history",
        "armed_history",
        "density_history",
        "nation.both",
        "nation.dissent",
        "nation.armed",
        "nation.free",
        "nation.armed_centres",
        "nation.risings",
    ),
)
RISING_SHARE = 0.05
SIMULATED_ARMED, REPRESENTED_ARMED = 10, 100.0


@kernel
def _by_stratum(w):
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        free = voice = armed = soldiers = soldier_voice = soldier_armed = 0
        for c in range(x.first, x.first + x.communities):
            y = w.community[c]
            free += np.int64(y.free)
            voice += np.int64(y.voice)
            armed += np.int64(y.armed)
            soldiers += np.int64(y.soldiers)
            soldier_voice += np.int64(y.soldier_voice)
            soldier_armed += np.int64(y.soldier_armed)
        x.free, x.voice, x.armed = free, voice, armed
        x.soldiers, x.soldier_voice, x.soldier_armed = soldiers, soldier_voice, soldier_armed
        x.camp_weeks += x.camp


@kernel
def _clear(w):
    """Forget this week's hits, ready for the next week."""
    for c in range(len(w.community)):
        x = w.community[c]
        if x.touched:
            for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
                w.marks[i] &= 255 - HIT
            x.touched = 0
            x.hits = 0
            x.hits_opposed = 0
            x.hits_voice = 0
            x.arrests = 0
            x.executed = 0
            x.killed = 0
    for g in range(len(w.pool)):
        y = w.pool[g]
        y.hits = 0
        y.hits_opposed = 0
        y.hits_voice = 0
        y.arrests = 0
        y.executed = 0
        y.killed = 0


@kernel
def _mean_emotions(w, place):
    """Mean fear and exposure of the communities stored in a province."""
    fear = exposure = weight = 0.0
    for c in range(place.first, place.first + place.communities):
        x = w.community[c]
        one = w.stratum[x.stratum].weight
        fear += one * x.fear
        exposure += one * x.exposure
        weight += one
    place.fear = fear / weight
    place.exposure = exposure / weight


@kernel
def _by_place(w):
    """Shares of free adults by place: civilians where they live, soldiers where they serve."""
    n = w.nation[0]
    for r in range(len(w.province)):
        x = w.province[r]
        x.free = x.voice = x.armed = x.both = x.rural_free = x.rural_both = 0.0
        x.armed_simulated = 0
    n.free = n.both = n.armed = 0.0
    for s in range(len(w.stratum)):
        y = w.stratum[s]
        x = w.province[y.province]
        x.free += y.weight * y.free
        x.voice += y.weight * y.voice
        x.armed += y.weight * y.armed
        x.armed_simulated += y.armed
        x.both += y.weight * (y.voice + y.armed)
        if y.kind == VILLAGE or y.kind == HOMES:
            x.rural_free += y.weight * y.free
            x.rural_both += y.weight * (y.voice + y.armed)
        if y.pool >= 0:
            z = w.province[w.pool[y.pool].place]
            z.free += y.weight * y.soldiers
            z.voice += y.weight * y.soldier_voice
            z.armed += y.weight * y.soldier_armed
            z.armed_simulated += y.soldier_armed
            z.both += y.weight * (y.soldier_voice + y.soldier_armed)
        n.free += y.weight * (y.free + y.soldiers)
        n.armed += y.weight * (y.armed + y.soldier_armed)
        n.both += y.weight * (y.voice + y.armed + y.soldier_voice + y.soldier_armed)


@kernel
def _shares(w, row):
    n = w.nation[0]
    for r in range(len(w.province)):
        x = w.province[r]
        x.voice_share = x.voice / x.free if x.free > 0.0 else 0.0
        x.armed_share = x.armed / x.free if x.free > 0.0 else 0.0
        x.dissent = x.both / x.free if x.free > 0.0 else 0.0
        calm = 1.0 - (x.rural_both / x.rural_free if x.rural_free > 0.0 else 0.0)
        x.part = calm * (1.0 if x.control else 0.0)
        w.voice_history[row, r] = x.voice_share
        w.armed_history[row, r] = x.armed_share
        w.density_history[row, r] = x.armed / x.persons
    n.dissent = n.both / n.free if n.free > 0.0 else 0.0


@kernel
def _risings(w):
    """Settlements whose armed share has crossed 5 % upward this week, and districts that are armed centres."""
    n = w.nation[0]
    n.risings = 0.0
    n.armed_centres = 0
    district = -1
    risen = armed = 0
    represented = 0.0
    for s in range(len(w.settlement) + 1):
        if s == len(w.settlement) or w.settlement[s].district != district:
            if risen > 0 and armed >= SIMULATED_ARMED and represented >= REPRESENTED_ARMED:
                n.armed_centres += 1
            risen = armed = 0
            represented = 0.0
            if s == len(w.settlement):
                break
            district = w.settlement[s].district
        x = w.settlement[s]
        free = here = 0
        for c in range(x.first, x.first + x.communities):
            y = w.community[c]
            free += np.int64(y.free) + np.int64(y.soldiers)
            here += np.int64(y.armed) + np.int64(y.soldier_armed)
        weight = w.stratum[w.community[x.first].stratum].weight
        is_risen = here > RISING_SHARE * free
        if is_risen and not x.risen:
            n.risings += weight
        x.risen = is_risen
        risen += is_risen
        armed += here
        represented += weight * here


@entry
def count(w, t):
    """Count everything anew at the end of week `t` (-1: at the start) and write the row that the centre will read later.

    **Writes** see EFFECTS. **Draws** nothing. **Update** whole numbers first, then sums over strata in storage order. **Cost** communities.
    """
    _by_stratum(w)
    for r in range(len(w.province)):
        _mean_emotions(w, w.province[r])
    _by_place(w)
    _shares(w, (t + 1) % 8)
    _risings(w)
    _clear(w)
