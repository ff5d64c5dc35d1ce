"""Rows to test with: a good one, and what can be changed in it."""

from __future__ import annotations

from whowhom.data.schema import COLUMNS, Record, parse_row

GOOD = {
    "series": "repression.arrests",
    "date": "1921",
    "place": "Russia",
    "quantity": "persons arrested",
    "value": "200271",
    "low": "",
    "high": "",
    "unit": "persons",
    "kind": "flow",
    "cite": "A table of 1956, p. 3",
    "read_at": "https://example.org/table",
    "status": "copy",
    "estimate": "returns",
    "note": "",
}


def record(**changes: str) -> Record:
    """A good row with some cells changed."""
    row = parse_row(GOOD | changes)
    assert isinstance(row, Record), row
    return row


def csv_text(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    """Rows as the text of a CSV file, every cell between quotes."""
    lines = [",".join(columns)]
    for row in rows:
        lines.append(",".join('"' + row.get(column, "").replace('"', '""') + '"' for column in columns))
    return "\n".join(lines) + "\n"
