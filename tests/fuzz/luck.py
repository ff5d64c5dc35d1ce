"""Where the choices of a mutation come from: Hypothesis in the test-suite, a seed in a hunt.

A mutation asks for whole numbers and bytes and for nothing else, so the same mutations serve both.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

Option = TypeVar("Option")

#: Texts that readers have stumbled over: empty, blank, long, other scripts, directions, control characters, TOML, SQL, paths, formats.
TEXTS = (
    "",
    " ",
    "x",
    "x" * 5000,
    "Петроград",
    "\u202eright to left",
    "zero\u200bwidth",
    "e\u0301",
    "\U0001f600",
    "two\nlines",
    "tab\there",
    "bell\a",
    "escape\x1b[31m",
    "null\0",
    "quote'quote\"quote",
    "'; DROP TABLE runs; --",
    "../../outside",
    "/",
    ".",
    "..",
    "CON",
    "a.b.c.d",
    "%s%d{}",
    "$x_{$",
    "back\\slash",
    "<script>",
    "nan",
    "1e999",
    "true",
    "null",
    "1917-11-07",
    "1917-02-30",
    "0000-01-01",
    "9999-12-31",
    "10000-01-01",
    "1922-03/1921-01",
    "\u0661\u0669\u0661\u0668",
    "machine",
    "soviet",
    "history",
    "=1+1",
)


class Luck(Protocol):
    """A source of choices."""

    def number(self, low: int, high: int) -> int:
        """A whole number between two ends, both possible."""

    def raw(self, most: int) -> bytes:
        """At most so many bytes."""


class Drawn:
    """Choices that Hypothesis makes, remembers and shrinks."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def number(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))

    def raw(self, most: int) -> bytes:
        return self._data.draw(st.binary(max_size=most))


class Seeded:
    """Choices that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def raw(self, most: int) -> bytes:
        return self._random.randbytes(self._random.randint(0, most))


def pick(luck: Luck, options: Sequence[Option]) -> Option:
    """One of several things, each as likely as the others."""
    return options[luck.number(0, len(options) - 1)]


def rarely(luck: Luck, one_in: int) -> bool:
    """True once in so many times; a search that shrinks ends at False."""
    return luck.number(0, one_in - 1) == one_in - 1


def text(luck: Luck) -> str:
    """A text that may be awkward."""
    if rarely(luck, 4):
        return luck.raw(24).decode("utf-8", errors="replace")
    return pick(luck, TEXTS)
