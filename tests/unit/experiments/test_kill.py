"""Killing an experiment at any moment loses at most the runs in flight."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.toy_store import Fragile, assert_same, toy_run

from whowhom.engine.disk import is_temporary
from whowhom.errors import StoreError
from whowhom.experiments.design import HISTORY, Arm
from whowhom.store.reader import Store

REPLICATES = 100
KILLS = 20
THREADS = 2

#: The second leaves the history in week 10; a run of each fails.
ARMS = (Arm(HISTORY), Arm("late", off=("executions",), from_tick=10))

RUN = """
import sys
from pathlib import Path
from tests.toy_store import Fragile, toy_run
from whowhom.experiments.design import HISTORY, Arm
ARMS = (Arm(HISTORY), Arm("late", off=("executions",), from_tick=10))
def report(step):
    print(step.done + step.failed, flush=True)
toy_run(Path(sys.argv[1]), model=Fragile(), arms=ARMS, threads=int(sys.argv[2]), replicates=int(sys.argv[3]), progress=report)
"""


def begin(root: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(folder), str(THREADS), str(REPLICATES)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)


def killed_at(root: Path, folder: Path, *, wait: float, starting: bool) -> int:
    """Start a process, kill it a while after its first report, or while it starts; return its last count."""
    running = begin(root, folder)
    assert running.stdout is not None
    said = "" if starting else running.stdout.readline()
    time.sleep(wait)
    os.kill(running.pid, signal.SIGKILL)
    rest, _ = running.communicate()
    whole_lines = (said + rest).rpartition("\n")[0]
    return max((int(line) for line in whole_lines.split()), default=0)


def state(folder: Path) -> tuple[int, int, int]:
    """Return the number of runs, of complete batches and of temporary files that a kill left."""
    try:
        store = Store.open(folder)
    except StoreError:  # killed before there was a manifest
        return 0, 0, 0
    leftovers = sum(is_temporary(path) for path in folder.iterdir())
    return store.progress().done + store.progress().failed, len(store.layout.scan().batches), leftovers


@pytest.mark.slow
def test_kill_9_at_twenty_moments(tmp_path: Path, root: Path) -> None:
    """After each kill -9 every run that was reported is there, and at the end the store is that of a quiet run."""
    luck = random.Random(1)
    right = toy_run(tmp_path / "right", model=Fragile(), arms=ARMS, replicates=REPLICATES)
    folder, known, leftovers, whole = tmp_path / "store 0", 0, 0, 0
    for kill in range(KILLS):
        starting = kill % 6 == 0
        wait = luck.uniform(0.1, 1.5) if starting else luck.expovariate(1 / 0.08)
        reported = killed_at(root, folder, wait=wait, starting=starting)
        there, batches, left = state(folder)
        print(f"kill {kill}: {there} runs, {batches} batches, {left} temporary files, {reported} reported")
        assert there >= max(known, reported)
        known, leftovers = there, leftovers + left
        if there == 2 * REPLICATES:  # kills after the end show nothing: begin another
            whole += 1
            finish_and_compare(root, folder, right)
            folder, known = tmp_path / f"store {whole}", 0
    print(f"{KILLS} kills, {whole} experiments finished between them, {leftovers} temporary files left and cleared")
    finish_and_compare(root, folder, right)


def finish_and_compare(root: Path, folder: Path, right: Store) -> None:
    """Let one process run to its end; the store must be the right one, with no trace of the kills."""
    last = begin(root, folder)
    last.communicate()
    assert last.returncode == 0
    assert_same(Store.open(folder), right)
    assert [path.name for path in folder.iterdir() if path.name.startswith((".", "run-"))] == []
