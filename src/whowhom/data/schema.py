"""What one row of a recorded series says, and everything that can be wrong with it.

Recorded figures are kept apart from simulated ones: nothing in this package runs a model. A row states a number, where
the number stands (`cite`) and where we read it (`read_at`), and how well it was checked (`status`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from whowhom.data.spans import Span, parse_span
from whowhom.errors import DateError, quoted

# The columns, in the order of the files.
COLUMNS: tuple[str, ...] = (
    "series", "date", "place", "quantity", "value", "low", "high", "unit", "kind", "cite", "read_at", "status",
    "estimate", "note",
)  # fmt: skip
REQUIRED: tuple[str, ...] = ("series", "date", "value", "unit", "kind", "cite", "status")

# How well a row was checked, best first. Nothing that we did not read in the archive may be `original`.
STATUSES: dict[str, str] = {
    "original": "checked in the original",
    "copy": "read in a copy",
    "memory": "from memory, unverified; never a target",
}

# What the number is, which decides how it is drawn and how simulated weeks are brought beside it.
KINDS: dict[str, str] = {
    "stock": "how many there are at a date",
    "flow": "how many there were in a span, added up",
    "share": "a share, rate or mean, which is never added up",
    "event": "something happened in the span; the value is 1",
}

#: No recorded number is larger in size than this; nor could it be drawn.
LARGEST = 1e18

_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[ ,.'_\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_SERIES = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9][a-z0-9_]*)*")


@dataclass(frozen=True)
class Record:
    """One recorded number with its source.

    Attributes
    ----------
    series : str
        Stable name of the series, for example ``repression.arrests``.
    date : str
        As the source gives it, in ISO form.
    place : str
        Where; empty if it is not said.
    quantity : str
        What was counted, in words.
    value, low, high : float or None
        The number and its range, in `unit`; at least one of them is there.
    unit : str
        Unit of the three.
    kind : str
        One of `KINDS`.
    cite : str
        Author, work, year, table or page, as far as the source tells.
    read_at : str
        Where it was read; empty for a row from memory.
    status : str
        One of `STATUSES`.
    estimate : str
        Which of the rival estimates this is.
    note : str
        Anything that a reader of the number must know.
    span : Span
        The days that `date` covers.

    """

    series: str
    date: str
    place: str
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    kind: str
    cite: str
    read_at: str
    status: str
    estimate: str
    note: str
    span: Span

    @property
    def middle(self) -> float:
        """The value, or the middle of the range where the source gives only a range or a bound."""
        if self.value is not None:
            return self.value
        known = [end for end in (self.low, self.high) if end is not None]
        return sum(known) / len(known)

    @property
    def key(self) -> tuple[str, ...]:
        """What no two rows of a file may share."""
        return (self.series, self.date, self.place, self.quantity, self.estimate)

    def cells(self) -> dict[str, object]:
        """The row as the files have it: the columns in their order, None where a number is missing."""
        return {name: getattr(self, name) for name in COLUMNS}


def parse_number(text: str) -> float | None:
    """Read a number written plainly; None if it is not one (NaN and infinity are not numbers here) or above `LARGEST`."""
    if _NUMBER.fullmatch(text) is None:
        return None
    number = float(text)
    return number if abs(number) <= LARGEST else None


def _number_rule(text: str) -> str:
    """Say which rule a text breaks that is no number, and what to do."""
    if _NUMBER.fullmatch(text):
        return f"must be at most {LARGEST:g} in size, got {quoted(text)}. Choose a larger unit."
    way_out = "Write digits with a point for decimals; leave it empty if it is unknown."
    if _GROUPED.fullmatch(text):
        way_out = "Write it without separators between the digits."
    return f"must be a plain number, got {quoted(text)}. {way_out}"


def _numbers(cells: Mapping[str, str], problems: list[str]) -> dict[str, float | None]:
    """Read `value`, `low` and `high`, and check them against each other."""
    found: dict[str, float | None] = {}
    for name in ("value", "low", "high"):
        text = cells[name]
        found[name] = parse_number(text) if text else None
        if text and found[name] is None:
            problems.append(f"'{name}' {_number_rule(text)}")
    if not any(cells[name] for name in found):
        problems.append("'value', 'low' and 'high' must not all be empty. Give a number, or delete the row.")
    value, low, high = found["value"], found["low"], found["high"]
    if low is not None and high is not None and low > high:
        problems.append(f"'low' must not exceed 'high', got {low:g} and {high:g}. Swap them.")
    elif value is not None and _outside(value, low, high) and "outside" not in cells["note"]:
        problems.append(
            f"'value' must lie between 'low' and 'high', got {value:g} and [{_shown(low)}, {_shown(high)}]. "
            "If the sources say so, explain it in 'note' with the word 'outside'."
        )
    return found


def _outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def _shown(number: float | None) -> str:
    return "unknown" if number is None else f"{number:g}"


def _words(cells: Mapping[str, str], problems: list[str]) -> None:
    """Check the columns that are words."""
    if _SERIES.fullmatch(cells["series"]) is None:
        problems.append(
            f"'series' must be small letters, digits, '_' and '.', got {quoted(cells['series'])}. "
            "For example repression.arrests."
        )
    for name in ("unit", "cite"):
        if not cells[name]:
            way_out = "Say who wrote it, where and when." if name == "cite" else "For example persons."
            problems.append(f"'{name}' must not be empty. {way_out}")
    for name, known in (("kind", KINDS), ("status", STATUSES)):
        if cells[name] not in known:
            problems.append(f"'{name}' must be one of {', '.join(known)}, got {quoted(cells[name])}.")
    if cells["status"] == "memory" and cells["read_at"]:
        problems.append("'read_at' must be empty for a row from memory. If it was read, 'status' is copy.")
    if cells["status"] in ("copy", "original") and not cells["read_at"]:
        problems.append("'read_at' must say where the row was read. If it was not read, 'status' is memory.")


def parse_row(cells: Mapping[str, str]) -> Record | list[str]:
    """Turn the cells of a row into a record.

    Parameters
    ----------
    cells
        One text per column of `COLUMNS`, without blanks at the ends.

    Returns
    -------
    Record or list of str
        The record, or everything that is wrong with the row, one sentence each.

    """
    problems: list[str] = []
    _words(cells, problems)
    span = None
    try:
        span = parse_span(cells["date"])
    except DateError as error:
        problems.append(str(error))
    numbers = _numbers(cells, problems)
    lowest = min((n for n in numbers.values() if n is not None), default=0.0)
    if cells["kind"] in ("stock", "flow") and lowest < 0:
        problems.append(f"a {cells['kind']} must not be negative, got {lowest:g}. A balance is of kind share.")
    if problems or span is None:
        return problems
    return Record(
        series=cells["series"],
        date=cells["date"],
        place=cells["place"],
        quantity=cells["quantity"],
        value=numbers["value"],
        low=numbers["low"],
        high=numbers["high"],
        unit=cells["unit"],
        kind=cells["kind"],
        cite=cells["cite"],
        read_at=cells["read_at"],
        status=cells["status"],
        estimate=cells["estimate"],
        note=cells["note"],
        span=span,
    )
