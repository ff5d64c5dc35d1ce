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
    equations="E27, E29, E34",
    switch="civil_war (front)",
    writes=(
        "pool.refusing",
        "province.control",
        "province.part",
        "nation.lost",
        "nation.danger",
        "nation.refusing_share",
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
    """Share of the represented soldiers of a province (-1: of all) whose garrison refuses."""
    soldiers = refusing = 0.0
    for g in range(len(w.pool)):
        x = w.pool[g]
        if r < 0 or x.place == r:
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
                + p.danger_front * n.war
            )
        )
    )


@kernel
def hold_country(w, t):
    """Refusal of garrisons, control of provinces, danger, from this week's counts.

    **Writes** pool.refusing, province.control, province.part, nation.lost, danger, refusing_share. **Draws** nothing. **Cost** provinces x pools.
    """
    p = w.p[0]
    _refuse(w)
    for r in range(len(w.province)):
        x = w.province[r]
        loyal = x.troops * (1.0 - _refusing_share(w, r)) + _loyal_garrison(w, r)
        limit = p.control_ratio * (loyal + x.officers)
        was = x.control
        if was:
            if x.armed > limit and x.armed_simulated >= LEAST_ARMED:
                x.control = 0
        elif x.armed < 0.5 * limit or x.armed <= 0.0:
            x.control = 1
        if x.control != was:
            calm = 1.0 - (x.rural_both / x.rural_free if x.rural_free > 0.0 else 0.0)
            x.part = calm * (1.0 if x.control else 0.0)
    w.nation[0].refusing_share = _refusing_share(w, -1)
    perceive_danger(w)
