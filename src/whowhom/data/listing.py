"""Recorded series as text: an overview, one series in full, and a CSV file of your own."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from whowhom.data.holdouts import holdout_reason
from whowhom.data.records import Records, Series, load_records
from whowhom.data.schema import COLUMNS, KINDS, STATUSES, Record
from whowhom.errors import RecordError

if TYPE_CHECKING:
    from rich.table import Table

    from whowhom.data.targets import Target

WIDTH = 100


def number(value: float | None) -> str:
    """Write a recorded number as people read it: 200,271 or 0.0427; empty if there is none."""
    if value is None:
        return ""
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.6g}"


def range_text(record: Record) -> str:
    """Write the range of a row: ``8,000 to 15,000``, ``at least 8,000``, ``at most 50,000``, or nothing."""
    low, high = record.low, record.high
    if low is not None and high is not None:
        return f"{number(low)} to {number(high)}" if low < high else ""
    if low is not None:
        return f"at least {number(low)}"
    return "" if high is None else f"at most {number(high)}"


def years(series: Series) -> str:
    """Write the years that a series covers: ``1921`` or ``1921-1953``."""
    first, last = series.first.year, series.last.year
    return str(first) if first == last else f"{first}-{last}"


def records_table(records: Records | None = None, *, names: Sequence[str] | None = None, wide: bool = False) -> Table:
    """Give an overview of recorded series, a line each.

    Parameters
    ----------
    records
        The project's own by default.
    names
        Which series; all by default.
    wide
        Add kind, unit and what was counted; needs about 150 columns.

    Returns
    -------
    rich.table.Table
        Name, years, number of rows, of rows from memory, of rival estimates and of rows held out.

    """
    from rich.table import Table

    records = records or load_records()
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("series", no_wrap=True)
    table.add_column("years", no_wrap=True)
    for title in ("rows", "memory", "rivals", "held"):
        table.add_column(title, justify="right", no_wrap=True)
    if wide:
        for title in ("kind", "unit", "what was counted"):
            table.add_column(title)
    for name in records.names() if names is None else names:
        series = records.describe(name)
        counts = (series.rows, series.status["memory"], len(series.estimates), series.held_out)
        extra = (series.kind, series.unit, series.quantity) if wide else ()
        table.add_row(name, years(series), *(str(count or "") for count in counts), *extra)
    return table


def describe_series(name: str, *, records: Records | None = None) -> str:
    """Write everything there is about one series: the rows, the rival estimates, the sources and their status.

    Parameters
    ----------
    name
        Name of the series.
    records
        The project's own by default.

    Returns
    -------
    str
        Plain text, about 100 columns wide, without a newline at the end.

    """
    records = records or load_records()
    series, rows = records.describe(name), records.rows(name)
    marks = _marks(rows)
    parts = [name, "=" * len(name), *_summary(series, rows), "", *_lines(rows, marks, many=len(series.places) > 1), ""]
    parts += ["Estimates and sources", *_sources(marks)]
    notes = [row for row in rows if row.note]
    if notes:
        parts += ["", "Notes", *_notes(notes)]
    return "\n".join(parts)


def _summary(series: Series, rows: Sequence[Record]) -> list[str]:
    checked = [f"{count} {STATUSES[status].split(',')[0]}" for status, count in series.status.items() if count]
    places = series.places[0] if len(series.places) == 1 else f"{len(series.places)} places"
    text = [
        f"{series.quantity} [{series.unit}]",
        f"{series.kind}: {KINDS[series.kind]}",
        f"{years(series)}; {places}; rows: {', '.join(checked)}",
    ]
    reasons = dict.fromkeys(filter(None, map(holdout_reason, rows)))
    if reasons:
        text.append(
            f"held out, never used to choose anything: {series.held_out} of {len(rows)} {'row' if len(rows) == 1 else 'rows'} ({'; '.join(reasons)})"
        )
    text.append("Recorded figures only; no simulation is shown here.")
    return text


Source = tuple[str, str, str, str]


def _source(row: Record) -> Source:
    return (row.estimate, row.status, row.cite, row.read_at)


def _marks(rows: Iterable[Record]) -> dict[Source, str]:
    """Give each estimate from each source a letter: a, b, ..., z, aa, ab, ..."""
    found = dict.fromkeys(map(_source, rows))
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {
        source: letters[i] if i < len(letters) else letters[i // len(letters) - 1] + letters[i % len(letters)]
        for i, source in enumerate(found)
    }


def _lines(rows: Sequence[Record], marks: dict[Source, str], *, many: bool) -> list[str]:
    """Write the rows in aligned columns."""
    header = ["date", "value", "range", "source", "status", "held out"] + (["place"] if many else [])
    table = [header]
    for row in rows:
        held = "yes" if holdout_reason(row) else ""
        line = [row.date, number(row.value), range_text(row), marks[_source(row)], row.status, held]
        table.append(line + ([row.place] if many else []))
    if not any(line[5] for line in table[1:]):
        table = [line[:5] + line[6:] for line in table]
    if not any(line[2] for line in table[1:]):
        table = [line[:2] + line[3:] for line in table]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    right = [title == "value" for title in table[0]]
    return [
        "  ".join(
            cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in table
    ]


def _sources(marks: dict[Source, str]) -> list[str]:
    lines: list[str] = []
    for (estimate, status, cite, read_at), mark in marks.items():
        where = f": {read_at}" if read_at else ""
        text = f"{estimate or 'one estimate'}: {cite} ({STATUSES[status]}{where})"
        lines += _wrapped(text, first=f"{mark}  ")
    return lines


def _notes(rows: Sequence[Record]) -> list[str]:
    """Write each note once, with the dates it belongs to."""
    dates: dict[str, list[str]] = {}
    for row in rows:
        dates.setdefault(row.note, []).append(row.date)
    lines: list[str] = []
    for note, found in dates.items():
        when = found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}, {len(found)} rows"
        lines += _wrapped(f"{when}: {note}", first="-  ")
    return lines


def _wrapped(text: str, *, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def describe_targets(targets: Iterable[Target]) -> str:
    """Write the named targets with their bands and the reasons for them."""
    parts: list[str] = []
    for target in targets:
        when = f"{target.period} per {target.base_period}" if target.base_period else target.period
        parts += [
            target.name,
            f"   {target.measure}, {when}, from {target.series} ({target.estimate})",
            f"   {number(target.value)} {target.unit}, band {number(target.low)} to {number(target.high)}",
            *_wrapped(f"beside it: {target.compares_with}", first="   "),
            *_wrapped(f"band: {target.reason}", first="   "),
            "",
        ]
    return "\n".join(parts[:-1])


def write_csv(names: str | Sequence[str] | None, *, path: str | Path, records: Records | None = None) -> int:
    """Write one series, or all of them, to a CSV file that `read_record_file` reads again.

    Parameters
    ----------
    names
        Name of a series, or several; None for all.
    path
        The file; an existing one is replaced.
    records
        The project's own by default.

    Returns
    -------
    int
        Number of rows written [1].

    Raises
    ------
    RecordError
        If the file cannot be written.

    """
    records = records or load_records()
    if names is None:
        names = records.names()
    chosen = [names] if isinstance(names, str) else names
    rows = [row for name in chosen for row in records.rows(name)]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row.cells() | {end: _plain(getattr(row, end)) for end in ("value", "low", "high")})
    try:
        Path(path).write_text(text.getvalue(), encoding="utf-8", newline="")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RecordError(f"'{path}' must be a file that can be written, got: {reason}. Give another path.") from None
    return len(rows)


def _plain(value: float | None) -> str:
    """Write a number so that reading it gives the same number again."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
