"""The decision of every person (E1, E6, E7): quiet, open voice, arms.

D = private opposition + grievance + visible dissent - threshold - perceived cost - rally (insiders). Open voice if D > 0. A community is skipped only
where a bound proves that nobody can act (no voice, no arms, and the largest possible D is not positive): skipping changes no bit.
"""

from __future__ import annotations

import math

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import (
    ARMED,
    CADRE,
    CHILD,
    COMMUNITY,
    EXECUTED,
    PARTY,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    VOICE,
)
from whowhom.engine.streams import chance, unit
from whowhom.mechanisms.persons import add_dossier, grief_of, is_hit, move, person_words, set_grief
from whowhom.mechanisms.stream import ARMING, GRIEF, LAY_DOWN, TRAITS

EFFECTS = Effects(
    name="grief and decision",
    equations="E1, E6, E7",
    switch="",
    writes=("state", "marks", "record", "community.*"),
    draws=("GRIEF", "TRAITS", "ARMING", "LAY_DOWN"),
    reads_private=True,
)


@kernel
def cost(p, place, risk, fear):
    """Perceived cost of open dissent (E4, E5): perceived risk times severity, multiplied by fear.

    `place` is the province, whose use of instruments and last acceptance of open cases people have seen.
    """
    perceived = min(1.0, p.decision_risk_bias * risk * place.arrest_use * place.accept_open_last)
    severity = p.decision_severity_base + p.decision_severity_scale * (
        0.2 * place.arrest_use + 0.4 * place.exile_use + 0.6 * place.camp_use + 1.0 * place.execution_use
    )
    return perceived * severity * (1.0 + p.decision_fear_weight * fear)


@kernel
def _wish(w, t, i, base, alpha, rho):
    """D of person `i`. The cost is found only for those who would act without it: it is never negative, so no sign changes."""
    p = w.p[0]
    free = w.margin[i] / 8192.0 + base + alpha * grief_of(w, i) / 15.0
    if free <= 0.0:
        return free
    kappa = 2.0 * p.decision_risk_aversion * unit(person_words(w, i, 0, 0, TRAITS)[2])
    role = w.role[i] & ROLE_BITS
    psi = p.decision_rally_weight if role == PARTY or role == CADRE else 0.0
    return free - kappa * rho - psi * w.nation[0].danger


@kernel
def _mourn(w, t, c):
    """Grief of every living adult of a community falls by one step by chance."""
    p = w.p[0]
    if w.community[c].grieving == 0:
        return
    for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
        grief = grief_of(w, i)
        if grief > 0 and w.role[i] & ROLE_BITS != CHILD and w.state[i] < EXECUTED:
            if chance(p.emotion_grief_decay, person_words(w, i, 0, t, GRIEF)[0]):
                set_grief(w, i, grief - 1)


@kernel
def _act(w, t, i, wish, p_arm):
    """Carry out the decision of person `i`."""
    state = w.state[i]
    if state == QUIET:
        if wish > 0.0:
            move(w, i, VOICE)
            add_dossier(w, i, 1)
    elif state == VOICE:
        if wish <= 0.0:
            move(w, i, QUIET)
        elif chance(p_arm, person_words(w, i, 0, t, ARMING)[0]):
            move(w, i, ARMED)


@kernel
def _p_arm(p, place, anger):
    return 1.0 - math.exp(-p.arming_rate * place.weapons * anger * (1.0 - p.arming_voice_channel))


@kernel
def _is_still(w, c, base, soldier_base, alpha):
    """Whether nobody in a community can act this week: a bound on D over all its adults, in the order of evaluation of D itself."""
    x = w.community[c]
    if x.voice or x.armed or x.soldier_voice or x.soldier_armed:
        return False
    grief = alpha * 15.0 / 15.0 if x.grieving else 0.0
    if x.best_margin / 8192.0 + base + grief > 0.0:
        return False
    return x.soldiers == 0 or x.best_soldier / 8192.0 + soldier_base + grief <= 0.0


@kernel
def _decide_here(w, t, c):
    p = w.p[0]
    x = w.community[c]
    stratum = w.stratum[x.stratum]
    place = w.province[stratum.province]
    alpha, mu = p.decision_anger_weight, p.decision_social_weight
    anger = np.float64(x.anger)
    base = np.float64(x.shift) + alpha * anger + mu * x.visible
    base_s, rho_s, p_arm_s = base, 0.0, 0.0
    garrison = stratum.pool
    if garrison >= 0:
        y = w.pool[garrison]
        base_s = np.float64(y.shift) + alpha * np.float64(y.anger) + mu * y.visible
    if p.skip and _is_still(w, c, base, base_s, alpha):
        return
    rho = cost(p, place, x.risk, np.float64(x.fear))
    p_arm = _p_arm(p, place, anger)
    if garrison >= 0:
        y = w.pool[garrison]
        rho_s = cost(p, w.province[y.place], y.risk, np.float64(y.fear))
        p_arm_s = 1.0 if y.refusing > 0 else _p_arm(p, w.province[y.place], np.float64(y.anger))
    for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
        if w.state[i] > ARMED or w.role[i] & ROLE_BITS == CHILD or is_hit(w, i):
            continue
        if w.state[i] == ARMED:
            if chance(p.arming_lay_down, person_words(w, i, 0, t, LAY_DOWN)[0]):
                move(w, i, QUIET)
        elif w.role[i] & ROLE_BITS == SOLDIER:
            _act(w, t, i, _wish(w, t, i, base_s, alpha, rho_s), p_arm_s)
        else:
            _act(w, t, i, _wish(w, t, i, base, alpha, rho), p_arm)


@kernel
def decide(w, t):
    """Grief fades, then every free adult who was not hit decides, on the visible dissent and the danger of last week.

    **Writes** state, marks, record, community counts. **Draws** GRIEF, TRAITS (risk aversion, week 0), ARMING, LAY_DOWN by person.
    **Update** synchronous (Jacobi). **Cost** persons of communities that cannot be skipped.
    """
    for c in range(len(w.community)):
        _mourn(w, t, c)
        _decide_here(w, t, c)
