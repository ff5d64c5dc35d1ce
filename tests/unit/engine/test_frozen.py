from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from whowhom.engine.frozen import Frozen, freeze

TABLE = {"name": "North", "shares": [0.5, {"town": 1}], "since": date(1917, 11, 7)}

CHANGES: dict[str, Callable[[Any], object]] = {
    "assignment": lambda table: table.__setitem__("name", "South"),
    "deletion": lambda table: table.__delitem__("name"),
    "update": lambda table: table.update(name="South"),
    "in-place union": lambda table: table.__ior__({"name": "South"}),
    "pop": lambda table: table.pop("name"),
    "popitem": lambda table: table.popitem(),
    "setdefault": lambda table: table.setdefault("new", 1),
    "clear": lambda table: table.clear(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_no_way_of_writing_works(change: Callable[[Any], object]) -> None:
    """Every way of changing a frozen dictionary in place is refused and leaves it as it was."""
    frozen = freeze(TABLE)
    with pytest.raises(TypeError, match="cannot be changed in place"):
        change(frozen)
    assert frozen == freeze(TABLE)


def test_nothing_inside_can_be_changed_either() -> None:
    """Lists become tuples and inner dictionaries are frozen, so that no part can be written to."""
    frozen = freeze(TABLE)
    assert frozen == {"name": "North", "shares": (0.5, {"town": 1}), "since": "1917-11-07"}
    assert isinstance(frozen["shares"][1], Frozen)


def test_the_original_is_not_shared() -> None:
    """Changing the data that were frozen does not change the frozen ones."""
    original = {"row": [1, 2]}
    frozen = freeze(original)
    original["row"].append(3)
    assert frozen == {"row": (1, 2)}


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda frozen: pickle.loads(pickle.dumps(frozen))],
    ids=["copy", "deep", "pickle"],
)
def test_copies_are_equal_and_frozen(again: Callable[[Any], Any]) -> None:
    """Copying and pickling give an equal dictionary that is as frozen, with the same hash."""
    frozen = freeze(TABLE)
    assert again(frozen) == frozen
    assert isinstance(again(frozen), Frozen)
    assert hash(again(frozen)) == hash(frozen)


def test_frozen_data_are_json() -> None:
    """Frozen data can be written as JSON."""
    assert json.loads(json.dumps(freeze(TABLE)))["shares"] == [0.5, {"town": 1}]


def test_there_is_one_zero() -> None:
    """Minus zero is frozen as zero, since the two are equal but written differently."""
    assert json.dumps(freeze([-0.0])) == "[0.0]"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ([float("nan")], ValueError),
        (float("inf"), ValueError),
        ({1: 2}, TypeError),
        ({1, 2}, TypeError),
        (b"", TypeError),
    ],
)
def test_what_json_cannot_carry_is_refused(data: object, error: type[Exception]) -> None:
    """Numbers that are none, keys that are no text and objects that are not plain data are refused."""
    with pytest.raises(error):
        freeze(data)
