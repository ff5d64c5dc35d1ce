"""Sizes compared with each other: every test of a table, the planted control, and what breaks the promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from measuring.drift import Drift, Estimate, contrast, less_weights, paired_contrast, slope_weights
from measuring.samples import Outcome, Sample, means


@dataclass(frozen=True)
class Comparison:
    """All tests of one group of parameter sets.

    Attributes
    ----------
    drifts
        Every test, in the order of outcomes, the slope first and then the sizes.
    alarm
        False-alarm rate of each single test: that of the table over their number [1].
    draws
        Draws that have a history at every size; None for plausible sets.
    """

    drifts: tuple[Drift, ...]
    alarm: float
    draws: int | None = None


def compare_sets(samples: Sequence[Sample], outcomes: Sequence[Outcome], *, alarm: float) -> Comparison:
    """Compare sizes with the same plausible sets and other luck."""
    single = alarm / (len(outcomes) * len(samples))
    found = [drift for outcome in outcomes for drift in drifts_of(samples, outcome, alarm=single)]
    return Comparison(tuple(found), single)


def drifts_of(samples: Sequence[Sample], outcome: Outcome, *, alarm: float) -> list[Drift]:
    """Tests of one outcome: the slope, and every size less the largest."""
    sizes, found = [one.size for one in samples], means(samples, outcome)
    slope = contrast(found, slope_weights(sizes, [one.runs for one in samples]))
    less = [contrast(found, less_weights(len(sizes), k)) for k in range(len(sizes) - 1)]
    return _named(outcome, sizes, [slope, *less], largest=found[-1].value, alarm=alarm)


def compare_draws(samples: Sequence[Sample], outcomes: Sequence[Outcome], *, draws: int, alarm: float) -> Comparison:
    """Compare every draw from the priors with itself at other sizes; a draw that lacks a size is left out."""
    sizes, single = [one.size for one in samples], alarm / (len(outcomes) * len(samples))
    weights = [slope_weights(sizes, [1] * len(sizes)), *(less_weights(len(sizes), k) for k in range(len(sizes) - 1))]
    found: list[Drift] = []
    whole = complete(samples, draws=draws)
    for outcome in outcomes:
        each = np.stack([one.by_set(outcome, draws) for one in samples], axis=1)[whole]
        tests = [paired_contrast(each, weight) for weight in weights]
        found += _named(outcome, sizes, tests, largest=float(each[:, -1].mean()), alarm=single)
    return Comparison(tuple(found), single, draws=int(whole.sum()))


def complete(samples: Sequence[Sample], *, draws: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which draws have a history at every size [draws]."""
    return np.array([all((one.sets == k).any() for one in samples) for k in range(draws)], dtype=bool)


def _named(
    outcome: Outcome, sizes: Sequence[int], tests: Sequence[Estimate], *, largest: float, alarm: float
) -> list[Drift]:
    """The tests as shares of the mean at the largest size, or in the outcome's own unit."""
    unit = 1.0 if outcome.absolute or largest <= 0.0 else largest
    scaled = [Estimate(test.value / unit, test.error / unit, test.freedom) for test in tests]
    places = [None, *sizes[:-1]]
    return [Drift(outcome.name, size, test, alarm, unit == 1.0) for size, test in zip(places, scaled, strict=True)]


def planted(samples: Sequence[Sample], outcome: Outcome, *, per_doubling: float) -> list[Sample]:
    """The same luck with a known drift and no other.

    The mean of every size is moved to that of the largest, and then made smaller by a share `per_doubling` of it for every doubling below.
    """
    here = [mean.value for mean in means(samples, outcome)]
    away = [
        here[-1] * (1.0 + per_doubling * math.log2(one.size / samples[-1].size)) - mean
        for one, mean in zip(samples, here, strict=True)
    ]
    return [
        replace(one, values={**one.values, outcome.name: one.values[outcome.name] + move})
        for one, move in zip(samples, away, strict=True)
    ]


def broken(found: Sequence[Drift], outcomes: Sequence[Outcome], *, tolerance: float) -> list[Drift]:
    """The drifts that break a promise: found beyond error and larger than the tolerance, at a size from which on there should be none."""
    promised = {outcome.name: outcome.promised for outcome in outcomes if outcome.promised is not None}
    return [
        drift
        for drift in found
        if drift.outcome in promised and drift.size is not None and drift.size >= promised[drift.outcome]
        if drift.found and abs(drift.estimate.value) > tolerance
    ]
