"""How a report came about: parameters, switches, sets and seeds, code and software, and the command that does it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from whowhom.parameters import Declarations
from whowhom.report.arms import HISTORY
from whowhom.report.bands import Clock
from whowhom.report.markup import Markup, details, el, items, join, table
from whowhom.report.numbers import counted, day
from whowhom.store.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

#: Runs listed one by one; of a larger experiment the store has them all.
MOST_RUNS = 400


def command(manifest: Manifest, *, clock: Clock) -> str:
    """Return the command that makes the same store again."""
    experiment = manifest.experiment
    arms = experiment["arms"]
    words = ["whowhom", "run", str(experiment["scenario"]["name"])]
    if HISTORY in manifest.arms:
        for arm in arms:
            changes = _changes(arm, clock=clock)
            words += (
                ["--arm", f"{arm['name']}:{';'.join(f'{key}={value}' for key, value in changes)}"] if changes else []
            )
    else:  # one arm alone is written without a name
        words += [word for key, value in _changes(arms[0], clock=clock) for word in (f"--{key}", value)]
    words += ["--persons", str(experiment["persons"]), "--replicates", str(experiment["replicates"])]
    words += ["--until", clock.end.isoformat(), "--seed", str(experiment["seed"]), "--store", "DIR"]
    words += [] if experiment["scenario"]["sets"] else ["--defaults"]
    return shlex.join(words)


def _place(manifest: Manifest) -> str:
    """Return what a replicate's seed has beyond the first."""
    return "i" if manifest.per_seed == 1 else f"i // {manifest.per_seed}"


def _changes(arm: Mapping[str, Any], *, clock: Clock) -> list[tuple[str, str]]:
    """Return how an arm differs, as the command line writes it; nothing for the history."""
    found = [(key, ",".join(arm[key])) for key in ("off", "on") if arm[key]]
    found += [
        ("set", f"{name}={value!r}" if isinstance(value, float) else f"{name}={value}")
        for name, value in arm["values"].items()
    ]
    since = [("from", clock.day(arm["from_tick"]).isoformat())] if arm["from_tick"] else []
    return [*found, *since] if found else []


def colophon(
    manifest: Manifest,
    *,
    runs: pd.DataFrame,
    clock: Clock,
    declarations: Declarations | None,
    made_by: Mapping[str, str],
) -> Markup:
    """Return the section on how the report came about.

    Parameters
    ----------
    manifest
        Of the store.
    runs
        `Store.runs()`.
    clock
        Days of the weeks.
    declarations
        Of the model, for meanings and units; without them names and values are given alone.
    made_by
        Versions of the software that wrote the report.
    """
    experiment = manifest.experiment
    return join(
        [
            _facts(manifest, runs=runs, clock=clock, made_by=made_by),
            el("h3", "The command that makes these histories again"),
            el("pre", el("code", f"{command(manifest, clock=clock)}\nwhowhom report DIR --out report.html")),
            details("Parameters", _parameters(experiment, declarations, clock=clock)),
            details("Switches", _switches(experiment, declarations, clock=clock)),
            details(f"Plausible sets ({len(experiment['scenario']['sets'])})", _sets(experiment)),
            details(f"Seeds and runs ({len(runs)})", _runs(runs)),
        ]
    )


def _facts(manifest: Manifest, *, runs: pd.DataFrame, clock: Clock, made_by: Mapping[str, str]) -> Markup:
    experiment = manifest.experiment
    model, scenario = experiment["model"], experiment["scenario"]
    codes = sorted({str(code) for code in runs["code"]})
    sets = scenario["sets"]
    facts = [
        ("Model", f"{model['name']}, version {model['version']}, one step = {counted(model['tick_days'], 'day')}"),
        ("Scenario", f"{scenario['name']}: {scenario['title']}"),
        ("Time", f"{day(clock.start)} to {day(clock.end)} (first day not run), {counted(clock.ticks, 'step')}"),
        ("Size", f"{experiment['persons']:,} simulated persons in each history"),
        (
            "Histories",
            f"{counted(len(experiment['arms']), 'arm')} \u00d7 {experiment['replicates']:,}; replicate i has the seed {experiment['seed']} + {_place(manifest)} in every arm",
        ),
        (
            "Parameter sets",
            f"{counted(len(sets), 'plausible set')}; replicate i uses set i modulo {len(sets)}"
            if sets
            else "none: the scenario's own values",
        ),
        ("Random numbers", manifest.generator),
        ("Code that ran", ", ".join(codes) if codes else manifest.code),
        ("Software that ran", ", ".join(f"{name} {version}" for name, version in manifest.software.items())),
        (
            "Processor",
            f"{manifest.program.processor} ({manifest.program.extensions})"
            if manifest.program.processor
            else "not recorded",
        ),
        ("Begun", manifest.created),
        ("Report written by", ", ".join(f"{name} {version}" for name, version in made_by.items())),
    ]
    rows = [join([el("dt", name), el("dd", text)]) for name, text in facts]
    several = (
        el("p", "These runs were made by more than one version of the code; they may differ for that reason.")
        if len(codes) > 1
        else None
    )
    return join([el("dl", rows, class_="facts"), several])


def _parameters(experiment: Mapping[str, Any], declarations: Declarations | None, *, clock: Clock) -> Markup:
    settings = experiment["scenario"]["settings"]
    drawn = {name for values in experiment["scenario"]["sets"] for name in values}
    known = {p.name: p for p in declarations.parameters} if declarations else {}
    rows: list[Sequence[object]] = []
    for name in sorted({*settings["values"], *settings["schedules"]}):
        about = known.get(name)
        labels = about.labels if about else ()
        value = (
            _path(settings["schedules"][name], clock=clock, labels=labels)
            if name in settings["schedules"]
            else _shown(settings["values"][name], ".10g", labels)
        )
        shown = "differs between the plausible sets" if name in drawn else value
        rows.append(
            (
                el("code", name),
                shown,
                about.unit if about else "",
                about.meaning if about else "",
                about.source if about else "",
            )
        )
    return table(
        ("Parameter", "Value", "Unit", "Meaning", "Source"),
        rows,
        caption="Parameters of the scenario, before what an arm changes",
        numbers=False,
    )


def _shown(value: float, form: str, labels: Sequence[str]) -> str:
    """A value in figures, or by its label if it is a choice between words."""
    return labels[int(value)] if labels else f"{value:{form}}"


def _path(schedule: Mapping[str, Any], *, clock: Clock, labels: Sequence[str]) -> str:
    points = ", ".join(
        f"{clock.day(int(tick)).isoformat()}: {_shown(value, '.6g', labels)}" for tick, value in schedule["points"]
    )
    return f"{'a step at each' if schedule['kind'] == 'step' else 'straight between'} date: {points}"


def _switches(experiment: Mapping[str, Any], declarations: Declarations | None, *, clock: Clock) -> Markup:
    settings = experiment["scenario"]["settings"]
    known = {s.name: s for s in declarations.switches} if declarations else {}
    rows = []
    for name, state in settings["switches"].items():
        dates = [
            f"{'on' if on else 'off'} from {clock.day(int(tick)).isoformat()}"
            for tick, on in settings["switch_dates"].get(name, ())
        ]
        about = known.get(name)
        rows.append(
            (
                el("code", name),
                ", ".join(["on" if state else "off", *dates]),
                about.meaning if about else "",
                about.off_means if about else "",
            )
        )
    return table(
        ("Switch", "State in the scenario", "Meaning", "What off means"),
        rows,
        caption="Switches of the scenario, before what an arm changes",
        numbers=False,
    )


def _sets(experiment: Mapping[str, Any]) -> Markup:
    sets = experiment["scenario"]["sets"]
    if not sets:
        return el("p", "None: every history has the scenario's own values.")
    names = sorted({name for values in sets for name in values})
    rows = [(el("code", name), *(f"{values[name]:.4g}" if name in values else "" for values in sets)) for name in names]
    return table(("Parameter", *(f"Set {i}" for i in range(len(sets)))), rows, caption="Values of the plausible sets")


def _runs(runs: pd.DataFrame) -> Markup:
    if len(runs) > MOST_RUNS:
        return items([f"{len(runs):,} runs; the store has the seed, set, identity and end of each."])
    rows = []
    for run in runs.itertuples(index=False):
        ended = "" if run.ended != run.ended else int(run.ended)
        rows.append(
            (
                str(run.arm),
                run.replicate,
                run.seed,
                run.set if run.set >= 0 else "",
                el("code", run.identity),
                ended,
                run.cause,
            )
        )
    head = ("Arm", "Replicate", "Seed", "Set", "Identity", "Fell in week", "Of")
    return table(head, rows, caption="Runs: equal identities mean equal results")
