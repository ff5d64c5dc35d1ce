"""The apparatus (E17, E18): its growth and slow shrinkage, and how well it knows whom it takes.

Asymmetric partial adjustment (displacement or ratchet: Peacock and Wiseman; Higgs): exponential growth upward, slow decay downward; anchors .108 and
.0067 a week (MODEL M9). Quality rises with officers per inhabitant, to whom informers (E42) are added, and with support among the people (private).
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.informers import recruit
from whowhom.mechanisms.support import gauge_province

SEED_PER_PERSON = 1e-6
EFFECTS = Effects(
    name="apparatus and its quality",
    equations="E17, E18",
    switch="arrests (capacity)",
    writes=(
        "province.officers",
        "province.informers",
        "province.informer_aim",
        "province.support",
        "province.intelligence",
        "province.quality",
        "province.capacity",
        "province.troops",
        "province.enforcers",
    ),
    reads_private=True,
)


@kernel
def _support(w, r):
    """Expected share of supporters among a province's free civilians, as gauged last week, or now if the spread of opposition has changed."""
    if w.province[r].support_sd != w.p[0].decision_opposition_sd:
        gauge_province(w, r)
    place = w.province[r]
    return place.sum_support / place.sum_free if place.sum_free > 0.0 else 0.0


@kernel
def _officers(w, place, t):
    """Next number of officers of a province."""
    p = w.p[0]
    if t < p.apparatus_founding_week:
        return 0.0
    if t == p.apparatus_founding_week:
        return SEED_PER_PERSON * place.persons
    goal = p.apparatus_floor * place.persons + p.apparatus_per_threat * place.threat * place.persons
    if p.apparatus_arrests_per_officer > 0.0:
        goal += min(p.apparatus_per_queue * place.queue / p.apparatus_arrests_per_officer, goal)
    goal += p.apparatus_load_growth * place.officers * place.load
    goal = min(goal, p.apparatus_cap * place.persons)
    if goal > place.officers:
        most = p.apparatus_growth_per_week * max(place.officers, SEED_PER_PERSON * place.persons)
        return place.officers + min(goal - place.officers, most)
    return place.officers + p.apparatus_shrink_per_week * (goal - place.officers)


@kernel
def staff(w, t):
    """Officers, intelligence, quality, capacity and presence in every province.

    **Writes** province.officers, informers, informer_aim, support, intelligence, quality, capacity, troops, enforcers. **Draws** nothing. **Update** synchronous.
    **Cost** provinces.
    """
    p = w.p[0]
    n = w.nation[0]
    for r in range(len(w.province)):
        place = w.province[r]
        place.officers = _officers(w, place, t)
        place.support = _support(w, r)
        recruit(p, place)
        informed = (place.officers + p.informers_weight * place.informers) / place.persons
        place.intelligence = informed / (informed + p.quality_half)
        place.quality = p.quality_min + (p.quality_max - p.quality_min) * place.intelligence * math.exp(
            p.quality_support_exponent * math.log(max(place.support, 1e-9))
        )
        place.troops = n.troops * p.army_home_share * place.persons / n.persons
        place.capacity = 0.0
        if p.on_arrests and place.control:
            place.capacity = p.apparatus_arrests_per_officer * place.officers
        place.enforcers = (
            p.apparatus_officer_presence * place.officers + p.apparatus_troop_presence * place.troops
        ) / place.persons
