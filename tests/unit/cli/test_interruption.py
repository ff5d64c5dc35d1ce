"""Real signals to real processes: the first ends an experiment well, the second at once."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.toy_store import assert_same, toy_run

from whowhom.store.reader import Store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of another kind")

REPLICATES = 100

RUN = """
import sys, time
from pathlib import Path
from tests.toy_model import ToyModel
from tests.toy_store import toy_run
from whowhom.cli.interruption import interruptible
from whowhom.experiments.crew import Interrupted

class Deaf(ToyModel):
    def build(self, settings, *, persons, seed):
        world = super().build(settings, persons=persons, seed=seed)
        if seed == int(sys.argv[2]):
            world.step = lambda: time.sleep(60)  # one week that takes a minute and hears nothing
        return world

folder = Path(sys.argv[1])
try:
    with interruptible(folder):
        toy_run(folder, model=Deaf(), threads=2, replicates=100, progress=lambda step: print(step.done, flush=True))
except Interrupted as interrupted:
    print(interrupted, file=sys.stderr)
    sys.exit(interrupted.exit_code)
"""


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The experiment as it is when nobody interrupts it."""
    return toy_run(tmp_path_factory.mktemp("right") / "store", replicates=REPLICATES)


def begin(root: Path, folder: Path, *, deaf: int = -1, lines: int = 25) -> subprocess.Popen[str]:
    """Start an experiment and wait until it has told of some runs."""
    command = [sys.executable, "-c", RUN, str(folder), str(deaf)]
    running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    for _ in range(lines):
        running.stdout.readline()
    return running


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_leaves_a_smaller_experiment(
    tmp_path: Path, root: Path, right: Store, number: signal.Signals, code: int
) -> None:
    """After Ctrl-C or SIGTERM the arms have as many runs as each other, but for those in flight, and the rest can follow."""
    folder = tmp_path / "my store"
    running = begin(root, folder)
    running.send_signal(number)
    _, err = running.communicate(timeout=30)
    assert running.returncode == code, err
    store = Store.open(folder)
    done = store.progress().done
    counts = store.runs()["arm"].value_counts()
    assert 25 <= done < 2 * REPLICATES
    assert abs(counts["history"] - counts["no executions"]) <= 2
    assert store.whole_replicates() >= min(counts) - 2
    assert err.splitlines()[-1] == (
        f"interrupted: {done} of 200 runs are kept in '{folder}', a smaller experiment that every command can read: "
        f"{store.whole_replicates()} whole replicates of 2 arms. `whowhom resume '{folder}'` goes on."
    )
    assert shlex.split(err.splitlines()[-1].split("`")[1]) == ["whowhom", "resume", str(folder)]
    assert "Traceback" not in err
    assert_same(toy_run(folder, replicates=REPLICATES), right)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_leaves_at_once(tmp_path: Path, root: Path, right: Store, second: signal.Signals) -> None:
    """While a week that hears nothing is waited for, a second signal ends the process at once and harms nothing."""
    folder = tmp_path / "store"
    running = begin(root, folder, deaf=30)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    assert running.stderr is not None
    assert any(line.startswith("stopping: ") for line in iter(running.stderr.readline, ""))
    time.sleep(0.3)
    assert running.poll() is None
    begun = time.monotonic()
    running.send_signal(second)
    _, err = running.communicate(timeout=30)
    assert time.monotonic() - begun < 2.0
    assert running.returncode == 128 + second
    assert err == f"\nleft at once. `whowhom resume {folder}` goes on.\n"
    assert Store.open(folder).progress().done >= 25
    assert_same(toy_run(folder, replicates=REPLICATES), right)


def test_signals_do_what_they_did_before(tmp_path: Path) -> None:
    """Afterwards the signals do what they did before, and where somebody else listens we do not."""
    from whowhom.cli.interruption import interruptible

    def mine(*_: object) -> None: ...

    before = signal.signal(signal.SIGTERM, mine)
    try:
        with interruptible(tmp_path):
            assert signal.getsignal(signal.SIGTERM) is mine
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, before)
