"""Tolerance of insiders' open voice (E51): what the party lets its own people say, and the ban on factions that ends it.

The ban of the Tenth Congress (March 1921) made tolerance 0 by a switch; before it open factions were a habit of the party (MODEL M13).
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel
from whowhom.engine.population import PARTY_KIND


@kernel
def insiders_risk(p, kind, risk):
    """The chance of arrest in a community of this kind where others run the chance `risk`."""
    if kind < PARTY_KIND or p.on_faction_ban:
        return risk
    return risk * (1.0 - p.party_tolerance)
