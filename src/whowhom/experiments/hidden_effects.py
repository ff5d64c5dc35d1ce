"""The true effect of each parameter draw, seen through the noise of a few pairs of histories.

An experiment about a claim plays, for each of many draws of what is not known (the world's parameters), a few pairs of twins: with 8 pairs a difference of
survival has a standard error of about 20 points. Counting the draws whose *estimate* lies beyond a threshold would mix that noise with real differences between
draws: where the true effect is -40 points everywhere, a third of the estimates fall short of -30. Here the noise is removed first. Every draw has a true effect; how
these are spread is not assumed but learnt from all draws together (a Dirichlet process mixture over a grid of effects, sampled by blocked Gibbs steps); and what is
reported is the share of the draws' weight whose true effect lies beyond a bound, with its uncertainty.

Sources: Ferguson 1973, Annals of Statistics 1, 209-230 (the process); Ishwaran and James 2001, JASA 96, 161-173 (blocked sampling); Rubin 1981, Annals of Statistics
9, 130-134 (the Bayesian bootstrap by which other draws of the same kind are allowed for). Their use for claims about simulated histories: Ours; how often it is right
is measured on planted worlds (`python studies/planted/operating.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whowhom.errors import ParameterError

Numbers = NDArray[np.float64]

STEP = 0.05
"""Distance of neighbouring probabilities on the grid of yes-or-no effects [1]."""
POINTS = 401
"""Points of the grid of effects that are numbers."""
CONCENTRATION = 1.0
"""Weight, in draws, of the belief that an effect is like none seen so far."""
SAMPLES, FIRST_LEFT_OUT = 500, 100


@dataclass(frozen=True)
class Bound:
    """Effects on one side of a number.

    Parameters
    ----------
    sense
        'at most', 'at least', 'within' (of 0) or 'between'; the numbers themselves belong to it.
    value
        In the unit of the effect; of 'between' the lower one.
    upper
        Of 'between' the upper one.
    """

    sense: Literal["at most", "at least", "within", "between"]
    value: float
    upper: float = math.inf

    def holds(self, effects: Numbers) -> NDArray[np.bool_]:
        """Say of each effect whether it lies on this side; differences in the last digits do not count."""
        slack = 1e-9 * max(1.0, abs(self.value))
        if self.sense == "within":
            return np.abs(effects) <= self.value + slack
        if self.sense == "between":
            return (effects >= self.value - slack) & (effects <= self.upper + slack)
        return effects <= self.value + slack if self.sense == "at most" else effects >= self.value - slack

    def text(self) -> str:
        """The bound in words, without its unit."""
        return f"{self.sense} {self.value:g}" + (f" and {self.upper:g}" if self.sense == "between" else "")


@dataclass(frozen=True)
class Evidence:
    """What the pairs of each draw say about its true effect.

    Attributes
    ----------
    effects
        Effect at each point of the grid, in the unit of the outcome [points].
    kinds
        Likelihood of what was seen, for each different thing that was seen, scaled to a maximum of 1 [kinds, points].
    kind
        Which of them each draw saw [draws].
    base
        Belief about an effect like none seen so far, summing to 1 [points].
    weights
        Weight of each draw, not negative, summing to 1 [draws].
    pairs
        Pairs of twins of each draw [draws].
    """

    effects: Numbers
    kinds: Numbers
    kind: NDArray[np.int64]
    base: Numbers
    weights: Numbers
    pairs: NDArray[np.int64]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.kind.size

    @property
    def effective_draws(self) -> float:
        """Number of equally weighted draws that would say as much (Kish 1965): (sum w)^2 / sum w^2."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())


@dataclass(frozen=True)
class HiddenEffects:
    """What is known about the draws' true effects.

    Attributes
    ----------
    shares
        Share of the weight beyond each bound, once for every sample [samples, bounds].
    membership
        Probability of each draw's own true effect being beyond each bound [draws, bounds].
    mean, low, high
        Mean of each draw's true effect, and the 5 % and 95 % points of what it may be [draws].
    """

    shares: Numbers
    membership: Numbers
    mean: Numbers
    low: Numbers
    high: Numbers

    def interval(self, bound: int, *, level: float = 0.9) -> tuple[float, float, float]:
        """The share beyond a bound: mean, and the ends of the interval that holds it with probability `level` [1]."""
        share = self.shares[:, bound]
        low, high = np.quantile(share, [0.5 - level / 2, 0.5 + level / 2])
        return float(share.mean()), float(low), float(high)


def _weights(weights: ArrayLike | None, draws: int) -> Numbers:
    """Weights that sum to 1; equal ones if none are given."""
    if weights is None:
        return np.full(draws, 1.0 / draws)
    given: Numbers = np.asarray(weights, dtype=np.float64)
    if given.shape != (draws,) or not (np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0):
        raise ParameterError(
            [
                f"'weights' must be {draws} numbers from 0 on, one a draw and not all 0, got {given.shape}. Leave them out for equal ones."
            ]
        )
    return np.asarray(given / given.sum())


def yes_no_evidence(
    gained: ArrayLike, lost: ArrayLike, pairs: ArrayLike, *, weights: ArrayLike | None = None, step: float = STEP
) -> Evidence:
    """Evidence about the difference of two shares, from pairs of twins.

    Parameters
    ----------
    gained, lost
        Pairs of each draw in which only the changed world has the property, and in which only the other has it [draws].
    pairs
        Pairs of each draw, those that agree too [draws].
    weights
        Of the draws; equal by default [draws].
    step
        Distance of neighbouring probabilities on the grid [1].

    Raises
    ------
    ParameterError
        Counts that cannot be, or weights that are none.

    Notes
    -----
    Given the chances a and b of a pair of the first and of the second kind, the counts are multinomial, and the effect is a - b. The grid holds all (a, b) with
    a + b <= 1; before anything is seen all are alike.
    """
    counts = np.stack([np.asarray(x, dtype=np.int64) for x in np.broadcast_arrays(gained, lost, pairs)], axis=1)
    if counts.ndim != 2 or not len(counts) or (counts < 0).any() or (counts[:, 0] + counts[:, 1] > counts[:, 2]).any():
        raise ParameterError(
            [
                "'gained' and 'lost' must be counts of pairs of at least one draw, together at most 'pairs', got others. Count each pair once."
            ]
        )
    n = round(1.0 / step)
    a, b = np.array([(i / n, j / n) for i in range(n + 1) for j in range(n + 1 - i)]).T
    chances = np.stack([a, b, 1.0 - a - b])
    logs = np.log(np.maximum(chances, 1e-9))
    seen, kind = np.unique(counts, axis=0, return_inverse=True)
    split = np.stack([seen[:, 0], seen[:, 1], seen[:, 2] - seen[:, 0] - seen[:, 1]], axis=1)
    likelihood = np.exp(split @ logs - (split @ logs).max(axis=1, keepdims=True))
    return Evidence(
        effects=a - b,
        kinds=likelihood,
        kind=kind.reshape(-1).astype(np.int64),
        base=np.full(a.size, 1.0 / a.size),
        weights=_weights(weights, len(counts)),
        pairs=counts[:, 2],
    )


def number_evidence(
    differences: Sequence[ArrayLike], *, weights: ArrayLike | None = None, points: int = POINTS
) -> Evidence:
    """Evidence about a mean difference, from the paired differences of each draw.

    Parameters
    ----------
    differences
        For each draw the differences of its pairs, at least two, in the unit of the outcome.
    weights
        Of the draws; equal by default [draws].
    points
        Of the grid.

    Raises
    ------
    ParameterError
        A draw with fewer than two pairs: it shows no noise.

    Notes
    -----
    The likelihood of a draw is Student's t of its mean, with its own standard error. That of a draw without any spread, or with far less than others (a few pairs may
    agree by luck), is taken to be at least a tenth of the median one.
    """
    rows: list[Numbers] = [np.asarray(row, dtype=np.float64) for row in differences]
    short = [number for number, row in enumerate(rows) if row.size < 2]
    if short or not rows:
        raise ParameterError(
            [
                f"each draw must have at least two pairs, got fewer for draw {short[0] if short else 'of none'}. Ask for more replicates."
            ]
        )
    means = np.array([row.mean() for row in rows])
    errors = np.array([row.std(ddof=1) / math.sqrt(row.size) for row in rows])
    freedom = np.array([row.size - 1.0 for row in rows])
    usual = float(np.median(errors[errors > 0.0])) if (errors > 0.0).any() else 0.0
    errors = np.maximum(errors, max(0.1 * usual, 1e-12 * max(1.0, float(np.abs(means).max()))))
    effects = _grid(means, errors, points)
    t = (means[:, None] - effects[None, :]) / errors[:, None]
    logs = -(freedom[:, None] + 1.0) / 2.0 * np.log1p(t * t / freedom[:, None])
    return Evidence(
        effects=effects,
        kinds=np.exp(logs - logs.max(axis=1, keepdims=True)),
        kind=np.arange(len(rows), dtype=np.int64),
        base=np.full(points, 1.0 / points),
        weights=_weights(weights, len(rows)),
        pairs=np.array([row.size for row in rows], dtype=np.int64),
    )


def _grid(means: Numbers, errors: Numbers, points: int) -> Numbers:
    """Effects from below the smallest plausible one to above the largest: close where most draws are, far apart in the tails.

    One draw with a huge error must not make the grid too coarse for all others, so places are even in the inverse hyperbolic sine of the distance
    from the median, measured in usual errors.
    """
    middle, scale = float(np.median(means)), float(np.median(errors))
    low, high = ((float(x) - middle) / scale for x in ((means - 4 * errors).min(), (means + 4 * errors).max()))
    return np.asarray(middle + scale * np.sinh(np.linspace(math.asinh(low), math.asinh(high), points)))


def hidden_effects(evidence: Evidence, bounds: Sequence[Bound], *, seed: int = 1) -> HiddenEffects:
    """Learn the spread of true effects from all draws, and each draw's own from its pairs and that spread.

    Parameters
    ----------
    evidence
        Of `yes_no_evidence` or `number_evidence`.
    bounds
        Sides about which is asked; of several, no effect may lie beyond two.
    seed
        Of the sampling; equal arguments give equal answers.

    Returns
    -------
    HiddenEffects
        Shares allow for other draws of the same kind (a Bayesian bootstrap, with half a draw more beyond each bound, and half a one beyond none).
    """
    luck = np.random.Generator(np.random.Philox(key=seed))
    beyond = np.stack([bound.holds(evidence.effects) for bound in bounds])
    draws, points = evidence.draws, evidence.effects.size
    spread = evidence.base.copy()
    shares, sums = [], np.zeros((len(bounds), draws))
    seen = np.zeros((draws, 0))
    kept = []
    for sample in range(FIRST_LEFT_OUT + SAMPLES):
        reached = np.cumsum(spread * evidence.kinds, axis=1)
        place = luck.random(draws) * reached[evidence.kind, -1]
        at = np.minimum((reached[evidence.kind] < place[:, None]).sum(axis=1), points - 1)
        spread = luck.standard_gamma(CONCENTRATION * evidence.base + np.bincount(at, minlength=points))
        spread /= spread.sum()
        if sample < FIRST_LEFT_OUT:
            continue
        share = luck.standard_exponential(draws) * evidence.weights * draws
        there = beyond[:, at]
        unknown = luck.standard_gamma(
            0.5, size=len(bounds) + 1
        )  # half a draw beyond each bound, half a draw beyond none: Jeffreys' allowance
        shares.append((there @ share + unknown[:-1]) / (share.sum() + unknown.sum()))
        sums += there
        kept.append(evidence.effects[at])
    seen = np.array(kept)
    low, high = np.quantile(seen, [0.05, 0.95], axis=0)
    return HiddenEffects(np.array(shares), (sums / SAMPLES).T, seen.mean(axis=0), low, high)
