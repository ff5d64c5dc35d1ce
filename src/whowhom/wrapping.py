"""`whowhom.wrap`: a Python function of one's own, with ensembles, a store, resuming, arms and comparisons."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from whowhom.api import Runs
from whowhom.engine.contract import Kind
from whowhom.engine.scenario import Scenario
from whowhom.engine.settings import Settings
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.experiment import run_experiment
from whowhom.models.wrapped import Function, WrappedModel
from whowhom.provenance import cores

__all__ = ["Wrapped", "wrap"]

START = date(2000, 1, 3)
"""A function's ticks have no dates; stores do, so weeks are counted from a Monday."""


class Wrapped:
    """A function that can be run many times; made by `wrap`.

    Attributes
    ----------
    model
        On the contract: whatever takes a model takes it.
    """

    def __init__(self, model: WrappedModel) -> None:
        self.model = model

    def scenario(self, **values: float) -> Scenario:
        """Give the scenario in which the function has its own defaults, but for `values`."""
        settings = Settings.of(self.model.declarations, values=values)
        name = self.model.name
        return Scenario(name=name, title=name, model=name, start=START, settings=settings)

    def run(
        self,
        *,
        replicates: int = 20,
        seed: int = 1,
        set: Mapping[str, float] | None = None,
        arms: Mapping[str, Mapping[str, Any]] | None = None,
        store: str | Path | None = None,
        processes: int | None = None,
        progress: Any = None,
    ) -> Runs:
        """Run the function many times.

        Parameters
        ----------
        replicates
            Histories of each arm; replicate i is called with the seed `seed + i` in every arm.
        set
            Parameters that hold in every arm.
        arms
            Name -> what differs: `set`, `off`, `on`. The unchanged history is run with them.
        store
            Folder; what it holds already is not run again. A fresh temporary one by default.
        processes
            Histories at the same time; all cores by default. Results do not depend on it.
        progress
            Called after each history.

        Raises
        ------
        WhowhomError
            Something asked for is not possible; a history that fails is kept with its error, and the others go on.
        """
        worlds = [Arm(HISTORY)]
        for name, change in (arms or {}).items():
            worlds.append(Arm(name, off=tuple(change.get("off", ())), on=tuple(change.get("on", ())), values=change.get("set", {})))
        number = processes or cores()
        pool = self.model.in_processes(number) if number > 1 else None
        try:
            kept = run_experiment(
                self.model,
                scenario=self.scenario(**dict(set or {})),
                arms=worlds,
                persons=1,
                replicates=replicates,
                until_ticks=self.model.ticks,
                seed=seed,
                store=Path(tempfile.mkdtemp(prefix="whowhom-") if store is None else store),
                threads=number,
                progress=progress,
            )
        finally:
            if pool is not None:
                pool.shutdown(cancel_futures=True)
                self.model.alone()
        return Runs(kept)


def wrap(
    function: Function,
    *,
    name: str | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    ticks: int | None = None,
    version: str = "1",
) -> Wrapped:
    """Wrap a Python function ``f(seed, **parameters) -> DataFrame`` so that it can be run as a model is.

    Parameters
    ----------
    function, name, ranges, kinds, ticks, version
        As in `whowhom.models.wrapped.WrappedModel`. The function is called once, with seed 0, to see what it returns.

    Examples
    --------
    >>> import numpy as np, pandas as pd, whowhom as ww
    >>> def walk(seed, drift=0.1, calm=False):
    ...     steps = np.random.default_rng(seed).normal(drift, 0.0 if calm else 1.0, 10)
    ...     return pd.DataFrame({"height": np.concatenate([[0.0], steps.cumsum()])})
    >>> runs = ww.wrap(walk, ranges={"drift": (0, 1)}).run(replicates=3, arms={"steady": {"on": ["calm"]}}, processes=1)
    >>> runs.weeks.groupby("arm", observed=True)["height"].last().round(1)["steady"]
    np.float64(1.0)
    """
    return Wrapped(WrappedModel(function, name=name, ranges=ranges, kinds=kinds, ticks=ticks, version=version))
