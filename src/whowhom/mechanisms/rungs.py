"""Further rungs of the ladder (E20 for E40, E49, E50): family hostages, village destruction, area weapons.

They move as the four of `ladder.py` do, whether or not their switch is on; the switch masks their use. Announcing an area weapon and using it are two
switches of one rung, since the order of June 1921 is documented and its use was small (MODEL F4).
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.ladder import step
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(
    name="further rungs of the ladder",
    equations="E20, E40, E49, E50",
    switch="hostages_kin, village_destruction, area_weapon_used",
    writes=(
        "province.hostage_ordered",
        "province.village_ordered",
        "province.area_ordered",
        "province.hostage_use",
        "province.village_use",
        "province.area_used",
    ),
)


@kernel
def begin_further_at_base(w, r):
    """What is ordered of the further rungs in a province at its base. **Writes** province.hostage_ordered, village_ordered, area_ordered. **Draws** nothing."""
    x = w.province[r]
    p = row_at(w, x)
    x.hostage_ordered, x.village_ordered, x.area_ordered = p.hostages_base, p.villages_base, p.area_base


@kernel
def mask_further(w, r):
    """Use of the further rungs in a province after the switches. **Writes** province.hostage_use, village_use, area_used. **Draws** nothing."""
    x = w.province[r]
    p = row_at(w, x)
    x.hostage_use = x.hostage_ordered if p.on_hostages_kin else 0.0
    x.village_use = x.village_ordered if p.on_village_destruction else 0.0
    x.area_used = x.area_ordered if p.on_area_weapon_used else 0.0


@kernel
def climb_further(w, t):
    """Move the further rungs of every province towards what the threat asks for.

    **Writes** province.hostage_ordered, village_ordered, area_ordered, hostage_use, village_use, area_used. **Draws** nothing. **Update** synchronous.
    **Cost** provinces.
    """
    for r in range(len(w.province)):
        x = w.province[r]
        p = row_at(w, x)
        up, down = p.centre_escalation, p.centre_relaxation
        x.hostage_ordered = step(
            x.hostage_ordered, x.threat, p.hostages_threshold, p.hostages_base, p.hostages_ceiling, up, down
        )
        x.village_ordered = step(
            x.village_ordered, x.threat, p.villages_threshold, p.villages_base, p.villages_ceiling, up, down
        )
        x.area_ordered = step(x.area_ordered, x.threat, p.area_threshold, p.area_base, p.area_ceiling, up, down)
        mask_further(w, r)
