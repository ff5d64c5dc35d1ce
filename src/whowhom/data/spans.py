"""The days that a recorded date covers, read from ISO text.

A source says "1921", "March 1921", "17 March 1921" or "from 1 October 1936 to 1 November 1938". All four become a first
and a last day, both inside. Nothing is guessed: a date that is not written in one of these ways is refused.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from whowhom.errors import DateError, quoted

_POINT = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")

WRITTEN_AS = "Write 1921, 1921-03, 1921-03-17, or first and last as 1921-03/1921-07."


@dataclass(frozen=True)
class Span:
    """First and last day of a recorded date, both inside.

    Attributes
    ----------
    first, last : datetime.date
        The days; equal when the source gives a day.

    """

    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days covered [day], at least 1."""
        return (self.last - self.first).days + 1

    @property
    def decimal_start(self) -> float:
        """Beginning of the first day as a decimal year [year]; 1921-01-01 is 1921.0."""
        return _decimal_year(self.first)

    @property
    def decimal_end(self) -> float:
        """End of the last day as a decimal year [year]; the year 1921 ends at 1922.0."""
        if self.last == date.max:
            return float(date.max.year + 1)
        return _decimal_year(self.last + timedelta(days=1))

    def overlaps(self, first: date, last: date) -> bool:
        """Whether any day of the span lies between two days, both inside."""
        return self.first <= last and first <= self.last


def _decimal_year(day: date) -> float:
    """Turn the beginning of a day into a decimal year [year]."""
    length = 366 if calendar.isleap(day.year) else 365
    return day.year + (day.timetuple().tm_yday - 1) / length


def _point(text: str) -> Span:
    """Read one year, month or day."""
    match = _POINT.fullmatch(text)
    if match is None:
        raise DateError(f"a recorded date must be ISO text, got {quoted(text)}. {WRITTEN_AS}")
    year, month, day = (int(part) if part else 0 for part in match.group("year", "month", "day"))
    try:
        if day:
            return Span(date(year, month, day), date(year, month, day))
        if month:
            return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        return Span(date(year, 1, 1), date(year, 12, 31))
    except (ValueError, calendar.IllegalMonthError):
        raise DateError(f"a recorded date must exist in the calendar, got {quoted(text)}. {WRITTEN_AS}") from None


def parse_span(text: str) -> Span:
    """Read a recorded date.

    Parameters
    ----------
    text
        ``1921``, ``1921-03``, ``1921-03-17``, or two of them with a slash between: ``1921-03/1921-07`` lasts from the
        first day of March to the last day of July.

    Returns
    -------
    Span
        The days covered.

    Raises
    ------
    DateError
        If the text is not such a date, or the end lies before the beginning.

    """
    start, slash, end = text.partition("/")
    first = _point(start)
    if not slash:
        return first
    last = _point(end)
    if last.last < first.first:
        raise DateError(f"a recorded span must not end before it begins, got {quoted(text)}. {WRITTEN_AS}")
    return Span(first.first, last.last)
