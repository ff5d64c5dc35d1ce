"""Calling an entry from an entry by its address.

A loop over many calls of several entries, itself compiled, lets go of the interpreter once and not at every call, and still does not contain their code: an edit in one of them costs
the compilation of that one alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whowhom.engine.kernel import COMPILED

if COMPILED:
    from whowhom.engine import call_code

    call: Callable[..., None] = call_code.call
else:

    def call(address: int, *arguments: object) -> None:
        """Nothing has an address without compiled functions.

        Raises
        ------
        TypeError
            Always: a mistake of the programmer.
        """
        raise TypeError("functions are called by address only where they are compiled.")


def address_of(function: Callable[..., Any], *examples: object) -> int:
    """Address of an entry for arguments of the types of `examples`, compiled now or found on disk; 0 if it is a plain function.

    Valid as long as the process lives.
    """
    if not COMPILED or not hasattr(function, "py_func"):
        return 0
    return call_code.address_of(function, *examples)
