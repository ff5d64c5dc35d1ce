"""Figure and tables of docs/canon/steinert_threlkeld2021.md: `python studies/canon/steinert_threlkeld2021.py` (about three minutes)."""

from __future__ import annotations

import numpy as np
from drawing import BLUE, INK, RED, panels, save, table

from whowhom.verification.steinert_threlkeld2021 import MEANS, RATES, RUNS, ends, slopes

COLOURS = {"small_world": BLUE, "clustered": RED}


def figure() -> None:
    """Outcome against rate, and the slopes that samples of runs show."""
    fig, (sizes, signs) = panels(2, width=9.0)
    for kind, below in MEANS:
        found = [np.array(ends(kind, below, rate)) for rate in RATES]
        mean = [x.mean() for x in found]
        error = [x.std(ddof=1) / np.sqrt(RUNS) for x in found]
        style = "-" if below == "moving" else ":"
        label = f"{kind.replace('_', ' ')}, seeds {below}"
        sizes.errorbar(RATES, mean, error, fmt=style, color=COLOURS[kind], capsize=2, label=label)
    sizes.set(title="outcome, 60 runs each", xlabel="share removed in a step", ylabel="persons in the street")
    sizes.legend(fontsize=8)
    for kind, colour in COLOURS.items():
        signs.hist(slopes(kind), bins=25, histtype="step", color=colour, label=kind.replace("_", " "))
    signs.axvline(0.0, color=INK, linewidth=0.8)
    signs.set(title="200 samples of 30 runs", xlabel="slope of outcome on rate (up to .05)", ylabel="samples")
    signs.legend(fontsize=8)
    save(fig, "steinert_threlkeld2021")


def tables() -> None:
    """Means with and without the quirk, beside the other program's, and the signs."""
    rows: list[tuple[object, ...]] = []
    for (kind, below), other in MEANS.items():
        found = [np.array(ends(kind, below, rate)) for rate in RATES]
        cells = (
            f"{x.mean():.1f} +- {x.std(ddof=1) / np.sqrt(RUNS):.1f} ({y})" for x, y in zip(found, other, strict=True)
        )
        rows.append((kind, f"`{below}`", *cells))
    table(("network", "`seeds.below_threshold`", *(f"rate {rate:g}" for rate in RATES)), rows)
    rows = [(kind, f"{(slopes(kind) > 0).mean():.2f}", f"{np.median(slopes(kind)):.0f}") for kind in COLOURS]
    table(("network", "share of samples with a positive slope", "median slope, persons per unit of rate"), rows)


if __name__ == "__main__":
    figure()
    tables()
