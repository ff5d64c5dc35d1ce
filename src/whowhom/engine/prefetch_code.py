"""The compiler's instruction for `engine.prefetch`."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array


@intrinsic
def fetch(context: Any, array: Any, place: Any) -> Any:
    """Ask memory for the line of `array[place]`, for reading and writing, to be kept near."""
    byte = ir.IntType(8).as_pointer()
    number = ir.IntType(32)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = make_array(signature.args[0])(context, builder, arguments[0])
        pointer = builder.bitcast(cgutils.gep_inbounds(builder, view.data, arguments[1]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(call, [pointer, number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(array, place), generate
