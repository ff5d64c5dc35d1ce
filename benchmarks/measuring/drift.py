"""Does a mean change with the size of the sample? Means over strata, contrasts between sizes, and what would have been found.

Null: the mean of an outcome is the same at every size. Estimates are contrasts of the means at the sizes: the slope on log2(size), and each size less
the largest. Weights are fixed beforehand by runs x persons, the precision of a mean whose luck is that of persons: weights taken from the estimated errors would
choose the sizes whose error was underestimated. Errors are from the histories themselves, whatever their spread, with Satterthwaite's degrees of freedom
(1946, Biometrics Bulletin 2, 110-114), and Student's t at a level shared out over all tests of a table (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whowhom.experiments.intervals import normal_quantile, student_quantile

Numbers = NDArray[np.float64]


class TooFewError(Exception):
    """Too few histories to see luck in them."""


#: Degrees of freedom of a spread that is not borrowed.
ENOUGH = 12

#: More degrees of freedom than this are the normal distribution.
_MANY = 10_000


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error.

    Attributes
    ----------
    value, error
        In the unit of what is estimated.
    freedom
        Degrees of freedom of the error [1].
    """

    value: float
    error: float
    freedom: float

    def half_width(self, alarm: float) -> float:
        """Half of the interval that misses the truth with probability `alarm`."""
        return quantile(1.0 - alarm / 2.0, self.freedom) * self.error

    def findable(self, alarm: float, power: float = 0.9) -> float:
        """The smallest true value that would be told from 0 with probability `power` (the error taken as known)."""
        return self.half_width(alarm) + normal_quantile(power) * self.error


def quantile(probability: float, freedom: float) -> float:
    """Student's quantile, with degrees of freedom rounded down; normal above ten thousand of them."""
    if freedom > _MANY:
        return normal_quantile(probability)
    return student_quantile(probability, freedom=max(1, math.floor(freedom)))


@dataclass(frozen=True)
class Group:
    """One number a history, and its stratum.

    Attributes
    ----------
    values
        [n]
    strata
        Parameter set of each history [n].
    """

    values: Numbers
    strata: Numbers

    def part(self, stratum: float) -> Numbers:
        """The values of one stratum."""
        part: Numbers = self.values[self.strata == stratum]
        return part


def stratified(own: Group, smaller: Sequence[Group] = ()) -> Estimate:
    """Mean over strata, each counting the same, with the error of luck inside the strata.

    Parameters
    ----------
    own
        Histories of this size.
    smaller
        Those of smaller sizes, the next one first. A stratum with fewer than 12 degrees of freedom borrows the spread that it has there, as far as it needs.
        Luck is that of a sample and does not grow with its size, so a borrowed spread is too large if anything; two histories alone would say next to nothing.

    Notes
    -----
    The strata are taken as given: the error says nothing about others. Where no history differs from the others of its stratum, the error is that of one in
    n + 2 that does (rule of succession), in units of the mean: a survival of 20 in 20 does not count as known exactly.
    """
    names = np.unique(own.strata)
    parts = [_spread(own, smaller, stratum) for stratum in names]
    mean = float(np.mean([own.part(stratum).mean() for stratum in names]))
    each = np.array([squares / freedom / n for squares, freedom, n, _ in parts]) / names.size**2
    variance = float(each.sum())
    if variance == 0.0:
        share = 1.0 / (sum(seen for *_, seen in parts) + 2)
        return Estimate(mean, abs(mean) * math.sqrt(share * (1.0 - share) / own.values.size), math.inf)
    freedom = variance**2 / float((each**2 / np.array([freedom for _, freedom, *_ in parts])).sum())
    return Estimate(mean, math.sqrt(variance), freedom)


def _spread(own: Group, smaller: Sequence[Group], stratum: float) -> tuple[float, int, int, int]:
    """Sum of squares and degrees of freedom of a stratum, its own histories, and those that were looked at."""
    squares, freedom, seen = 0.0, 0, 0
    for group in (own, *smaller):
        part = group.part(stratum)
        if not part.size:
            continue
        seen += part.size
        if group is own or part.std() > 0.0:  # what a smaller size cannot show at all has no spread to lend
            squares += float(((part - part.mean()) ** 2).sum())
            freedom += part.size - 1
        if freedom >= ENOUGH:
            break
    if freedom < 1:
        raise TooFewError("every parameter set must have at least two histories, got one. Ask for more with --seeds.")
    return squares, freedom, own.part(stratum).size, seen


def linearised(top: Group, bottom: Numbers) -> Group:
    """A ratio of two means as one number a history, whose mean is the ratio and whose spread is that of the ratio.

    Far from the bias of a mean of ratios where counts are few (Cochran 1977, Sampling Techniques, 6.3). Nothing below the line is a ratio of 0.
    """
    names = np.unique(top.strata)
    mean = float(np.mean([bottom[top.strata == stratum].mean() for stratum in names]))
    if mean == 0.0:
        return Group(np.zeros_like(top.values), top.strata)
    found = float(np.mean([top.part(stratum).mean() for stratum in names])) / mean
    return Group(found + (top.values - found * bottom) / mean, top.strata)


def contrast(means: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """A weighted sum of independent estimates."""
    parts = np.array([weight * mean.error for weight, mean in zip(weights, means, strict=True)]) ** 2
    value = float(sum(weight * mean.value for weight, mean in zip(weights, means, strict=True)))
    variance = float(parts.sum())
    if variance == 0.0:
        return Estimate(value, 0.0, math.inf)
    used = float(sum(part**2 / mean.freedom for part, mean in zip(parts, means, strict=True)))
    return Estimate(value, math.sqrt(variance), variance**2 / used if used > 0.0 else math.inf)


def paired_contrast(means: ArrayLike, weights: Sequence[float]) -> Estimate:
    """The same where each unit was run at every size: mean and error of the units' own contrasts.

    Parameters
    ----------
    means
        Outcome of each unit (draw from the priors) at each size [units, sizes].
    weights
        One a size, adding up to 0.

    Notes
    -----
    The error covers the choice of units. Where no unit differs it is that of one unit in n + 2 that differs by 1.
    """
    own = np.asarray(means, np.float64) @ np.asarray(weights, np.float64)
    n = own.size
    spread = float(own.std(ddof=1))
    if spread == 0.0:
        share = 1.0 / (n + 2)
        spread = math.sqrt(share * (1.0 - share)) * float(np.abs(weights).max())
    return Estimate(float(own.mean()), spread / math.sqrt(n), n - 1)


def slope_weights(sizes: Sequence[int], runs: Sequence[int]) -> list[float]:
    """Weights of the means in the slope on log2(size), a regression in which a size counts by runs x persons."""
    x = np.log2(np.asarray(sizes, np.float64))
    weight = np.asarray(sizes, np.float64) * np.asarray(runs, np.float64)
    away = x - float((weight * x).sum() / weight.sum())
    return [float(w) for w in weight * away / float((weight * away**2).sum())]


def less_weights(sizes: int, one: int) -> list[float]:
    """Weights of the means in the difference of one size from the largest, which is last."""
    return [float(k == one) - float(k == sizes - 1) for k in range(sizes)]


@dataclass(frozen=True)
class Drift:
    """One test of one outcome.

    Attributes
    ----------
    outcome
        What may drift.
    size
        Compared with the largest; None for the slope on log2(size) [persons].
    estimate
        Slope or difference, as a share of the mean at the largest size (absolute where `absolute`).
    alarm
        False-alarm rate of this one test [1].
    absolute
        In the outcome's own unit: for shares, and where the mean is 0.
    """

    outcome: str
    size: int | None
    estimate: Estimate
    alarm: float
    absolute: bool

    @property
    def what(self) -> str:
        """Head of its column."""
        return "a doubling" if self.size is None else f"{self.size:,}"

    @property
    def found(self) -> bool:
        """Whether the interval leaves out 0."""
        return abs(self.estimate.value) > self.estimate.half_width(self.alarm)
