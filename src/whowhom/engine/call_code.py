"""The code of a call by address. The entry called must return nothing and must not raise."""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic


def address_of(function: Any, *examples: object) -> int:
    """Address of the plain C form of an entry for these types."""
    compiler: Any = numba
    kinds = tuple(compiler.typeof(example) for example in examples)
    if kinds not in function.overloads:
        function.compile(kinds)
    found = function.overloads[kinds]
    return int(found.library.get_pointer_to_function(found.fndesc.llvm_cfunc_wrapper_name))


@intrinsic
def call(typing_context: Any, address: Any, *arguments: Any) -> Any:
    """Call the entry at an address.

    Parameters
    ----------
    address : int64
        From `address_of` for exactly these types; nothing checks it.
    *arguments
        What the entry takes.
    """
    kinds: tuple[Any, ...] = tuple(arguments[0]) if isinstance(arguments[0], types.BaseTuple) else arguments  # type: ignore[arg-type]
    star: Any = types.StarArgTuple
    unpack: Any = cgutils.unpack_tuple

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        # An entry without a result returns Numba's None, a pointer.
        function = ir.FunctionType(context.get_value_type(types.none), [context.get_value_type(kind) for kind in kinds])
        builder.call(builder.inttoptr(values[0], function.as_pointer()), unpack(builder, values[1], len(kinds)))
        return context.get_dummy_value()

    return types.none(address, star(kinds)), generate
