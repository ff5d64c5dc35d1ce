"""What each arm changed: the mean paired difference from the history with its interval, in words, a picture and a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from whowhom.report.arms import CAMP_YEARS, EXECUTED, row_of
from whowhom.report.canvas import RIGHT, WIDTH, Canvas, at, shortened, together
from whowhom.report.markup import Markup, details, el, items, join, table
from whowhom.report.numbers import counted, formula, interval, percent, points, rough_signed, simulated
from whowhom.report.scales import Scale, axis_number, round_numbers
from whowhom.report.tables import ReportTables
from whowhom.report.wording import COUPLING

if TYPE_CHECKING:
    import pandas as pd

SURVIVED = "survived"
TO_HORIZON, TO_FIRST_FALL = "to the horizon", "to the first fall"

#: Outcomes in the order of the pictures: name in the tables, heading, unit.
OUTCOMES = (
    (SURVIVED, "The regime stayed in power", "percentage points"),
    (EXECUTED, "Executed", "per 1,000 inhabitants"),
    (CAMP_YEARS, "Years in camps", "camp-years per 1,000 inhabitants"),
)
#: Where one number for all victims is needed, both of these are shown.
TOLLS = (
    ("toll_10_per_1000", "Camp-years + 10 \u00d7 executed", "per 1,000 inhabitants"),
    ("toll_30_per_1000", "Camp-years + 30 \u00d7 executed", "per 1,000 inhabitants"),
)

_ROW = 36.0


def writer(outcome: str, *, sign: bool = True) -> Callable[[float], str]:
    """Return the function that writes a difference of an outcome, or its mean."""
    if outcome == SURVIVED:
        return points if sign else percent
    return rough_signed if sign else simulated


def ender(outcome: str) -> Callable[[float], str]:
    """Return the function that writes the ends of an interval of differences."""
    return points if outcome == SURVIVED else rough_signed


def sentences(tables: ReportTables, *, arms: Sequence[str]) -> Markup:
    """Return the answer for each arm in words; survival and its victims are one entry."""
    assert tables.differences is not None
    return items([_sentence(tables, arm) for arm in arms], class_="answers")


def _sentence(tables: ReportTables, arm: str) -> Markup:
    """Say what an arm changed: for survival and both kinds of victims the difference, its interval, and the two means."""
    parts: list[object] = [el("strong", arm), ". "]
    for outcome, name in (
        (SURVIVED, "Regime in power"),
        (EXECUTED, "Executed per 1,000"),
        (CAMP_YEARS, "Camp-years per 1,000"),
    ):
        row = row_of(tables.differences, arm=arm, outcome=outcome, exposure=TO_HORIZON)
        if row is None or not int(row["pairs"]):
            parts.append(f"{name}: no pairs to compare. ")
            continue
        mean, other = (writer(outcome, sign=False)(float(row[key])) for key in ("mean", "mean_against"))
        parts += [f"{name}: ", el("strong", _difference(row, outcome))]
        parts.append(f" ({_surely(row, outcome, level=tables.level)}), {mean} against {other} in the history. ")
    pairs = row_of(tables.differences, arm=arm, outcome=SURVIVED)
    parts.append(el("span", f"{counted(int(pairs['pairs']), 'pair')} of twins." if pairs else "", class_="quiet"))
    return join(parts)


def _difference(row: Mapping[str, Any], outcome: str) -> str:
    text = writer(outcome)(float(row["difference"]))
    return f"{text} points" if outcome == SURVIVED else str(text)


def _surely(row: Mapping[str, Any], outcome: str, *, level: float) -> str:
    """Give the interval of a difference, and say if it includes none."""
    low, high = float(row["low"]), float(row["high"])
    if math.isnan(low) or math.isnan(high):
        return "no interval from so few pairs"
    if low == high == 0.0:
        return "the same in every pair"
    words = f"{percent(level)} interval {interval(low, high, write=ender(outcome))}"
    return f"{words}, which includes 0" if low <= 0 <= high else words


def forest(tables: ReportTables, *, arms: Sequence[str]) -> Markup:
    """Return a picture for survival, one for executions and one for camps: each arm's difference with its interval."""
    assert tables.differences is not None
    pictures = [
        _outcome(tables.differences, arms=arms, outcome=name, heading=heading, unit=unit)
        for name, heading, unit in OUTCOMES
    ]
    text = (
        "Simulated: arm minus history, mean over pairs of twins, with its "
        f"{percent(tables.level)} interval. Filled: to the horizon. Hollow, where that is not the same: up to the first fall of either twin, so that both had the same time."
    )
    return el(
        "figure",
        el("figcaption", el("h3", "Paired differences from the history", id="differences-name"), el("p", text)),
        together(pictures),
        details("The differences as a table", differences_table(tables, arms=arms)),
        id="figure-differences",
        aria_labelledby="differences-name",
    )


def _outcome(frame: pd.DataFrame, *, arms: Sequence[str], outcome: str, heading: str, unit: str) -> Markup:
    rows = [
        (arm, exposure, row)
        for arm in arms
        for exposure in (TO_HORIZON, TO_FIRST_FALL)
        if (row := row_of(frame, arm=arm, outcome=outcome, exposure=exposure))
    ]
    ends = [
        float(row[key]) for *_, row in rows for key in ("difference", "low", "high") if math.isfinite(float(row[key]))
    ]
    numbers = round_numbers(min([0.0, *ends]), max([0.0, *ends]), most=5)
    height = 34.0 + _ROW * len(arms) + 36.0
    canvas = Canvas(
        f"difference-{outcome.replace('_', '-')}",
        f"{heading}: paired difference from the history, simulated",
        _words(rows, outcome),
        x=Scale(numbers[0], numbers[-1], 14.0, WIDTH - RIGHT - 4),
        y=Scale(0.0, float(max(1, len(arms))), 34.0, height - 36.0),
        height=height,
    )
    canvas.add(el("text", shortened(heading, 48), x=8, y=14, class_="heading"))
    _axis(canvas, numbers, unit, as_points=outcome == SURVIVED)
    for arm, exposure, row in rows:
        if exposure == TO_HORIZON or _differs(row, row_of(frame, arm=arm, outcome=outcome, exposure=TO_HORIZON)):
            _draw(canvas, arms.index(arm), arm, row, hollow=exposure == TO_FIRST_FALL)
    return canvas.svg(class_="simulated")


def _differs(row: Mapping[str, Any], other: Mapping[str, Any] | None) -> bool:
    """Whether a difference to the first fall is another one than that to the horizon; without a fall it is the same."""
    return other is None or any(row[key] != other[key] for key in ("difference", "low", "high"))


def _axis(canvas: Canvas, numbers: Sequence[float], unit: str, *, as_points: bool) -> None:
    top, bottom = canvas.y.start - 6, canvas.y.end
    step = numbers[1] - numbers[0]
    for n in numbers:
        x = at(canvas.x(n))
        canvas.add(el("line", x1=x, x2=x, y1=at(top), y2=at(bottom), class_="zero" if n == 0 else "grid"))
        text = axis_number(100 * n, step=100 * step) if as_points else axis_number(n, step=step)
        canvas.add(el("text", f"+{text}" if n > 0 else text, x=x, y=at(bottom + 14), class_="number middle"))
    canvas.add(el("text", unit, x=at(WIDTH / 2), y=at(bottom + 29), class_="number middle"))


def _draw(canvas: Canvas, place: int, arm: str, row: Mapping[str, Any], *, hollow: bool) -> None:
    """Draw one difference: its interval as a line, the mean as a mark, the arm's name above."""
    y = canvas.y(place) + (27.0 if hollow else 18.0)
    low, high, middle = (float(row[key]) for key in ("low", "high", "difference"))
    if not hollow:
        canvas.add(el("text", shortened(arm, 46), x=14, y=at(canvas.y(place) + 9), class_="label"))
    if math.isfinite(low) and math.isfinite(high):
        canvas.add(
            el(
                "line",
                x1=at(canvas.x(low)),
                x2=at(canvas.x(high)),
                y1=at(y),
                y2=at(y),
                class_="line arm whisker" if hollow else "line arm strong",
            )
        )
    if math.isfinite(middle):
        canvas.mark(
            canvas.x(middle),
            y,
            shape="square" if hollow else "circle",
            class_="arm open" if hollow else "arm",
            size=3.2 if hollow else 4.2,
        )


def _words(rows: Sequence[tuple[str, str, Mapping[str, Any]]], outcome: str) -> str:
    write = writer(outcome)
    said = [
        f"{arm}, {exposure}: {write(float(row['difference']))} ({interval(float(row['low']), float(row['high']), write=write)})"
        for arm, exposure, row in rows
    ]
    return "; ".join(said) + "." if said else "No pairs to compare."


def differences_table(tables: ReportTables, *, arms: Sequence[str]) -> Markup:
    """Return every difference with its interval; counts of pairs come last, and say that they are no answer."""
    rows = []
    for arm in arms:
        for outcome, name, unit in (*OUTCOMES, *TOLLS):
            whole = row_of(tables.differences, arm=arm, outcome=outcome, exposure=TO_HORIZON)
            equal = row_of(tables.differences, arm=arm, outcome=outcome, exposure=TO_FIRST_FALL)
            if whole is not None:
                both = equal is not None and not _differs(equal, whole)
                exposure = f"{TO_HORIZON} and {TO_FIRST_FALL}" if both else TO_HORIZON
                rows.append(_line(arm, whole, outcome=outcome, words=f"{name}, {exposure}", unit=unit))
            if equal is not None and _differs(equal, whole):
                rows.append(_line(arm, equal, outcome=outcome, words=f"{name}, {TO_FIRST_FALL}", unit=unit))
    head = (
        "Arm, outcome and exposure", f"Mean difference, {percent(tables.level)} interval", "In the arm", "In the history", "Pairs",
        "Interval from", f"Pairs higher, lower, equal: {COUPLING}",
    )  # fmt: skip
    return table(
        head, rows, caption="Simulated: arm minus history over pairs of twins", numbers=False, class_="stacked"
    )


def _line(arm: str, row: Mapping[str, Any], *, outcome: str, words: str, unit: str) -> Sequence[object]:
    plain = writer(outcome, sign=False)
    ends = interval(float(row["low"]), float(row["high"]), write=ender(outcome))
    what = el("span", words, class_="line-of-its-own")
    pairs = [f"{int(row[key])}" for key in ("pairs_higher", "pairs_lower", "pairs_equal")]
    return (
        [el("strong", arm), " ", what], [writer(outcome)(float(row["difference"])), f" {unit} ", el("span", ends, class_="range-words")],
        plain(float(row["mean"])), plain(float(row["mean_against"])), int(row["pairs"]), formula(row["method"]), ", ".join(pairs),
    )  # fmt: skip
