"""How custody is pressed and what it yields (part of E11): duress, the chance of a confession, the mean number of names.

Read by custody, which draws them, and by the denunciation number, which needs them before anything is drawn.
"""

from __future__ import annotations

import math

from whowhom.engine.kernel import kernel
from whowhom.mechanisms.legality import legality


@kernel
def duress(p):
    """Intensity of duress in custody where the row `p` counts, 0 if that instrument is off."""
    return p.repression_torture if p.on_torture else 0.0


@kernel
def p_confession(p):
    """Probability of a confession."""
    return 1.0 - (1.0 - p.names_confession_base) * math.exp(-duress(p) / p.names_confession_scale)


@kernel
def mean_names(p):
    """Mean number of names in a confession; legality (E45) takes those of duress away."""
    return p.names_base + p.names_per_torture * duress(p) * (1.0 - legality(p))
