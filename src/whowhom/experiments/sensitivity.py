"""Which uncertain property of the world an outcome hangs on, and how much of its spread is luck.

Histories are run at the points of `experiments.indices` with one seed a block, in a store as all others. Only properties of
the world are varied: a range of how strongly an instrument is used is refused (`experiments.guard`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from whowhom.engine.contract import Model
from whowhom.engine.scenario import Scenario
from whowhom.errors import ParameterError, StoreError
from whowhom.experiments.designs import Sets, Space, sobol_shares, space
from whowhom.experiments.indices import Blocks, blocks_of, rows_per_block
from whowhom.experiments.intervals import LEVEL
from whowhom.experiments.plan import Plan, make_plan
from whowhom.experiments.statistics import check_outcomes, run_outcomes
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

#: Points, and so blocks, unless said otherwise; a power of two.
POINTS = 64

#: What stands in the place of a parameter in the row that says how much is luck.
LUCK = "luck"


def sensitivity_plan(
    scenario: Scenario,
    names: str | Iterable[str],
    *,
    model: Model,
    ranges: Mapping[str, Any] | None = None,
    totals: Sequence[str] = (),
    points: int = POINTS,
    seed: int = 1,
    **asked: Any,
) -> Plan:
    """Return the plan of an analysis of sensitivity.

    Parameters
    ----------
    names, ranges
        What is varied; see `designs.space`.
    totals
        As for `Sensitivity`.
    points
        A power of two; each has a block of k + 3 histories for k parameters.
    seed
        Of the first block, and of the points.
    **asked
        `until`, `persons`, `off`, `on`, `from_date`, `store` as in `make_plan`. The scenario's own plausible sets are not used.

    Raises
    ------
    ParameterError, UnknownNameError, ModelError, MissingExtraError
        Something asked for is not possible.
    """
    over = space(model, names, ranges=ranges)
    over = space(
        model, sorted(over.names), ranges=ranges
    )  # a store keeps names in this order, and so which input is which
    check_outcomes(model, scenario, totals=totals)
    sets = saltelli_sets(over, points=points, seed=seed)
    return plan_of_sets(scenario, sets, model=model, seed=seed, per_seed=rows_per_block(len(over.names)), **asked)


def plan_of_sets(scenario: Scenario, sets: Sets, *, model: Model, seed: int, per_seed: int, **asked: Any) -> Plan:
    """Return the plan that plays each parameter set once, and `per_seed` of them after the other with one seed.

    Raises
    ------
    ParameterError
        Values, arms or replicates are asked for beside the design.
    """
    if refused := sorted({"set", "arms", "replicates", "defaults"} & asked.keys()):
        raise ParameterError(
            f"an analysis of sensitivity must be asked for with 'off', 'on' and 'from_date' alone, got {', '.join(refused)}. "
            "Its design says which values are played, and how often."
        )
    made = make_plan(replace(scenario, sets=sets), model=model, seed=seed, replicates=len(sets), **asked)
    return replace(made, per_seed=per_seed)


def saltelli_sets(over: Space, *, points: int, seed: int) -> Sets:
    """Return the parameter sets of all blocks, block after block."""
    return over.values(blocks_of(sobol_shares(points, 2 * len(over.names), seed=seed)))


@dataclass(frozen=True)
class Sensitivity:
    """Sobol' indices of the outcomes of an experiment that `sensitivity_plan` laid out.

    Attributes
    ----------
    store
        Its histories.
    totals
        Observables of kind 'total'; without them survival and victims, never one without the other.
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

    def blocks(self) -> dict[str, Blocks]:
        """Return the whole blocks of each outcome.

        Raises
        ------
        StoreError
            The store is no such experiment, or has no whole block.
        """
        manifest, k = self.store.manifest, len(self.names)
        if manifest.per_seed != rows_per_block(k) or len(manifest.arms) != 1:
            raise StoreError(
                f"store '{self.store.folder}' must be an analysis of sensitivity, got another experiment. "
                "Run `whowhom sensitivity`."
            )
        table = run_outcomes(self.store, totals=self.totals).set_index("replicate")
        every = table.reindex(range(manifest.replicates))
        names = [name for name in table if name not in ("arm", "set", "week")]
        found = {name: Blocks.of(every[name].to_numpy(np.float64).reshape(-1, manifest.per_seed)) for name in names}
        if not next(iter(found.values())).one.size:
            raise StoreError(f"store '{self.store.folder}' must hold a whole block, got none. Go on with it.")
        return found

    def indices(self) -> pd.DataFrame:
        """Indices of each parameter and the share of luck.

        Returns
        -------
        pandas.DataFrame
            `outcome`, `parameter` (`luck` in the row of the share of luck), `first`, `first_low`, `first_high`, `total`, `total_low`,
            `total_high`, `blocks`. The row of luck has the share as its total. NaN if the outcome does not vary.
        """
        import pandas as pd

        rows = []
        for outcome, blocks in self.blocks().items():
            found, low, high = blocks.intervals(level=self.level)
            k = len(self.names)
            for i, name in enumerate((*self.names, LUCK)):
                first = [part[i] if i < k else np.nan for part in (found, low, high)]
                total = [part[k + i] for part in (found, low, high)]
                rows.append((outcome, name, *first, *total, blocks.one.size))
        ends = [f"{kind}{end}" for kind in ("first", "total") for end in ("", "_low", "_high")]
        return pd.DataFrame(rows, columns=["outcome", "parameter", *ends, "blocks"])

    def means(self) -> pd.DataFrame:
        """Mean and standard deviation of each outcome over the independent points: `outcome`, `mean`, `sd`, `points`."""
        import pandas as pd

        rows = []
        for outcome, blocks in self.blocks().items():
            points = np.concatenate([blocks.one, blocks.other])
            rows.append((outcome, points.mean(), points.std(ddof=1), points.size))
        return pd.DataFrame(rows, columns=["outcome", "mean", "sd", "points"])
