"""Record files, mutated as tables and as bytes, and everything that a user can do with one."""

from __future__ import annotations

import csv
import io
from datetime import date
from importlib.resources import files
from pathlib import Path

from tests.fuzz import bytes_mutated
from tests.fuzz.answers import DONE, REFUSED, Command, Finding, called
from tests.fuzz.luck import Luck, pick, rarely, text

from whowhom.data.records import Records, read_record_file

SHIPPED = files("whowhom") / "records" / "series"
NAMES = ("abroad.csv", "apparatus.csv", "camps.csv", "derived.csv", "kronstadt.csv", "repression.csv")

#: What may stand in a field of a table, by its column: numbers and dates at their ends and beyond, statuses, kinds.
NUMBERS = (
    *("", "0", "-1", "0.1", "1e308", "-1e308", "1e309", "1e-320", "1e999", "1,000", "1 000", "1.000,5"),
    *("NaN", "inf", "0x10", "1_000", "\uff11\uff12", "1" * 400, "-0", "1e15", "999999999999999.9"),
)
DATES = (
    *("1921", "0001", "0000", "9999", "9999-12-31", "0001-01-01", "1921-02-30", "1921-13", "1921/1920"),
    *("1921/1921", "0001/9999", "1921-03/1921-07", "1921/1922/1923", "1930-05", "1937/1938"),
)
FIELDS = {
    "value": NUMBERS,
    "low": NUMBERS,
    "high": NUMBERS,
    "date": DATES,
    "kind": ("stock", "flow", "share", "event", "Flow", ""),
    "status": ("memory", "copy", "original", "read", ""),
    "series": ("a", "a.b", "camps.deaths", "camps", "A.b", "a..b", "\u0430.b", "a." * 200 + "b"),
    "note": ("outside", "", "=1+1", "x" * 140_000),
    "read_at": ("", "https://example.org/a"),
}
MOST_ROWS = 12


def record_bytes(luck: Luck) -> bytes:
    """Some rows of the package's records with something done to them."""
    content = (SHIPPED / pick(luck, NAMES)).read_bytes()
    table = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    first = luck.number(1, max(1, len(table) - MOST_ROWS))
    table = [table[0], *table[first : first + luck.number(1, MOST_ROWS)]]
    for _ in range(luck.number(0, 4)):
        _change(table, luck)
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows(table)
    written = lines.getvalue().encode("utf-8", errors="surrogatepass")
    return bytes_mutated.mutated(written, luck) if rarely(luck, 3) else written


def _change(table: list[list[str]], luck: Luck) -> None:
    """Change a field, a row or a column."""
    kind = luck.number(0, 19)
    row = pick(luck, table[1:] or table)
    if not row:
        return
    place = luck.number(0, len(row) - 1)
    if kind <= 13:
        title = table[0][place] if place < len(table[0]) else ""
        row[place] = text(luck) if rarely(luck, 4) else pick(luck, FIELDS.get(title, NUMBERS + DATES))
    elif kind <= 15:
        table.insert(luck.number(1, len(table)), list(row))
    elif kind == 16:
        row.insert(place, text(luck)) if luck.number(0, 1) else row.pop(place)
    elif kind == 17:
        _columns(table, place, luck)
    elif kind == 18:
        table[0][min(place, len(table[0]) - 1)] = text(luck)
    else:
        table[1:] = sorted(table[1:], key=lambda one: one[place % len(one)] if one else "")


def _columns(table: list[list[str]], place: int, luck: Luck) -> None:
    """Drop, double or move a column everywhere."""
    kind, other = luck.number(0, 2), luck.number(0, len(table[0]))
    for row in table:
        if place < len(row):
            value = row[place] if kind == 1 else row.pop(place)
            if kind:
                row.insert(min(other, len(row)), value)


def read(path: Path) -> Records | None:
    """Read a record file by command and from Python, which must agree."""
    shown = Command("records", "--file", path)
    found, words = called(lambda: read_record_file(path), what="read_record_file")
    if (shown.code == DONE) != (found is not None) or shown.err.strip() != words.strip():
        raise Finding(f"command: {shown.err!r}; Python: {words!r}", place="command and Python differ")
    if shown.code == REFUSED and path.name not in shown.err:
        raise Finding(f"an error that does not name the file: {shown.err}", place="file not named")
    return found


def use(path: Path, found: Records, luck: Luck, *, draws: bool) -> None:
    """Everything that can be done with a sound record file."""
    name = pick(luck, found.names())
    Command("records", name, "--file", path)
    Command("records", name.split(".")[0], "--file", path)
    again = path.with_name("again.csv")
    if Command("records", name, "--file", path, "--csv", again).code == DONE and read(again) is None:
        raise Finding("a file that the program wrote is refused by it", place="written, then refused")
    called(found.frame, what="frame")
    called(lambda: found.weekly(name, start=date(1917, 11, 7), ticks=300), what="weekly")
    if draws:
        Command("records", name, "--file", path, "--plot", path.with_name("plot.svg"))


def play(luck: Luck, folder: Path, *, draws: bool = True) -> None:
    """One mutated record file, and what a user does with it."""
    folder.mkdir(exist_ok=True)
    path = folder / "own.csv"
    path.write_bytes(record_bytes(luck))
    found = read(path)
    if found is not None:
        use(path, found, luck, draws=draws and rarely(luck, 2))
