from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.rows import record

from whowhom.data.alignment import align, week_weights
from whowhom.data.spans import Span

START = date(1917, 11, 7)


def test_a_recorded_year_is_the_sum_of_its_days() -> None:
    """One event a day gives 365 events in 1921, though its first and last week lie half outside."""
    found = align(record(date="1921", kind="flow"), start=START, ticks=300)
    assert found is not None
    assert found.aggregate([7.0] * 300) == pytest.approx(365.0)
    assert found.covered == 1.0


def test_a_stock_is_a_mean_and_never_a_sum() -> None:
    """A stock recorded for a month is compared with the mean of that month's weeks."""
    found = align(record(date="1921-01", kind="stock"), start=START, ticks=300)
    assert found is not None
    assert found.aggregate([90_000.0] * 300) == pytest.approx(90_000.0)


def test_a_day_belongs_to_one_week() -> None:
    """A stock at a day takes the value of the week that the day lies in."""
    found = align(record(date="1917-11-14", kind="stock"), start=START, ticks=3)
    assert found is not None
    assert (found.first_tick, found.last_tick) == (1, 1)
    assert found.aggregate([1.0, 2.0, 3.0]) == 2.0


def test_a_flow_that_was_not_wholly_simulated_has_no_counterpart() -> None:
    """A recorded year of which only the beginning was simulated gives NaN, not a smaller sum."""
    found = align(record(date="1918", kind="flow"), start=START, ticks=20)
    assert found is not None
    assert found.covered < 1.0
    assert math.isnan(found.aggregate([1.0] * 20))


def test_a_week_without_a_value_gives_no_value() -> None:
    """After a collapse the weekly values are NaN, and so is everything that needs one of them."""
    found = align(record(date="1918", kind="flow"), start=START, ticks=100)
    assert found is not None
    assert math.isnan(found.aggregate([1.0] * 30 + [math.nan] * 70))


def test_a_row_outside_the_weeks_is_left_out() -> None:
    """A row before the first or after the last simulated week has no place beside them."""
    assert align(record(date="1916", kind="flow"), start=START, ticks=10) is None
    assert align(record(date="1930", kind="flow"), start=START, ticks=10) is None


@given(st.integers(-400, 800), st.integers(1, 900), st.integers(1, 120), st.integers(1, 14))
def test_weights_count_each_day_once(offset: int, days: int, ticks: int, tick_days: int) -> None:
    """The weights of all weeks add up to the days of the span that were simulated."""
    first = START + timedelta(days=offset)
    span = Span(first, first + timedelta(days=days - 1))
    tick, weights, covered = week_weights(span, start=START, ticks=ticks, tick_days=tick_days)
    inside = sum(1 for day in range(ticks * tick_days) if span.first <= START + timedelta(days=day) <= span.last)
    assert sum(weights) * tick_days == pytest.approx(inside)
    assert covered == pytest.approx(inside / span.days)
    assert all(0 < weight <= 1 for weight in weights)
    assert tick + len(weights) <= ticks
