"""Counting (start of E27 to E34): persons by state and stratum, shares by place and nation, risings, and what the centre will be told."""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED_HERE, COMMUNITY, HELD_HERE, HIT, HOMES, VILLAGE, VOICE_HERE
from whowhom.mechanisms.emotion import exposure_of

EFFECTS = Effects(
    name="counts",
    equations="E2 (shares)",
    switch="",
    writes=(
        "marks",
        "busy",
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
        "province.sum_weight",
        "province.sum_fear",
        "province.sum_anger",
        "province.sum_shift",
        "province.sum_exposure",
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
        "nation.foreign_dissent",
    ),
)
RISING_SHARE = 0.05
KEEP = np.uint8(255 - HIT)
SIMULATED_ARMED, REPRESENTED_ARMED = 10, 100.0


@kernel
def no_sums():
    """Sums of nothing: weight, fear, anger, shift, exposure."""
    return 0.0, 0.0, 0.0, 0.0, 0.0


@kernel
def add_feelings(w, c, one, sums):
    """The sums of a province with one more community, whose persons stand for `one` each."""
    x = w.community[c]
    return (
        sums[0] + one,
        sums[1] + one * x.fear,
        sums[2] + one * x.anger,
        sums[3] + one * x.shift,
        sums[4] + one * exposure_of(w, c),
    )


@kernel
def keep_sums(w, r, sums):
    """Write the sums of a province into its row."""
    x = w.province[r]
    x.sum_weight, x.sum_fear, x.sum_anger, x.sum_shift, x.sum_exposure = sums


@kernel
def _forget_hits(w, c):
    """Forget this week's hits, ready for the next week."""
    y = w.community[c]
    marks = w.marks[c * COMMUNITY : (c + 1) * COMMUNITY]
    for k in range(COMMUNITY):
        marks[k] &= KEEP
    y.touched = y.hits = y.hits_opposed = y.hits_voice = y.arrests = y.executed = y.killed = y.burnt = 0


@kernel
def close_community(w, c):
    """Note what people of a community will see of it next week and whether it is busy; forget what happened in it."""
    y = w.community[c]
    if w.busy[c] != 0:
        y.seen = np.int64(y.voice) + np.int64(y.armed)
        y.seen_free = y.free
        armed = y.armed > 0 or y.soldier_armed > 0
        voice = y.voice > 0 or y.soldier_voice > 0
        w.busy[c] = (VOICE_HERE if voice else 0) | (ARMED_HERE if armed else 0) | (HELD_HERE if y.held > 0 else 0)
    if y.touched:
        _forget_hits(w, c)


@kernel
def _by_side(w, y):
    """Free, armed, and dissenting adults of a stratum where the regime rules (or who has taken the country), and the same in foreign provinces (E55)."""
    civilians = y.free, y.armed, y.voice + y.armed
    soldiers = y.soldiers, y.soldier_armed, y.soldier_voice + y.soldier_armed
    nobody = np.int64(0), np.int64(0), np.int64(0)
    away = w.province[y.province].foreign != 0
    away_soldiers = w.province[w.pool[y.pool].place].foreign != 0 if y.pool >= 0 else away
    home = _both(nobody if away else civilians, nobody if away_soldiers else soldiers)
    return home, _both(civilians if away else nobody, soldiers if away_soldiers else nobody)


@kernel
def _both(some, others):
    return some[0] + others[0], some[1] + others[1], some[2] + others[2]


@kernel
def _by_place(w):
    """Shares of free adults by place: civilians where they live, soldiers where they serve."""
    n = w.nation[0]
    for r in range(len(w.province)):
        x = w.province[r]
        x.free = x.voice = x.armed = x.both = x.rural_free = x.rural_both = 0.0
        x.armed_simulated = 0
    n.free = n.both = n.armed = 0.0
    foreign_free = foreign_both = 0.0
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
        home, abroad = _by_side(w, y)
        n.free += y.weight * home[0]
        n.armed += y.weight * home[1]
        n.both += y.weight * home[2]
        foreign_free += y.weight * abroad[0]
        foreign_both += y.weight * abroad[2]
    n.foreign_dissent = foreign_both / foreign_free if foreign_free > 0.0 else 0.0


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
def _has_risen(w, x):
    """Whether more than 5 % of a settlement's free adults are in arms."""
    free = 0
    for c in range(x.first, x.first + x.communities):
        free += np.int64(w.community[c].free) + np.int64(w.community[c].soldiers)
    return x.armed > RISING_SHARE * free


@kernel
def _risings(w):
    """Settlements whose armed share has crossed 5 % upward this week, and districts that are armed centres."""
    n = w.nation[0]
    n.risings = 0.0
    n.armed_centres = 0
    district = -1
    risen = armed = 0
    represented = 0.0
    for s in range(len(w.settlement)):
        x = w.settlement[s]
        if x.district != district:
            n.armed_centres += risen > 0 and armed >= SIMULATED_ARMED and represented >= REPRESENTED_ARMED
            district = x.district
            risen = armed = 0
            represented = 0.0
        if x.armed == 0:
            x.risen = 0
            continue
        weight = w.stratum[w.community[x.first].stratum].weight
        is_risen = _has_risen(w, x)
        if is_risen and not x.risen:
            n.risings += weight
        x.risen = is_risen
        risen += is_risen
        armed += x.armed
        represented += weight * x.armed
    n.armed_centres += risen > 0 and armed >= SIMULATED_ARMED and represented >= REPRESENTED_ARMED


@kernel
def _close_provinces(w):
    """Means over communities, and a week in camps for those there."""
    for r in range(len(w.province)):
        x = w.province[r]
        x.fear = x.sum_fear / x.sum_weight
        x.exposure = x.sum_exposure / x.sum_weight
    for s in range(len(w.stratum)):
        w.stratum[s].camp_weeks += w.stratum[s].camp


@kernel
def _forget_garrisons(w):
    for g in range(len(w.pool)):
        y = w.pool[g]
        y.hits = y.hits_opposed = y.hits_voice = y.arrests = y.executed = y.killed = 0


@kernel
def add_up(w, t):
    """Sums by place and nation, risings, and the row that the centre will read later. Asks for the sums of every province.

    **Writes** see EFFECTS. **Draws** nothing. **Update** sums over strata in storage order. **Cost** strata and settlements.
    """
    _close_provinces(w)
    _by_place(w)
    _shares(w, (t + 1) % 8)
    _risings(w)
    _forget_garrisons(w)


@kernel
def count(w, t):
    """Count everything anew at the end of week `t` (-1: at the start) and write the row that the centre will read later.

    **Writes** see EFFECTS. **Draws** nothing. **Update** whole numbers first, then sums over strata in storage order. **Cost** communities.
    """
    for r in range(len(w.province)):
        x = w.province[r]
        sums = no_sums()
        for c in range(x.first, x.first + x.communities):
            sums = add_feelings(w, c, w.stratum[w.community[c].stratum].weight, sums)
            close_community(w, c)
        keep_sums(w, r, sums)
    add_up(w, t)
