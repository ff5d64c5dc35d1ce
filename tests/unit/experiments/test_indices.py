"""Sobol' indices: exact against SALib, right on functions whose indices are known, and not fooled by luck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from SALib.analyze import sobol as salib

from whowhom.experiments.designs import sobol_shares
from whowhom.experiments.indices import Blocks, blocks_of, rows_per_block

N = 4096


def played(function: Callable[[Any, Any], Any], *, k: int, n: int = N, seed: int = 1, fresh: bool = False) -> Blocks:
    """Play a function of inputs and of a seed at the points of n blocks, one seed a block or a fresh one a point."""
    points = blocks_of(sobol_shares(n, 2 * k, seed=seed))
    width = rows_per_block(k)
    seeds = np.arange(len(points)) if fresh else np.arange(len(points)) // width
    return Blocks.of(function(points, seeds).reshape(n, width))


def ishigami(points: Any, seeds: Any) -> Any:
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(points: Any, seeds: Any) -> Any:
    weights = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    return np.prod((np.abs(4 * points - 2) + weights) / (1 + weights), axis=1)


def luck(seeds: Any) -> Any:
    """A standard normal number for each seed."""
    return np.array([np.random.Generator(np.random.Philox(key=int(seed))).normal() for seed in seeds])


def lucky(points: Any, seeds: Any) -> Any:
    """Two inputs that matter, with luck that bends the second, and a third that does nothing; the luck's share is 0.3 or so."""
    chance = luck(seeds)
    return points[:, 0] + points[:, 1] * (1 + 0.5 * chance) + 0.25 * chance


def test_a_block_is_two_points_and_their_mixtures() -> None:
    """A block has A, B, A with each input from B, and A of the block before; so A is played with two seeds."""
    points = blocks_of(np.arange(12.0).reshape(3, 4)).reshape(3, rows_per_block(2), 2)
    assert points[1].tolist() == [[4, 5], [6, 7], [6, 5], [4, 7], [0, 1]]
    assert points[0, -1].tolist() == [8, 9]
    outcome = np.arange(15.0).reshape(3, 5)
    assert Blocks.of(outcome).again.tolist() == [9.0, 14.0, 4.0]


def test_indices_are_salibs() -> None:
    """First-order and total indices of the same runs are those of SALib, to rounding."""
    found = played(ishigami, k=3, n=64)
    rows = np.column_stack([found.one, found.mixed, found.other]).ravel()  # SALib's order within a block
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = salib.analyze(problem, rows, calc_second_order=False, num_resamples=2, seed=1)
    ours = found.estimates()
    assert ours[:3] == pytest.approx(theirs["S1"], abs=1e-12)
    assert ours[3:6] == pytest.approx(theirs["ST"], abs=1e-12)


def test_the_ishigami_function() -> None:
    """The indices of Ishigami's function (a 7, b 0.1) come out: first .3139 .4424 0, total .5576 .4424 .2437; there is no luck in it."""
    assert played(ishigami, k=3).estimates() == pytest.approx(
        [0.3139, 0.4424, 0.0, 0.5576, 0.4424, 0.2437, 0.0], abs=0.01
    )


def test_the_g_function() -> None:
    """The indices of Sobol's g-function come out as its formula gives them."""
    weights = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    parts = 1 / (3 * (1 + weights) ** 2)
    whole = np.prod(1 + parts) - 1
    totals = [parts[i] * np.prod(np.delete(1 + parts, i)) / whole for i in range(5)]
    found = played(g_function, k=5).estimates()
    assert found[:5] == pytest.approx(parts / whole, abs=0.02)
    assert found[5:10] == pytest.approx(totals, abs=0.02)


def test_an_input_that_does_nothing_has_index_0() -> None:
    """With one seed a block an input that does nothing has exactly total index 0 and first-order index 0, whatever the luck."""
    found = played(lucky, k=3)
    first, total, noise = found.estimates()[:3], found.estimates()[3:6], found.estimates()[6]
    assert first[2] == total[2] == 0.0
    # V = 1/12 + 1/12 + 0.25 E[y^2] + 0.25^2 + 0.25 E[y] with y uniform; luck's share is all of it but 1/6
    variance = 1 / 6 + 0.25 / 3 + 0.0625 + 0.125
    assert noise == pytest.approx((variance - 1 / 6) / variance, abs=0.02)
    assert total[0] == pytest.approx(1 / 12 / variance, abs=0.02)
    assert total[1] == pytest.approx(1.25 / 12 / variance, abs=0.02)  # with what luck makes of it: 1 + 0.5^2


def test_fresh_seeds_give_it_the_luck() -> None:
    """Negative control: with a fresh seed for each run an input that does nothing gets the share of luck as its total index."""
    estimates = played(lucky, k=3, fresh=True).estimates()
    print(estimates[5], estimates[6])
    assert estimates[5] > 0.4
    assert estimates[5] == pytest.approx(estimates[6], abs=0.05)


def test_intervals_cover() -> None:
    """Of 200 analyses with 64 blocks, intervals of 95 % cover the truth in 88 % and more: binomial, and what a percentile interval of so few blocks lacks."""
    variance = 1 / 6 + 0.25 / 3 + 0.0625 + 0.125
    hits = np.zeros(2)
    for seed in range(200):
        points = np.random.Generator(np.random.Philox(key=seed)).random((64, 6))
        rows = blocks_of(points)
        outcome = lucky(rows, 1000 * (seed + 1) + np.arange(len(rows)) // 6).reshape(64, 6)
        _, low, high = Blocks.of(outcome).intervals(level=0.95)
        truth = (1 / 12 / variance, (variance - 1 / 6) / variance)
        hits += [low[3] <= truth[0] <= high[3], low[6] <= truth[1] <= high[6]]
    print(hits / 200)
    assert (hits >= 0.85 * 200).all()


def test_an_outcome_that_never_varies_has_no_indices() -> None:
    """Where nothing varies there is nothing to share out: NaN, and no interval; so it is for a single block."""
    same = Blocks.of(np.ones((8, 5)))
    assert np.isnan(same.estimates()).all()
    assert all(np.isnan(part).all() for part in same.intervals(level=0.95))
    single = Blocks.of(np.array([[1.0, 2.0, 3.0, 1.0, np.nan]]))
    assert np.isnan(single.intervals(level=0.95)[1]).all()


def test_blocks_that_are_not_whole_are_left_out() -> None:
    """A block that lacks a run is left out; a missing run of another seed costs the share of luck that block alone."""
    outcome = np.arange(20.0).reshape(4, 5)
    outcome[1, 2] = np.nan
    outcome[3, 4] = np.nan
    found = Blocks.of(outcome)
    assert found.one.tolist() == [0.0, 10.0, 15.0]
    assert found.again[[0, 2]].tolist() == [9.0, 4.0]
    assert np.isnan(found.again[1])
    assert not np.isnan(found.estimates()).any()
