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
    CHILD,
    COMMUNITY,
    HIT,
    HOMES,
    HOSTAGE,
    PARTY,
    PARTY_KIND,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    VOICE,
)
from whowhom.engine.streams import chance, philox_row, unit
from whowhom.mechanisms.amnesty import p_lay_down
from whowhom.mechanisms.batch import collect, draw_many
from whowhom.mechanisms.bounds import highest
from whowhom.mechanisms.danger import community_risk, perceived_risk, visible_of
from whowhom.mechanisms.household import has_kin_in, share_at_liberty
from whowhom.mechanisms.persons import add_dossier, grief_of, is_alive, move, person_key, person_words, set_grief
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.stream import ARMING, GRIEF, LAY_DOWN, TRAITS

ONE_GRIEF = 16
"""Smallest record (grief in the high four bits) of somebody who mourns."""

NOTHING, SURE, DEPENDS, RETURNS, LAYS_DOWN, LOOK = (np.uint8(k) for k in range(6))
"""What a person may do: nothing; D is above 0; it depends on risk aversion; D is not above 0; in arms; look closer."""
IN_VOICE = np.uint8(8)
"""Added for who is in voice: SURE then means to stay, RETURNS to fall silent."""
KIND = np.uint8(7)

EFFECTS = Effects(
    name="grief and decision",
    equations="E1, E6, E7, E35, E40",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "busy",
        "community.*",
        "settlement.armed",
        "stratum.armed",
        "stratum.soldier_armed",
        "stratum.soldier_voice",
        "stratum.voice",
    ),
    draws=("GRIEF", "TRAITS", "ARMING", "LAY_DOWN"),
    reads_private=True,
)


@kernel
def cost(p, place, risk, fear):
    """Perceived cost of open dissent (E4, E5): perceived risk times severity, multiplied by fear.

    `place` is the province, whose use of instruments, threats (E35) and last acceptance of open cases people have seen.
    """
    severity = (
        p.decision_severity_base
        + p.decision_severity_scale
        * (0.2 * place.arrest_use + 0.4 * place.exile_use + 0.6 * place.camp_use + 1.0 * place.execution_use)
        + p.threats_severity * place.announced
    )
    return perceived_risk(p, place, risk) * severity * (1.0 + p.decision_fear_weight * fear)


@kernel
def _rally(w, i):
    """How far the danger of a fall holds person `i` back: insiders who live among insiders only (psi S)."""
    if w.role[i] & ROLE_BITS < PARTY:
        return 0.0
    stratum = w.stratum[w.community[i >> 6].stratum]
    rally = row_at(w, w.province[stratum.province]).decision_rally_weight * w.nation[0].danger
    return rally if stratum.kind >= PARTY_KIND else 0.0


@kernel
def _dread(w, i, risks):
    """What kin at risk weigh (E40): kappa_H K, 0 where no hostages are taken. `risks` are use of hostages at home, perceived risk of civilians and of soldiers."""
    if risks[0] <= 0.0:
        return 0.0
    perceived = risks[2] if w.role[i] & ROLE_BITS == SOLDIER else risks[1]
    return w.p[0].hostages_weight * (share_at_liberty(w, i) * risks[0] * perceived)


@kernel
def _leaning(w, i, bases, costs, alpha):
    """D of person `i` before cost and rally, and its cost at risk aversion 1; `bases` and `costs` are (civilian, soldier)."""
    soldier = w.role[i] & ROLE_BITS == SOLDIER
    base, rho = (bases[1], costs[1]) if soldier else (bases[0], costs[0])
    return w.margin[i] / 8192.0 + base + alpha * grief_of(w, i) / 15.0, rho


@kernel
def _bounded_sign(w, i, leaning, rho, risks):
    """The sign of D if it is the same for every risk aversion between 0 and twice the mean: -1 not above 0, 1 above 0; 0 if it depends.

    Cost rises with risk aversion and rounding keeps order, so that the two ends bound everything between them, exactly; kin at risk are in both.
    """
    rally, dread = _rally(w, i), _dread(w, i, risks)
    if leaning - rally - dread <= 0.0:
        return -1
    if leaning - 2.0 * w.p[0].decision_risk_aversion * rho - rally - dread > 0.0:
        return 1
    return 0


@kernel
def _is_willing(w, i, leaning, rho, risks, word):
    """Whether D is above 0, with the risk aversion of person `i` from the third word of its traits."""
    kappa = 2.0 * w.p[0].decision_risk_aversion * unit(word)
    return leaning - kappa * rho - _rally(w, i) - _dread(w, i, risks) > 0.0


@kernel
def _p_arm(p, place, anger):
    return 1.0 - math.exp(-p.arming_rate * place.weapons * anger * (1.0 - p.arming_voice_channel))


@kernel
def _is_calm(w, c):
    """Whether nobody in a community is in voice or in arms."""
    x = w.community[c]
    return not (x.voice or x.armed or x.soldier_voice or x.soldier_armed)


@kernel
def _may_lean(w, c, bases, alpha):
    """Whether anybody in a community may be above 0 before cost and rally: a bound in the order of evaluation of D itself."""
    x = w.community[c]
    grief = alpha * 15.0 / 15.0 if x.grieving else 0.0
    if x.best_margin / 8192.0 + bases[0] + grief > 0.0:
        return True
    return x.soldiers > 0 and x.best_soldier / 8192.0 + bases[1] + grief > 0.0


@kernel
def _may_act(w, c, bases, costs, alpha):
    """Whether anybody in a calm community may be above 0 at this cost; see `mechanisms/bounds.py`."""
    x = w.community[c]
    burden = 2.0 * w.p[0].decision_risk_aversion
    grief = alpha if x.grieving else 0.0
    if highest(x.best_margin, x.best_low, x.best_high, burden * costs[0]) / 8192.0 + bases[0] + grief > 0.0:
        return True
    if x.soldiers == 0:
        return False
    top = highest(x.best_soldier, x.best_soldier_low, x.best_soldier_high, burden * costs[1])
    return top / 8192.0 + bases[1] + grief > 0.0


@kernel
def _lessen(w, t, r, first, n, p_less):
    """One step less of grief by chance for the `n` listed in `w.mourners[r]`, by their places after the first person of community `first`."""
    mourners, words = w.mourners[r], w.griefs[r]
    ordinal, upper, k0, k1 = person_key(w, first)
    philox_row(ordinal, mourners, n, upper, t, GRIEF, k0, k1, False, words)
    for k in range(n):
        if chance(p_less, words[k]):
            i = first * COMMUNITY + mourners[k]
            if w.role[i] & ROLE_BITS != CHILD and is_alive(w.state[i]):
                set_grief(w, i, grief_of(w, i) - 1)


@kernel
def mourn_in(w, t, r, first, end):
    """Grief of every living adult falls by one step by chance, in some communities of one stratum.

    Their draws are made together: mourners are few in each community and many in all.
    """
    p_less = w.p[0].emotion_grief_decay
    if p_less <= 0.0:
        return
    mourners, flags, slots = w.mourners[r], w.flags[r], w.slots[r]
    n = 0
    for c in range(first, end):
        if w.community[c].grieving == 0:
            continue
        records = w.record[c * COMMUNITY : (c + 1) * COMMUNITY]
        for k in range(COMMUNITY):
            flags[k] = records[k] >= ONE_GRIEF
        found = collect(w, r)
        for k in range(found):
            mourners[n + k] = (c - first) * COMMUNITY + slots[k]
        n += found
        if n > 2 * COMMUNITY:
            _lessen(w, t, r, first, n, p_less)
            n = 0
    _lessen(w, t, r, first, n, p_less)


@kernel
def _least(base, burden, dread):
    """The least margin of somebody without grief whose D is above 0 under a burden and a dread for kin, exactly, in units of 1/8192: found as D is evaluated."""
    m = math.floor((burden + dread - base) * 8192.0) - 2.0
    m = max(-32768.0, min(32768.0, m))
    while m < 32768.0 and not (m / 8192.0 + base + 0.0) - burden - dread > 0.0:
        m += 1.0
    return np.int64(m)


@kernel
def _sort_out(w, r, c, base, burden, dread, mourning):
    """List in `w.slots[r]` who may do something, and in `w.flags[r]` what, from margins alone where no grief, oath or uniform is in the way.

    Three thresholds of the margin tell all: below `least` D is not above 0 without any cost, from `surely` on it is above 0 under the whole burden and the largest dread for
    kin that there can be; somebody who mourns is looked at from `mourning` on. Returns how many.
    """
    slots = w.slots[r]
    first, end = c * COMMUNITY, (c + 1) * COMMUNITY
    states, margins, records = w.state[first:end], w.margin[first:end], w.record[first:end]
    roles, marks, flags = w.role[first:end], w.marks[first:end], w.flags[r]
    least, surely, look = _least(base, 0.0, 0.0), _least(base, burden, dread), mourning
    special = w.stratum[w.community[c].stratum].kind >= HOMES
    for k in range(COMMUNITY):
        free = (states[k] <= ARMED) & (roles[k] & ROLE_BITS != CHILD) & (marks[k] & HIT == 0)
        voice = IN_VOICE if states[k] == VOICE else NOTHING
        kind = (
            SURE
            if margins[k] >= surely
            else (DEPENDS if margins[k] >= least else (RETURNS if voice != NOTHING else NOTHING))
        )
        asked = LOOK if (voice != NOTHING) | (margins[k] >= look) else NOTHING
        kind = asked if (records[k] >= ONE_GRIEF) | special else kind
        kind = LAYS_DOWN if states[k] == ARMED else kind
        flags[k] = kind | voice if free & (kind != NOTHING) else NOTHING
    n = collect(w, r)
    for k in range(n):
        flags[k] = flags[slots[k]]
    return n


@kernel
def _look_closer(w, r, n, c, bases, costs, risks, alpha):
    """Answer for those whose grief, oath or uniform counts: SURE, DEPENDS, or RETURNS (which is nothing for the quiet)."""
    flags, slots = w.flags[r], w.slots[r]
    for k in range(n):
        flag = flags[k]
        if flag & KIND == LOOK:
            i = c * COMMUNITY + slots[k]
            leaning, rho = _leaning(w, i, bases, costs, alpha)
            sign = _bounded_sign(w, i, leaning, rho, risks)
            flags[k] = (SURE if sign > 0 else (DEPENDS if sign == 0 else RETURNS)) | (flag & IN_VOICE)


@kernel
def _settle_answers(w, t, r, n, c, bases, costs, risks, alpha):
    """Settle those answers that depend on risk aversion, which is drawn from the traits (week 0)."""
    flags, slots, chosen, words = w.flags[r], w.slots[r], w.chosen[r], w.words[r]
    depends = 0
    for k in range(n):
        chosen[depends] = slots[k]
        depends += flags[k] & KIND == DEPENDS
    if depends == 0:
        return
    draw_many(w, r, c, chosen, depends, 0, TRAITS, True)
    drawn = 0
    for k in range(n):
        flag = flags[k]
        if flag & KIND == DEPENDS:
            i = c * COMMUNITY + slots[k]
            leaning, rho = _leaning(w, i, bases, costs, alpha)
            willing = _is_willing(w, i, leaning, rho, risks, words[drawn])
            flags[k] = (SURE if willing else RETURNS) | (flag & IN_VOICE)
            drawn += 1


@kernel
def _speak(w, i):
    """Person `i` goes from quiet to open voice."""
    move(w, i, VOICE)
    add_dossier(w, i, 1)


@kernel
def _p_lay_down(w, i):
    """Chance that person `i` lays down arms: more while somebody of the household is held for it (E40)."""
    p = w.p[0]
    hostage = w.community[i >> 6].held > 0 and has_kin_in(w, i, HOSTAGE)
    return min(1.0, p_lay_down(p) + p.hostages_surrender) if hostage else p_lay_down(p)


@kernel
def _act(w, t, r, n, c):
    """Carry out the answers: quiet to voice and back, arms to quiet by chance. Lists who stays in voice in `w.chosen[r]` and returns how many."""
    flags, slots, chosen = w.flags[r], w.slots[r], w.chosen[r]
    left = 0
    stays = SURE | IN_VOICE
    for k in range(n):
        chosen[left] = slots[k]
        left += flags[k] == stays
    for k in range(n):
        flag = flags[k]
        if flag == stays:
            continue
        i = c * COMMUNITY + slots[k]
        if flag == SURE:
            _speak(w, i)
        elif flag == RETURNS | IN_VOICE or (
            flag == LAYS_DOWN and chance(_p_lay_down(w, i), person_words(w, i, 0, t, LAY_DOWN)[0])
        ):
            move(w, i, QUIET)
    return left


@kernel
def _arm(w, t, r, n, c, p_arm):
    """Voice to arms by chance, of the `n` listed in `w.chosen[r]`; `p_arm` is (civilian, soldier)."""
    chosen, words = w.chosen[r], w.words[r]
    most = max(p_arm[0], p_arm[1])
    if n == 0 or most <= 0.0:
        return
    draw_many(w, r, c, chosen, n, t, ARMING, False)
    for k in range(n):
        if chance(most, words[k]):
            i = c * COMMUNITY + chosen[k]
            if chance(p_arm[1] if w.role[i] & ROLE_BITS == SOLDIER else p_arm[0], words[k]):
                move(w, i, ARMED)


@kernel
def _garrison_terms(w, g, alpha):
    """Base of D, cost, perceived risk and chance of arming for the soldiers of garrison `g`."""
    p = w.p[0]
    y = w.pool[g]
    place = w.province[y.place]
    anger = np.float64(y.anger)
    base = np.float64(y.shift) + alpha * anger + p.decision_social_weight * y.visible
    p_arm = 1.0 if y.refusing > 0 else _p_arm(p, place, anger)
    return base, cost(p, place, y.risk, np.float64(y.fear)), perceived_risk(p, place, y.risk), p_arm


@kernel
def decide_community(w, t, r, c):
    """Every free adult of a community who was not hit decides.

    `r` is its province, whose row of working room is used. **Draws** TRAITS (risk aversion, week 0), ARMING, LAY_DOWN by person.
    """
    w.lively[c] = 0
    p = w.p[0]
    x = w.community[c]
    garrison = w.stratum[x.stratum].pool
    alpha, anger = p.decision_anger_weight, np.float64(x.anger)
    base = np.float64(x.shift) + alpha * anger + p.decision_social_weight * visible_of(w, c)
    base_s, rho_s, risk_s, p_arm_s = base, 0.0, 0.0, 0.0
    if garrison >= 0:
        base_s, rho_s, risk_s, p_arm_s = _garrison_terms(w, garrison, alpha)
    bases = (base, base_s)
    calm = p.skip and _is_calm(w, c)
    if calm and not _may_lean(w, c, bases, alpha):
        return
    place, risk = w.province[r], community_risk(w, c, w.province[r])
    costs = (cost(p, place, risk, np.float64(x.fear)), rho_s)
    if calm and not _may_act(w, c, bases, costs, alpha):
        return
    w.lively[c] = 1
    burden = 2.0 * p.decision_risk_aversion * costs[0]
    grief = alpha if x.grieving else 0.0
    risks = (place.hostage_use, perceived_risk(p, place, risk), risk_s)
    dread = p.hostages_weight * (1.0 * risks[0] * risks[1])  # all of a household at liberty: more than there can be
    n = _sort_out(w, r, c, base, burden, dread, _least(max(base, base_s) + grief, 0.0, 0.0) - 2)
    if n == 0:
        return
    _look_closer(w, r, n, c, bases, costs, risks, alpha)
    _settle_answers(w, t, r, n, c, bases, costs, risks, alpha)
    left = _act(w, t, r, n, c)
    _arm(w, t, r, left, c, (_p_arm(p, place, anger), p_arm_s))


@kernel
def decide(w, t):
    """Grief fades, then every free adult who was not hit decides, on the visible dissent and the danger of last week.

    **Writes** state, marks, record, busy, community counts. **Draws** GRIEF, TRAITS (risk aversion, week 0), ARMING, LAY_DOWN by person.
    **Update** synchronous (Jacobi). **Cost** persons of communities that cannot be skipped.
    """
    for r in range(len(w.province)):
        place = w.province[r]
        for s in range(place.first_stratum, place.first_stratum + place.strata):
            first, end = w.stratum[s].first, w.stratum[s].first + w.stratum[s].communities
            mourn_in(w, t, r, first, end)
            for c in range(first, end):
                decide_community(w, t, r, c)
