"""Who holds what (E27, E29, first part of E34): garrisons that refuse, provinces lost, the danger that insiders perceive.

A garrison refuses when more than half of its free soldiers dissent. A province is lost when the armed outnumber
loyal soldiers and officers there, garrison included (Ours); ten simulated persons at least, since one weighted person is no army.
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel

LEAST_ARMED = 10
EFFECTS = Effects(
    name="refusal, control and danger",
    equations="E27, E29, E34, E55",
    switch="fronts",
    writes=(
        "pool.refusing",
        "province.control",
        "province.part",
        "nation.lost",
        "nation.danger",
        "nation.refusing_share",
        "province.rival",
        "province.line",
        "nation.rival_troops",
        "nation.rival_territory",
    ),
)


@kernel
def _refuse(w):
    for g in range(len(w.pool)):
        x = w.pool[g]
        y = w.stratum[x.stratum]
        dissenting = y.soldier_voice + y.soldier_armed
        if y.soldiers > 0 and dissenting / y.soldiers > 0.5:
            x.refusing += 1
        else:
            x.refusing = 0


@kernel
def _loyal_garrison(w, r):
    """Represented soldiers of a province whose garrison does not refuse."""
    loyal = 0.0
    for g in range(len(w.pool)):
        x = w.pool[g]
        if x.place == r and x.refusing == 0:
            loyal += x.represented
    return loyal


@kernel
def _refusing_share(w, r):
    """Share of the represented soldiers of a province (-1: of all that the rival does not hold) whose garrison refuses."""
    soldiers = refusing = 0.0
    for g in range(len(w.pool)):
        x = w.pool[g]
        if x.place == r or (r < 0 and not w.province[x.place].foreign):
            soldiers += x.represented
            if x.refusing > 0:
                refusing += x.represented
    return refusing / soldiers if soldiers > 0.0 else 0.0


@kernel
def perceive_danger(w):
    """Perceived probability that the regime falls, S (E29)."""
    p = w.p[0]
    n = w.nation[0]
    held = 0.0
    for r in range(len(w.province)):
        if w.province[r].control:
            held += w.province[r].persons
    n.lost = 1.0 - held / n.persons
    n.danger = 1.0 / (
        1.0
        + math.exp(
            -(
                p.danger_base
                + p.danger_lost * n.lost
                + p.danger_armed * n.armed / max(n.troops, 1.0)
                + p.danger_front * (n.strength if p.on_fronts and not n.taken else n.war)
            )
        )
    )


@kernel
def _controlled(w, r):
    """Whether a province is under control: 1 until the armed outnumber those who hold it, and again when they are less than half as many."""
    x = w.province[r]
    loyal = x.troops * (1.0 - _refusing_share(w, r)) + _loyal_garrison(w, r)
    limit = w.p[0].control_ratio * (loyal + x.officers)
    if x.control:
        return 0 if x.armed > limit and x.armed_simulated >= LEAST_ARMED else 1
    return 1 if x.armed < 0.5 * limit or x.armed <= 0.0 else 0


@kernel
def _resist(w, x):
    """In a province that the rival holds: whether the armed there drive him out (E55). It is not under control in any case."""
    limit = w.p[0].control_ratio * (x.rival + x.officers)
    if x.armed > limit and x.armed_simulated >= LEAST_ARMED:
        x.rival = x.line = 0.0
    return 0


@kernel
def _measure_rival(w):
    """Men of the rival and the share of inhabitants in provinces that he holds."""
    n = w.nation[0]
    men = held = 0.0
    for r in range(len(w.province)):
        men += w.province[r].rival
        if w.province[r].holder:
            held += w.province[r].persons
    n.rival_troops = men
    n.rival_territory = held / n.persons


@kernel
def hold_country(w, t):
    """Refusal of garrisons, control of provinces, danger, from this week's counts.

    **Writes** pool.refusing, province.control, province.part, nation.lost, danger, refusing_share. **Draws** nothing. **Cost** provinces x pools.
    """
    _refuse(w)
    for r in range(len(w.province)):
        x = w.province[r]
        was = x.control
        x.control = _resist(w, x) if x.foreign else _controlled(w, r)
        if x.control != was:
            calm = 1.0 - (x.rural_both / x.rural_free if x.rural_free > 0.0 else 0.0)
            x.part = calm * (1.0 if x.control else 0.0)
    w.nation[0].refusing_share = _refusing_share(w, -1)
    _measure_rival(w)
    perceive_danger(w)
