"""The decision to dissent in its limits: T1, thresholds alone (Granovetter 1978), and T2, risk alone (after Epstein 2002).

Null of each check: the share of dissenters in a sample of n adults is the fixed point of the analytic map. Standard error: binomial,
divided by 1 - F' at the fixed point, because a deviation of the sample feeds back on itself. n = 9,200 adults in the reference (T2:
4,600) and 32 times as many in the compiled model; false-alarm rate 1e-6 for each check; seeds fixed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from tests.statistical.worlds import (
    ARRESTS_LATER,
    CAMP,
    DETAINED,
    FULL_ARREST,
    GROWN,
    KINDS,
    LARGER,
    G,
    Q,
    V,
    Watched,
    agrees,
    layout_of,
    world_of,
)

NORMAL = NormalDist()
COMMUNITIES = 160


def slope(curve: Callable[[float], float], at: float) -> float:
    step = 1e-3 * at + 1e-6
    return (curve(at + step) - curve(at - step)) / (2 * step)


# --- T1 ---------------------------------------------------------------------------------------------------------------------------


def threshold_world(kind: str, sigma: float, social_weight: float) -> Watched:
    """Kappa = alpha = 0, everybody sees the nation; x - theta ~ N(-.25, sigma) because the starting dissent is Phi(-.25 / sigma)."""
    sd = math.sqrt(sigma**2 + 1e-8)
    values = {
        "decision.social_weight": social_weight,
        "decision.weight_nation": 1.0,
        "decision.opposition_sd": 1e-4,
        "decision.threshold_sd": sigma,
        "decision.start_dissent": NORMAL.cdf(-0.25 / sd),
    }
    return world_of(kind, layout_of([("village", COMMUNITIES * LARGER[kind], 1.0, 0.0)]), values, off=("arrests",))


def granovetter(sigma: float) -> Callable[[float], float]:
    """Map r to Phi((r - .25) / sigma), with the grid of margins (units of 1/8192) taken into account."""
    sd = math.sqrt(sigma**2 + 1e-8)

    def curve(r: float) -> float:
        step = math.floor(-8192 * r) + 1
        return 1 - NORMAL.cdf(((step - 0.5) / 8192 + 0.25) / sd)

    return curve


def smallest_root(curve: Callable[[float], float]) -> float:
    r = 0.0
    for _ in range(5000):
        r = curve(r)
    return r


def settled_share(world: Watched, weeks: int = 150) -> float:
    before = -1.0
    for _ in range(weeks):
        share = world.live(1).share([V, G], of=[Q, V, G])
        if share == before:
            break
        before = share
    return share


def granovetter_agrees(kind: str, sigma: float, *, social_weight: float = 1.0) -> bool:
    world = threshold_world(kind, sigma, social_weight)
    share, root = settled_share(world), smallest_root(granovetter(sigma))
    feedback = NORMAL.pdf((root - 0.25) / sigma) / sigma
    error = math.sqrt(root * (1 - root) / world.adult.sum()) / (1 - feedback)
    return agrees(f"T1 sigma = {sigma}", share, error, root)


@pytest.mark.parametrize("sigma", [0.08, 0.1, 0.115, 0.13, 0.16, 0.2, 0.3])
@pytest.mark.parametrize("kind", KINDS)
def test_thresholds_alone_end_at_the_smallest_root(kind: str, sigma: float) -> None:
    """Without risk and anger, and with everybody seeing the nation, dissent settles at the smallest root of r = Phi((r - .25) / sigma)."""
    assert granovetter_agrees(kind, sigma)


@pytest.mark.parametrize("kind", KINDS)
def test_dissent_jumps_at_the_critical_spread_of_thresholds(kind: str) -> None:
    """Between sigma = .12 and .125, around the critical .1222, dissent jumps from under a tenth to nearly all (deterministic bounds)."""
    below, above = (settled_share(threshold_world(kind, sigma, 1.0)) for sigma in (0.12, 0.1275))
    print(f"T1 jump: {below:.4f} at sigma = .12, {above:.4f} at .1275")
    assert below < 0.1
    assert above > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_thresholds_notices_a_wrong_social_weight(kind: str) -> None:
    """Negative control: a world whose social weight is .8 instead of 1 fails the check of T1."""
    assert not granovetter_agrees(kind, 0.16, social_weight=0.8)


# --- T2 ---------------------------------------------------------------------------------------------------------------------------

RISK_CASES = [(0.5, 0.01), (1.0, 0.01), (2.0, 0.005), (0.25, 0.05), (1.0, 0.02)]
SPREAD, START_DISSENT = 0.2, 0.4


def risk_world(kind: str, kbar: float, enforcers: float, *, risk_constant: float = 2.3) -> Watched:
    """Mu = alpha = 0, use of arrest and acceptance 1, severity 1; who is arrested is free again after two weeks."""
    communities = COMMUNITIES // 2 * LARGER[kind]
    values = FULL_ARREST | {
        "decision.opposition_sd": 1e-4,
        "decision.threshold_sd": SPREAD,
        "decision.start_dissent": START_DISSENT,
        "decision.risk_aversion": kbar,
        "decision.risk_constant": risk_constant,
        "decision.severity_base": 1.0,
        "decision.severity_scale": 0.0,
        "army.troops": 64.0 * communities,
        "army.home_share": 1.0,
        "apparatus.troop_presence": enforcers,
        "repression.custody_weeks": 1.0,
        "repression.conviction": 0.0,
        "repression.share_interned": 0.0,
    }
    return world_of(kind, layout_of([("village", communities, 1.0, 0.0)]), values, switch_dates=ARRESTS_LATER)


def p_arrest(visible: float, enforcers: float) -> float:
    return 1 - math.exp(-2.3 * 64 * enforcers / (64 * visible + 1))


def willing(visible: float, kbar: float, enforcers: float) -> float:
    """Pr[x - theta > kappa J P] over kappa uniform on [0, 2 kbar], by the midpoint rule."""
    cost = p_arrest(visible, enforcers)
    kappas = [2 * kbar * (j + 0.5) / 2000 for j in range(2000)]
    lead = SPREAD * NORMAL.inv_cdf(START_DISSENT)
    return sum(NORMAL.cdf((lead - kappa * cost) / SPREAD) for kappa in kappas) / len(kappas)


def visible_share(kbar: float, enforcers: float) -> Callable[[float], float]:
    """The map of a, the visible share: a willing adult spends 1/P weeks in dissent, one in custody and one as free and quiet."""

    def curve(a: float) -> float:
        w, p = willing(a, kbar, enforcers), p_arrest(a, enforcers)
        return (w / (1 + 2 * p)) / (1 - w * p / (1 + 2 * p))

    return curve


def risk_agrees(kind: str, kbar: float, enforcers: float, *, risk_constant: float = 2.3) -> bool:
    world = risk_world(kind, kbar, enforcers, risk_constant=risk_constant).live(GROWN + 45)
    curve, a = visible_share(kbar, enforcers), START_DISSENT
    for _ in range(200):
        a = curve(a)
    share = world.share([V], of=[Q, V, G])
    free = world.share([Q, V, G])
    of_all = a * free
    error = math.sqrt(of_all * (1 - of_all) / world.adult.sum()) / free / (1 - slope(curve, a))
    held = world.share([DETAINED, CAMP])
    print(f"T2 kbar = {kbar}, e = {enforcers}: a = {share:.5f}, in custody {held:.5f}, F' = {slope(curve, a):.3f}")
    return agrees(f"T2 kbar = {kbar}, e = {enforcers}", share, error, a)


@pytest.mark.parametrize(("kbar", "enforcers"), RISK_CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_risk_alone_ends_at_the_fixed_point(kind: str, kbar: float, enforcers: float) -> None:
    """Without sight of others and anger, dissent settles where a = Pr[x - theta > kappa J (1 - exp(-k 64 e / (64 a + 1)))],
    corrected for the two weeks that an arrested person is not seen.
    """
    assert risk_agrees(kind, kbar, enforcers)


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_risk_notices_a_wrong_arrest_constant(kind: str) -> None:
    """Negative control: a world whose arrest constant is 1.5 instead of 2.3 fails the check of T2."""
    assert not risk_agrees(kind, *RISK_CASES[2], risk_constant=1.5)


def test_the_map_of_risk_is_that_of_the_design_where_arrest_is_rare() -> None:
    """The correction for custody vanishes with the risk: the map differs from Pr[...] by less than twice the risk."""
    for a in np.linspace(0.01, 0.5, 8):
        plain, corrected = willing(a, 1.0, 1e-4), visible_share(1.0, 1e-4)(a)
        assert abs(corrected - plain) < 2 * p_arrest(a, 1e-4) * plain
