"""What Numba must know of a bundle: its type, how it comes from Python (as an address), and how an array is found in it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

Member = tuple[str, "np.dtype[Any]", int]


class BundleType(types.Type):
    """Type of a bundle: names and types of its arrays. Its name is short, since it becomes a part of every symbol."""

    def __init__(self, name: str, members: tuple[tuple[str, types.Array], ...]) -> None:
        self.members = members
        digest = hashlib.blake2b(repr(members).encode(), digest_size=6).hexdigest()
        super().__init__(name=f"{name}_{digest}")

    def place(self, attribute: str) -> int:
        """Row of an array in the table, -1 if there is none of this name."""
        return next((k for k, (name, _) in enumerate(self.members) if name == attribute), -1)


@functools.lru_cache(maxsize=64)
def kind_of(name: str, members: tuple[Member, ...]) -> BundleType:
    """Type of a bundle with these arrays (name, dtype, dimensions)."""
    arrays = tuple((member, types.Array(from_dtype(dtype), ndim, "C")) for member, dtype, ndim in members)
    return BundleType(name, arrays)


def register(bundle: type, *, words: int) -> None:
    """Tell Numba of bundles.

    Parameters
    ----------
    bundle
        The class; objects have `kind()` and `address`.
    words
        Words of its table for each array.
    """
    register_model(BundleType)(models.OpaqueModel)

    @typeof_impl.register(bundle)
    def type_of(value: Any, context: object) -> BundleType:
        kind: BundleType = value.kind()
        return kind

    @unbox(BundleType)
    def from_python(kind: BundleType, value: Any, c: Any) -> NativeValue:
        address = c.pyapi.object_getattr_string(value, "address")
        number = c.pyapi.long_as_longlong(address)
        c.pyapi.decref(address)
        pointer = c.builder.inttoptr(number, c.context.get_value_type(kind))
        return NativeValue(pointer, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))

    @infer_getattr
    class Attributes(AttributeTemplate):
        key = BundleType

        def generic_resolve(self, kind: BundleType, attribute: str) -> Any:  # type: ignore[override]
            place = kind.place(attribute)
            return None if place < 0 else kind.members[place][1]

    lower_getattr_generic(BundleType)(_look_up(words))


def _look_up(words: int) -> Callable[..., Any]:
    """Code that builds the view of one array from its row of the table."""

    def look_up(context: Any, builder: Any, kind: BundleType, value: Any, attribute: str) -> Any:
        place = kind.place(attribute)
        array_type = kind.members[place][1]
        word = context.get_value_type(types.intp)
        table = builder.bitcast(value, word.as_pointer())

        def entry(column: int) -> Any:
            return builder.load(cgutils.gep_inbounds(builder, table, words * place + column))

        array = make_array(array_type)(context, builder)
        element = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
        itemsize = context.get_constant(types.intp, element)
        shape = [entry(1 + k) for k in range(array_type.ndim)]
        strides = [itemsize] if array_type.ndim == 1 else [builder.mul(shape[1], itemsize), itemsize]
        data = builder.inttoptr(entry(0), array.data.type)
        populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
        return impl_ret_borrowed(context, builder, array_type, array._getvalue())

    return look_up
