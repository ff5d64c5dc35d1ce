"""Scales: where a number or a date stands on a picture, and which numbers and dates are written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: A recorded number that exceeds all others by more than this factor is written at the edge, not drawn to scale.
OFF_SCALE = 1.75


@dataclass(frozen=True)
class Scale:
    """A straight line from numbers to places.

    Attributes
    ----------
    low, high
        Numbers at the two ends.
    start, end
        Their places in the picture.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a number."""
        span = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / span if span else 0.5)


def round_numbers(low: float, high: float, *, most: int = 5) -> list[float]:
    """Return round numbers that cover an interval, at most `most` + 1 of them.

    Returns
    -------
    list of float
        Increasing, evenly spaced; the first is at most `low`, the last at least `high`.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        low = low if math.isfinite(low) else 0.0
        high = low + 1.0
    high = max(high, low + 1e-9 * max(1.0, abs(low), abs(high)))  # below that, neighbours would be written alike
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    for step in (s * p for p in (power, 10 * power) for s in _STEPS):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= most:
            break
    return [round(k * step, 12) for k in range(first, last + 1)]


def years_between(low: float, high: float) -> list[tuple[float, str]]:
    """Return the dates to be written under a time axis from one decimal year to another, with their texts.

    January of each year (of every second, fifth, ... where there are many); of half-years and quarters where there
    is less than two and a half years, and of months below one.
    """
    span = high - low
    if span > 2.5:
        every = next(step for step in (1, 2, 5, 10, 20, 50) if span / step <= 7 or step == 50)
        return [(float(y), str(y)) for y in range(math.ceil(low), math.floor(high) + 1) if y % every == 0]
    every = 6 if span > 1.2 else 3 if span > 0.5 else 1
    months = range(math.ceil(low * 12 - 1e-6), math.floor(high * 12 + 1e-6) + 1)
    chosen = [month for month in months if month % every == 0]
    return [(month / 12, _month_text(month, first=month == chosen[0])) for month in chosen]


def _month_text(month: int, *, first: bool) -> str:
    year, index = divmod(month, 12)
    return f"{_MONTHS[index]} {year}" if first or index == 0 else _MONTHS[index]


def axis_number(value: float, *, step: float) -> str:
    """Write a number beside an axis: 40,000 or 0.25 or 1.5 m."""
    if abs(value) >= 1e6 or (value == 0 and step >= 1e6):
        return f"{value / 1e6:,.6g} m" if value else "0"
    places = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    if places and round(step, places) != round(step, 10):
        places += 1
    text = f"{value:,.{places}f}" if step >= 1 or places else f"{value:,.6g}"
    return text.replace("-", "\u2212")


def top_of(drawn: Sequence[float], recorded: Sequence[float]) -> float:
    """Return the largest number that an axis has to reach.

    Parameters
    ----------
    drawn
        Simulated numbers; all of them are drawn to scale.
    recorded
        Recorded ones. Where the largest exceeds all other numbers by more than `OFF_SCALE` it would flatten the rest,
        and is written at the edge of the picture instead. A record that stands alone is always drawn to scale: that
        the model is far from it is what the picture has to show.
    """
    most = max((value for value in drawn if math.isfinite(value)), default=0.0)
    rest = sorted(value for value in recorded if math.isfinite(value))
    if len(rest) > 1 and rest[-1] > OFF_SCALE * max(most, rest[-2]) > 0:
        rest.pop()
    return max([most, *rest])
