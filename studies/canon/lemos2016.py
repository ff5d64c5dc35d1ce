"""Figure and tables of docs/canon/lemos2016.md: `python studies/canon/lemos2016.py` (about two minutes)."""

from __future__ import annotations

import numpy as np
from drawing import INK, RED, panels, save, table

from whowhom.models.lemos2016 import SHAPES, risk
from whowhom.verification.lemos2016 import SEEDS, history


def figure() -> None:
    """Risk by shape, and a history with feedback."""
    fig, (shapes, path) = panels(2, width=9.0)
    actives = np.linspace(1, 12, 400)
    for shape, style in zip(range(3), ("-", "--", ":"), strict=True):
        shapes.plot(actives, [risk(4, a, shape=shape) for a in actives], style, color=INK, label=SHAPES[shape])
    shapes.set(title="risk perceived, 4 cops in view", xlabel="active in view", ylabel="P")
    shapes.legend(fontsize=8)
    rows = history(2, start=0.88, feedback=True, ticks=1500)
    path.fill_between(np.arange(len(rows)), rows[:, 3], color=INK, linewidth=0, label="share active")
    path.plot(rows[:, 4], color=RED, linewidth=1.0, label="legitimacy")
    path.set(title="feedback on, legitimacy .88 at the start", xlabel="tick", ylim=(0, 1))
    path.legend(fontsize=8)
    save(fig, "lemos2016")


def described(name: str, **how: object) -> tuple[object, ...]:
    """Outbursts, the largest, and legitimacy at the end, one history a seed."""
    runs = [history(seed, **how) for seed in SEEDS]  # type: ignore[arg-type]
    return (
        name,
        ", ".join(f"{run[-1, 5]:.0f}" for run in runs),
        ", ".join(f"{run[:, 0].max():.0f}" for run in runs),
        ", ".join(f"{run[-1, 4]:.2f}" for run in runs),
    )


def tables() -> None:
    """What the options change."""
    head = ("1,120 persons, three seeds", "outbursts", "most active at once", "legitimacy at the end")
    rows = [described(f"`arrest.shape = {shape}`, legitimacy .82, 1,000 ticks", shape=shape) for shape in SHAPES]
    rows += [described(f"`term.longest = {j:g}`, the same", longest=j) for j in (15.0, 60.0)]
    for on in (False, True):
        name = f"`feedback` {'on' if on else 'off'}, legitimacy .88, 1,500 ticks"
        rows.append(described(name, start=0.88, feedback=on, ticks=1500))
    table(head, rows)


if __name__ == "__main__":
    figure()
    tables()
