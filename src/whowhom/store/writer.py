"""Writing an experiment: runs as they finish, batches as they fill, nothing ever lost.

The order of writing is what makes it safe to stop at any moment:

1. a finished run is written to its own file;
2. when all runs of a batch are there, the batch's tables are written, then its marker;
3. only then are the runs' own files removed.

Every file is there whole or not at all (`engine.disk`), so killing the program loses the runs in flight and no others.
Any number of writers may work on one folder: what two of them write under one name differs in the seconds it took only.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from whowhom.engine.disk import clear_leftovers, flush_folder, is_temporary, reason, whole_file
from whowhom.errors import StoreError, StoreWarning
from whowhom.store.layout import MANIFEST, resume_command
from whowhom.store.manifest import Manifest, check_same, read_manifest, write_manifest
from whowhom.store.migration import migrate
from whowhom.store.parquet import read_table, rows_in, write_table
from whowhom.store.parts import (
    RUN_COLUMNS,
    Failure,
    Run,
    read_failure,
    read_run,
    runs_of,
    weeks_of,
    write_failure,
    write_run,
)
from whowhom.store.program import Program, write_program
from whowhom.store.reader import read_failures, scan

if TYPE_CHECKING:
    import pandas as pd


class Writer:
    """One process's hand on a store. `keep` may be called from any thread, the rest from one."""

    def __init__(self, *, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self.layout = manifest.layout(folder)
        self._way_out = f"Nothing finished is lost; put it right and `{resume_command(folder)}` goes on."

    @classmethod
    def begin(cls, path: str | Path, manifest: Manifest) -> Writer:
        """Begin a store, or continue the one that is there if it holds the same experiment.

        Raises
        ------
        StoreError
            Another experiment is there (the first difference is named), or something that is no store, or the folder
            cannot be made or written to.
        """
        folder = Path(path)
        _make_folder(folder)
        if not (folder / MANIFEST).exists():
            _refuse_strangers(folder)
            write_manifest(folder, manifest)
        there = read_manifest(folder)
        check_same(folder, there=there, here=manifest)
        return cls.resume(folder)

    @classmethod
    def resume(cls, path: str | Path) -> Writer:
        """Continue the store that is there, after clearing away what killed writers left.

        A batch whose files are missing or torn is opened again, so that its runs are done once more. A store of an
        older schema is migrated.

        Raises
        ------
        StoreError
            It is no store, or a damaged one, or one of a newer schema.

        Warns
        -----
        StoreWarning
            A batch was opened again.
        """
        folder = Path(path)
        writer = cls(folder=folder, manifest=read_manifest(folder))
        scan(writer.layout)
        clear_leftovers(folder)
        writer._reopen_torn()
        writer.manifest = migrate(folder, writer.manifest, way_out=writer._way_out)
        writer._clear_parts()
        return writer

    def sign(self, program: Program) -> None:
        """Write down what is going to compute runs here, once for each program.

        Raises
        ------
        StoreError
            The disk is full or read-only.
        """
        write_program(self.folder, program, way_out=self._way_out)

    def missing(self) -> list[int]:
        """Return the runs that are still to be done, in the order of the design; failed runs are outcomes."""
        contents = scan(self.layout)
        there = contents.runs | contents.failures
        open_batches = (batch for batch in range(self.layout.batches) if batch not in contents.batches)
        return [index for batch in open_batches for index in self.layout.indices(batch) if index not in there]

    def has(self, index: int) -> bool:
        """Return True if a run is there by now, whoever did it."""
        layout = self.layout
        return (
            layout.run(index).exists()
            or layout.failed(index).exists()
            or layout.marker(layout.batch_of(index)).exists()
        )

    def keep(self, outcome: Run | Failure) -> None:
        """Write one finished or failed run to its own file, at once.

        Raises
        ------
        StoreError
            The disk is full or read-only; runs that are there stay there.
        """
        if isinstance(outcome, Run):
            write_run(self.layout, outcome, way_out=self._way_out)
        else:
            write_failure(self.layout, outcome, way_out=self._way_out)
        batch = self.layout.batch_of(outcome.index)
        if self.layout.marker(batch).exists():  # another writer was faster
            self._clear_parts_of(batch)

    def finish(self, batch: int) -> bool:
        """Make the tables of a batch and its marker if all its runs are there.

        Returns
        -------
        bool
            True if the batch is complete now.
        """
        outcomes = self._outcomes(batch)
        if outcomes is not None:
            runs = [outcome for outcome in outcomes if isinstance(outcome, Run)]
            failures = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
            self._write_batch(batch, runs, failures)
            self._clear_parts_of(batch)
        return self.layout.marker(batch).exists()

    def finish_all(self) -> None:
        """Complete every batch whose runs are all there."""
        contents = scan(self.layout)
        for batch in sorted({self.layout.batch_of(index) for index in contents.runs | contents.failures}):
            self.finish(batch)

    def _outcomes(self, batch: int) -> list[Run | Failure] | None:
        """Return all outcomes of an incomplete batch in order; None if one is missing or the batch is complete."""
        outcomes: list[Run | Failure] = []
        for index in self.layout.indices(batch):
            if not self.has(index):  # another worker's, still to come; to clear it away might meet it just as it comes
                return None
            outcome = read_run(self.layout, index, manifest=self.manifest) or read_failure(self.layout, index)
            if outcome is None:
                self._clear_damaged(index)
                return None
            outcomes.append(outcome)
        return None if self.layout.marker(batch).exists() else outcomes

    def _clear_damaged(self, index: int) -> None:
        """Remove a part that cannot be read, so that its run is done again (a disk that lied about writing)."""
        for path in (self.layout.run(index), self.layout.failed(index)):
            _remove(path)

    def _write_batch(self, batch: int, runs: list[Run], failures: list[Failure]) -> None:
        """Write the tables, then the marker."""
        weeks = weeks_of(runs, manifest=self.manifest)
        write_table(self.layout.weeks(batch), weeks, way_out=self._way_out)
        write_table(self.layout.runs_of(batch), runs_of(runs), way_out=self._way_out)
        if failures:
            with whole_file(self.layout.failures(batch), way_out=self._way_out, flush_name=False) as temporary:
                entries = [asdict(failure) for failure in failures]
                temporary.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
        else:
            _remove(self.layout.failures(batch))
        with whole_file(self.layout.marker(batch), way_out=self._way_out) as temporary:
            flush_folder(self.folder)  # no marker on the disk without the names it vouches for
            temporary.touch()

    def _clear_parts_of(self, batch: int) -> None:
        """Remove the single files of a complete batch."""
        for index in self.layout.indices(batch):
            _remove(self.layout.run(index))
            _remove(self.layout.failed(index))

    def _clear_parts(self) -> None:
        """Remove single files whose batch was completed by a writer that was killed before it could."""
        for batch in scan(self.layout).batches:
            if any(self.layout.run(i).exists() or self.layout.failed(i).exists() for i in self.layout.indices(batch)):
                self._clear_parts_of(batch)

    def _reopen_torn(self) -> None:
        """Take back the marker of every batch that does not hold what it vouches for (a lying disk, a lost file)."""
        batches = sorted(scan(self.layout).batches)
        weeks = rows_in([self.layout.weeks(batch) for batch in batches])
        runs = rows_in([self.layout.runs_of(batch) for batch in batches])
        for batch, n_weeks, n_runs in zip(batches, weeks, runs, strict=True):
            expected = len(self.layout.indices(batch)) - self._failed_in(batch)
            if n_runs != expected or n_weeks != expected * (self.manifest.until_ticks + 1):
                _remove(self.layout.marker(batch))
                words = f"batch {batch} of store '{self.folder}' lost a file or a part of one; its runs are done again."
                warnings.warn(words, StoreWarning, stacklevel=4)

    def _failed_in(self, batch: int) -> int:
        """Return how many runs of a complete batch failed; more than there are if the list of them is damaged."""
        try:
            return len(read_failures(self.layout, batch))
        except StoreError:
            return len(self.layout.indices(batch)) + 1

    def reopen_failed(self) -> list[int]:
        """Take failed runs for missing ones again, so that they are done once more.

        A complete batch with failures is taken apart: its good runs get their own files back, and only when all of
        them are there does its marker go.

        Returns
        -------
        list of int
            The runs that were reopened.
        """
        contents = scan(self.layout)
        reopened = sorted(contents.failures)
        for batch in sorted(contents.batches):
            failures = read_failures(self.layout, batch)
            if failures:
                for run in self._read_batch(batch, without=[failure.index for failure in failures]):
                    write_run(self.layout, run, way_out=self._way_out)
                _remove(self.layout.marker(batch))
                reopened += [failure.index for failure in failures]
        for index in reopened:
            _remove(self.layout.failed(index))
        return sorted(reopened)

    def _read_batch(self, batch: int, *, without: Iterable[int]) -> list[Run]:
        """Return the runs of a complete batch as they were before it was completed (shares to float32)."""
        names = [observable.name for observable in self.manifest.observables]
        columns = ["arm", "replicate", "week", *names]
        weeks = self._read(self.layout.weeks(batch), columns=columns, order=("replicate", "arm", "week"))
        about = self._read(self.layout.runs_of(batch), columns=list(RUN_COLUMNS), order=("replicate", "arm"))
        failed = set(without)
        indices = [index for index in self.layout.indices(batch) if index not in failed]
        length = self.manifest.until_ticks + 1
        if len(about) != len(indices) or len(weeks) != length * len(indices):
            raise StoreError(
                f"'{self.layout.runs_of(batch)}' must hold {len(indices)} runs, got {len(about)}. "
                f"Delete '{self.layout.marker(batch)}' and `{resume_command(self.folder)}` makes this batch again."
            )
        table = weeks[names].to_numpy(dtype=np.float64)
        runs = []
        for place, (index, entry) in enumerate(zip(indices, about.to_dict("records"), strict=True)):
            entry["ended"] = None if np.isnan(entry["ended"]) else int(entry["ended"])
            runs.append(Run(index=index, rows=table[place * length : (place + 1) * length], **entry))
        return runs

    def _read(self, path: Path, *, columns: list[str], order: Iterable[str]) -> pd.DataFrame:
        arms = self.layout.arms
        return read_table([path], columns=columns, arms=arms, order=tuple(order), all_arms=arms)


def check_place(folder: Path) -> None:
    """Refuse a place in which no store can be begun or continued, without writing anything.

    What only shows when the folder is made (rights, a full disk) is said by `Writer.begin`.

    Raises
    ------
    StoreError
        It is a file, or below one, or a folder with something else in it.
    """
    try:
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        above = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        if not above.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise _no_folder(folder, error) from error
    if names and MANIFEST not in names:
        _refuse_strangers(folder)


def _no_folder(folder: Path, error: OSError) -> StoreError:
    """Say why a folder cannot be had."""
    if folder.is_file():
        return StoreError(f"store '{folder}' must be a folder, got a file. Choose another place with --store.")
    return StoreError(
        f"store '{folder}' must be a folder that can be made, got: {reason(error)}. Choose another place with --store."
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(folder, error) from error


def _refuse_strangers(folder: Path) -> None:
    """Begin a store only in a folder that is empty, so that nobody's files are mixed with ours."""
    try:
        strangers = sorted(path.name for path in folder.iterdir() if not is_temporary(path) and path.name != MANIFEST)
    except OSError as error:
        raise StoreError(f"store '{folder}' must be readable, got: {reason(error)}. Choose another place.") from error
    if strangers and not (folder / MANIFEST).exists():
        raise StoreError(
            f"store '{folder}' must be an empty folder or hold an experiment, got '{strangers[0]}' and no {MANIFEST}. "
            "Choose another folder with --store."
        )


def _remove(path: Path) -> None:
    """Remove a file that another writer may remove at the same time; what cannot be removed is ignored by readers."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
