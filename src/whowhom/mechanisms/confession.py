"""How custody is pressed and what it yields (part of E11): duress, the chance of a confession, the mean number of names.

Read by custody, which draws them, and by the denunciation number, which needs them before anything is drawn.
"""

from __future__ import annotations

import math

from whowhom.engine.kernel import kernel
from whowhom.mechanisms.legality import legality


@kernel
def duress(w):
    """Intensity of duress in custody, 0 if that instrument is off."""
    p = w.p[0]
    return p.repression_torture if p.on_torture else 0.0


@kernel
def p_confession(w):
    """Probability of a confession."""
    p = w.p[0]
    return 1.0 - (1.0 - p.names_confession_base) * math.exp(-duress(w) / p.names_confession_scale)


@kernel
def mean_names(w):
    """Mean number of names in a confession; legality (E45) takes those of duress away."""
    p = w.p[0]
    return p.names_base + p.names_per_torture * duress(w) * (1.0 - legality(p))
