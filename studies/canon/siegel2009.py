"""Figure and tables of docs/canon/siegel2009.md: `python studies/canon/siegel2009.py` (about two minutes)."""

from __future__ import annotations

import numpy as np
from drawing import BLUE, GREY, INK, RED, panels, save, table

from whowhom.engine.settings import Settings
from whowhom.models.siegel2009 import DECLARATIONS, NETWORKS, SIEGEL2009, equilibrium
from whowhom.verification.siegel2009 import by_ties, ends

KINDS = NETWORKS[1:]
COLOURS = dict(zip(KINDS, (INK, BLUE, RED, GREY), strict=True))
SEEDS = 10


def path(kind: str, target: int, seed: int) -> list[float]:
    """Share that takes part, step by step, with ten removed in ten steps."""
    chosen = {"network.kind": NETWORKS.index(kind), "motivation.mean": 0.65, "removal.per_ten_steps": 10}
    settings = Settings.of(DECLARATIONS, values=chosen | {"removal.targets": target})
    world = SIEGEL2009.build(settings, persons=500, seed=seed)
    shares = []
    for _ in range(200):
        world.step()
        shares.append(float(world.observe()[1]))
    return shares


def figure() -> None:
    """Participation against motivation in each network, and removal by lot and of those with most ties."""
    fig, (levels, removed) = panels(2, width=9.0)
    means = np.arange(0.3, 0.91, 0.1)
    for kind in KINDS:
        shares = [ends(kind, seeds=SEEDS, motivation__mean=float(mean)).mean() for mean in means]
        levels.plot(means, shares, ".-", color=COLOURS[kind], label=kind.replace("_", " "))
    fine = np.linspace(0.3, 0.9, 121)
    levels.plot(fine, [equilibrium(float(mean), 0.25) for mean in fine], ":", color=INK, label="complete, large")
    levels.set(title="500 persons, nobody removed", xlabel="mean motivation, s.d. .25", ylabel="takes part in the end")
    levels.legend(fontsize=8)
    for kind in ("small_world", "opinion_leader"):
        for target, style in ((0, "-"), (1, ":")):
            mean = np.mean([path(kind, target, seed) for seed in range(SEEDS)], axis=0)
            label = f"{kind.replace('_', ' ')}, {'most ties first' if target else 'by lot'}"
            removed.plot(mean, style, color=COLOURS[kind], label=label)
    removed.set(title="up to 10 removed in ten steps", xlabel="step", ylabel="takes part")
    removed.legend(fontsize=8)
    save(fig, "siegel2009")


def row(name: str, **values: float) -> tuple[object, ...]:
    """One option, in all networks."""
    found = [ends(kind, seeds=20, **values) for kind in KINDS]
    return (name, *(f"{x.mean():.3f} +- {x.std(ddof=1) / np.sqrt(x.size):.3f}" for x in found))


def tables() -> None:
    """What ties and options change."""
    rows: list[tuple[object, ...]] = [
        (f"({mean:g}, {sd:g})", *(f"{share:.3f}" for share in by_ties(mean, sd).values()))
        for mean, sd in ((0.4, 0.3), (0.6, 0.25))
    ]
    table(("motivation (mean, s.d.), small world", "2 ties", "10 ties", "60 ties"), rows)
    ten = {"removal__per_ten_steps": 10.0}
    table(
        ("500 persons, motivation (.65, .25), after 200 steps", *(kind.replace("_", " ") for kind in KINDS)),
        [
            row("nobody removed"),
            row("10 in ten steps, by lot", **ten),
            row("10 in ten steps, `removal.targets = most_ties`", **ten, removal__targets=1),
            row("10, by lot, `removal.seen = as_quiet`", **ten, removal__seen=1),
            row("10, by lot, `removal.anger = 0.05`", **ten, removal__anger=0.05),
        ],
    )


if __name__ == "__main__":
    figure()
    tables()
