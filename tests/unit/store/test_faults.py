"""Full and read-only disks, at any moment; files that are lost, torn or left over."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.refusals import Refusals
from tests.toy_store import Fragile, assert_same, outcome, toy_manifest, toy_run

from whowhom.engine.disk import is_temporary
from whowhom.errors import StoreError, StoreWarning
from whowhom.experiments.design import HISTORY, Arm
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

FSYNC = os.fsync


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("right") / "store")


def fail_from(monkeypatch: pytest.MonkeyPatch, first: int, number: int) -> None:
    """Let the system refuse every flush of a file from the one with a given number on."""
    calls: Iterator[int] = iter(range(1_000_000))

    def fsync(descriptor: int) -> None:
        if next(calls) >= first:
            raise OSError(number, os.strerror(number))
        FSYNC(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize(
    ("number", "first"),
    [(errno.ENOSPC, first) for first in (0, 1, 2, 3, 4, 6, 8, 11, 57, 101)]
    + [(errno.EROFS, first) for first in (0, 2, 8)],
)
def test_nothing_is_lost_when_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: Store, number: int, first: int
) -> None:
    """Whenever the disk becomes full or read-only, one clear error ends the run, and resuming gives the same store."""
    folder = tmp_path / "store"
    fail_from(monkeypatch, first, number)
    with pytest.raises(StoreError) as error:
        toy_run(folder)
    monkeypatch.undo()
    words = {errno.ENOSPC: "the disk is full", errno.EROFS: "the disk is read-only"}[number]
    assert f"must be writable, got: {words}. " in str(error.value)
    begun = (folder / "manifest.json").exists()
    if first >= 4:  # two flushes each for the manifest and the page of the program
        assert str(error.value).endswith(
            f"Nothing finished is lost; put it right and `whowhom resume {folder}` goes on."
        )
        assert begun
    assert [path for path in folder.iterdir() if is_temporary(path)] == []
    if begun:
        done = Store.open(folder).progress().done
        assert done >= (first - 4) // 10  # at most ten flushes a run: its own file, two tables, a marker, each twice
        assert len(Store.open(folder).runs()) == done
    assert_same(toy_run(folder), right)


LIMITED = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from tests.toy_store import toy_run
from whowhom.errors import StoreError
from whowhom.store.parquet import write_table
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
folder = Path(sys.argv[1])
try:
    if sys.argv[3] == "table":
        write_table(folder / "table.parquet", {"x": np.random.default_rng(1).random(10_000)}, way_out="Do this.")
    else:
        toy_run(folder)
except StoreError as error:
    print(error)
    sys.exit(2)
"""


@pytest.mark.parametrize(
    ("limit", "what", "file"),
    [(500, "manifest", "manifest.json"), (1500, "run", "run-000000.npz"), (5000, "table", "table.parquet")],
)
def test_a_real_refusal_is_one_sentence(
    tmp_path: Path, right: Store, root: Path, limit: int, what: str, file: str
) -> None:
    """A write that the system itself refuses, also inside DuckDB, is one clear error, and resuming gives the same."""
    folder = tmp_path / "store"
    if what != "manifest":
        Writer.begin(folder, toy_manifest())
    arguments = [sys.executable, "-c", LIMITED, str(folder), str(limit), what]
    done = subprocess.run(arguments, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")
    words = "the file is larger than this system allows"
    assert done.stdout.startswith(f"'{folder}/{file}' must be writable, got: {words}. ")
    assert_same(toy_run(folder), right)


#: Two runs, the second of which fails.
SMALL: dict[str, Any] = {"arms": (Arm(HISTORY),), "replicates": 2, "seed": 2, "until_ticks": 4}
WORDS = {errno.ENOSPC: "the disk is full", errno.EROFS: "the disk is read-only"}


@pytest.mark.slow
@pytest.mark.parametrize("number", WORDS, ids=["full", "read-only"])
def test_the_disk_may_refuse_any_write(tmp_path: Path, number: int) -> None:
    """Whichever call the disk refuses, of all by which a store is written, resuming gives the store of a quiet run."""
    with pytest.MonkeyPatch.context() as patch:
        counted = Refusals(patch, first=None, number=number)
        right = toy_run(tmp_path / "right", model=Fragile(), **SMALL)
    assert set(counted.calls) == {"mkdir", "open", "fsync", "hardlink_to", "replace", "copy", "touch"}
    for first in range(len(counted.calls)):
        folder = tmp_path / f"store {first}"
        with pytest.MonkeyPatch.context() as patch:
            Refusals(patch, first=first, number=number)
            with pytest.raises(StoreError) as error:
                toy_run(folder, model=Fragile(), **SMALL)
        assert WORDS[number] in str(error.value)
        if (folder / "manifest.json").exists():
            store = Store.open(folder)
            assert len(store.runs()) == store.progress().done
            assert [path for path in folder.iterdir() if is_temporary(path)] == []
        assert_same(toy_run(folder, model=Fragile(), **SMALL), right)
    print(f"{len(counted.calls)} calls refused in turn")


def test_a_finished_store_needs_no_writing(tmp_path: Path, right: Store) -> None:
    """A finished store on a read-only disk is read, and the same experiment run again finds everything there."""
    folder = tmp_path / "store"
    shutil.copytree(right.folder, folder)
    with pytest.MonkeyPatch.context() as patch:
        refusals = Refusals(patch, first=None, number=errno.EROFS)
        assert_same(toy_run(folder), right)
    assert set(refusals.calls) <= {"mkdir"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A finished experiment of 60 runs, 3 in a batch; the runs 6 and 7 of batch 2 failed."""
    return toy_run(tmp_path_factory.mktemp("whole") / "store", model=Fragile(), replicates=30)


def tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def half_a_run(folder: Path) -> None:
    """A run's own file is torn; its batch was not complete."""
    (folder / "batch-00005.done").unlink()
    writer = Writer(folder=folder, manifest=Store.open(folder).manifest)
    for index in (15, 16):
        writer.keep(outcome(writer, index))
    tear(folder / "run-000016.npz")


def leftovers(folder: Path) -> None:
    """Temporary files of a process that is gone."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with_name = next(iter_temporary(folder)).split(".")
    for number, name in enumerate(("run-000001.npz", "weeks-00004.parquet", "manifest.json")):
        (folder / f".{name}.{with_name[-4]}.{dead.pid}.{number}.tmp").write_bytes(b"half")


def iter_temporary(folder: Path) -> Iterator[str]:
    from whowhom.engine.disk import whole_file

    with whole_file(folder / "x", way_out="") as temporary:
        temporary.touch()
        yield temporary.name


DAMAGES: dict[str, tuple[Callable[[Path], object], int]] = {
    "a marker without weeks": (lambda folder: (folder / "weeks-00004.parquet").unlink(), 1),
    "a marker without runs": (lambda folder: (folder / "runs-00004.parquet").unlink(), 1),
    "a marker without failures": (lambda folder: (folder / "failures-00002.json").unlink(), 1),
    "a marker alone": (
        lambda folder: [path.unlink() for path in folder.glob("*-00004.parquet")],
        1,
    ),
    "torn weeks": (lambda folder: tear(folder / "weeks-00004.parquet"), 1),
    "torn runs": (lambda folder: tear(folder / "runs-00004.parquet"), 1),
    "torn failures": (lambda folder: tear(folder / "failures-00002.json"), 1),
    "tables of another batch": (
        lambda folder: shutil.copy(folder / "runs-00002.parquet", folder / "runs-00004.parquet"),
        1,
    ),
    "two batches": (
        lambda folder: [tear(folder / "weeks-00004.parquet"), (folder / "runs-00017.parquet").unlink()],
        2,
    ),
    "tables without a marker": (lambda folder: (folder / "batch-00004.done").unlink(), 0),
    "half a table without a marker": (
        lambda folder: [(folder / "batch-00004.done").unlink(), tear(folder / "weeks-00004.parquet")],
        0,
    ),
    "half a run": (half_a_run, 0),
    "leftovers": (leftovers, 0),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_lost_or_torn_is_made_again(tmp_path: Path, whole: Store, damage: str) -> None:
    """Whatever file is lost, torn or left over, continuing gives the store of a quiet run and says which batch it made anew."""
    folder = tmp_path / "store"
    shutil.copytree(whole.folder, folder)
    harm, batches = DAMAGES[damage]
    harm(folder)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", StoreWarning)
        found = toy_run(folder, model=Fragile(), replicates=30)
    assert_same(found, whole)
    texts = [str(warning.message) for warning in said if issubclass(warning.category, StoreWarning)]
    assert len(texts) == batches
    assert all("lost a file or a part of one; its runs are done again." in text for text in texts)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in whole.folder.iterdir())
