"""Dates and ticks: which week of a history a day lies in, and on which day a week begins.

Week `t` covers the days ``start + 7 t`` to ``start + 7 t + 6``, both included; week 0 begins on the first day of the history.
For the scenario ``soviet`` that is 7 November 1917. All dates are new style (Gregorian), also before February 1918.

A date is written ``1922``, ``1922-03`` or ``1922-03-15``; the first two mean the first day of the year or month. So
``--until 1922-03`` ends with the last week that *begins* before 1 March 1922.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from whowhom.errors import DateError, quoted

_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FORMS = "1922, 1922-03 or 1922-03-15"


def parse_date(written: object, *, name: str = "date") -> date:
    """Read a date.

    Parameters
    ----------
    written
        ``"1922"``, ``"1922-03"``, ``"1922-03-15"`` or a :class:`datetime.date`.
    name
        What the date is, for the error: ``"--until"``, ``"[scenario] start"``, ...

    Returns
    -------
    datetime.date
        The day, or the first day of the month or year.

    Raises
    ------
    DateError
        If the text has another form, or there is no such day.
    """
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    match = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise DateError(
            f"'{name}' must be a date written as {_FORMS}, got {quoted(written)}. "
            "A year or a month means its first day; dates are new style."
        )
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError(
            f"'{name}' must be a day of the calendar, got {quoted(written)}. "
            f"There is no such day ({error}); dates are written as {_FORMS}."
        ) from None


@dataclass(frozen=True)
class Calendar:
    """The days of a history, in ticks of equal length.

    Attributes
    ----------
    start
        First day of week 0.
    tick_days
        Length of a tick [days].
    """

    start: date
    tick_days: int = 7

    def tick_of(self, written: str | date, *, name: str = "date") -> int:
        """Give the tick whose days include a date: ``floor((date - start) / tick_days)``.

        Parameters
        ----------
        written
            As for :func:`parse_date`.
        name
            What the date is, for the error.

        Returns
        -------
        int
            0 for the first day of the history [ticks].

        Raises
        ------
        DateError
            If the date cannot be read or lies before the start.
        """
        day = parse_date(written, name=name)
        if day < self.start:
            raise DateError(self._too_early(written, day, name=name, rule="on or after"))
        return (day - self.start).days // self.tick_days

    def ticks_until(self, written: str | date, *, name: str = "--until") -> int:
        """Give the number of ticks that begin before a date: ``ceil((date - start) / tick_days)``.

        The date itself is excluded, so a history until the first day of week `t` has the weeks 0 to t - 1.

        Parameters
        ----------
        written
            As for :func:`parse_date`.
        name
            What the date is, for the error.

        Returns
        -------
        int
            At least 1 [ticks].

        Raises
        ------
        DateError
            If the date cannot be read, or no tick begins before it.
        """
        day = parse_date(written, name=name)
        if day <= self.start:
            raise DateError(self._too_early(written, day, name=name, rule="after"))
        return -((self.start - day).days // self.tick_days)

    def date_of(self, tick: int) -> date:
        """Give the first day of a tick.

        Raises
        ------
        DateError
            If the tick is negative, or its date lies beyond the year 9999.
        """
        if tick < 0:
            raise DateError(f"'tick' must be 0 or more, got {tick}. Week 0 begins on {self.start}.")
        try:
            return self.start + timedelta(days=tick * self.tick_days)
        except OverflowError:
            raise DateError(
                f"'tick' must have a date before the year 10000, got {quoted(tick)}. Week 0 begins on {self.start}."
            ) from None

    def _too_early(self, written: str | date, day: date, *, name: str, rule: str) -> str:
        got = quoted(written) if isinstance(written, str) else str(written)
        meant = "" if got.strip("'") == day.isoformat() else f" (that is {day})"
        return (
            f"'{name}' must be {rule} {self.start}, the first day of the history, got {got}{meant}. "
            "A year or a month means its first day."
        )
