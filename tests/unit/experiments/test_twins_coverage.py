"""How often the intervals of twins cover the truth, on simulated data with known answers; and what fails.

Each test states its null hypothesis, size and false-alarm rate. Margins are `z` standard errors of a share of `n`
experiments, with `z` = 4.9, so that a right program fails one test in a million.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.toy_model import BALANCED, PERSONS, ToyModel, toy_settings

from whowhom.engine.run import run_history
from whowhom.experiments.intervals import Interval, mean_interval
from whowhom.experiments.twins import twin_difference
from whowhom.experiments.units import interval_of_mean

EXPERIMENTS = 2000
MARGIN = 4.9 * math.sqrt(0.95 * 0.05 / EXPERIMENTS)
TRUTH = 0.7

Twins = tuple[NDArray[np.float64], NDArray[np.float64]]


def covered(make: Callable[[np.random.Generator], Interval], truth: float = TRUTH) -> float:
    """Return the share of simulated experiments whose interval covers the truth."""
    luck = np.random.default_rng(20)
    intervals = [make(luck) for _ in range(EXPERIMENTS)]
    found = float(np.mean([interval.low <= truth <= interval.high for interval in intervals]))
    print(f"covered {found:.4f} (nominal 0.95, margin {MARGIN:.4f} at a false-alarm rate of 1e-6)")
    return found


def normal_twins(luck: np.random.Generator, n: int = 20) -> Twins:
    """Twins with common luck (standard deviation 2), own luck (1 each) and a true difference of TRUTH."""
    common, one, other = luck.normal(size=(3, n)) * [[2.0], [1.0], [1.0]]
    return common + one + TRUTH, common + other


def twins_over_sets(luck: np.random.Generator, n_sets: int = 10, each: int = 4) -> tuple[Twins, NDArray[np.int64]]:
    """Twins over parameter sets: the effect itself differs between sets (1), beside the luck of replicates (1)."""
    sets = np.tile(np.arange(n_sets), each)
    effect = TRUTH + luck.normal(size=n_sets)
    common, own = luck.normal(size=(2, sets.size))
    return (common + effect[sets] + own, common), sets


def test_paired_differences_cover() -> None:
    """Null: the 95 % interval of 20 normal twins covers the true difference in 95 % of 2000 experiments."""
    assert abs(covered(lambda luck: twin_difference(*normal_twins(luck)).difference) - 0.95) < MARGIN


def test_an_unpaired_analysis_fails() -> None:
    """Negative control: intervals from the same data without pairing cover far more than 95 %, so they waste runs."""

    def unpaired(luck: np.random.Generator) -> Interval:
        one, other = normal_twins(luck)
        luck.shuffle(other)
        return mean_interval(one - other)

    assert covered(unpaired) > 0.95 + MARGIN


def test_a_wrong_variance_fails() -> None:
    """Negative control: an interval whose variance is that of the luck that twins do not share, once, covers too few."""

    def wrong(luck: np.random.Generator) -> Interval:
        one, other = normal_twins(luck)
        right = mean_interval(one - other)
        half = (right.high - right.low) / 2 / math.sqrt(2.0)
        return Interval(right.estimate, right.estimate - half, right.estimate + half, 0.95, 20, "wrong")

    assert covered(wrong) < 0.95 - MARGIN


def test_set_means_cover() -> None:
    """Null: over 10 sets with 4 replicates the interval covers the mean effect over sets in 95 % of 2000 experiments."""

    def over_sets(luck: np.random.Generator) -> Interval:
        twins, sets = twins_over_sets(luck)
        return twin_difference(*twins, sets=sets).difference

    assert abs(covered(over_sets) - 0.95) < MARGIN


def test_replicates_of_common_sets_are_not_independent() -> None:
    """Negative control: treating the 40 replicates of 10 sets as independent covers far less than 95 %."""

    def naive(luck: np.random.Generator) -> Interval:
        twins, _ = twins_over_sets(luck, each=12)
        return twin_difference(*twins).difference

    assert covered(naive) < 0.60


@pytest.mark.parametrize("n", [20, 31])
def test_the_default_command_covers(n: int) -> None:
    """With 16 sets and 17 to 31 replicates intervals cover as often as they say.

    Null: coverage 95 %; what a set makes of the outcome is all that varies; 2,000 experiments, 4.9 standard errors. Negative control: the
    replicates taken as independent, as they once were below two of each set, cover too rarely.
    """
    sets = np.arange(n) % 16

    def values(luck: np.random.Generator) -> NDArray[np.float64]:
        return TRUTH + luck.normal(size=16)[sets]

    right = covered(lambda luck: interval_of_mean(values(luck), sets=sets))
    wrong = covered(lambda luck: mean_interval(values(luck)))
    print(f"{n} replicates of 16 sets: set means cover {right:.3f}, replicates {wrong:.3f}")
    assert abs(right - 0.95) < MARGIN
    assert wrong < 0.95 - MARGIN


def test_shares_over_sets_cover() -> None:
    """Null: the interval of a difference in survival over 8 sets with 5 replicates covers in at least 95 % of 2000."""
    effects = np.linspace(-0.4, 0.2, 8)  # what the arm changes, set by set; these sets are the population

    def shares(luck: np.random.Generator) -> Interval:
        chosen = luck.choice(effects, size=8)
        sets = np.tile(np.arange(8), 5)
        common = luck.random(40)
        return twin_difference(common < 0.6 + chosen[sets], common < 0.6, kind="yes_no", sets=sets).difference

    assert covered(shares, truth=float(effects.mean())) > 0.95 - MARGIN


@pytest.mark.parametrize(("n", "least"), [(20, 0.86), (100, 0.90)])
def test_long_tails_cost_some_coverage(n: int, least: float) -> None:
    """With a long-tailed outcome Student's interval covers somewhat less than it says; the documentation says so."""

    def long_tailed(luck: np.random.Generator) -> Interval:
        return interval_of_mean(luck.lognormal(sigma=1.0, size=n))

    found = covered(long_tailed, truth=math.exp(0.5))
    assert least - MARGIN < found < 0.95


def test_the_mean_does_not_depend_on_the_coupling() -> None:
    """Null: twins with common luck and pairs with other seeds give one mean difference; the counts of pairs differ.

    Toy model, executions off, 400 pairs each; outcome: whether the regime falls. The two means differ by less than 4.9
    standard errors (false-alarm rate 1e-6), while far more pairs agree with common luck.
    """
    n = 400
    arm = [fallen(seed, executions=False) for seed in range(n)]
    twins = twin_difference(arm, [fallen(seed) for seed in range(n)])
    strangers = twin_difference(arm, [fallen(seed) for seed in range(n, 2 * n)])
    gap = twins.difference.estimate - strangers.difference.estimate
    error = sum((found.difference.high - found.difference.low) ** 2 for found in (twins, strangers)) ** 0.5 / 3.92
    print(f"twins {twins.difference.estimate:.3f}, strangers {strangers.difference.estimate:.3f}, error {error:.3f}")
    print(f"variance reduction {twins.variance_reduction:.2f} and {strangers.variance_reduction:.2f}")
    assert abs(gap) < 4.9 * error
    assert twins.variance_reduction > 1.3 > strangers.variance_reduction
    assert twins.equal > 1.2 * strangers.equal


def fallen(seed: int, *, executions: bool = True) -> float:
    """Return 1 if the toy regime falls within 40 weeks."""
    settings = toy_settings(BALANCED, executions=executions)
    return float(run_history(ToyModel(), settings, persons=PERSONS, seed=seed, ticks=40).ended is not None)
