from __future__ import annotations

import math
from datetime import date

import pytest

from whowhom.data.holdouts import holdout_reason
from whowhom.data.records import load_records
from whowhom.data.schema import Record
from whowhom.data.spans import parse_span
from whowhom.data.targets import AT_MOST, Target, load_targets

START = date(1917, 11, 7)
TICKS = 480  # to the beginning of 1927
BY_NAME = {target.name: target for target in load_targets()}


def _rows(target: Target, *, base: bool) -> list[Record]:
    """The recorded rows of one estimate within a period."""
    span = parse_span(target.base_period if base else target.period)
    estimate = target.base_estimate if base else target.estimate
    rows = load_records().rows(target.series)
    return [r for r in rows if r.estimate == estimate and span.first <= r.span.first and r.span.last <= span.last]


def _mean(rows: list[Record]) -> float:
    return sum(row.middle for row in rows) / len(rows)


def test_there_are_at_most_eight_targets_with_names_of_their_own() -> None:
    """There are at most eight targets, of 1918 to 1926, and no two have one name."""
    assert 0 < len(load_targets()) <= AT_MOST
    assert len(BY_NAME) == len(load_targets())
    for target in load_targets():
        for period in filter(None, (target.period, target.base_period)):
            span = parse_span(period)
            assert date(1918, 1, 1) <= span.first <= span.last <= date(1926, 12, 31)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_target_follows_from_rows_that_were_read(name: str) -> None:
    """The value of a target is that of recorded rows, all of them read and none held out."""
    target = BY_NAME[name]
    rows = _rows(target, base=False)
    value = _mean(rows)
    if target.measure == "ratio":
        rows = rows + _rows(target, base=True)
        value /= _mean(_rows(target, base=True))
    assert rows
    assert {row.status for row in rows} <= {"copy", "original"}
    assert [holdout_reason(row) for row in rows] == [""] * len(rows)
    assert target.value == pytest.approx(value, rel=2e-3)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_band_holds_its_value_and_says_why(name: str) -> None:
    """A band holds the recorded value, is about a factor of two or more wide each way for a level, and gives its reason."""
    target = BY_NAME[name]
    assert target.measure in ("level", "ratio")
    assert (target.measure == "ratio") == bool(target.base_period) == bool(target.base_estimate)
    least = 1.95 if target.measure == "level" else 1.4
    assert target.value / target.low >= least
    assert target.high / target.value >= least
    assert len(target.reason) > 60


@pytest.mark.parametrize("name", BY_NAME)
def test_a_history_that_equals_the_record_hits_every_target(name: str) -> None:
    """Weekly values made from the recorded rows give the recorded value, inside the band."""
    target = BY_NAME[name]
    values = [1.0] * TICKS
    for base in (False, True) if target.measure == "ratio" else (False,):
        for row in _rows(target, base=base):
            for tick in range(TICKS):
                middle = START.toordinal() + 7 * tick + 3
                if row.span.first.toordinal() <= middle <= row.span.last.toordinal():
                    values[tick] = row.middle * 7 / row.span.days if target.is_flow else row.middle
    found = target.of(values, start=START)
    assert found == pytest.approx(target.value, rel=0.15)
    assert target.inside(found)


def test_a_ratio_of_flows_is_per_year() -> None:
    """Equal weeks give the ratio 1, however long the two periods are."""
    target = BY_NAME["death_sentences_1922_1926_per_1921"]
    assert target.of([3.0] * TICKS, start=START) == pytest.approx(1.0)


def test_a_history_that_ended_misses() -> None:
    """A history that fell before the period, or was not run so far, has no value and is inside no band."""
    for target in load_targets():
        fallen = target.of([1.0] * 20 + [math.nan] * (TICKS - 20), start=START)
        short = target.of([1.0] * 20, start=START)
        assert math.isnan(fallen)
        assert math.isnan(short)
        assert not target.inside(fallen)


def test_nothing_in_the_base_period_misses() -> None:
    """A ratio to nothing is inside no band and raises nothing."""
    target = BY_NAME["arrests_1926_per_1921"]
    assert not target.inside(target.of([0.0] * TICKS, start=START))
    assert not target.inside(target.of([0.0] * 400 + [5.0] * 80, start=START))
