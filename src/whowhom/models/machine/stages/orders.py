"""The first stage of a week: the centre, food, the apparatus, and what garrisons see."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.abroad import look_abroad
from whowhom.mechanisms.apparatus import staff
from whowhom.mechanisms.centre import believe
from whowhom.mechanisms.concession import concede
from whowhom.mechanisms.danger import look
from whowhom.mechanisms.flows import open_week
from whowhom.mechanisms.food import feed
from whowhom.mechanisms.fronts import move_fronts
from whowhom.mechanisms.ladder import climb
from whowhom.mechanisms.negotiation import negotiate
from whowhom.mechanisms.quotas import set_limits
from whowhom.mechanisms.rungs import climb_further
from whowhom.mechanisms.threats import threaten


@entry
def give_orders(w, t):
    """Everything from the opening of the week to the risk of garrisons; the whole country at once.

    **Writes** nation, province, use, pool.visible, pool.risk. **Draws** nothing. **Update** sequential. **Cost** provinces.
    """
    open_week(w, t)
    look_abroad(w, t)
    move_fronts(w, t)
    believe(w, t)
    climb(w, t)
    climb_further(w, t)
    threaten(w, t)
    concede(w, t)
    feed(w, t)
    staff(w, t)
    set_limits(w, t)
    negotiate(w, t)
    look(w, t)
