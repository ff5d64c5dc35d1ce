"""What can happen to nested plain data: entries dropped, doubled, renamed, moved, put another in place, made odd or deep."""

from __future__ import annotations

import copy
import datetime as dt
import math
from typing import Any

from tests.fuzz.luck import Luck, pick, rarely, text

ODD: tuple[Any, ...] = (
    0,
    -1,
    1,
    7,
    10**30,
    -(10**30),
    2**63,
    10**4400,
    0.0,
    -0.0,
    0.5,
    -1.5,
    1e308,
    5e-324,
    math.nan,
    math.inf,
    -math.inf,
    True,
    False,
    [],
    {},
    [[]],
    [{}],
    [1, "a", True],
    [math.nan, 1],
    [["1918-03", 1.0]],
    {"a": 1},
    {"": ""},
    dt.date(1, 1, 1),
    dt.date(9999, 12, 31),
    dt.datetime(1917, 11, 7, 12, 0),
    dt.time(12, 0),
)
FACTORS = (-1, 0, 0.5, 2, 1000, 1e-9, 1e12)


def mutated(tree: Any, luck: Luck, *, odd: tuple[Any, ...] = ODD) -> None:
    """Change one thing somewhere in a tree of dictionaries and lists, in place."""
    parent, key = _place(tree, luck)
    if key is None:
        _grow(parent, luck, odd)
        return
    kind = luck.number(0, 8)
    if kind == 0:
        del parent[key]
    elif kind == 1:
        _double(parent, key, luck)
    elif kind == 2:
        _rename(parent, key, luck)
    elif kind == 3:
        parent[key] = _odd(luck, odd)
    elif kind <= 5:
        parent[key] = _twisted(parent[key], luck)
    elif kind == 6:
        parent[key] = _elsewhere(tree, luck)
    elif kind == 7:
        parent[key] = _nested(parent[key], luck)
    else:
        _grow(parent, luck, odd)


def _place(tree: Any, luck: Luck) -> tuple[Any, Any]:
    """Go down from the root by chance: a container and one of its keys, None if it is empty."""
    parent = tree
    while True:
        keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
        if not keys:
            return parent, None
        key = pick(luck, keys)
        child = parent[key]
        if not isinstance(child, (dict, list)) or rarely(luck, 4):
            return parent, key
        parent = child


def _odd(luck: Luck, odd: tuple[Any, ...]) -> Any:
    return text(luck) if rarely(luck, 3) else copy.deepcopy(pick(luck, odd))


def _double(parent: Any, key: Any, luck: Luck) -> None:
    if isinstance(parent, list):
        parent.insert(luck.number(0, len(parent)), copy.deepcopy(parent[key]))
    else:
        parent[_near(str(key), luck)] = copy.deepcopy(parent[key])


def _rename(parent: Any, key: Any, luck: Luck) -> None:
    if isinstance(parent, list):
        other = luck.number(0, len(parent) - 1)
        parent[key], parent[other] = parent[other], parent[key]
    else:
        parent[_near(str(key), luck)] = parent.pop(key)


def _near(name: str, luck: Luck) -> str:
    """Another name, near to this one or far from it."""
    place = luck.number(0, len(name))
    return pick(
        luck,
        (name[:place] + name[place + 1 :], name[:place] + "x" + name[place:], name.upper(), name + ".x", text(luck)),
    )


def _twisted(value: Any, luck: Luck) -> Any:
    """Give a value of the same kind, moved."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value * pick(luck, FACTORS) if abs(value) < 1e300 else -value
    if isinstance(value, str):
        return _near(value, luck)
    if isinstance(value, list):
        return pick(luck, (value[::-1], value[1:], value * 2, value[:1]))
    if isinstance(value, dict):
        return {name: value[name] for name in list(value)[luck.number(0, 1) :]}
    return value


def _elsewhere(tree: Any, luck: Luck) -> Any:
    """Give a copy of something that stands elsewhere in the tree."""
    parent, key = _place(tree, luck)
    return {} if key is None else copy.deepcopy(parent[key])


def _nested(value: Any, luck: Luck) -> Any:
    """Wrap a value in lists or tables, a few or many."""
    depth = pick(luck, (1, 1, 2, 60))
    for _ in range(depth):
        value = [value] if luck.number(0, 1) or depth > 2 else {"x": value}
    return value


def _grow(parent: Any, luck: Luck, odd: tuple[Any, ...]) -> None:
    """Put a new entry somewhere, once or very often."""
    times = pick(luck, (1, 1, 1, 300))
    for number in range(times):
        value = _odd(luck, odd) if number == 0 else number
        if isinstance(parent, list):
            parent.append(value)
        else:
            parent[text(luck) if times == 1 else f"x{number}"] = value
