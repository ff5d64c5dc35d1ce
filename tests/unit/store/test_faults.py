"""Full and read-only disks, at any moment."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.toy_store import assert_same, toy_manifest, toy_run

from whowhom.engine.disk import is_temporary
from whowhom.errors import StoreError
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
    if first >= 2:
        assert str(error.value).endswith(
            f"Nothing finished is lost; put it right and `whowhom resume {folder}` goes on."
        )
        assert begun
    assert [path for path in folder.iterdir() if is_temporary(path)] == []
    if begun:
        done = Store.open(folder).progress().done
        assert done >= (first - 2) // 10  # at most ten flushes a run: its own file, two tables, a marker, each twice
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
