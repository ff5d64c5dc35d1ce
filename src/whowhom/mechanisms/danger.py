"""What people see around them and what they risk (E2, E3): visible dissent, and the chance of arrest in its midst.

Arrest probability falls as dissent grows around a person: 1 - exp(-k * enforcers / dissenters), as in Epstein (2002), with k = 2.3.
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY
from whowhom.mechanisms.censorship import heard
from whowhom.mechanisms.sides import row_then
from whowhom.mechanisms.tolerance import insiders_risk

EFFECTS = Effects(
    name="visible dissent and risk",
    equations="E2, E3",
    switch="",
    writes=("pool.visible", "pool.risk", "province.risk_unseen", "province.heard_province", "province.heard_nation"),
)


@kernel
def _share(part, whole):
    return part / whole if whole > 0 else 0.0


@kernel
def _hear(w, place):
    """What is heard of dissent in the rest of a province and of its side of the country, by the weights of E2: the same for everybody there, all week."""
    p = row_then(w, place)
    local, nation = p.decision_weight_local, p.decision_weight_nation
    far = heard(p)
    elsewhere = w.nation[0].foreign_dissent if place.foreign_then else w.nation[0].dissent
    place.heard_province = (1.0 - local - nation) * far * place.dissent
    place.heard_nation = nation * far * elsewhere


@kernel
def _blend(w, own, place):
    """Visible dissent around people: of their own circle, the province and the nation (E2)."""
    return w.p[0].decision_weight_local * own + place.heard_province + place.heard_nation


@kernel
def visible_of(w, c):
    """Visible dissent around the people of a community, from what was to be seen at the end of last week.

    Found when it is wanted, since few communities want it: nothing that happens during the week changes it.
    """
    community = w.community[c]
    own = 0.0
    if community.seen > 0:
        own = _share(float(community.seen), float(community.seen_free))
    return _blend(w, own, w.province[w.stratum[community.stratum].province])


@kernel
def risk_of(w, place, visible):
    """Chance of arrest in the midst of so much visible dissent (E3)."""
    k = w.p[0].decision_risk_constant
    return 1.0 - math.exp(-k * COMMUNITY * place.enforcers / (COMMUNITY * visible + 1.0))


@kernel
def community_risk(w, c, place):
    """Chance of arrest in the midst of a community of province `place`; insiders' voice may be tolerated (E51)."""
    risk = place.risk_unseen if w.community[c].seen == 0 else risk_of(w, place, visible_of(w, c))
    p = row_then(w, place)
    if p.party_tolerance > 0.0:
        risk = insiders_risk(p, w.stratum[w.community[c].stratum].kind, risk)
    return risk


@kernel
def perceived_risk(p, place, risk):
    """Risk of arrest as people see it (E5)."""
    return min(1.0, p.decision_risk_bias * risk * place.arrest_use * place.accept_open_last)


@kernel
def look(w, t):
    """Visible dissent and risk of arrest of every garrison, from the counts of last week; communities find theirs when they need them.

    **Writes** pool.visible, pool.risk, province.risk_unseen, heard_province, heard_nation. **Draws** nothing. **Update** synchronous. **Cost** provinces and garrisons.
    """
    for r in range(len(w.province)):
        _hear(w, w.province[r])
        w.province[r].risk_unseen = risk_of(w, w.province[r], _blend(w, 0.0, w.province[r]))
    for g in range(len(w.pool)):
        garrison = w.pool[g]
        stratum = w.stratum[garrison.stratum]
        place = w.province[garrison.place]
        own = _share(float(stratum.soldier_voice + stratum.soldier_armed), float(stratum.soldiers))
        garrison.visible = _blend(w, own, place)
        garrison.risk = risk_of(w, place, garrison.visible)
