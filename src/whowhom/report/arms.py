"""The table of arms: how many histories stayed in power, and always beside it those executed and the years in camps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from whowhom.report.bands import Clock
from whowhom.report.markup import Markup, el, join, table
from whowhom.report.numbers import counted, day, interval, listed, percent, simulated
from whowhom.report.tables import ReportTables

if TYPE_CHECKING:
    import pandas as pd

#: Name of the arm in which nothing is changed; the others are compared with it.
HISTORY = "history"

EXECUTED, CAMP_YEARS = "executed_per_1000", "camp_years_per_1000"


def in_order(arms: Sequence[str]) -> list[str]:
    """Return the arms with the history first, the others as the design has them."""
    return sorted(arms, key=lambda arm: arm != HISTORY)


def changes(arm: Mapping[str, Any], *, clock: Clock) -> str:
    """Say in words how an arm differs from the scenario."""
    said = [f"{listed(list(arm['off']))} off"] if arm["off"] else []
    said += [f"{listed(list(arm['on']))} on"] if arm["on"] else []
    said += [
        f"{name} = {value:g}" if isinstance(value, (int, float)) else f"{name} = {value}"
        for name, value in arm["values"].items()
    ]
    if not said:
        return "the scenario as it is"
    since = f", from {day(clock.day(arm['from_tick']))} on" if arm["from_tick"] else ""
    return f"{'; '.join(said)}{since}"


def row_of(frame: pd.DataFrame | None, **keys: str) -> Mapping[str, Any] | None:
    """Return the one row with these keys as plain data, None if there is none."""
    if frame is None:
        return None
    found = frame
    for column, value in keys.items():
        found = found[found[column].astype(str) == value]
    return found.iloc[0].to_dict() if len(found) else None


def victims(row: Mapping[str, Any] | None) -> Markup:
    """Write a mean of victims with its interval, cut at 0, below which no count can be."""
    if row is None:
        return Markup("\u2013")
    mean, low, high = float(row["mean"]), float(row["low"]), float(row["high"])
    words = "the same in all" if low == high else interval(max(low, 0.0), high)
    return join([simulated(mean), " ", el("span", words, class_="range-words")])


def victims_words(tables: ReportTables, arm: str) -> str:
    """Write the victims of an arm in a few words, as they stand beside every figure of survival."""
    found = [row_of(tables.victims, arm=arm, outcome=outcome) for outcome in (EXECUTED, CAMP_YEARS)]
    executed, camps = (simulated(float(row["mean"])) if row else "\u2013" for row in found)
    return f"{executed} executed, {camps} camp-years per 1,000"


def survival(row: Mapping[str, Any] | None) -> Markup:
    """Write in how many histories the regime stayed in power, with the share and its interval."""
    if row is None:
        return Markup("no finished history")
    share, low, high = (float(row[key]) for key in ("share", "low", "high"))
    count = f"{int(row['survived'])} of {int(row['runs'])}"
    words = f"{percent(share)}, {interval(low, high, write=percent)}"
    return join([el("strong", count), " ", el("span", words, class_="range-words")])


def arms_table(tables: ReportTables, *, experiment: Mapping[str, Any], clock: Clock) -> Markup:
    """Return the table of arms."""
    rows = []
    for arm in in_order([str(arm["name"]) for arm in experiment["arms"]]):
        plain = next(entry for entry in experiment["arms"] if entry["name"] == arm)
        rows.append(
            (
                [el("strong", arm), el("span", changes(plain, clock=clock), class_="quiet line-of-its-own")],
                survival(row_of(tables.survival, arm=arm)),
                victims(row_of(tables.victims, arm=arm, outcome=EXECUTED)),
                victims(row_of(tables.victims, arm=arm, outcome=CAMP_YEARS)),
                *(_first_fall(tables, arm, outcome) for outcome in (EXECUTED, CAMP_YEARS)),
            )
        )
    head = (
        "Arm", f"Regime in power on {day(clock.end)}", "Executed per 1,000, to the horizon",
        "Camp-years per 1,000, to the horizon", "Executed per 1,000, to the first fall", "Camp-years per 1,000, to the first fall",
    )  # fmt: skip
    return table(
        head,
        rows,
        caption=f"Simulated arms: survival and its victims, means with {percent(tables.level)} intervals (cut at 0)",
        class_="stacked",
    )


def _first_fall(tables: ReportTables, arm: str, outcome: str) -> object:
    """Write an arm's victims up to the first fall of the two twins, and those of the history up to the same weeks."""
    if arm == HISTORY:
        return el("span", "beside each arm", class_="quiet")
    own = row_of(tables.first_fall, pair=arm, arm=arm, outcome=outcome)
    other = row_of(tables.first_fall, pair=arm, arm=HISTORY, outcome=outcome)
    if own is None:
        return "\u2013"
    beside = f"history then: {simulated(float(other['mean']))}" if other else None
    return [victims(own), " ", el("span", beside, class_="quiet line-of-its-own") if beside else None]


def causes_table(
    runs: pd.DataFrame, *, failures: pd.DataFrame, arms: Sequence[str], replicates: int, clock: Clock
) -> Markup:
    """Return how the histories of each arm ended: in power, or fallen and of what; failed and missing runs too."""
    causes = sorted({str(cause) for cause in runs["cause"] if cause})
    rows = []
    for arm in arms:
        mine = runs[runs["arm"] == arm]
        failed = int((failures["arm"].astype(str) == arm).sum())
        fell = mine[mine["ended"].notna()]
        when = f"{clock.day(int(fell['ended'].median())).isoformat()}" if len(fell) else "\u2013"
        counts = [int((fell["cause"] == cause).sum()) for cause in causes]
        rest = replicates - len(mine) - failed
        rows.append((arm, len(mine) - len(fell), *counts, when, failed, rest))
    head = (
        "Arm",
        f"In power on {day(clock.end)}",
        *(f"Fell: {cause}" for cause in causes),
        "Median date of a fall",
        "Failed runs",
        "Not run yet",
    )
    return table(head, rows, caption="How the simulated histories ended, in histories")


def totals_table(rows: Iterable[tuple[str, Sequence[Markup]]], *, arms: Sequence[str], caption: str) -> Markup:
    """Return the mean of totals that the model counts, by arm."""
    return table(("Total", *arms), [(meaning, *row) for meaning, row in rows], caption=caption)


def unfinished(progress: Any) -> str:
    """Say how much of the experiment there is, '' if all of it."""
    said = []
    if progress.missing:
        said.append(f"{progress.missing:,} of {counted(progress.total, 'history', 'histories')} are not run yet")
    if progress.failed:
        said.append(
            f"{counted(progress.failed, 'history', 'histories')} failed and are left out of every number, together with their twins in comparisons"
        )
    return f"This report is of an experiment in which {' and '.join(said)}." if said else ""
