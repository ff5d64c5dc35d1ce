"""A spy around every mechanism of a week in plain Python: what each writes, draws and reads of what is private (used by `tests/plain_weeks.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.plain_weeks import (
    CENTRE,
    CONSTANTS,
    FIRST,
    PRIVATE,
    Mechanism,
    clone,
    field_of,
    fields,
    fields_of,
    row_of,
    unequal,
    with_spies,
)
from whowhom.engine.population import World


def scramble(w: World, names: Iterable[str], luck: np.random.Generator) -> None:
    """Put other values of the same kind into some arrays; real numbers between 1e-6 and 1, small ones as often as large ones."""
    wanted = frozenset(names)
    tables = {name.partition(".")[0] for name in wanted}
    for name, array in (found for table in w if table[0] in tables for found in fields_of(*table)):
        if name in wanted:
            if array.dtype.kind == "f":
                array[...] = 10.0 ** luck.uniform(-6, 0, array.shape)
            else:
                array[...] = luck.integers(0, 1 + int(array.max(initial=1)), array.shape)


def outcomes_that_differ(mechanism: Mechanism, wrote: set[str], after: World, t: int, other: World) -> set[str]:
    """What a mechanism writes otherwise if it starts from `other` instead of the state in which it `wrote` some fields and left `after`."""
    changed = clone(other)
    mechanism(changed, t)
    written = wrote | unequal(other, changed)
    return {name for name in written if not np.array_equal(field_of(after, name), field_of(changed, name))}


class Watch:
    """Everything that is to be known about mechanisms, collected in one pass through real weeks."""

    def __init__(self) -> None:
        from whowhom.mechanisms import batch, decision, persons, stream, target

        self.luck = np.random.default_rng(1)
        self.streams = {value: name for name, value in vars(stream).items() if name.isupper()}
        self.writes: dict[str, set[str]] = {}
        self.draws: dict[str, set[str]] = {}
        self.private: dict[str, set[str]] = {}
        self.reads: dict[str, set[str]] = {name: set() for name in CENTRE}
        self.keys: set[tuple[int, ...]] = set()
        self.twice: set[str] = set()
        self.rows: dict[tuple[int, ...], str] = {}
        self.now = ""
        self.philox = persons.philox
        for module in (persons, target):
            module.philox = self.draw  # type: ignore[attr-defined]
        batch.philox_row = decision.philox_row = row_of(self.draw_in_a_row)
        with_spies(self.spy)

    def draw(self, *key: Any) -> Any:
        """Note a draw while a mechanism is at work."""
        if self.now:
            whole = tuple(int(x) for x in key)
            name = self.streams[whole[3]]
            self.draws[self.now].add(name)
            if whole in self.keys and self.rows.pop(whole, "") != self.now:
                self.twice.add(name)
            self.keys.add(whole)
        return self.philox(*key)

    def draw_in_a_row(self, *key: Any) -> Any:
        """The same for one word of a row, whose other words the same mechanism may draw later, once."""
        words = self.draw(*key)
        self.rows[tuple(int(x) for x in key)] = self.now
        return words

    def spy(self, name: str, mechanism: Mechanism, w: World, t: int) -> None:
        """Play a mechanism; note what it wrote, and now and then what it would have written otherwise."""
        before = clone(w)
        for book in (self.writes, self.draws, self.private):
            book.setdefault(name, set())
        if name == FIRST:
            self.keys.clear()
            self.rows.clear()
        self.now = name
        mechanism(w, t)
        self.now = ""
        wrote = unequal(before, w)
        self.writes[name] |= wrote
        assert all(getattr(w, x).tobytes() == getattr(before, x).tobytes() for x in CONSTANTS)
        if t % 4 == 2:
            other = clone(before)
            scramble(other, PRIVATE, self.luck)
            self.private[name] |= outcomes_that_differ(mechanism, wrote, w, t, other)
        if name in CENTRE and t in (3, 7):
            for field, _ in fields(before):
                other = clone(before)
                scramble(other, (field,), self.luck)
                if outcomes_that_differ(mechanism, wrote, w, t, other):
                    self.reads[name].add(field)
