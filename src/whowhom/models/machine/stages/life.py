"""The one pass over all communities: feelings, decisions and counts of each, one after the other while it is near.

In `tick.py` every mechanism visits all communities before the next one begins. None of these reads what another writes in a different community, so a community can
live its whole week at once; it is then read from memory once a week and not five times.
"""

from __future__ import annotations

from whowhom.engine.kernel import entry, kernel
from whowhom.engine.population import COMMUNITY
from whowhom.engine.prefetch import fetch
from whowhom.mechanisms.counts import add_feelings, close_community, keep_sums, no_sums
from whowhom.mechanisms.decision import decide_community, mourn_in
from whowhom.mechanisms.emotion import calm_saturation, sway_community, sway_garrisons, terms_of
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.support import add_support, as_in_a_new_stratum, keep_support, no_support

NEAR = 128
"""Communities whose rows (seven kilobytes) stay in the first-level cache while grief and then everything else visits them."""
AHEAD = 6
"""Communities: as far ahead as memory is slower than a community's week."""


@kernel
def _look_ahead(w, c):
    """Ask memory for the persons of a community that was lively last week, and for the griefs of one that mourns."""
    if c >= len(w.community):
        return
    if w.community[c].grieving != 0:
        fetch(w.record, c * COMMUNITY)
    if w.lively[c] != 0:
        fetch(w.margin, c * COMMUNITY)
        fetch(w.margin, c * COMMUNITY + COMMUNITY // 2)
        fetch(w.state, c * COMMUNITY)
        fetch(w.role, c * COMMUNITY)
        fetch(w.marks, c * COMMUNITY)


@kernel
def _live_near(w, t, r, stratum, first, end, calm, sums, support):
    """A few communities of one stratum, which fit into the nearest memory together; returns the sums with them."""
    place, terms = w.province[r], terms_of(w, stratum)
    p = row_at(w, place)
    mourn_in(w, t, r, first, end)
    for c in range(first, end):
        _look_ahead(w, c + AHEAD)
        sway_community(w, p, place, c, calm, terms)
        decide_community(w, t, r, c)
        sums = add_feelings(w, c, stratum.weight, sums)
        support = add_support(w, c, stratum, support)
        close_community(w, c)
    return sums, support


@kernel
def _live_in(w, t, r):
    """One province."""
    sway_garrisons(w, r)
    place = w.province[r]
    calm = calm_saturation(w, r)
    sums, support = no_sums(), no_support()
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        stratum = w.stratum[s]
        support = as_in_a_new_stratum(support)
        end = stratum.first + stratum.communities
        for first in range(stratum.first, end, NEAR):
            sums, support = _live_near(w, t, r, stratum, first, min(end, first + NEAR), calm, sums, support)
    keep_sums(w, r, sums)
    keep_support(w, r, support)


@entry
def live(w, t, first, end):
    """Fear, anger, shift, grief, decisions, counts and support in the provinces from `first` to before `end`.

    **Writes** persons, communities, strata, garrisons and sums of these provinces. **Draws** GRIEF, TRAITS, ARMING, LAY_DOWN. **Update** synchronous.
    **Cost** communities, and the persons of those that cannot be skipped.
    """
    for r in range(first, end):
        _live_in(w, t, r)
