"""Draw one recorded series: points with ranges, rival estimates side by side, the sources underneath.

Nothing simulated is drawn here.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from whowhom.data.listing import number
from whowhom.data.marks import PALE, Style, draw_box, draw_mark, draw_range, join, literally, middle_of, styles_of
from whowhom.data.records import Records, Series, load_records
from whowhom.data.schema import Record
from whowhom.errors import MissingExtraError, RecordError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Values that span more than this factor are drawn on a logarithmic scale.
LOG_FROM = 50.0

# A date that covers more days than this is drawn with its width [day].
WIDE_FROM = 45

# At most so many sources stand under a picture.
SOURCES_SHOWN = 7

SUFFIXES = (".png", ".svg", ".pdf")


def _import_matplotlib() -> None:
    try:
        import matplotlib.figure  # noqa: F401 - only whether it is there
    except ImportError:
        raise MissingExtraError(
            "drawing a recorded series needs matplotlib, which is not installed. "
            "Install it with the extra 'plot': pip install 'whowhom[plot]'."
        ) from None


def plot_series(name: str, *, ax: Axes | None = None, records: Records | None = None, sources: bool = True) -> Axes:
    """Draw one recorded series.

    Parameters
    ----------
    name
        Name of the series.
    ax
        Where to draw; a figure of its own by default.
    records
        The project's own by default.
    sources
        Write the sources under the axes. Where several series share a figure, give them room or write them elsewhere.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on; ``ax.figure`` is the figure.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    UnknownNameError
        If there is no such series.

    """
    _import_matplotlib()
    records = records or load_records()
    series, rows = records.describe(name), records.rows(name)
    as_list = _is_list(rows)
    if ax is None:
        ax = _own_axes(rows, as_list=as_list)
    styles = styles_of(series)
    if as_list:
        _draw_list(ax, series, rows, styles)
    else:
        _draw_over_time(ax, rows, styles)
    if series.kind == "event":
        ax.set_yticks([])
        ax.set_ylim(0.0, 2.0)
    else:
        _set_scale(ax, rows, vertical=not as_list)
    _label(ax, series, rows, as_list=as_list)
    if sources:
        ax.annotate(
            literally(_sources(rows)), (0, 0), (0, -44), "axes fraction", "offset points", fontsize=7, color="0.3", va="top",
            linespacing=1.35,
        )  # fmt: skip
    return ax


def save_plot(name: str, *, path: str | Path, records: Records | None = None) -> Path:
    """Draw one recorded series into a file.

    Parameters
    ----------
    name
        Name of the series.
    path
        A file that ends in .png, .svg or .pdf; an existing one is replaced.
    records
        The project's own by default.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    RecordError
        If the ending is another one, or the file cannot be written.

    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise RecordError(f"a plot file must end in {', '.join(SUFFIXES)}, got '{path}'. Give it one of these endings.")
    figure = plot_series(name, records=records).get_figure(root=True)
    assert figure is not None  # plot_series drew on one
    try:
        figure.savefig(path, bbox_inches="tight", dpi=150)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RecordError(f"'{path}' must be a file that can be written, got: {reason}. Give another path.") from None
    return path


def _own_axes(rows: Sequence[Record], *, as_list: bool) -> Axes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = max(1.6, 0.32 * len(rows) + 0.9) if as_list else 4.2
    if rows[0].kind == "event":
        height = 1.4
    figure = Figure(figsize=(8.0, height))  # not by pyplot: no window, nothing global
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def _is_list(rows: Sequence[Record]) -> bool:
    """Whether the rows are better read as a list (one date, or one row per estimate) than over time."""
    if rows[0].kind == "event":
        return False
    one_date = len({row.date for row in rows}) == 1
    one_each = len({(row.estimate, row.place) for row in rows}) == len(rows)
    return one_date or (one_each and len(rows) <= 12)


def _draw_over_time(ax: Axes, rows: Sequence[Record], styles: dict[str, Style]) -> None:
    """Draw the rows in time: a point in the middle of its span, the span as a thin bar, neighbours joined."""
    for estimate, style in styles.items():
        mine = [row for row in rows if row.estimate == estimate]
        join(ax, mine, style)
        for row in mine:
            x = middle_of(row)
            if row.value is None and row.low is not None and row.high is not None:
                draw_box(ax, row, style)
            elif row.span.days > WIDE_FROM:
                ends = [row.span.decimal_start, row.span.decimal_end]
                alpha = 0.25 if row.status == "memory" else 0.45
                ax.plot(
                    ends, [row.middle] * 2, color=style[0], alpha=alpha, linewidth=2.2, zorder=2, solid_capstyle="butt"
                )
            draw_range(ax, x, row, style, vertical=True)
            if row.value is not None or (row.low is None) != (row.high is None):
                draw_mark(ax, x, row.middle, row, style)
    _legend(ax, rows, styles)
    first, last = min(row.span.decimal_start for row in rows), max(row.span.decimal_end for row in rows)
    margin = max(0.03 * (last - first), 0.02)
    ax.set_xlim(first - margin, last + margin)
    _date_axis(ax, first, last)


def _legend(ax: Axes, rows: Sequence[Record], styles: dict[str, Style]) -> None:
    from matplotlib.lines import Line2D

    def handle(estimate: str, style: Style) -> Line2D:
        mine = [row for row in rows if row.estimate == estimate]
        memory = all(row.status == "memory" for row in mine)
        only_ranges = all(row.value is None and None not in (row.low, row.high) for row in mine)
        return Line2D(
            [], [], color=style[0], marker="|" if only_ranges else style[1], linestyle="none",
            alpha=PALE if memory else 1.0, markerfacecolor="white" if memory else style[0], markeredgewidth=1.4,
            label=literally(estimate) + (" (from memory)" if memory and "memory" not in estimate else ""),
        )  # fmt: skip

    handles = [handle(estimate, style) for estimate, style in styles.items()]
    mixed = any(len({row.status == "memory" for row in rows if row.estimate == estimate}) == 2 for estimate in styles)
    if mixed:
        handles.append(
            Line2D(
                [], [], color="0.4", marker="o", linestyle="none", markerfacecolor="white", label="hollow: from memory"
            )
        )
    if len(handles) > 1 or mixed:
        ax.legend(handles=handles, frameon=False, fontsize=8, loc="best")


def _date_axis(ax: Axes, first: float, last: float) -> None:
    """Label the time axis with years, or with months where there is less than three years."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if last - first > 3.0:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
        return
    months = range(math.floor(first * 12), math.ceil(last * 12) + 1)
    every = next(step for step in (1, 2, 3, 6) if len(months) / step <= 12 or step == 6)
    ticks = [month / 12 for month in months if month % every == 0 and first - 0.03 <= month / 12 <= last + 0.03]
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    ax.xaxis.set_major_locator(FixedLocator(ticks))

    def label(x: float, _: object) -> str:
        year, month = divmod(round(x * 12), 12)
        return f"{names[month]}\n{year}" if month == 0 or x == ticks[0] else names[month]

    ax.xaxis.set_major_formatter(FuncFormatter(label))


def _draw_list(ax: Axes, series: Series, rows: Sequence[Record], styles: dict[str, Style]) -> None:
    """Draw the rows one below the other, the largest on top."""
    ordered = sorted(rows, key=lambda row: row.middle)
    for y, row in enumerate(ordered):
        style = styles[row.estimate]
        draw_range(ax, y, row, style, vertical=False)
        if row.value is not None or (row.low is None) != (row.high is None):
            draw_mark(ax, row.middle, y, row, style)
    ax.set_yticks(range(len(ordered)), [_row_label(row, series, rows) for row in ordered], fontsize=8)
    ax.set_ylim(-0.7, len(ordered) - 0.3)
    ax.tick_params(axis="y", length=0)


def _row_label(row: Record, series: Series, rows: Sequence[Record]) -> str:
    """Name a row of a list by what tells it from the others."""
    parts = []
    if len(series.places) > 1:
        parts.append(row.place)
    if len(series.estimates) > 1 or len(series.places) == 1:
        parts.append(row.estimate)
    if len({other.date for other in rows}) > 1:
        parts.append(row.date.replace("/", " to "))
    return literally(textwrap.fill(", ".join(parts), 44)) + (
        " *" if row.status == "memory" and "memory" not in row.estimate else ""
    )


def _set_scale(ax: Axes, rows: Sequence[Record], *, vertical: bool) -> None:
    """Choose a linear or logarithmic scale and write its numbers plainly."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    numbers = [n for row in rows for n in (row.value, row.low, row.high) if n is not None]
    positive = [n for n in numbers if n > 0]
    axis, set_scale, set_lim = (
        (ax.yaxis, ax.set_yscale, ax.set_ylim) if vertical else (ax.xaxis, ax.set_xscale, ax.set_xlim)
    )
    logarithmic = bool(positive) and min(numbers) >= 0 and max(positive) / min(positive) > LOG_FROM
    if logarithmic:
        floor = 10.0 ** math.floor(math.log10(min(positive)))
        if min(numbers) == 0:
            set_scale("symlog", linthresh=floor, linscale=0.4)
            set_lim(0, max(positive) * 2)
        else:
            set_scale("log")
            set_lim(min(positive) / 1.6, max(positive) * 1.8)
            axis.set_major_locator(LogLocator(base=10, subs=(1.0,) if max(positive) / floor > 1e4 else (1.0, 3.0)))
            axis.set_minor_formatter(NullFormatter())
    else:
        low, high = min([*numbers, 0.0]), max([*numbers, 0.0])
        room = 0.08 * (high - low or 1.0)
        set_lim(low - (room if low < 0 else 0.0), high + room)
        axis.set_major_locator(MaxNLocator(nbins=6))
    axis.set_major_formatter(FuncFormatter(lambda x, _: number(round(x, 10))))


def _label(ax: Axes, series: Series, rows: Sequence[Record], *, as_list: bool) -> None:
    """Write title, unit, a line on what is drawn, and the sources."""
    title = series.quantity[:1].upper() + series.quantity[1:]
    if len(series.places) > 3:
        title += ", by place"
    ax.set_title(literally(textwrap.fill(title, 78)), loc="left", fontsize=11, pad=22)
    words = literally(_subtitle(series, rows))
    ax.annotate(words, (0, 1), (0, 6), "axes fraction", "offset points", fontsize=8, color="0.35")
    unit = "" if series.kind == "event" else series.unit
    unit += ", logarithmic scale" if "log" in (ax.get_xscale() if as_list else ax.get_yscale()) else ""
    (ax.set_xlabel if as_list else ax.set_ylabel)(literally(unit), fontsize=9)
    ax.tick_params(labelsize=8)
    ax.grid(axis="x" if as_list else "y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _subtitle(series: Series, rows: Sequence[Record]) -> str:
    place = series.places[0] if len(series.places) == 1 else f"{len(series.places)} places"
    drawn = {
        "stock": "number at a date",
        "flow": "total over the span of each bar",
        "share": "share, rate or mean",
        "event": "events",
    }[series.kind]
    memory = series.status["memory"]
    words = ["recorded figures", drawn, place]
    if len({row.date for row in rows}) == 1:
        words.insert(2, rows[0].date.replace("/", " to "))
    if memory:
        words.append(f"{memory} of {len(rows)} from memory, hollow or *")
    return " · ".join(words)


def _sources(rows: Sequence[Record]) -> str:
    """Give the sources of a picture as wrapped text."""
    several = len({row.estimate for row in rows}) > 1
    found: dict[str, list[str]] = {}
    for row in rows:
        names = found.setdefault(row.cite, [])
        if several and row.estimate not in names:
            names.append(row.estimate)
    lines: list[str] = []
    for cite, names in list(found.items())[:SOURCES_SHOWN]:
        text = f"{'; '.join(names)}: {cite}" if names else cite
        lines += textwrap.wrap(text, 132, subsequent_indent="    ", break_on_hyphens=False)
    if len(found) > SOURCES_SHOWN:
        lines.append(f"and {len(found) - SOURCES_SHOWN} more; `whowhom records {rows[0].series}` lists all")
    return "Sources\n" + "\n".join(lines)
