"""The histories that a mutant is played in: those in which the tests hold the compiled model to the slow reference.

They are not written down again: each test of the comparison is called with something in the place of its pair of worlds that notes the world and ends the
test. Large layouts are replaced by the smallest one of the same kind, and long histories are cut, so that a week in plain Python takes a twentieth of a second.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn
from unittest import mock

from tests import machine_worlds
from tests.property import test_bits, test_bits_instruments, test_bits_rarely, test_machine_extremes

from whowhom.models.machine.world import MachineWorld

MOST_WEEKS, MOST_WEEKS_LARGE = 150, 14
LARGE = 5_000
"""Persons from which on a history is cut earlier: those of the scenario."""
CONTROL = "test_the_comparison_sees_the_smallest_difference"
"""A negative control, which begins like other tests."""


@dataclass(frozen=True)
class History:
    """A world and how long it lives; `build` makes the same one again."""

    name: str
    world: MachineWorld
    weeks: int
    build: Callable[[], MachineWorld]


class Noted(Exception):
    """A test has come to the point where its worlds would live."""

    def __init__(self, world: MachineWorld, weeks: int) -> None:
        super().__init__()
        self.world, self.weeks = world, weeks


class Note:
    """Stands where a test puts the compiled world beside the reference."""

    def __init__(self, world: MachineWorld, *_: object, **__: object) -> None:
        self.world = world

    def live(self, weeks: int) -> NoReturn:
        """End the test."""
        raise Noted(self.world, weeks)


def _live(layout: Any, values: dict[str, float], weeks: int, *, seed: int = 1) -> NoReturn:
    """Stands for the same in the tests of empty groups."""
    settings = machine_worlds.settings_of(machine_worlds.harsh_small(machine_worlds.NEVER | values))
    raise Noted(machine_worlds.small_world(settings=settings, layout=layout, seed=seed), weeks)


def _layout(*arguments: Any, **options: Any) -> Any:
    return machine_worlds.small_layout(*arguments, **(options | {"times": 1}))


def _arguments(test: Callable[..., None]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every set of arguments that a test is run with, and its name."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    lists = [[(mark.args[0], value) for value in mark.args[1]] for mark in marks]
    for chosen in itertools.product(*lists):
        words = [getattr(value, "name", str(value)) for _, value in chosen]
        yield ", ".join(words), dict(chosen)


def _noted(module: ModuleType, test: Callable[..., None], arguments: dict[str, Any]) -> Noted | None:
    """What a test would let live."""
    stand_ins = {"Pair": Note, "live": _live, "small_layout": _layout}
    here = mock.patch.multiple(module, **{name: to for name, to in stand_ins.items() if hasattr(module, name)})
    with here, mock.patch.object(test_bits, "Pair", Note):  # whose cases make their own pairs
        try:
            test(**arguments)
        except Noted as noted:
            return noted
    return None


def _world(module: ModuleType, test: Callable[..., None], arguments: dict[str, Any]) -> MachineWorld:
    noted = _noted(module, test, arguments)
    assert noted is not None
    return noted.world


def histories(*wanted: str) -> Iterator[History]:
    """The histories of all tests of the comparison, or those with one of these texts in their names."""
    for module in (test_bits, test_bits_instruments, test_bits_rarely, test_machine_extremes):
        for name, test in vars(module).items():
            if (
                name == CONTROL
                or not name.startswith("test_")
                or not {"Pair", "pair", "live"} & set(test.__code__.co_names)
            ):
                continue
            for words, arguments in _arguments(test):
                title = f"{name.removeprefix('test_').replace('_', ' ')}: {words}".rstrip(": ")
                if wanted and not any(text in title for text in wanted):
                    continue
                noted = _noted(module, test, arguments)
                if noted is not None and noted.weeks > 1:
                    most = MOST_WEEKS_LARGE if len(noted.world.arrays.state) > LARGE else MOST_WEEKS
                    yield History(title, noted.world, min(noted.weeks, most), functools.partial(_world, module, test, arguments))  # fmt: skip
