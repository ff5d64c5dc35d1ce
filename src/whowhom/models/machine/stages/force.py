"""Burning villages, combat and open arrests, province by province."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.burning import burn_in
from whowhom.mechanisms.combat import fight_in
from whowhom.mechanisms.open_arrest import arrest_open_in


@entry
def use_force(w, t, first, end):
    """Burning villages, combat and open arrests in the provinces from `first` to before `end`.

    **Writes** persons, communities, strata and garrisons of these provinces. **Draws** BURN, BURN_HOUSE, BURN_PERSON, COMBAT_ARMED, CAPTURE,
    COMBAT_BYSTANDER, OPEN_ARREST. **Update** by province. **Cost** communities with voice or arms.
    """
    for r in range(first, end):
        burn_in(w, t, r)
        fight_in(w, t, r)
        arrest_open_in(w, t, r)
