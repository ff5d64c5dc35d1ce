"""Outbursts and the waiting times between them, of any stored series of any model, as survival data.

Bookkeeping (Epstein 2002, PNAS 99 suppl. 3, 7243-7250, Fig. 5, read as a quotation): an outburst begins at the first tick at which the series is
above a level and ends at the first tick at which it is below it; at the level itself nothing changes. The wait is the time from an end to the next
beginning, the size the sum of the series over the ticks of the outburst, the peak the largest of them.

Censoring. The first spell of a run has no beginning that anybody saw and the last has no end: they are kept in the table and marked (`begun`,
`ended`). Means, standard deviations and quantiles are those of spells seen whole, as in the literature; in short runs they leave out the long ones and
are too small, which the curves (`curves`) put right: there the last spell counts as lasting at least as long as it was seen. The first is left out of
both: what is known of it is that the run began inside it, which happens to long spells more often than to short ones. A spell that a collapse cuts
is censored too, so curves speak of the regime while it stands.

Spells of one run are no independent observations (its persons are the same ones throughout). All standard errors and intervals here are over runs:
whole runs are drawn again, with all their spells.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whowhom.errors import MissingExtraError, ParameterError, UnknownNameError, quoted, unknown
from whowhom.experiments.intervals import LEVEL
from whowhom.experiments.statistics import finished

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.store.reader import Store

OUTBURST, WAIT = "outburst", "wait"
QUANTILES = (0.1, 0.5, 0.9)

#: How often whole runs are drawn again for a standard error. Ours: the error of the error is then about 2 per cent.
RESAMPLES = 1000

#: Seed of the drawing again; it decides only the last digit of a standard error.
_SEED = 20_260_101

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spell:
    """A stretch above the level, or one between two of them.

    Parameters
    ----------
    kind
        'outburst' or 'wait'.
    start, end
        First tick of it, and first tick after it (or after the run) [ticks].
    size, peak
        Sum and largest value of the series inside it; of a wait too.
    begun, ended
        Whether its beginning and its end were seen.
    """

    kind: str
    start: int
    end: int
    size: float
    peak: float
    begun: bool
    ended: bool

    @property
    def duration(self) -> int:
        """Ticks for which it was seen [ticks]."""
        return self.end - self.start


def spells(series: ArrayLike, *, above: float) -> list[Spell]:
    """Cut one series into outbursts and waits, in order.

    Parameters
    ----------
    series
        A value a tick; from the first NaN on there is nothing (a collapse).
    above
        The level.
    """
    values: Floats = np.asarray(series, dtype=np.float64)
    nothing = np.flatnonzero(np.isnan(values))
    values = values[: nothing[0]] if nothing.size else values
    if not values.size:
        return []
    out = _outside(values, above)
    cuts = [0, *(np.flatnonzero(out[1:] != out[:-1]) + 1).tolist(), values.size]
    found = []
    for start, end in pairwise(cuts):
        part = values[start:end]
        kind = OUTBURST if out[start] else WAIT
        found.append(Spell(kind, start, end, float(part.sum()), float(part.max()), start > 0, end < values.size))
    return found


def _outside(values: Floats, above: float) -> NDArray[np.bool_]:
    """Return at which ticks there is an outburst; a value at the level keeps what was, and is calm at the start."""
    sign = np.sign(values - above)
    place = np.where(sign != 0, np.arange(values.size), -1)
    last = np.maximum.accumulate(place)
    return np.asarray((last >= 0) & (sign[last] > 0))


def spells_of(frame: pd.DataFrame, *, observable: str, above: float) -> pd.DataFrame:
    """Cut the series of many runs.

    Parameters
    ----------
    frame
        A row per run and tick in the order of the ticks, with the columns `replicate`, `arm` (may be absent) and the observable.
    observable
        A column.
    above
        The level.

    Returns
    -------
    pandas.DataFrame
        A row per spell: `arm`, `replicate`, `kind`, `start`, `end`, `duration`, `size`, `peak`, `begun`, `ended`.

    Raises
    ------
    UnknownNameError
        There is no such column.
    ParameterError
        The level is no finite number.
    """
    import pandas as pd

    if not math.isfinite(above):
        raise ParameterError(
            f"'above' must be a finite number, got {quoted(above)}. Give the level that an outburst exceeds."
        )
    if observable not in frame:
        raise UnknownNameError(unknown("observable", observable, [str(name) for name in frame.columns]))
    if not pd.api.types.is_numeric_dtype(frame[observable]):
        raise ParameterError(f"observable {quoted(observable)} must hold numbers, got text. Choose another.")
    rows = []
    runs = frame.groupby(["arm", "replicate"] if "arm" in frame else ["replicate"], observed=True, sort=True)
    for key, run in runs:
        arm, replicate = key if "arm" in frame else ("", *key)
        for one in spells(run[observable].to_numpy(), above=above):
            spell = (one.kind, one.start, one.end, one.duration, one.size, one.peak, one.begun, one.ended)
            rows.append((arm, replicate, *spell))
    columns = ["arm", "replicate", "kind", "start", "end", "duration", "size", "peak", "begun", "ended"]
    return pd.DataFrame(rows, columns=columns).astype({"begun": "bool", "ended": "bool"})


def outbursts(store: Store, *, observable: str, above: float, arms: list[str] | None = None) -> pd.DataFrame:
    """Return all outbursts and waits of an experiment, as `spells_of`.

    Raises
    ------
    StoreError
        No history is finished.
    UnknownNameError
        There is no such observable or arm.
    ParameterError
        The level is no finite number.
    """
    finished(store)
    return spells_of(store.weeks([observable], arms=arms), observable=observable, above=above)


def summary(table: pd.DataFrame, *, runs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what spells seen whole look like: counts a run, means, standard deviations and quantiles, with standard errors over runs.

    Parameters
    ----------
    table
        As `spells_of` returns it.
    runs
        Rows with `arm` and `replicate` of all runs, also of those without a spell; by default those in `table`.

    Returns
    -------
    pandas.DataFrame
        A row per arm and measure (`outbursts a run`, `wait`, `size`, `peak`, `duration`): `arm`, `measure`, `runs`, `n` (spells seen whole), `mean`,
        `mean_error`, `sd`, `sd_error`, and `q10`, `q50`, `q90`. Errors are NaN where there is one run.
    """
    import pandas as pd

    rows = []
    keys = (table if runs is None else runs)[["arm", "replicate"]].drop_duplicates()
    for arm, of_arm in keys.groupby("arm", observed=True, sort=True):
        replicates = of_arm["replicate"].tolist()
        here = table[(table["arm"] == arm) & table["begun"]]
        begun = here[here["kind"] == OUTBURST].groupby("replicate").size()
        counts = [np.array([float(begun.get(replicate, 0))]) for replicate in replicates]
        rows.append(_row(arm, "outbursts a run", counts))
        whole = here[here["ended"]]
        for measure, kind, column in _MEASURES:
            by_run = whole[whole["kind"] == kind].groupby("replicate")[column]
            groups = {key: group.to_numpy(dtype=np.float64) for key, group in by_run}
            rows.append(_row(arm, measure, [groups.get(replicate, np.empty(0)) for replicate in replicates]))
    return pd.DataFrame(rows)


_MEASURES = (
    ("wait", WAIT, "duration"),
    ("size", OUTBURST, "size"),
    ("peak", OUTBURST, "peak"),
    ("duration", OUTBURST, "duration"),
)


def _row(arm: Any, measure: str, groups: list[Floats]) -> dict[str, Any]:
    values = np.concatenate(groups)
    quantiles = np.quantile(values, QUANTILES) if values.size else np.full(len(QUANTILES), math.nan)
    return {
        "arm": arm,
        "measure": measure,
        "runs": len(groups),
        "n": values.size,
        "mean": _mean(values),
        "mean_error": over_runs(groups, _mean),
        "sd": _sd(values),
        "sd_error": over_runs(groups, _sd),
        **{f"q{100 * q:.0f}": float(value) for q, value in zip(QUANTILES, quantiles, strict=True)},
    }


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan


def _sd(values: Floats) -> float:
    return float(values.std(ddof=1)) if values.size > 1 else math.nan


def over_runs(groups: list[Floats], statistic: Callable[[Floats], float], *, resamples: int = RESAMPLES) -> float:
    """Return the standard error of a statistic of pooled values when whole runs are drawn again.

    Parameters
    ----------
    groups
        The values of each run, at least two runs; a run may have none.
    statistic
        Of the pooled values.
    resamples
        How often [1].
    """
    if len(groups) < 2:
        return math.nan
    drawn = [statistic(np.concatenate([groups[i] for i in again])) for again in redraws(len(groups), resamples)]
    there = np.array([value for value in drawn if not math.isnan(value)])
    return float(there.std(ddof=1)) if there.size > 1 else math.nan


def redraws(n: int, resamples: int) -> NDArray[np.int64]:
    """Draw n runs of n with replacement, so many times: int64 [resamples, n]."""
    return np.random.Generator(np.random.Philox(key=_SEED)).integers(0, n, size=(resamples, n))


def exceedance(values: ArrayLike) -> pd.DataFrame:
    """Return the share of values that are at least so large, for each value there is (the complementary distribution function).

    Returns
    -------
    pandas.DataFrame
        `value` (rising, each once) and `share` of values at least as large [1].
    """
    import pandas as pd

    found, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    return pd.DataFrame({"value": found, "share": counts[::-1].cumsum()[::-1] / max(1, counts.sum())})


def curves(
    table: pd.DataFrame, *, kind: str = WAIT, level: float = LEVEL, bandwidth: float | None = None, resamples: int = 200
) -> pd.DataFrame:
    """Return how long waits or outbursts last: the Kaplan-Meier estimate and the hazard, with intervals over runs.

    Parameters
    ----------
    table
        As `spells_of` returns it. The last spell of a run is censored, the first left out.
    kind
        'wait' or 'outburst'.
    level
        Confidence level at each duration by itself [1].
    bandwidth
        Of the kernel that smooths the hazard [ticks]; by default an eighth of the longest duration, at least 1.
    resamples
        How often whole runs are drawn again for the interval [1].

    Returns
    -------
    pandas.DataFrame
        A row per arm and duration: `arm`, `duration`, `at_risk`, `ended`, `survival`, `low`, `high`, `cumulative_hazard` (Nelson-Aalen),
        `hazard` (per tick, smoothed).

    Raises
    ------
    MissingExtraError
        lifelines is not installed.
    """
    import pandas as pd

    if kind not in (WAIT, OUTBURST):
        raise UnknownNameError(unknown("kind of spell", kind, (WAIT, OUTBURST)))
    fitters = _fitters()
    there = table[(table["kind"] == kind) & table["begun"]]
    parts = [
        _curve(group, fitters, level=level, bandwidth=bandwidth, resamples=resamples).assign(arm=arm)
        for arm, group in there.groupby("arm", observed=True, sort=True)
    ]
    columns = [
        "arm", "duration", "at_risk", "ended", "survival", "low", "high", "cumulative_hazard", "hazard",
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _fitters() -> tuple[Any, Any]:
    try:
        from lifelines import KaplanMeierFitter, NelsonAalenFitter
    except ImportError:
        raise MissingExtraError(
            "survival curves need lifelines, which is not installed. "
            "Install it with the extra 'analysis': pip install 'whowhom[analysis]'."
        ) from None
    return KaplanMeierFitter, NelsonAalenFitter


def _curve(
    group: pd.DataFrame, fitters: tuple[Any, Any], *, level: float, bandwidth: float | None, resamples: int
) -> pd.DataFrame:
    """Return the curve of one arm."""
    import pandas as pd

    kaplan_meier, nelson_aalen = fitters
    durations, ended = group["duration"].to_numpy(), group["ended"].to_numpy()
    fitted = kaplan_meier().fit(durations, ended)
    hazards = nelson_aalen(nelson_aalen_smoothing=False).fit(durations, ended)
    events = fitted.event_table
    smoothed = hazards.smoothed_hazard_(bandwidth or max(1.0, float(durations.max()) / 8.0))
    times = events.index.to_numpy(dtype=np.float64)
    runs = [(run["duration"].to_numpy(), run["ended"].to_numpy()) for _, run in group.groupby("replicate")]
    low, high = _bounds(runs, times, level=level, resamples=resamples)
    return pd.DataFrame(
        {
            "duration": times,
            "at_risk": events["at_risk"].to_numpy(),
            "ended": events["observed"].to_numpy(),
            "survival": fitted.survival_function_.iloc[:, 0].to_numpy(),
            "low": low,
            "high": high,
            "cumulative_hazard": hazards.cumulative_hazard_.iloc[:, 0].to_numpy(),
            "hazard": smoothed.iloc[:, 0].reindex(events.index).to_numpy(),
        }
    )


def _bounds(runs: list[tuple[Any, Any]], times: Floats, *, level: float, resamples: int) -> tuple[Floats, Floats]:
    """Return the quantiles of Kaplan-Meier curves of runs drawn again; NaN with one run."""
    if len(runs) < 2:
        return np.full(times.size, math.nan), np.full(times.size, math.nan)
    drawn = []
    for again in redraws(len(runs), resamples):
        durations = np.concatenate([runs[i][0] for i in again])
        ended = np.concatenate([runs[i][1] for i in again])
        drawn.append(kaplan_meier_at(durations, ended, times))
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.array(drawn), [tail, 1.0 - tail], axis=0)
    return low, high


def kaplan_meier_at(durations: ArrayLike, ended: ArrayLike, times: Floats) -> Floats:
    """Return the Kaplan-Meier estimate at given times, without lifelines: it is drawn again hundreds of times.

    Parameters
    ----------
    durations, ended
        Duration of each spell and whether its end was seen.
    times
        Where to read the curve.
    """
    lasted, seen = np.asarray(durations, dtype=np.float64), np.asarray(ended, dtype=np.bool_)
    ends, counts = np.unique(lasted[seen], return_counts=True)
    at_risk = lasted.size - np.searchsorted(np.sort(lasted), ends, side="left")
    curve = np.concatenate([[1.0], np.cumprod(1.0 - counts / at_risk)])
    return np.asarray(curve[np.searchsorted(ends, times, side="right")])
