"""Fear, anger and the shift of private opposition (E23, E24, E25), of every community and every garrison.

Fear follows exposure and decays in months; anger follows exposure to injustice and decays over years; private opposition shifts with injustice and
hardship and reverts slowly. Saturation g, decay and the asymmetry between overt and clandestine targets: MODEL M4, M5 (Guatemala police archive).
"""

from __future__ import annotations

import math

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import HOMES, VILLAGE
from whowhom.mechanisms.abroad import echo
from whowhom.mechanisms.censorship import heard
from whowhom.mechanisms.negotiation import ease
from whowhom.mechanisms.petitions import doubt_of
from whowhom.mechanisms.propaganda import message
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(
    name="fear, anger and shift",
    equations="E23, E24, E25, E35, E46, E47, E48, E49, E55, E56",
    switch="",
    writes=(
        "community.fear",
        "community.anger",
        "community.shift",
        "pool.fear",
        "pool.anger",
        "pool.shift",
    ),
)


@kernel
def _bracket(p, hits, opposed, voiced):
    """How unjust the week looked: those who had never dissented, and open, unarmed dissent."""
    if hits == 0:
        return 0.0
    return min(1.0, (1.0 - opposed / hits) + p.emotion_overt_backlash * voiced / hits)


@kernel
def _seen(p, arrests, executed, killed, burnt, people):
    """Exposure per head."""
    if people <= 0.0:
        return 0.0
    weight = p.emotion_exposure_execution * executed * (1.0 + p.emotion_publicity * p.emotion_public_share)
    return (arrests + weight + killed + p.emotion_exposure_burnt * burnt) / people


@kernel
def saturation(p, exposure):
    """How strongly so much exposure is felt, in [0, 1)."""
    return 1.0 - math.exp(-p.emotion_exposure_gain * exposure)


@kernel
def felt(p, exposure, place):
    """Exposure in all: what people see among themselves, what is heard from the province, and what is threatened there (E35)."""
    return exposure + p.emotion_exposure_province * heard(p) * place.exposure + p.threats_exposure * place.announced


@kernel
def feel(p, fear, anger, shift, s, bracket, terms):
    """Next fear, anger and shift of a group where the row `p` counts.

    Parameters
    ----------
    fear, anger : float in [0, 1]
    s : float in [0, 1)
        Exposure as it is felt, see `saturation`.
    shift, bracket : float
        Shift of private opposition [1]; injustice in [0, 1].
    terms : tuple of float
        What the week is to a whole stratum, see `terms_of`.
    """
    hardship, comfort, doubt, heard_abroad, origin, eased = terms
    new_fear = fear + p.emotion_fear_gain * (1.0 - fear) * s - p.emotion_fear_decay * fear
    gross = p.emotion_anger_gain * (1.0 - anger) * s * bracket
    new_anger = anger + gross - p.emotion_anger_decay * anger
    new_shift = (
        shift
        + p.emotion_injustice * gross
        + p.emotion_hardship * hardship
        - p.emotion_concession_comfort * comfort
        - p.emotion_reversion * (shift - origin)
        + doubt
        + heard_abroad
        - eased
        + message(p, s)
    )
    return new_fear, new_anger, new_shift


@kernel
def exposure_of(w, c):
    """Exposure of a community's people to what happened among them this week, per head."""
    x = w.community[c]
    if x.touched == 0:
        return 0.0
    return _seen(w.p[0], float(x.arrests), float(x.executed), float(x.killed), float(x.burnt), 64.0)


@kernel
def calm_saturation(w, r):
    """What is felt in a community of a province in which nothing happened this week: only what is heard from elsewhere."""
    place = w.province[r]
    p = row_at(w, place)
    return saturation(p, felt(p, 0.0, place))


@kernel
def hardship_of(w, stratum):
    """Hardship above its start of a stratum's civilians, and the relief they have from the concession."""
    n = w.nation[0]
    if stratum.kind == VILLAGE or stratum.kind == HOMES:
        relief = n.concession if w.province[stratum.province].holder == 0 else 0.0
        return n.hardship_peasant - n.hardship_peasant_0, relief
    return n.hardship_city - n.hardship_city_0, 0.0


@kernel
def origin_of_mood(place, mean):
    """The shift to which private opposition reverts: none under the regime, the mirrored mean under the rival (E55)."""
    return 1.0 - 2.0 * mean if place.holder else 0.0


@kernel
def terms_of(w, stratum):
    """What the week is to the civilians of a stratum.

    Hardship above its start, relief by the concession, doubt by petitions, voice abroad, the shift to which they revert, ease by talks, all [1].
    """
    place = w.province[stratum.province]
    p = row_at(w, place)
    hardship, comfort = hardship_of(w, stratum)
    origin = origin_of_mood(place, stratum.opposition)
    return hardship, comfort, doubt_of(w, stratum), echo(w, p), origin, ease(p, place)


@kernel
def sway_community(w, p, place, c, calm, terms):
    """Next fear, anger and shift of one community of province `place`, whose holder's row is `p`.

    `calm` is `calm_saturation` of the province; `terms` are those of the stratum.
    """
    x = w.community[c]
    s, bracket = calm, 0.0
    if x.touched:
        s = saturation(p, felt(p, exposure_of(w, c), place))
        bracket = _bracket(p, float(x.hits), float(x.hits_opposed), float(x.hits_voice))
    fear, anger, shift = feel(
        p,
        np.float64(x.fear),
        np.float64(x.anger),
        np.float64(x.shift),
        s,
        bracket,
        terms,
    )
    x.fear = fear
    x.anger = anger
    x.shift = shift


@kernel
def sway_garrisons(w, r):
    """Next fear, anger and shift of the garrisons whose homes are in a province."""
    n = w.nation[0]
    for g in range(len(w.pool)):
        y = w.pool[g]
        if w.stratum[y.stratum].province != r:
            continue
        place = w.province[y.place]
        p = row_at(w, place)
        exposure = _seen(p, float(y.arrests), float(y.executed), float(y.killed), 0.0, float(y.strength))
        s = saturation(p, felt(p, exposure, place))
        bracket = _bracket(p, float(y.hits), float(y.hits_opposed), float(y.hits_voice))
        hardship = n.hardship_soldier - n.hardship_soldier_0
        terms = (hardship, 0.0, 0.0, echo(w, p), origin_of_mood(place, y.opposition), ease(p, place))
        fear, anger, shift = feel(p, np.float64(y.fear), np.float64(y.anger), np.float64(y.shift), s, bracket, terms)
        y.fear = fear
        y.anger = anger
        y.shift = shift


@kernel
def sway(w, t):
    """Update every community and every garrison from this week's events and last week's exposure of the province.

    **Writes** fear, anger, shift of communities and pools (stored as 32-bit floats). **Draws** nothing. **Update** synchronous.
    **Cost** communities.
    """
    for r in range(len(w.province)):
        place = w.province[r]
        calm = calm_saturation(w, r)
        for s in range(place.first_stratum, place.first_stratum + place.strata):
            stratum = w.stratum[s]
            terms = terms_of(w, stratum)
            for c in range(stratum.first, stratum.first + stratum.communities):
                sway_community(w, row_at(w, place), place, c, calm, terms)
        sway_garrisons(w, r)
