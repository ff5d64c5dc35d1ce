"""The figure of survival: the share of histories in which the regime still stands, week by week, with the victims beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from whowhom.report.arms import victims_words
from whowhom.report.bands import Clock
from whowhom.report.canvas import Canvas, Floats, key_line, thinned, time_canvas, together
from whowhom.report.markup import Markup, details, el, table
from whowhom.report.numbers import counted, interval, month, percent
from whowhom.report.tables import ReportTables

if TYPE_CHECKING:
    import pandas as pd


def survival_figure(tables: ReportTables, *, arms: Sequence[str], clock: Clock) -> Markup | None:
    """Return the curves of all arms; None if there are none."""
    if tables.curves is None or not len(tables.curves):
        return None
    curves = {arm: tables.curves[tables.curves["arm"].astype(str) == arm] for arm in arms}
    pictures = [
        _picture(number, arm, curves=curves, tables=tables, clock=clock)
        for number, arm in enumerate(arms)
        if len(curves[arm])
    ]
    text = (
        f"Simulated, week by week (Kaplan and Meier), with the {percent(tables.level)} interval of each week by itself. Under the name of each arm "
        "stand its victims to the horizon."
    )
    key = el(
        "ul",
        el("li", "Simulated:"),
        el("li", key_line("history"), arms[0]),
        el("li", key_line("arm"), "the arm; the thin solid line repeats the history") if len(arms) > 1 else None,
        class_="keys",
    )
    return el(
        "figure",
        el("figcaption", el("h3", "Share of histories in which the regime stands", id="survival-name"), el("p", text)),
        key,
        together(pictures),
        details("The curves as a table", _table(curves, tables=tables, clock=clock)),
        id="figure-survival",
        aria_labelledby="survival-name",
    )


def _picture(number: int, arm: str, *, curves: dict[str, pd.DataFrame], tables: ReportTables, clock: Clock) -> Markup:
    own = curves[arm]
    beside = victims_words(tables, arm)
    first, last = clock.decimal(np.array([0, clock.ticks]))
    canvas = time_canvas(
        f"survival-{number}",
        title=f"The regime in power: {arm}, simulated",
        description=f"{_words(own, clock)} To the horizon: {beside}.",
        dates=(first, last),
        low=0.0,
        high=1.0,
        percent=True,
        top=40.0,
    )
    canvas.heading(arm, beside)
    _shade(canvas, own, clock, kind="arm" if number else "history")
    if number:
        _draw(canvas, curves[next(iter(curves))], clock, kind="history thin")
    _draw(canvas, own, clock, kind="arm" if number else "history")
    return canvas.svg(class_="simulated")


def _steps(curve: pd.DataFrame, clock: Clock, *names: str) -> list[Floats]:
    """Return the corners of a curve that goes in steps: a fall in week t is seen from the first day of week t on."""
    x = clock.decimal(curve["week"].to_numpy(dtype=np.int64))
    x, *columns = thinned(x, *(curve[name].to_numpy(dtype=np.float64) for name in names))
    return [np.repeat(x, 2)[1:], *(np.repeat(column, 2)[:-1] for column in columns)]


def _shade(canvas: Canvas, curve: pd.DataFrame, clock: Clock, *, kind: str) -> None:
    x, low, high = _steps(curve, clock, "low", "high")
    canvas.band(x, low, high, class_=f"{kind} wide")


def _draw(canvas: Canvas, curve: pd.DataFrame, clock: Clock, *, kind: str) -> None:
    x, share = _steps(curve, clock, "survival")
    canvas.line(x, share, class_=kind)


def _words(curve: pd.DataFrame, clock: Clock) -> str:
    """Describe a curve for those who do not see it."""
    last = curve.iloc[-1]
    fallen = int(curve["fallen"].sum())
    words = f"Simulated: {counted(fallen, 'history', 'histories')} fell; at the end the regime stands in {percent(float(last['survival']))}."
    if fallen:
        first = curve.loc[curve["fallen"] > 0, "week"].iloc[0]
        words += f" The first fall is in {month(clock.day(int(first)))}."
    return words


def _table(curves: dict[str, pd.DataFrame], *, tables: ReportTables, clock: Clock) -> Markup:
    """Return the curves every 13 weeks or so, each arm's victims in the name of its column."""
    every = max(1, round(clock.ticks / 17 / 13) * 13 or clock.ticks // 17)
    weeks = sorted({*range(0, clock.ticks + 1, every), clock.ticks})
    found = {arm: curve.set_index("week") for arm, curve in curves.items() if len(curve)}
    rows = [(clock.day(week).isoformat(), *(_entry(curve, week) for curve in found.values())) for week in weeks]
    head = ("Week of", *(f"{arm} ({victims_words(tables, arm)})" for arm in found))
    return table(
        head,
        rows,
        caption=f"Share of simulated histories in which the regime stands, with {percent(tables.level)} intervals, and histories watched",
        class_="dated",
    )


def _entry(curve: pd.DataFrame, week: int) -> str:
    if week not in curve.index:
        return "\u2013"
    row = curve.loc[week]
    words = interval(float(row["low"]), float(row["high"]), write=percent)
    return f"{percent(float(row['survival']))} ({words}); {int(row['at_risk'])}"
