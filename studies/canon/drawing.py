"""Figures of the canonical models: small SVG files that are the same whenever they are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "canon"
INK, RED, BLUE, GREY = "#222222", "#b2182b", "#2166ac", "#888888"

mpl.rcParams.update(
    {
        "svg.hashsalt": "whowhom",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
        "legend.frameon": False,
        "figure.constrained_layout.use": True,
    }
)


def panels(count: int = 1, *, width: float = 7.0, height: float = 3.4) -> tuple[Any, list[Any]]:
    """A figure and its panels, side by side."""
    figure, axes = plt.subplots(1, count, figsize=(width, height), squeeze=False)
    return figure, list(axes[0])


def save(figure: Any, name: str) -> None:
    """Write a figure into docs/canon and say so."""
    path = FOLDER / f"{name}.svg"
    figure.savefig(path, metadata={"Date": None, "Creator": "whowhom"}, facecolor="white")
    text = "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    path.write_text(text + "\n", encoding="utf-8")
    print(f"written: docs/canon/{name}.svg")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print a Markdown table."""
    print("\n| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(entry) for entry in row) + " |")
