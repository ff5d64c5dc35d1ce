"""Sharing out what several causes do together: Shapley values, interactions, and what each does alone.

A cooperative game gives a value to every set of causes that are present. Sets are numbers: bit `j` is set if cause `j` is
present, so a game of k causes is an array whose last axis has 2^k places, and place 0 is the world without any of them.
Everything here is linear in the values and exact: no set is left out and none is sampled.

Sources: Shapley 1953, "A value for n-person games", Contributions to the Theory of Games II, 307-317; the interaction index
of Grabisch and Roubens 1999, International Journal of Game Theory 28, 547-565, equation 9. Checked in
`tests/unit/experiments/test_games.py` against the mean over all orders of arrival and against shapiq.
"""

from __future__ import annotations

from functools import cache
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

#: More causes than this make more arms than anybody runs.
MOST_CAUSES = 10


def causes_of(values: Values) -> int:
    """Return how many causes a game has.

    Raises
    ------
    ValueError
        Its last axis is no power of two from 2 to 2^10.
    """
    n = int(values.shape[-1])
    k = n.bit_length() - 1
    if n != 1 << k or not 1 <= k <= MOST_CAUSES:
        raise ValueError(f"a game must have from 2 to {1 << MOST_CAUSES} values, a power of two, got {n}")
    return k


def shapley_values(values: ArrayLike) -> Values:
    """Return what each cause adds on average over all orders in which causes may arrive [..., k].

    Parameters
    ----------
    values
        A game, or several [..., 2^k].

    Notes
    -----
    phi_i = sum over the sets S without i of |S|! (k - |S| - 1)! / k! (v(S + i) - v(S)). They add up to v(all) - v(none).
    """
    games = np.asarray(values, dtype=np.float64)
    return games @ _weights(causes_of(games)).T


def shapley_interactions(values: ArrayLike) -> Values:
    """Return how much more each pair of causes does together than apart [..., k, k].

    Symmetric, with zeros on the diagonal. Positive if each makes the other do more, negative if one stands in for the other.

    Notes
    -----
    I_ij = sum over the sets S without i and j of |S|! (k - |S| - 2)! / (k - 1)! (v(S + i + j) - v(S + i) - v(S + j) + v(S)).
    """
    games = np.asarray(values, dtype=np.float64)
    pairs: Values = np.einsum("...s,ijs->...ij", games, _pair_weights(causes_of(games)))
    return pairs


def first_alone(values: ArrayLike) -> Values:
    """Return what each cause does where none of the others is present [..., k]."""
    games = np.asarray(values, dtype=np.float64)
    return np.stack([games[..., 1 << i] - games[..., 0] for i in range(causes_of(games))], axis=-1)


def last_removed(values: ArrayLike) -> Values:
    """Return what is lost when one cause is taken away while all others stay [..., k]."""
    games = np.asarray(values, dtype=np.float64)
    whole = games.shape[-1] - 1
    return np.stack([games[..., whole] - games[..., whole ^ (1 << i)] for i in range(causes_of(games))], axis=-1)


def marginals(values: ArrayLike) -> Values:
    """Return what each cause adds to each set of the others [..., k, 2^(k - 1)], in the order of `sets_without`."""
    games = np.asarray(values, dtype=np.float64)
    k = causes_of(games)
    without = np.array([sets_without(i, k=k) for i in range(k)])
    joined = without | (1 << np.arange(k))[:, np.newaxis]
    return games[..., joined] - games[..., without]


def sets_without(i: int, *, k: int) -> list[int]:
    """Return the sets that lack cause `i`, in ascending order."""
    return [present for present in range(1 << k) if not present >> i & 1]


@cache
def _weights(k: int) -> Values:
    """Return the weight of each set in each Shapley value [k, 2^k]."""
    table = np.zeros((k, 1 << k))
    for i in range(k):
        for present in sets_without(i, k=k):
            others = present.bit_count()
            weight = factorial(others) * factorial(k - others - 1) / factorial(k)
            table[i, present], table[i, present | 1 << i] = -weight, weight
    return table


@cache
def _pair_weights(k: int) -> Values:
    """Return the weight of each set in each interaction [k, k, 2^k]."""
    table = np.zeros((k, k, 1 << k))
    for i in range(k):
        for j in range(i):
            pair = (1 << i) | (1 << j)
            for present in range(1 << k):
                others = (present & ~pair).bit_count()
                weight = factorial(others) * factorial(k - others - 2) / factorial(k - 1)
                sign = -1.0 if (present & pair).bit_count() == 1 else 1.0
                table[i, j, present] = table[j, i, present] = sign * weight
    return table
