"""Figure and tables of docs/canon/daymude2025.md: `python studies/canon/daymude2025.py` (about five minutes)."""

from __future__ import annotations

import numpy as np
from drawing import BLUE, INK, RED, panels, save, table

from whowhom.verification.daymude2025 import history, suppressed_in

RUNS = ((0, 2.0), (0, 8.0), (1, 1.0), (1, 3.0))
SEEDS = 8
NAMES = ("uniform", "proportional")


def figure() -> None:
    """Dissent and policy, round by round, in the authors' four runs."""
    fig, axes = panels(4, width=11.0, height=3.0)
    rounds = np.arange(0, 5000, 25)
    for axis, (penalty, boldness) in zip(axes, RUNS, strict=True):
        rows = history(penalty, boldness)[rounds]
        axis.plot(rounds, rows[:, 1], color=INK, label="dissent, of desired")
        axis.plot(rounds, rows[:, 5], color=BLUE, linewidth=0.9, label="tolerance")
        axis.plot(rounds, rows[:, 7], color=RED, linewidth=0.9, label="surveillance")
        axis.plot(rounds, rows[:, 6] / 10, color=RED, linewidth=0.9, linestyle=":", label="severity / 10")
        axis.set(title=f"{NAMES[penalty]}, boldness {boldness:g}", xlabel="round", ylim=(0, 1.05))
    fig.legend(*axes[0].get_legend_handles_labels(), fontsize=8, loc="outside lower center", ncols=4)
    save(fig, "daymude2025")


def tables() -> None:
    """The four runs, and what the option changes."""
    rows: list[tuple[object, ...]] = []
    for penalty, boldness in RUNS:
        found = history(penalty, boldness)
        policy = ", ".join(f"{x:.3f}" for x in found[-1, 5:8])
        at = suppressed_in(found)
        dissent = f"{found[0, 0]:,.0f}", f"{found[-1, 0]:,.0f}"
        rows.append((NAMES[penalty], f"{boldness:g}", *dissent, "never" if at is None else f"{at:,}", policy))
    table(
        ("punishment", "mean boldness", "dissent in round 0", "in the last", "below 1 % in round", "tau, psi, nu"), rows
    )
    rows = []
    for penalty, boldness in ((0, 2.0), (1, 1.0)):
        for memory, name in enumerate(("last_round", "last_kept")):
            runs = [history(penalty, boldness, memory=memory, seed=seed) for seed in range(1, SEEDS + 1)]
            silenced = sum(suppressed_in(run) is not None for run in runs)
            left = np.array([run[-1, 1] for run in runs])
            spread = f"{left.mean():.3f} ({left.min():.3f} to {left.max():.3f})"
            rows.append((f"`{name}`", NAMES[penalty], f"{boldness:g}", f"{silenced} of {SEEDS}", spread))
    table(("`authority.memory`", "punishment", "mean boldness", "silenced", "dissent of desired in the end"), rows)


if __name__ == "__main__":
    figure()
    tables()
