"""Mechanisms put in the place of others in a running process, and what points of them a stretch of weeks reaches.

With `WHOWHOM_JIT=0` a kernel is a plain function, so that another body can be given to it where it stands, and whoever has imported it calls the other one.
"""

from __future__ import annotations

import ast
import importlib
import sys
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.mutation import siblings
from tests.mutation.mutants import MECHANISMS, Source

from whowhom.engine.kernel import COMPILED

NAMES = tuple(sorted(path.stem for path in MECHANISMS.glob("*.py") if path.stem != "__init__"))
REACHED = "_reached"


def module_of(mechanism: str) -> ModuleType:
    """A mechanism's module."""
    return importlib.import_module(f"whowhom.mechanisms.{mechanism}")


def put_in(mechanism: str, tree: ast.Module, **names: Any) -> None:
    """Give the kernels and constants of a mechanism the bodies and values that a tree of it has."""
    assert not COMPILED, "mutants are played with WHOWHOM_JIT=0"
    module = module_of(mechanism)
    made: dict[str, Any] = {"__name__": module.__name__, **siblings.VALUES}
    exec(compile(tree, str(module.__file__), "exec"), made)
    for name in (*names, *siblings.VALUES):
        if name not in vars(module):
            setattr(module, name, names.get(name, siblings.VALUES.get(name)))
    for name, value in [*vars(module).items()]:
        other = made.get(name)
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            value.__code__ = other.__code__  # type: ignore[union-attr]
        elif name.isupper() and isinstance(value, int | float | np.generic) and not _same(value, other):
            _replace_everywhere(name, value, other)


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _replace_everywhere(name: str, value: object, other: object) -> None:
    """Let a constant have another value in every module that has it."""
    for module in [*sys.modules.values()]:
        if getattr(module, "__name__", "").startswith("whowhom.") and vars(module).get(name) is value:
            setattr(module, name, other)


class Marked(ast.NodeTransformer):
    """Kernels that note a point before they play it; `numbers` are those of the points by identity."""

    def __init__(self, numbers: dict[int, int]) -> None:
        self._numbers = numbers

    def visit(self, node: ast.AST) -> Any:
        """Mark what is in a node, then the node."""
        number = self._numbers.get(id(node))
        node = self.generic_visit(node)
        if number is None:
            return node
        if isinstance(node, ast.stmt):
            return [*ast.parse(f"{REACHED}[{number}] = 1").body, node]
        both: Any = ast.parse(f"({REACHED}.__setitem__({number}, 1), 0)[1]", mode="eval").body
        both.value.elts[1] = node
        return both


class Reached:
    """Which points of all mechanisms have been played since it was last asked."""

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        total = 0
        for name in NAMES:
            self.first[name] = total
            total += len(Source(name).points)
        self._flags = bytearray(total)
        for name in NAMES:
            put_in(name, self._marked(name), **{REACHED: self._flags})

    def _marked(self, mechanism: str) -> ast.Module:
        """A mechanism that notes each point before it plays it."""
        source = Source(mechanism)
        numbers = {key: self.first[mechanism] + k for key, k in source.number.items()}
        return ast.fix_missing_locations(Marked(numbers).visit(source.tree))

    def taken(self) -> NDArray[np.bool_]:
        """Points played since the last call, by number (`first` of the mechanism and the number in it)."""
        found = np.frombuffer(bytes(self._flags), np.uint8) > 0
        self._flags[:] = bytes(len(self._flags))
        return found

    @staticmethod
    def end() -> None:
        """Put the mechanisms themselves back."""
        for name in NAMES:
            put_in(name, Source(name).tree)
