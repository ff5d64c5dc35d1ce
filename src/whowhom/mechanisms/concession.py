"""Concession (E21): under threat, and where doctrine allows it, the regime takes less grain. It costs food (E22)."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.sides import row_of_country

EFFECTS = Effects(name="concession", equations="E21", switch="concession", writes=("nation.concession",))


@kernel
def concede(w, t):
    """Move the concession, a share of requisition, towards its goal; never compounded.

    **Writes** nation.concession. **Draws** nothing. **Update** scalar. **Cost** one.
    """
    p = row_of_country(w)
    n = w.nation[0]
    if not p.on_concession:
        n.concession = 0.0
        return
    goal = 0.0
    if n.threat > p.centre_concession_threshold and t >= p.centre_concession_from:
        goal = p.centre_concession_max
    n.concession += p.centre_concession_speed * (goal - n.concession)
