"""Before the first week: first rations and what the counts of an untouched world add up to."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.chain import reckon
from whowhom.mechanisms.control import perceive_danger
from whowhom.mechanisms.counts import count
from whowhom.mechanisms.food import ration_out
from whowhom.mechanisms.support import gauge


@entry
def first_rations(w):
    """Feed once, for the hardship of the start; the caller puts the stock back.

    **Writes** the food fields of nation. **Draws** nothing. **Update** sequential. **Cost** provinces.
    """
    ration_out(w)


@entry
def first_counts(w):
    """Count everybody before the first week.

    **Writes** what `count`, `gauge`, `perceive_danger` and `reckon` write. **Draws** nothing. **Update** synchronous. **Cost** communities.
    """
    count(w, -1)
    gauge(w, -1)
    perceive_danger(w)
    reckon(w, -1)
