"""Negotiation (E56), an alternative to the ladder: where there are persons in arms or a garrison that refuses, most fire is silent and people are eased.

The mediation that Berkman and Goldman offered in March 1921 and that was not answered (MODEL S6a, C7). What the talks are about and who breaks them is not modelled. Ours.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel

EFFECTS = Effects(name="negotiation", equations="E56", switch="negotiation", writes=("province.talks",))


@kernel
def negotiate(w, t):
    """Where the regime negotiates this week: where somebody is in arms, or a garrison refuses.

    **Writes** province.talks. **Draws** nothing. **Update** synchronous. **Cost** provinces and garrisons.
    """
    on = w.p[0].on_negotiation != 0
    for r in range(len(w.province)):
        place = w.province[r]
        place.talks = 1 if on and not place.foreign and place.armed > 0.0 else 0
    if on:
        for g in range(len(w.pool)):
            place = w.province[w.pool[g].place]
            if w.pool[g].refusing > 0 and not place.foreign:
                place.talks = 1


@kernel
def fire_left(p, place):
    """Share of fire that is not silent in a province, on both sides."""
    return 1.0 - p.negotiation_truce if place.talks else 1.0


@kernel
def ease(p, place):
    """Private opposition that talks take away in a week."""
    return p.negotiation_comfort if place.talks else 0.0
