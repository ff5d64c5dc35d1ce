"""One run on disk, before its batch is complete; and the tables that batches are made of.

A finished run costs well under a millisecond to write (an uncompressed .npz with a checksum), so that killing the
program at any moment loses at most the runs in flight. When a batch is complete its runs become two Parquet files and
these parts go away.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Observable, Rows
from whowhom.engine.disk import DAMAGED, whole_file
from whowhom.store.layout import Layout
from whowhom.store.manifest import Manifest

#: A part or table as columns, each an array of one length.
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Run:
    """One finished run.

    Attributes
    ----------
    index
        Number in the design.
    arm, replicate, seed, set
        What was run: arm, replicate, key of all draws, number of the plausible parameter set (-1 if there is none).
    identity
        Hash of everything that fixes the result.
    ended
        Tick of the collapse, None if it lived to the end [ticks].
    cause
        Why it fell, '' if it did not.
    digest
        Hash of the last state.
    seconds
        Time it took [s].
    code
        Hash of the package that ran it.
    rows
        float64 [ticks + 1, n_observables].
    program
        Name of the program that ran it, '' if it was not recorded (schema 1).
    """

    index: int
    arm: str
    replicate: int
    seed: int
    set: int
    identity: str
    ended: int | None
    cause: str
    digest: str
    seconds: float
    code: str
    rows: Rows
    program: str = ""


@dataclass(frozen=True)
class Failure:
    """One run that could not be finished: an outcome like any other.

    Attributes
    ----------
    index, arm, replicate, seed, set, identity, seconds, code, program
        As in `Run`.
    error
        Kind of the exception and its text.
    traceback
        Where it happened, for a bug report.
    """

    index: int
    arm: str
    replicate: int
    seed: int
    set: int
    identity: str
    error: str
    traceback: str
    seconds: float
    code: str
    program: str = ""


def storage_type(observable: Observable) -> type[np.float32] | type[np.float64]:
    """Return float32 for shares and codes, float64 for what is counted.

    Ours: 2**24 is the largest run of whole numbers float32 holds, and a country has 137 million inhabitants; shares
    carry far fewer than seven digits of meaning. The kind decides and not the numbers, so that all parts of all
    batches have the same columns.
    """
    return np.float32 if observable.kind in ("share", "code") else np.float64


def write_run(layout: Layout, run: Run, *, way_out: str) -> None:
    """Write one finished run to its own file, whole or not at all."""
    about = {field.name: getattr(run, field.name) for field in fields(Run) if field.name != "rows"}
    text = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    path = layout.run(run.index)
    with whole_file(path, way_out=way_out, flush_name=False) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, rows=run.rows, about=text)


def read_run(layout: Layout, index: int, *, manifest: Manifest, looks: int = 3) -> Run | None:
    """Read one finished run; None if its file is gone or damaged (then the run is simply to be done again).

    On a network disk a file that another machine replaces while we read it is lost to us (ESTALE), and the one in its
    place is whole: it is opened anew, at most `looks` times in all.
    """
    try:
        with layout.run(index).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            run = Run(rows=file["rows"], **json.loads(file["about"].tobytes()))
        return run if belongs(run, index, layout) and _is_of_design(run, manifest=manifest) else None
    except OSError as error:
        stale = error.errno == errno.ESTALE and looks > 1
        return read_run(layout, index, manifest=manifest, looks=looks - 1) if stale else None
    except DAMAGED:
        return None


def write_failure(layout: Layout, failure: Failure, *, way_out: str) -> None:
    """Write one failed run to its own file, whole or not at all."""
    with whole_file(layout.failed(failure.index), way_out=way_out, flush_name=False) as temporary:
        temporary.write_text(json.dumps(asdict(failure), indent=1), encoding="utf-8")


def read_failure(layout: Layout, index: int) -> Failure | None:
    """Read one failed run; None if its file is gone or damaged."""
    try:
        failure = Failure(**json.loads(layout.failed(index).read_bytes()))
        return failure if belongs(failure, index, layout) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


_KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("index", "replicate", "seed", "set"), int),
    **dict.fromkeys(("arm", "identity", "cause", "digest", "code", "program", "error", "traceback"), str),
    "seconds": (int, float),
}


def belongs(outcome: Run | Failure, index: int, layout: Layout) -> bool:
    """Return True if a part is what its name says, with every field of its kind."""
    there = {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    whole = all(isinstance(there[name], kind) for name, kind in _KINDS.items() if name in there)
    return whole and outcome.index == index and (outcome.arm, outcome.replicate) == layout.place(index)


def _is_of_design(run: Run, *, manifest: Manifest) -> bool:
    """Return True if a run has the seed and the set of the design, an end within its weeks, and rows of finite numbers or none."""
    n_sets = len(manifest.experiment["scenario"]["sets"])
    luck = (manifest.seed_of(run.replicate), run.replicate % n_sets if n_sets else -1)
    fell = isinstance(run.ended, int) and 1 <= run.ended <= manifest.until_ticks
    ends = fell if run.cause else run.ended is None
    shape = (manifest.until_ticks + 1, len(manifest.observables))
    right = run.rows.shape == shape and run.rows.dtype == np.float64 and not np.isinf(run.rows).any()
    return (run.seed, run.set) == luck and ends and bool(right)


def weeks_of(runs: Sequence[Run], *, manifest: Manifest) -> Columns:
    """Return the rows of runs as columns, in the order of the runs."""
    length = manifest.until_ticks + 1
    week = np.arange(length, dtype=np.int32)
    start = np.datetime64(manifest.start, "D")
    columns: Columns = {
        "arm": np.repeat(np.array([run.arm for run in runs], dtype=object), length),
        "replicate": np.repeat(np.array([run.replicate for run in runs], dtype=np.int32), length),
        "seed": np.repeat(np.array([run.seed for run in runs], dtype=np.int64), length),
        "identity": np.repeat(np.array([run.identity for run in runs], dtype=object), length),
        "week": np.tile(week, len(runs)),
        "date": np.tile(start + week.astype("timedelta64[D]") * manifest.tick_days, len(runs)).astype("datetime64[s]"),
    }
    rows = np.concatenate([run.rows for run in runs]) if runs else np.empty((0, len(manifest.observables)))
    for column, observable in enumerate(manifest.observables):
        columns[observable.name] = rows[:, column].astype(storage_type(observable))
    return columns


#: Columns of a table of runs, with their kinds.
RUN_COLUMNS: Mapping[str, Any] = {
    "arm": object,
    "replicate": np.int32,
    "seed": np.int64,
    "set": np.int32,
    "identity": object,
    "ended": np.float64,
    "cause": object,
    "digest": object,
    "seconds": np.float64,
    "code": object,
    "program": object,
}

#: What each schema added to them.
NEW_COLUMNS: Mapping[int, tuple[str, ...]] = {2: ("program",)}


def run_columns(schema: int) -> list[str]:
    """Return the columns of a table of runs that a store of a schema has on disk."""
    newer = {name for number, names in NEW_COLUMNS.items() if number > schema for name in names}
    return [name for name in RUN_COLUMNS if name not in newer]


def runs_of(runs: Sequence[Run]) -> Columns:
    """Return one row per run as columns; `ended` is NaN for those that lived to the end."""
    columns: Columns = {}
    for name, kind in RUN_COLUMNS.items():
        values = [getattr(run, name) for run in runs]
        if name == "ended":
            values = [np.nan if value is None else value for value in values]
        columns[name] = np.array(values, dtype=kind)
    return columns
