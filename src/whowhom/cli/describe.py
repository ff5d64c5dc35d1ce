"""`whowhom models`, `whowhom scenarios`, `whowhom describe`: what there is, before anything runs."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from whowhom.cli import options


def models() -> None:
    """List the models."""
    from whowhom.models.registry import model_named, model_names

    for name in model_names():
        model = model_named(name)
        declared = model.declarations
        typer.echo(f"{name}  {model.meaning}")
        typer.echo(
            f"    version {model.version}; steps of {model.tick_days} days; from {model.smallest_persons:,} simulated persons; "
            f"{len(declared.parameters)} parameters, {len(declared.switches)} switches, {len(model.observables)} observables"
        )


def scenarios() -> None:
    """List the scenarios that come with the program."""
    from whowhom.engine.scenario_files import locate, read_tables, scenario_names

    for name in scenario_names():
        header = read_tables(locate(name)).get("scenario", {})
        typer.echo(f"{name}  {header.get('title', '')}")
        typer.echo(f"    model {header.get('model', '')}, from {header.get('start', '')}")
    typer.echo("\n`whowhom describe NAME` prints the parameters, switches and observables of one.")


def describe(
    scenario: options.Scenario,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, for a program to read.")] = False,
) -> None:
    """Show a scenario's parameters, switches and observables, with meanings, priors and sources."""
    from whowhom.api import describe as described

    found = described(scenario)
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False))
        return
    for line in _lines(found):
        typer.echo(line)


def _lines(found: dict[str, Any]) -> list[str]:
    """Write a description for a person: one parameter, switch or observable after the other."""
    about = found["scenario"]
    lines = [f"{about['name']}: {about['title']} (model {about['model']}, from {about['start']})", about["notes"], ""]
    lines.append(f"PARAMETERS ({len(found['parameters'])}): value here, interval, prior, unit")
    for entry in found["parameters"].values():
        lines += _parameter(entry)
    lines += ["", f"SWITCHES ({len(found['switches'])})"]
    for entry in found["switches"].values():
        lines += _switch(entry)
    lines += ["", f"OBSERVABLES ({len(found['observables'])})"]
    for entry in found["observables"].values():
        seen = "" if entry["privacy"] == "public" else "; nobody in the simulation can see it"
        unit = entry["unit"].strip("[]")
        lines.append(f"  {entry['name']}  [{unit}]  {entry['meaning']} ({entry['kind']}{seen})")
    return lines


def _parameter(entry: dict[str, Any]) -> list[str]:
    from whowhom.data.listing import number

    labels = entry.get("labels", ())
    value = "by date" if entry["value"] is None else entry.get("word") or number(entry["value"])
    prior = f", prior {entry['prior']}" if entry["prior"] else ""
    interval = ", ".join(labels) or f"[{number(entry['low'])}, {number(entry['high'])}]"
    lines = [f"  {entry['name']} = {value}  in {interval}{prior}  [{entry['unit'].strip('[]')}]"]
    if "path" in entry:
        lines.append(
            "      "
            + ", ".join(
                f"{date}: {labels[int(amount)] if labels else number(amount)}" for date, amount in entry["path"]
            )
        )
    lines.append(f"      {entry['symbol']} ({entry['equation']}): {entry['meaning']}. Source: {entry['source']}")
    return lines


def _switch(entry: dict[str, Any]) -> list[str]:
    dates = "".join(f", {'on' if state else 'off'} from {date}" for date, state in entry["dates"])
    return [
        f"  {entry['name']} ({'on' if entry['on'] else 'off'}{dates})  {entry['meaning']}",
        f"      off: {entry['off_means']}. Rung: {entry['rung']}. {entry['equation']}; {entry['source']}",
    ]
