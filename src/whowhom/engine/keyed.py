"""Rows of keyed draws for models that work on whole arrays: the draws of `engine.streams`, one a person.

A model that is a kernel takes its words from `streams` itself; a model that is a few lines of NumPy takes a row of them here. Draw `i` of a row
belongs to entity `first + i`, whatever else the row holds, so that one more person changes nobody else's luck.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.kernel import entry
from whowhom.engine.streams import key_of, normal_quantile, philox_row, unit

Row = NDArray[np.float64]


@entry
def _units(words: Any, n: int, row: Any) -> None:
    """Numbers in (0, 1) of words."""
    for i in range(n):
        row[i] = unit(words[i])


@entry
def _quantiles(row: Any, n: int) -> None:
    """Standard normal quantiles in the place of shares."""
    for i in range(n):
        row[i] = normal_quantile(row[i])


def uniforms(n: int, *, seed: int, stream: int, tick: int = 0, first: int = 0) -> Row:
    """Draws in (0, 1), the one of entity `first + i` at place `i`.

    Parameters
    ----------
    n
        How many.
    seed, stream, tick
        The key; see `engine.streams`.
    first
        The first entity, `first + n` at most 2**32.

    Returns
    -------
    float64 [n]
    """
    whole = (n + 7) // 8 * 8
    words = np.empty(whole, dtype=np.uint64)
    k0, k1 = key_of(seed)
    philox_row(first, np.arange(whole, dtype=np.int64), n, 0, tick, stream, k0, k1, 0, words)
    row = np.empty(n, dtype=np.float64)
    _units(words, n, row)
    return row


def normals(n: int, *, seed: int, stream: int, tick: int = 0, first: int = 0) -> Row:
    """Standard normal draws by the inverse distribution function of `uniforms`: the same entity, the same luck."""
    return quantiles(uniforms(n, seed=seed, stream=stream, tick=tick, first=first))


def quantiles(shares: Row) -> Row:
    """Standard normal quantiles of shares in (0, 1), in a fresh array."""
    row = np.array(shares, dtype=np.float64)
    _quantiles(row, row.size)
    return row
