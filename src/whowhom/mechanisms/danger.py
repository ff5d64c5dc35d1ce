"""What people see around them and what they risk (E2, E3): visible dissent, and the chance of arrest in its midst.

Arrest probability falls as dissent grows around a person: 1 - exp(-k * enforcers / dissenters), as in Epstein (2002), with k = 2.3.
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY

EFFECTS = Effects(
    name="visible dissent and risk",
    equations="E2, E3",
    switch="",
    writes=("community.visible", "community.risk", "pool.visible", "pool.risk"),
)


@kernel
def _share(part, whole):
    return part / whole if whole > 0 else 0.0


@kernel
def _risk(p, enforcers, visible):
    return 1.0 - math.exp(-p.decision_risk_constant * COMMUNITY * enforcers / (COMMUNITY * visible + 1.0))


@kernel
def look(w, t):
    """Visible dissent and risk of arrest of every community and garrison, from the counts of last week.

    **Writes** community.visible, community.risk, pool.visible, pool.risk. **Draws** nothing. **Update** synchronous. **Cost** communities.
    """
    p = w.p[0]
    n = w.nation[0]
    local, nation = p.decision_weight_local, p.decision_weight_nation
    province = 1.0 - local - nation
    for c in range(len(w.community)):
        community = w.community[c]
        place = w.province[w.stratum[community.stratum].province]
        own = _share(float(community.voice) + float(community.armed), float(community.free))
        community.visible = local * own + province * place.dissent + nation * n.dissent
        community.risk = _risk(p, place.enforcers, community.visible)
    for g in range(len(w.pool)):
        garrison = w.pool[g]
        stratum = w.stratum[garrison.stratum]
        place = w.province[garrison.place]
        own = _share(float(stratum.soldier_voice + stratum.soldier_armed), float(stratum.soldiers))
        garrison.visible = local * own + province * place.dissent + nation * n.dissent
        garrison.risk = _risk(p, place.enforcers, garrison.visible)
