"""A disk that refuses, every call by which a store is written being counted, and a process that is killed at one of its steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from whowhom.store import parquet

#: What writes: names of functions of `os` and methods of `Path`. Opening counts when it is for writing.
SYSTEM = ("fsync",)
PATHS = ("mkdir", "open", "touch", "replace", "hardlink_to")


class Refusals:
    """Lets every call that writes through, but for those from a given number on.

    Attributes
    ----------
    calls
        Names of the calls so far, in order.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, first: int | None, number: int) -> None:
        self.calls: list[str] = []
        self._first, self._number = first, number
        for name in SYSTEM:
            monkeypatch.setattr(os, name, self._counted(name, getattr(os, name)))
        for name in PATHS:
            monkeypatch.setattr(Path, name, self._counted(name, getattr(Path, name)))
        monkeypatch.setattr(parquet, "connection", lambda real=parquet.connection: _Database(real(), self))

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            if name != "open" or "w" in str((*arguments[1:], *more.values())):
                self.meet(name, OSError(self._number, os.strerror(self._number)))
            return real(*arguments, **more)

        return call

    def meet(self, name: str, error: Exception) -> None:
        """Count a call, and refuse it if it is late enough."""
        self.calls.append(name)
        if self._first is not None and len(self.calls) > self._first:
            raise error

    def said_by_duckdb(self) -> duckdb.IOException:
        """The words of DuckDB for the same refusal."""
        return duckdb.IOException(f'IO Error: Cannot open file "x": {os.strerror(self._number)}')


class Killed(BaseException):
    """The end of a process, without its cleaning up."""


def kill_after(monkeypatch: pytest.MonkeyPatch, module: Any, names: Sequence[str], *, allowed: int) -> None:
    """Let some functions of a module be called so often together; the next call is the end of the process."""
    steps = iter(range(allowed))

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: Any, **more: Any) -> None:
            if next(steps, None) is None:
                raise Killed
            real(*arguments, **more)

        return step

    for name in names:
        monkeypatch.setattr(module, name, counted(getattr(module, name)))


class _Database:
    """A connection whose COPY is counted as one call."""

    def __init__(self, real: Any, refusals: Refusals) -> None:
        self._real, self._refusals = real, refusals

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, query: str) -> Any:
        if query.startswith("COPY"):
            self._refusals.meet("copy", self._refusals.said_by_duckdb())
        return self._real.execute(query)
