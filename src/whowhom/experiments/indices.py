"""Sobol' indices of a function with luck in it: how much of the spread of an outcome is due to each input, and to luck.

Inputs are independent and uniform on [0, 1] (shares of their priors). Two independent points A and B make a block with the
points AB_i, which are A with input i from B. All points of a block are played with one seed. Why that matters: with a fresh
seed for each run the total index of an input that does nothing is the share of luck in the variance, because A and AB_i differ
in their luck even where they do not differ in anything else; with one seed a block it is 0. What is estimated then is the mean
over seeds of the index at a fixed seed (input-by-luck interaction counts as the input's), over the whole variance.

The share of luck is measured, not assumed: A is played once more with the next block's seed.

Sources: Sobol' 2001, Mathematics and Computers in Simulation 55, 271-280; first-order index, Saltelli and others 2010, Computer
Physics Communications 181, 259-270, table 2 (b); total index, Jansen 1999, Computer Physics Communications 117, 35-43. One seed a
block: Ours, after the common random numbers of simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whowhom.experiments.intervals import resampled_tail

Numbers = NDArray[np.float64]

#: Bootstrap samples of an interval.
RESAMPLES = 1000

#: Key of the bootstrap's luck; it is no luck of any history.
_KEY = 0x50B01


def rows_per_block(k: int) -> int:
    """Return how many points a block of k inputs has: A, B, AB_1 to AB_k, and A of the block before."""
    return k + 3


def blocks_of(shares: Numbers) -> Numbers:
    """Return the points of all blocks, block after block [blocks * (k + 3), k].

    Parameters
    ----------
    shares
        A and B side by side, a row per block [blocks, 2 k].
    """
    n, k = shares.shape[0], shares.shape[1] // 2
    one, other = shares[:, :k], shares[:, k:]
    points = np.empty((n, rows_per_block(k), k))
    points[:, 0], points[:, 1], points[:, -1] = one, other, np.roll(one, 1, axis=0)
    for i in range(k):
        points[:, 2 + i] = one
        points[:, 2 + i, i] = other[:, i]
    return points.reshape(-1, k)


@dataclass(frozen=True)
class Blocks:
    """An outcome at the points of whole blocks.

    Attributes
    ----------
    one, other
        At A and at B [blocks].
    mixed
        At AB_i [blocks, k].
    again
        At A with another seed; NaN where that was not run [blocks].
    """

    one: Numbers
    other: Numbers
    mixed: Numbers
    again: Numbers

    @classmethod
    def of(cls, outcome: Numbers) -> Blocks:
        """Return the blocks of an outcome that is given in the order of `blocks_of` [blocks, k + 3]; blocks with NaN are left out."""
        again = np.roll(outcome[:, -1], -1)
        whole = ~np.isnan(outcome[:, :-1]).any(axis=1)
        return cls(outcome[whole, 0], outcome[whole, 1], outcome[whole, 2:-1], again[whole])

    def take(self, places: NDArray[np.int64]) -> Blocks:
        """Return some of the blocks, in any number each."""
        return Blocks(self.one[places], self.other[places], self.mixed[places], self.again[places])

    @property
    def variance(self) -> float:
        """Variance over inputs and luck, from A and B."""
        return float(np.concatenate([self.one, self.other]).var())

    def estimates(self) -> Numbers:
        """Return the first-order indices, the total indices and the share of luck [2 k + 1]; NaN if the outcome does not vary.

        Notes
        -----
        With f centred, S_i = mean f(B) (f(AB_i) - f(A)) / V, T_i = mean (f(A) - f(AB_i))^2 / 2 V, and the share of luck is
        mean (f(A) - f(A, other seed))^2 / 2 V. First-order indices may come out below 0: that is error of sampling, and shown.
        """
        variance = self.variance
        if not variance > 0.0:
            return np.full(2 * self.mixed.shape[1] + 1, np.nan)
        middle = float(np.concatenate([self.one, self.other, self.mixed.ravel()]).mean())
        gap = self.mixed - self.one[:, np.newaxis]
        first = ((self.other - middle)[:, np.newaxis] * gap).mean(axis=0)
        total = 0.5 * (gap**2).mean(axis=0)
        luck = (self.one - self.again) ** 2
        there = ~np.isnan(luck)
        noise = 0.5 * luck[there].mean() if there.any() else np.nan
        return np.concatenate([first, total, [noise]]) / variance

    def intervals(self, *, level: float) -> tuple[Numbers, Numbers, Numbers]:
        """Return estimates, and the ends of their percentile intervals from resampled blocks; NaN with fewer than two blocks.

        The blocks are the independent units (Efron and Tibshirani 1993, chapter 13). The run of A with another seed is counted with its A; that two neighbouring blocks
        share a seed in it is neglected.
        """
        found, n = self.estimates(), self.one.size
        if n < 2 or np.isnan(found).all():
            return found, np.full_like(found, np.nan), np.full_like(found, np.nan)
        luck = np.random.Generator(np.random.Philox(key=_KEY))
        samples = np.array([self.take(luck.integers(0, n, n)).estimates() for _ in range(RESAMPLES)])
        known, tail = ~np.isnan(samples).all(axis=0), resampled_tail(n, level=level)
        low, high = np.full_like(found, np.nan), np.full_like(found, np.nan)
        low[known], high[known] = np.nanquantile(samples[:, known], [tail, 1.0 - tail], axis=0)
        return found, low, high
