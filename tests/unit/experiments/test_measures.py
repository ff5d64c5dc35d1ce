"""What is compared between two arms, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tests.planted_world import PlantedModel

from whowhom.errors import ParameterError, UnknownNameError
from whowhom.experiments.measures import best_of, compare_draws, measure_named, pseudo_values


def runs(**columns: list[float]) -> pd.DataFrame:
    """Four replicates of two draws."""
    return pd.DataFrame({"replicate": [0, 1, 2, 3], "set": [0, 1, 0, 1], **columns})


def test_survival_is_a_difference_of_pairs() -> None:
    """Draw 0 loses one of two pairs, draw 1 gains one: effects of -1/2 and +1/2, mean 0."""
    measure = measure_named("survival", PlantedModel())
    seen = compare_draws(runs(survived=[0, 1, 1, 1]), runs(survived=[1, 0, 1, 1]), measure)
    assert seen.estimates.tolist() == [-0.5, 0.5]
    assert seen.mean == 0.0
    assert seen.error == pytest.approx(0.5)  # standard deviation .7071 over the root of 2


def test_a_share_removed_is_one_less_the_ratio_of_means() -> None:
    """Draw 0: 1 of 4 stay, so 3/4 are gone, by the means and not by the pairs; a draw without any in the control says nothing and is counted."""
    measure = measure_named("share removed of executed_per_1000", PlantedModel())
    ours, theirs = runs(executed_per_1000=[1.0, 0.0, 0.0, 0.0]), runs(executed_per_1000=[2.0, 0.0, 2.0, 0.0])
    seen = compare_draws(ours, theirs, measure)
    assert seen.estimates == pytest.approx([0.75])
    assert (seen.draws.tolist(), seen.left_out) == ([0], 1)


def test_a_ratio_and_a_logarithm_are_of_means() -> None:
    """The ratio of two means less that of the other arm, and the logarithm of a ratio of means."""
    ratio = measure_named("ratio of executed_per_1000 to camp_years_per_1000", PlantedModel())
    ours = runs(executed_per_1000=[4.0] * 4, camp_years_per_1000=[2.0] * 4)
    theirs = runs(executed_per_1000=[1.0] * 4, camp_years_per_1000=[2.0] * 4)
    assert compare_draws(ours, theirs, ratio).estimates == pytest.approx([1.5, 1.5])
    logarithm = measure_named("logarithm of executed_per_1000", PlantedModel())
    assert compare_draws(ours, theirs, logarithm).estimates == pytest.approx([math.log(4.0)] * 2)


def test_pseudo_values_of_a_mean_are_the_numbers_themselves() -> None:
    """The jackknife gives a mean's own numbers, and of a square takes away its bias exactly."""
    row = np.array([[1.0, 2.0, 5.0, 9.0]])
    assert pseudo_values(row, lambda means: means[0]) == pytest.approx(row[0])
    unbiased = row[0].mean() ** 2 - row[0].var(ddof=1) / 4
    assert pseudo_values(row, lambda means: means[0] ** 2).mean() == pytest.approx(unbiased)


def test_choosing_the_best_on_other_seeds_gains_nothing_from_luck() -> None:
    """Of five paths that are the same, the best chosen on other seeds is no better; chosen on the same seeds it would seem so (negative control).

    Null: mean difference 0 over 2,000 draws of 8 pairs; false-alarm rate 1e-6 (4.9 standard errors).
    """
    luck = np.random.Generator(np.random.Philox(key=6))
    n, pairs = 2000, 8
    base = {"replicate": np.arange(n * pairs), "set": np.repeat(np.arange(n), pairs)}
    arms = [pd.DataFrame({**base, "survived": (luck.random(n * pairs) < 0.7).astype(int)}) for _ in range(5)]
    control = pd.DataFrame({**base, "survived": (luck.random(n * pairs) < 0.7).astype(int)})
    honest = best_of(arms, control)["survived"].mean() - control["survived"].mean()
    by_draw = np.stack([arm["survived"].to_numpy().reshape(n, pairs).mean(axis=1) for arm in arms])
    naive = by_draw.max(axis=0).mean() - control["survived"].mean()
    error = math.sqrt(2 * 0.7 * 0.3 / (n * pairs))
    print(f"honest {honest:+.4f}, naive {naive:+.4f}, standard error {error:.4f}")
    assert abs(honest) < 4.9 * error
    assert naive > 4.9 * error


def test_measures_that_are_none_are_refused() -> None:
    """Unknown measures, unknown observables, and pairs that are none are answered with what there is."""
    with pytest.raises(UnknownNameError, match="unknown measure 'survivals'"):
        measure_named("survivals", PlantedModel())
    with pytest.raises(UnknownNameError, match="unknown observable 'executd_total'"):
        measure_named("change of executd_total", PlantedModel())
    with pytest.raises(ParameterError, match="at least two pairs of one draw, got none"):
        compare_draws(runs(survived=[1] * 4).head(1), runs(survived=[1] * 4), measure_named("survival", PlantedModel()))
