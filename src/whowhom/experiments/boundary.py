"""On what a claim depends: a boundary in the world's parameters, good for draws that it has not seen, in words.

A shallow decision tree separates draws in which a claim holds from the others. What is known of each draw is a probability, not an answer, so that each draw counts
on both sides, by that probability. Whether the boundary is good is measured on draws left out (five parts, the tree grown anew without each): balanced accuracy, the mean of the shares of
either side that are placed right, must be at least 0.8. Only parameters of the world may be in it, never the strength of an instrument.

The tree is scikit-learn's (extra `analysis`). Source of the rule: the design's amendments 1.1; probabilities in place of answers: Ours. They pull the accuracy towards one half,
so that a boundary is never called good because of noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from whowhom.errors import MissingExtraError, ParameterError

Numbers = NDArray[np.float64]

GOOD = 0.8
DEPTH, PARTS, LEAST = 2, 5, 0.1
"""Levels of the tree; parts of the draws for the check; smallest share of draws in a leaf."""


@dataclass(frozen=True)
class Boundary:
    """Where a claim holds.

    Attributes
    ----------
    regions
        Each a list of (parameter, 'below' or 'above', value): the claim holds where all of one of the lists are true.
    accuracy
        Balanced accuracy on draws left out [1].
    """

    regions: tuple[tuple[tuple[str, str, float], ...], ...]
    accuracy: float

    @property
    def is_good(self) -> bool:
        """Whether it may be named in a finding."""
        return bool(self.regions) and self.accuracy >= GOOD

    def names(self) -> str:
        """The parameters in it, as a finding names them."""
        found = dict.fromkeys(name for region in self.regions for name, _, _ in region)
        return " and ".join(f"'{name}'" for name in found)

    def text(self) -> str:
        """The boundary in words."""
        parts = [" and ".join(f"{name} {side} {value:.3g}" for name, side, value in region) for region in self.regions]
        return "; or ".join(parts)


def find_boundary(
    draws: Sequence[Mapping[str, float]],
    membership: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    seed: int = 1,
) -> Boundary:
    """Look for a boundary between draws in which a claim holds and others.

    Parameters
    ----------
    draws
        Parameters of each draw.
    membership
        Probability that the claim holds in each draw [draws].
    weights
        Of the draws; equal by default [draws].
    names
        Parameters of the world that may be in it; by default all that differ between draws.
    seed
        Of the parts.

    Returns
    -------
    Boundary
        The best one; `is_good` says whether it means anything. Without two sides, or with fewer than 20 draws, it has no regions.

    Raises
    ------
    MissingExtraError
        scikit-learn is not installed.
    """
    chance: Numbers = np.asarray(membership, dtype=np.float64)
    if chance.shape != (len(draws),):
        raise ParameterError([f"'membership' must have one number a draw ({len(draws)}), got {chance.shape}."])
    weight: Numbers = np.ones(len(draws)) if weights is None else np.asarray(weights, dtype=np.float64)
    weight = weight / weight.sum()
    known = sorted({name for draw in draws for name in draw}) if names is None else list(names)
    table = np.array([[float(draw.get(name, np.nan)) for name in known] for draw in draws]).reshape(len(draws), -1)
    varied = [k for k in range(len(known)) if np.isfinite(table[:, k]).all() and np.ptp(table[:, k]) > 0.0]
    sides = float(weight @ chance), float(weight @ (1.0 - chance))
    if len(draws) < 20 or min(sides) < 0.05 or not varied:
        return Boundary((), 0.5)
    table, known = table[:, varied], [known[k] for k in varied]
    part = np.random.Generator(np.random.Philox(key=seed)).permutation(len(draws)) % PARTS
    placed = np.empty(len(draws), dtype=bool)
    for left_out in range(PARTS):
        rest = part != left_out
        tree = _grown(table[rest], chance[rest], weight[rest])
        placed[~rest] = tree.predict(table[~rest]) == 1
    right = float((weight * chance)[placed].sum() / sides[0]), float((weight * (1 - chance))[~placed].sum() / sides[1])
    return Boundary(_regions(_grown(table, chance, weight), known), sum(right) / 2)


def _grown(table: Numbers, chance: Numbers, weight: Numbers) -> Any:
    """A tree in which every draw counts on both sides, by its probability, and both sides count alike."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as error:
        raise MissingExtraError(
            "scikit-learn must be installed to look for a boundary, got none. "
            "Install it with the extra 'analysis': pip install 'whowhom[analysis]'."
        ) from error
    rows = np.concatenate([table, table])
    side = np.repeat([1, 0], len(table))
    counts = np.concatenate([weight * chance, weight * (1.0 - chance)])
    for value in (0, 1):
        counts[side == value] /= max(counts[side == value].sum(), 1e-12)
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_weight_fraction_leaf=LEAST / 2, random_state=0)
    return tree.fit(rows, side, sample_weight=counts)


def _regions(tree: Any, names: Sequence[str]) -> tuple[tuple[tuple[str, str, float], ...], ...]:
    """The leaves in which a claim holds, neighbouring ones joined."""
    inner = tree.tree_

    def walk(place: int, path: tuple[tuple[str, str, float], ...]) -> list[tuple[tuple[str, str, float], ...]]:
        left, right = inner.children_left[place], inner.children_right[place]
        if left < 0:
            return [path] if inner.value[place][0].argmax() == 1 else []
        name, value = names[inner.feature[place]], float(inner.threshold[place])
        below, above = walk(left, (*path, (name, "below", value))), walk(right, (*path, (name, "above", value)))
        if below == [(*path, (name, "below", value))] and above == [(*path, (name, "above", value))]:
            return [path]
        return below + above

    found = walk(0, ())
    return () if found == [()] else tuple(found)
