from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.engine.schedule import Schedule, constant, on_at, simplest_dates

values = st.floats(-1e9, 1e9)
ticks = st.integers(0, 60)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    when = sorted(draw(st.sets(ticks, min_size=1, max_size=6)))
    points = tuple((tick, draw(values)) for tick in when)
    return Schedule(points, draw(st.sampled_from(["linear", "step"])))


@st.composite
def switch_dates(draw: st.DrawFn) -> tuple[tuple[int, bool], ...]:
    return tuple((tick, draw(st.booleans())) for tick in sorted(draw(st.sets(ticks, max_size=6))))


def test_a_line_is_straight_between_points_and_flat_outside() -> None:
    """A linear path interpolates between its points and keeps the first and the last value outside."""
    path = Schedule(((10, 1.0), (20, 2.0), (30, 0.0)))
    assert [path.at(tick) for tick in (0, 10, 15, 20, 25, 30, 99)] == [1.0, 1.0, 1.5, 2.0, 1.0, 0.0, 0.0]


def test_a_step_holds_until_the_next_point() -> None:
    """A step path holds each value until the tick of the next point."""
    path = Schedule(((10, 1.0), (20, 2.0)), "step")
    assert [path.at(tick) for tick in (0, 10, 19, 20, 99)] == [1.0, 1.0, 1.0, 2.0, 2.0]


@given(schedules(), ticks)
def test_a_path_stays_between_its_values(path: Schedule, tick: int) -> None:
    """No rounding takes a path beyond its lowest or highest point, and points are hit exactly."""
    heights = [value for _, value in path.points]
    assert min(heights) <= path.at(tick) <= max(heights)
    assert [path.at(point) for point, _ in path.points] == heights


@given(schedules(), ticks, values)
def test_a_path_that_is_left_keeps_its_past_to_the_last_bit(path: Schedule, leaves: int, value: float) -> None:
    """After leaving a path at a tick, all values before it are equal and all from it on are the new one."""
    left = path.then(leaves, value)
    assert [left.at(tick) for tick in range(leaves)] == [path.at(tick) for tick in range(leaves)]
    assert {left.at(tick) for tick in range(leaves, 70)} == {value}


@given(schedules())
def test_the_simplest_form_is_the_same_path(path: Schedule) -> None:
    """Leaving out points that say nothing changes no value, and doing it twice changes nothing more."""
    simple = path.simplest()
    assert [simple.at(tick) for tick in range(70)] == [path.at(tick) for tick in range(70)]
    assert simple.simplest() == simple


@given(schedules(), values)
def test_a_path_left_at_once_is_a_constant(path: Schedule, value: float) -> None:
    """Leaving a path at tick 0 leaves nothing of it."""
    assert path.then(0, value) == constant(value)


def test_the_source_is_not_part_of_a_path() -> None:
    """Two paths with the same points are equal whatever their sources."""
    assert Schedule(((0, 1.0),), source="a") == Schedule(((0, 1.0),), source="b")


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        ((), "step"),
        (((-1, 1.0),), "step"),
        (((5, 1.0), (5, 2.0)), "step"),
        (((6, 1.0), (5, 2.0)), "linear"),
        (((0, float("nan")),), "linear"),
        (((0, 1.0),), "smooth"),
    ],
)
def test_points_that_make_no_path_are_refused(points: tuple[tuple[int, float], ...], kind: str) -> None:
    """No points, points out of order, values that are no numbers and unknown kinds make no path."""
    with pytest.raises(ValueError):
        Schedule(points, kind)  # type: ignore[arg-type]


@given(st.booleans(), switch_dates())
def test_the_simplest_dates_are_the_same_history(start: bool, dates: tuple[tuple[int, bool], ...]) -> None:
    """Leaving out dates that change nothing leaves a switch on and off at the same ticks."""
    first, kept = simplest_dates(dates, start=start)
    for tick in range(70):
        earlier = [state for date, state in dates if date <= tick]
        expected = earlier[-1] if earlier else start
        assert on_at(kept, tick, start=first) == on_at(dates, tick, start=start) == expected
    assert all(date > 0 for date, _ in kept)


@pytest.mark.parametrize("dates", [((-1, True),), ((5, True), (5, False)), ((6, True), (5, False))])
def test_switch_dates_out_of_order_are_refused(dates: tuple[tuple[int, bool], ...]) -> None:
    """The dates of a switch must increase from tick 0 on."""
    with pytest.raises(ValueError, match="increasing ticks"):
        simplest_dates(dates, start=True)
