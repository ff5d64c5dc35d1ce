"""A bundle of arrays that compiled functions take as one pointer.

Numba passes a tuple of thirty arrays as some two hundred numbers with every call that it does not merge into its caller, which cost the week of a small community
more than everything else in it. A bundle is passed as the address of a table of addresses; `w.state` in a kernel looks its array up there. In plain Python it is an
object with attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.kernel import COMPILED

WORDS = 3
"""Words of the table for each array: address, rows, columns."""


class Bundle:
    """Named arrays, all C-contiguous and of one or two dimensions; a subclass lists them as annotations.

    Parameters
    ----------
    **arrays
        One for each annotation of the subclass.

    Raises
    ------
    TypeError
        An array is missing, unknown, not contiguous, or has more than two dimensions: a mistake of the programmer.
    """

    _names: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        cls._names = tuple(name for name in cls.__annotations__ if not name.startswith("_"))

    def __init__(self, **arrays: NDArray[Any]) -> None:
        if set(arrays) != set(self._names):
            raise TypeError(f"arrays of {type(self).__name__} must be {self._names}, got {tuple(arrays)}.")
        table = np.zeros((len(arrays), WORDS), np.int64)
        for row, name in zip(table, self._names, strict=True):
            array = arrays[name]
            if not array.flags.c_contiguous or array.ndim not in (1, 2):
                raise TypeError(f"'{name}' must be C-contiguous with one or two dimensions.")
            row[:] = (array.ctypes.data, array.shape[0], array.shape[-1])
            setattr(self, name, array)
        self._table = table
        self.address = int(table.__array_interface__["data"][0])
        self._kind: Any = None

    def __iter__(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Names and arrays, in order."""
        return ((name, getattr(self, name)) for name in self._names)

    def replaced(self, **arrays: NDArray[Any]) -> Self:
        """The same bundle with some arrays replaced."""
        return type(self)(**(dict(self) | arrays))

    def kind(self) -> Any:
        """The type that compiled functions know it by."""
        if self._kind is None:
            from whowhom.engine.bundle_type import kind_of

            self._kind = kind_of(type(self).__name__, tuple((name, array.dtype, array.ndim) for name, array in self))
        return self._kind


if COMPILED:
    from whowhom.engine import bundle_type

    bundle_type.register(Bundle, words=WORDS)
