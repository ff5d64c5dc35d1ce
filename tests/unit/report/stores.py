"""Stores to report on, without running a model: worlds that follow a plan, with the observables of the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tests.toy_model import ToyModel
from tests.toy_store import toy_run

from whowhom.engine.scenario import Scenario, load_scenario
from whowhom.engine.settings import Settings
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.experiment import run_experiment
from whowhom.experiments.survival import survival_curve, survival_table
from whowhom.experiments.victims import Count, compare_arms, outcomes, outcomes_to_first_fall, victims_table
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.observables import OBSERVABLES
from whowhom.report.tables import ReportTables
from whowhom.store.reader import Store

ARMS = (Arm(HISTORY), Arm("no executions", off=("executions",)), Arm("late", off=("camps", "exile"), from_tick=60))
TICKS = 226
NAMES = [observable.name for observable in OBSERVABLES]
INHABITANTS = 1.37e8


class PlannedWorld:
    """A world whose numbers are written down beforehand: a little luck, a plan, and a week in which it falls."""

    def __init__(self, *, settings: Settings, seed: int, fall: int | None) -> None:
        self.settings, self.seed, self.fall = settings, seed, fall
        self.tick, self.cause = 0, ""

    @property
    def alive(self) -> bool:
        return not self.cause

    def step(self) -> None:
        self.tick += 1
        if self.fall is not None and self.tick >= self.fall:
            self.cause = "capital" if self.seed % 2 else "hunger"

    def observe(self) -> NDArray[np.float64]:
        luck = 1.0 + 0.1 * (self.seed % 7)
        shot = 40.0 * luck if self.settings.on("executions", max(self.tick - 1, 0)) and self.tick else 0.0
        values = {
            "alive": float(self.alive),
            "staff": min(300.0 * self.tick, 40_000.0) * luck,
            "arrests": 2_000.0 * luck * (self.tick > 0),
            "executed": shot,
            "executed_total": shot * self.tick,
            "camp_weeks_total": 900.0 * luck * self.tick**1.5,
            "camp_deaths_total": 3.0 * self.tick,
            "in_camps": 200.0 * luck * self.tick,
            "open_dissent": 0.002 * luck,
            "ration": 1.0 / luck,
        }
        return np.array([values.get(name, 0.0) for name in NAMES])

    def snapshot(self) -> dict[str, NDArray[Any]]:
        return {"tick": np.array(self.tick), "cause": np.array(self.cause)}

    def restore(self, snapshot: Mapping[str, NDArray[Any]]) -> None:
        self.tick, self.cause = int(snapshot["tick"]), str(snapshot["cause"])

    def digest(self) -> str:
        return f"{self.seed}-{self.tick}"

    def change(self, settings: Settings) -> None:
        self.settings = settings


class PlannedModel:
    """A model with the name and observables of the machine; `falls` are the weeks in which seeds fall."""

    name = "machine"
    version = "planned"
    meaning = "histories that are written down beforehand"
    declarations = DECLARATIONS
    observables = OBSERVABLES
    tick_days = 7
    smallest_persons = 1

    def __init__(self, falls: Mapping[int, int] | None = None) -> None:
        self.falls = dict(falls or {})

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        return []

    def build(self, settings: Settings, *, persons: int, seed: int) -> PlannedWorld:
        return PlannedWorld(settings=settings, seed=seed, fall=self.falls.get(seed))


def soviet(*, records: bool = True) -> Scenario:
    """Return the shipped scenario, without plausible sets."""
    scenario = load_scenario("soviet", lambda name: DECLARATIONS)
    if not records:  # a scenario of the user: nothing was matched under its name
        return replace(scenario, name="country", sets=(), records=())
    return replace(scenario, sets=())


def planned_store(
    folder: Path,
    *,
    falls: Mapping[int, int] | None = None,
    arms: Sequence[Arm] = ARMS,
    replicates: int = 8,
    until_ticks: int = TICKS,
    scenario: Scenario | None = None,
) -> Store:
    """Keep planned histories as if the machine had run."""
    return run_experiment(
        PlannedModel(falls),
        scenario=scenario or soviet(),
        arms=arms,
        persons=16_384,
        replicates=replicates,
        until_ticks=until_ticks,
        seed=1,
        store=folder,
        threads=1,
    )


def toy_store(folder: Path, *, model: ToyModel | None = None, **changes: Any) -> Store:
    """Run a small experiment of the toy model, in which about a third of the histories fall."""
    return toy_run(folder, model=model, until_ticks=60, **changes)


def tables_of(store: Store, *, count: Count | None = None) -> ReportTables:
    """Fill the tables of a report as the command line does."""
    runs, last = store.runs(), store.manifest.until_ticks
    count = count or Count("executed_total", "camp_weeks_total", INHABITANTS)
    there = [str(arm) for arm in runs["arm"].unique()]
    others = [arm for arm in store.arms if arm in there and arm != HISTORY and HISTORY in there]
    falls = [victims_table(outcomes_to_first_fall(store, count=count, arm=arm)).assign(pair=arm) for arm in others]
    curves = [survival_curve(g["ended"], last=last).assign(arm=arm) for arm, g in runs.groupby("arm", observed=True)]
    return ReportTables(
        survival=survival_table(runs, horizon=last),
        victims=victims_table(outcomes(store, count=count)),
        first_fall=pd.concat(falls) if falls else None,
        differences=compare_arms(store, count=count) if others else None,
        curves=pd.concat(curves),
    )


TOY_COUNT = Count("executed", "camp_years", 200.0)
