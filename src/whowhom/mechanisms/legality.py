"""Legality against secret inquisition, and release by petition (E45, E46): who is acquitted before anything else, and names under duress.

At full legality nobody is sentenced who has never dissented, and duress yields no names; at none the core holds (MODEL M31). Kin may have anybody released
(MODEL S14c), captives too.
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel
from whowhom.engine.population import EVER_ARMED, EVER_VOICE
from whowhom.engine.streams import chance


@kernel
def legality(p):
    """Level of legality in [0, 1], 0 if it is off."""
    return p.legality_level if p.on_legality else 0.0


@kernel
def is_acquitted(p, marks, word):
    """Whether a person with these marks is let go at the end of custody, before any conviction, by the fourth word of the sentence; `p` is the row of the place."""
    level = legality(p) if marks & (EVER_VOICE | EVER_ARMED) == 0 else 0.0
    return chance(level + (1.0 - level) * p.petitions_release, word)
