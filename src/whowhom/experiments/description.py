"""An experiment as plain data, and back: what the manifest keeps and what `resume` starts from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.engine.contract import Model
from whowhom.engine.settings import Settings
from whowhom.errors import StoreError
from whowhom.experiments.design import Arm, Design, design
from whowhom.provenance import canonical_json, first_difference
from whowhom.store.manifest import read_manifest
from whowhom.store.writer import Writer

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario


#: The generator that `engine.streams` implements; a model with another one has an attribute `generator`.
GENERATOR = "philox4x32-10"


def generator_of(model: Model) -> str:
    """Return the name of a model's random number generator."""
    return str(getattr(model, "generator", GENERATOR))


def describe_model(model: Model) -> dict[str, Any]:
    """Return what must be equal for two programs to write the same columns and the same numbers."""
    return {
        "name": model.name,
        "version": model.version,
        "tick_days": model.tick_days,
        "observables": [asdict(observable) for observable in model.observables],
    }


def describe_experiment(
    model: Model,
    *,
    scenario: Scenario,
    arms: Sequence[Arm],
    persons: int,
    replicates: int,
    until_ticks: int,
    seed: int,
    per_seed: int = 1,
) -> dict[str, Any]:
    """Return an experiment as plain data.

    Everything that fixes its results is in it (the scenario's settings and sets whole, so that a later edit of its file
    changes nothing here), and the words that a report needs.
    """
    data = {
        "model": describe_model(model),
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "start": scenario.start.isoformat(),
            "notes": scenario.notes,
            "records": list(scenario.records),
            "settings": scenario.settings.identity(),
            "sets": [dict(values) for values in scenario.sets],
        },
        "arms": [arm.resolved(scenario).plain() for arm in arms],
        "persons": persons,
        "replicates": replicates,
        "until_ticks": until_ticks,
        "seed": seed,
        **(
            {"per_seed": per_seed} if per_seed != 1 else {}
        ),  # so that stores written before there was such a thing are found again
    }
    plain: dict[str, Any] = json.loads(canonical_json(data))
    return plain


def design_of(experiment: Mapping[str, Any], *, model: Model) -> Design:
    """Return the design that an experiment's plain data describe, every run of it the same as when it was written."""
    settings = Settings.from_identity(experiment["scenario"]["settings"], declarations=model.declarations)
    return design(
        settings,
        sets=experiment["scenario"]["sets"],
        arms=[Arm.from_plain(arm) for arm in experiment["arms"]],
        replicates=experiment["replicates"],
        seed=experiment["seed"],
        per_seed=experiment.get("per_seed", 1),
    )


def check_model(experiment: Mapping[str, Any], *, model: Model, folder: object) -> None:
    """Refuse to continue a store with another version of its model: half of it would be another history.

    Raises
    ------
    StoreError
        Names the first difference.
    """
    here = json.loads(canonical_json(describe_model(model)))
    difference = first_difference(_wordless(experiment["model"]), _wordless(here), path="model")
    if difference is not None:
        raise StoreError(
            f"store '{folder}' must be continued by the model that began it, got another one: {difference}. "
            "Continue it with the whowhom that its manifest names, or run the experiment anew in another folder."
        )


def reopen(store: str | Path, *, model_of: Callable[[str], Model]) -> tuple[Writer, Model]:
    """Return what writes to a store that exists, and the model of its experiment, which must be the one that began it.

    Raises
    ------
    StoreError
        It is no store, it cannot be written, or its model has another version here.
    """
    experiment = read_manifest(Path(store)).experiment
    model = model_of(experiment["model"]["name"])
    check_model(experiment, model=model, folder=store)  # before a store is migrated that the model it asks for wrote
    return Writer.resume(store), model


def _wordless(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's description without explanations: better words do not make it another model."""
    columns = [{key: entry[key] for key in entry if key != "meaning"} for entry in model["observables"]]
    return {**model, "observables": columns}
