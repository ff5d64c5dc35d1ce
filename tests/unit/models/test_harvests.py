"""The calendar of the harvest: the week that contains a first of September."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.models.machine.harvests import Harvests

STARTS = st.dates(date(1900, 1, 1), date(1940, 12, 31))


@given(STARTS, st.integers(0, 600))
def test_a_harvest_week_has_a_first_of_september(start: date, t: int) -> None:
    """A week is a harvest week exactly if one of its seven days is a first of September, in leap years too."""
    days = [start + timedelta(days=7 * t + k) for k in range(7)]
    assert Harvests(start).is_harvest(t) == any((day.month, day.day) == (9, 1) for day in days)


@given(STARTS, st.integers(0, 600))
def test_the_next_harvest_is_the_first_later_one(start: date, t: int) -> None:
    """The count of weeks leads to the first harvest week after this one, and is 1 to 53."""
    harvests = Harvests(start)
    later = harvests.weeks_to(t)
    assert 1 <= later <= 53
    assert harvests.is_harvest(t + later)
    assert not any(harvests.is_harvest(t + k) for k in range(1, later))


def test_the_harvests_of_the_scenario() -> None:
    """From 7 November 1917 the harvest of 1918 comes in week 42, the next in weeks 94 and 147, and the last was 9 weeks ago."""
    harvests = Harvests(date(1917, 11, 7))
    assert [t for t in range(160) if harvests.is_harvest(t)] == [42, 94, 147]
    assert harvests.weeks_since == 9
    assert harvests.weeks_to(0) == 42


@pytest.mark.parametrize(
    ("start", "weeks"), [(date(1918, 9, 1), 0), (date(1918, 9, 7), 0), (date(1918, 9, 8), 1), (date(1918, 8, 31), 52)]
)
def test_weeks_since_the_last_harvest(start: date, weeks: int) -> None:
    """Whole weeks are counted from the last first of September on or before the start."""
    assert Harvests(start).weeks_since == weeks
