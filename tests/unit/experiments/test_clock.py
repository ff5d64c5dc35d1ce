"""The time left: measured, not promised."""

from __future__ import annotations

import pytest
from tests.toy_store import outcome, toy_manifest

from whowhom.experiments.crew import Clock, Step
from whowhom.store.parts import Failure
from whowhom.store.writer import Writer


class Hands:
    """A clock that is moved by hand [s]."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def hands() -> Hands:
    return Hands()


def clock(hands: Hands, *, total: int = 100, done: int = 0, threads: int = 1) -> Clock:
    return Clock(total=total, done=done, failed=0, threads=threads, now=hands)


def after(hands: Hands, seconds: float, made: Clock, *, failed: bool = False, here: bool = True) -> Step:
    hands.time += seconds
    return made.count_one(failed=failed, here=here)


def test_nothing_is_claimed_before_it_is_measured(hands: Hands) -> None:
    """There is no time left and no speed until as many runs are done as there are threads."""
    made = clock(hands, threads=3)
    steps = [after(hands, 2.0, made) for _ in range(3)]
    assert [(step.seconds_left, step.per_second) for step in steps[:2]] == [(None, None)] * 2
    assert steps[2].per_second == pytest.approx(3 / 6.0)
    assert steps[2].seconds_left == pytest.approx(97 * 2.0)


def test_compiling_is_left_out(hands: Hands) -> None:
    """Measuring begins when every thread has played a week, so that what was compiled before does not count."""
    made = clock(hands, threads=2)
    hands.time += 30.0
    made.played(1)
    hands.time += 1.0
    made.played(2)
    made.played(1)
    steps = [after(hands, 0.5, made) for _ in range(2)]
    assert steps[0].seconds_left is None
    assert steps[1].per_second == pytest.approx(2.0)
    assert steps[1].seconds_left == pytest.approx(98 / 2.0)
    assert steps[1].seconds == pytest.approx(32.0)


def test_a_week_played_later_changes_nothing(hands: Hands) -> None:
    """Once every thread has played a week, hearing of more of them does not begin the measurement again."""
    made = clock(hands, threads=1)
    made.played(1)
    after(hands, 4.0, made)
    for thread in (1, 2, 3):
        made.played(thread)
    assert after(hands, 4.0, made).per_second == pytest.approx(0.25)


def test_runs_before_the_measurement_do_not_count(hands: Hands) -> None:
    """A run that is done while another thread still compiles is done, and says nothing of the speed."""
    made = clock(hands, threads=2)
    made.played(1)
    early = after(hands, 30.0, made)
    made.played(2)
    assert early.here == 1
    assert after(hands, 1.0, made).seconds_left is None
    step = after(hands, 1.0, made)
    assert (step.here, step.done) == (3, 3)
    assert step.per_second == pytest.approx(1.0)


def test_what_was_there_says_nothing_of_the_speed(hands: Hands) -> None:
    """Runs of earlier calls and of other processes make less to do, and the speed is that of this call alone."""
    made = clock(hands, total=100, done=60)
    first = after(hands, 2.0, made)
    assert first.seconds_left == pytest.approx(39 * 2.0)
    second = after(hands, 0.0, made, here=False)
    assert (second.done, second.here) == (62, 1)
    assert second.seconds_left == pytest.approx(38 * 2.0)


def test_the_last_run_leaves_no_time(hands: Hands) -> None:
    """At the end no time is left, failed runs are counted apart, and they too were done."""
    made = clock(hands, total=2)
    after(hands, 1.0, made)
    step = after(hands, 3.0, made, failed=True)
    assert (step.done, step.failed, step.seconds_left) == (1, 1, 0.0)
    assert step.per_second == pytest.approx(0.5)


def test_no_time_has_passed(hands: Hands) -> None:
    """Runs that take no time at all on a coarse clock give no speed and no division by zero."""
    assert after(hands, 0.0, clock(hands)).per_second is None


def test_outcomes_are_counted_by_their_kind(hands: Hands, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A run and a failure are counted as what they are, and None as one that another process did."""
    run = outcome(Writer(folder=tmp_path_factory.mktemp("x"), manifest=toy_manifest()), 0)
    failure = Failure(
        index=1, arm="a", replicate=0, seed=0, set=0, identity="", error="", traceback="", seconds=0.0, code=""
    )
    made = clock(hands)
    steps = [made.count(found) for found in (run, failure, None)]
    assert [(step.done, step.failed, step.here) for step in steps] == [(1, 0, 1), (1, 1, 2), (2, 1, 2)]
