"""The named targets of 1918 to 1926 and their bands, fixed before the first draw.

There are at most eight, all read by us in a copy or better, none from memory and none among the hold-outs. A plausible
set of parameters is one whose simulated values lie inside the bands. The bands are never widened afterwards: if nothing
lies inside, the nearest set is kept and the misses are listed.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from whowhom.data.alignment import total_over, week_weights
from whowhom.data.spans import Span, parse_span

FILE = "targets_1918_1926.csv"
AT_MOST = 8

# Mean length of a year in the calendar, for totals per year [day].
_DAYS_A_YEAR = 365.2425


@dataclass(frozen=True)
class Target:
    """One recorded figure that simulated histories are matched to.

    Attributes
    ----------
    name : str
        For example ``arrests_1921``.
    series, estimate : str
        The recorded series, and which of its rival estimates.
    quantity : str
        What it is, in words.
    measure : str
        ``level`` (as it stands) or ``ratio`` (of two periods; flows are taken per year).
    period, base_period : str
        ISO dates; the second is empty for a level.
    base_estimate : str
        The estimate of the base period; empty for a level.
    value, low, high : float
        The recorded value and its band, in `unit`.
    unit : str
        Unit of the three.
    compares_with : str
        The simulated quantity beside it.
    reason : str
        Why the band is as wide as it is.
    is_flow : bool
        Whether weeks are added up.

    """

    name: str
    series: str
    estimate: str
    quantity: str
    measure: str
    period: str
    base_period: str
    base_estimate: str
    value: float
    low: float
    high: float
    unit: str
    compares_with: str
    reason: str
    is_flow: bool

    def of(self, values: Sequence[float], *, start: date, tick_days: int = 7) -> float:
        """Give the simulated counterpart of the target.

        Parameters
        ----------
        values
            Simulated values for the whole population, one a week; ``values[t]`` belongs to the days of week t.
        start
            First day of week 0.
        tick_days
            Length of a week [day].

        Returns
        -------
        float
            In `unit`. NaN if a period is not wholly simulated or a value in it is missing; infinite or NaN if the base
            period is 0.

        """
        top = self._over(parse_span(self.period), values, start=start, tick_days=tick_days)
        if self.measure == "level":
            return top
        base = self._over(parse_span(self.base_period), values, start=start, tick_days=tick_days)
        if base == 0:
            return math.inf if top > 0 else math.nan
        return top / base

    def _over(self, span: Span, values: Sequence[float], *, start: date, tick_days: int) -> float:
        first, weights, covered = week_weights(span, start=start, ticks=len(values), tick_days=tick_days)
        if covered < 1.0:
            return math.nan
        total = total_over(weights, values[first:], is_flow=self.is_flow)
        per_year = self.is_flow and self.measure == "ratio"
        return total / (span.days / _DAYS_A_YEAR) if per_year else total

    def inside(self, value: float) -> bool:
        """Whether a simulated value lies in the band; a missing one does not."""
        return self.low <= value <= self.high


@cache
def load_targets() -> tuple[Target, ...]:
    """Give the named targets of 1918 to 1926, in the order of the file."""
    from whowhom.data.records import load_records

    records = load_records()
    text = (files("whowhom") / "records" / FILE).read_text(encoding="utf-8")
    targets = []
    for row in csv.DictReader(text.splitlines()):
        targets.append(
            Target(
                name=row["name"],
                series=row["series"],
                estimate=row["estimate"],
                quantity=row["quantity"],
                measure=row["measure"],
                period=row["period"],
                base_period=row["base_period"],
                base_estimate=row["base_estimate"],
                value=float(row["value"]),
                low=float(row["low"]),
                high=float(row["high"]),
                unit=row["unit"],
                compares_with=row["compares_with"],
                reason=row["reason"],
                is_flow=records.describe(row["series"]).kind == "flow",
            )
        )
    return tuple(targets)
