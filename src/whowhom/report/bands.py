"""Many histories as one picture: the median, and the middle half and nine tenths of the histories, week by week.

These are shares of the histories that were run, not intervals of an estimate. Where fewer than `FEWEST` histories still
stand there are no bands, since five numbers have no nine tenths; with fewer than that from the start, single histories
are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from whowhom.data.alignment import total_over, week_weights
from whowhom.data.spans import Span
from whowhom.engine.contract import Observable

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

#: Fewest histories for which bands are drawn.
FEWEST = 5
#: Quantiles of the middle nine tenths, the middle half, and the median between them.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Clock:
    """The days of an experiment's weeks.

    Attributes
    ----------
    start
        First day of week 0.
    ticks
        Weeks that were run at most [ticks].
    tick_days
        Length of a week [days].
    """

    start: date
    ticks: int
    tick_days: int = 7

    @property
    def end(self) -> date:
        """The first day that was not run."""
        return self.day(self.ticks)

    def day(self, tick: int) -> date:
        """Return the first day of a tick."""
        return self.start + timedelta(days=tick * self.tick_days)

    def decimal(self, ticks: Floats | NDArray[np.int64]) -> Floats:
        """Turn the first days of ticks into decimal years [year]."""
        days = [self.day(int(tick)) for tick in ticks]
        return np.array([Span(when, when).decimal_start for when in days])

    def years(self) -> list[int]:
        """Return the calendar years that were run from the first day to the last."""
        return [
            y
            for y in range(self.start.year, self.end.year + 1)
            if self.start <= date(y, 1, 1) and date(y + 1, 1, 1) <= self.end
        ]


@dataclass(frozen=True)
class Bands:
    """One observable in one arm.

    Attributes
    ----------
    arm
        Its name.
    x
        Decimal years, or calendar years [n].
    values
        A row per history, NaN where it has fallen [histories, n].
    quantiles
        `QUANTILES` of the standing histories; all but the median NaN where fewer than `FEWEST` stand [5, n].
    standing
        Histories that have a number [n].
    """

    arm: str
    x: Floats
    values: Floats
    quantiles: Floats
    standing: NDArray[np.int64]

    @property
    def median(self) -> Floats:
        """The median of the standing histories [n]."""
        return np.asarray(self.quantiles[2])

    @property
    def mean(self) -> Floats:
        """The mean of the standing histories, NaN where none stands [n]."""
        total = np.nansum(self.values, axis=0)
        none = np.full(self.x.size, np.nan)
        return np.asarray(np.divide(total, self.standing, out=none, where=self.standing > 0))

    @property
    def few(self) -> bool:
        """Whether single histories are drawn because there are too few for bands."""
        return bool(self.values.shape[0] < FEWEST)

    def largest(self) -> float:
        """Return the largest number that is drawn; 0 if there is none."""
        drawn = self.values if self.few else self.quantiles
        return float(np.nanmax(drawn)) if np.isfinite(drawn).any() else 0.0

    def smallest(self) -> float:
        """Return the smallest number that is drawn; 0 if there is none."""
        drawn = self.values if self.few else self.quantiles
        return float(np.nanmin(drawn)) if np.isfinite(drawn).any() else 0.0


def of_values(arm: str, x: Floats, values: Floats) -> Bands:
    """Return the bands of a table of numbers, a row per history."""
    standing = np.isfinite(values).sum(axis=0)
    quantiles = quantiles_of(values, standing)
    quantiles[np.ix_([0, 1, 3, 4], standing < FEWEST)] = np.nan
    return Bands(arm, x, values, quantiles, standing)


def quantiles_of(values: Floats, standing: NDArray[np.int64]) -> Floats:
    """Return `QUANTILES` of the finite numbers of each column, NaN where there are none.

    The same as `numpy.nanquantile`, which goes through the columns one by one and takes most of a report's time.
    """
    found = np.full((len(QUANTILES), standing.size), np.nan)
    some = np.flatnonzero(standing)
    if some.size:
        ordered = np.sort(values[:, some], axis=0)  # NaN last
        places = np.outer(QUANTILES, standing[some] - 1)
        below = np.floor(places).astype(np.int64)
        above = np.minimum(below + 1, standing[some] - 1)
        low, high = np.take_along_axis(ordered, below, axis=0), np.take_along_axis(ordered, above, axis=0)
        found[:, some] = low + (high - low) * (places - below)
    return found


class Histories:
    """The weeks of a store as tables of numbers, one per arm and observable.

    Parameters
    ----------
    weeks
        `Store.weeks`, or a part of it with whole histories.
    clock
        The days of its weeks.
    """

    def __init__(self, weeks: pd.DataFrame, *, clock: Clock) -> None:
        self.clock = clock
        self._weeks = weeks
        self._tables: dict[tuple[str, str], Floats] = {}

    def values(self, arm: str, column: str) -> Floats:
        """Return an observable of one arm: a row per replicate, a column per week from 0 on."""
        if (arm, column) not in self._tables:
            mine = self._weeks[self._weeks["arm"] == arm]
            grid = mine.pivot(index="replicate", columns="week", values=column)
            grid = grid.reindex(columns=range(self.clock.ticks + 1))
            self._tables[arm, column] = grid.to_numpy(dtype=np.float64)
        return self._tables[arm, column]

    def weekly(self, arm: str, observable: Observable) -> Bands:
        """Return an observable week by week.

        A row of the store is the state at the beginning of its week, its flows are those of the week before; here a
        flow stands in the week in which it happened.
        """
        values, ticks = self.values(arm, observable.name), np.arange(self.clock.ticks + 1)
        if observable.kind == "flow":
            values, ticks = values[:, 1:], ticks[:-1]
        return of_values(arm, self.clock.decimal(ticks), values)

    def yearly(self, arm: str, observable: Observable) -> Bands:
        """Return a flow added up over whole calendar years, as records count it; NaN in the year of a fall."""
        years = self.clock.years()
        spans = [Span(date(year, 1, 1), date(year, 12, 31)) for year in years]
        values = [self.over(arm, observable, span=span) for span in spans]
        empty = np.empty((self.values(arm, observable.name).shape[0], 0))
        return of_values(arm, np.array(years, dtype=np.float64), np.column_stack(values) if values else empty)

    def over(self, arm: str, observable: Observable, *, span: Span) -> Floats:
        """Return what each history of an arm has for the days of a record.

        Returns
        -------
        numpy.ndarray
            For a flow the sum of its weeks, a week that lies half inside counting half; else their mean, each week by
            the state at its end. NaN where a history fell before the span ended, or where the span was not wholly run
            [histories].
        """
        values = self.values(arm, observable.name)[:, 1:]
        clock = self.clock
        first, weights, covered = week_weights(span, start=clock.start, ticks=clock.ticks, tick_days=clock.tick_days)
        is_flow = observable.kind == "flow"
        if not weights or (is_flow and covered < 1.0):
            return np.full(values.shape[0], np.nan)
        return np.array([total_over(weights, row[first:].tolist(), is_flow=is_flow) for row in values])


def spread(values: Floats) -> tuple[float, float, float, int]:
    """Return mean, 5 % and 95 % quantile and number of the finite values; the quantiles are NaN below `FEWEST`."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return np.nan, np.nan, np.nan, 0
    low, high = np.quantile(finite, (QUANTILES[0], QUANTILES[-1])) if finite.size >= FEWEST else (np.nan, np.nan)
    return float(finite.mean()), float(low), float(high), int(finite.size)
