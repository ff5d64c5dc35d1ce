"""A scenario: one case of one model, with its dates, settings, vectors, plausible sets and the records to compare it with.

A scenario file is checked whole: everything that is wrong with it is said at once, and nothing is run before it is right.
Its tables are described in ``scenario_reader.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

from whowhom.engine.calendar import Calendar
from whowhom.engine.frozen import Frozen
from whowhom.engine.scenario_files import locate, read_sets, read_tables, scenario_names
from whowhom.engine.scenario_reader import Reader
from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError, ScenarioError, UnknownNameError, quoted
from whowhom.parameters import Declarations

__all__ = ["Scenario", "load_scenario", "scenario_names"]

Vectors = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One case of one model.

    Attributes
    ----------
    name, title
        A short name for files and commands, and a title for people.
    model
        Name of the model.
    start
        First day of week 0, new style.
    tick_days
        Length of a tick [days].
    settings
        What is chosen about the world.
    sets
        Plausible parameter sets, each name -> value; replicate i uses set i modulo their number. Empty if there are none.
    vectors
        Kind ("leader", "doctrine") -> name -> parameter -> value.
    choice
        Kind -> name of the vector that the settings contain, or ticks with the names that hold from them on.
    records
        Names of the recorded series to compare with.
    notes
        What a reader should know.
    """

    name: str
    title: str
    model: str
    start: date
    settings: Settings
    tick_days: int = 7
    sets: tuple[Mapping[str, float], ...] = ()
    vectors: Vectors = field(default_factory=Frozen)
    choice: Mapping[str, str | tuple[tuple[int, str], ...]] = field(default_factory=Frozen)
    records: tuple[str, ...] = ()
    notes: str = ""

    @property
    def calendar(self) -> Calendar:
        """The dates of the ticks."""
        return Calendar(self.start, self.tick_days)

    def tick_of(self, written: str | date, *, name: str = "date") -> int:
        """Give the tick whose days include a date; raises :class:`~whowhom.errors.DateError`."""
        return self.calendar.tick_of(written, name=name)

    def ticks_until(self, written: str | date, *, name: str = "--until") -> int:
        """Give the number of ticks that begin before a date; raises :class:`~whowhom.errors.DateError`."""
        return self.calendar.ticks_until(written, name=name)

    def date_of(self, tick: int) -> date:
        """Give the first day of a tick."""
        return self.calendar.date_of(tick)

    def changed(
        self,
        values: Mapping[str, float | str] = Frozen(),
        *,
        off: Iterable[str] = (),
        on: Iterable[str] = (),
        from_tick: int = 0,
    ) -> Settings:
        """Give the settings of an arm of this scenario.

        Parameters
        ----------
        values
            Parameters with their values, and kinds of vector with the name of one: ``{"leader": "benign"}``.
        off, on, from_tick
            As for :meth:`Settings.replace`.

        Raises
        ------
        ParameterError
            If anything is unknown or out of range; everything at once.
        """
        problems: list[str] = []
        plain: dict[str, Any] = {}
        for name, value in values.items():
            new = {name: value}
            if name in self.vectors:
                try:
                    new = dict(self.vector(name, value))
                except UnknownNameError as error:
                    problems.append(str(error))
                    new = {}
            problems += [
                f"{quoted(both)} must be set once, got it from {quoted(name)} too. Leave one out."
                for both in plain.keys() & new
            ]
            plain |= new
        try:
            settings = self.settings.replace(plain, off=off, on=on, from_tick=from_tick)
        except ParameterError as error:
            raise ParameterError(problems + error.problems) from None
        if problems:
            raise ParameterError(problems)
        return settings

    def vector(self, kind: str, name: object) -> Mapping[str, float]:
        """Give the values of a vector.

        Raises
        ------
        UnknownNameError
            If there is no such kind, or none of this name.
        """
        for what, wanted, known in (("kind of vector", kind, self.vectors), (kind, name, self.vectors.get(kind, {}))):
            if wanted not in known:
                names = ", ".join(map(repr, sorted(known))) or "none"
                raise UnknownNameError(
                    f"'{what}' must be one of those in scenario '{self.name}' ({names}), got {quoted(wanted)}."
                )
        return self.vectors[kind][cast(str, name)]


def load_scenario(
    path_or_name: str | Path,
    declarations_of: Callable[[str], Declarations],
    *,
    structure_problems_of: Callable[[str, Mapping[str, Any]], list[str]] | None = None,
) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path_or_name
        The name of a shipped scenario, or a path that ends in ``.toml``. Plausible sets are read from ``NAME.sets.json`` beside it.
    declarations_of
        Gives a model's declarations by its name; an error of ours that it raises is reported with the others.
    structure_problems_of
        Lists what is wrong with the model's own tables, given its name and the tables; by default they are not looked at.

    Returns
    -------
    Scenario
        Whole and checked.

    Raises
    ------
    ScenarioError
        If the file is missing or broken, or anything in it is wrong: all of it at once.
    """
    file = locate(path_or_name)
    try:
        tables, raw_sets = read_tables(file), read_sets(file)
        reader = Reader(file.shown, tables=tables, declarations_of=declarations_of)
        sets = reader.sets(file.sets_shown, raw_sets)
        if structure_problems_of is not None and reader.declarations is not None:
            begun = {} if reader.calendar is None else {"start": reader.calendar.start.isoformat()}
            for sentence in structure_problems_of(reader.model, reader.structure | begun):
                reader.problems.append(f"{file.shown}: {sentence}")
    except RecursionError:
        raise ScenarioError(f"{file.shown}: tables must be nested a few levels deep at most, got too many.") from None
    if reader.problems or reader.declarations is None or reader.calendar is None:
        raise ScenarioError(reader.problems)
    return Scenario(
        name=reader.name,
        title=reader.title,
        model=reader.model,
        start=reader.calendar.start,
        tick_days=reader.calendar.tick_days,
        settings=reader.settings(),
        sets=sets,
        vectors=Frozen(
            {kind: Frozen({n: Frozen(v) for n, v in named.items()}) for kind, named in reader.vectors.items()}
        ),
        choice=Frozen(reader.choice),
        records=reader.records,
        notes=reader.notes,
    )
