"""The test of drift (`benchmarks/measuring/drift.py`, `comparison.py`) on numbers whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from measuring.comparison import broken, compare_draws, compare_sets, drifts_of, planted
from measuring.drift import (
    Drift,
    Estimate,
    Group,
    TooFewError,
    contrast,
    less_weights,
    linearised,
    paired_contrast,
    slope_weights,
    stratified,
)
from measuring.samples import Outcome, Sample, means, seeds_at

SIZES = (2**14, 2**16, 2**18, 2**20)
ARRESTS = Outcome("arrests", "per 1,000 inhabitants", promised=2**16)
SETS = 3


def invented(
    luck: np.random.Generator, *, per_doubling: float = 0.0, runs: int = 14, size_of_luck: float = 0.2
) -> list[Sample]:
    """Samples of three sets with means 1, 2 and 6, luck that falls with the root of the size, and a drift; enough histories to borrow no spread."""
    samples = []
    for size in SIZES:
        sets = np.repeat(np.arange(SETS, dtype=float), runs)
        base = np.array([1.0, 2.0, 6.0])[sets.astype(int)]
        noise = luck.standard_normal(sets.size) * size_of_luck * base * math.sqrt(SIZES[0] / size)
        mean = 3.0 * per_doubling * math.log2(size / SIZES[-1])
        samples.append(Sample(size, sets, {"arrests": base + noise + mean}, {}))
    return samples


def group(values: list[float], strata: list[float]) -> Group:
    return Group(np.array(values), np.array(strata))


# -- means and contrasts -------------------------------------------------------------------------------------------


def test_the_mean_counts_strata_the_same() -> None:
    """A mean over strata counts every set the same, whatever its number of histories, and its error is that of luck inside sets alone."""
    found = stratified(group([0.0, 2.0, 10.0, 11.0, 12.0], [0, 0, 1, 1, 1]))
    assert found.value == pytest.approx((1.0 + 11.0) / 2)
    assert found.error == pytest.approx(math.sqrt(2.0 / 2 + 1.0 / 3) / 2)
    assert found.freedom == pytest.approx((1 + 1 / 3) ** 2 / (1 / 1 + (1 / 3) ** 2 / 2))


def test_few_histories_borrow_the_spread_of_the_next_smaller_size() -> None:
    """A set with few histories takes its spread from the next smaller sizes too, until it has twelve degrees of freedom and no further."""
    own, next_, far = group([5.0, 7.0], [0, 0]), group([0.0, 4.0] * 6, [0] * 12), group([0.0, 100.0] * 6, [0] * 12)
    found = stratified(own, [next_, far])
    assert found.value == 6.0
    assert found.error == pytest.approx(math.sqrt((2.0 + 48.0) / 12 / 2))
    assert found.freedom == pytest.approx(12)


def test_a_size_that_cannot_show_an_outcome_lends_no_spread() -> None:
    """A smaller size in which nothing ever happened lends no spread: its zeros would make luck look small."""
    own, nothing = group([1.0, 3.0], [0, 0]), group([0.0] * 12, [0] * 12)
    assert stratified(own, [nothing]).error == stratified(own).error


def test_twenty_of_twenty_is_not_known_exactly() -> None:
    """Where no history differs from another the error is that of one in n + 2 that does."""
    found = stratified(group([1.0] * 20, [0] * 10 + [1] * 10))
    assert found.error == pytest.approx(math.sqrt(1 / 22 * 21 / 22 / 20))
    assert stratified(group([0.0] * 20, [0] * 20)).error == 0.0


def test_one_history_of_a_set_is_refused() -> None:
    """A single history of each set shows no luck and is refused with a way out."""
    with pytest.raises(
        TooFewError,
        match=r"^every parameter set must have at least two histories, got one\. Ask for more with --seeds\.$",
    ):
        stratified(group([1.0, 2.0], [0, 1]))


def test_a_ratio_is_that_of_means_and_not_the_mean_of_ratios() -> None:
    """The ratio of insiders is the ratio of two means, also where single histories have none, with the error that linearisation gives."""
    top, bottom = group([0.0, 0.0, 3.0, 1.0], [0, 0, 0, 0]), np.array([1.0, 2.0, 3.0, 2.0])
    found = stratified(linearised(top, bottom))
    rest = top.values - 0.5 * bottom
    assert found.value == pytest.approx(0.5)
    assert found.error == pytest.approx(rest.std(ddof=1) / 2.0 / bottom.mean())
    assert stratified(linearised(top, np.zeros(4))).value == 0.0


def test_the_slope_of_a_line_is_that_of_the_line() -> None:
    """The weights of the slope return the slope of a straight line in log2(size), and nothing for a constant, whatever the number of histories."""
    weights = slope_weights(SIZES, [900, 40, 9, 2])
    assert sum(weights) == pytest.approx(0.0, abs=1e-12)
    assert sum(w * (5.0 + 0.3 * math.log2(n)) for w, n in zip(weights, SIZES, strict=True)) == pytest.approx(0.3)


def test_equal_weights_give_the_least_squares_slope() -> None:
    """With runs x persons the same at every size the slope is that of least squares."""
    values = [1.0, 4.0, 2.0, 7.0]
    weights = slope_weights(SIZES, [2**20 // size for size in SIZES])
    line = np.polyfit(np.log2(SIZES), values, 1)[0]
    assert sum(w * v for w, v in zip(weights, values, strict=True)) == pytest.approx(line)


def test_errors_add_in_squares_and_freedom_is_satterthwaites() -> None:
    """A difference of two means has the root of the sum of squared errors, and Satterthwaite's degrees of freedom."""
    found = contrast([Estimate(3.0, 0.3, 5.0), Estimate(9.9, 9.9, 9.9), Estimate(1.0, 0.4, 7.0)], less_weights(3, 0))
    assert (found.value, found.error) == (2.0, pytest.approx(0.5))
    assert found.freedom == pytest.approx(0.25**2 / (0.09**2 / 5 + 0.16**2 / 7))


def test_draws_are_compared_with_themselves() -> None:
    """The error of a paired contrast is that of the draws' own differences, so what differs between draws does not count."""
    means_ = np.array([[1.0, 1.5], [10.0, 10.1], [100.0, 100.6]])
    found = paired_contrast(means_, less_weights(2, 0))
    assert found.value == pytest.approx(-0.4)
    assert found.error == pytest.approx(np.std([0.5, 0.1, 0.6], ddof=1) / math.sqrt(3))
    assert paired_contrast(np.ones((10, 2)), less_weights(2, 0)).error == pytest.approx(
        math.sqrt(1 / 12 * 11 / 12 / 10)
    )


# -- the test of drift ---------------------------------------------------------------------------------------------


def experiments_with_a_mark(alarm: float, *, number: int, per_doubling: float = 0.0, runs: int = 14) -> tuple[int, int]:
    """How many of so many invented experiments mark anything, and how many mark the slope."""
    luck = np.random.default_rng(1917)
    any_, slope = 0, 0
    for _ in range(number):
        found = drifts_of(invented(luck, per_doubling=per_doubling, runs=runs), ARRESTS, alarm=alarm)
        any_ += any(drift.found for drift in found)
        slope += found[0].found
    return any_, slope


def test_false_alarms_are_as_rare_as_stated() -> None:
    """Without drift at most 5 % of tables have a mark (400 invented experiments, four tests each; at most 41 with probability 1 - 1e-6), while
    tests that do not share the rate out exceed it.
    """
    marked, _ = experiments_with_a_mark(0.05 / 4, number=400)
    careless, _ = experiments_with_a_mark(0.05, number=400)
    print(f"tables with a mark: {marked} of 400; with tests at 5 % each: {careless}")
    assert marked <= 41 < careless


def test_borrowed_spreads_give_no_more_false_alarms() -> None:
    """Where sets have three histories only, and borrow the spread of smaller sizes, at most 5 % of tables have a mark too (400; at most 41)."""
    marked, _ = experiments_with_a_mark(0.05 / 4, number=400, runs=3)
    print(f"tables with a mark: {marked} of 400")
    assert marked <= 41


def test_a_planted_drift_is_found() -> None:
    """A drift of 2 % a doubling, five times the error of the slope or more, is found in at least 95 of 100 invented experiments."""
    _, slopes = experiments_with_a_mark(0.05 / 4, number=100, per_doubling=0.02)
    error = drifts_of(invented(np.random.default_rng(4)), ARRESTS, alarm=0.0125)[0].estimate.error
    print(f"error of the slope {error:.4f}; found: {slopes} of 100")
    assert 5 * error < 0.02
    assert slopes >= 95


def test_the_findable_slope_is_found_nine_times_in_ten() -> None:
    """A drift as steep as the smallest findable one is found in about 90 % of experiments (200; between 155 and 199 with probability 1 - 1e-5)."""
    luck = np.random.default_rng(5)
    many = drifts_of(invented(luck, runs=400), ARRESTS, alarm=0.0125)[0].estimate
    expected = Estimate(0.0, many.error * math.sqrt(400 / 14), 60.0)
    _, found = experiments_with_a_mark(0.0125, number=200, per_doubling=expected.findable(0.0125))
    print(f"found: {found} of 200")
    assert 155 <= found <= 199


def test_planting_takes_other_drift_out() -> None:
    """A planted drift is the only one: means lie on the line that was planted, and luck stays as it was."""
    samples = invented(np.random.default_rng(3), per_doubling=-0.05)
    changed = planted(samples, ARRESTS, per_doubling=0.03)
    top = means(samples, ARRESTS)[-1].value
    for before, after in zip(samples, changed, strict=True):
        line = top * (1.0 + 0.03 * math.log2(after.size / SIZES[-1]))
        assert after.values["arrests"].mean() == pytest.approx(line)
        assert after.values["arrests"].std() == pytest.approx(before.values["arrests"].std())


def test_the_rate_is_shared_out_over_all_tests_of_a_table() -> None:
    """Every test of a table has the stated rate divided by the number of tests."""
    found = compare_sets(invented(np.random.default_rng(2)), [ARRESTS], alarm=0.05)
    assert len(found.drifts) == len(SIZES)
    assert {drift.alarm for drift in found.drifts} == {0.05 / len(SIZES)}


def test_a_draw_that_lacks_a_size_is_left_out() -> None:
    """A draw whose history failed at one size is in no comparison, and the number of draws says so."""
    samples = [
        Sample(2**14, np.arange(4.0), {"arrests": np.array([1.0, 2.0, 3.0, 4.0])}, {}),
        Sample(2**16, np.array([0.0, 1.0, 3.0]), {"arrests": np.array([1.0, 2.0, 4.5])}, {}),
    ]
    found = compare_draws(samples, [ARRESTS], draws=4, alarm=0.05)
    assert found.draws == 3
    assert found.drifts[1].estimate.value == pytest.approx(-0.5 / 3 / 2.5)


@pytest.mark.parametrize(
    ("size", "value", "error", "breaks"),
    [
        (2**16, 0.2, 0.01, True),
        (2**14, 0.2, 0.01, False),  # below the size that is promised
        (2**16, 0.02, 0.001, False),  # found, and small enough
        (2**16, 0.2, 0.2, False),  # within error
        (None, 0.2, 0.01, False),  # the slope is of all sizes
    ],
)
def test_a_promise_is_broken_beyond_error_and_tolerance_only(
    size: int | None, value: float, error: float, breaks: bool
) -> None:
    """A promise is broken by a drift beyond error and tolerance, at a size for which it was given."""
    drift = Drift("arrests", size, Estimate(value, error, 100.0), 0.01, absolute=False)
    assert bool(broken([drift], [ARRESTS], tolerance=0.05)) is breaks
    assert broken([drift], [Outcome("arrests", "", promised=None)], tolerance=0.05) == []


def test_smaller_sizes_have_more_seeds() -> None:
    """Seeds are chosen for about equal cost, and are two at least."""
    assert seeds_at(131_072, seeds=24) == 24
    assert seeds_at(2**24, seeds=24) == 2
    costs = [seeds_at(size, seeds=240) * (size + 65_536) for size in (2**14, 2**16, 2**18, 2**20)]
    assert max(costs) < 1.02 * min(costs)
