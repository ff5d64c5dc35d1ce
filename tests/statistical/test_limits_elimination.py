"""Elimination in its limits: T14 (after Gregory, Schroeder and Sonin 2011), self-generated cases of a fixed precision, all else off.

Removal. Opponents are a share m of the adults; a case is wanted among them with chance q (at most eight candidates), otherwise it takes any
adult, so that its precision is pi = q (1 - (1 - m)^8) + (1 - q) m. Null: when a share E of the adults has been removed, opponents are
t = (m - pi E) / (1 - E) of the rest, that is E = (m - t) / (pi - t), where pi is the mean over the path (a case may also meet an
empty place, the more often the fewer of its kind are left, so that pi falls slowly). Standard error: binomial in the kind of those removed.

Self-defeat. Every arrest of an innocent raises anger, and with it private opposition in his community, and makes b others opponents: adults
of a community, times the density of persons at the threshold, times the step. Null: opponents change by -pi + (1 - pi) b a case, which
is 0 at pi = b / (1 + b). Standard error: binomial in the kind of the removed, Poisson in the number of the new.

n = 7,400 adults and 840 removed; self-defeat 29,000 adults and about 500 cases (compiled: 32 times as many). False-alarm rate
1e-6 for each check; seeds fixed.
"""

from __future__ import annotations

import math
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
    TO_CAMP_FOR_EVER,
    Q,
    V,
    Watched,
    agrees,
    layout_of,
    world_of,
)

NORMAL = NormalDist()
OPPONENTS, SPREAD = 0.3, 0.2
STEP_GAIN, EXPOSURE_GAIN, INJUSTICE = 0.3, 6.4, 0.35


def elimination_world(kind: str, communities: int, quality: float, cases: float, *, backlash: bool = False) -> Watched:
    """Opponents are who dissents openly and nobody is arrested for that; `cases` a week and community, of precision `quality`."""
    values = FULL_ARREST | TO_CAMP_FOR_EVER
    values |= {
        "decision.start_dissent": OPPONENTS,
        "decision.threshold_sd": SPREAD,
        "decision.opposition_sd": 1e-4,
        "decision.risk_constant": 0.0,
        "apparatus.aim": 1.0,
        "apparatus.target_margin": 0.0,
        "apparatus.case_hunger": 1.0,
        "apparatus.arrests_per_officer": cases / 0.64,
        "quality.min": quality,
        "quality.max": quality,
    }
    if backlash:
        values |= {
            "emotion.anger_gain": STEP_GAIN,
            "emotion.anger_decay": 1.0,
            "emotion.exposure_gain": EXPOSURE_GAIN,
            "emotion.exposure_province": 0.0,
            "emotion.overt_backlash": 0.0,
            "emotion.injustice": INJUSTICE,
        }
    layout = layout_of([("village", communities * LARGER[kind], 1.0, 0.0)])
    return world_of(kind, layout, values, switch_dates=ARRESTS_LATER).live(GROWN)


def precision(quality: float, m: float) -> float:
    return quality * (1 - (1 - m) ** 8) + (1 - quality) * m


# --- removal ----------------------------------------------------------------------------------------------------------------------


def removed_opponents(m: float, pi: float, removed: float) -> float:
    """Opponents among so many removed (both as shares of the adults): each kind is met in proportion to what is left of it."""
    low, high = 0.0, 10.0
    for _ in range(100):
        cases = (low + high) / 2
        opponents, others = m * (1 - math.exp(-pi * cases / m)), (1 - m) * (1 - math.exp(-(1 - pi) * cases / (1 - m)))
        low, high = (cases, high) if opponents + others < removed else (low, cases)
    return opponents


def removal_agrees(kind: str, quality: float, *, believed: float | None = None) -> bool:
    world = elimination_world(kind, 128, quality, cases=0.5)
    m, n = world.share([V]), world.adult.sum()
    world.live(14)
    removed, t = world.share([DETAINED, CAMP]), world.share([V], of=[Q, V])
    pi = precision(quality if believed is None else believed, m)
    opponents = removed_opponents(m, pi, removed)
    mean_pi = opponents / removed
    expected = (m - opponents) / (1 - removed)
    error = math.sqrt(removed * mean_pi * (1 - mean_pi) / n) / (1 - removed)
    print(f"T14 q = {quality}: m = {m:.4f}, first precision {pi:.3f}, mean {mean_pi:.3f}, E = {removed:.4f}, "
          f"(m - t) / (pi - t) = {(m - t) / (mean_pi - t):.4f}")  # fmt: skip
    return agrees(f"T14 opponents left, q = {quality}", t, error, expected)


@pytest.mark.parametrize("quality", [0.1, 0.4, 0.7])
@pytest.mark.parametrize("kind", KINDS)
def test_removal_of_a_given_precision_leaves_the_share_of_theory(kind: str, quality: float) -> None:
    """To bring opponents from m down to t, E = (m - t) / (pi - t) must be removed, pi being the precision of the cases."""
    assert removal_agrees(kind, quality)


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_removal_notices_another_precision(kind: str) -> None:
    """Negative control: a world of precision .4 fails the check for precision .7."""
    assert not removal_agrees(kind, 0.4, believed=0.7)


# --- self-defeat ------------------------------------------------------------------------------------------------------------------


def new_opponents_per_innocent() -> float:
    """The b of theory, at the start: adults of a community x density at the threshold x step of opposition."""
    density = NORMAL.pdf(NORMAL.inv_cdf(OPPONENTS)) / SPREAD
    step = INJUSTICE * STEP_GAIN * (1 - math.exp(-EXPOSURE_GAIN / 64))
    return 0.9 * 64 * density * step


def change_in_theory(quality: float, cases: float, weeks: int) -> tuple[float, float]:
    """Mean change of opponents and number removed, per community: the weekly balance with the mean shift of opposition."""
    adults, step = 0.9 * 64, INJUSTICE * STEP_GAIN * (1 - math.exp(-EXPOSURE_GAIN / 64))
    lead, shift = SPREAD * NORMAL.inv_cdf(OPPONENTS), 0.0
    m, opponents, others, removed = OPPONENTS, OPPONENTS * adults, (1 - OPPONENTS) * adults, 0.0
    for _ in range(weeks):
        pi = precision(quality, m)
        guilty, innocent = pi * cases * opponents / (m * adults), (1 - pi) * cases * others / ((1 - m) * adults)
        removed += guilty + innocent
        shift += step * innocent
        more = NORMAL.cdf((lead + shift) / SPREAD)
        turned = (others - innocent) * (more - m) / (1 - m)
        opponents, others, m = opponents - guilty + turned, others - innocent - turned, more
    return opponents - OPPONENTS * adults, removed


def self_defeat_agrees(kind: str, quality: float, *, backlash: bool = True) -> tuple[bool, float, float]:
    """Whether the change a case agrees with theory; the change and its standard error."""
    cases, weeks = 0.05, 21
    world = elimination_world(kind, 512, quality, cases, backlash=backlash)
    before, adult = world.look("state") == V, world.adult
    world.live(weeks)
    state = world.look("state")
    removed = (adult & np.isin(state, [DETAINED, CAMP])).sum()
    change = ((adult & (state == V)).sum() - before.sum()) / removed
    by_theory, taken = change_in_theory(quality, cases, weeks)
    pi, b = precision(quality, OPPONENTS), new_opponents_per_innocent()
    error = math.sqrt(((1 + b) ** 2 * pi * (1 - pi) + (1 - pi) * b) / removed)
    print(
        f"T14 pi = {pi:.3f}, b = {b:.3f}, b / (1 + b) = {b / (1 + b):.3f}, {removed} removed, -pi + (1 - pi) b = {(1 - pi) * b - pi:+.3f}"
    )
    return agrees(f"T14 change a case, pi = {pi:.3f}", change, error, by_theory / taken), change, error


def quality_for(pi: float) -> float:
    return (pi - OPPONENTS) / (1 - (1 - OPPONENTS) ** 8 - OPPONENTS)


@pytest.mark.parametrize(("distance", "sign"), [(-0.15, 1), (0.0, 0), (0.2, -1)])
@pytest.mark.parametrize("kind", KINDS)
def test_repression_defeats_itself_below_the_precision_of_theory(kind: str, distance: float, sign: int) -> None:
    """Where each innocent arrested makes b opponents, opposition grows under repression below precision b / (1 + b) and falls above it."""
    b = new_opponents_per_innocent()
    passed, change, error = self_defeat_agrees(kind, quality_for(b / (1 + b) + distance))
    assert passed
    assert change * sign > 4 * error if sign else abs(change) < 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_self_defeat_notices_a_world_without_backlash(kind: str) -> None:
    """Negative control: where arrests of innocents leave no trace, the check of self-defeat fails."""
    b = new_opponents_per_innocent()
    assert not self_defeat_agrees(kind, quality_for(b / (1 + b)), backlash=False)[0]
