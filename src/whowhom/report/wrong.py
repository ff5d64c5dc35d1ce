"""The box that opens a report: where the model is wrong, with the misses of its matching."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from whowhom.data.listing import number
from whowhom.data.targets import Target, load_targets
from whowhom.engine.contract import Observable
from whowhom.report.arms import HISTORY
from whowhom.report.bands import Histories, spread
from whowhom.report.markup import Markup, details, el, items, join, table
from whowhom.report.matching import STATEMENT, MatchedTarget, Matching
from whowhom.report.numbers import counted, interval, percent, simulated
from whowhom.report.panels import MACHINE
from whowhom.report.wording import ALWAYS_WRONG, MODEL_WRONG, THE_MECHANISM_ALONE

#: Recorded series -> the observable of the machine that counts the same.
BESIDE = {series: panel.observable for panel in MACHINE for series in panel.records}

#: The last day for which all paths of the scenarios exist.
PATHS_END = date(1922, 3, 1)


def wrong_box(
    experiment: Mapping[str, Any],
    *,
    histories: Histories,
    observables: Sequence[Observable],
    matching: Matching | None,
    end: date,
) -> Markup:
    """Return the box.

    Parameters
    ----------
    experiment
        Of the manifest.
    histories, observables
        What was simulated, to be compared with the targets.
    matching
        What the matching found, if there is one.
    end
        First day that was not run.
    """
    scenario, model = experiment["scenario"], experiment["model"]
    compared = bool(scenario["records"]) or matching is not None
    parts = [
        el("h2", "Where the model is wrong", id="wrong"),
        el(
            "p",
            el("strong", f"{STATEMENT[0].upper()}{STATEMENT[1:]}."),
            " ",
            _opening(matching, n_sets=len(scenario["sets"])),
        )
        if compared
        else None,
        el("p", "Compared with no record, and not calibrated.") if not compared else None,
        _misses(matching),
        _here(histories, observables=observables) if compared else None,
        el("p", THE_MECHANISM_ALONE) if end > PATHS_END and model["name"] in MODEL_WRONG else None,
        el("h3", "What is missing"),
        items([*MODEL_WRONG.get(model["name"], ()), *ALWAYS_WRONG, *_grain(experiment)]),
        el("p", el("strong", "The scenario says: "), " ".join(str(scenario["notes"]).split()))
        if scenario["notes"]
        else None,
    ]
    return el("section", parts, class_="wrong", aria_labelledby="wrong")


def _opening(matching: Matching | None, *, n_sets: int) -> str:
    """Say how the scenario was matched, and with which values these histories were run."""
    if matching is None:
        return "At best: no file of a matching stands beside this scenario, so its values may be mere starting values."
    kept = counted(matching.n_sets, "set")
    if matching.accepted:
        chosen = (
            f"{matching.accepted} of {matching.candidates} candidates were accepted on fresh seeds, and {kept} kept."
        )
    else:
        chosen = f"None of {matching.candidates} candidates was accepted on fresh seeds; the nearest {kept} were kept."
    used = (
        f"These histories use {counted(n_sets, 'set')} in turn."
        if n_sets
        else "These histories use the scenario's own values."
    )
    return (
        f"Of {matching.draws:,} draws from the priors, {percent(matching.acceptance)} of the histories lie inside all {len(matching.targets)} bands, "
        f"which were fixed before the first draw and never widened. {chosen} {used}"
    )


def _misses(matching: Matching | None) -> Markup | None:
    """Return the missed targets in words, and all of them as a table."""
    if matching is None:
        return None
    if matching.missed:
        words = [
            f"{target.quantity}: recorded {number(target.recorded)}, band {number(target.low)} to {number(target.high)}, simulated {_value(target.median)}"
            for target in matching.missed
        ]
        first = join(
            [el("p", el("strong", f"Missed: {len(matching.missed)} of {len(matching.targets)} targets.")), items(words)]
        )
    else:
        first = el("p", "The median of the sets lies inside every band; single sets may not, see the table.")
    rows = [
        _target_row(target, n_sets=matching.n_sets)
        for target in sorted(matching.targets, key=lambda target: not target.missed)
    ]
    head = ("Target", "Recorded", "Band", "Simulated, median of sets", "Range of sets", "Sets inside")
    caption = f"Recorded targets and what the plausible sets make of them, misses first ({matching.persons:,} persons, {matching.date})"
    return join([first, details("All targets", table(head, rows, caption=caption)), el("p", matching.selection)])


def _target_row(target: MatchedTarget, *, n_sets: int) -> Sequence[object]:
    missed = el("strong", "Missed: ") if target.missed else None
    spread_words = f"{_value(target.least)} to {_value(target.greatest)}"
    return (
        [missed, f"{target.quantity} ({target.unit})"], number(target.recorded), f"{number(target.low)} to {number(target.high)}",
        _value(target.median), spread_words, f"{target.sets_inside} of {n_sets}",
    )  # fmt: skip


def _value(value: float | None) -> str:
    return "no number" if value is None else simulated(value)


def _here(histories: Histories, *, observables: Sequence[Observable]) -> Markup | None:
    """Return how far this report's own histories are from those targets that they reach in time."""
    known = {observable.name: observable for observable in observables}
    found = []
    for target in load_targets():
        observable = known.get(BESIDE.get(target.series, ""))
        if observable is not None:
            mean, low, high, n = _reached(target, observable, histories)
            found += [(target, mean, low, high)] if n else []
    if not found:
        return None
    missed = [(target, mean) for target, mean, *_ in found if not target.inside(mean)]
    words = f"In the histories of this report, {len(missed)} of {counted(len(found), 'target')} within their time {'is' if len(missed) == 1 else 'are'} missed"
    named = [
        f"{target.quantity} ({_side(target, mean)}: {simulated(mean)} against {number(target.value)})"
        for target, mean in missed
    ]
    head = ("Target", "Recorded", "Band", f"Simulated here, {HISTORY}", "")
    caption = (
        "Recorded targets, and the mean (middle nine tenths) of this report's histories that were run through them"
    )
    rows = [_here_row(*entry) for entry in found]
    return join(
        [
            el("p", f"{words}: {'; '.join(named)}." if named else f"{words}."),
            details("The targets and these histories", table(head, rows, caption=caption)),
        ]
    )


def _side(target: Target, mean: float) -> str:
    return "too low" if mean < target.low else "too high"


def _here_row(target: Target, mean: float, low: float, high: float) -> Sequence[object]:
    words = simulated(mean) if math.isnan(low) else f"{simulated(mean)} ({interval(low, high)})"
    inside = "inside" if target.inside(mean) else _side(target, mean)
    return (
        f"{target.quantity} ({target.unit})",
        number(target.value),
        f"{number(target.low)} to {number(target.high)}",
        words,
        inside,
    )


def _reached(target: Target, observable: Observable, histories: Histories) -> tuple[float, float, float, int]:
    """Return what the histories have for a target: mean, 5 % and 95 % quantile, number of histories."""
    values = histories.values(HISTORY, observable.name)[:, 1:]
    clock = histories.clock
    found = [target.of(row.tolist(), start=clock.start, tick_days=clock.tick_days) for row in values]
    return spread(np.array(found, dtype=np.float64))


def _grain(experiment: Mapping[str, Any]) -> list[str]:
    """Say how many inhabitants one simulated person stands for, where the scenario says how many there are."""
    country = experiment["scenario"]["settings"]["structure"].get("country", {})
    represented = country.get("persons") if isinstance(country, Mapping) else None
    if not represented or represented <= experiment["persons"]:
        return []
    each = represented / experiment["persons"]
    return [
        (
            f"{experiment['persons']:,} persons are simulated, so one stands for about {simulated(each, digits=2)} inhabitants (fewer in rare groups). Where a count "
            "is of a few simulated persons, single histories jump; means over histories are steadier."
        )
    ]
