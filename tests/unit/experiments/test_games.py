"""Sharing out what causes do together: exact against all orders of arrival, shapiq, and formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import shapiq

from whowhom.experiments.games import (
    causes_of,
    first_alone,
    last_removed,
    marginals,
    sets_without,
    shapley_interactions,
    shapley_values,
)


def game(worth: Callable[[frozenset[int]], float], k: int) -> Any:
    """The values of a game given by a function of the set of causes that are present."""
    return np.array([worth(frozenset(i for i in range(k) if present >> i & 1)) for present in range(1 << k)])


def drawn(k: int) -> Any:
    return np.random.Generator(np.random.Philox(k)).normal(size=1 << k)


def over_all_orders(values: Any, k: int) -> Any:
    """The slow, obvious twin: what each adds when it arrives, averaged over every order of arrival."""
    added = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        present = 0
        for cause in order:
            added[cause] += values[present | 1 << cause] - values[present]
            present |= 1 << cause
    return added / len(orders)


def pairs_over_all_orders(values: Any, k: int) -> Any:
    """The slow twin of interactions: a pair arrives as one, in every order of the pair and the others (Grabisch and Roubens 1999)."""
    found = np.zeros((k, k))
    for i in range(k):
        for j in range(i):
            orders = list(permutations([*(c for c in range(k) if c not in (i, j)), k]))  # k stands for the pair
            for order in orders:
                before = sum(1 << c for c in order[: order.index(k)])
                one, other = 1 << i, 1 << j
                both = values[before | one | other] - values[before | one] - values[before | other] + values[before]
                found[i, j] += both / len(orders)
            found[j, i] = found[i, j]
    return found


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6])
def test_values_are_the_mean_over_all_orders(k: int) -> None:
    """Shapley values and interactions are the means over all orders of arrival."""
    values = drawn(k)
    assert shapley_values(values) == pytest.approx(over_all_orders(values, k), abs=1e-12)
    assert shapley_interactions(values) == pytest.approx(pairs_over_all_orders(values, k), abs=1e-12)


@pytest.mark.parametrize("k", [2, 4, 8])
def test_values_are_shapiqs(k: int) -> None:
    """Shapley values and interactions are those of shapiq, to rounding."""
    values = drawn(k)

    def worth(rows: Any) -> Any:
        return values[(rows * (1 << np.arange(k))).sum(axis=1)]

    exact = shapiq.ExactComputer(worth, n_players=k)
    ones = exact(index="SV", order=1)
    pairs = exact(index="SII", order=2)
    assert shapley_values(values) == pytest.approx([ones[(i,)] for i in range(k)], abs=1e-12)
    ours = shapley_interactions(values)
    assert [ours[i, j] for j in range(k) for i in range(j)] == pytest.approx(
        [pairs[(i, j)] for j in range(k) for i in range(j)], abs=1e-12
    )


def test_a_linear_game_is_shared_out_exactly() -> None:
    """Where causes add up, each has its own effect by every measure, and no pair interacts."""
    effects = [0.5, -0.25, 0.125, 2.0]
    values = game(lambda present: 1.0 + sum(effects[i] for i in present), 4)
    for measure in (shapley_values, first_alone, last_removed):
        assert measure(values) == pytest.approx(effects, abs=1e-14)
    assert shapley_interactions(values) == pytest.approx(np.zeros((4, 4)), abs=1e-14)


def eliminations(present: frozenset[int]) -> float:
    """Eliminations that keep the share of enemies at what is tolerated: E = (m - t) / (q - t), MODEL M11.

    Causes: 0 more enemies (m .3 instead of .2), 1 less tolerance (t .1 instead of .15), 2 worse information (q .6 instead of 1).
    """
    enemies = 0.3 if 0 in present else 0.2
    tolerated = 0.1 if 1 in present else 0.15
    precision = 0.6 if 2 in present else 1.0
    return (enemies - tolerated) / (precision - tolerated)


def test_the_eliminations_formula_is_shared_out_exactly() -> None:
    """On the formula of eliminations the values are those computed by hand with fractions, and bad information adds to both other causes."""
    values = game(eliminations, 3)
    # by hand, over 6 orders; E of none 1/17, m 3/17, t 1/9, mt 2/9, q 1/9, mq 1/3, tq 1/5, mtq 2/5
    none, m, t, mt, q, mq, tq, mtq = 1 / 17, 3 / 17, 1 / 9, 2 / 9, 1 / 9, 1 / 3, 1 / 5, 2 / 5
    assert values == pytest.approx([none, m, t, mt, q, mq, tq, mtq], abs=1e-15)
    expected = [
        (2 * (m - none) + (mt - t) + (mq - q) + 2 * (mtq - tq)) / 6,
        (2 * (t - none) + (mt - m) + (tq - q) + 2 * (mtq - mq)) / 6,
        (2 * (q - none) + (mq - m) + (tq - t) + 2 * (mtq - mt)) / 6,
    ]
    assert shapley_values(values) == pytest.approx(expected, abs=1e-15)
    assert shapley_values(values).sum() == pytest.approx(mtq - none, abs=1e-15)
    pairs = shapley_interactions(values)
    assert pairs[0, 2] == pytest.approx(((mq - m - q + none) + (mtq - mt - tq + t)) / 2, abs=1e-15)
    assert pairs[0, 2] > 0
    assert pairs[1, 2] > 0
    assert last_removed(values) == pytest.approx([mtq - tq, mtq - mq, mtq - mt], abs=1e-15)
    assert first_alone(values) == pytest.approx([m - none, t - none, q - none], abs=1e-15)


def test_order_of_removal_is_not_the_value() -> None:
    """Negative control: where one cause stands in for another, neither removing the last nor adding the first is the Shapley value."""
    values = game(lambda present: float(bool(present)), 2)
    assert shapley_values(values).tolist() == [0.5, 0.5]
    assert last_removed(values).tolist() == [0.0, 0.0]
    assert first_alone(values).tolist() == [1.0, 1.0]
    assert shapley_interactions(values)[0, 1] == -1.0


def test_axioms() -> None:
    """Values add up to the whole, are equal for equal causes, 0 for a cause that does nothing, and linear."""
    k = 5
    values = drawn(k)
    assert shapley_values(values).sum() == pytest.approx(values[-1] - values[0])
    dummy = game(lambda present: float(values[sum(1 << i for i in present if i != 2)]), k)
    assert shapley_values(dummy)[2] == pytest.approx(0.0, abs=1e-15)
    equal = game(lambda present: float(len(present & {0, 1}) ** 2 + (3 in present)), k)
    assert shapley_values(equal)[0] == pytest.approx(shapley_values(equal)[1])
    both = np.stack([values, dummy])
    assert shapley_values(both.mean(axis=0)) == pytest.approx(shapley_values(both).mean(axis=0))


def test_marginals_are_every_contribution() -> None:
    """Marginals are what a cause adds to every set of the others; their weighted mean is the Shapley value."""
    values = drawn(3)
    found = marginals(values)
    assert sets_without(1, k=3) == [0, 1, 4, 5]
    assert found[1].tolist() == [values[2] - values[0], values[3] - values[1], values[6] - values[4], values[7] - values[5]]  # fmt: skip
    assert found[1] @ np.array([2, 1, 1, 2]) / 6 == pytest.approx(shapley_values(values)[1])


@pytest.mark.parametrize("n", [1, 3, 2048])
def test_a_game_has_a_value_for_every_set(n: int) -> None:
    """A number of values that is no power of two, or too large, is no game."""
    with pytest.raises(ValueError, match=f"a game must have from 2 to 1024 values, a power of two, got {n}"):
        causes_of(np.zeros(n))


def test_several_games_are_shared_out_at_once() -> None:
    """Leading axes are games of their own."""
    several: Sequence[Any] = [drawn(3), drawn(3) * 2]
    assert shapley_interactions(np.stack(several))[1] == pytest.approx(2 * shapley_interactions(several[0]))
    assert shapley_values(np.stack(several))[1] == pytest.approx(2 * shapley_values(several[0]))
