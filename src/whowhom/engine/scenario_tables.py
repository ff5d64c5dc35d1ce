"""The tables of a scenario file, taken apart with care: what has the wrong form is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whowhom.engine.frozen import freeze
from whowhom.errors import nearest, quoted

TABLES = ("scenario", "parameters", "switches", "vectors", "choice", "schedule", "switch_schedule")
_ALMOST = 0.8  # a table whose name is this near to one of ours is a slip of the pen, not a table of the model's own [1]
_BARE = re.compile(r"[A-Za-z0-9_-]{1,60}")
SAMPLE = {
    "schedule": '[[schedule]] parameter = "army.troops", points = [["1918-03", 200000.0], ["1919", 300000.0]]',
    "switch_schedule": '[[switch_schedule]] switch = "concession", points = [["1921-03-15", true]]',
}


def table_name(*parts: str) -> str:
    """Write the name of a table as it stands in the file; a part that cannot stand there bare is quoted."""
    return "[" + ".".join(part if _BARE.fullmatch(part) else quoted(part) for part in parts) + "]"


class Tables:
    """The tables of one scenario file, and what was wrong with them.

    Parameters
    ----------
    shown
        The file's name, with which every problem begins.
    tables
        The TOML as plain data.

    Attributes
    ----------
    problems : list of str
        One sentence each.
    """

    def __init__(self, shown: str, *, tables: Mapping[str, Any]) -> None:
        self.shown = shown
        self.tables = tables
        self.problems: list[str] = []

    def wrong(self, place: str, sentence: str) -> None:
        """Note a problem and where it is."""
        self.problems.append(f"{self.shown}: {place} {sentence}")

    def own_tables(self) -> dict[str, Any]:
        """Take the model's own tables; a name that is nearly one of ours, or no table, is a mistake."""
        own = {}
        for name, content in self.tables.items():
            if name in TABLES:
                continue
            near = nearest(name, TABLES, least=_ALMOST)
            is_table = isinstance(content, Mapping) or (
                isinstance(content, list) and content and all(isinstance(row, Mapping) for row in content)
            )
            if name == "start":
                self.wrong("'start'", "must stand in [scenario], got it elsewhere. It is the first day of week 0.")
            elif near:
                self.wrong(table_name(name), f"is an unknown table. Nearest: {', '.join(map(repr, near))}.")
            elif not is_table:
                self.wrong(
                    quoted(name),
                    f"must stand in a table, got {quoted(content)} outside of all. Put it under a [table].",
                )
            else:
                try:
                    own[name] = freeze(content)
                except ValueError as error:
                    self.wrong(table_name(name), f"must hold numbers a model can use, got: {error}. Write digits.")
        return own

    def table(self, name: str) -> Mapping[str, Any]:
        """Take one of our tables; empty if it is absent or none."""
        return self.as_table(self.tables.get(name, {}), f"[{name}]")

    def as_table(self, content: object, place: str) -> Mapping[str, Any]:
        """Take what must be a table; empty if it is none."""
        if isinstance(content, Mapping):
            return content
        self.wrong(place, f"must be a table, got {quoted(content)}. Write {place} on a line of its own.")
        return {}

    def known_keys(self, table: Mapping[str, Any], place: str, keys: Sequence[str]) -> None:
        """Note the keys that mean nothing here, with the nearest that do."""
        for key in table:
            if key not in keys:
                near = nearest(key, keys)
                hint = f"Nearest: {', '.join(map(repr, near))}" if near else f"Known: {', '.join(map(repr, keys))}"
                self.wrong(place, f"has an unknown key {quoted(key)}. {hint}.")

    def text(self, table: Mapping[str, Any], key: str, place: str, *, sample: str = "") -> str:
        """Take a text that must be there if there is a sample of it."""
        got = table.get(key)
        if isinstance(got, str) and (got.strip() or not sample):
            return got
        if sample or got is not None:
            written = "none" if got is None else quoted(got)
            hint = f" For example {key} = {sample}." if sample else ""
            self.wrong(place, f"'{key}' must be a text, got {written}.{hint}")
        return ""

    def entries(self, name: str, *, keys: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Go through a list of tables with known keys, each with its place: ``[[schedule]] 2``."""
        entries = self.tables.get(name, [])
        if not isinstance(entries, list):
            self.wrong(f"[{name}]", f"must be a list of tables. For example {SAMPLE[name]}.")
            return
        for number, entry in enumerate(entries, start=1):
            place = f"[[{name}]] {number}"
            if isinstance(entry, Mapping):
                self.known_keys(entry, place, keys)
                self.text(entry, "source", place)
                yield place, entry
            else:
                self.wrong(place, f"must be a table, got {quoted(entry)}. For example {SAMPLE[name]}.")

    def flat(self, table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Give dotted names and values; TOML makes a table of ``army.troops`` unless the name is quoted."""
        for key, value in table.items():
            if isinstance(value, Mapping):
                yield from self.flat(value, f"{prefix}{key}.")
            else:
                yield prefix + key, value
