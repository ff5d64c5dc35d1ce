"""Recorded historical series: read, checked, and handed out; no simulation in them.

The project's own series lie in the package (`records/series/*.csv`); `read_record_file` reads a file of your own in the
same columns. pandas is needed by `Records.get` and `Records.frame` only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from whowhom.data.alignment import Alignment, align
from whowhom.data.holdouts import holdout_reason
from whowhom.data.schema import COLUMNS, REQUIRED, STATUSES, Record, parse_row
from whowhom.errors import RecordError, UnknownNameError, nearest, quoted, unknown

if TYPE_CHECKING:
    import pandas as pd

# A file with more wrong rows than this has one cause; the rest of the list would hide it.
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Series:
    """What there is of one recorded series.

    Attributes
    ----------
    name : str
        For example ``repression.arrests``.
    quantity : str
        What was counted, in words.
    unit, kind : str
        The same for all rows of a series.
    places, estimates : tuple of str
        In the order of the file.
    first, last : datetime.date
        First and last day that any row covers.
    rows : int
        Number of rows [1].
    status : dict of str to int
        Number of rows of each status [1].
    held_out : int
        Number of rows that may never be used to choose anything [1].

    """

    name: str
    quantity: str
    unit: str
    kind: str
    places: tuple[str, ...]
    estimates: tuple[str, ...]
    first: date
    last: date
    rows: int
    status: dict[str, int]
    held_out: int


class Records:
    """A set of recorded series.

    Parameters
    ----------
    rows
        Checked rows.
    source
        Where they come from, for error texts.

    """

    def __init__(self, rows: Iterable[Record], *, source: str = "these records") -> None:
        self.source = source
        self._rows: dict[str, list[Record]] = {}
        for row in rows:
            self._rows.setdefault(row.series, []).append(row)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def __iter__(self) -> Iterator[Record]:
        return (row for rows in self._rows.values() for row in rows)

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __repr__(self) -> str:
        return f"Records({len(self._rows)} series, {len(self)} rows, from {self.source})"

    def names(self) -> list[str]:
        """Names of all series, sorted."""
        return sorted(self._rows)

    def group(self, prefix: str) -> list[str]:
        """Names of the series that begin with a word and a point, as ``camps`` gives ``camps.deaths``."""
        return [name for name in self.names() if name.startswith(prefix.removesuffix(".") + ".")]

    def rows(self, series: str) -> tuple[Record, ...]:
        """Rows of one series, in the order of their dates.

        Raises
        ------
        UnknownNameError
            If there is no such series; the text gives the nearest names.

        """
        if series not in self._rows:
            raise UnknownNameError(unknown("recorded series", series, self._rows, listed_by="whowhom records"))
        return tuple(sorted(self._rows[series], key=lambda row: (row.span.first, row.span.last)))

    def describe(self, series: str) -> Series:
        """Summarise one series."""
        rows = self.rows(series)
        return Series(
            name=series,
            quantity=_most_frequent(row.quantity for row in rows),
            unit=rows[0].unit,
            kind=rows[0].kind,
            places=tuple(dict.fromkeys(row.place for row in rows)),
            estimates=tuple(dict.fromkeys(row.estimate for row in rows)),
            first=min(row.span.first for row in rows),
            last=max(row.span.last for row in rows),
            rows=len(rows),
            status={status: sum(row.status == status for row in rows) for status in STATUSES},
            held_out=sum(bool(holdout_reason(row)) for row in rows),
        )

    def series(self) -> list[Series]:
        """Summaries of all series, in the order of their names."""
        return [self.describe(name) for name in self.names()]

    def get(self, series: str) -> pd.DataFrame:
        """One series as a table, a row per recorded number.

        Returns
        -------
        pandas.DataFrame
            The columns of the files, then `first_day` and `last_day` (dates, both inside), `decimal_start` and
            `decimal_end` [year], and `held_out` (why the row may not be used to choose anything; empty if it may).

        """
        return _frame(self.rows(series))

    def frame(self) -> pd.DataFrame:
        """All series in one table, with the columns of `get`."""
        return _frame(row for name in self.names() for row in self.rows(name))

    def weekly(self, series: str, *, start: date, ticks: int, tick_days: int = 7) -> tuple[Alignment, ...]:
        """Bring the rows of a series beside simulated weeks.

        Parameters
        ----------
        series
            Name of the series.
        start
            First day of the first week.
        ticks
            Number of weeks [1].
        tick_days
            Length of a week [day].

        Returns
        -------
        tuple of Alignment
            One per row that touches the weeks; see there for how values are added up.

        """
        found = (align(row, start=start, ticks=ticks, tick_days=tick_days) for row in self.rows(series))
        return tuple(alignment for alignment in found if alignment is not None)


def _most_frequent(words: Iterable[str]) -> str:
    seen = list(words)
    return max(dict.fromkeys(seen), key=seen.count)


def _frame(rows: Iterable[Record]) -> pd.DataFrame:
    import pandas as pd

    chosen = list(rows)
    frame = pd.DataFrame([row.cells() for row in chosen], columns=list(COLUMNS))
    for name in ("value", "low", "high"):
        frame[name] = frame[name].astype("float64")
    frame["first_day"] = pd.Series([row.span.first for row in chosen], dtype="object")
    frame["last_day"] = pd.Series([row.span.last for row in chosen], dtype="object")
    frame["decimal_start"] = [row.span.decimal_start for row in chosen]
    frame["decimal_end"] = [row.span.decimal_end for row in chosen]
    frame["held_out"] = [holdout_reason(row) for row in chosen]
    return frame


@cache
def load_records() -> Records:
    """Give the project's own recorded series, read once.

    Raises
    ------
    RecordError
        If the files of the package were changed and are wrong.

    """
    folder = files("whowhom") / "records" / "series"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".csv")), key=lambda item: item.name)
    if not found:
        raise RecordError("the recorded series of the package are missing. Install whowhom again.")
    rows: list[Record] = []
    for item in found:
        rows += _parse_file(item.read_bytes(), name=item.name)
    _check_together(rows, name="the recorded series")
    return Records(rows, source="the package")


def read_record_file(path: str | Path) -> Records:
    """Read recorded series of your own.

    Parameters
    ----------
    path
        A CSV file, UTF-8, with a first line of column names: those of `whowhom.data.schema.COLUMNS`, of which
        `place`, `quantity`, `low`, `high`, `read_at`, `estimate` and `note` may be absent.

    Returns
    -------
    Records
        The checked rows.

    Raises
    ------
    RecordError
        With everything that is wrong with the file, one sentence a line, each with its line number.

    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RecordError(f"'{path}' must be a readable CSV file, got: {reason}. Give the path of a file.") from None
    except ValueError:
        raise RecordError(f"{quoted(str(path))} must be a path, got a name that no file can have.") from None
    rows = _parse_file(content, name=str(path))
    _check_together(rows, name=str(path))
    return Records(rows, source=str(path))


def _parse_file(content: bytes, *, name: str) -> list[Record]:
    """Turn the bytes of a file into checked rows, or raise everything that is wrong with them."""
    lines = _table(_decode(content, name=name), name=name)
    header, header_line = next(lines, ([], 0))
    columns = [cell.strip() for cell in header]
    _check_header(columns, name=name, line=header_line)
    rows: list[Record] = []
    problems: list[str] = []
    for cells, line in lines:
        if len(cells) != len(columns):
            problems.append(
                f"{name}, line {line}: a row must have {len(columns)} cells, got {len(cells)}. "
                "Put a text with commas between double quotes."
            )
            continue
        texts = dict.fromkeys(COLUMNS, "") | {c: cell.strip() for c, cell in zip(columns, cells, strict=True)}
        row = parse_row(texts)
        if isinstance(row, list):
            problems += [f"{name}, line {line}: {problem}" for problem in row]
        else:
            rows.append(row)
    if not rows and not problems:
        problems.append(f"{name}: a record file must have at least one row below the column names, got none.")
    _raise(problems)
    return rows


def _decode(content: bytes, *, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = content[error.start]
        raise RecordError(
            f"{name}: a record file must be UTF-8 text, got the byte 0x{wrong:02x} at position {error.start}. "
            "Save it as UTF-8."
        ) from None
    if "\0" in text:
        raise RecordError(f"{name}: a record file must be text, got zero bytes. Save the table as CSV.")
    return text


def _table(text: str, *, name: str) -> Iterator[tuple[list[str], int]]:
    """Give the rows of a CSV text with their line numbers; empty lines are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RecordError(f"{name}, line {line}: a record file must be CSV, got: {error}.") from None
        if any(cell.strip() for cell in cells):
            yield cells, line


def _check_header(columns: list[str], *, name: str, line: int) -> None:
    problems: list[str] = []
    if not columns:
        _raise([f"{name}: a record file must begin with the column names, got an empty file. See docs/records.md."])
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t|"):
        _raise([f"{name}, line {line}: columns must be separated by commas, got {quoted(columns[0])}."])
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        problems.append(
            f"{name}, line {line}: columns must include {', '.join(REQUIRED)}; missing: {', '.join(missing)}."
        )
    for column in dict.fromkeys(columns):
        if columns.count(column) > 1:
            problems.append(f"{name}, line {line}: a column must appear once, got {quoted(column)} more often.")
        if column not in COLUMNS:
            near = nearest(column, COLUMNS, 1)
            hint = f"Did you mean '{near[0]}'?" if near else f"The columns are {', '.join(COLUMNS)}."
            problems.append(f"{name}, line {line}: unknown column {quoted(column)}. {hint}")
    _raise(problems)


def _check_together(rows: list[Record], *, name: str) -> None:
    """Check what only the rows of a series together can show."""
    problems: list[str] = []
    first: dict[str, Record] = {}
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        known = first.setdefault(row.series, row)
        for column in ("unit", "kind"):
            one, other = getattr(known, column), getattr(row, column)
            if one != other:
                problems.append(
                    f"{name}: series '{row.series}' must have one {column}, got {quoted(one)} and {quoted(other)}. "
                    "Convert the row, or give it a series of its own."
                )
        if row.key in seen:
            problems.append(
                f"{name}: series '{row.series}' must have one row for {row.date} and estimate {quoted(row.estimate)}, "
                "got two. Name the rival in 'estimate'."
            )
        seen.add(row.key)
    _raise(list(dict.fromkeys(problems)))


def _raise(problems: list[str]) -> None:
    if not problems:
        return
    shown = problems[:MOST_PROBLEMS]
    if len(problems) > MOST_PROBLEMS:
        shown.append(f"... and {len(problems) - MOST_PROBLEMS} more.")
    raise RecordError("\n".join(shown))
