"""A scenario as plain data for a program to read: values beside their declarations, paths and switches with their dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whowhom.engine.contract import Observable
    from whowhom.engine.scenario import Scenario
    from whowhom.parameters import Declarations


def listing(case: Scenario, *, declarations: Declarations, observables: Iterable[Observable]) -> dict[str, Any]:
    """Return the parameters, switches and observables of a scenario, each a dictionary by name.

    Parameters
    ----------
    case
        The scenario.
    declarations, observables
        Those of its model.
    """
    settings, declared = case.settings, declarations.describe()
    for entry in declared["parameters"]:
        path = settings.schedules.get(entry["name"])
        entry["value"] = settings.value(entry["name"], 0) if path is None else None
        if "labels" in entry and path is None:
            entry["word"] = entry["labels"][int(entry["value"])]
        if path is not None:
            entry["path"] = [[case.date_of(tick).isoformat(), value] for tick, value in path.points]
    for entry in declared["switches"]:
        entry["on"] = settings.switches[entry["name"]]
        dates = settings.switch_dates.get(entry["name"], ())
        entry["dates"] = [[case.date_of(tick).isoformat(), state] for tick, state in dates]
    about = {"name": case.name, "title": case.title, "model": case.model, "start": case.start.isoformat()}
    return {
        "scenario": about | {"notes": case.notes, "records": list(case.records), "plausible_sets": len(case.sets)},
        "parameters": {entry["name"]: entry for entry in declared["parameters"]},
        "switches": {entry["name"]: entry for entry in declared["switches"]},
        "observables": {observable.name: asdict(observable) for observable in observables},
    }
