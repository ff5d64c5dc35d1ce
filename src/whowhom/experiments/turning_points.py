"""Turning points of a scenario as data: a condition in a window of time, and what could have been done there.

They stand in `NAME.turning-points.toml` beside the scenario. A model says which conditions it knows (`conditions`, name -> function of a world and the name of a place).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from whowhom.engine.contract import Model
from whowhom.engine.scenario import Scenario
from whowhom.errors import ScenarioError, UnknownNameError, quoted, unknown
from whowhom.experiments.design import Arm

SUFFIX = ".turning-points.toml"
_POINT = ("name", "title", "source", "condition", "where", "from", "until")
_OPTION = ("name", "meaning")


@dataclass(frozen=True)
class Option:
    """What could have been done at a turning point: an arm that leaves the history there."""

    meaning: str
    arm: Arm


@dataclass(frozen=True)
class TurningPoint:
    """A condition in a window of time.

    Attributes
    ----------
    name, title, source
        For people.
    condition, where
        Name of one of the model's conditions, and of the place.
    first, last
        Ticks of the window, both included [ticks].
    options
        Beside going on as it was.
    """

    name: str
    title: str
    source: str
    condition: str
    where: str
    first: int
    last: int
    options: tuple[Option, ...]

    def holds_in(self, model: Model) -> Callable[[Any], bool]:
        """Return what tells of a world whether the condition holds."""
        condition = conditions_of(model)[self.condition]
        return lambda world: condition(world, self.where)


def conditions_of(model: Model) -> Mapping[str, Callable[[Any, str], bool]]:
    """Return the conditions that a model knows; none if it does not say."""
    found: Mapping[str, Callable[[Any, str], bool]] = getattr(model, "conditions", {})
    return found


def turning_points_of(scenario: Scenario, *, model: Model, file: Path | None = None) -> dict[str, TurningPoint]:
    """Read the turning points of a scenario, from a file or from those shipped beside it; empty if there are none.

    Raises
    ------
    ScenarioError
        The file is not what it should be; all that is wrong is said.
    """
    place = files("whowhom") / "scenarios" / f"{scenario.name}{SUFFIX}" if file is None else file
    if not place.is_file():
        if file is not None:
            raise ScenarioError([f"the file of turning points must exist, got {quoted(str(file))}. Check the path."])
        return {}
    shown = place.name
    try:
        tables = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError([f"{shown}: the file must be TOML, got: {error}."]) from None
    return _Reader(scenario, model, shown).read(tables)


def turning_point_named(name: str, points: Mapping[str, TurningPoint]) -> TurningPoint:
    """Return a turning point by its name, or raise `UnknownNameError`."""
    if name not in points:
        raise UnknownNameError(unknown("turning point", name, points))
    return points[name]


class _Reader:
    """Reads tables into turning points and collects what is wrong."""

    def __init__(self, scenario: Scenario, model: Model, shown: str) -> None:
        self.scenario, self.model, self.shown = scenario, model, shown
        self.problems: list[str] = []

    def read(self, tables: Mapping[str, Any]) -> dict[str, TurningPoint]:
        """Return the turning points; raises ScenarioError."""
        written = tables.get("turning_point", [])
        if not isinstance(written, list) or set(tables) - {"turning_point"}:
            raise ScenarioError(
                [f"{self.shown}: must hold [[turning_point]] tables and nothing else, got {quoted(sorted(tables))}."]
            )
        points = [self._point(place, table) for place, table in enumerate(written, 1)]
        found = {point.name: point for point in points if point is not None}
        if len(found) < len([point for point in points if point is not None]):
            self.problems.append(f"{self.shown}: turning points must have different names.")
        if self.problems:
            raise ScenarioError(self.problems)
        return found

    def _texts(self, where: str, table: Any, names: tuple[str, ...], *, more: tuple[str, ...]) -> dict[str, str] | None:
        """Return the texts of a table, None if one is missing, no text, or there is something unknown."""
        if not isinstance(table, Mapping):
            self.problems.append(f"{where}: must be a table, got {quoted(table)}.")
            return None
        wrong = [name for name in names if not isinstance(table.get(name), str) or not table[name]]
        odd = sorted(set(table) - {*names, *more})
        if wrong or odd:
            self.problems.append(
                f"{where}: must have the texts {', '.join(names)} and may have {', '.join(more)}; "
                f"got {'nothing right for ' + ', '.join(wrong) if wrong else 'also ' + ', '.join(map(quoted, odd))}."
            )
            return None
        return {name: table[name] for name in names}

    def _point(self, place: int, table: Any) -> TurningPoint | None:
        where = f"{self.shown}, turning point {place}"
        texts = self._texts(where, table, _POINT, more=("option",))
        if texts is None:
            return None
        known = conditions_of(self.model)
        if texts["condition"] not in known:
            self.problems.append(f"{where}: {unknown('condition', texts['condition'], known)}")
            return None
        first = self.scenario.tick_of(texts["from"], name=f"{where}, from")
        last = self.scenario.tick_of(texts["until"], name=f"{where}, until")
        if not 0 <= first <= last:
            self.problems.append(
                f"{where}: 'until' must not be before 'from', got {texts['from']} and {texts['until']}."
            )
        options = [self._option(where, number, entry) for number, entry in enumerate(table.get("option", []), 1)]
        return TurningPoint(
            name=texts["name"],
            title=texts["title"],
            source=texts["source"],
            condition=texts["condition"],
            where=texts["where"],
            first=first,
            last=last,
            options=tuple(option for option in options if option is not None),
        )

    def _option(self, point: str, number: int, table: Any) -> Option | None:
        where = f"{point}, option {number}"
        texts = self._texts(where, table, _OPTION, more=("off", "on", "set"))
        if texts is None:
            return None
        off, on, values = table.get("off", []), table.get("on", []), table.get("set", {})
        arm = Arm(texts["name"], off=tuple(off), on=tuple(on), values=self.model.declarations.numbers(values))
        found = self.model.declarations.problems(values, dict.fromkeys((*off, *on), True))
        self.problems += [f"{where}: {problem}" for problem in found]
        return Option(texts["meaning"], arm)
