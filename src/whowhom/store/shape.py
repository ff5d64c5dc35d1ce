"""The shape of what a manifest says was asked: which keys, holding what; anything else is a damaged or edited manifest.

A shape is written as the data are: a type for a value, ``[shape]`` for a list of any length, a tuple of shapes for a list of just these,
``{"key": shape}`` for a table with at least these keys, ``{str: shape}`` for a table with any keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from whowhom.errors import quoted

_OBSERVABLE = {"name": str, "unit": str, "meaning": str, "kind": str, "privacy": str}
_SETTINGS = {
    "values": {str: float},
    "schedules": {str: {"kind": str, "points": [(int, float)]}},
    "switches": {str: bool},
    "switch_dates": {str: [(int, bool)]},
    "structure": {str: object},
}
EXPERIMENT: Mapping[Any, Any] = {
    "model": {"name": str, "version": str, "tick_days": int, "observables": [_OBSERVABLE]},
    "scenario": {
        "name": str,
        "title": str,
        "start": str,
        "notes": str,
        "records": [str],
        "settings": _SETTINGS,
        "sets": [{str: float}],
    },
    "arms": [{"name": str, "off": [str], "on": [str], "values": {str: float}, "from_tick": int}],
    "persons": int,
    "replicates": int,
    "until_ticks": int,
    "seed": int,
}
"""What `experiments.description` writes; a key more is no mistake, one less is."""

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def mismatch(data: object, shape: Any = EXPERIMENT, *, path: str = "experiment") -> str | None:
    """Name the first place where data have not the shape, in words; None if they have it.

    Parameters
    ----------
    data
        Plain data as JSON gives them.
    shape
        See the module.
    path
        What the data are called.

    Examples
    --------
    >>> mismatch({"seed": "one"}, {"seed": int})
    "experiment.seed must be a whole number, got 'one'"
    """
    if isinstance(shape, Mapping):
        return _table_mismatch(data, shape, path)
    if isinstance(shape, (list, tuple)):
        return _list_mismatch(data, shape, path)
    if shape is object or (isinstance(data, _kinds(shape)) and (shape is bool or not isinstance(data, bool))):
        return None
    return f"{path} must be {_WORDS[shape]}, got {quoted(data)}"


def _kinds(shape: type) -> tuple[type, ...]:
    return (int, float) if shape is float else (shape,)


def _table_mismatch(data: object, shape: Mapping[Any, Any], path: str) -> str | None:
    if not isinstance(data, Mapping):
        return f"{path} must be a table, got {quoted(data)}"
    missing = [key for key in shape if key is not str and key not in data]
    if missing:
        return f"{path}.{missing[0]} must be there, got none"
    named: Iterable[tuple[str, Any]] = [(key, shape.get(str, shape.get(key, object))) for key in data]
    return _first(mismatch(data[key], inner, path=f"{path}.{_key(key)}") for key, inner in named)


def _list_mismatch(data: object, shape: Sequence[Any], path: str) -> str | None:
    if not isinstance(data, (list, tuple)) or (isinstance(shape, tuple) and len(data) != len(shape)):
        length = f" of {len(shape)}" if isinstance(shape, tuple) else ""
        return f"{path} must be a list{length}, got {quoted(data)}"
    inner = list(shape) if isinstance(shape, tuple) else list(shape) * len(data)
    return _first(
        mismatch(one, each, path=f"{path}[{i}]") for i, (one, each) in enumerate(zip(data, inner, strict=True))
    )


def _first(found: Iterable[str | None]) -> str | None:
    return next((words for words in found if words is not None), None)


def _key(key: str) -> str:
    return key if key.isprintable() and len(key) <= 60 else quoted(key)
