"""Threats (E35): announced by the centre and by local committees, believed as far as they are carried out; an announced area weapon is one more (E50).

A threat is worth nothing where nobody is executed: its credibility is learnt from executions of the province (MODEL M25, E33). Two sources, since the
ultimatum of the centre and the leaflet of the Petrograd committee of March 1921 are different texts (MODEL F1). Functional form: Ours.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.sides import row_at

LEAST = 0.01
"""Threat [1] below which there is nothing to be carried out, and nothing is learnt."""
EFFECTS = Effects(
    name="threats",
    equations="E35, E50",
    switch="threats, area_weapon_announced",
    writes=("province.made_threat", "province.credibility", "province.announced"),
)


@kernel
def _made(p, place):
    """The threat made in a province: of the centre by its own threat, of a committee by open dissent around it."""
    threat, threshold = place.threat, p.threats_threshold
    s = threat * threat / (threat * threat + threshold * threshold)
    local = min(1.0, place.dissent / p.threats_local_dissent)
    return min(1.0, p.threats_centre * s + p.threats_local * local)


@kernel
def threaten(w, t):
    """Threats made, how far they are believed, and what is announced in all.

    **Writes** province.made_threat, credibility, announced. **Draws** nothing. **Update** synchronous. **Cost** provinces.
    """
    for r in range(len(w.province)):
        place = w.province[r]
        p = row_at(w, place)
        made = _made(p, place) if p.on_threats else 0.0
        if made > LEAST:
            carried = 1.0 if place.executed >= p.threats_carried_rate * made * place.persons else 0.0
            place.credibility = place.credibility + p.threats_learning * (carried - place.credibility)
        area = place.area_ordered if p.on_area_weapon_announced else 0.0
        place.made_threat = made
        place.announced = made * place.credibility + p.area_announcement * area
