"""Intervals: against SciPy, at the edges, and how often they cover the truth (counted exactly)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from whowhom.experiments.intervals import (
    Interval,
    mean_interval,
    normal_quantile,
    paired_share_interval,
    share_interval,
    student_quantile,
)


@pytest.mark.parametrize("freedom", [1, 2, 3, 7, 19, 199, 10_000])
@pytest.mark.parametrize("probability", [0.02, 0.4, 0.6, 0.95, 0.975, 0.9995])
def test_student_quantile(freedom: int, probability: float) -> None:
    """Student's quantile is SciPy's to ten digits."""
    assert student_quantile(probability, freedom=freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-10)


def test_normal_quantile() -> None:
    """The normal quantile is SciPy's to ten digits."""
    assert normal_quantile(0.975) == pytest.approx(stats.norm.ppf(0.975), rel=1e-10)


def test_mean_interval_is_scipys() -> None:
    """The interval of a mean is SciPy's one-sample t-interval, at any level."""
    data = np.array([3.0, -1.0, 4.0, 1.0, 5.0])
    for level in (0.5, 0.9, 0.95):
        low, high = stats.ttest_1samp(data, 0.0).confidence_interval(level)
        found = mean_interval(data, level=level)
        assert (found.estimate, found.low, found.high) == pytest.approx((2.4, low, high), rel=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (0, 20), (3, 20), (20, 20), (1, 1), (137, 400)])
def test_share_interval_is_scipys(successes: int, n: int) -> None:
    """The interval of a share is SciPy's Wilson interval."""
    right = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    found = share_interval(successes, n)
    assert (found.low, found.high) == pytest.approx((right.low, right.high), abs=1e-12)


def test_nothing_to_go_by() -> None:
    """One number has no interval and none has no mean: NaN, not an error and not zero width."""
    one, none = mean_interval([2.5]), mean_interval([])
    assert (one.estimate, one.n) == (2.5, 1)
    assert all(math.isnan(x) for x in (one.low, one.high, none.estimate, none.low))
    assert math.isnan(share_interval(0, 0).estimate)
    assert math.isnan(paired_share_interval(0, 0, 0).low)


def test_pairs_that_all_agree_leave_doubt() -> None:
    """With no pair that differs the difference is 0 and its interval z**2 / (n + z**2) wide on each side."""
    z = normal_quantile(0.975) ** 2
    for n in (1, 20, 300):
        found = paired_share_interval(0, 0, n)
        assert (found.estimate, found.low, found.high) == pytest.approx((0.0, -z / (n + z), z / (n + z)), abs=1e-9)


@pytest.mark.parametrize(("b", "c", "n"), [(3, 1, 20), (0, 7, 20), (20, 0, 20), (0, 20, 20), (40, 40, 80), (1, 0, 1)])
def test_the_interval_of_pairs_is_the_score_tests(b: int, c: int, n: int) -> None:
    """The interval changes sign with the pairs, lies in [-1, 1], and its ends are just not rejected by the score test."""
    found, mirror = paired_share_interval(b, c, n), paired_share_interval(c, b, n)
    assert (found.low, found.high) == pytest.approx((-mirror.high, -mirror.low), abs=1e-9)
    assert -1.0 <= found.low <= found.estimate <= found.high <= 1.0
    for end in (found.low, found.high):
        if abs(end) < 1.0:
            assert abs(score(end, b, c, n)) == pytest.approx(normal_quantile(0.975), abs=1e-4)  # the grid is coarse


def score(d: float, b: int, c: int, n: int) -> float:
    """Tango's statistic with the nuisance parameter found on a grid, straight from the likelihood."""
    q = np.linspace(max(0.0, -d), (1.0 - d) / 2, 400_001)[1:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [k * np.log(p) for k, p in ((b, q + d), (c, q), (n - b - c, 1 - 2 * q - d)) if k]
    best = q[np.argmax(np.sum(terms, axis=0))]
    return float((b - c - n * d) / math.sqrt(n * (2 * best + d - d * d)))


def test_the_grid_of_the_test_above_can_refuse() -> None:
    """The score test rejects a difference a little outside the interval."""
    found = paired_share_interval(3, 1, 20)
    assert abs(score(found.high + 0.02, 3, 1, 20)) > normal_quantile(0.975)


def covers(interval: Interval, truth: float) -> bool:
    return interval.low - 1e-12 <= truth <= interval.high + 1e-12


def coverage_of_share(p: float, n: int) -> float:
    """Probability that Wilson's interval covers p, summed over all outcomes."""
    k = np.arange(n + 1)
    return float(stats.binom.pmf(k, n, p) @ [covers(share_interval(int(i), n), p) for i in k])


def coverage_of_pairs(p_first: float, p_second: float, n: int) -> float:
    """Probability that Tango's interval covers the difference, summed over all outcomes."""
    total = 0.0
    chances = [p_first, p_second, 1.0 - p_first - p_second]
    for b in range(n + 1):
        c = np.arange(n - b + 1)
        weights = stats.multinomial.pmf(np.stack([np.full_like(c, b), c, n - b - c], axis=1), n, chances)
        for count, weight in zip(c, weights, strict=True):
            if weight > 1e-9:
                total += weight * covers(paired_share_interval(b, int(count), n), p_first - p_second)
    return total


@pytest.mark.parametrize("n", [20, 60])
def test_coverage_of_shares(n: int) -> None:
    """Wilson's 95 % interval covers 95 % on average over shares from 5 to 95 %, and never less than 91 %.

    Exact: no sampling, hence no false alarm. The dips are those of Brown, Cai and DasGupta 2001, figure 5.
    """
    found = [coverage_of_share(p, n) for p in np.linspace(0.05, 0.95, 61)]
    print(f"n = {n}: mean {np.mean(found):.4f}, least {min(found):.4f}")
    assert abs(np.mean(found) - 0.95) < 0.01
    assert min(found) > 0.91


@pytest.mark.parametrize(("p_first", "p_second"), [(0.02, 0.0), (0.05, 0.02), (0.1, 0.1), (0.3, 0.05), (0.5, 0.3)])
def test_coverage_of_pairs(p_first: float, p_second: float) -> None:
    """Tango's 95 % interval covers between 93 and 100 % with 20 pairs, however few of them differ. Exact."""
    found = coverage_of_pairs(p_first, p_second, 20)
    print(f"{p_first}, {p_second}: {found:.4f}")
    assert 0.93 < found <= 1.0 + 1e-9


def test_students_interval_fails_on_pairs_that_rarely_differ() -> None:
    """Negative control: Student's interval on differences -1, 0, 1 covers far too rarely where pairs seldom differ.

    With 20 pairs of which 2 % differ it has no width in two experiments of three.
    """
    n, p = 20, 0.02
    k = np.arange(n + 1)
    intervals = [mean_interval(np.repeat([1.0, 0.0], [i, n - i])) for i in k]
    found = float(stats.binom.pmf(k, n, p) @ [covers(interval, p) for interval in intervals])
    print(f"Student's: {found:.4f}, Tango's: {coverage_of_pairs(p, 0.0, n):.4f}")
    assert found < 0.5


def test_union_holds_both() -> None:
    """The union of two intervals reaches from the lower low to the higher high, and says where it came from."""
    one, other = Interval(0.5, 0.4, 0.6, 0.95, 3, "A"), Interval(0.5, 0.45, 0.7, 0.95, 30, "B")
    both = one.union(other)
    assert (both.low, both.high, both.n) == (0.4, 0.7, 3)
    assert both.method == "A, or B where that is wider"
