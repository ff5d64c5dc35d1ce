"""Fronts (E54): a rival raises men, meets the army, and advances where it is the stronger.

Losses follow Lanchester's linear law, divided by the number of both sides so that they do not depend on the unit: where nobody is raised, rival fire times the rival less
regime fire times the army is constant, if the army is what it has lost less. The army follows the recorded path here, goes where the rival is, and only the rival's side is
integrated. Under constant raising and no army the rival comes to raised / disbanded men (MODEL E28; form Ours).
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.support import support_of

EFFECTS = Effects(
    name="fronts",
    equations="E54",
    switch="fronts, takeover",
    writes=(
        "province.holder_then",
        "province.foreign_then",
        "province.rival",
        "province.facing",
        "province.line",
        "nation.front_losses_regime",
        "nation.front_losses_rival",
        "nation.front_losses_total",
        "nation.strength",
        "nation.turning",
    ),
    reads_private=True,
)


@kernel
def meet(army, rival, regime_fire, rival_fire):
    """Losses of a week where an army and the rival meet: of the army, of the rival."""
    both = army + rival
    exchange = army * rival / both if both > 0.0 else 0.0
    return rival_fire * exchange, regime_fire * exchange


@kernel
def raised_by(w, r):
    """Men whom the rival raises in a province in a week: among those hostile to the regime, and with aid from outside."""
    p = w.p[0]
    place = w.province[r]
    support = support_of(w, r)
    hostile = support if place.foreign else 1.0 - support
    aid = min(1.0, w.nation[0].intervention + p.abroad_aid * w.nation[0].abroad_voice)
    return place.front * place.persons * (p.front_recruits * w.nation[0].war * hostile + p.front_aid * aid)


@kernel
def advanced(line, push, speed, front):
    """Where the front stands after a week, in [0, 1]: forward the more slowly the less open the province lies, back at full speed."""
    if front <= 0.0:
        return 0.0
    step = speed * push * front if push > 0.0 else speed * push
    return min(1.0, max(0.0, line + step))


@kernel
def _move_front(w, r, army, total):
    """A week of the front of one province; returns losses of the army and of the rival."""
    p = w.p[0]
    place = w.province[r]
    rival = place.rival
    facing = army * rival / total if total > 0.0 else 0.0
    both = facing + rival
    push = (rival - facing) / both if both > 0.0 else -1.0
    lost_regime, lost_rival = meet(facing, rival, p.front_regime_fire, p.front_rival_fire)
    place.facing = facing
    place.rival = max(0.0, rival + raised_by(w, r) - lost_rival - p.front_disband * rival)
    place.line = advanced(place.line, push, p.front_speed, place.front)
    return lost_regime, lost_rival


@kernel
def is_due(place):
    """Whether a front has come to the end of a province, or has gone back to its beginning."""
    return place.line >= 1.0 if place.holder == 0 else place.line <= 0.0


@kernel
def _count_turning(w):
    """Provinces that will change hands at the end of the events of this week (E55, E57)."""
    p = w.p[0]
    n = w.nation[0]
    n.turning = 0
    if n.taken:
        return
    if p.on_takeover:
        n.turning = len(w.province)
    elif p.on_fronts:
        for r in range(len(w.province)):
            n.turning += is_due(w.province[r])


@kernel
def _total(w):
    total = 0.0
    for r in range(len(w.province)):
        total += w.province[r].rival
    return total


@kernel
def move_fronts(w, t):
    """Men raised and lost, and how far the fronts come, in every province; who holds what as the week begins.

    **Writes** see EFFECTS. **Draws** nothing. **Update** synchronous. **Cost** provinces.
    """
    p = w.p[0]
    n = w.nation[0]
    n.front_losses_regime = n.front_losses_rival = 0.0
    for r in range(len(w.province)):
        w.province[r].holder_then = w.province[r].holder
        w.province[r].foreign_then = w.province[r].foreign
    if p.on_fronts and not n.taken:
        total = _total(w)
        army = n.troops * (1.0 - p.army_home_share) * (1.0 - n.refusing_share)
        for r in range(len(w.province)):
            lost_regime, lost_rival = _move_front(w, r, army, total)
            n.front_losses_regime += lost_regime
            n.front_losses_rival += lost_rival
        n.front_losses_total += n.front_losses_regime + n.front_losses_rival
        total = _total(w)
        n.strength = total / (total + army) if total + army > 0.0 else 0.0
    _count_turning(w)
