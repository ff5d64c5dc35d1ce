"""How many support the regime in their hearts (for E18): expected, from role means and shifts of private opposition, not counted.

Support is the share of free civilians whose private opposition is at most one half; the rest is hidden opposition, the analyst's number. Persons who never act
cannot leak through it. Ours.
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.streams import normal_share

EFFECTS = Effects(
    name="support",
    equations="E18",
    switch="",
    writes=(
        "province.sum_free",
        "province.sum_support",
        "province.sum_hidden",
        "province.support_sd",
    ),
    reads_private=True,
)


@kernel
def no_support():
    """Sums of nothing: free civilians, supporters, hidden opponents; then the last two different shifts (none) with their shares."""
    return 0.0, 0.0, 0.0, math.nan, 0.0, math.nan, 0.0


@kernel
def as_in_a_new_stratum(sums):
    """The sums without memory of shifts, whose shares are others in another stratum."""
    return sums[0], sums[1], sums[2], math.nan, 0.0, math.nan, 0.0


@kernel
def add_support(w, c, stratum, sums):
    """The sums of a province with one more community.

    Neighbours mostly feel alike, so the shares of the last two different shifts are kept, and others found anew.
    """
    y = w.community[c]
    shift = float(y.shift)
    last, share, other, other_share = sums[3], sums[4], sums[5], sums[6]
    if last != shift:
        last, share, other, other_share = other, other_share, last, share
        if last != shift:
            last = shift
            share = normal_share((stratum.opposition + shift - 0.5) / w.p[0].decision_opposition_sd)
    people = stratum.weight * y.free
    hidden = people * share
    return sums[0] + people, sums[1] + people * (1.0 - share), sums[2] + hidden, last, share, other, other_share


@kernel
def keep_support(w, r, sums):
    """Write the sums of a province into its row, and the spread of opposition for which they are right."""
    x = w.province[r]
    x.sum_free, x.sum_support, x.sum_hidden = sums[0], sums[1], sums[2]
    x.support_sd = w.p[0].decision_opposition_sd


@kernel
def gauge_province(w, r):
    """Gauge a whole province."""
    x = w.province[r]
    sums = no_support()
    for s in range(x.first_stratum, x.first_stratum + x.strata):
        stratum = w.stratum[s]
        sums = as_in_a_new_stratum(sums)
        for c in range(stratum.first, stratum.first + stratum.communities):
            sums = add_support(w, c, stratum, sums)
    keep_support(w, r, sums)


@kernel
def support_of(w, r):
    """Expected share of supporters of its holder among a province's free civilians, as gauged last week, or now if the spread of opposition has changed."""
    if w.province[r].support_sd != w.p[0].decision_opposition_sd:
        gauge_province(w, r)
    place = w.province[r]
    return place.sum_support / place.sum_free if place.sum_free > 0.0 else 0.0


@kernel
def gauge(w, t):
    """Gauge support everywhere at the end of week `t` (-1: at the start).

    **Writes** see EFFECTS. **Draws** nothing. **Update** sums over communities of a province in storage order. **Cost** communities.
    """
    for r in range(len(w.province)):
        gauge_province(w, r)
