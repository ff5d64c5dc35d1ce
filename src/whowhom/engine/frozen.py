"""Plain data that nobody can change: dictionaries that refuse to be written to, lists turned into tuples.

Settings are shared by many runs, threads and arms. A model that wrote into a table of its scenario would change the next
run's world, and the name under which it is stored would be wrong. ``MappingProxyType`` would do, but it can be neither
copied, sent to another process nor written as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NoReturn, TypeVar

Value = TypeVar("Value")


class Frozen(dict[str, Value]):
    """A dictionary that cannot be changed; reading, copying, pickling and JSON work as for any other."""

    def _refuse(self, *_args: Any, **_more: Any) -> NoReturn:
        raise TypeError("settings cannot be changed in place. Use `settings.replace(...)`, or dict(...) for a copy.")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none because it can change
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[Frozen[Value]], tuple[dict[str, Value]]]:
        """Copy and pickle by building a new one: the default fills an empty one, which is refused."""
        return Frozen, (dict(self),)


def freeze(data: object) -> Any:
    """Copy plain data so that no part of it can be changed.

    Parameters
    ----------
    data
        Texts, numbers, bools, ``None``, dates, and dictionaries and lists of them.

    Returns
    -------
    Any
        The same with :class:`Frozen` for dictionaries, tuples for lists and ISO texts for dates: what JSON can carry.

    Raises
    ------
    TypeError
        If a part is none of these, or a key is no text.
    ValueError
        If a number is not finite: it could not be written as JSON, and no table means it.
    """
    if data is None or isinstance(data, (str, bool, int)):
        return data
    if isinstance(data, float):
        if not math.isfinite(data):
            raise ValueError(f"a number must be finite, got {data!r}")
        return data + 0.0  # one zero: -0.0 and 0.0 are equal but are written differently
    if isinstance(data, Mapping):
        if not all(isinstance(key, str) for key in data):
            raise TypeError(f"keys must be texts, got {list(data)!r}")
        return Frozen({key: freeze(data[key]) for key in data})
    if isinstance(data, (list, tuple)):
        return tuple(freeze(part) for part in data)
    if isinstance(data, (date, datetime, time)):
        return data.isoformat()
    raise TypeError(f"plain data cannot hold a {type(data).__name__}")
