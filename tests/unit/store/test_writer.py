"""Writing: runs as they finish, batches as they fill."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.refusals import Killed, kill_after
from tests.toy_store import FAILING_SEED, Fragile, assert_same, outcome, toy_manifest, toy_run

from whowhom.errors import StoreError
from whowhom.store import parquet as parquet_module
from whowhom.store import writer as writer_module
from whowhom.store.parts import Run, read_run, storage_type
from whowhom.store.reader import Progress, Store
from whowhom.store.writer import Writer


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    """A store of 60 runs, 3 in a batch, that holds nothing yet."""
    return Writer.begin(tmp_path / "store", toy_manifest(replicates=30))


def test_a_new_store_holds_its_manifest_only(writer: Writer) -> None:
    """Beginning a store writes the manifest, and everything is missing."""
    assert names(writer.folder) == ["manifest.json"]
    assert writer.missing() == list(range(60))


def test_a_run_is_on_disk_when_it_is_kept(writer: Writer) -> None:
    """A kept run has its own file, with every bit of it, and is no longer missing."""
    run = outcome(writer, 4)
    assert isinstance(run, Run)
    writer.keep(run)
    assert names(writer.folder) == ["manifest.json", "run-000004.npz"]
    assert 4 not in writer.missing()
    assert writer.has(4)
    again = read_run(writer.layout, 4, manifest=writer.manifest)
    assert again is not None
    assert np.array_equal(again.rows, run.rows, equal_nan=True)
    assert {**vars(again), "rows": 0} == {**vars(run), "rows": 0}


@pytest.mark.parametrize(("times", "there"), [(2, True), (3, False)])
def test_a_run_that_another_machine_replaces_stays(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, times: int, there: bool
) -> None:
    """A run's file that is replaced while it is read, as network disks say, is read anew and not removed; but not for ever."""
    for index in (0, 1, 2):
        writer.keep(outcome(writer, index))
    load, stale = np.load, [OSError(errno.ESTALE, "Stale file handle")] * times

    def torn_away(*words: Any, **more: Any) -> Any:
        if stale:
            raise stale.pop()
        return load(*words, **more)

    monkeypatch.setattr(np, "load", torn_away)
    assert writer.finish(0) is there
    assert writer.has(0) is there


def test_a_batch_is_made_when_all_its_runs_are_there(writer: Writer) -> None:
    """A batch is completed by its last run and not before; then the runs' own files are gone."""
    for index in (3, 5):
        writer.keep(outcome(writer, index))
        assert not writer.finish(1)
    writer.keep(outcome(writer, 4))
    assert writer.finish(1)
    assert names(writer.folder) == ["batch-00001.done", "manifest.json", "runs-00001.parquet", "weeks-00001.parquet"]


def test_tables_without_a_marker_do_not_count(writer: Writer) -> None:
    """When a writer is killed before the marker, the batch is made again from its runs, which are still there."""
    for index in (3, 4, 5):
        writer.keep(outcome(writer, index))
    writer.layout.weeks(1).write_bytes(b"half")
    reader = Store.open(writer.folder)
    assert len(reader.runs()) == 3
    again = Writer.resume(writer.folder)
    again.finish_all()
    assert len(reader.weeks()) == 3 * 31
    assert again.layout.marker(1).exists()


def test_runs_left_beside_their_batch_are_cleared(writer: Writer) -> None:
    """When a writer is killed after the marker, the next one removes the runs' own files."""
    for index in (3, 4, 5):
        writer.keep(outcome(writer, index))
    kept = writer.layout.run(4).read_bytes()
    writer.finish(1)
    writer.layout.run(4).write_bytes(kept)
    assert len(Store.open(writer.folder).runs()) == 3
    Writer.resume(writer.folder)
    assert not writer.layout.run(4).exists()


def test_a_run_that_came_too_late_is_not_kept_twice(writer: Writer) -> None:
    """A run that another writer has already put into a batch leaves no file."""
    late = outcome(writer, 4)
    for index in (3, 4, 5):
        writer.keep(outcome(writer, index))
    writer.finish(1)
    writer.keep(late)
    assert not writer.layout.run(4).exists()


@pytest.mark.parametrize("damage", [b"", b"half", None])
def test_a_damaged_run_is_done_again(writer: Writer, damage: bytes | None) -> None:
    """A run's file that cannot be read, or is another run's, counts for nothing and is cleared away."""
    for index in (3, 4, 5):
        writer.keep(outcome(writer, index))
    writer.layout.run(4).write_bytes(writer.layout.run(3).read_bytes() if damage is None else damage)
    assert len(Store.open(writer.folder).runs()) == 2
    assert not writer.finish(1)
    assert 4 in writer.missing()


def test_failures_are_outcomes(tmp_path: Path) -> None:
    """A failing run is kept with its error, counts as done, and stops no other."""
    store = toy_run(tmp_path / "store", model=Fragile())
    assert store.progress() == Progress(total=20, done=18, failed=2)
    assert store.progress().complete
    failures = store.failures()
    assert list(failures["arm"]) == ["history", "no executions"]
    assert set(failures["seed"]) == {FAILING_SEED}
    assert set(failures["error"]) == {"ZeroDivisionError: nobody left"}
    assert failures["traceback"].str.contains("in broken").all()
    assert FAILING_SEED not in set(store.runs()["seed"]) | set(store.weeks()["seed"])


def test_failures_are_kept_before_their_batch_is_complete(writer: Writer) -> None:
    """A failed run of an incomplete batch is read like one of a complete batch."""
    writer.keep(outcome(writer, 2 * FAILING_SEED, model=Fragile()))
    assert names(writer.folder) == ["manifest.json", "run-000006.failed.json"]
    assert Store.open(writer.folder).progress() == Progress(total=60, done=0, failed=1)
    assert len(Store.open(writer.folder).failures()) == 1


def test_a_failed_run_that_succeeds_is_a_run(writer: Writer) -> None:
    """If two writers disagree whether a run fails, it has not failed."""
    index = 2 * FAILING_SEED
    writer.keep(outcome(writer, index, model=Fragile()))
    writer.keep(outcome(writer, index))
    assert Store.open(writer.folder).progress() == Progress(total=60, done=1, failed=0)
    for other in (7, 8):
        writer.keep(outcome(writer, other))
    assert writer.finish(2)
    assert not writer.layout.failures(2).exists()


def test_failed_runs_can_be_taken_up_again(tmp_path: Path) -> None:
    """Reopening failed runs keeps every good run of their batches and makes the failed ones missing."""
    folder = tmp_path / "store"
    toy_run(folder, model=Fragile(), replicates=30)
    before = Store.open(folder).progress()
    writer = Writer.resume(folder)
    reopened = writer.reopen_failed()
    assert reopened == [2 * FAILING_SEED, 2 * FAILING_SEED + 1] == writer.missing()
    assert Store.open(folder).progress() == Progress(total=60, done=before.done, failed=0)
    for index in reopened:
        writer.keep(outcome(writer, index))
    writer.finish_all()
    assert_same(Store.open(folder), toy_run(tmp_path / "right", replicates=30))


@pytest.mark.parametrize("allowed", range(4))
def test_reopening_can_be_interrupted_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
    """A writer that is killed at any step while it takes a batch apart loses no run."""
    folder = tmp_path / "store"
    before = toy_run(folder, model=Fragile(), replicates=30).progress()
    kill_after(monkeypatch, writer_module, ("write_run", "_remove"), allowed=allowed)
    hand = Writer.resume(folder)
    with pytest.raises(Killed):
        hand.reopen_failed()
    monkeypatch.undo()
    Writer.resume(folder).finish_all()
    assert Store.open(folder).progress().done == before.done


def test_any_order_gives_the_same_store(tmp_path: Path) -> None:
    """Runs kept in any order by several writers, with batches completed at any time, give one and the same store."""
    right = toy_run(tmp_path / "right")
    order = list(range(20))
    for trial in range(3):
        folder = tmp_path / f"store {trial}"
        hands = [Writer.begin(folder, toy_manifest()) for _ in range(3)]
        luck = random.Random(trial)
        luck.shuffle(order)
        for index in order:
            luck.choice(hands).keep(outcome(hands[0], index))
            if luck.random() < 0.3:
                luck.choice(hands).finish_all()
        hands[0].finish_all()
        assert_same(Store.open(folder), right)


def test_strangers_files_are_not_mixed_with_ours(tmp_path: Path) -> None:
    """A store is not begun in a folder that holds something else."""
    (tmp_path / "letter.txt").touch()
    with pytest.raises(StoreError) as error:
        Writer.begin(tmp_path, toy_manifest())
    assert str(error.value) == (
        f"store '{tmp_path}' must be an empty folder or hold an experiment, got 'letter.txt' and no manifest.json. "
        "Choose another folder with --store."
    )
    assert names(tmp_path) == ["letter.txt"]


def test_a_store_is_not_a_file(tmp_path: Path) -> None:
    """A file in the place of the folder, or above it, is one clear error."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as error:
        Writer.begin(tmp_path / "file", toy_manifest())
    assert str(error.value) == (
        f"store '{tmp_path}/file' must be a folder, got a file. Choose another place with --store."
    )
    with pytest.raises(StoreError, match="got: part of the path is a file, not a folder"):
        Writer.begin(tmp_path / "file" / "below", toy_manifest())


def test_counts_are_stored_in_full(tmp_path: Path) -> None:
    """Stocks, flows and totals are stored as float64, since a country has more persons than float32 can count."""
    store = toy_run(tmp_path / "store")
    kinds = {observable.kind: storage_type(observable) for observable in store.observables}
    assert {kind: np.dtype(held).itemsize for kind, held in kinds.items()} == {
        "code": 4,
        "stock": 8,
        "flow": 8,
        "total": 8,
        "share": 4,
    }
    weeks = store.weeks()
    assert all(weeks[observable.name].dtype == storage_type(observable) for observable in store.observables)


def test_ctrl_c_inside_duckdb_is_ctrl_c(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What DuckDB makes of Ctrl-C while it writes is turned back into it, and leaves nothing behind."""

    class Interrupted:
        def __getattr__(self, name: str) -> Callable[..., None]:
            def call(*_: object) -> None:
                if name == "execute":
                    raise RuntimeError("Query interrupted")

            return call

    for index in (3, 4, 5):
        writer.keep(outcome(writer, index))
    monkeypatch.setattr(parquet_module, "connection", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        writer.finish(1)
    monkeypatch.undo()
    assert names(writer.folder) == ["manifest.json", "run-000003.npz", "run-000004.npz", "run-000005.npz"]
    assert writer.finish(1)
