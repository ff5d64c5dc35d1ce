"""Petitions of kin (E46): the more arrests there are for each cadre, the more of them hear of it, and the more of them doubt.

The women's voices on the telephone of the Hotel Astoria (MODEL S14c). Cadres of a province answer for all of it; what they hear of is last week's. Release by petition
stands in `legality`. Ours.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import CADRE_KIND
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(name="petitions of kin", equations="E46", switch="", writes=("province.arrested",))


@kernel
def note_arrests(w, t):
    """Arrests of this week by province, which kin will petition about in the next.

    **Writes** province.arrested. **Draws** nothing. **Update** sums over strata in storage order. **Cost** strata.
    """
    for r in range(len(w.province)):
        place = w.province[r]
        place.arrested = 0.0
        for s in range(place.first_stratum, place.first_stratum + place.strata):
            x = w.stratum[s]
            arrests = x.week_arrests_open + x.week_arrests_named + x.week_arrests_self
            arrests += x.week_arrests_informer + x.week_arrests_quota + x.week_arrests_captive
            place.arrested += x.weight * arrests


@kernel
def _petitions(w, r):
    """How much of what they could hear the cadres of a province hear, in [0, 1]."""
    place = w.province[r]
    cadres = 0.0
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        if w.stratum[s].kind == CADRE_KIND:
            cadres += w.stratum[s].weight * w.stratum[s].adults
    return min(1.0, place.arrested / max(1.0, cadres) / w.p[0].petitions_scale)


@kernel
def doubt_of(w, stratum):
    """Private opposition that the people of a stratum gain in a week by petitions: cadres only."""
    doubt = row_at(w, w.province[stratum.province]).petitions_doubt
    if doubt <= 0.0 or stratum.kind != CADRE_KIND:
        return 0.0
    return doubt * _petitions(w, stratum.province)
