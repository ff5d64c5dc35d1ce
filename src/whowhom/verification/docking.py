"""Docking: whether two programs, or two readings of one paper, draw from the same distribution of runs.

Two samples of runs are compared in what they show: numbers and waits of outbursts, their sizes and peaks, and the stocks at all ticks. The null is that a run
of one sample might as well have been one of the other. The test is a permutation test over whole runs: the labels of the runs are shuffled, never those of
ticks or of outbursts, so that it keeps its false-alarm rate however much the ticks of a run depend on each other and however much runs differ (Good 2005,
*Permutation, Parametric, and Bootstrap Tests of Hypotheses*, ch. 1 to 3). Each measure is compared by the squared distance of the two pooled distribution
functions with the weight of Anderson and Darling (Pettitt 1976, Biometrika 63, 161-168), which hears the tails. Several measures are one test:
the smallest of their p-values is compared with what shuffling gives for the smallest (Westfall and Young 1993), so looking at many costs no false alarms.

Not being rejected says little by itself. A docking is therefore reported with the power of the same test, at the same numbers of runs, against a neighbour
that is known to differ (`rejection_rate`), and with the differences in the units of the measures.

Both samples must be watched for the same number of ticks, for a longer run shows longer waits; they are cut to the shortest run.

Examples
--------
>>> luck = np.random.Generator(np.random.Philox(key=1))
>>> def run(mean):
...     return Run(luck.poisson(mean, 200), luck.poisson(5.0, 200))
>>> ours, theirs, other = ([run(mean) for _ in range(12)] for mean in (8.0, 8.0, 9.0))
>>> dock(ours, theirs, above=12).rejected, dock(ours, other, above=12).rejected
(False, True)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whowhom.errors import RecordError
from whowhom.experiments.intervals import Interval, share_interval
from whowhom.experiments.outbursts import OUTBURST, WAIT, over_runs, spells

Floats = NDArray[np.float64]

#: Values of a measure, an array per run.
Values = Mapping[str, Sequence[Floats]]

#: Rate at which a test without a difference rejects. The smallest p-value that shuffling can give must be well below it.
FALSE_ALARM = 1e-3
PERMUTATIONS = 9_999

#: Points at which distribution functions are compared; more change nothing visible and cost time. Ours.
_POINTS = 200

#: How often whole runs are drawn again for the standard errors, which are shown and decide nothing. Ours.
_RESAMPLES = 200
_SEED = 20_260_102


class Run(NamedTuple):
    """One run: persons active and persons jailed at each tick."""

    active: ArrayLike
    jailed: ArrayLike


@dataclass(frozen=True)
class Measure:
    """One measure in both samples.

    Parameters
    ----------
    name
        'outbursts', 'wait', 'size', 'peak', 'active' or 'jailed'.
    first, second
        Means of the pooled values.
    first_error, second_error
        Their standard errors over runs.
    distance
        Largest difference of the two distribution functions [1].
    p
        Of this measure alone [1].
    """

    name: str
    first: float
    first_error: float
    second: float
    second_error: float
    distance: float
    p: float


@dataclass(frozen=True)
class Docked:
    """What a docking found.

    Parameters
    ----------
    measures
        Each measure by itself; their p-values are not corrected for their number.
    p
        Of all measures together [1].
    false_alarm
        Rate at which the test rejects samples of one distribution [1].
    runs
        Runs in the two samples.
    """

    measures: tuple[Measure, ...]
    p: float
    false_alarm: float
    runs: tuple[int, int]

    @property
    def rejected(self) -> bool:
        """True if the samples are told apart."""
        return self.p <= self.false_alarm


def measured(runs: Sequence[Run], *, above: float, ticks: int | None = None) -> dict[str, list[Floats]]:
    """Return what runs show, an array per run and measure.

    Parameters
    ----------
    runs
        Any number.
    above
        Level of an outburst [persons].
    ticks
        How many ticks of each run count; by default those of the shortest.
    """
    last = min(np.size(run.active) for run in runs) if ticks is None else ticks
    found: dict[str, list[Floats]] = {name: [] for name in ("outbursts", "wait", "size", "peak", "active", "jailed")}
    for run in runs:
        active = np.asarray(run.active, dtype=np.float64)[:last]
        cut = [one for one in spells(active, above=above) if one.begun]
        whole = [one for one in cut if one.ended]
        out = [one for one in whole if one.kind == OUTBURST]
        found["outbursts"].append(np.array([float(sum(one.kind == OUTBURST for one in cut))]))
        found["wait"].append(np.array([float(one.duration) for one in whole if one.kind == WAIT]))
        found["size"].append(np.array([one.size for one in out]))
        found["peak"].append(np.array([one.peak for one in out]))
        found["active"].append(active)
        found["jailed"].append(np.asarray(run.jailed, dtype=np.float64)[:last])
    return found


def dock(
    first: Sequence[Run],
    second: Sequence[Run],
    *,
    above: float = 50.0,
    false_alarm: float = FALSE_ALARM,
    permutations: int = PERMUTATIONS,
    seed: int = _SEED,
) -> Docked:
    """Test whether two samples of runs come from one distribution.

    Parameters
    ----------
    first, second
        At least two runs each, independent of each other; of the same number of ticks, or cut to the shortest.
    above
        Level of an outburst [persons].
    false_alarm
        Rate at which samples of one distribution may be told apart [1].
    permutations
        Shufflings; at least ten times the inverse of `false_alarm` should be [1].
    seed
        Of the shuffling.
    """
    ticks = min(np.size(run.active) for run in (*first, *second))
    samples = [measured(runs, above=above, ticks=ticks) for runs in (first, second)]
    return compare(*samples, false_alarm=false_alarm, permutations=permutations, seed=seed)


def compare(
    first: Values,
    second: Values,
    *,
    false_alarm: float = FALSE_ALARM,
    permutations: int = PERMUTATIONS,
    seed: int = _SEED,
) -> Docked:
    """Test whether any measures of two samples of runs, made by any model, come from one distribution.

    Parameters
    ----------
    first, second
        The same measures: for each an array per run; a run may have no value.
    false_alarm, permutations, seed
        As in `dock`.

    Raises
    ------
    ValueError
        The samples have different measures or fewer than two runs, or so few labellings cannot give so small a p-value.
    """
    tables, p_values, overall = _test(first, second, false_alarm=false_alarm, permutations=permutations, seed=seed)
    measures = tuple(
        _measure(name, first[name], second[name], table=tables[name], p=p)
        for name, p in zip(tables, p_values, strict=True)
    )
    return Docked(measures, overall, false_alarm, (_runs_in(first), _runs_in(second)))


def _test(
    first: Values, second: Values, *, false_alarm: float, permutations: int, seed: int
) -> tuple[dict[str, Floats], list[float], float]:
    """Return the counts, the p-value of each measure and that of all together."""
    n, m = _runs_in(first), _runs_in(second)
    if set(first) != set(second) or min(n, m) < 2:
        raise ValueError("two samples must have the same measures and at least two runs each.")
    labels = _labels(n, m, permutations=permutations, seed=seed)
    if len(labels) * false_alarm < 1.0:
        raise ValueError(
            f"{len(labels)} labellings of {n} and {m} runs give no p-value as small as {false_alarm}. Use more of them."
        )
    tables = {name: _counts([*first[name], *second[name]]) for name in first}
    p_values = _p_values(np.array([_weighted(table, labels) for table in tables.values()]))
    overall = _p_values(-p_values.min(axis=0)[np.newaxis, :])
    return tables, p_values[:, 0].tolist(), float(overall[0, 0])


def _runs_in(sample: Values) -> int:
    """Return the number of runs, which all measures share."""
    (n,) = {len(groups) for groups in sample.values()}
    return n


def _labels(n: int, m: int, *, permutations: int, seed: int) -> Floats:
    """Return which runs are called the first sample, the true labelling first; float64 [labellings, n + m].

    All of them if they are no more than the shufflings asked for, and then p-values are exact; else the true one and so many shufflings.
    """
    if math.comb(n + m, n) <= permutations + 1:
        chosen = np.array(list(combinations(range(n + m), n)))
    else:
        luck = np.random.Generator(np.random.Philox(key=seed))
        chosen = np.argsort(luck.random((permutations + 1, n + m)), axis=1)[:, :n]
        chosen[0] = np.arange(n)
    labels = np.zeros((len(chosen), n + m))
    np.put_along_axis(labels, chosen, 1.0, axis=1)
    return labels


def _counts(groups: Sequence[Floats]) -> Floats:
    """Return for each run the number of values up to each point, and last of all; the points are quantiles of all values."""
    values = np.concatenate(groups)
    if not values.size:
        return np.zeros((len(groups), 1))
    points = np.unique(np.quantile(values, np.linspace(0.0, 1.0, _POINTS + 1), method="inverted_cdf"))
    return np.array([np.searchsorted(np.sort(group), points, side="right") for group in groups], dtype=np.float64)


def _functions(table: Floats, labels: Floats) -> tuple[Floats, Floats]:
    """Return the two distribution functions at the points, for each labelling; NaN where a sample has no value."""
    first = labels @ table
    second = table.sum(axis=0) - first
    with np.errstate(invalid="ignore"):
        return first / first[:, -1:], second / second[:, -1:]


def _weighted(table: Floats, labels: Floats) -> Floats:
    """Return Anderson and Darling's distance for each labelling; infinite if only one sample has values."""
    pooled = table.sum(axis=0)
    if not pooled[-1]:
        return np.zeros(len(labels))
    height = pooled / pooled[-1]
    mass = np.diff(height, prepend=0.0)
    weight = np.where(height < 1.0, mass / np.maximum(height * (1.0 - height), 1e-300), 0.0)
    first, second = _functions(table, labels)
    found = ((first - second) ** 2) @ weight
    # Rounding may part labellings that are the same; the true one must not fall below its equals.
    return np.where(np.isnan(found), math.inf, np.round(found, 12))


def _p_values(statistics: Floats) -> Floats:
    """Return for each labelling the share of labellings whose statistic is at least as large; the larger, the further from the null."""
    ordered = np.sort(statistics, axis=1)
    n = statistics.shape[1]
    return np.array([(n - np.searchsorted(row, values)) / n for row, values in zip(ordered, statistics, strict=True)])


def _measure(name: str, first: Sequence[Floats], second: Sequence[Floats], *, table: Floats, p: float) -> Measure:
    labels = np.array([[1.0] * len(first) + [0.0] * len(second)])
    one, other = _functions(table, labels)
    gaps = np.abs(one - other)
    means = [_mean(np.concatenate(groups)) for groups in (first, second)]
    errors = [over_runs(list(groups), _mean, resamples=_RESAMPLES) for groups in (first, second)]
    distance = math.nan if np.isnan(gaps).any() else float(gaps.max())
    return Measure(name, means[0], errors[0], means[1], errors[1], distance, p)


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan


def rejection_rate(
    first: Values,
    second: Values,
    *,
    runs: tuple[int, int],
    repeats: int = 200,
    false_alarm: float = FALSE_ALARM,
    permutations: int = PERMUTATIONS,
    seed: int = _SEED,
) -> Interval:
    """Return how often samples of given sizes are told apart, when they are drawn from two stocks of runs.

    Parameters
    ----------
    first, second
        Stocks of runs, larger than the samples, as `measured` gives them. The same object twice gives the false-alarm rate: the two samples
        then have no run in common.
    runs
        Runs drawn for each sample, without replacement.
    repeats
        Pairs of samples [1].
    false_alarm, permutations
        As in `compare`.
    seed
        Of the drawing.

    Returns
    -------
    Interval
        The share with its interval. The pairs share runs, so the interval is somewhat too short if the stocks are small.
    """
    luck = np.random.Generator(np.random.Philox(key=seed))
    n, m = runs
    told_apart = 0
    for number in range(repeats):
        order = luck.permutation(_runs_in(first))
        mine = order[:n]
        theirs = order[n : n + m] if second is first else luck.permutation(_runs_in(second))[:m]
        samples = (_some(first, mine), _some(second, theirs))
        _, _, p = _test(*samples, false_alarm=false_alarm, permutations=permutations, seed=seed + 1 + number)
        told_apart += p <= false_alarm
    return share_interval(told_apart, repeats)


def _some(stock: Values, chosen: NDArray[np.int64]) -> dict[str, list[Floats]]:
    return {name: [groups[i] for i in chosen] for name, groups in stock.items()}


def read_traces(path: str | Path) -> dict[tuple[tuple[str, str], ...], list[Run]]:
    """Read runs of another program: a CSV file with `seed`, `tick`, `active`, `jailed` and any columns that say its settings.

    Parameters
    ----------
    path
        The file. Columns `quiet` and `cops`, counts that follow from the others, are ignored.

    Returns
    -------
    dict
        The runs of each setting, in the order of the seeds; a setting is its columns and their values as text, () if there are none.

    Raises
    ------
    RecordError
        The file cannot be read, or a column is missing.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise RecordError(f"'{path}' must be a CSV file that can be read, got: {error}. Check the path.") from error
    needed = ("seed", "tick", "active", "jailed")
    missing = [name for name in needed if name not in table]
    if missing:
        raise RecordError(f"'{path}' must have the columns {', '.join(needed)}, got none called {', '.join(missing)}.")
    settings = [name for name in table if name not in (*needed, "quiet", "cops")]
    found: dict[tuple[tuple[str, str], ...], list[Run]] = {}
    for key, run in table.groupby([*settings, "seed"], sort=True):
        values = key if isinstance(key, tuple) else (key,)
        ordered = run.sort_values("tick")
        setting = tuple((name, str(value)) for name, value in zip(settings, values, strict=False))
        found.setdefault(setting, []).append(Run(ordered["active"].to_numpy(), ordered["jailed"].to_numpy()))
    return found
