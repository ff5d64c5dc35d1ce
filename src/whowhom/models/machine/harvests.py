"""The calendar of the harvest: the week that contains a first of September."""

from __future__ import annotations

from datetime import date, timedelta


class Harvests:
    """Harvest weeks counted from a start date.

    Parameters
    ----------
    start
        First day of week 0; week t has the days start + 7t to start + 7t + 6.
    """

    def __init__(self, start: date) -> None:
        self._start = start
        self._weeks: dict[int, int] = {}
        last = date(start.year, 9, 1)
        if last > start:
            last = date(start.year - 1, 9, 1)
        self.weeks_since = (start - last).days // 7
        """Whole weeks from the last first of September on or before the start."""

    def is_harvest(self, t: int) -> bool:
        """Whether week `t` contains a first of September."""
        return self.weeks_to(t - 1) == 1

    def weeks_to(self, t: int) -> int:
        """Weeks from week `t` to the first later harvest week (52 or 53 in a harvest week itself)."""
        if t not in self._weeks:
            after = self._start + timedelta(days=7 * (t + 1))
            year = after.year if after <= date(after.year, 9, 1) else after.year + 1
            self._weeks[t] = (date(year, 9, 1) - self._start).days // 7 - t
        return self._weeks[t]
