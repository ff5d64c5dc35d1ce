"""`whowhom.use` and `whowhom.wrap`: a model of one's own, or a Python function, with ensembles, a store, resuming, arms and comparisons."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from whowhom.api import Runs
from whowhom.engine.calendar import parse_date
from whowhom.engine.contract import Kind, Model
from whowhom.engine.scenario import Scenario
from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError, unknown
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.experiment import run_experiment
from whowhom.models.wrapped import Function, WrappedModel
from whowhom.provenance import cores

__all__ = ["use", "wrap"]

START = date(2000, 1, 3)
"""A function's ticks have no dates; stores do, so weeks are counted from a Monday."""


class Laboratory:
    """A model of one's own and what can be done with it; made by `use`, or by `wrap` for a function.

    Attributes
    ----------
    model
        On the contract: whatever takes a model takes it.
    start
        First day of tick 0.
    """

    def __init__(self, model: Model, *, start: date = START, structure: Mapping[str, Any] | None = None) -> None:
        self.model, self.start, self.structure = model, start, dict(structure or {})

    def scenario(self, **values: float) -> Scenario:
        """Give the scenario in which the model has its own defaults, but for `values` (names with '_' for '.' are not known: use `set` of `run`)."""
        return self._scenario(values)

    def _scenario(self, values: Mapping[str, float]) -> Scenario:
        settings = Settings.of(self.model.declarations, values=values, structure=self.structure)
        name = self.model.name
        return Scenario(
            name=name, title=name, model=name, start=self.start, settings=settings, tick_days=self.model.tick_days
        )

    def run(
        self,
        *,
        ticks: int,
        replicates: int = 20,
        persons: int | None = None,
        seed: int = 1,
        set: Mapping[str, float] | None = None,
        arms: Mapping[str, Mapping[str, Any]] | None = None,
        store: str | Path | None = None,
        threads: int | None = None,
        progress: Any = None,
    ) -> Runs:
        """Run the model many times.

        Parameters
        ----------
        ticks
            Last tick of each history [ticks].
        replicates
            Histories of each arm; replicate i has the seed `seed + i` in every arm.
        persons
            Simulated persons; the fewest with which the model means anything by default [persons].
        set
            Parameters that hold in every arm.
        arms
            Name -> what differs: `set`, `off`, `on`, and `from_tick`, the tick at which it leaves the common history. The unchanged history is run with them.
        store
            Folder; what it holds already is not run again. A fresh temporary one by default.
        threads
            Histories at the same time; all cores by default. Results do not depend on it.
        progress
            Called after each history.

        Raises
        ------
        WhowhomError
            Something asked for is not possible. A history that fails is no error: it is kept with what went wrong, and the others go on.
        """
        kept = run_experiment(
            self.model,
            scenario=self._scenario(dict(set or {})),
            arms=[Arm(HISTORY), *(_arm(name, change) for name, change in (arms or {}).items())],
            persons=self.model.smallest_persons if persons is None else persons,
            replicates=replicates,
            until_ticks=ticks,
            seed=seed,
            store=Path(tempfile.mkdtemp(prefix="whowhom-") if store is None else store),
            threads=threads,
            progress=progress,
        )
        return Runs(kept)


def _arm(name: str, change: Mapping[str, Any]) -> Arm:
    """An arm as it is written in Python."""
    for key in change:
        if key not in ("set", "off", "on", "from_tick"):
            raise ParameterError(f"arm '{name}': {unknown('change', key, ('set', 'off', 'on', 'from_tick'))}")
    off, on = ((names,) if isinstance(names := change.get(key, ()), str) else tuple(names) for key in ("off", "on"))
    return Arm(name, off=off, on=on, values=change.get("set", {}), from_tick=change.get("from_tick", 0))


class Wrapped(Laboratory):
    """A function that can be run many times; made by `wrap`."""

    model: WrappedModel

    def run(self, *, processes: int | None = None, **asked: Any) -> Runs:
        """Run the function many times; what is asked is as in `Laboratory.run`, and all ticks are run.

        Parameters
        ----------
        processes
            Calls at the same time, each in a process of its own where the function can be sent to one; all cores by default. Results do not depend on it.
        """
        number = processes or cores()
        pool = self.model.in_processes(number) if number > 1 else None
        try:
            return super().run(ticks=self.model.ticks, threads=number, **asked)
        finally:
            if pool is not None:
                pool.shutdown(cancel_futures=True)
                self.model.alone()


def use(model: Model, *, start: str | date = START, structure: Mapping[str, Any] | None = None) -> Laboratory:
    """Take a model of one's own that meets the contract (`whowhom.engine.contract`), with matched luck and forks.

    Parameters
    ----------
    model
        Anything with the attributes of `Model`; nothing has to be inherited.
    start
        First day of tick 0, a date or '1917-11-07'.
    structure
        The model's own tables.
    """
    day = start if isinstance(start, date) else parse_date(start, name="start")
    return Laboratory(model, start=day, structure=structure)


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
