"""An experiment on a Dask cluster: the store of threads, bit for bit, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import ARMS, FAILING_SEED, Fragile, assert_same, toy_model_of, toy_run
from tests.unit.experiments.test_worker import laid_out

from whowhom.errors import ClusterError, ModelError, ParameterError
from whowhom.experiments.cluster import TASK_SECONDS, Dispatch, run_on_cluster
from whowhom.experiments.crew import Interrupted, Step
from whowhom.experiments.design import Arm
from whowhom.experiments.part import Part
from whowhom.experiments.tasks import Order, address_of, do_runs
from whowhom.experiments.worker import work_part
from whowhom.store.reader import Store

distributed = pytest.importorskip("distributed")
REPLICATES = 60


def fragile_model_of(name: str) -> Fragile:
    """Find a model whose world with one seed breaks; workers import this."""
    return Fragile()


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two worker processes of one thread each, on this machine."""
    sizes = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**sizes) as cluster, distributed.Client(cluster) as client:
        yield client


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
    experiment = Store.open(folder).manifest.experiment
    from whowhom.provenance import content_hash

    order = Order(folder=str(folder), experiment=content_hash(experiment), finder=address_of(toy_model_of))
    dispatch = Dispatch(watched, order=order, patience=20.0)
    dispatch.threads_at_first()
    done = list(dispatch.hand_out([(index, index + 1) for index in range(0, 400, 2)]))
    assert sorted(entry.index for entry in done) == list(range(400))
    return watched


def test_little_travels(watched: Watched) -> None:
    """A task is a function by name, three texts and some numbers; no model and no settings."""
    for function, order, together in watched.sent:
        assert function is do_runs
        assert order.finder == "tests.toy_store:toy_model_of"
        assert all(isinstance(index, int) for group in together for index in group)


def test_tasks_are_worth_their_cost(watched: Watched) -> None:
    """Once it is known how long runs take, a task has as many as take a tenth of a second together."""
    assert TASK_SECONDS == 0.1
    sizes = [sum(map(len, together)) for _, _, together in watched.sent]
    assert sizes[0] == 2
    assert max(sizes) > 5  # a run takes some milliseconds
    assert len(sizes) < 100


def test_one_worker_compiles_first(watched: Watched) -> None:
    """The first group is sent alone and waited for, so that the other workers of its machine find the model compiled."""
    assert watched.sent[0][2] == [(0, 1)]
    assert watched.ahead[1] == 0


def test_few_tasks_wait(watched: Watched) -> None:
    """At most two tasks for each thread are out at any time, so memory does not grow with the experiment."""
    assert max(watched.ahead) <= 3
    assert len(watched.sent) > 5


def test_workers_must_see_the_store(tmp_path: Path, client: Any) -> None:
    """A worker that finds nothing at the store's path ends the experiment with a text that names path and machine."""
    order = Order(folder=str(tmp_path / "absent"), experiment="", finder=address_of(toy_model_of))
    with pytest.raises(ClusterError) as error:
        list(Dispatch(client, order=order, patience=20.0).hand_out([(0,)]))
    text = str(error.value)
    assert text.startswith("the workers of a cluster must see the store at the path that it has here, got nothing at")
    assert f"'{tmp_path / 'absent'}' on " in text
    assert text.endswith("Choose a folder on a disk that all machines share with --store.")


def test_workers_must_see_the_same_store(tmp_path: Path, client: Any) -> None:
    """A worker that finds another experiment at the path does nothing."""
    folder = laid_out(tmp_path / "store", seed=1)
    order = Order(folder=str(folder), experiment="0" * 64, finder=address_of(toy_model_of))
    with pytest.raises(ClusterError, match=r"must see the store that is used here, got another experiment at '.*' on "):
        list(Dispatch(client, order=order, patience=20.0).hand_out([(0,)]))
    assert Store.open(folder).progress().done == 0


def test_workers_must_have_the_same_code(tmp_path: Path, client: Any) -> None:
    """A worker with other kernels than the plan's does nothing, and says on which machine."""
    folder = laid_out(tmp_path / "store", seed=2)
    page = (folder / "manifest.json").read_text(encoding="utf-8")
    noted = Store.open(folder).manifest.program
    page = page.replace(noted.kernels, "0123456789abcdef").replace(noted.code, "f" * 64)
    (folder / "manifest.json").write_text(page, encoding="utf-8")
    with pytest.raises(ClusterError, match=r"worker on .*: store '.*' must be worked on by the code that laid it out"):
        wide(folder, client)
    assert Store.open(folder).progress().done == 0


def test_workers_must_have_whowhom(tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that cannot import what the tasks need are found out before a task is sent, which would kill them."""
    folder = laid_out(tmp_path / "store")
    monkeypatch.setattr(do_runs, "__module__", "whowhom.experiments.elsewhere")
    with pytest.raises(ClusterError, match="must be able to import whowhom and its models, got: one that is older or"):
        wide(folder, client)
    monkeypatch.setattr(do_runs, "__module__", "whowhere.experiments.tasks")
    with pytest.raises(ClusterError, match=r"must be able to import .*, got: No module named 'whowhere'"):
        wide(folder, client)
    assert len(client.nthreads()) == 2


def test_workers_must_find_the_model(tmp_path: Path, client: Any) -> None:
    """A model that only this process can find is refused before anything is sent."""
    folder = laid_out(tmp_path / "store")
    with pytest.raises(ModelError) as error:
        wide(folder, client, model_of=lambda name: toy_model_of(name))
    assert str(error.value).startswith("models must be found by a function of a module that workers can import, got ")
    assert "test_workers_must_find_the_model.<locals>.<lambda>" in str(error.value)


def test_a_cluster_without_workers(tmp_path: Path) -> None:
    """A cluster that has no worker for longer than we wait is an error that says how to go on."""
    folder = laid_out(tmp_path / "store")
    sizes = {"n_workers": 0, "processes": False, "dashboard_address": ":0"}
    cluster = distributed.LocalCluster(**sizes)
    with cluster, distributed.Client(cluster) as client, pytest.raises(ClusterError) as error:
        wide(folder, client, patience=0.5)
    assert str(error.value) == (
        "a cluster must have workers as long as there is something to do, got no worker for 0.5 s. What is finished is "
        f"kept in '{folder}'; `whowhom resume` goes on, with --cluster or without. --cluster-timeout waits longer."
    )


def scheduler(tmp_path: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start a scheduler of its own and return it with its address."""
    file = tmp_path / "scheduler.json"
    words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", *words]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with distributed.Client(scheduler_file=str(file), timeout=30) as client:
        return running, str(client.scheduler.address)


@pytest.mark.slow
def test_a_scheduler_that_dies(tmp_path: Path) -> None:
    """When the scheduler is killed in the middle, what is finished is kept and the error says how to go on."""
    folder = laid_out(tmp_path / "store", replicates=1000)
    running, address = scheduler(tmp_path)
    words = [address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--death-timeout", "5"]
    command = [sys.executable, "-m", "distributed.cli.dask_worker", *words]
    hand = subprocess.Popen(command, env=with_tests(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(step: Step) -> None:
        if step.done == 10:
            running.kill()

    try:
        with distributed.Client(address, timeout=30) as client, pytest.raises(ClusterError, match="got no answer"):
            wide(folder, client, progress=kill, patience=3.0)
    finally:
        for process in (hand, running):
            process.kill()
            process.wait()
    assert 10 <= Store.open(folder).progress().done < 2000


def with_tests() -> dict[str, str]:
    """Return an environment in which a process finds the package and these tests."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.mark.parametrize("client", [None, "tcp://127.0.0.1:8786", 3])
def test_what_is_no_client(tmp_path: Path, client: object) -> None:
    """What is no client of Dask is refused with the way to make one."""
    with pytest.raises(ParameterError) as error:
        wide(laid_out(tmp_path / "store"), client)
    assert str(error.value) == (
        f"'client' must be a dask.distributed Client, got {client!r}. Make one with Client(address) or Client(LocalCluster())."
    )


@pytest.mark.parametrize("patience", [0.0, -1.0, float("nan"), float("inf")])
def test_patience_is_a_time(tmp_path: Path, client: Any, patience: float) -> None:
    """How long to wait is a number of seconds above 0."""
    with pytest.raises(ParameterError, match="'--cluster-timeout' must be a number of seconds above 0, got"):
        wide(laid_out(tmp_path / "store"), client, patience=patience)
