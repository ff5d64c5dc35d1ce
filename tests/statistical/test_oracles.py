"""The flagship under the assumptions of canonical models, against their exact equilibria: Granovetter 1978 and the mean field of Epstein 2002.

Null of each check: the share of dissenters among n = 118,000 adults is the fixed point of the analytic map. Standard error: binomial, divided by 1 - F'. Limit 5
standard errors (false-alarm rate 6e-7 each); seeds fixed. Independent of `whowhom.verification` are the expected values, which stand here as numbers.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from whowhom.verification.claim import claims_of, result_of
from whowhom.verification.oracles import (
    adults_of,
    critical_spread,
    critical_spread_of_the_machine,
    crowd,
    equilibrium,
    fixed_point,
    over_seeds,
    risk,
    risky,
    settled,
    settled_under_risk,
    standard_error,
    thresholds,
    under_risk,
    willing,
)

WIDTH = 5.0

#: Standard deviation and equilibrium in a crowd of 100, mean threshold 25.
EQUILIBRIA = {10: 0.770, 11: 1.713, 12: 4.021, 12.2: 5.479, 25: 99.863, 40: 96.258, 50: 90.485}


def test_the_exact_values() -> None:
    """The closed forms give the numbers of the literature: critical s.d. 12.22209, and the equilibria below and above it."""
    assert 100 * critical_spread() == pytest.approx(12.22209, abs=1e-5)
    found = {spread: 100 * equilibrium(thresholds(spread / 100)) for spread in EQUILIBRIA}
    assert found == pytest.approx(EQUILIBRIA, abs=6e-4)
    assert 100 * equilibrium(thresholds(0.1222)) < 6.2004
    assert equilibrium(thresholds(0.1225)) > 0.9999


def test_the_risk_is_epsteins() -> None:
    """One enforcer to one dissenter is a risk of .8997 at k = 2.3 and of .9 at k = ln 10; those willing are those of an integral by hand."""
    assert risk(0.0, 1 / 64) == pytest.approx(0.89974, abs=1e-5)
    assert risk(0.0, 1 / 64, risk_constant=math.log(10)) == pytest.approx(0.9)
    normal = NormalDist()
    for p, kbar in ((0.1, 0.5), (0.9, 2.0), (1.0, 0.25)):
        steps = [2 * kbar * (j + 0.5) / 4000 for j in range(4000)]
        lead = 0.2 * normal.inv_cdf(0.4)
        by_hand = sum(normal.cdf((lead - kappa * p) / 0.2) for kappa in steps) / 4000
        assert willing(p, kbar) == pytest.approx(by_hand, abs=1e-6)
    assert willing(0.0, 0.5) == pytest.approx(0.4)


def crowd_agrees(spread: float, *, social_weight: float = 1.0) -> bool:
    curve = thresholds(spread / 100)
    share, exact = settled(crowd(spread / 100, social_weight=social_weight)), EQUILIBRIA[spread] / 100
    error = standard_error(exact, curve, adults=adults_of())
    print(f"s.d. {spread}: {100 * share:.4f} (standard error {100 * error:.4f}), expected {100 * exact}")
    return abs(share - exact) < WIDTH * error


@pytest.mark.parametrize("spread", [10, 11, 12, 25, 40, 50])
def test_a_crowd_settles_at_granovetters_equilibrium(spread: float) -> None:
    """With no apparatus and no emotions, everybody seeing the nation, the machine settles at the equilibrium of Granovetter's map."""
    assert crowd_agrees(spread)


def test_a_crowd_of_another_weight_does_not() -> None:
    """Negative control: where the share of others weighs .75 instead of 1, the same check fails where others matter most."""
    assert not any(crowd_agrees(spread, social_weight=0.75) for spread in (12, 25, 50))


def test_the_jump_is_at_the_critical_spread() -> None:
    """The spread at which the machine jumps is 12.22 of 100; negative control: with a weight of .95 the crowd just above it does not jump."""
    mean, error = over_seeds([100 * critical_spread_of_the_machine(seed) for seed in range(1, 7)])
    print(f"critical s.d. {mean:.4f} (standard error {error:.4f}), expected 12.2221")
    assert error < 0.025
    assert abs(mean - 12.22209) < 7 * error, "6 worlds: Student's t with 5 degrees, false-alarm rate 1e-3"
    assert settled(crowd(0.1205)) < 0.07
    assert settled(crowd(0.1240)) > 0.999
    assert settled(crowd(0.1240, social_weight=0.95)) < 0.07


#: Mean risk aversion, enforcers, and the exact share in open dissent.
FIXED_POINTS = [(0.5, 0.01, 0.2995523), (1.0, 0.01, 0.1941509), (2.0, 0.005, 0.2252925), (0.25, 0.05, 0.0570410)]


def risk_agrees(kbar: float, enforcers: float, exact: float, *, risk_constant: float = 2.3) -> bool:
    curve = under_risk(kbar, enforcers)
    assert fixed_point(curve) == pytest.approx(exact, abs=1e-6)
    share = settled_under_risk(risky(kbar, enforcers, risk_constant=risk_constant))
    error = standard_error(exact, curve, adults=adults_of())
    print(f"risk aversion {kbar}, enforcers {enforcers}: {share:.5f} (standard error {error:.5f}), expected {exact}")
    return abs(share - exact) < WIDTH * error


@pytest.mark.parametrize(("kbar", "enforcers", "exact"), FIXED_POINTS)
def test_risk_ends_at_epsteins_mean_field(kbar: float, enforcers: float, exact: float) -> None:
    """With arrest risk alone, dissent settles at the fixed point of Epstein's rule in the mean field, those in custody taken off."""
    assert risk_agrees(kbar, enforcers, exact)


def test_another_arrest_constant_does_not() -> None:
    """Negative control: a world whose arrest constant is 2 instead of 2.3 fails the same check."""
    assert not risk_agrees(*FIXED_POINTS[2], risk_constant=2.0)


def test_the_claims_of_the_machine_hold() -> None:
    """The claims that take a moment hold, each with a standard error below a hundredth of the crowd."""
    claims = [claim for claim in claims_of("machine") if claim.seconds < 10]
    assert len(claims) >= 10
    for claim in claims:
        measured = claim.check()
        print(claim.name, measured)
        assert result_of(measured) == "reproduced"
        assert measured.standard_error is not None
        assert measured.standard_error < 1.0
