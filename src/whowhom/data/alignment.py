"""Bring a recorded number beside simulated weeks: which weeks it covers, and how they are added up.

A recorded year is not a whole number of weeks. A week that lies half inside the year counts half, so a yearly total of
simulated arrests is compared with the recorded year and not with 52 or 53 weeks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from whowhom.data.schema import Record
from whowhom.data.spans import Span


@dataclass(frozen=True)
class Alignment:
    """One recorded row and the weeks it covers.

    Attributes
    ----------
    record : Record
        The row.
    first_tick, last_tick : int
        First and last week that share a day with the row, both inside [week].
    weights : tuple of float
        For each of these weeks, the share of its days that lie inside the row's span, in (0, 1].
    covered : float
        Share of the row's days that lie inside the simulated weeks, in (0, 1]. Below 1 a flow must not be compared:
        part of the recorded span was not simulated.

    """

    record: Record
    first_tick: int
    last_tick: int
    weights: tuple[float, ...]
    covered: float

    @property
    def is_flow(self) -> bool:
        """Whether weeks are added up (a flow over a span) or averaged (a stock at a date, a share)."""
        return self.record.kind == "flow"

    def aggregate(self, values: Sequence[float]) -> float:
        """Give the simulated counterpart of the recorded number.

        Parameters
        ----------
        values
            Simulated values, one a week; ``values[t]`` belongs to the days of week t.

        Returns
        -------
        float
            For a flow, the sum of the weeks weighted by their share inside the span; else the weighted mean. NaN if
            one of the weeks is NaN (no value after a collapse), or if a flow's span is not wholly simulated.

        """
        if self.is_flow and self.covered < 1.0:
            return math.nan
        return total_over(self.weights, values[self.first_tick : self.last_tick + 1], is_flow=self.is_flow)


def total_over(weights: Sequence[float], values: Sequence[float], *, is_flow: bool) -> float:
    """Add up (flow) or average (otherwise) weekly values with weights; NaN if there are fewer values than weights."""
    if len(values) < len(weights):
        return math.nan
    total = math.fsum(weight * value for weight, value in zip(weights, values, strict=False))
    return total if is_flow else total / math.fsum(weights)


def week_weights(span: Span, *, start: date, ticks: int, tick_days: int = 7) -> tuple[int, tuple[float, ...], float]:
    """Find the weeks that a span covers.

    Parameters
    ----------
    span
        First and last day, both inside.
    start
        First day of week 0.
    ticks
        Number of weeks [1].
    tick_days
        Length of a week [day].

    Returns
    -------
    first : int
        First week that shares a day with the span [week].
    weights : tuple of float
        From that week on, the share of each week's days inside the span; empty if no week touches it.
    covered : float
        Share of the span's days inside the weeks, in [0, 1].

    """
    begin = max(0, (span.first - start).days)
    end = min(ticks * tick_days, (span.last - start).days + 1)
    if begin >= end:
        return 0, (), 0.0
    first, last = begin // tick_days, (end - 1) // tick_days
    weights = tuple(
        (min(end, (tick + 1) * tick_days) - max(begin, tick * tick_days)) / tick_days for tick in range(first, last + 1)
    )
    return first, weights, (end - begin) / span.days


def align(record: Record, *, start: date, ticks: int, tick_days: int = 7) -> Alignment | None:
    """Bring one recorded row beside simulated weeks; None if no week touches it.

    Parameters
    ----------
    record
        The row.
    start, ticks, tick_days
        First day of week 0, number of weeks [1], length of a week [day].

    """
    first, weights, covered = week_weights(record.span, start=start, ticks=ticks, tick_days=tick_days)
    if not weights:
        return None
    return Alignment(record, first, first + len(weights) - 1, weights, covered)
