"""Figure and tables of docs/canon/lang_de_sterck2014.md: `python studies/canon/lang_de_sterck2014.py` (a few seconds)."""

from __future__ import annotations

import numpy as np
from drawing import BLUE, GREY, INK, RED, panels, save, table
from matplotlib.colors import ListedColormap

from whowhom.models.lang_de_sterck2014 import REGIONS, after, attractors, end, region

COLOURS = ("#92c5de", "#fddbc7", "#f4a582", "#dddddd")


def figure() -> None:
    """The regions, and paths in one of them."""
    fig, (space, paths) = panels(2, width=9.0)
    grid = (np.arange(100) + 0.5) / 100
    kinds = np.array([[region(alpha, beta) for alpha in grid] for beta in grid])
    space.imshow(
        kinds, origin="lower", extent=(0, 1, 0, 1), cmap=ListedColormap(COLOURS), vmin=0, vmax=3, aspect="auto"
    )
    for name, (x, y) in zip(REGIONS, ((0.6, 0.9), (0.12, 0.75), (0.06, 0.4), (0.6, 0.25)), strict=True):
        space.text(x, y, name.replace("_", " "), fontsize=8, color=INK)
    space.annotate("", (0.3, 0.8), (0.6, 0.8), arrowprops={"arrowstyle": "->", "color": RED})
    space.text(0.37, 0.82, "new media", fontsize=8, color=RED)
    space.set(
        title="regimes, joining and policing at equal rates",
        xlabel="visible above: alpha",
        ylabel="police act below: beta",
    )
    time = np.linspace(0, 6, 61)
    for r in (0.05, 0.15, 0.19, 0.25, 0.4, 0.6, 0.75, 0.81, 0.9):
        paths.plot(time, [after(r, t, 0.2, 0.8) for t in time], color=INK, linewidth=0.9)
        paths.plot(time, [after(r, t, 0.5, 0.8) for t in time], color=BLUE, linewidth=0.9, linestyle=":")
    for border in (0.2, 0.8):
        paths.axhline(border, color=GREY, linewidth=0.6)
    paths.set(title="alpha .2 (lines) and .5 (dots), beta .8", xlabel="time", ylabel="share taking part")
    save(fig, "lang_de_sterck2014")


def tables() -> None:
    """Attractors, and what new media do."""
    rows: list[tuple[object, ...]] = []
    for alpha, beta in ((0.6, 0.9), (0.2, 0.8), (0.1, 0.4), (0.7, 0.3)):
        kind = REGIONS[region(alpha, beta)].replace("_", " ")
        rows.append((alpha, beta, kind, ", ".join(f"{x:g}" for x in attractors(alpha, beta))))
    table(("alpha", "beta", "region (name unverified)", "attractors, c1 = c2"), rows)
    rows = [
        (alpha, *(f"{end(r, alpha, 0.8):g}" for r in (0.1, 0.3, 0.45, 0.7, 0.9)))
        for alpha in (0.6, 0.5, 0.4, 0.2, 0.05)
    ]
    table(("alpha (beta = .8)", "from .1", "from .3", "from .45", "from .7", "from .9"), rows)


if __name__ == "__main__":
    figure()
    tables()
