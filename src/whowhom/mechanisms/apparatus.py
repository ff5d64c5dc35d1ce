"""The apparatus (E17, E18): its growth and slow shrinkage, and how well it knows whom it takes.

Asymmetric partial adjustment (displacement or ratchet: Peacock and Wiseman; Higgs): exponential growth upward, slow decay downward; anchors .108 and
.0067 a week (MODEL M9). Quality rises with officers per inhabitant, to whom informers (E42) are added, and with support among the people (private).
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.informers import recruit
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.support import support_of

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
def troops_of(w, place):
    """Troops at hand in a province: its share of those at home, or the men of the rival where it holds the province."""
    n = w.nation[0]
    if place.foreign:
        return place.rival
    return n.troops * w.p[0].army_home_share * place.persons / n.persons


@kernel
def _officers(p, place, t):
    """Next number of officers of a province, whose holder's row is `p`."""
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
    for r in range(len(w.province)):
        place = w.province[r]
        p = row_at(w, place)
        place.officers = _officers(p, place, t)
        place.support = support_of(w, r)
        recruit(p, place)
        informed = (place.officers + p.informers_weight * place.informers) / place.persons
        place.intelligence = informed / (informed + p.quality_half)
        place.quality = p.quality_min + (p.quality_max - p.quality_min) * place.intelligence * math.exp(
            p.quality_support_exponent * math.log(max(place.support, 1e-9))
        )
        place.troops = troops_of(w, place)
        place.capacity = 0.0
        if p.on_arrests and (place.control or place.foreign):
            place.capacity = p.apparatus_arrests_per_officer * place.officers
        place.enforcers = (
            p.apparatus_officer_presence * place.officers + p.apparatus_troop_presence * place.troops
        ) / place.persons
