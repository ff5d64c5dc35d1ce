"""What is demanded of the apparatus, province by province, and what it serves."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.capacity import find_demand, serve
from whowhom.mechanisms.combat import plan_combat


@entry
def demand(w, first, end):
    """Demand in the provinces from `first` to before `end`.

    **Writes** province.demand_open, stratum.inbox_*. **Draws** nothing. **Update** by province. **Cost** communities with voice, inbox.
    """
    for r in range(first, end):
        find_demand(w, r)


@entry
def allot(w):
    """Shares that capacity serves, and the plan of combat; the whole country at once.

    **Writes** province, nation.regime_losses. **Draws** nothing. **Update** synchronous. **Cost** provinces.
    """
    serve(w)
    plan_combat(w)
