"""The tables of `./dev bench size`: means, drift, spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from measuring.comparison import complete
from measuring.drift import Drift
from measuring.figures import Table
from measuring.samples import RATIOS, Outcome, Sample, means


def number(value: float) -> str:
    """Three figures, without an exponent."""
    if value == 0.0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def means_table(samples: Sequence[Sample], outcomes: Sequence[Outcome], *, title: str) -> Table:
    """Means with standard errors: a row an outcome, a column a size."""
    rows = [["histories", *(f"{one.runs:,}" for one in samples)]]
    for outcome in outcomes:
        found = means(samples, outcome)
        rows.append([f"{outcome.name}, {outcome.unit}", *(f"{number(e.value)} ({number(e.error)})" for e in found)])
    return Table(title, ["mean (standard error)", *(f"{one.size:,}" for one in samples)], rows)


def draws_table(samples: Sequence[Sample], outcomes: Sequence[Outcome], *, draws: int, title: str) -> Table:
    """Means over draws, with the error that covers their choice."""
    whole_draws = complete(samples, draws=draws)
    rows = [["histories", *(f"{one.runs:,}" for one in samples)]]
    for outcome in outcomes:
        found = [one.by_set(outcome, draws)[whole_draws] for one in samples]
        cells = [f"{number(float(m.mean()))} ({number(float(m.std(ddof=1)) / math.sqrt(m.size))})" for m in found]
        rows.append([f"{outcome.name}, {outcome.unit}", *cells])
    return Table(title, ["mean (standard error over draws)", *(f"{one.size:,}" for one in samples)], rows)


def drift_table(found: Sequence[Drift], outcomes: Sequence[Outcome], *, title: str) -> Table:
    """Estimates with half-widths of simultaneous intervals; a star where the interval leaves out 0."""
    heads = list(dict.fromkeys(drift.what for drift in found))
    rows = []
    for outcome in outcomes:
        own = [drift for drift in found if drift.outcome == outcome.name]
        unit = "points" if outcome.absolute else ("units" if own[0].absolute else "%")
        promise = "never" if outcome.promised is None else f"{outcome.promised:,}"
        rows.append([f"{outcome.name}, {unit}", *(_drift_words(d, unit) for d in own), promise])
    return Table(title, ["drift", *heads, "none from"], rows)


def _drift_words(drift: Drift, unit: str) -> str:
    factor = 1.0 if unit == "units" else 100.0
    value, half = factor * drift.estimate.value, factor * drift.estimate.half_width(drift.alarm)
    return f"{value:+.1f} ± {half:.1f}{' *' if drift.found else ''}"


def spread_table(samples: Sequence[Sample], outcomes: Sequence[Outcome]) -> Table:
    """Spread between histories of one set, in per cent of the mean: luck, which is that of the sample and shrinks with it."""
    rows = []
    for outcome in outcomes:
        if outcome.absolute or outcome.name in RATIOS:
            continue
        words = []
        for one in samples:
            group = one.group(outcome)
            parts = [group.part(stratum) for stratum in np.unique(group.strata)]
            luck = math.sqrt(float(np.mean([part.var(ddof=1) if part.size > 1 else math.nan for part in parts])))
            mean = float(np.mean([part.mean() for part in parts]))
            words.append(f"{100.0 * luck / mean:.1f}" if mean > 0.0 else "none")
        rows.append([outcome.name, *words])
    title = "Spread between histories of one parameter set [% of the mean]"
    return Table(title, ["standard deviation", *(f"{one.size:,}" for one in samples)], rows)
