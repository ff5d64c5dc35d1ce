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

EFFECTS = Effects(
    name="fear, anger and shift",
    equations="E23, E24, E25",
    switch="",
    writes=(
        "community.fear",
        "community.anger",
        "community.shift",
        "community.exposure",
        "pool.fear",
        "pool.anger",
        "pool.shift",
        "pool.exposure",
    ),
)


@kernel
def _bracket(p, hits, opposed, voiced):
    """How unjust the week looked: those who had never dissented, and open, unarmed dissent."""
    if hits == 0:
        return 0.0
    return min(1.0, (1.0 - opposed / hits) + p.emotion_overt_backlash * voiced / hits)


@kernel
def _seen(p, arrests, executed, killed, people):
    """Exposure per head."""
    if people <= 0.0:
        return 0.0
    weight = p.emotion_exposure_execution * executed * (1.0 + p.emotion_publicity * p.emotion_public_share)
    return (arrests + weight + killed) / people


@kernel
def feel(p, fear, anger, shift, exposure, bracket, hardship, comfort):
    """Next fear, anger and shift of a group.

    Parameters
    ----------
    fear, anger : float in [0, 1]
    shift, exposure, bracket, hardship, comfort : float
        Shift of private opposition [1]; exposure per head; injustice in [0, 1]; hardship above its start [1]; relief by the concession [1].
    """
    s = 1.0 - math.exp(-p.emotion_exposure_gain * exposure)
    new_fear = fear + p.emotion_fear_gain * (1.0 - fear) * s - p.emotion_fear_decay * fear
    gross = p.emotion_anger_gain * (1.0 - anger) * s * bracket
    new_anger = anger + gross - p.emotion_anger_decay * anger
    new_shift = (
        shift
        + p.emotion_injustice * gross
        + p.emotion_hardship * hardship
        - p.emotion_concession_comfort * comfort
        - p.emotion_reversion * shift
    )
    return new_fear, new_anger, new_shift


@kernel
def sway(w, t):
    """Update every community and every garrison from this week's events and last week's exposure of the province.

    **Writes** fear, anger, shift, exposure of communities and pools (stored as 32-bit floats). **Draws** nothing. **Update** synchronous.
    **Cost** communities.
    """
    p = w.p[0]
    n = w.nation[0]
    for c in range(len(w.community)):
        x = w.community[c]
        stratum = w.stratum[x.stratum]
        x.exposure = _seen(p, float(x.arrests), float(x.executed), float(x.killed), 64.0)
        around = x.exposure + p.emotion_exposure_province * w.province[stratum.province].exposure
        rural = stratum.kind == VILLAGE or stratum.kind == HOMES
        hardship = n.hardship_peasant - n.hardship_peasant_0 if rural else n.hardship_city - n.hardship_city_0
        bracket = _bracket(p, float(x.hits), float(x.hits_opposed), float(x.hits_voice))
        fear, anger, shift = feel(
            p,
            np.float64(x.fear),
            np.float64(x.anger),
            np.float64(x.shift),
            around,
            bracket,
            hardship,
            n.concession if rural else 0.0,
        )
        x.fear = fear
        x.anger = anger
        x.shift = shift
    for g in range(len(w.pool)):
        y = w.pool[g]
        y.exposure = _seen(p, float(y.arrests), float(y.executed), float(y.killed), float(y.strength))
        around = y.exposure + p.emotion_exposure_province * w.province[y.place].exposure
        bracket = _bracket(p, float(y.hits), float(y.hits_opposed), float(y.hits_voice))
        fear, anger, shift = feel(
            p,
            np.float64(y.fear),
            np.float64(y.anger),
            np.float64(y.shift),
            around,
            bracket,
            n.hardship_soldier - n.hardship_soldier_0,
            0.0,
        )
        y.fear = fear
        y.anger = anger
        y.shift = shift
