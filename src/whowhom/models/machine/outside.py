"""What comes from outside, week by week: paths of parameters, dated switches, the calendar, the capital.

Written down for a block of weeks at once, since a small world's week takes less time than looking them up.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.population import NATION_FIELDS, columns_of
from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.harvests import Harvests
from whowhom.models.machine.layout import Capital

BLOCK = 128
"""Weeks written down at once; a block begins at a multiple of it."""

_NATION = (
    "war",
    "intervention",
    "harvest_path",
    "troops",
    "harvest_week",
    "weeks_to_harvest",
    "capital",
    "capital_pool",
)
_PATHS = {
    "war": ("path_civil_war", "civil_war", 0.0),
    "intervention": ("path_intervention", "intervention", 0.0),
    "harvest_path": ("food_harvest", "backwardness", 1.0),
}
"""Field of the nation: parameter, the switch that lets it act, and what holds without."""


class Outside:
    """Words of eight bytes that are written into the parameters and into the nation at the beginning of a week.

    Parameters
    ----------
    settings
        Parameters and switches with their paths and dates.
    start
        First day of week 0.
    capitals
        Where the capital is, from which week on.
    fields
        The fields of the parameters' record, all of eight bytes.

    Attributes
    ----------
    places
        int64 [words]: which words of the record of parameters (from 0 on) or of the nation (-1 - place) they are.
    """

    def __init__(
        self, settings: Settings, *, start: date, capitals: tuple[Capital, ...], fields: np.dtype[Any]
    ) -> None:
        self._settings, self._start, self._capitals = settings, start, capitals
        self._paths = {
            x.field: settings.schedules[x.name] for x in DECLARATIONS.parameters if x.name in settings.schedules
        }
        self._switches = [s.name for s in DECLARATIONS.switches if s.name in settings.switch_dates]
        names = [*self._paths, *(f"on_{name}" for name in self._switches)]
        self.places = np.concatenate([columns_of(fields, names), -1 - columns_of(NATION_FIELDS, _NATION)])
        self._field = {x.field: x.name for x in DECLARATIONS.parameters}
        self._block: tuple[int, NDArray[np.int64]] = (-1, np.empty((0, len(self.places)), np.int64))

    def words(self, t: int) -> NDArray[np.int64]:
        """Words of week `t` and of the weeks after it in its block, int64 [1 to BLOCK, words]."""
        first = t - t % BLOCK
        if self._block[0] != first:
            self._block = (first, self._write(first))
        return self._block[1][t - first :]

    def _write(self, first: int) -> NDArray[np.int64]:
        columns: list[NDArray[Any]] = [_path(path, first) for path in self._paths.values()]
        columns += [self._is_on(name, first) for name in self._switches]
        columns += [self._path_of(name, first) for name in _PATHS]
        columns += [self._value("army_troops", first), *_calendar(self._start, first), *self._capital(first)]
        return np.stack([column.view(np.int64) for column in columns], axis=1)

    def _value(self, field: str, first: int) -> NDArray[np.float64]:
        """A parameter in each week of the block."""
        if field in self._paths:
            return _path(self._paths[field], first)
        return np.full(BLOCK, self._settings.value(self._field[field], first))

    def _is_on(self, switch: str, first: int) -> NDArray[np.int64]:
        if switch not in self._settings.switch_dates:
            return np.full(BLOCK, int(self._settings.on(switch, first)))
        return np.array([int(self._settings.on(switch, t)) for t in range(first, first + BLOCK)], np.int64)

    def _path_of(self, name: str, first: int) -> NDArray[np.float64]:
        field, switch, without = _PATHS[name]
        return np.where(self._is_on(switch, first) != 0, self._value(field, first), without)

    def _capital(self, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        place, pool = np.full(BLOCK, -1, np.int64), np.full(BLOCK, -1, np.int64)
        for capital in self._capitals:
            place[max(0, capital.week - first) :], pool[max(0, capital.week - first) :] = capital.province, capital.pool
        return place, pool


@lru_cache(maxsize=512)
def _path(path: Schedule, first: int) -> NDArray[np.float64]:
    """A path in each week of a block; histories of one experiment share it."""
    values = np.array([path.at(t) for t in range(first, first + BLOCK)])
    values.setflags(write=False)
    return values


@lru_cache(maxsize=64)
def _calendar(start: date, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whether each week of a block has the harvest in it, and the weeks to the next."""
    harvests, weeks = Harvests(start), range(first, first + BLOCK)
    found = (
        np.array([int(harvests.is_harvest(t)) for t in weeks], np.int64),
        np.array([harvests.weeks_to(t) for t in weeks], np.int64),
    )
    for values in found:
        values.setflags(write=False)
    return found
