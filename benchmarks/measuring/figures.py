"""Tables for people, figures for programs, and options that answer clearly when they are wrong."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring.process import triad
from whowhom.provenance import cores, processor


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under a title.

    Attributes
    ----------
    title
        What it shows, with units.
    columns
        Heads; the first column is set flush left, the others flush right.
    rows
        Words, as many in each row as there are columns.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """The table for a terminal."""
        widths = [max(len(row[k]) for row in (self.columns, *self.rows)) for k in range(len(self.columns))]
        lines = [
            "  ".join(word.ljust(width) if k == 0 else word.rjust(width) for k, (word, width) in enumerate(pairs))
            for pairs in (list(zip(row, widths, strict=True)) for row in (self.columns, *self.rows))
        ]
        lines.insert(1, "-" * max(map(len, lines)))
        return "\n".join([self.title, *(line.rstrip() for line in lines)])

    def markdown(self) -> str:
        """The table for a document, the title above it."""
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = ["| " + " | ".join(row) + " |" for row in (self.columns, rule, *self.rows)]
        return "\n".join([self.title, "", *lines])


def show(tables: Sequence[Table], *, markdown: bool) -> None:
    """Print tables, with an empty line after each."""
    for table in tables:
        print(table.markdown() if markdown else table.text())
        print()


def machine() -> dict[str, Any]:
    """What it was measured on: absolute figures mean little without."""
    import numba
    import numpy as np

    import whowhom

    hands = cores()
    return {
        "processor": processor()[0],
        "cores": hands,
        "triad_gigabytes_per_second": {"one thread": triad(1)}
        | ({f"{hands} threads": triad(hands)} if hands > 1 else {}),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "whowhom": whowhom.__version__,
    }


def machine_line(facts: dict[str, Any]) -> str:
    """The facts of `machine` in one line."""
    speeds = ", ".join(f"{value:.0f} GB/s with {key}" for key, value in facts["triad_gigabytes_per_second"].items())
    return (
        f"{facts['processor']}, {facts['cores']} cores, memory (triad) {speeds}; Python {facts['python']}, "
        f"NumPy {facts['numpy']}, Numba {facts['numba']}, whowhom {facts['whowhom']}."
    )


def write_json(path: Path | None, figures: dict[str, Any]) -> None:
    """Write figures for a program to read; nothing without a path."""
    if path is not None:
        path.write_text(json.dumps(plain(figures), indent=1, allow_nan=False) + "\n", encoding="utf-8")


def plain(value: Any) -> Any:
    """The same with null for numbers that JSON does not know."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


# -- options -------------------------------------------------------------------------------------------------------


def options(name: str, about: str | None) -> argparse.ArgumentParser:
    """A parser with the options that all benchmarks have: `--json` and `--markdown`."""
    parser = argparse.ArgumentParser(
        prog=f"./dev bench {name}", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=writable, metavar="FILE", help="also write all figures here")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown, for docs/speed.md")
    return parser


def whole(least: int, most: int = 2**62, *, why: str) -> Callable[[str], int]:
    """Read a whole number in an interval; `why` is the way out."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            rule = f"at least {least}" if most == 2**62 else f"in [{least}, {most}]"
            raise argparse.ArgumentTypeError(f"must be a whole number {rule}, got '{text}'. {why}")
        return number

    return read


def several(one: Callable[[str], int], *, fewest: int, why: str) -> Callable[[str], list[int]]:
    """Read whole numbers with commas between them, each one once, in order of size."""

    def read(text: str) -> list[int]:
        numbers = [one(part.strip()) for part in text.split(",")]
        if len(set(numbers)) < fewest or len(set(numbers)) < len(numbers):
            raise argparse.ArgumentTypeError(f"must be {fewest} or more different numbers, got '{text}'. {why}")
        return sorted(numbers)

    return read


def share(text: str) -> float:
    """Read a share strictly between 0 and 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 < number < 1.0:
        raise argparse.ArgumentTypeError(f"must be a number between 0 and 1, got '{text}'. It is a share: 0.05 is 5 %.")
    return number


def writable(text: str) -> Path:
    """Read the path of a file to be written; said before minutes of measuring, not after."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(
            f"must be a file in a folder that can be written, got '{text}'. Make the folder first."
        )
    return path
