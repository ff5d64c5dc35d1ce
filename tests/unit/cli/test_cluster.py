"""`--cluster`: the same figures from the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import assert_same
from tests.unit.cli.program import SMALL, refused, whowhom

import whowhom as ww
from whowhom.errors import ParameterError
from whowhom.store.reader import Store

distributed = pytest.importorskip("distributed")

TWINS = ("twins", "soviet", *SMALL, "--off", "executions")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes of one thread each, on this machine."""
    sizes = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**sizes) as cluster:
        yield cluster


def test_the_command_on_a_cluster(here: Path, cluster: Any) -> None:
    """`whowhom twins --cluster` prints the figures of threads and leaves their store; `resume --cluster` goes on."""
    address = cluster.scheduler_address
    found = whowhom(*TWINS, "--store", "new", "--cluster", address)
    right = whowhom(*TWINS, "--store", "pairs")
    figures, others = (result.out.partition("\n\n")[2].rpartition("\nKept in")[0] for result in (found, right))
    assert figures == others
    assert "Mean paired difference" in figures
    assert "on 2 cores" in found.out
    assert_same(Store.open("new"), Store.open("pairs"))
    (here / "new" / "batch-00003.done").unlink()
    assert "new holds 3 of 4 histories; 1 to run." in whowhom("resume", "new", "--cluster", address).out
    assert_same(Store.open("new"), Store.open("pairs"))


def test_a_whole_run_needs_no_worker(here: Path) -> None:
    """A cluster without workers finishes what is whole already, and is refused when there is something to do."""
    sizes = {"n_workers": 0, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**sizes) as empty:
        words = ("--cluster", empty.scheduler_address, "--cluster-timeout", "1")
        assert "holds 4 of 4 histories; 0 to run." in whowhom("resume", "pairs", *words).out
        err = refused("resume", "empty", *words).err
    assert "a cluster must have workers as long as there is something to do, got no worker for 1 s." in err


def test_python_on_a_cluster(here: Path, cluster: Any) -> None:
    """`run`, `twins` and `resume` take a client, and give what they give without."""
    asked: dict[str, Any] = {"persons": 10_240, "replicates": 2, "until": "1917-12", "off": "executions"}
    with distributed.Client(cluster) as client:
        pairs = ww.twins("soviet", store=here / "new", client=client, **asked)
        assert_same(pairs.store, Store.open("pairs"))
        assert_same(ww.resume(here / "new", client=client).store, Store.open("pairs"))
        arm = ww.run("soviet", store=here / "arm", client=client, **asked)
        assert_same(arm.store, ww.run("soviet", store=here / "here", **asked).store)


@pytest.mark.parametrize("call", ["run", "resume"])
def test_threads_and_a_client_are_refused(here: Path, cluster: Any, call: str) -> None:
    """A number of threads beside a client is refused before a folder is made."""
    words = {"run": ("soviet",), "resume": (here / "empty",)}[call]
    more: dict[str, Any] = {"replicates": 1, "store": here / "new"} if call == "run" else {}
    with distributed.Client(cluster) as client, pytest.raises(ParameterError) as error:
        getattr(ww, call)(*words, threads=2, client=client, **more)
    assert str(error.value) == (
        "'threads' must be left out where a cluster does the histories, got 2. "
        "The workers' own number of threads decides how many run at a time."
    )
    assert not (here / "new").exists()


def test_other_code_and_a_client_are_refused(here: Path, cluster: Any) -> None:
    """To go on under other code knowingly is not offered on a cluster."""
    with distributed.Client(cluster) as client, pytest.raises(ParameterError, match="'other_code' must be left out"):
        ww.resume(here / "pairs", other_code=True, client=client)


def test_what_is_no_client_makes_no_folder(here: Path) -> None:
    """An address in the place of a client is refused before a folder is made."""
    with pytest.raises(ParameterError, match=r"'client' must be a dask.distributed Client, got 'tcp://a:1'"):
        ww.run("soviet", replicates=1, store=here / "new", client="tcp://a:1")  # type: ignore[arg-type]
    assert not (here / "new").exists()
