"""Food (E22): requisition, stock, rations and hardship. What a concession costs is here.

Unit: the yearly grain of one person. The army eats first; towns get the rest and what private trade brings. Requisition above a tenth lowers the
next harvest. Stylised; `docs/machine.md` 4.3. Ours after AMENDMENTS 2.6, 2.6b of the design.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel

COLLECTING_WEEKS = 26
MEN = 0.275  # adult men per inhabitant: half of a share of adults of .55

EFFECTS = Effects(
    name="food",
    equations="E22",
    switch="backwardness (harvest path)",
    writes=(
        "nation.harvest",
        "nation.collecting",
        "nation.requisition_sum",
        "nation.requisition_weeks",
        "nation.requisition",
        "nation.stock",
        "nation.collected",
        "nation.army_ration",
        "nation.state_ration",
        "nation.ration",
        "nation.famine_city",
        "nation.famine_rural",
        "nation.hardship_peasant",
        "nation.hardship_city",
        "nation.hardship_soldier",
    ),
)


@kernel
def _reap(w):
    """A new harvest: what was taken above a tenth last year has left fields unsown."""
    p = w.p[0]
    n = w.nation[0]
    mean = 0.1
    if n.requisition_weeks > 0:
        mean = n.requisition_sum / n.requisition_weeks
    response = 1.0 - p.food_sowing_response * max(0.0, mean - 0.1)
    n.harvest = n.harvest_path * max(0.0, response)
    n.collecting = COLLECTING_WEEKS
    n.requisition_sum = 0.0
    n.requisition_weeks = 0


@kernel
def ration_out(w):
    """Collect, feed, and find the hardship of each role; the part of the rule that also gives hardship at the start."""
    p = w.p[0]
    n = w.nation[0]
    rho = n.requisition
    delivering = 0.0
    for r in range(len(w.province)):
        place = w.province[r]
        delivering += place.rural * place.part
    per_week = rho * p.food_harvest_per_person * n.harvest / 26.0 * delivering
    collected = 0.0
    if n.collecting > 0:
        collected = per_week
        n.collecting -= 1
    due = per_week * n.collecting
    need_army = n.troops / 52.0
    need_city = n.urban / 52.0
    horizon = n.weeks_to_harvest + 4.0
    available = n.stock + collected + due
    army = 1.0
    if need_army > 0.0:
        army = min(1.0, available / (need_army * horizon))
    rest = max(0.0, available - army * need_army * horizon)
    city = 1.0
    if need_city > 0.0:
        city = min(1.0, rest / (need_city * horizon))
    eaten = min(n.stock + collected, army * need_army + city * need_city)
    n.stock = n.stock + collected - eaten
    n.collected = collected
    n.army_ration = army
    n.state_ration = city
    n.ration = p.food_city_floor + (1.0 - p.food_city_floor) * city
    n.famine_city = max(0.0, 1.0 - n.ration)
    n.famine_rural = max(0.0, 1.0 - min(1.0, p.food_harvest_per_person * n.harvest * (1.0 - rho) / p.food_rural_need))
    conscription = min(1.0, n.troops / (MEN * n.persons))
    n.hardship_peasant = min(
        1.0,
        p.food_hardship_requisition * rho / max(n.harvest, 0.05) + p.food_hardship_conscription * conscription,
    )
    n.hardship_city = p.food_hardship_city * (1.0 - n.ration)
    n.hardship_soldier = p.food_hardship_army * (1.0 - army)


@kernel
def feed(w, t):
    """One week of food: harvest if it is due, requisition less the concession, rations, hardship.

    **Writes** the food fields of nation. **Draws** nothing. **Update** sequential in the order of the page. **Cost** provinces.
    """
    p = w.p[0]
    n = w.nation[0]
    n.requisition = p.food_requisition_share * (1.0 - n.concession)
    if n.harvest_week:
        _reap(w)
    n.requisition_sum += n.requisition
    n.requisition_weeks += 1
    ration_out(w)
