"""Figure and tables of docs/canon/granovetter1978.md: `python studies/canon/granovetter1978.py` (about half a minute)."""

from __future__ import annotations

import numpy as np
from drawing import BLUE, GREY, INK, RED, panels, save, table

from whowhom.models.granovetter1978 import critical_sd, equilibrium
from whowhom.verification.granovetter1978 import LADDER, PERTURBED, end, with_friends

SEEDS = 400


def figure() -> None:
    """Equilibrium against standard deviation: the continuous map, and crowds of 100 drawn at random."""
    fig, (curve, crowds) = panels(2, width=9.0)
    jump = critical_sd(25.0)
    for low, high in ((0.0, jump - 1e-9), (jump + 1e-9, 100.0)):
        sds = np.unique(np.r_[np.linspace(low, high, 300), high - np.geomspace(1e-9, 1.0, 40) if high < 100 else high])
        curve.plot(sds, [equilibrium(25.0, sd) for sd in sds], color=INK)
    curve.axvline(jump, color=RED, linewidth=0.8, linestyle=":")
    curve.annotate(f"jump at {jump:.2f}", (jump, 55), (20, 55), color=RED)
    curve.set(title="large crowd", xlabel="standard deviation of thresholds [%]", ylabel="has joined in the end [%]")
    for sd in (8, 10, 11, 12, 13, 14, 15, 17, 20, 25):
        ends = np.array([end({"threshold.sd": float(sd)}, seed=seed) for seed in range(50)])
        luck = np.linspace(-0.25, 0.25, ends.size)
        crowds.plot(sd + luck, ends, ".", color=BLUE, markersize=3, alpha=0.5)
    crowds.plot(np.linspace(5, 26, 400), [equilibrium(25.0, sd) for sd in np.linspace(5, 26, 400)], color=GREY)
    crowds.set(title="50 crowds of 100, drawn", xlabel="standard deviation of thresholds [%]", xlim=(5, 26))
    save(fig, "granovetter1978")


def tables() -> None:
    """What each option changes."""
    rows: list[tuple[object, ...]] = []
    for name, correction in (("none", 0.0), ("half_person", 0.5)):
        jump = critical_sd(25.0, correction=correction)
        below = equilibrium(25.0, jump - 1e-9, correction=correction)
        rows.append((f"`threshold.correction = {name}`", f"{jump:.4f}", f"{below:.3f}"))
    table(("option", "jump at a standard deviation of", "equilibrium just below"), rows)
    rows = []
    for sd in (10.0, 11.0, 12.0, 12.2, 12.25, 13.0, 15.0, 20.0, 50.0):
        drawn = np.array([end({"threshold.sd": sd}, seed=seed) for seed in range(SEEDS)])
        even = end({"threshold.sd": sd, "threshold.luck": 1.0}, persons=100_000) / 1000.0
        error = drawn.std(ddof=1) / np.sqrt(SEEDS)
        share = f"{(drawn >= 90).mean():.3f}"
        rows.append((sd, f"{equilibrium(25.0, sd):.3f}", f"{even:.3f}", f"{drawn.mean():.1f} +- {error:.1f}", share))
    head = ("s.d.", "closed form", "`even`, 100,000 persons", "`drawn`, 100 persons: mean", "90 or more join")
    table(head, rows)
    rows = []
    for name, crowd in (("perturbed", PERTURBED), ("ladder", LADDER)):
        for weight in (2.0, 5.0):
            ends = {q: np.array(with_friends(crowd, weight=weight, share=q)) for q in (0.05, 0.25, 0.5, 0.75)}
            rows.append((name, weight, *(f"{found.mean():.2f}, {found.max()}" for found in ends.values())))
    table(("crowd", "a friend counts for", "q = .05: mean, most", ".25", ".5", ".75"), rows)


if __name__ == "__main__":
    figure()
    tables()
