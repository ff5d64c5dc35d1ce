"""Which of many uncertain properties of the world matter at all: elementary effects, with one seed a path.

A path begins at a random point of a grid of four equally likely parts of each prior and moves one parameter after the other by two parts, in random order: k + 1
histories for k parameters. What the outcome gains at a move, over the length of the move, is an elementary effect. Its mean absolute value ranks
parameters with a tenth of the histories that Sobol' indices need, and tells no shares. All histories of a path have one seed, for the reason given in
`experiments.indices`: with fresh ones a parameter that does nothing gets the effect of luck. That effect is measured: the start of each path is played with the next path's seed too.

Sources: Morris 1991, Technometrics 33, 161-174; mean absolute effect, Campolongo, Cariboni and Saltelli 2007, Environmental Modelling and Software 22, 1509-1518. Levels in the middle
of the parts, not at the ends, since some priors have no ends: Ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model
from whowhom.engine.scenario import Scenario
from whowhom.errors import StoreError
from whowhom.experiments.designs import Shares, design_luck, space
from whowhom.experiments.intervals import LEVEL, mean_interval
from whowhom.experiments.plan import Plan
from whowhom.experiments.sensitivity import LUCK, plan_of_sets
from whowhom.experiments.statistics import check_outcomes, run_outcomes
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

#: Paths, unless said otherwise.
PATHS = 20

#: Parts of a prior, and the length of a move as a share of it [1].
PARTS, MOVE = 4, 0.5


def rows_per_path(k: int) -> int:
    """Return how many points a path of k parameters has: its start, k moves, and the start of the path before."""
    return k + 2


def paths_of(n: int, k: int, *, seed: int) -> Shares:
    """Return the points of n paths, path after path [n * (k + 2), k]."""
    luck = design_luck(seed)
    points = np.empty((n, rows_per_path(k), k))
    for path in points:
        here = (luck.integers(0, PARTS, k) + 0.5) / PARTS
        path[0] = here
        for place, i in enumerate(luck.permutation(k), 1):
            here[i] += MOVE if here[i] < 0.5 else -MOVE
            path[place] = here
    points[:, -1] = np.roll(points[:, 0], 1, axis=0)
    return points.reshape(-1, k)


def effects_of(points: Shares, outcome: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the elementary effects of each path and parameter [paths, k], and what luck alone does on the same scale [paths].

    Parameters
    ----------
    points
        From `paths_of`, a path after the other [paths * (k + 2), k].
    outcome
        At these points [paths, k + 2]; paths that lack one are left out, and what luck does is NaN where the start was not played again.
    """
    k = points.shape[1]
    walked = points.reshape(-1, rows_per_path(k), k)[:, :-1]
    moves = np.diff(walked, axis=1)
    moved = np.abs(moves).argmax(axis=2)
    gained = np.diff(outcome[:, :-1], axis=1) / np.take_along_axis(moves, moved[:, :, np.newaxis], axis=2)[:, :, 0]
    effects = np.empty_like(gained)
    np.put_along_axis(effects, moved, gained, axis=1)
    luck = (np.roll(outcome[:, -1], -1) - outcome[:, 0]) / MOVE
    whole = ~np.isnan(effects).any(axis=1)
    return effects[whole], luck[whole]


def screening_plan(
    scenario: Scenario,
    names: str | Iterable[str],
    *,
    model: Model,
    ranges: Mapping[str, Any] | None = None,
    totals: Sequence[str] = (),
    paths: int = PATHS,
    seed: int = 1,
    **asked: Any,
) -> Plan:
    """Return the plan of a screening; parameters and errors as in `sensitivity.sensitivity_plan`, with `paths` in the place of points."""
    over = space(model, names, ranges=ranges)
    over = space(model, sorted(over.names), ranges=ranges)
    check_outcomes(model, scenario, totals=totals)
    sets = over.values(paths_of(paths, len(over.names), seed=seed))
    return plan_of_sets(scenario, sets, model=model, seed=seed, per_seed=rows_per_path(len(over.names)), **asked)


@dataclass(frozen=True)
class Screening:
    """Elementary effects on the outcomes of an experiment that `screening_plan` laid out.

    Attributes
    ----------
    store
        Its histories.
    totals
        As in `sensitivity.Sensitivity`.
    level
        Confidence level of all intervals [1].
    """

    store: Store
    totals: tuple[str, ...] = ()
    level: float = LEVEL

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that are varied, in the order of the design, which is that of the alphabet."""
        return tuple(sorted(self.store.experiment["scenario"]["sets"][0]))

    def effects(self) -> pd.DataFrame:
        """Effects of moving each parameter through its whole prior, and of luck.

        Returns
        -------
        pandas.DataFrame
            `outcome`, `parameter` (`luck` in the row of luck), `size` (mean absolute effect) with `low` and `high`, `mean` (near 0 beside a large size: it
            works in both directions), `spread` (standard deviation: it works together with others, or not in a line), `paths`.

        Raises
        ------
        StoreError
            The store is no such experiment, or has no whole path.
        """
        import pandas as pd

        manifest, k = self.store.manifest, len(self.names)
        if manifest.per_seed != rows_per_path(k) or len(manifest.arms) != 1:
            raise StoreError(f"store '{self.store.folder}' must be a screening, got another experiment.")
        points = paths_of(manifest.replicates // manifest.per_seed, k, seed=self.store.experiment["seed"])
        table = run_outcomes(self.store, totals=self.totals).set_index("replicate")
        every = table.reindex(range(manifest.replicates))
        rows: list[dict[str, object]] = []
        for outcome in (name for name in table if name not in ("arm", "set", "week")):
            values = every[outcome].to_numpy(np.float64).reshape(-1, manifest.per_seed)
            effects, luck = effects_of(points, values)
            if not len(effects):
                raise StoreError(f"store '{self.store.folder}' must hold a whole path, got none. Go on with it.")
            for name, own in (*zip(self.names, effects.T, strict=True), (LUCK, luck[~np.isnan(luck)])):
                rows.append({"outcome": outcome, "parameter": name, **self._row(own)})
        return pd.DataFrame(rows)

    def _row(self, effects: NDArray[np.float64]) -> dict[str, object]:
        found = mean_interval(np.abs(effects), level=self.level)
        spread = float(effects.std(ddof=1)) if effects.size > 1 else np.nan
        mean = float(effects.mean()) if effects.size else np.nan
        ends = {"size": found.estimate, "low": max(found.low, 0.0), "high": found.high}
        return {**ends, "mean": mean, "spread": spread, "paths": effects.size}
