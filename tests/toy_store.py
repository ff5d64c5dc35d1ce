"""Small experiments of the toy model on disk, and when two stores are the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tests.toy_model import PERSONS, ToyModel, ToyWorld, toy_scenario
from whowhom.engine.settings import Settings
from whowhom.experiments.crew import Crew
from whowhom.experiments.description import GENERATOR, describe_experiment
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.experiment import run_experiment
from whowhom.store.manifest import Manifest, new_manifest
from whowhom.store.parts import Failure, Run
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

TICKS = 30
ARMS = (Arm(HISTORY), Arm("no executions", off=("executions",)))
SETS = ({"dissent.growth": 0.45}, {"dissent.growth": 0.55}, {"dissent.start": 0.05})
FAILING_SEED = 3


class Fragile(ToyModel):
    """The toy model, except that the world with one seed breaks in week 2."""

    def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
        world = super().build(settings, persons=persons, seed=seed)
        if seed == FAILING_SEED:

            def broken() -> None:
                raise ZeroDivisionError("nobody left")

            world.step = broken  # type: ignore[method-assign]
        return world


def toy_run(folder: Path, *, model: ToyModel | None = None, **changes: Any) -> Store:
    """Run an experiment of the toy model; by default 2 arms of 10 replicates over 3 sets."""
    arguments: dict[str, Any] = {"arms": ARMS, "persons": PERSONS, "replicates": 10, "until_ticks": TICKS, "seed": 0}
    arguments |= {"scenario": toy_scenario(sets=SETS), "store": folder, "threads": 1} | changes
    return run_experiment(model or ToyModel(), **arguments)


def toy_manifest(**changes: Any) -> Manifest:
    """Return the manifest of the default experiment."""
    arguments: dict[str, Any] = {"arms": ARMS, "persons": PERSONS, "replicates": 10, "until_ticks": TICKS, "seed": 0}
    arguments |= {"scenario": toy_scenario(sets=SETS)} | changes
    return new_manifest(describe_experiment(ToyModel(), **arguments), generator=GENERATOR)


def outcome(writer: Writer, index: int, *, model: ToyModel | None = None) -> Run | Failure:
    """Run one case of a store's design without keeping it."""
    crew = Crew.of(writer, model=model or ToyModel(), threads=1)
    return crew.run(crew.design[index])


def canonical(store: Store) -> Mapping[str, pd.DataFrame]:
    """Return everything a store says, in one order, without times and the code (it may be edited meanwhile)."""
    dropped = ["seconds", "code", "program"]
    runs = store.runs().drop(columns=dropped)
    failures = store.failures().drop(columns=[*dropped, "traceback"])
    return {
        "weeks": store.weeks().sort_values(["replicate", "arm", "week"], ignore_index=True),
        "runs": runs.sort_values(["replicate", "arm"], ignore_index=True),
        "failures": failures.sort_values(["replicate", "arm"], ignore_index=True),
    }


def assert_same(one: Store, other: Store) -> None:
    """Fail unless two stores hold the same experiment with the same outcomes, bit for bit."""
    assert one.experiment == other.experiment
    assert one.progress() == other.progress()
    tables = canonical(other)
    for name, table in canonical(one).items():
        pd.testing.assert_frame_equal(table, tables[name], check_exact=True, obj=name)


def toy_model_of(name: str) -> ToyModel:
    """Find the toy model by its name, as the registry does with the others; workers import this."""
    assert name == "toy"
    return ToyModel()
