"""The run loop: a model, its settings and a seed become a history.

The loop knows nothing of any model. It steps, writes a row, lets observers look, keeps the snapshots asked for, and
stops at the collapse. Where nobody looks at every tick, a world that can (`advance`) plays many ticks at once. Observers look through `View`, which hands out data that cannot be written to; a run with any
observers gives the same bits as one without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model, Observable, Rows, Snapshot, World, observable_problems
from whowhom.errors import ModelError

if TYPE_CHECKING:
    from whowhom.engine.settings import Settings

#: Called after every row, the first included, with the tick and a read-only view of the world. It may raise to stop.
Observer = Callable[[int, "View"], None]

#: Longest stretch of ticks between two calls of `pulse` [ticks].
STRETCH = 104

_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)
_READING = ("observe", "snapshot", "digest")


@dataclass(frozen=True)
class History:
    """What one run leaves behind.

    Attributes
    ----------
    rows
        float64 [last - first + 1, n_observables], read-only; row `i` belongs to tick `first + i`. Rows after a collapse
        repeat its totals and are NaN elsewhere (`alive`, if declared, is 0 from the row of the collapse on).
    first
        Tick of the first row: 0, or the tick of the snapshot the run started from [ticks].
    ended
        Tick of the collapse, None if the world lived to the end [ticks].
    cause
        Why it fell, '' if it did not.
    digest
        Hash of the last state.
    snapshots
        Tick -> snapshot, for the ticks asked for that were reached alive or at the collapse; arrays are read-only.
    """

    rows: Rows
    first: int
    ended: int | None
    cause: str
    digest: str
    snapshots: Mapping[int, Snapshot] = field(default_factory=dict)

    @property
    def survived(self) -> bool:
        """True if there was no collapse up to the last row."""
        return self.ended is None


class View:
    """A read-only window on a world or on any object inside it.

    Data attributes come out as what they are if they cannot be changed, arrays as read-only arrays that share memory
    with the state (copy them to keep them), lists and dicts as tuples and read-only mappings, other objects as a `View`
    again. `observe`, `snapshot` and `digest` may be called, other methods may not: the loop cannot know what they
    change.
    """

    __slots__ = ("_View__seen",)

    def __init__(self, seen: object) -> None:
        object.__setattr__(self, "_View__seen", seen)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self.__seen, name)
        if name in _READING and callable(value):
            return value
        if callable(value):
            raise ModelError(
                f"observers may look but not act: '{name}' is a method, got a call from an observer. "
                f"Read data attributes, or call {', '.join(_READING)}; to intervene, fork the run."
            )
        return _read_only(value)

    def __setattr__(self, name: str, value: object) -> None:
        raise ModelError(f"observers may look but not act: got an attempt to set '{name}'. To intervene, fork the run.")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)


def _read_only(value: Any) -> Any:
    """Return `value` in a form through which it cannot be changed."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, np.ndarray):
        return read_only_array(value)
    if isinstance(value, Mapping):
        return MappingProxyType({key: _read_only(item) for key, item in value.items()})
    if isinstance(value, tuple) and hasattr(value, "_fields"):  # names stay names
        return type(value)(*map(_read_only, value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(_read_only(item) for item in value)
    return View(value)


def read_only_array(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array over the same memory that cannot be written to, not even after `setflags(write=True)`.

    A view with its flag lowered would not do: NumPy lets anyone raise the flag again while the base is writeable. A
    read-only buffer has no such way back. Arrays without a buffer (dates) are copied.
    """
    try:
        return np.asarray(memoryview(array).toreadonly())  # type: ignore[arg-type]  # NumPy's stubs of 3.11 lack Buffer
    except (ValueError, TypeError):
        copy = array.copy()
        copy.flags.writeable = False
        return copy


def play(
    model: Model,
    settings: Settings,
    *,
    persons: int,
    seed: int,
    start: Snapshot | None = None,
    change: Settings | None = None,
    threads: int = 1,
) -> Iterator[World]:
    """Step through a history by hand: yield the world at its first tick and after each step, until it falls.

    Parameters
    ----------
    model, settings, persons, seed
        As in `run_history`.
    start
        Snapshot to go on from, taken from a run with the same model, settings, persons and seed.
    change
        Settings that hold from the first step on, instead of `settings` (a fork).
    threads
        Threads that share one world, if its model can share (`shares_worlds`); results do not depend on it.

    Yields
    ------
    World
        Always the same object. With the compiled functions switched off (see `engine.kernel`) each step can be followed
        line by line in a debugger.

    Examples
    --------
    >>> for world in play(model, settings, persons=1024, seed=1):       # doctest: +SKIP
    ...     print(world.tick, world.observe())
    """
    world = _begin(model, settings, persons=persons, seed=seed, start=start, change=change, threads=threads)
    yield world
    while world.alive:
        _step(world, model)
        yield world


def _begin(
    model: Model,
    settings: Settings,
    *,
    persons: int,
    seed: int,
    start: Snapshot | None,
    change: Settings | None,
    threads: int,
) -> World:
    """Build a world, set it to a snapshot, and let it obey other settings."""
    _check(model, persons=persons, seed=seed)
    shared: dict[str, Any] = {"threads": threads} if threads > 1 and getattr(model, "shares_worlds", False) else {}
    world = model.build(settings, persons=persons, seed=seed, **shared)
    if start is not None:
        world.restore(start)
    if change is not None:
        world.change(change)
    return world


def _step(world: World, model: Model) -> None:
    """Play one tick."""
    before = world.tick
    world.step()
    if world.tick != before + 1:
        raise ModelError(
            f"a step of model '{model.name}' must add one to its tick, got {world.tick} after {before}. "
            "Add one at the end of 'step'."
        )


def run_history(
    model: Model,
    settings: Settings,
    *,
    persons: int,
    seed: int,
    ticks: int,
    observers: Iterable[Observer] = (),
    snapshots: Iterable[int] = (),
    start: Snapshot | None = None,
    change: Settings | None = None,
    threads: int = 1,
    pulse: Callable[[], None] | None = None,
) -> History:
    """Run one world up to and including tick `ticks`, or to its collapse.

    Parameters
    ----------
    model, settings
        What runs, and under which parameters and switches.
    persons
        Number of simulated persons, at least `model.smallest_persons` [persons].
    seed
        Key of all draws; 0 is a seed like any other.
    ticks
        The last tick, counted from the beginning of history also when `start` is given [ticks].
    observers
        Called in order after each row with the tick and a `View`. Whatever they do, the history is the same; what they
        raise ends the run and reaches the caller.
    snapshots
        Ticks whose state is kept.
    start, change, threads
        See `play`. `start` makes the first row that of the snapshot's tick.
    pulse
        Called after every tick, or after at most `STRETCH` of them if the world plays several at once, which it does if there are no observers. It sees
        nothing; it may raise to stop.

    Returns
    -------
    History

    Raises
    ------
    ModelError
        Too few persons, a negative seed or number of ticks, a snapshot later than `ticks`, or a model that does not
        keep the contract.

    Notes
    -----
    Checkpoint + resume = uninterrupted, and a fork without a change = the original, are consequences of the contract
    (`World.snapshot`) and are tested for every model.
    """
    if ticks < 0:
        raise ModelError(f"'ticks' must be at least 0, got {ticks}. It is the last tick, counted from tick 0.")
    wanted = frozenset(snapshots)
    watchers = tuple(observers)
    rows: list[Rows] = []
    kept: dict[int, Snapshot] = {}
    world = _begin(model, settings, persons=persons, seed=seed, start=start, change=change, threads=threads)
    first = _first_tick(world, ticks)
    rows.append(_checked(world.observe(), world, model, ticks=None))
    while True:
        if world.tick in wanted:
            kept[world.tick] = _sealed(world.snapshot())
        for observer in watchers:
            observer(world.tick, View(world))
        if world.tick >= ticks or not world.alive:
            break
        goal = min([ticks, world.tick + STRETCH, *(tick for tick in wanted if tick > world.tick)])
        rows.append(_advance(world, model, goal=world.tick + 1 if watchers else goal))
        if pulse is not None:
            pulse()
    if not world.alive and not world.cause:
        raise ModelError(f"model '{model.name}' fell at tick {world.tick} without a cause. Set 'cause' with 'alive'.")
    return History(
        rows=_filled(np.concatenate(rows), model.observables, length=ticks - first + 1),
        first=first,
        ended=None if world.alive else world.tick,
        cause=world.cause,
        digest=world.digest(),
        snapshots=MappingProxyType(kept),
    )


def _check(model: Model, *, persons: int, seed: int) -> None:
    """Raise ModelError for arguments that no model could run with, or a model that cannot be stored."""
    problems = observable_problems(model.observables)
    if persons < model.smallest_persons:
        problems.append(
            f"'persons' must be at least {model.smallest_persons} for model '{model.name}', got {persons}. "
            "With fewer, its rare groups are empty."
        )
    if not 0 <= seed < 2**63:
        problems.append(f"'seed' must be a whole number in [0, 2**63), got {seed}.")
    if problems:
        raise ModelError("\n".join(problems))


def _first_tick(world: World, ticks: int) -> int:
    """Return the tick a run starts from; it must not lie behind the last one."""
    if world.tick > ticks:
        raise ModelError(
            f"a run must not end before it starts: 'ticks' is {ticks}, but the snapshot is of tick {world.tick}. "
            "Ticks are counted from the beginning of history."
        )
    return world.tick


def _advance(world: World, model: Model, *, goal: int) -> Rows:
    """Play one tick or, if the world can play several at once, some up to a goal; return the rows after each."""
    advance = getattr(world, "advance", None)
    if advance is None or goal == world.tick + 1:
        _step(world, model)
        return _checked(world.observe(), world, model, ticks=None)
    before = world.tick
    rows = advance(goal - before)
    if not before < world.tick <= goal:
        raise ModelError(
            f"'advance' of model '{model.name}' must play from 1 to {goal - before} ticks, "
            f"got tick {world.tick} after {before}. Add one to 'tick' for each."
        )
    return _checked(rows, world, model, ticks=world.tick - before)


def _checked(rows: Rows, world: World, model: Model, *, ticks: int | None) -> Rows:
    """Return the row of now (`ticks` None) or those of the last ticks, checked; `alive`, where declared, is what the world's flag says."""
    table = np.array(rows, dtype=np.float64)
    expected = (len(model.observables),) if ticks is None else (ticks, len(model.observables))
    if table.shape != expected:
        name, numbers = (
            ("observe", f"{expected[0]} numbers") if ticks is None else ("advance", f"rows of shape {expected}")
        )
        raise ModelError(
            f"'{name}' of model '{model.name}' must return {numbers}, got shape {table.shape}. "
            "Return one for each entry of 'observables', in that order."
        )
    table = table.reshape(-1, expected[-1])
    for column, observable in enumerate(model.observables):
        if observable.name == "alive":
            table[:, column] = 1.0
            table[-1, column] = float(world.alive)
    return table


def _sealed(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose arrays can no longer be written to."""
    return MappingProxyType({name: read_only_array(np.asarray(array)) for name, array in snapshot.items()})


def _filled(rows: Rows, observables: tuple[Observable, ...], *, length: int) -> Rows:
    """Return read-only rows of the full length: after the last one totals stay as they are, the rest is unknown."""
    table = np.empty((length, len(observables)), dtype=np.float64)
    table[: len(rows)] = rows
    after = rows[-1].copy()
    for column, observable in enumerate(observables):
        if observable.name != "alive" and observable.kind != "total":
            after[column] = np.nan
    table[len(rows) :] = after
    table.flags.writeable = False
    return table
