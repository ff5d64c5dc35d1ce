"""`whowhom run --plan-only`, `whowhom worker`, `whowhom compile`: an experiment in parts, by processes without a master."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import assert_same
from tests.unit.cli.program import SMALL, Result, refused, whowhom

from whowhom.store.reader import Progress, Store

TWINS = ("twins", "soviet", *SMALL, "--off", "executions")
MAIN = "from whowhom.cli.main import main; main()"

# What is typed, and what the answer must say.
CASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("worker", "pairs"), "Missing option '--part'"),
    (("worker", "--part", "1/2"), "Missing argument 'DIR'"),
    (("worker", "pairs", "--part", "0/4"), "'--part' must be I/N with I from 1 to N, got '0/4'. Parts count from 1"),
    (("worker", "pairs", "--part", "5/4"), "'--part' must be I/N with I from 1 to N, got '5/4'.* --array=1-4"),
    (("worker", "pairs", "--part", "1/0"), "'--part' must be I/N with I from 1 to N, got '1/0'"),
    (("worker", "pairs", "--part", "a/b"), "'--part' must be I/N, two whole numbers, got 'a/b'"),
    (("worker", "pairs", "--part", "3"), "'--part' must be I/N, two whole numbers, got '3'"),
    (("worker", "pairs", "--part=-1/4"), "'--part' must be I/N, two whole numbers, got '-1/4'"),
    (("worker", "pairs", "--part", "/4"), r"got '/4'.*SLURM_ARRAY_TASK_ID"),
    (("worker", "pairs", "--part", "1/2", "--threads", "0"), "Invalid value for '--threads'"),
    (("worker", "absent", "--part", "1/2"), "'absent' must be a store, got no such folder"),
    (("worker", "file", "--part", "1/2"), "'file' must be a store, got a file"),
    (("worker", ".", "--part", "1/2"), "'.' must be a store, got a folder without manifest.json"),
    (("worker", "other", "--part", "1/2"), "must be worked on by the code that laid it out, got other code: whowhom .* .01234567. there"),
    (("compile", "absent"), "'absent' must be a store, got no such folder"),
    (("compile", "other"), "must be worked on by the code that laid it out"),
    ((*TWINS, "--store", "new", "--plan-only", "--cluster", "a:1"), "'--plan-only' and '--cluster' must not be given"),
    ((*TWINS, "--store", "new", "--threads", "2", "--cluster", "a:1"), "'--threads' and '--cluster' must not be given"),
    ((*TWINS, "--store", "new", "--cluster", "login1"), "'--cluster' must be the address of a scheduler, got 'login1'"),
    ((*TWINS, "--store", "new", "--cluster", "x://a:1"), "unknown address scheme 'x'"),
    ((*TWINS, "--store", "new", "--cluster", "a:1", "--cluster-timeout", "0"), "'--cluster-timeout' must be a number"),
    ((*TWINS, "--store", "new", "--cluster", "a:1", "--cluster-timeout", "soon"), "Invalid value for '--cluster-timeout'"),
    (("resume", "empty", "--cluster", ""), "'--cluster' must be the address of a scheduler, got ''"),
    (("resume", "empty", "--threads", "2", "--cluster", "a:1"), "'--threads' and '--cluster' must not be given"),
    ((*TWINS, "--store", "pairs", "--seed", "2", "--plan-only"), "seed is 1 there and 2 here"),
    ((*TWINS, "--store", "file", "--plan-only"), "store 'file' must be a folder, got a file"),
)  # fmt: skip


@pytest.fixture
def wrong(here: Path) -> Path:
    """A folder with something wrong of every kind."""
    (here / "file").write_text("no folder", encoding="utf-8")
    shutil.copytree(here / "empty", here / "other")
    page = (here / "other" / "manifest.json").read_text(encoding="utf-8")
    noted = Store.open(here / "other").manifest.program
    page = page.replace(noted.kernels, "0123456789abcdef").replace(noted.code, "f" * 64)
    (here / "other" / "manifest.json").write_text(page, encoding="utf-8")
    return here


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("words", "answer"), CASES, ids=[" ".join(words)[-60:] for words, _ in CASES])
def test_bad_input_is_answered(words: tuple[str, ...], answer: str, wrong: Path) -> None:
    """A mistake is answered by a text that names it, with exit code 2, and changes no file."""
    before = contents(wrong)
    err = " ".join(refused(*words).err.split())
    assert re.search(answer, err), err
    assert contents(wrong) == before


def test_a_cluster_that_is_not_there(here: Path) -> None:
    """An address at which nothing answers is an error in the time that was given, before a folder is made."""
    begun = time.monotonic()
    words = (*TWINS, "--store", "new", "--cluster", "tcp://127.0.0.1:9", "--cluster-timeout", "1")
    assert "got 'tcp://127.0.0.1:9': Timed out trying to connect" in refused(*words).err
    assert time.monotonic() - begun < 5.0
    assert not (here / "new").exists()


def test_without_dask_the_extra_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--cluster without Dask names the extra that brings it, before a folder is made."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    err = refused(*TWINS, "--store", "new", "--cluster", "tcp://127.0.0.1:8786").err
    assert "Install it with the extra 'dask': pip install 'whowhom[dask]'." in err
    assert not (here / "new").exists()


def test_a_plan_is_written_down(here: Path) -> None:
    """--plan-only prints the plan, writes the experiment down, runs nothing, and says how workers do it."""
    out = whowhom(*TWINS, "--store", "new", "--plan-only").out
    assert "2 replicates of 2 arms: 4 histories" in out
    assert "Estimated time:" in out
    assert "Written down in new, and nothing run. `whowhom worker new --part I/N` does part I of N;" in out
    assert [path.name for path in (here / "new").iterdir()] == ["manifest.json"]
    assert Store.open("new").experiment == Store.open("pairs").experiment


def test_run_can_be_planned_too(here: Path) -> None:
    """--plan-only of `whowhom run` goes to a fresh folder if none is named."""
    assert "Written down in runs/soviet-001" in whowhom("run", "soviet", *SMALL, "--plan-only").out
    assert Store.open("runs/soviet-001").progress() == Progress(total=2, done=0, failed=0)


def test_a_plan_leaves_what_is_there(here: Path) -> None:
    """--plan-only on a store that holds the same experiment changes nothing in it."""
    before = contents(here / "pairs")
    assert "which holds 4 of them" in whowhom(*TWINS, "--store", "pairs", "--plan-only").out
    assert contents(here / "pairs") == before


def test_workers_make_the_whole(here: Path) -> None:
    """Parts by the command line make the store of `whowhom twins`, bit for bit, and say how far the whole is."""
    whowhom(*TWINS, "--store", "new", "--plan-only")
    assert whowhom("worker", "new", "--part", "2/2").out == (
        "part 2 of 2 is whole: 2 histories. The experiment has 2 of 4.\n"
    )
    first = whowhom("worker", "new", "--part", "1/2", "--threads", "2")
    assert first.err.startswith("part 1 of 2: 0 of 2 histories are there, 2 to do.\n2 histories in ")
    assert first.out == "part 1 of 2 is whole: 2 histories. The experiment has 4 of 4.\n"
    assert_same(Store.open("new"), Store.open("pairs"))
    assert "0 of 0 histories are there" in whowhom("worker", "new", "--part", "9/9").err


def test_any_command_sees_the_whole(here: Path) -> None:
    """What workers have done so far is read by every command, and `whowhom resume` does the rest."""
    whowhom(*TWINS, "--store", "new", "--plan-only")
    whowhom("worker", "new", "--part", "1/2")
    whowhom("export", "new", "--out", "weeks.csv")
    assert "new holds 2 of 4 histories; 2 to run." in whowhom("resume", "new").out
    assert_same(Store.open("new"), Store.open("pairs"))


def test_failed_histories_show_in_the_exit_code(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that is whole but has failed histories ends with exit code 1, and another part with 0."""
    from whowhom.models.machine.model import Machine

    build = Machine.build

    def fragile(self: Machine, settings: object, *, persons: int, seed: int) -> object:
        if seed == 2:
            raise ZeroDivisionError("nobody left")
        return build(self, settings, persons=persons, seed=seed)  # type: ignore[arg-type]

    whowhom(*TWINS, "--store", "new", "--plan-only")
    monkeypatch.setattr(Machine, "build", fragile)
    failed = Result("worker", "new", "--part", "2/2")
    assert (failed.code, failed.out) == (
        1,
        "part 2 of 2 is whole: 0 histories, 2 more failed. The experiment has 2 of 4.\n",
    )
    assert Result("worker", "new", "--part", "1/2").code == 0


def test_a_cold_worker_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that must compile first says so, and one with nothing to do does not."""
    monkeypatch.setattr("whowhom.engine.kernel.is_cold", lambda: True)
    assert "compiling" in whowhom("worker", "empty", "--part", "1/2").err
    assert "compiling" not in whowhom("worker", "pairs", "--part", "1/2").err


def test_one_level_of_parallelism(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker asks the compiler for one thread, unless the environment says otherwise."""
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    whowhom("worker", "pairs", "--part", "1/2")
    assert os.environ["NUMBA_NUM_THREADS"] == "1"
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    whowhom("worker", "pairs", "--part", "1/2")
    assert os.environ["NUMBA_NUM_THREADS"] == "3"


def test_compile_leaves_the_store_alone(here: Path) -> None:
    """`whowhom compile` says that it is done, and changes nothing in the store."""
    assert whowhom("compile", "empty").out == "compiled: what empty needs is in the cache.\n"
    assert [path.name for path in (here / "empty").iterdir()] == ["manifest.json"]


def process(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", MAIN, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_runs(folder: Path, number: int) -> None:
    """Wait until so many histories are on disk."""
    deadline = time.monotonic() + 60
    while Store.open(folder).progress().done < number and time.monotonic() < deadline:
        time.sleep(0.02)


def long_experiment() -> tuple[str, ...]:
    return ("twins", "soviet", "--persons", "10240", "--replicates", "150", "--until", "1918-06", "--off", "executions")


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_worker_told_to_end(here: Path, number: signal.Signals, code: int) -> None:
    """A worker told to end drops the histories in flight, says what is kept, and ends with the signal's exit code."""
    whowhom(*long_experiment(), "--store", "new", "--plan-only")
    running = process("worker", "new", "--part", "1/2", "--threads", "2")
    wait_for_runs(here / "new", 3)
    begun = time.monotonic()
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (code, "")
    assert time.monotonic() - begun < 5.0
    there = Store.open("new").progress().done
    assert [line for line in err.splitlines() if line.startswith("part")] == [
        "part 1 of 2: 0 of 150 histories are there, 150 to do.",
        f"part 1 of 2: told to end; {there} of 150 histories are kept, and the same command goes on.",
    ]
    assert 3 <= there < 150


@pytest.mark.slow
def test_killed_and_ended_workers_make_the_whole(here: Path) -> None:
    """After kill -9 and SIGTERM at several moments the workers end with the store that one process makes."""
    whowhom(*long_experiment(), "--store", "new", "--plan-only")
    for kind, runs in ((signal.SIGKILL, 1), (signal.SIGTERM, 10), (signal.SIGKILL, 30)):
        running = process("worker", "new", "--part", "1/2")
        wait_for_runs(here / "new", runs)
        running.send_signal(kind)
        running.communicate(timeout=60)
        assert running.returncode == (143 if kind == signal.SIGTERM else -signal.SIGKILL)
    last = [process("worker", "new", "--part", part) for part in ("1/2", "2/2")]
    assert [(running.communicate(timeout=120)[0], running.returncode)[1] for running in last] == [0, 0]
    whowhom(*long_experiment(), "--store", "right", "--threads", "2")
    assert_same(Store.open("new"), Store.open("right"))
    assert [path.name for path in (here / "new").iterdir() if path.name.startswith((".", "run-"))] == []


@pytest.mark.slow
def test_too_little_time_is_said(here: Path) -> None:
    """A worker that is told to end before it finished any history warns that a time limit is too short."""
    words: tuple[Any, ...] = ("run", "soviet", "--persons", "20000000", "--replicates", "1", "--store", "new")
    whowhom(*words, "--until", "1924-03", "--plan-only")
    running = process("worker", "new", "--part", "1/1")
    assert running.stderr is not None
    said = running.stderr.readline()
    time.sleep(2.0)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 143
    assert (said + err).splitlines()[-1] == (
        "No history was finished this time. If that was a time limit, it is too short for one: allow more."
    )
