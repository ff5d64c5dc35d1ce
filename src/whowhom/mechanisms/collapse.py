"""Collapse (E34), with its cause: territory, capital, army, cadres, hunger, nation; the first that holds, in this order."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, CADRE, CADRE_KIND, COMMUNITY, FACTORY, ROLE_BITS, VOICE

EFFECTS = Effects(
    name="collapse",
    equations="E34",
    switch="",
    writes=("nation.cause", "nation.weeks_lost", "nation.weeks_army", "nation.weeks_hunger", "nation.cadre_dissent"),
)
CAUSES = ("", "territory", "capital", "army", "cadres", "hunger", "nation")


@kernel
def _cadre_dissent(w):
    """Share of free cadres in open voice or arms, in persons of the country."""
    free = dissenting = 0.0
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        if x.kind != CADRE_KIND or w.province[x.province].foreign:
            continue
        a = b = 0
        for i in range(x.first * COMMUNITY, (x.first + x.communities) * COMMUNITY):
            if w.role[i] & ROLE_BITS == CADRE and w.state[i] <= ARMED:
                a += 1
                b += w.state[i] >= VOICE
        free += x.weight * a
        dissenting += x.weight * b
    return dissenting / free if free > 0.0 else 0.0


@kernel
def _worker_voice(w):
    """Share of free workers in open voice."""
    free = voice = 0.0
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        if x.kind == FACTORY and not w.province[x.province].foreign:
            free += x.weight * x.free
            voice += x.weight * x.voice
    return voice / free if free > 0.0 else 0.0


@kernel
def _capital_falls(w, t):
    n = w.nation[0]
    if n.capital < 0:
        return False
    return w.pool[n.capital_pool].refusing >= w.p[0].collapse_capital_weeks or not w.province[n.capital].control


@kernel
def judge(w, t):
    """Whether the regime falls this week, and of what.

    **Writes** see EFFECTS. **Draws** nothing. **Cost** cadres.
    """
    p = w.p[0]
    n = w.nation[0]
    n.weeks_lost = n.weeks_lost + 1 if 1.0 - n.lost < p.collapse_control_share else 0
    loyal = n.troops * (1.0 - n.refusing_share)
    need = p.collapse_army_share * p.collapse_army_need * n.war * n.persons
    n.weeks_army = n.weeks_army + 1 if n.war > 0.2 and loyal < need else 0
    hungry = n.state_ration < p.collapse_ration
    n.weeks_hunger = n.weeks_hunger + 1 if hungry else 0
    n.cadre_dissent = _cadre_dissent(w)
    if n.weeks_lost >= p.collapse_control_weeks:
        n.cause = 1
    elif _capital_falls(w, t):
        n.cause = 2
    elif n.weeks_army >= p.collapse_army_weeks:
        n.cause = 3
    elif n.cadre_dissent > p.collapse_cadre_share and not n.taken:
        n.cause = 4
    elif n.weeks_hunger >= p.collapse_ration_weeks and _worker_voice(w) > p.collapse_worker_share:
        n.cause = 5
    elif n.dissent > p.collapse_nation_share:
        n.cause = 6
