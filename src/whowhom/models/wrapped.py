"""Any model of one's own, as one Python function: what it needs to be run, kept, resumed, compared and reported here.

The function is ``f(seed, **parameters) -> DataFrame``: a row for each tick, a column for each number that it shows. A Mesa model is wrapped in ten lines. Each call is one history, made whole
when its world is built; here it is only read off, tick by tick. So ensembles, stores, arms, attribution and reports work as for our own models, and what needs the inside of a world
does not: the luck of twins is matched only as far as the function's own use of its seed does that (draws taken from one generator in order are not), and an arm cannot leave
the history at a date. For both, write a model on the contract (docs/own-model.md).

A function in Python holds the interpreter, so histories run in processes where there are several threads to feed; the function must then be importable (a module, not a function of a notebook or
a lambda), and it is called in this process otherwise.
"""

from __future__ import annotations

import inspect
import multiprocessing
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Kind, Observable, Snapshot
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ParameterError, quoted
from whowhom.parameters import Declarations, Parameter, Switch
from whowhom.provenance import NAME_DIGITS, content_hash

Function = Callable[..., Any]

WIDEST = 1e12
"""Ends of the interval of a parameter for which none is given."""


class WrappedWorld:
    """One history that a function has made, read off row by row."""

    def __init__(self, rows: NDArray[np.float64]) -> None:
        self.rows = rows
        self.tick = 0
        self.cause = ""

    @property
    def alive(self) -> bool:
        """False once the function's rows are at an end."""
        return not self.cause

    def step(self) -> None:
        """Go to the next row; behind the last one the history has ended."""
        self.tick += 1
        if self.tick >= len(self.rows) - 1 and self._ends_early:
            self.cause = "ended"

    @property
    def _ends_early(self) -> bool:
        return bool(self.rows[-1, -1] > 0.0)

    def observe(self) -> NDArray[np.float64]:
        """Return the row of now."""
        return np.array(self.rows[min(self.tick, len(self.rows) - 1), :-1])

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole history and the place in it."""
        return {"rows": self.rows.copy(), "tick": np.array(self.tick), "cause": np.array(self.cause)}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a history and the place in it."""
        self.rows = snapshot["rows"].copy()
        self.tick, self.cause = int(snapshot["tick"]), str(snapshot["cause"])

    def digest(self) -> str:
        """Return a hash of history and place."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Refuse: the history has been made whole.

        Raises
        ------
        ModelError
            Always.
        """
        raise ModelError(
            "an arm of a wrapped function must differ from the beginning, got one that leaves the history at a date. "
            "Leave the date out, or write the model on the contract (docs/own-model.md)."
        )


class WrappedModel:
    """A function as a model; made by `whowhom.wrap`.

    Parameters
    ----------
    function
        ``f(seed, **parameters) -> DataFrame``. Parameters with a number as default are parameters, those with True or False switches.
    name
        Of the model, in stores and reports; the function's own by default.
    ranges
        Parameter -> (lowest, highest) value that makes sense.
    kinds
        Column -> 'stock', 'flow', 'total', 'share' or 'code'; names that end in `_total` are totals, the others stocks by default.
    ticks
        Rows beyond the first that a whole history has; found by calling the function once by default. A shorter one has ended early: its last row is its collapse.
    version
        Raise it when anything that the function uses changes; its own source is part of the version anyway. Runs of another version are never mixed.

    Raises
    ------
    ModelError
        The function cannot be called so, or returns something else.
    """

    meaning = "A function of one's own."
    tick_days = 7
    smallest_persons = 1
    generator = "the function's own"

    def __init__(
        self,
        function: Function,
        *,
        name: str | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        kinds: Mapping[str, Kind] | None = None,
        ticks: int | None = None,
        version: str = "1",
    ) -> None:
        self.function, self.version = function, f"{version}, {_source_hash(function)}"
        self.name = name or str(getattr(function, "__name__", "function"))
        self.declarations = _declared(function, dict(ranges or {}))
        first = _called(function, 0, self._words(Settings.of(self.declarations)))
        self.columns = _columns(first)
        self.ticks = len(first[self.columns[0]]) - 1 if ticks is None else ticks
        self.observables = tuple(_observable(column, dict(kinds or {})) for column in self.columns)
        self._pool: ProcessPoolExecutor | None = None

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with tables of a scenario; there are none to be wrong."""
        return [
            f"table '{name}' is unknown to a wrapped function, which has none." for name in structure if name != "start"
        ]

    def build(self, settings: Settings, *, persons: int, seed: int) -> WrappedWorld:
        """Call the function once and keep what it returns.

        Raises
        ------
        ModelError
            It returned something else than before.
        """
        words = self._words(settings)
        if self._pool is None:
            table = _called(self.function, seed, words)
        else:
            table = self._pool.submit(_called, self.function, seed, words).result()
        if _columns(table) != self.columns:
            raise ModelError(
                f"'{self.name}' must return the columns {list(self.columns)} every time, got {list(_columns(table))}."
            )
        rows = np.column_stack([table[column] for column in self.columns]).astype(np.float64)
        early = np.full((len(rows), 1), float(len(rows) - 1 < self.ticks))
        return WrappedWorld(np.hstack([rows[: self.ticks + 1], early[: self.ticks + 1]]))

    def _words(self, settings: Settings) -> dict[str, Any]:
        """Arguments of the function; whole numbers as such."""
        found: dict[str, Any] = {}
        for parameter in self.declarations.parameters:
            value = settings.value(parameter.name, 0)
            found[parameter.name] = int(value) if parameter.kind == "int" else value
        return found | {switch.name: settings.on(switch.name, 0) for switch in self.declarations.switches}

    def in_processes(self, number: int) -> ProcessPoolExecutor | None:
        """Make processes for the function and use them from now on; None if it cannot be sent to one.

        The caller shuts the pool down; `None` again with `alone`.
        """
        try:
            pickle.dumps(self.function)
        except (pickle.PicklingError, AttributeError, TypeError):
            return None
        if getattr(self.function, "__module__", "__main__") == "__main__":
            return None  # a process of its own would run the whole script again
        self._pool = ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"))
        return self._pool

    def alone(self) -> None:
        """Call the function in this process again."""
        self._pool = None


def _source_hash(function: Function) -> str:
    """Hash of the function's own source, 'unseen' where it has none."""
    try:
        return content_hash(inspect.getsource(function))[:NAME_DIGITS]
    except (OSError, TypeError):
        return "unseen"


def _declared(function: Function, ranges: dict[str, tuple[float, float]]) -> Declarations:
    """Read parameters and switches off the function's signature."""
    try:
        arguments = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise ModelError(
            f"a function must be wrapped whose arguments can be read, got {quoted(function)}. Write one in Python."
        ) from None
    if not arguments or arguments[0].name != "seed":
        raise ModelError(
            "a function must take 'seed' first, got "
            + (f"'{arguments[0].name}'" if arguments else "no argument")
            + ". Write f(seed, **parameters)."
        )
    parameters: list[Parameter] = []
    switches: list[Switch] = []
    for argument in arguments[1:]:
        default = argument.default
        if isinstance(default, bool):
            switches.append(_switch(argument.name, default=default))
        elif isinstance(default, (int, float)):
            parameters.append(_parameter(argument.name, default, ranges.pop(argument.name, None)))
        else:
            given = "none" if default is inspect.Parameter.empty else quoted(default)
            raise ModelError(
                f"argument '{argument.name}' must have a number, True or False as its default, got {given}. Give it one, or bind it with functools.partial."
            )
    if ranges:
        raise ParameterError(
            [
                f"'ranges' must name parameters of the function, got {quoted(name)}. Known are {[p.name for p in parameters]}."
                for name in ranges
            ]
        )
    return Declarations(parameters=tuple(parameters), switches=tuple(switches))


def _parameter(name: str, default: float, ends: tuple[float, float] | None) -> Parameter:
    low, high = ends or (-WIDEST, WIDEST)
    return Parameter(
        name,
        symbol=name,
        default=float(default),
        low=low,
        high=high,
        unit="1",
        meaning=f"argument '{name}' of the function",
        source="the function",
        equation="-",
        kind="int" if isinstance(default, int) else "float",
    )


def _switch(name: str, *, default: bool) -> Switch:
    return Switch(
        name,
        meaning=f"argument '{name}' of the function is True",
        off_means=f"argument '{name}' of the function is False",
        rung="constant",
        equation="-",
        source="the function",
        default=default,
    )


def _observable(column: str, kinds: dict[str, Kind]) -> Observable:
    kind: Kind = kinds.get(column, "code" if column == "alive" else "total" if column.endswith("_total") else "stock")
    return Observable(column, "1", f"column '{column}' of the function", kind, "analyst")


def _called(function: Function, seed: int, words: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Call the function and take its columns."""
    table = function(seed, **words)
    try:
        return {str(name): np.asarray(table[name], dtype=np.float64) for name in _names(table)}
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise ModelError(
            f"a wrapped function must return a table of numbers, got {type(table).__name__} ({error}). Return a pandas.DataFrame with a row for each tick."
        ) from None


def _names(table: Any) -> Sequence[Any]:
    """Names of the columns of a DataFrame or of anything that maps names to columns."""
    if hasattr(table, "columns"):
        return list(table.columns)
    if isinstance(table, Mapping):
        return list(table)
    raise TypeError("no columns")


def _columns(table: Mapping[str, NDArray[np.float64]]) -> tuple[str, ...]:
    """Names of columns, all of one length of at least two rows."""
    lengths = {column.shape for column in table.values()}
    if len(lengths) != 1 or next(iter(lengths)) < (2,) or len(next(iter(lengths))) != 1:
        raise ModelError(
            f"a wrapped function must return at least two rows and one column of numbers, got {sorted(lengths)}. Row 0 is the start."
        )
    return tuple(table)
