from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.data.spans import Span, parse_span
from whowhom.errors import DateError

DAYS = st.dates(date(1900, 1, 1), date(2000, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1921", date(1921, 1, 1), date(1921, 12, 31)),
        ("1921-02", date(1921, 2, 1), date(1921, 2, 28)),
        ("1924-02", date(1924, 2, 1), date(1924, 2, 29)),
        ("1921-03-17", date(1921, 3, 17), date(1921, 3, 17)),
        ("1921-03/1922", date(1921, 3, 1), date(1922, 12, 31)),
        ("1936-10-01/1938-11-01", date(1936, 10, 1), date(1938, 11, 1)),
    ],
)
def test_a_date_covers_whole_days(text: str, first: date, last: date) -> None:
    """A year, a month, a day and a span cover their first to their last day, both inside."""
    assert parse_span(text) == Span(first, last)


@pytest.mark.parametrize(
    "text",
    ["", "21", "1921-13", "1921-02-29", "1921-3", "1922/1921", "1921/", "/1921", "1921-1922", "٢٠٢٠", "1921/1922/1923"],
)
def test_a_date_that_is_not_iso_is_refused(text: str) -> None:
    """A date that is not ISO, does not exist or runs backward is refused with the ways to write one."""
    with pytest.raises(DateError, match=r"Write 1921, 1921-03, 1921-03-17, or first and last"):
        parse_span(text)


@given(DAYS, DAYS)
def test_decimal_years_follow_the_days(one: date, other: date) -> None:
    """A later day has a later decimal year, a span ends where the next day begins, and a year has length 1."""
    early, late = sorted((one, other))
    span = Span(early, late)
    assert span.decimal_start < span.decimal_end
    assert span.decimal_end == pytest.approx(Span(late + timedelta(days=1), late + timedelta(days=1)).decimal_start)
    assert parse_span(str(early.year)).decimal_end - parse_span(str(early.year)).decimal_start == 1.0


@given(DAYS, DAYS)
def test_a_span_is_read_as_it_is_written(one: date, other: date) -> None:
    """Two days with a slash between them are read back as the same days."""
    early, late = sorted((one, other))
    assert parse_span(f"{early.isoformat()}/{late.isoformat()}") == Span(early, late)
