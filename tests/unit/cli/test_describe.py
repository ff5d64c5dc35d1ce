"""`whowhom models`, `whowhom scenarios`, `whowhom describe`: everything declared is shown."""

from __future__ import annotations

import json

from tests.unit.cli.program import whowhom

from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.observables import OBSERVABLES


def test_models_are_listed() -> None:
    """Each model has its name, meaning and size."""
    out = whowhom("models").out
    assert "\nmachine  a regime that lives by repression" in f"\n{out}"
    assert "\ngranovetter1978  Thresholds: each joins a riot when enough others have" in f"\n{out}"
    assert f"{len(DECLARATIONS.parameters)} parameters" in out


def test_scenarios_are_listed() -> None:
    """Each scenario has its name, title, model and first day."""
    out = whowhom("scenarios").out
    assert "soviet  Soviet Russia from November 1917\n    model machine, from 1917-11-07" in out


def test_everything_declared_is_described() -> None:
    """Every parameter, switch and observable has its name, meaning and source in the text."""
    out = whowhom("describe", "soviet").out
    for parameter in DECLARATIONS.parameters:
        assert f"  {parameter.name} = " in out
        assert f"{parameter.symbol} ({parameter.equation}): {parameter.meaning}. Source: {parameter.source}" in out
    for switch in DECLARATIONS.switches:
        assert f"  {switch.name} (" in out
        assert f"off: {switch.off_means}." in out
    for observable in OBSERVABLES:
        assert f"  {observable.name}  [{observable.unit.strip('[]')}]  {observable.meaning}" in out


def test_schedules_are_described_with_their_dates() -> None:
    """A parameter that changes shows its value at each date."""
    out = whowhom("describe", "soviet").out
    assert "  army.troops = by date" in out
    assert "1919-01-15: 1.63e+06" not in out
    assert "1,630,000" in out


def test_json_is_for_programs() -> None:
    """`--json` prints one JSON object with the objects parameters, switches and observables, each by name."""
    found = json.loads(whowhom("describe", "soviet", "--json").out)
    assert found["scenario"]["name"] == "soviet"
    assert list(found["parameters"]) == [parameter.name for parameter in DECLARATIONS.parameters]
    assert list(found["switches"]) == [switch.name for switch in DECLARATIONS.switches]
    assert list(found["observables"]) == [observable.name for observable in OBSERVABLES]
    base = found["parameters"]["names.base"]
    assert {"default", "low", "high", "unit", "meaning", "source", "symbol", "prior", "equation", "value"} <= set(base)
    assert found["switches"]["executions"]["off_means"]
    assert found["parameters"]["army.troops"]["path"][0] == ["1917-11-07", 300000.0]
