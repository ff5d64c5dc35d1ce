"""Which numbers are independent: replicates that share a parameter set are not.

Replicate `i` uses plausible set `i mod n_sets`. What a set makes of an instrument is common to all its replicates, so
with several of them a set counts as one unit: the mean over its replicates. Treating replicates as independent then
gives intervals that are too narrow (measured in `tests/unit/experiments/test_twins_coverage.py`: 95 % intervals that cover 55 %).
That holds as soon as any set has two replicates; with one of each the replicates are the units and there is nothing to average.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whowhom.experiments.intervals import LEVEL, Interval, mean_interval, paired_share_interval, share_interval

REPLICATES = "replicates"
SET_MEANS = "set means"

Numbers = NDArray[np.float64]


def basis(sets: ArrayLike | None, *, n: int) -> str:
    """Say what the independent units are: 'set means' if there are several sets and one of them has two replicates.

    Otherwise they are 'replicates'.

    Parameters
    ----------
    sets
        Number of the parameter set of each replicate; None or -1 throughout if there is none [n].
    n
        Replicates.
    """
    if sets is None:
        return REPLICATES
    n_sets = np.unique(np.asarray(sets)).size
    return SET_MEANS if 1 < n_sets < n else REPLICATES


def set_means(values: ArrayLike, sets: ArrayLike) -> Numbers:
    """Return the mean over the replicates of each parameter set, in the order of the sets' numbers."""
    data, groups = np.asarray(values, dtype=np.float64), np.asarray(sets)
    return np.array([data[groups == group].mean() for group in np.unique(groups)])


def interval_of_mean(values: ArrayLike, *, sets: ArrayLike | None = None, level: float = LEVEL) -> Interval:
    """Return the mean of a number over independent units, with Student's interval.

    The mean over set means weighs sets equally, also where an interrupted experiment has more replicates of some.
    """
    data = np.asarray(values, dtype=np.float64)
    if basis(sets, n=data.size) == REPLICATES:
        return _named(mean_interval(data, level=level), REPLICATES)
    assert sets is not None
    return _named(mean_interval(set_means(data, sets), level=level), SET_MEANS)


def interval_of_share(holds: ArrayLike, *, sets: ArrayLike | None = None, level: float = LEVEL) -> Interval:
    """Return the share of runs in which something holds, with an interval in [0, 1].

    Over replicates Wilson's. Over set means Student's, or Wilson's over as many units as there are sets where that is wider: if
    all sets agree by chance, Student's has no width, which a handful of sets cannot justify.
    """
    data = np.asarray(holds, dtype=bool)
    if basis(sets, n=data.size) == REPLICATES:
        return _named(share_interval(int(data.sum()), data.size, level=level), REPLICATES)
    assert sets is not None
    means = set_means(data, sets)
    score = share_interval(round(float(means.sum())), means.size, level=level)
    return _clipped(interval_of_mean(data, sets=sets, level=level).union(score), 0.0)


def interval_of_share_difference(
    holds: ArrayLike, against: ArrayLike, *, sets: ArrayLike | None = None, level: float = LEVEL
) -> Interval:
    """Return the difference of two shares over twins, with an interval in [-1, 1].

    Over replicates Tango's. Over set means Student's, or Tango's over as many units as there are sets where that is wider, as in `interval_of_share`.
    """
    one, other = np.asarray(holds, dtype=bool), np.asarray(against, dtype=bool)
    if basis(sets, n=one.size) == REPLICATES:
        only_one, only_other = int((one & ~other).sum()), int((other & ~one).sum())
        return _named(paired_share_interval(only_one, only_other, one.size, level=level), REPLICATES)
    assert sets is not None
    first, second = set_means(one & ~other, sets), set_means(other & ~one, sets)
    score = paired_share_interval(round(float(first.sum())), round(float(second.sum())), first.size, level=level)
    differences = one.astype(np.float64) - other
    return _clipped(interval_of_mean(differences, sets=sets, level=level).union(score), -1.0)


def interval_of_bounded(
    values: ArrayLike, *, bound: float, sets: ArrayLike | None = None, level: float = LEVEL
) -> Interval:
    """Return the mean of a number that lies in [-bound, bound], such as a mean of differences of survival.

    Student's interval over independent units, or where that is wider Tango's for as many units whose gains and losses add up to the same: of all numbers in
    [-1, 1] with given mean gain and mean loss, those that are -1, 0 or 1 vary most. So a few units that agree by chance do not give an interval without width.
    Ours, after `interval_of_share_difference`.

    Parameters
    ----------
    bound
        Largest absolute value that one run can have [unit of the values].
    """
    data = np.asarray(values, dtype=np.float64)
    found = interval_of_mean(data, sets=sets, level=level)
    units = data if sets is None or basis(sets, n=data.size) == REPLICATES else set_means(data, sets)
    gains, losses = (round(float(np.maximum(sign * units, 0.0).sum() / bound)) for sign in (1.0, -1.0))
    score = paired_share_interval(gains, losses, units.size, level=level)
    scaled = replace(score, estimate=found.estimate, low=bound * score.low, high=bound * score.high)
    if units.size < 2:
        return replace(scaled, method=f"{score.method} over {found.method.partition(' over ')[2]}")
    wide = found.union(scaled)
    return replace(wide, low=max(wide.low, -bound), high=min(wide.high, bound))


def error_of_mean(values: ArrayLike, *, sets: ArrayLike | None = None) -> float:
    """Return the standard error of a mean over independent units; NaN with fewer than two of them."""
    data = np.asarray(values, dtype=np.float64)
    units = data if sets is None or basis(sets, n=data.size) == REPLICATES else set_means(data, sets)
    return float(units.std(ddof=1) / np.sqrt(units.size)) if units.size > 1 else float("nan")


def _named(interval: Interval, units: str) -> Interval:
    """Return the interval with what it rests on in its method."""
    return replace(interval, method=f"{interval.method} over {interval.n} {units[:-1] if interval.n == 1 else units}")


def _clipped(interval: Interval, least: float) -> Interval:
    """Return the interval without what no share can be."""
    return replace(interval, low=max(interval.low, least), high=min(interval.high, 1.0))
