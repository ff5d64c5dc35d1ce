"""Reading an experiment: weeks, runs, failures and progress as pandas tables. Changes nothing, computes nothing.

Complete batches are read by DuckDB; finished runs of incomplete batches, which are few, from their own files. So an
experiment that was interrupted, or is still running, reads like a smaller one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.engine.contract import Observable
from whowhom.engine.disk import reason
from whowhom.errors import StoreError, UnknownNameError, unknown
from whowhom.store.damage import runs_problem, weeks_problem
from whowhom.store.layout import Contents, Layout, resume_command
from whowhom.store.manifest import Manifest, read_manifest
from whowhom.store.parquet import read_table
from whowhom.store.parts import Columns, Failure, Run, belongs, read_failure, read_run, run_columns, runs_of, weeks_of
from whowhom.store.program import Program, read_programs

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ("arm", "replicate", "seed", "week", "date")
_ALL_KEYS = ("arm", "replicate", "seed", "identity", "week", "date")
_ORDER = ("replicate", "arm")

#: How often a reader looks again when a batch is completed between its two looks.
_LOOKS = 5


@dataclass(frozen=True)
class Progress:
    """How much of an experiment there is [runs]."""

    total: int
    done: int
    failed: int

    @property
    def missing(self) -> int:
        """Runs that are still to be done."""
        return self.total - self.done - self.failed

    @property
    def complete(self) -> bool:
        """True if nothing is missing; failed runs are outcomes."""
        return self.missing == 0


class Store:
    """One experiment on disk, to be read.

    Examples
    --------
    >>> store = Store.open("results")                                   # doctest: +SKIP
    >>> store.weeks(["arrests_per_week"], arms=["history"]).groupby("week").mean(numeric_only=True)  # doctest: +SKIP
    """

    def __init__(self, *, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open a store.

        Raises
        ------
        StoreError
            It is no store, or a damaged one, or one of a newer schema.
        """
        folder = Path(path)
        return cls(folder=folder, manifest=read_manifest(folder))

    @property
    def layout(self) -> Layout:
        """File names of this store."""
        return self.manifest.layout(self.folder)

    @property
    def experiment(self) -> Mapping[str, Any]:
        """What was asked, as plain data."""
        return self.manifest.experiment

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the design."""
        return self.manifest.arms

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The columns of `weeks`, with unit, meaning and kind."""
        return self.manifest.observables

    def weeks(self, columns: Sequence[str] | None = None, arms: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a row per arm, replicate and week.

        Parameters
        ----------
        columns
            Observables to read; all by default, and then the run's identity too.
        arms
            Arms to read; all by default.

        Returns
        -------
        pandas.DataFrame
            `arm` (category, in the order of the design), `replicate`, `seed`, (`identity`,) `week`, `date` (first day
            of the tick), then the observables: shares and codes float32, counts float64, NaN where there is no number.
            Sorted by replicate, arm, week. Row `week` is the state at the beginning of that week; its flows are those
            of the week before.

        Raises
        ------
        UnknownNameError
            No such observable or arm.
        StoreError
            A file is damaged.
        """
        known = [observable.name for observable in self.observables]
        names = _chosen("column", columns, known)
        keys = _ALL_KEYS if columns is None else _KEYS
        wanted = _chosen("arm", arms, self.arms)
        return self._table("weeks", [*keys, *names], arms=wanted, order=(*_ORDER, "week"))

    def runs(self) -> pd.DataFrame:
        """Return a row per finished run.

        Returns
        -------
        pandas.DataFrame
            `arm` (category), `replicate`, `seed`, `set` (plausible parameter set, -1 if none), `identity`, `ended`
            (week of the collapse, NaN if it lived to the end), `cause` ('' if it lived), `digest`, `seconds`, `code`
            (hash of the package that ran it), `program` (which of `programs` ran it, '' if that was not recorded).
            Sorted by replicate and arm.
        """
        schema = self.manifest.schema
        table = self._table("runs", run_columns(schema), arms=self.arms, order=_ORDER)
        return table if "program" in table else table.assign(program="").astype({"program": "str"})

    def programs(self) -> dict[str, Program]:
        """Return what has worked on this store, by name: versions, code, generator and processor of each."""
        found, first = read_programs(self.folder), self.manifest.program
        unknown_there = not first.kernels  # begun under schema 1, when programs had no pages
        return {first.name: first} | found if unknown_there or not found else found

    def failures(self) -> pd.DataFrame:
        """Return a row per failed run: keys as in `runs`, `error` and `traceback`."""
        import pandas as pd

        names = [field.name for field in fields(Failure) if field.name != "index"]
        found = [asdict(failure) for failure in self.failed_runs(self._scan())]
        return pd.DataFrame(found, columns=["index", *names]).sort_values("index", ignore_index=True)[names]

    def progress(self) -> Progress:
        """Count what is there, from file names alone but for the failures."""
        contents = self._scan()
        in_batches = sum(len(self.layout.indices(batch)) for batch in contents.batches)
        failed_there = sum(len(read_failures(self.layout, batch)) for batch in contents.batches)
        return Progress(
            total=self.layout.runs,
            done=in_batches - failed_there + len(contents.runs),
            failed=failed_there + len(contents.failures),
        )

    def whole_replicates(self) -> int:
        """Count the replicates that are finished, and did not fail, in every arm."""
        contents, layout = self._scan(), self.layout
        there = {index for batch in contents.batches for index in layout.indices(batch)} | contents.runs
        there -= {failure.index for failure in self.failed_runs(contents)}
        finished = Counter(index // len(layout.arms) for index in there)
        return sum(count == len(layout.arms) for count in finished.values())

    def failed_runs(self, contents: Contents) -> list[Failure]:
        """Return the failed runs of complete and incomplete batches."""
        found = [failure for batch in sorted(contents.batches) for failure in read_failures(self.layout, batch)]
        single = (read_failure(self.layout, index) for index in sorted(contents.failures))
        return found + [failure for failure in single if failure is not None]

    def _scan(self) -> Contents:
        return scan(self.layout)

    def _table(self, kind: str, columns: list[str], *, arms: Sequence[str], order: Sequence[str]) -> pd.DataFrame:
        """Return the rows of complete batches and of single runs as one sorted table, every row one of the design."""
        import pandas as pd

        for _ in range(_LOOKS):
            contents, single = self._settled()
            tables = [self._frame(kind, single, columns=columns, arms=arms)]
            batches = sorted(contents.batches)
            table, problem = self._batches(kind, batches, columns=columns, arms=arms, order=order)
            if problem is None or self._scan() == contents:
                break
        if problem is not None:
            raise StoreError(self._blame(kind, batches, columns=columns, arms=arms, order=order, problem=problem))
        filled = [table for table in (table, *tables) if table is not None and len(table)]
        if len(filled) == 1:
            return filled[0]
        return pd.concat(filled or tables).sort_values(list(order), kind="stable", ignore_index=True)

    def _batches(
        self, kind: str, batches: Sequence[int], *, columns: list[str], arms: Sequence[str], order: Sequence[str]
    ) -> tuple[pd.DataFrame | None, str | None]:
        """Return the table of complete batches, None if there is none, and what is wrong with it."""
        if not batches:
            return None, None
        paths = [self._path(kind, batch) for batch in batches]
        table = read_table(paths, columns=columns, arms=arms, order=order, all_arms=self.arms)
        failed = {failure.index for batch in batches for failure in read_failures(self.layout, batch)}
        indices = (index for batch in batches for index in self.layout.indices(batch) if index not in failed)
        places = [place for place in map(self.layout.place, indices) if place[0] in arms]
        if kind == "runs":
            return table, runs_problem(table, manifest=self.manifest, places=places)
        names = [name for name in columns if name not in _ALL_KEYS]
        return table, weeks_problem(table, manifest=self.manifest, places=places, columns=names)

    def _blame(self, kind: str, batches: Sequence[int], *, problem: str, **asked: Any) -> str:
        """Say which file holds what the design has not, and how to make it again."""
        for batch in batches:
            _, found = self._batches(kind, [batch], **asked)
            if found is not None:
                path, marker = self._path(kind, batch), self.layout.marker(batch)
                return (
                    f"'{path}' must hold its part of the experiment, got {found}. "
                    f"Delete '{marker}' and `{resume_command(self.folder)}` makes this batch again."
                )
        return (
            f"'{self.folder}' must hold Parquet files of one experiment, got {problem}. Put them back from a copy, or run "
            "the experiment again in another folder."
        )

    def _settled(self) -> tuple[Contents, list[Run]]:
        """Return what is there, with the single runs read; look again if a batch was completed meanwhile."""
        for _ in range(_LOOKS):
            contents = self._scan()
            runs = [read_run(self.layout, index, manifest=self.manifest) for index in sorted(contents.runs)]
            if all(run is not None for run in runs) or self._scan() == contents:
                break
        return contents, [run for run in runs if run is not None]

    def _path(self, kind: str, batch: int) -> Path:
        return self.layout.weeks(batch) if kind == "weeks" else self.layout.runs_of(batch)

    def _frame(self, kind: str, runs: list[Run], *, columns: list[str], arms: Sequence[str]) -> pd.DataFrame:
        """Return single runs as a table of the same columns and kinds as those of a batch."""
        import pandas as pd

        chosen = sorted((run for run in runs if run.arm in arms), key=lambda run: run.index)
        table: Columns = weeks_of(chosen, manifest=self.manifest) if kind == "weeks" else runs_of(chosen)
        frame = pd.DataFrame({name: table[name] for name in columns})
        kinds: dict[str, Any] = {
            name: "str" for name in ("identity", "cause", "digest", "code", "program") if name in frame
        }
        if "date" in frame:
            kinds["date"] = "datetime64[us]"
        kinds["arm"] = pd.CategoricalDtype(list(self.arms), ordered=True)  # as DuckDB gives its enumerations
        return frame.astype(kinds)


def _chosen(kind: str, names: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """Return the names asked for, all of them known."""
    if names is None:
        return list(known)
    if isinstance(names, str):
        names = [names]
    for name in names:
        if name not in known:
            raise UnknownNameError(unknown(kind, name, known))
    return list(names)


def scan(layout: Layout) -> Contents:
    """Return what a folder holds, or say why it cannot be read."""
    try:
        return layout.scan()
    except OSError as error:
        raise StoreError(
            f"store '{layout.folder}' must be readable, got: {reason(error)}. Check the path and its rights."
        ) from error


def read_failures(layout: Layout, batch: int) -> list[Failure]:
    """Return the failed runs of a complete batch.

    Raises
    ------
    StoreError
        The file is damaged.
    """
    path = layout.failures(batch)
    try:
        found = [Failure(**entry) for entry in json.loads(path.read_bytes())]
        known = layout.indices(batch)
        if not all(failure.index in known and belongs(failure, failure.index, layout) for failure in found):
            raise ValueError("runs of another batch")
        return found
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise StoreError(
            f"'{path}' must be as whowhom wrote it, got one that is damaged ({type(error).__name__}). "
            f"Delete '{layout.marker(batch)}' and `{resume_command(layout.folder)}` makes this batch again."
        ) from error
