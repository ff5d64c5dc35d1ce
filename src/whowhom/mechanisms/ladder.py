"""The ladder of instruments (E20): each is taken up as the threat passes its threshold, fast up and slowly down.

Hill function of exponent 2 between a base use and a ceiling. Instruments follow the threat whether or not their switch is on; the switch masks
their use, so that an instrument that is switched off hands its cases to the next lighter one at the intensity it would have had.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(
    name="ladder of instruments",
    equations="E20, E36",
    switch="arrests, exile, camps, executions",
    writes=("use", "province.arrest_use", "province.exile_use", "province.camp_use", "province.execution_use"),
)


@kernel
def step(use, threat, threshold, base, ceiling, up, down):
    """Next use of an instrument with this threshold, base and ceiling; `up` and `down` are speeds."""
    s = threat * threat / (threat * threat + threshold * threshold)
    goal = base + (ceiling - base) * s
    if goal > use:
        return use + up * (goal - use)
    return use + down * (goal - use)


@kernel
def begin_at_base(w, r):
    """What is ordered of every instrument in a province at its base. **Writes** use. **Draws** nothing."""
    p = row_at(w, w.province[r])
    w.use[r, 0] = p.centre_base_arrest
    w.use[r, 1] = p.centre_base_exile
    w.use[r, 2] = p.centre_base_camp
    w.use[r, 3] = p.centre_base_execution


@kernel
def mask(w, r):
    """Use of the instruments in a province after the switches. **Writes** province.arrest_use, exile_use, camp_use, execution_use. **Draws** nothing."""
    place = w.province[r]
    p = row_at(w, place)
    place.arrest_use = w.use[r, 0] if p.on_arrests else 0.0
    place.exile_use = w.use[r, 1] if p.on_exile else 0.0
    place.camp_use = w.use[r, 2] if p.on_camps else 0.0
    place.execution_use = min(1.0, w.use[r, 3] * p.orders_obedience) if p.on_executions else 0.0  # E36


@kernel
def climb(w, t):
    """Move every instrument of every province towards what the threat asks for.

    **Writes** use, province.arrest_use, exile_use, camp_use, execution_use. **Draws** nothing. **Update** synchronous. **Cost** provinces.
    """
    for r in range(len(w.province)):
        place = w.province[r]
        p = row_at(w, place)
        up, down = p.centre_escalation, p.centre_relaxation
        threat = place.threat
        w.use[r, 0] = step(
            w.use[r, 0], threat, p.centre_threshold_arrest, p.centre_base_arrest, p.centre_ceiling_arrest, up, down
        )
        w.use[r, 1] = step(
            w.use[r, 1], threat, p.centre_threshold_exile, p.centre_base_exile, p.centre_ceiling_exile, up, down
        )
        w.use[r, 2] = step(
            w.use[r, 2], threat, p.centre_threshold_camp, p.centre_base_camp, p.centre_ceiling_camp, up, down
        )
        w.use[r, 3] = step(
            w.use[r, 3],
            threat,
            p.centre_threshold_execution,
            p.centre_base_execution,
            p.centre_ceiling_execution,
            up,
            down,
        )
        mask(w, r)
