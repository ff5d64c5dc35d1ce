"""The marks of a drawn record: one shape and colour per estimate, hollow and pale where nothing was read.

The colours are those of Okabe and Ito, which people with colour-blindness can tell apart; the shapes make the picture
readable without colours.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from whowhom.data.records import Series
from whowhom.data.schema import Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
MARKS = ("o", "s", "^", "D", "v", "P", "X")

# How opaque a row from memory is drawn [1].
PALE = 0.55

# Days, weeks, months, quarters, half-years, years: only flows over one of these lengths are joined [day].
_LENGTHS = (1, 10, 45, 100, 200, 400)

Style = tuple[str, str]


def literally(text: str) -> str:
    """Write a text so that matplotlib draws it as it stands: between two dollars it would read a formula."""
    return text.replace("$", r"\$")


def styles_of(series: Series) -> dict[str, Style]:
    """Give every estimate a colour and a mark."""
    return {
        estimate: (COLOURS[i % len(COLOURS)], MARKS[(i + i // len(COLOURS)) % len(MARKS)])
        for i, estimate in enumerate(series.estimates)
    }


def draw_mark(ax: Axes, x: float, y: float, row: Record, style: Style) -> None:
    """Draw one mark: filled if the row was read, hollow and pale if it is from memory."""
    colour, marker = style
    memory = row.status == "memory"
    ax.plot(
        [x], [y], marker=marker, markersize=6.5, linestyle="none", color=colour, alpha=PALE if memory else 1.0,
        markerfacecolor="white" if memory else colour, markeredgewidth=1.4, zorder=4, clip_on=False,
    )  # fmt: skip


def draw_range(ax: Axes, at: float, row: Record, style: Style, *, vertical: bool) -> None:
    """Draw the range of a row as a line, or a bound as an arrow to where the number may lie."""
    low, high = row.low, row.high
    alpha = PALE if row.status == "memory" else 0.9
    if low is not None and high is not None:
        xs, ys = ([at, at], [low, high]) if vertical else ([low, high], [at, at])
        ax.plot(xs, ys, color=style[0], alpha=alpha, linewidth=1.6, zorder=3, solid_capstyle="butt")
        cap = "_" if vertical else "|"
        ax.plot(xs, ys, marker=cap, markersize=7, markeredgewidth=1.6, linestyle="none", color=style[0], alpha=alpha)
    elif low is not None or high is not None:
        sign = 1 if low is not None else -1
        step = (0, 16 * sign) if vertical else (16 * sign, 0)
        point = (at, row.middle) if vertical else (row.middle, at)
        arrow = {"arrowstyle": "<|-", "color": style[0], "alpha": alpha, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", xy=point, xytext=step, textcoords="offset points", arrowprops=arrow)


def draw_box(ax: Axes, row: Record, style: Style) -> None:
    """Shade what a row says that gives only a range: from the lower to the upper end, all along its span."""
    start, end = row.span.decimal_start, row.span.decimal_end
    ax.fill_between([start, end], row.low or 0.0, row.high or 0.0, color=style[0], alpha=0.12, linewidth=0, zorder=1)


def middle_of(row: Record) -> float:
    """Give the middle of the days that a row covers, as a decimal year [year]."""
    return (row.span.decimal_start + row.span.decimal_end) / 2


def join(ax: Axes, rows: Sequence[Record], style: Style) -> None:
    """Join neighbouring rows of one estimate by a faint line; a gap, another place or another length stays open."""
    classes: dict[int, list[Record]] = {}
    for row in rows:
        length = bisect(_LENGTHS, row.span.days) if row.kind == "flow" else 0
        classes.setdefault(length, []).append(row)
    for alike in classes.values():
        pairs = list(pairwise(alike))
        usual = median([middle_of(after) - middle_of(row) for row, after in pairs] or [0.0])
        for row, after in pairs:
            gap = middle_of(after) - middle_of(row)
            apart = row.kind != "flow" or row.span.last < after.span.first  # sums over growing spans are not a path
            if 0 < gap <= 2.1 * usual and row.place == after.place and row.kind != "event" and apart:
                memory = "memory" in (row.status, after.status)
                ax.plot(
                    [middle_of(row), middle_of(after)], [row.middle, after.middle], color=style[0], linewidth=1.0, zorder=1,
                    alpha=0.3 if memory else 0.45, linestyle=(0, (4, 3)) if memory else "-",
                )  # fmt: skip
