"""Limits of arrests (E43): set for every province, fulfilled from idle capacity, and raised when they have been fulfilled.

A limit that is always fulfilled grows by the factor 1 + growth * approval a week, up to the cap (the limits of order 00447 grew .025 a week, MODEL M10). While the switch
is off there is none, and the next one begins anew. What is fulfilled stands in `capacity`, the arrests in `quota_cases`.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(name="limits of arrests", equations="E43", switch="quotas", writes=("province.quota",))


@kernel
def set_limits(w, t):
    """The limit of this week in every province, from that of last week and whether it was fulfilled.

    **Writes** province.quota. **Draws** nothing. **Update** synchronous. **Cost** provinces.
    """
    for r in range(len(w.province)):
        place = w.province[r]
        p = row_at(w, place)
        if not p.on_quotas:
            place.quota = 0.0
        elif place.quota == 0.0:
            place.quota = p.quotas_start * place.persons
        elif place.quota_fulfilled:
            grown = place.quota * (1.0 + p.quotas_growth * p.quotas_approval)
            place.quota = min(p.quotas_cap * place.persons, grown)


@kernel
def fulfil(place, left):
    """Cases that the capacity left over gives to the limit of a province, and whether they fulfil it.

    **Writes** province.quota_cases, quota_fulfilled. **Draws** nothing.
    """
    place.quota_cases = min(place.quota, left)
    place.quota_fulfilled = 1 if place.quota > 0.0 and place.quota_cases >= place.quota else 0
