from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.engine.calendar import Calendar, parse_date
from whowhom.errors import DateError

SOVIET = Calendar(date(1917, 11, 7))
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1922", date(1922, 1, 1)),
        ("1922-03", date(1922, 3, 1)),
        ("1922-03-15", date(1922, 3, 15)),
        ("1920-02-29", date(1920, 2, 29)),
        (date(1922, 3, 15), date(1922, 3, 15)),
    ],
)
def test_a_year_and_a_month_mean_their_first_day(written: str | date, day: date) -> None:
    """A date is a year, a month or a day; the first two mean the first day of theirs."""
    assert parse_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "22",
        "March 1922",
        "1922/03",
        "1922-3",
        "1922-03-5",
        "1922-03-15 ",
        " 1922",
        "1922-03-15T00:00",
        "19220315",
        "\u0661\u0669\u0662\u0662",
        1922,
        1922.5,
        None,
        True,
        [],
        datetime(1922, 3, 15),
    ],
)
def test_other_forms_are_refused(written: object) -> None:
    """Whatever has another form is refused with the three accepted ones."""
    with pytest.raises(DateError, match="must be a date written as 1922, 1922-03 or 1922-03-15, got "):
        parse_date(written)


@pytest.mark.parametrize("written", ["0000", "1922-00", "1922-13", "1922-02-29", "1922-04-31", "1922-03-00"])
def test_days_that_never_were_are_refused(written: str) -> None:
    """A date of the right form that is no day of the calendar is refused as such."""
    with pytest.raises(DateError, match="must be a day of the calendar, got "):
        parse_date(written)


@pytest.mark.parametrize(
    ("written", "tick"),
    [("1917-11-07", 0), ("1917-11-13", 0), ("1917-11-14", 1), ("1917-12-20", 6), ("1921-03-01", 172), ("1922-03", 225)],
)
def test_weeks_of_the_soviet_history(written: str, tick: int) -> None:
    """Week 0 is 7 to 13 November 1917; the Cheka is founded in week 6; 1 March 1922 is the first day of week 225."""
    assert SOVIET.tick_of(written) == tick


@pytest.mark.parametrize(
    ("written", "ticks"), [("1917-11-08", 1), ("1917-11-14", 1), ("1917-11-15", 2), ("1922-03", 225)]
)
def test_until_is_exclusive(written: str, ticks: int) -> None:
    """The weeks until a date are those that begin before it."""
    assert SOVIET.ticks_until(written) == ticks


@given(days, st.integers(0, 20_000), st.integers(1, 366))
def test_a_tick_begins_on_its_date(start: date, tick: int, tick_days: int) -> None:
    """The first and the last day of a tick lie in it, and the next day in the next one."""
    calendar = Calendar(start, tick_days)
    try:
        first, following = calendar.date_of(tick), calendar.date_of(tick + 1)
    except DateError:
        return
    assert calendar.tick_of(first) == calendar.tick_of(following - timedelta(days=1)) == tick
    assert calendar.tick_of(following) == tick + 1


@given(days, st.integers(1, 10_000), st.integers(1, 366))
def test_ticks_until_counts_the_ticks_that_begin_earlier(start: date, after: int, tick_days: int) -> None:
    """The last of the ticks until a date begins before it, and one more tick would not."""
    calendar = Calendar(start, tick_days)
    day = start + timedelta(days=after)
    n_ticks = calendar.ticks_until(day)
    assert calendar.date_of(n_ticks - 1) < day <= calendar.date_of(n_ticks)


def test_dates_before_the_history_are_answered_with_its_start() -> None:
    """The error for a date before the start gives the start, and the day that a year alone means."""
    with pytest.raises(DateError) as caught:
        SOVIET.tick_of("1917")
    assert str(caught.value) == (
        "'date' must be on or after 1917-11-07, the first day of the history, got '1917' (that is 1917-01-01). "
        "A year or a month means its first day."
    )
    with pytest.raises(DateError) as caught:
        SOVIET.ticks_until("1917-11-07")
    assert str(caught.value) == (
        "'--until' must be after 1917-11-07, the first day of the history, got '1917-11-07'. "
        "A year or a month means its first day."
    )


def test_a_wrong_date_carries_the_name_of_its_option() -> None:
    """The error for a date begins with the name of what the date is for."""
    with pytest.raises(DateError) as caught:
        SOVIET.tick_of("March", name="--from")
    assert str(caught.value) == (
        "'--from' must be a date written as 1922, 1922-03 or 1922-03-15, got 'March'. "
        "A year or a month means its first day; dates are new style."
    )


@pytest.mark.parametrize(
    ("tick", "says"), [(-1, "must be 0 or more"), (10**6, "before the year 10000"), (10**30, "must have a date")]
)
def test_ticks_without_a_date_are_refused(tick: int, says: str) -> None:
    """A tick before the start or beyond the calendar has no date."""
    with pytest.raises(DateError, match=says):
        SOVIET.date_of(tick)
