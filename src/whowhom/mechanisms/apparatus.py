"""The apparatus (E17, E18): its growth and slow shrinkage, and how well it knows whom it takes.

Asymmetric partial adjustment (displacement or ratchet: Peacock and Wiseman; Higgs): exponential growth upward, slow decay downward; anchors .108 and
.0067 a week (MODEL M9). Quality rises with officers per inhabitant and with support among the people (private).
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import entry, kernel
from whowhom.engine.streams import normal_share

SEED_PER_PERSON = 1e-6
EFFECTS = Effects(
    name="apparatus and its quality",
    equations="E17, E18",
    switch="arrests (capacity)",
    writes=(
        "province.officers",
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
def _support(w, place):
    """Expected share of free civilians whose private opposition is at most one half, from role means and shifts."""
    p = w.p[0]
    total = 0.0
    adults = 0.0
    for c in range(place.first, place.first + place.communities):
        community = w.community[c]
        stratum = w.stratum[community.stratum]
        z = (stratum.opposition + float(community.shift) - 0.5) / p.decision_opposition_sd
        total += stratum.weight * community.free * (1.0 - normal_share(z))
        adults += stratum.weight * community.free
    return total / adults if adults > 0.0 else 0.0


@entry
def hidden_opposition(w):
    """Expected share of free civilians whose private opposition is above one half: the analyst's number, read by nobody in the model."""
    p = w.p[0]
    total = 0.0
    adults = 0.0
    for c in range(len(w.community)):
        community = w.community[c]
        stratum = w.stratum[community.stratum]
        z = (stratum.opposition + float(community.shift) - 0.5) / p.decision_opposition_sd
        total += stratum.weight * community.free * normal_share(z)
        adults += stratum.weight * community.free
    return total / adults if adults > 0.0 else 0.0


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

    **Writes** province.officers, support, intelligence, quality, capacity, troops, enforcers. **Draws** nothing. **Update** synchronous.
    **Cost** communities (support).
    """
    p = w.p[0]
    n = w.nation[0]
    for r in range(len(w.province)):
        place = w.province[r]
        place.officers = _officers(w, place, t)
        place.support = _support(w, place)
        informed = place.officers / place.persons
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
