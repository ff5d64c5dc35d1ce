"""What an instrument does alone as a picture: a row for each observable, the levels of both arms beside their paired difference, week by week.

Line and shade of the difference are the mean over histories and its 95 % interval (Student's t), each week by itself; a week in which an arm has fallen has no
difference. Above it stand the numbers of the table. A file drawn again from the same histories is the same to the last byte.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from whowhom.errors import MissingExtraError
from whowhom.report.plots import HISTORY_STYLE, style_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

OFF, ON = dict(HISTORY_STYLE), style_of("with it", 1)
STYLE = {
    "svg.fonttype": "none",  # text stays text: a third of the size, and can be searched
    "svg.hashsalt": "whowhom",  # else the names of clipping paths are drawn by chance
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial"],
    "font.size": 9.0,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
}
# Inches. 7.3 of them are 700 pixels in a browser.
WIDTH, ROW, BETWEEN, HEAD, FOOT_LINE = 7.3, 0.95, 0.45, 0.46, 0.16
LEFT, RIGHT = (0.62, 2.35), (4.12, 2.97)
LETTERS = 116
_POINT = re.compile(r"([ML]) (-?\d+\.?\d*) (-?\d+\.?\d*)")


@dataclass(frozen=True)
class Panel:
    """One observable: its weeks in both arms, and the numbers of the table."""

    observable: str
    unit: str
    averaged: bool
    off: Floats
    on: Floats
    difference: float
    low: float
    high: float


def courses(pairs: Sequence[Floats], column: int) -> tuple[Floats, Floats]:
    """Weeks of one observable in both arms, float64 [histories, weeks] twice; NaN after the first fall of a pair."""
    table = np.full((2, len(pairs), max(pair.shape[1] for pair in pairs)), np.nan)
    for k, pair in enumerate(pairs):
        table[:, k, : pair.shape[1]] = pair[:, :, column]
    return table[0], table[1]


def interval(differences: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean of each week and the 95 % interval of it over the histories that have the week, float64 [weeks] three times; NaN where fewer than two have."""
    there = (~np.isnan(differences)).sum(axis=0)
    enough = there >= 2
    mean, half = np.full(len(there), np.nan), np.full(len(there), np.nan)
    some = differences[:, enough]
    mean[enough] = np.nanmean(some, axis=0)
    t = stats.t.isf(0.025, there[enough] - 1)
    half[enough] = t * np.nanstd(some, axis=0, ddof=1) / np.sqrt(there[enough])
    return mean, mean - half, mean + half


def scaled(unit: str, greatest: float) -> tuple[float, str]:
    """A factor that makes numbers of one to some thousands of it, and the unit of what comes out."""
    whole = unit.removeprefix("share of ")
    if whole != unit and greatest < 0.5:
        return (1e6, f"per million {whole}") if greatest < 1e-3 else (1e3, f"per 1,000 {whole}")
    if unit == "[1]" and greatest < 0.5:
        return 1e3, "thousandths"
    if greatest >= 1e4 and unit.startswith(("persons", "settlements")):
        return (1e-6, f"million {unit}") if greatest >= 1e6 else (1e-3, f"thousand {unit}")
    return 1.0, "" if unit == "[1]" else unit


def worded(value: float) -> str:
    """A signed number with three significant digits, without exponent unless it is very small."""
    if value == 0.0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    words = f"{value:+.0e}" if digits > 6 else f"{round(value, digits):+,.{max(digits, 0)}f}"
    return words.replace("-", "\N{MINUS SIGN}")


def draw(panels: Sequence[Panel], *, start: int, heading: str, foot: Sequence[str]) -> Figure:
    """The picture of some observables.

    Parameters
    ----------
    panels
        From top to bottom.
    start
        The week in which the arms part.
    heading, foot
        The line above all, and the sentences below.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    """
    try:
        import matplotlib.style
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError(
            "a figure needs matplotlib, which is not installed. "
            "Install it with the extra 'plot': pip install 'whowhom[plot]'."
        ) from None
    lines = [line for sentence in foot for line in textwrap.wrap(sentence, LETTERS)]
    bottom = 0.55 + FOOT_LINE * len(lines)
    height = bottom + len(panels) * (ROW + BETWEEN) + HEAD
    with matplotlib.style.context(["default", STYLE]):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        _words(figure, height, heading=heading, lines=lines)
        for k, panel in enumerate(panels):
            y = bottom + (len(panels) - 1 - k) * (ROW + BETWEEN)
            for (x, width), row in ((LEFT, _levels), (RIGHT, _difference)):
                ax = figure.add_axes((x / WIDTH, y / height, width / WIDTH, ROW / height))
                row(ax, panel, start)
                _weeks(ax, start, panel.off.shape[1], named=k == len(panels) - 1)
    return figure


def save(figure: Figure, path: Path, *, title: str, description: str) -> None:
    """Write it as SVG; no date and no version in it, so that the same figure is the same file."""
    import matplotlib.style

    kept: dict[str, Any] = {"Title": title, "Description": description, "Date": None, "Creator": None}
    with matplotlib.style.context(["default", STYLE]):
        figure.savefig(path, format="svg", metadata=kept)
    # Hundredths of a point are enough, and hide in which digit two machines may differ; the writer leaves blanks at the ends of lines.
    text = _POINT.sub(lambda m: f"{m[1]} {float(m[2]):.2f} {float(m[3]):.2f}", path.read_text(encoding="utf-8"))
    path.write_text("".join(line.rstrip() + "\n" for line in text.splitlines()), encoding="utf-8")


def _words(figure: Figure, height: float, *, heading: str, lines: Sequence[str]) -> None:
    """What stands above and below the panels."""
    figure.text(0.01, 1 - 0.07 / height, heading, fontsize=10.5, weight="bold", va="top")
    for (x, _), words in ((LEFT, "level"), (RIGHT, "difference: with it less off")):
        left = 0.17 if x == LEFT[0] else x
        figure.text(left / WIDTH, 1 - 0.38 / height, words, fontsize=9, color="0.25", va="top", style="italic")
    for k, line in enumerate(reversed(lines)):
        figure.text(0.01, (0.07 + FOOT_LINE * k) / height, line, fontsize=8.5, color="0.25")


def _scale(panel: Panel) -> tuple[float, str]:
    return scaled(panel.unit, float(np.nanmax(np.abs([panel.off, panel.on]))))


def _levels(ax: Axes, panel: Panel, start: int) -> None:
    """Means of both arms."""
    factor, unit = _scale(panel)
    weeks = start + 1 + np.arange(panel.off.shape[1])
    ends = []
    for rows, style in ((panel.off, OFF), (panel.on, ON)):
        mean = factor * _mean(rows)
        ax.plot(weeks, mean, linewidth=1.5, **style)
        ends.append(float(mean[~np.isnan(mean)][-1]))
    ax.set_title(f"{panel.observable}{', ' if unit else ''}{unit}", loc="left", fontsize=9, x=-0.19, weight="bold")
    ax.margins(y=0.12)
    _ticks(ax)
    low, high = ax.get_ylim()
    places = _apart([(end - low) / (high - low) for end in ends])
    for place, name, style in zip(places, ("off", "with it"), (OFF, ON), strict=True):
        ax.text(
            1.03, place, name, color=style["color"], transform=ax.transAxes, fontsize=8.5, va="center", clip_on=False
        )


def _difference(ax: Axes, panel: Panel, start: int) -> None:
    """Mean paired difference and its interval."""
    factor, _ = _scale(panel)
    differences = factor * (panel.on - panel.off)
    weeks = start + 1 + np.arange(differences.shape[1])
    ax.axhline(0.0, color="0.45", linewidth=0.8)
    if not np.nan_to_num(differences).any():
        ax.set_title("no difference in any history", loc="left", fontsize=9)
        ax.set_ylim(-1, 1)
        ax.set_yticks([0], ["0"])
        return
    mean, low, high = interval(differences)
    ax.fill_between(weeks, low, high, color=ON["color"], alpha=0.22, linewidth=0)
    ax.plot(weeks, mean, color=ON["color"], linewidth=1.5)
    numbers = f"{worded(factor * panel.difference)} ({worded(factor * panel.low)} to {worded(factor * panel.high)})"
    ax.set_title(f"{'mean' if panel.averaged else 'at the end'} {numbers}", loc="left", fontsize=9)
    ax.margins(y=0.08)
    _ticks(ax)


def _mean(rows: Floats) -> Floats:
    """Mean over the histories that have a week."""
    there = (~np.isnan(rows)).sum(axis=0)
    return np.where(there > 0, np.nansum(rows, axis=0) / np.maximum(there, 1), np.nan)


def _apart(places: list[float], least: float = 0.19) -> list[float]:
    """Two heights in [0, 1], moved apart if text on them would touch."""
    low, high = sorted(places)
    if high - low < least:
        middle = min(max((low + high) / 2, least / 2), 1 - least / 2)
        low, high = middle - least / 2, middle + least / 2
    return [low, high] if places[0] <= places[1] else [high, low]


def _ticks(ax: Axes) -> None:
    """Few ticks with plain numbers: no exponent, no offset."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, min_n_ticks=2, steps=[1, 2, 5, 10]))
    values = [float(v) for v in ax.get_yticks()]
    step = min(b - a for a, b in pairwise(values))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda v, _: f"{v if abs(v) > 1e-9 * step else 0.0:,.{digits}f}".replace("-", "\N{MINUS SIGN}"))
    )
    ax.grid(axis="y", color="0.9", linewidth=0.7)
    ax.set_axisbelow(True)


def _weeks(ax: Axes, start: int, weeks: int, *, named: bool) -> None:
    """Ticks of the weeks, with numbers below the last row only."""
    ax.set_xlim(start, start + weeks)
    ax.set_xticks(sorted({start, start + weeks // 4, start + weeks // 2, start + 3 * weeks // 4, start + weeks}))
    ax.tick_params(length=3, color="0.4", labelbottom=named)
    if named:
        ax.set_xlabel("week", fontsize=8.5, labelpad=1)
