"""An experiment on a Dask cluster: the store of threads, bit for bit, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import ARMS, FAILING_SEED, Fragile, assert_same, toy_model_of, toy_run
from tests.unit.experiments.test_worker import laid_out

from whowhom.experiments.cluster import TASK_SECONDS, Dispatch, run_on_cluster
from whowhom.experiments.crew import Interrupted, Step
from whowhom.experiments.design import Arm
from whowhom.experiments.part import Part
from whowhom.experiments.tasks import Order, do_runs, make_ready
from whowhom.experiments.worker import work_part
from whowhom.store.reader import Store

pytest.importorskip("distributed")
REPLICATES = 60


def fragile_model_of(name: str) -> Fragile:
    """Find a model whose world with one seed breaks; workers import this."""
    return Fragile()


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("right") / "store", replicates=REPLICATES)


def wide(folder: Path, client: Any, **words: Any) -> Store:
    return run_on_cluster(folder, client=client, **{"model_of": toy_model_of, "patience": 20.0, **words})


def test_a_cluster_does_not_show(tmp_path: Path, client: Any, right: Store) -> None:
    """A cluster of two processes gives the store of threads, bit for bit, with nothing left of single runs."""
    folder = laid_out(tmp_path / "store", replicates=REPLICATES)
    assert_same(wide(folder, client), right)
    assert [path.name for path in folder.iterdir() if path.name.startswith((".", "run-"))] == []


def test_progress_counts_every_run_once(tmp_path: Path, client: Any) -> None:
    """Progress on a cluster counts what is there, then every run once."""
    folder = laid_out(tmp_path / "store", replicates=REPLICATES)
    there = work_part(folder, Part(1, 3), model_of=toy_model_of).done
    steps: list[Step] = []
    wide(folder, client, progress=steps.append)
    assert [step.done for step in steps] == list(range(there + 1, 2 * REPLICATES + 1))
    assert {step.total for step in steps} == {2 * REPLICATES}


def test_a_cluster_goes_on(tmp_path: Path, client: Any, right: Store) -> None:
    """What workers or threads have begun is finished on a cluster; what is whole is not touched."""
    folder = laid_out(tmp_path / "store", replicates=REPLICATES)
    work_part(folder, Part(2, 3), model_of=toy_model_of)
    assert_same(wide(folder, client), right)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert_same(wide(folder, client), right)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_failed_runs_are_outcomes(tmp_path: Path, client: Any, right: Store) -> None:
    """A run that fails on a cluster is recorded with its error, and done once more only if that is asked for."""
    folder = laid_out(tmp_path / "store", replicates=REPLICATES)
    failures = wide(folder, client, model_of=fragile_model_of).failures()
    assert set(failures["seed"]) == {FAILING_SEED}
    assert set(failures["error"]) == {"ZeroDivisionError: nobody left"}
    assert wide(folder, client).progress().failed == 2
    assert_same(wide(folder, client, retry_failed=True), right)


def kill_one(client: Any) -> Callable[[Step], None]:
    """Return a progress function that kills a worker process with SIGKILL after ten runs."""
    killed: list[int] = []

    def progress(step: Step) -> None:
        if step.done >= 10 and not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    return progress


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(tmp_path: Path, client: Any) -> None:
    """When a worker process is killed with SIGKILL in the middle, the others end with the store of threads."""
    folder = laid_out(tmp_path / "store", replicates=200)
    pids = set(client.run(os.getpid).values())
    found = wide(folder, client, progress=kill_one(client))
    assert_same(found, toy_run(tmp_path / "right", replicates=200, threads=2))
    assert pids - set(client.run(os.getpid).values()), "a worker was killed"


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, client: Any, right: Store) -> None:
    """Ctrl-C while a cluster works leaves a smaller experiment that goes on to the right store."""
    folder = laid_out(tmp_path / "store", replicates=REPLICATES)

    def press(step: Step) -> None:
        if step.done == 5:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as error:
        wide(folder, client, progress=press)
    assert 5 <= error.value.done < 2 * REPLICATES
    assert f"`whowhom resume {folder}` goes on." in str(error.value)
    assert_same(wide(folder, client), right)


def test_shared_beginnings_do_not_show(tmp_path: Path, client: Any) -> None:
    """Arms that leave the history at a date, sent to one worker as a group, give the store of threads."""
    arms = (*ARMS, Arm("late", off=("arrests",), from_tick=20), Arm("later", off=("executions",), from_tick=25))
    folder = laid_out(tmp_path / "store", arms=arms, replicates=30)
    assert_same(wide(folder, client), toy_run(tmp_path / "right", arms=arms, replicates=30))


def test_who_did_it_is_noted(tmp_path: Path, client: Any) -> None:
    """Every run on a cluster names its program, and the program has its page."""
    store = wide(laid_out(tmp_path / "store"), client)
    assert set(store.runs()["program"]) == set(store.programs())


class Watched:
    """A client that notes which runs are sent, and how many tasks are in flight then."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.sent: list[tuple[Any, ...]] = []
        self.ahead: list[int] = []
        self.futures: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def submit(self, function: Any, *arguments: Any, **words: Any) -> Any:
        self.sent.append((function, *arguments))
        self.ahead.append(sum(not future.done() for future in self.futures))
        self.futures.append(self.client.submit(function, *arguments, **words))
        return self.futures[-1]


@pytest.fixture
def watched(tmp_path: Path, client: Any) -> Watched:
    """All that was sent for one experiment."""
    folder, watched = laid_out(tmp_path / "store", replicates=200), Watched(client)
    order = Order.of(folder, Store.open(folder).manifest, model_of=toy_model_of)
    dispatch = Dispatch(watched, order=order, patience=20.0)
    dispatch.threads_at_first()
    done = list(dispatch.hand_out([(index, index + 1) for index in range(0, 400, 2)]))
    assert sorted(entry.index for entry in done) == list(range(400))
    return watched


def test_little_travels(watched: Watched) -> None:
    """A task is a function by name, three texts and some numbers; no model and no settings."""
    assert [sent[0] for sent in watched.sent if sent[0] is not do_runs] == [make_ready]
    for _, order, together in watched.sent[1:]:
        assert order.finder == "tests.toy_store:toy_model_of"
        assert all(isinstance(index, int) for group in together for index in group)


def test_tasks_are_worth_their_cost(watched: Watched) -> None:
    """Once it is known how long runs take, a task has as many as take a tenth of a second together."""
    assert TASK_SECONDS == 0.1
    sizes = [sum(map(len, together)) for _, _, together in watched.sent[1:]]
    assert sizes[0] == 2
    assert max(sizes) > 5  # a run takes some milliseconds
    assert len(sizes) < 100


def test_one_worker_compiles_first(watched: Watched) -> None:
    """One worker compiles and is waited for, so that the others of its machine find the model compiled; no run waits for another."""
    assert watched.sent[0][0] is make_ready
    assert watched.ahead[1] == 0
    assert [together for _, _, together in watched.sent[1:3]] == [[(0, 1)], [(2, 3)]]
    assert watched.ahead[2] == 1


def test_few_tasks_wait(watched: Watched) -> None:
    """At most two tasks for each thread are out at any time, so memory does not grow with the experiment."""
    assert max(watched.ahead) <= 3
    assert len(watched.sent) > 5
