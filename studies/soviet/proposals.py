"""Parameter sets to try: first from the priors, then near the nearest ones, always inside the priors.

A set is a point of the unit cube, one coordinate for each parameter of the world that has a prior (`Declarations.from_prior` turns shares of the
priors into values and sorts ladders). The switches stay on; doses of instruments (`Model.intensities`), parameters without a prior, schedules and the
scenario's own values stay as they are: nothing here ranges over how strongly an instrument is used (AMENDMENTS 1.9 of the design).

Round 0 is a Latin hypercube, so every coordinate is spread evenly over its prior; the acceptance share is that of round 0. A later
round moves each of a number of parents in normal scores, `z' = sqrt(1 - step**2) z + step * noise`. The prior is stationary under this move
(Neal 1999; Cotter and others 2013), so a proposal is never outside a prior, and coordinates that do not matter drift back to theirs. It
makes no posterior sample: no weights correct for the choice of parents, and the documents say so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from whowhom.parameters import Declarations

Floats = NDArray[np.float64]

EDGE = 1e-9
"""Shares stay this far inside (0, 1), where priors are defined [1]."""


def drawn_names(declarations: Declarations, *, doses: Collection[str]) -> list[str]:
    """Names of all parameters that have a prior and are no dose of an instrument, in declared order."""
    return [p.name for p in declarations.parameters if p.prior is not None and p.name not in doses]


def first_round(number: int, *, dimensions: int, seed: int) -> Floats:
    """Latin hypercube float64 [number, dimensions] in (0, 1)."""
    cube = qmc.LatinHypercube(d=dimensions, rng=np.random.default_rng([seed, 0])).random(number)
    return np.asarray(np.clip(cube, EDGE, 1 - EDGE))


def next_round(parents: Floats, *, number: int, step: float, seed: int, round_number: int) -> Floats:
    """Move parents, each as often as the others, by `step` in (0, 1] (0 would stay, 1 forgets the parent); float64 [number, dimensions]."""
    chosen = normal_scores(parents[np.arange(number) % len(parents)])
    noise = np.random.default_rng([seed, round_number]).standard_normal(chosen.shape)
    moved = norm.cdf(np.sqrt(1 - step**2) * chosen + step * noise)
    return np.asarray(np.clip(moved, EDGE, 1 - EDGE))


def normal_scores(points: Floats) -> Floats:
    """Points of the cube as standard normal numbers, in which sets are moved and distances between them are taken."""
    return np.asarray(norm.ppf(points))


def values_at(declarations: Declarations, names: Sequence[str], point: Floats) -> dict[str, float]:
    """Turn a point of the cube into parameter values."""
    return declarations.from_prior({name: float(share) for name, share in zip(names, point, strict=True)})
