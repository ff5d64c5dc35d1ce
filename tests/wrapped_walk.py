"""A function of one's own, in a module, as a researcher would have it: a random walk that now and then ends early or breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

TICKS, SHORT_SEED, BROKEN_SEED = 10, 5, 7


def walk(seed: int, drift: float = 0.1, calm: bool = False, steps: int = TICKS) -> pd.DataFrame:
    """Heights of a walk; that of one seed ends half-way, that of another breaks."""
    if seed == BROKEN_SEED:
        raise RuntimeError("nobody left")
    moves = np.random.default_rng(seed).normal(drift, 0.0 if calm else 1.0, steps)
    heights = np.concatenate([[0.0], moves.cumsum()])
    return pd.DataFrame(
        {
            "height": heights[: 6 if seed == SHORT_SEED else None],
            "risen_total": np.arange(heights.size)[: 6 if seed == SHORT_SEED else None],
        }
    )
