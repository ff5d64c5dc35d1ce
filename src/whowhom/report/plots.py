"""Plots for papers, with matplotlib: each takes `ax=`, draws on it and returns it; nothing global is changed.

The numbers drawn are those of the report: medians and shares of histories for an observable, the paired difference for
two arms, the share of histories that stand, with its victims in the legend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whowhom.data.marks import literally
from whowhom.errors import MissingExtraError, UnknownNameError, unknown
from whowhom.report.arms import HISTORY, in_order, victims_words
from whowhom.report.bands import QUANTILES, Bands, Floats, of_values
from whowhom.report.numbers import counted, percent
from whowhom.report.tables import ReportTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: Colour and line of the history, and of the arms in their order; lines differ too, so that grey prints can be read.
HISTORY_STYLE: Mapping[str, Any] = {"color": "#8c3b00", "linestyle": "-"}
ARM_COLOURS = ("#00557f", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
ARM_LINES = ((0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1)))


def plot_bands(
    weeks: pd.DataFrame, observable: str, *, arms: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw an observable over time: the median and the middle half and nine tenths of the histories that stand.

    Parameters
    ----------
    weeks
        `Store.weeks`, or those of its rows that make whole histories.
    observable
        One of its columns.
    arms
        Which arms; all by default, the history first.
    ax
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on; `ax.figure` is the figure.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    UnknownNameError
        There is no such column or arm.
    """
    ax = _axes(ax)
    _known("column", [observable], [str(name) for name in weeks.columns])
    found = [_bands(weeks, arm, observable) for arm in _arms(weeks, arms)]
    for number, (dates, bands) in enumerate(found):
        draw = _draw_single if bands.few else _draw_bands
        draw(ax, dates, bands, style_of(bands.arm, number))
    what = "each history" if any(bands.few for _, bands in found) else "median, middle half and middle nine tenths"
    _finish(ax, title=f"{observable}: {what}", y=observable)
    return ax


def _draw_single(ax: Axes, dates: Any, bands: Bands, style: Mapping[str, Any]) -> None:
    """Draw each history by itself."""
    for number, row in enumerate(bands.values):
        label = "_nolegend_" if number else f"{literally(bands.arm)}, simulated"
        ax.plot(dates, row, linewidth=0.9, label=label, **style)


def _draw_bands(ax: Axes, dates: Any, bands: Bands, style: Mapping[str, Any]) -> None:
    for low, high, alpha in ((0, 4, 0.15), (1, 3, 0.25)):
        shade = {"color": style["color"], "alpha": alpha, "linewidth": 0}
        ax.fill_between(dates, bands.quantiles[low], bands.quantiles[high], **shade)
    ax.plot(dates, bands.median, linewidth=1.5, label=f"{literally(bands.arm)}, simulated", **style)


def plot_difference(
    weeks: pd.DataFrame, observable: str, *, arm: str, against: str = HISTORY, ax: Axes | None = None
) -> Axes:
    """Draw the paired difference of two arms over time: the mean over twins and the middle nine tenths of the pairs.

    A week in which either twin has fallen has no difference (totals stand still instead). The shade shows how pairs
    differ; the interval of the mean is what `Runs.compare` gives.

    Parameters
    ----------
    weeks, observable, ax
        As in `plot_bands`.
    arm, against
        The two arms; the difference is the first minus the second.

    Raises
    ------
    MissingExtraError, UnknownNameError
        As in `plot_bands`.
    """
    ax = _axes(ax)
    _known("column", [observable], [str(name) for name in weeks.columns])
    _arms(weeks, [arm, against])
    dates, pairs = _pairs(weeks, observable, arm=arm, against=against)
    style = style_of(arm, 1)
    ax.axhline(0.0, color="0.4", linewidth=0.8)
    low, high = pairs.quantiles[0], pairs.quantiles[-1]
    shade = {"color": style["color"], "alpha": 0.18, "linewidth": 0}
    ax.fill_between(dates, low, high, label=f"middle {percent(QUANTILES[-1] - QUANTILES[0])} of the pairs", **shade)
    words = f"mean of {counted(pairs.values.shape[0], 'pair')}, simulated"
    ax.plot(dates, pairs.mean, color=style["color"], linewidth=1.5, label=words)
    _finish(ax, title=literally(f"{arm} minus {against}"), y=f"{observable}, difference")
    return ax


def plot_survival(tables: ReportTables, *, arms: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share of histories in which the regime stands; the legend gives the victims of each arm with it.

    Parameters
    ----------
    tables
        Of the experiment, `Runs.tables`.
    arms, ax
        As in `plot_bands`.

    Raises
    ------
    MissingExtraError, UnknownNameError
        As in `plot_bands`; also if the tables have no curves.
    """
    ax = _axes(ax)
    if tables.curves is None:
        raise UnknownNameError("'tables' must have the curves of survival, got none. Take them from `Runs.tables`.")
    for number, arm in enumerate(_arms(tables.curves, arms)):
        curve = tables.curves[tables.curves["arm"].astype(str) == arm]
        style = style_of(arm, number)
        shade = {"color": style["color"], "alpha": 0.12, "linewidth": 0, "step": "post"}
        ax.fill_between(curve["week"], curve["low"], curve["high"], **shade)
        words = literally(f"{arm}: {victims_words(tables, arm)}")
        ax.plot(curve["week"], curve["survival"], drawstyle="steps-post", linewidth=1.5, label=words, **style)
    ax.set_ylim(0.0, 1.03)
    _finish(ax, title="Share of simulated histories in which the regime stands", y="share of histories", dates=False)
    ax.set_xlabel("week")
    return ax


def style_of(arm: str, number: int) -> dict[str, Any]:
    """Return colour and line of an arm: the history's own, or those of the arm's place among the others."""
    if arm == HISTORY:
        return dict(HISTORY_STYLE)
    place = max(number - 1, 0)
    return {"color": ARM_COLOURS[place % len(ARM_COLOURS)], "linestyle": ARM_LINES[place % len(ARM_LINES)]}


def _axes(ax: Axes | None) -> Axes:
    """Return the axes given, or those of a figure of their own: no window, nothing global."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError(
            "a plot needs matplotlib, which is not installed. "
            "Install it with the extra 'plot': pip install 'whowhom[plot]'."
        ) from None
    if ax is not None:
        return ax
    figure = Figure(figsize=(7.2, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def _known(kind: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(unknown(kind, name, known))


def _arms(frame: pd.DataFrame, arms: Sequence[str] | None) -> list[str]:
    """Return the arms asked for, all of them known; the history first if none is asked for."""
    there = [str(arm) for arm in frame["arm"].unique()]
    if arms is None:
        return in_order(there)
    names = [arms] if isinstance(arms, str) else list(arms)
    _known("arm", names, there)
    return names


def _table(weeks: pd.DataFrame, arm: str, observable: str) -> pd.DataFrame:
    """Return an observable of one arm: a row per replicate, a column per date."""
    mine = weeks[weeks["arm"].astype(str) == arm]
    return mine.pivot(index="replicate", columns="date", values=observable).astype("float64")


def _bands(weeks: pd.DataFrame, arm: str, observable: str) -> tuple[Any, Bands]:
    table = _table(weeks, arm, observable)
    return table.columns, of_values(arm, _places(table), table.to_numpy())


def _pairs(weeks: pd.DataFrame, observable: str, *, arm: str, against: str) -> tuple[Any, Bands]:
    """Return the differences of those replicates that both arms have."""
    difference = (_table(weeks, arm, observable) - _table(weeks, against, observable)).dropna(how="all")
    return difference.columns, of_values(arm, _places(difference), difference.to_numpy())


def _places(table: pd.DataFrame) -> Floats:
    return np.arange(table.shape[1], dtype=np.float64)


def _finish(ax: Axes, *, title: str, y: str, dates: bool = True) -> None:
    """Write title and labels; keep what stands on axes that were given."""
    if not ax.get_title(loc="left"):
        ax.set_title(title, loc="left", fontsize="medium")
    ax.set_ylabel(y)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if dates:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator()  # type: ignore[no-untyped-call]  # matplotlib.dates has no types
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    ax.legend(frameon=False, fontsize="small")
