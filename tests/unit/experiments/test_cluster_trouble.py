"""What can go wrong with a Dask cluster: one clear text each, and nothing lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import assert_same, toy_model_of, toy_run
from tests.unit.experiments.test_cluster import wide
from tests.unit.experiments.test_worker import laid_out

import whowhom
from whowhom.errors import ClusterError, ModelError, ParameterError
from whowhom.experiments.cluster import Dispatch
from whowhom.experiments.crew import Step
from whowhom.experiments.tasks import Order, address_of, do_runs
from whowhom.store.manifest import write_manifest
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")


def test_workers_must_see_the_store(tmp_path: Path, client: Any) -> None:
    """A worker that finds nothing at the store's path ends the experiment with a text that names path and machine."""
    order = Order(folder=str(tmp_path / "absent"), manifest="", finder=address_of(toy_model_of))
    with pytest.raises(ClusterError) as error:
        list(Dispatch(client, order=order, patience=20.0).hand_out([(0,)]))
    text = str(error.value)
    assert text.startswith("the workers of a cluster must see the store at the path that it has here, got nothing at")
    assert f"'{tmp_path / 'absent'}' on " in text
    assert text.endswith("Choose a folder on a disk that all machines share with --store.")


def test_workers_must_see_the_same_store(tmp_path: Path, client: Any) -> None:
    """A worker that finds another store at the path does nothing."""
    folder = laid_out(tmp_path / "store", seed=1)
    order = Order(folder=str(folder), manifest="0" * 64, finder=address_of(toy_model_of))
    with pytest.raises(ClusterError, match=r"must see the store that is used here, got another one at '.*' on "):
        list(Dispatch(client, order=order, patience=20.0).hand_out([(0,)]))
    assert Store.open(folder).progress().done == 0


def test_a_folder_that_is_laid_out_anew(tmp_path: Path, client: Any) -> None:
    """Workers that live on look again at a folder that was removed and laid out anew: its code is compared, and its programs have their pages."""
    folder = laid_out(tmp_path / "store", seed=4)
    wide(folder, client)
    first = Store.open(folder).manifest
    shutil.rmtree(folder)
    folder.mkdir()
    other = replace(first.program, kernels="0123456789abcdef", code="f" * 64)
    write_manifest(folder, replace(first, program=other))
    with pytest.raises(ClusterError, match=r"store '.*' must be worked on by the code that laid it out"):
        wide(folder, client)
    shutil.rmtree(folder)
    folder.mkdir()
    write_manifest(folder, replace(first, created="2001-01-01T00:00:00+00:00"))
    store = wide(folder, client)
    assert {path.stem for path in folder.glob("program-*.json")} == {
        f"program-{name}" for name in store.runs()["program"]
    }


def test_workers_must_have_the_same_version(tmp_path: Path, client: Any) -> None:
    """An order of another version of whowhom is refused by the worker, which names both and its machine."""
    folder = laid_out(tmp_path / "store", seed=5)
    order = replace(Order.of(folder, Store.open(folder).manifest, model_of=toy_model_of), version="0.0.1")
    with pytest.raises(ClusterError) as error:
        list(Dispatch(client, order=order, patience=20.0).hand_out([(0,)]))
    words = rf"the workers of a cluster must have the whowhom that is used here, 0\.0\.1, got {whowhom.__version__} on .*\. "
    assert re.fullmatch(words + r"Install the same version on all machines\.", str(error.value))


def test_a_worker_without_the_model(tmp_path: Path, client: Any) -> None:
    """A worker whose module lacks the function that finds the model is said to lack it, and shows no traceback."""
    folder = laid_out(tmp_path / "store", seed=6)
    order = replace(Order.of(folder, Store.open(folder).manifest, model_of=toy_model_of), finder="tests.toy_store:gone")
    with pytest.raises(
        ClusterError, match=r"must be able to import .*, got: no 'gone' in the module 'tests\.toy_store' of"
    ):
        list(Dispatch(client, order=order, patience=20.0).hand_out([(0,)]))


def test_workers_that_dask_has_paused(tmp_path: Path) -> None:
    """Workers that Dask stops for want of memory, without a word, are an error that says what to give them."""
    folder = laid_out(tmp_path / "store", seed=7)
    limits = {"target": False, "spill": False, "pause": 0.0001, "terminate": False}
    words = {f"distributed.worker.memory.{name}": value for name, value in limits.items()}
    sizes: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with dask.config.set(words), distributed.LocalCluster(**sizes) as cluster, distributed.Client(cluster) as client:
        while client.scheduler_info()["workers"][next(iter(client.nthreads()))]["status"] != "paused":
            time.sleep(0.05)
        with pytest.raises(ClusterError) as error:
            wide(folder, client, patience=1.0)
    assert str(error.value) == (
        "the workers of a cluster must have memory to spare, got all 1 of them paused by Dask. Start them with more "
        f"(--memory-limit) or with fewer threads each. What is finished is kept in '{folder}'; `whowhom resume` goes on, "
        "with --cluster or without."
    )


def test_names_that_a_network_disk_shows_late(tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches whose runs are not seen yet where they are put together are waited for, also beyond our patience with the cluster."""
    folder = laid_out(tmp_path / "store", seed=8)
    finish, last = Writer.finish, time.monotonic()

    def late(self: Writer, batch: int) -> bool:
        return time.monotonic() - last > 3.0 and finish(self, batch)

    steps: list[Step] = []

    def step(one: Step) -> None:
        nonlocal last
        last = time.monotonic()
        steps.append(one)

    monkeypatch.setattr(Writer, "finish", late)
    store = wide(folder, client, patience=0.5, progress=step)
    assert len(steps) == store.progress().total == store.progress().done, "every run was handed out once"
    assert len(list(folder.glob("batch-*.done"))) == store.layout.batches


CLIENT = """
import sys
from distributed import Client
from tests.toy_store import toy_model_of
from whowhom.experiments.cluster import run_on_cluster
def report(step):
    print(step.done, flush=True)
with Client(sys.argv[2]) as client:
    run_on_cluster(sys.argv[1], client=client, model_of=toy_model_of, progress=report)
"""


@pytest.mark.slow
def test_a_killed_client_loses_nothing(tmp_path: Path, client: Any) -> None:
    """When the process that hands out is killed with SIGKILL, all that it reported is there, and another goes on to the store of threads."""
    folder = laid_out(tmp_path / "store", replicates=300)
    words = [sys.executable, "-c", CLIENT, str(folder), client.scheduler.address]
    hand = subprocess.Popen(words, env=with_tests(), stdout=subprocess.PIPE, text=True)
    assert hand.stdout is not None
    said = [int(hand.stdout.readline()) for _ in range(20)]
    hand.kill()
    rest, _ = hand.communicate()
    reported = max(said + [int(line) for line in rest.rpartition("\n")[0].split()])
    assert 600 > Store.open(folder).progress().done >= reported
    assert_same(wide(folder, client), toy_run(tmp_path / "right", replicates=300, threads=2))


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
