"""How numbers are written."""

from __future__ import annotations

import math
from datetime import date

import pytest

from whowhom.report.numbers import (
    counted,
    day,
    formula,
    interval,
    listed,
    month,
    percent,
    points,
    rough,
    signed,
    simulated,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (31_234.0, "31,200"), (0.031234, "0.0312"), (1.0, "1.00"), (999.6, "1,000"), (-2.5, "\u22122.50"),
        (123.4, "123"), (1e6, "1,000,000"), (math.nan, "\u2013"), (None, "\u2013"), (math.inf, "unbounded"), (0.0999999, "0.100"),
    ],
)  # fmt: skip
def test_simulated_numbers_have_honest_digits(value: float | None, text: str) -> None:
    """A simulated number has three significant digits, thousands are parted, and a missing one is a dash."""
    assert simulated(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0\u202f%"),
        (1.0, "100\u202f%"),
        (0.5, "50\u202f%"),
        (0.004, "0.4\u202f%"),
        (0.996, "99.6\u202f%"),
        (math.nan, "\u2013"),
    ],
)
def test_percentages(share: float, text: str) -> None:
    """A share is a whole percentage, with one digit where rounding would make it nothing or everything."""
    assert percent(share) == text


def test_differences_have_signs() -> None:
    """Differences carry their sign, zero has none, and points are hundredths of a share."""
    assert [signed(x) for x in (0.5, -0.5, 0.0)] == ["+0.500", "\u22120.500", "0"]
    assert [points(x) for x in (0.104, -0.39, 0.0, math.nan)] == ["+10", "\u221239", "0", "\u2013"]


def test_intervals() -> None:
    """An interval has two ends with two digits and one percent sign, or says that there is none."""
    assert interval(1234.0, 5678.0) == "1,200 to 5,700"
    assert interval(0.39, 0.78, write=percent) == "39 to 78\u202f%"
    assert interval(math.nan, 1.0) == "no interval"
    assert rough(0.01234) == "0.012"


def test_dates_and_lists() -> None:
    """Dates are written in words, and lists as sentences list things."""
    assert day(date(1922, 3, 1)) == "1 March 1922"
    assert month(date(1922, 3, 1)) == "March 1922"
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert counted(1, "history", "histories") == "1 history"
    assert counted(1200, "history", "histories") == "1,200 histories"
    assert formula("Wilson's score over 6 replicates") == "Wilson's interval over 6 replicates"
