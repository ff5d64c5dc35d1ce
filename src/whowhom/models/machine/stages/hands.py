"""Between the events and the pass over communities: provinces change hands."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.change_of_hands import change_hands


@entry
def hand_over(w, t):
    """Changes of hands; the whole country at once, since garrisons serve where they do not live.

    **Writes** persons, communities, strata, garrisons, provinces, nation.taken. **Draws** nothing. **Update** sequential. **Cost** nothing in almost every week.
    """
    change_hands(w, t)
