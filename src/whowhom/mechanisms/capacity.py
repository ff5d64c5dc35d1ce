"""Limited capacity, fairly rationed (E13): what is demanded of the apparatus, and the share of each class that it serves.

Classes are served in the order open, named, on reports, self-generated, to fulfil a limit; inside a class every case has the same chance. Rationing never depends on where a person
is stored: a prototype that served in order of storage manufactured the thesis that the machine turns on its makers (MODEL 0.9).
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ROLE_BITS, SOLDIER, VOICE, VOICE_HERE
from whowhom.mechanisms.batch import next_busy
from whowhom.mechanisms.danger import community_risk
from whowhom.mechanisms.informers import reports_of
from whowhom.mechanisms.quotas import fulfil
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(
    name="capacity",
    equations="E9, E13, E14, E40, E42, E43",
    switch="arrests, autonomy",
    writes=(
        "province.accept_open",
        "province.accept_open_last",
        "province.accept_named",
        "province.accept_hostage",
        "province.informer_cases",
        "province.self_cases",
        "province.quota_cases",
        "province.quota_fulfilled",
        "province.load",
        "province.queue",
        "province.demand_open",
        "province.demand_named",
        "stratum.inbox_civilians",
        "stratum.inbox_soldiers",
    ),
)


@kernel
def _count_named(w, r):
    """Whole numbers of inbox entries that aim at somebody free, by stratum of the target."""
    place = w.province[r]
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        w.stratum[s].inbox_civilians = 0
        w.stratum[s].inbox_soldiers = 0
    for k in range(place.inbox_first, place.inbox_first + place.inbox):
        i = w.inbox[k].target
        if w.state[i] <= VOICE:
            stratum = w.stratum[w.community[i >> 6].stratum]
            if w.role[i] & ROLE_BITS == SOLDIER:
                stratum.inbox_soldiers += 1
            else:
                stratum.inbox_civilians += 1


@kernel
def find_demand(w, r):
    """Open arrests wanted among the civilians of a province, and its named cases waiting.

    **Writes** province.demand_open, stratum.inbox_civilians, stratum.inbox_soldiers. **Draws** nothing. **Update** communities in storage order.
    **Cost** communities with voice, and inbox.
    """
    place = w.province[r]
    place.demand_open = 0.0
    end = place.first + place.communities
    c = next_busy(w, place.first, end, VOICE_HERE)
    while c < end:
        community = w.community[c]
        if community.voice > 0:
            weight = w.stratum[community.stratum].weight
            place.demand_open += weight * community.voice * community_risk(w, c, place) * place.arrest_use
        c = next_busy(w, c + 1, end, VOICE_HERE)
    _count_named(w, r)


@kernel
def _by_place(w):
    """Add what garrisons demand, and bring named cases to the place of their targets."""
    for r in range(len(w.province)):
        w.province[r].demand_named = 0.0
    for g in range(len(w.pool)):
        garrison = w.pool[g]
        stratum = w.stratum[garrison.stratum]
        place = w.province[garrison.place]
        place.demand_open += stratum.weight * stratum.soldier_voice * garrison.risk * place.arrest_use
    for s in range(len(w.stratum)):
        stratum = w.stratum[s]
        w.province[stratum.province].demand_named += stratum.weight * stratum.inbox_civilians
        if stratum.pool >= 0:
            w.province[w.pool[stratum.pool].place].demand_named += stratum.weight * stratum.inbox_soldiers


@kernel
def _accept_hostages(w, place, left):
    """Share of the hostages sought for the armed of a province that what is left of capacity serves (E40)."""
    demand = 0.0
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        x = w.stratum[s]
        demand += x.weight * (x.armed + x.soldier_armed) * place.hostage_use * w.p[0].hostages_rate
    return 1.0 if demand <= 0.0 else min(1.0, left / demand)


@kernel
def serve(w):
    """Share of each class that every province's capacity serves; load and queue. Asks for `find_demand` of all provinces.

    **Writes** province.accept_*, informer_cases, self_cases, quota_cases, quota_fulfilled, load, queue, demand_*. **Draws** nothing. **Cost** provinces, garrisons, strata.
    """
    _by_place(w)
    for r in range(len(w.province)):
        place = w.province[r]
        p = row_at(w, place)
        capacity = place.capacity
        place.accept_open_last = place.accept_open
        place.accept_open = 1.0
        if place.demand_open > 0.0:
            place.accept_open = min(1.0, capacity / place.demand_open)
        left = max(0.0, capacity - place.demand_open * place.accept_open)
        place.accept_named = 1.0
        if place.demand_named > 0.0:
            place.accept_named = min(1.0, left / place.demand_named)
        left = max(0.0, left - place.demand_named * place.accept_named)
        reports = reports_of(p, place)
        accept_reports = 1.0 if reports <= 0.0 else min(1.0, left / reports)
        place.informer_cases = reports * accept_reports
        left = max(0.0, left - place.informer_cases)
        place.self_cases = p.apparatus_case_hunger * left if p.on_autonomy else 0.0
        fulfil(place, max(0.0, left - place.self_cases))
        used = capacity - left + place.self_cases + place.quota_cases
        place.load = 0.0 if capacity <= 0.0 else used / capacity
        place.accept_hostage = _accept_hostages(w, place, max(0.0, left - place.self_cases - place.quota_cases))
        place.queue = place.demand_open * (1.0 - place.accept_open) + place.demand_named * (1.0 - place.accept_named)
        place.queue += reports * (1.0 - accept_reports)


@kernel
def ration_capacity(w, t):
    """Demand and acceptance share of every class in every province; load and queue.

    **Writes** see EFFECTS. **Draws** nothing (acceptance is drawn case by case, keyed by person or accuser). **Update** synchronous.
    **Cost** communities with voice, and inbox.
    """
    for r in range(len(w.province)):
        find_demand(w, r)
    serve(w)
