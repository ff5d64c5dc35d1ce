"""The army of peasants (E52): desertion, return, conscription, among the homes of soldiers.

A soldier leaves by chance the more he is against the regime in his heart, the less the army is fed, and the less his kin would pay for it; a deserter is a peasant in
his village until a patrol or an amnesty brings him back (MODEL M15, E27). Under constant rates d and r the stock of deserters of N is N d / (d + r).
"""

from __future__ import annotations

import math

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import (
    COMMUNITY,
    DESERTER_BIT,
    HIT,
    HOMES,
    PEASANT,
    QUIET,
    ROLE_BITS,
    SOLDIER,
)
from whowhom.engine.streams import chance
from whowhom.mechanisms.amnesty import p_return
from whowhom.mechanisms.batch import collect, draw_many
from whowhom.mechanisms.persons import add_dossier
from whowhom.mechanisms.roles import change_side
from whowhom.mechanisms.stream import CONSCRIPTION, DESERTION, RETURN_TO_RANKS

RANK = ROLE_BITS | DESERTER_BIT
"""Bits of the role byte that tell soldiers, deserters and other peasants apart."""

EFFECTS = Effects(
    name="desertion, return and conscription",
    equations="E52",
    switch="conscription",
    writes=(
        "role",
        "record",
        "busy",
        "community.*",
        "stratum.free",
        "stratum.soldiers",
        "stratum.week_deserted",
        "stratum.week_returned",
        "stratum.week_conscripted",
    ),
    draws=("TRAITS", "DESERTION", "RETURN_TO_RANKS", "CONSCRIPTION"),
    reads_private=True,
)


@kernel
def _list(w, r, c, rank, into):
    """List into `into` who of a community is quiet, not hit and of this rank; returns how many."""
    flags, slots = w.flags[r], w.slots[r]
    first, end = c * COMMUNITY, (c + 1) * COMMUNITY
    states, roles, marks = w.state[first:end], w.role[first:end], w.marks[first:end]
    for k in range(COMMUNITY):
        flags[k] = (states[k] == QUIET) & (roles[k] & RANK == rank) & (marks[k] & HIT == 0)
    n = collect(w, r)
    for k in range(n):
        into[k] = slots[k]
    return n


@kernel
def _desert(w, t, r, c, n):
    """Desertion of the `n` soldiers listed in `w.slots[r]`."""
    if n == 0:
        return
    p = w.p[0]
    slots, words = w.slots[r], w.words[r]
    stratum = w.stratum[w.community[c].stratum]
    garrison = w.pool[stratum.pool]
    shift, anger = np.float64(garrison.shift), np.float64(garrison.anger)
    hunger = 1.0 + p.army_hunger * (1.0 - w.nation[0].army_ration)
    kin = math.exp(-p.hostages_weight * w.province[r].hostage_use)
    free = 1.0 - p.army_retention
    draw_many(w, r, c, slots, n, t, DESERTION, False)
    for k in range(n):
        i = c * COMMUNITY + slots[k]
        mood = min(1.0, max(0.0, 0.5 + (w.margin[i] / 8192.0 + shift + p.decision_anger_weight * anger)))
        if chance(p.army_desertion * mood * hunger * kin * free, words[k]):
            stratum.week_deserted += 1
            change_side(w, i, PEASANT)
            w.role[i] |= DESERTER_BIT
            add_dossier(w, i, 1)


@kernel
def _come_back(w, t, r, c, n):
    """Return of the `n` deserters listed in `w.chosen[r]`."""
    p_back = p_return(w.p[0])
    if n == 0 or p_back <= 0.0:
        return
    chosen, words = w.chosen[r], w.words[r]
    draw_many(w, r, c, chosen, n, t, RETURN_TO_RANKS, False)
    for k in range(n):
        if chance(p_back, words[k]):
            i = c * COMMUNITY + chosen[k]
            w.stratum[w.community[c].stratum].week_returned += 1
            w.role[i] &= 255 - DESERTER_BIT
            change_side(w, i, SOLDIER)


@kernel
def _call_up(w, t, r, c, n):
    """Conscription of the `n` peasants listed in `w.mourners[r]`, by the first of whose places `w.chosen[r]` is filled anew."""
    if n == 0:
        return
    chosen, words, peasants = w.chosen[r], w.words[r], w.mourners[r]
    for k in range(n):
        chosen[k] = peasants[k]
    draw_many(w, r, c, chosen, n, t, CONSCRIPTION, False)
    for k in range(n):
        if chance(w.p[0].army_conscription, words[k]):
            w.stratum[w.community[c].stratum].week_conscripted += 1
            change_side(w, c * COMMUNITY + chosen[k], SOLDIER)


@kernel
def _muster_here(w, t, r, c, deserting, deserters, calling):
    """One community of soldiers' homes: everybody is listed as what he was when the week came to the army, so that he does one thing in it."""
    peasants = _list(w, r, c, PEASANT, w.mourners[r]) if calling else 0
    back = _list(w, r, c, PEASANT | DESERTER_BIT, w.chosen[r]) if deserters else 0
    soldiers = _list(w, r, c, SOLDIER, w.slots[r]) if deserting else 0
    _desert(w, t, r, c, soldiers)
    _come_back(w, t, r, c, back)
    _call_up(w, t, r, c, peasants)


@kernel
def muster_in(w, t, r):
    """Desertion, return and conscription in the homes of soldiers of one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** DESERTION, RETURN_TO_RANKS, CONSCRIPTION by person, TRAITS of who changes sides.
    **Update** synchronous. **Cost** communities of homes; nothing where nobody deserts, has deserted or is called up.
    """
    p = w.p[0]
    deserting = p.army_desertion > 0.0
    calling = p.on_conscription != 0 and p.army_conscription > 0.0
    place = w.province[r]
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        stratum = w.stratum[s]
        deserters = stratum.total_deserted > stratum.total_returned
        if stratum.kind != HOMES or not (deserting or calling or deserters):
            continue
        for c in range(stratum.first, stratum.first + stratum.communities):
            _muster_here(w, t, r, c, deserting, deserters, calling)


@kernel
def muster(w, t):
    """Soldiers desert, deserters return, peasants are called up.

    **Writes** see EFFECTS. **Draws** DESERTION, RETURN_TO_RANKS, CONSCRIPTION by person, TRAITS of who changes sides. **Update** synchronous. **Cost**
    communities of homes.
    """
    for r in range(len(w.province)):
        muster_in(w, t, r)
