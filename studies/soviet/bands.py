"""How far a history is from the records: the rules, fixed before the first draw was run.

A history is compared with the named targets of `whowhom.data.targets` and their bands, which are read and never changed here.

* **Miss** of one target: 0 inside the band; outside, the distance from the nearer end on the logarithmic scale in half-widths of the band,
  at most `FARTHEST`. A history that fell before the target's period, or that has none of what is counted, misses by `FARTHEST`.
* **Distance** of a draw: the sum over targets of squared misses of its *mean history* (the mean of its weekly series over the seeds that
  lived to the end), since a simulated person stands for about a thousand: in one history a year's executions are a handful of persons.
* **Weight** of a draw: the share of *all* its seeds whose own history lies inside every band; a seed that fell counts and matches nothing.
* **Off-centre**: the sum of squared distances from the recorded values in the same unit; it orders draws of equal distance, nothing else.

Ours, after AMENDMENTS 1.4 and 3 of the design.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from whowhom.data.targets import Target

FARTHEST = 6.0
"""Largest miss of one target [half-widths of its band]."""

SERIES = {
    "apparatus.staff": "staff",
    "repression.arrests": "arrests",
    "repression.death_sentences": "executed",
    "camps.early_population": "in_camps",
}
"""Recorded series -> the model's observable beside it (an execution and a death sentence are one event in the model)."""

Floats = NDArray[np.float64]


def half_width(target: Target) -> float:
    """Half the width of a band on the natural logarithmic scale [1]."""
    return (math.log(target.high) - math.log(target.low)) / 2


def miss(target: Target, value: float) -> float:
    """How far a value lies outside a band, in half-widths of the band on the logarithmic scale; 0 inside, at most `FARTHEST`."""
    if not (math.isfinite(value) and value > 0):
        return FARTHEST
    below, above = math.log(target.low / value), math.log(value / target.high)
    return min(FARTHEST, max(0.0, below, above) / half_width(target))


def off_centre(target: Target, value: float) -> float:
    """Distance from the recorded value in half-widths of the band on the logarithmic scale, at most `FARTHEST`."""
    if not (math.isfinite(value) and value > 0):
        return FARTHEST
    return min(FARTHEST, abs(math.log(value / target.value)) / half_width(target))


def distance(targets: Sequence[Target], values: Sequence[float]) -> float:
    """Sum over targets of squared misses; 0 if and only if every value lies in its band."""
    return math.fsum(miss(target, float(value)) ** 2 for target, value in zip(targets, values, strict=True))


def inside(targets: Sequence[Target], values: Sequence[float]) -> bool:
    """Whether every value lies in its band."""
    return all(target.inside(float(value)) for target, value in zip(targets, values, strict=True))


def values_of(targets: Sequence[Target], series: Mapping[str, Floats], *, start: date) -> list[float]:
    """Read the targets off weekly series.

    Parameters
    ----------
    targets
        The named targets.
    series
        Observable -> float64 [weeks], the value at the end of each week (stocks) or during it (flows), from week 0 on.
    start
        First day of week 0.

    Returns
    -------
    list of float
        In the targets' order and units; NaN where the history does not reach.
    """
    return [target.of(series[SERIES[target.series]].tolist(), start=start) for target in targets]


def mean_history(histories: Floats) -> Floats:
    """Mean weekly series over the seeds that lived to the end.

    Parameters
    ----------
    histories
        float64 [seeds, observables, weeks], NaN from the collapse on.

    Returns
    -------
    ndarray
        float64 [observables, weeks]; NaN throughout if every seed fell.
    """
    alive = ~np.isnan(histories[:, 0, -1])
    if not alive.any():
        return np.full(histories.shape[1:], np.nan)
    return np.asarray(histories[alive].mean(axis=0))


def weight(targets: Sequence[Target], values: Sequence[Sequence[float]]) -> float:
    """Share of a draw's seeds whose own history lies inside every band; `values` has a row for each seed, fallen ones too."""
    return sum(inside(targets, row) for row in values) / len(values)


@dataclass(frozen=True)
class Draw:
    """What is known of one draw.

    Attributes
    ----------
    distance, weight, off_centre
        As at the top of this file.
    survived
        Share of its seeds that lived to the end.
    values
        Targets of its mean history, in their order.
    """

    distance: float
    weight: float
    off_centre: float
    survived: float
    values: tuple[float, ...]

    @property
    def accepted(self) -> bool:
        """Whether the mean history lies inside every band, and at least one seed's own history does."""
        return self.distance == 0 and self.weight > 0


def compare_draw(targets: Sequence[Target], histories: Floats, *, start: date) -> Draw:
    """Compare one draw with the records.

    Parameters
    ----------
    targets
        The named targets.
    histories
        float64 [seeds, observables in the order of `SERIES`, weeks], NaN from the collapse on.
    start
        First day of week 0.
    """
    own = [values_of(targets, dict(zip(SERIES.values(), one, strict=True)), start=start) for one in histories]
    mean = values_of(targets, dict(zip(SERIES.values(), mean_history(histories), strict=True)), start=start)
    return Draw(
        distance=distance(targets, mean),
        weight=weight(targets, own),
        off_centre=math.fsum(off_centre(target, value) ** 2 for target, value in zip(targets, mean, strict=True)),
        survived=float((~np.isnan(histories[:, 0, -1])).mean()),
        values=tuple(mean),
    )


def best_first(draws: Sequence[Draw]) -> list[int]:
    """Indices from the best draw to the worst: accepted ones by their weight, then the others by distance; ties by off-centre."""
    return sorted(
        range(len(draws)),
        key=lambda i: (
            not draws[i].accepted,
            -draws[i].weight if draws[i].accepted else draws[i].distance,
            draws[i].off_centre,
        ),
    )


def effective_number(weights: Sequence[float]) -> float:
    """Effective size of weighted draws, (sum w)^2 / sum w^2 (Kish); 0 if there is no weight."""
    squares = math.fsum(w * w for w in weights)
    return math.fsum(weights) ** 2 / squares if squares > 0 else 0.0


def spread(points: Floats, order: Sequence[int], *, number: int) -> list[int]:
    """Choose members that differ: the first of `order`, then always the one farthest from all chosen.

    Parameters
    ----------
    points
        float64 [n, dimensions], Euclidean.
    order
        Indices that may be chosen, best first; ties go to the better.
    number
        How many at most.

    Returns
    -------
    list of int
        Indices, in the order of their choice.
    """
    chosen: list[int] = list(order[:1])
    while len(chosen) < min(number, len(order)):
        left = [index for index in order if index not in chosen]
        gaps = [min(float(np.linalg.norm(points[index] - points[other])) for other in chosen) for index in left]
        chosen.append(left[int(np.argmax(gaps))])
    return chosen
