"""The blind centre (E19): belief about hidden opposition, and the threat it perceives.

The ruler sees reports of open voice and of arms, late and too low, and knows that fear makes silence uninformative: the more fear,
the more weight on prior suspicion (Wintrobe's dictator's dilemma in a Bayesian form, Ours). It never sees private opposition.
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.abroad import pressure
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(
    name="belief and threat of the centre",
    equations="E19",
    switch="",
    writes=("province.belief", "province.threat", "nation.threat"),
)

REPORTS = ("voice_history", "armed_history", "density_history", "province.fear")
"""Everything the centre reads of the world (test T10 holds it to this)."""


@kernel
def _external(w, place):
    """Pressure from outside as the holder of a province perceives it: for the rival it is the army that stands against him there (E55)."""
    if not place.foreign:
        return pressure(w)
    both = place.facing + place.rival
    return place.facing / both if both > 0.0 else 0.0


@kernel
def believe(w, t):
    """Update belief and threat in every province, and the threat of the nation.

    **Writes** province.belief, province.threat, nation.threat. **Draws** nothing. **Update** synchronous. **Cost** provinces.
    """
    n = w.nation[0]
    total = persons = 0.0
    for r in range(len(w.province)):
        place = w.province[r]
        p = row_at(w, place)
        row = max(0, t - int(p.centre_lag)) % 8
        seen = 1.0 - p.centre_under_report
        external = _external(w, place)
        voiced = seen * (w.voice_history[row, r] + w.armed_history[row, r])
        armed = seen * w.density_history[row, r]
        precision = math.exp(-p.centre_information_loss * place.fear)
        place.belief = (precision * voiced + p.centre_prior_weight * p.centre_prior_suspicion) / (
            precision + p.centre_prior_weight
        )
        target = (
            p.centre_weight_report * place.belief + p.centre_weight_armed * armed + p.centre_weight_external * external
        )
        place.threat = place.threat + p.centre_smoothing * (target - place.threat)
        if not place.foreign:
            total += place.persons * place.threat
            persons += place.persons
    n.threat = total / persons if persons > 0.0 else 0.0
