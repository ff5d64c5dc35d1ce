"""Axes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.report.scales import Scale, axis_number, round_numbers, top_of, years_between


@given(st.floats(-1e9, 1e9), st.floats(0.0, 1e9), st.integers(2, 8))
def test_round_numbers_cover_the_interval(low: float, span: float, most: int) -> None:
    """The numbers of an axis are evenly spaced, few, and cover what is drawn."""
    numbers = round_numbers(low, low + span, most=most)
    step = numbers[1] - numbers[0]
    assert len(numbers) <= most + 2
    assert step > 0
    assert numbers[0] <= low + 1e-6 * step
    assert numbers[-1] >= low + span - 1e-6 * step


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 150_000, [0, 50_000, 100_000, 150_000]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
        (0, math.nan, [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_round_numbers(low: float, high: float, expected: list[float]) -> None:
    """Axes begin at 0 where the numbers do, also where there is nothing to draw."""
    assert round_numbers(low, high, most=4) == expected


def test_dates() -> None:
    """A time axis has years, or half-years, quarters or months where the time is short; the first has its year."""
    assert [text for _, text in years_between(1917.85, 1922.2)] == ["1918", "1919", "1920", "1921", "1922"]
    assert [text for _, text in years_between(1917.85, 1920.0)] == ["Jan 1918", "Jul", "Jan 1919", "Jul", "Jan 1920"]
    assert [text for _, text in years_between(1917.85, 1918.1)] == ["Dec 1917", "Jan 1918", "Feb"]
    assert [text for _, text in years_between(1917.85, 1954.0)] == ["1920", "1930", "1940", "1950"]
    assert years_between(1917.853, 1917.87) == []


def test_axis_numbers() -> None:
    """Numbers beside an axis have the digits their step needs, and millions a letter."""
    assert [axis_number(x, step=50_000) for x in (0, 50_000)] == ["0", "50,000"]
    assert [axis_number(x, step=0.025) for x in (-0.025, 0, 0.05)] == ["\u22120.025", "0.000", "0.050"]
    assert axis_number(2_500_000, step=500_000) == "2.5 m"


def test_a_scale_is_straight() -> None:
    """A scale takes its ends to its ends, and the middle to the middle."""
    scale = Scale(0.0, 10.0, 100.0, 0.0)
    assert [scale(x) for x in (0.0, 5.0, 10.0)] == [100.0, 50.0, 0.0]
    assert Scale(3.0, 3.0, 0.0, 10.0)(3.0) == 5.0


def test_a_record_far_above_all_others_does_not_flatten_them() -> None:
    """A recorded number far above the other records is left out of the axis, a simulated or a single one never."""
    assert top_of([40_000.0], [90_000.0, 280_000.0]) == 90_000.0
    assert top_of([280_000.0], [90_000.0]) == 280_000.0
    assert top_of([1_000.0], [90_000.0, 100_000.0]) == 100_000.0
    assert top_of([1_000.0], [90_000.0]) == 90_000.0
    assert top_of([0.0, math.nan], [70_000.0]) == 70_000.0
    assert top_of([], []) == 0.0
