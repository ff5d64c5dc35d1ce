"""Intervals for means, shares and differences of shares, with the sources of their formulas.

Few lines and no SciPy: the core of the program needs none, and each formula can be checked against its paper here.
`tests/unit/experiments/test_intervals.py` compares them with SciPy and measures their coverage.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Confidence level of all intervals unless said otherwise [1].
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate with the interval that covers the truth in a share `level` of experiments.

    Attributes
    ----------
    estimate, low, high
        In the unit of what is estimated. NaN where the data cannot say (one replicate has no interval).
    level
        Confidence level [1].
    n
        Number of independent units it rests on [1].
    method
        Name of the formula.
    """

    estimate: float
    low: float
    high: float
    level: float
    n: int
    method: str

    def union(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both: covers at least as often as either."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        method = f"{self.method}, or {other.method} where that is wider"
        return Interval(self.estimate, low, high, self.level, self.n, method)


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile."""
    return NormalDist().inv_cdf(probability)


@cache
def student_quantile(probability: float, *, freedom: int) -> float:
    """Return the quantile of Student's t with `freedom` degrees of freedom, to 1e-10.

    The distribution function is I_x(freedom/2, 1/2), the incomplete beta function (Abramowitz and Stegun 1964, 26.7.1);
    it is inverted by bisection.
    """
    if probability < 0.5:
        return -student_quantile(1.0 - probability, freedom=freedom)
    tail = 2.0 * (1.0 - probability)
    high = 1.0
    while _two_tails(high, freedom) > tail:
        high *= 2.0
    return _root(lambda t: _two_tails(t, freedom) - tail, 0.0, high)


def _two_tails(t: float, freedom: int) -> float:
    """Return the probability that |T| exceeds t."""
    return _incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return I_x(a, b) by its continued fraction (Abramowitz and Stegun 1964, 26.5.8; Lentz's evaluation)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _incomplete_beta(1.0 - x, b, a)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(400):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        lower = 1.0 / _not_zero(1.0 + term * lower)
        upper = _not_zero(1.0 + term / upper)
        value *= upper * lower
        if abs(upper * lower - 1.0) < 1e-15:
            break
    return math.exp(front) * (value - 1.0) / a


def _not_zero(x: float) -> float:
    return x if abs(x) > 1e-300 else 1e-300


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a decreasing function crosses zero, by bisection to the last bit that matters."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if function(middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def mean_interval(values: ArrayLike, *, level: float = LEVEL) -> Interval:
    """Return the mean with Student's interval.

    Parameters
    ----------
    values
        One number per independent unit [n]. With fewer than two the interval is NaN: one history shows no spread.
    level
        Confidence level [1].
    """
    data: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    n = data.size
    estimate = float(data.mean()) if n else math.nan
    if n < 2:
        return Interval(estimate, math.nan, math.nan, level, n, "Student's t")
    half = student_quantile(0.5 + level / 2, freedom=n - 1) * float(data.std(ddof=1)) / math.sqrt(n)
    return Interval(estimate, estimate - half, estimate + half, level, n, "Student's t")


def resampled_tail(n: int, *, level: float = LEVEL) -> float:
    """Return the share of resampled estimates to leave out at each end, so that a percentile interval of n units is not too narrow [1].

    Resampling n units makes a spread that is too small by sqrt((n - 1) / n), with tails of a normal where Student's are right; both
    are mended by looking further out. Source: Hesterberg 2015, The American Statistician 69, 371-386, section 4.1 ("expanded percentile interval").

    Parameters
    ----------
    n
        Independent units, at least 2.
    """
    t = student_quantile(0.5 + level / 2, freedom=n - 1)
    return NormalDist().cdf(-math.sqrt(n / (n - 1)) * t)


def share_interval(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return a share with Wilson's score interval.

    Source: Wilson 1927, JASA 22, 209-212. Chosen over the exact interval (Clopper and Pearson), which covers too often,
    and over the textbook one, which is empty at 0 and n; see Brown, Cai and DasGupta 2001, Statistical Science 16.
    """
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, level, 0, "Wilson's score")
    z = normal_quantile(0.5 + level / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Interval(share, low, high, level, n, "Wilson's score")


def paired_share_interval(only_first: int, only_second: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return the difference of two shares measured on the same pairs, with Tango's score interval.

    Parameters
    ----------
    only_first
        Pairs in which the first of the two has the property and the second has not.
    only_second
        Pairs the other way round.
    n
        Pairs, including those that agree.

    Notes
    -----
    Source: Tango 1998, Statistics in Medicine 17, 891-908. The interval holds every difference d that the score test
    does not reject: |b - c - n d| <= z sqrt(n (2 q + d (1 - d))), where q is the most likely share of the second kind
    of pair given d, the root of 2 n q^2 + ((2 n - b + c) d - b - c) q - c d (1 - d) = 0.
    Chosen because it is right where twins are: with few pairs that differ, or none, Student's interval on the
    differences -1, 0, 1 has no width or far too little, and a bootstrap cannot invent pairs it has not seen.
    Newcombe's interval (1998, method 10) is similar and needs the pairs that agree split in two.
    """
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, level, 0, "Tango's score")
    z = normal_quantile(0.5 + level / 2)
    estimate = (only_first - only_second) / n

    def excess(difference: float) -> float:
        q = _likeliest_share(difference, only_first, only_second, n)
        spread = n * (2.0 * q + difference * (1.0 - difference))
        distance = only_first - only_second - n * difference
        return distance / math.sqrt(spread) if spread > 0.0 else math.copysign(math.inf, distance)

    low = _root(lambda d: excess(d) - z, -1.0, estimate) if only_second < n else -1.0
    high = _root(lambda d: excess(d) + z, estimate, 1.0) if only_first < n else 1.0
    return Interval(estimate, low, high, level, n, "Tango's score")


def _likeliest_share(difference: float, only_first: int, only_second: int, n: int) -> float:
    """Return the most likely share of pairs of the second kind, given the difference of the shares."""
    linear = (2 * n - only_first + only_second) * difference - only_first - only_second
    constant = -only_second * difference * (1.0 - difference)
    root = math.sqrt(max(0.0, linear * linear - 8.0 * n * constant))
    return max(0.0, -difference, (root - linear) / (4.0 * n))
