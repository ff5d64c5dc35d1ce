"""Finding a Dask cluster, or being told in one text why there is none."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import toy_model_of
from tests.unit.experiments.test_worker import laid_out

from whowhom.errors import ClusterError, MissingExtraError, ParameterError
from whowhom.experiments.cluster import run_on_cluster
from whowhom.experiments.connection import connected

distributed = pytest.importorskip("distributed")


@contextmanager
def stranger(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen at an address as a program that is no scheduler."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            visitors = []
            while not ended.is_set():
                try:
                    visitors.append(server.accept()[0])
                    answer(visitors[-1])
                except OSError:
                    continue
            for visitor in visitors:
                visitor.close()

        hand = threading.Thread(target=serve)
        hand.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            hand.join()


def refused(address: str, patience: float) -> tuple[str, float]:
    """Return the error of an address, and how long it took to come."""
    begun = time.monotonic()
    with pytest.raises(ClusterError) as error, connected(address, patience=patience):
        pass
    return str(error.value), time.monotonic() - begun


def test_a_scheduler_is_found() -> None:
    """A scheduler that answers gives a client, which is closed at the end and is no default of other code."""
    sizes: dict[str, Any] = {"n_workers": 1, "processes": False, "protocol": "tcp", "dashboard_address": ":0"}
    with distributed.LocalCluster(**sizes) as cluster:
        with connected(cluster.scheduler_address, patience=10.0) as client:
            assert client.submit(sum, [1, 2]).result() == 3
            with pytest.raises(ValueError, match="No global client"):
                distributed.get_client()
        assert client.status == "closed"


def test_nobody_answers() -> None:
    """An address at which nothing listens is an error within the time that we wait, and says how to wait longer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    text, seconds = refused(f"tcp://127.0.0.1:{port}", 0.5)
    assert text.startswith(
        "'--cluster' must be the address of a Dask scheduler that answers within 0.5 s, "
        f"got 'tcp://127.0.0.1:{port}': Timed out trying to connect to tcp://127.0.0.1:{port} after 0.5 s"
    )
    assert text.endswith("Check that it runs and can be reached from here; --cluster-timeout waits longer.")
    assert seconds < 3.0


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (lambda visitor: None, "no answer within 0.5 s"),
        (lambda visitor: visitor.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4), ""),
        (lambda visitor: visitor.close(), ""),
        (lambda visitor: visitor.sendall(bytes(4096)), ""),
    ],
    ids=["silent", "web server", "hangs up", "zeros"],
)
def test_a_stranger_answers(answer: Callable[[socket.socket], None], got: str) -> None:
    """A program that is no scheduler and says nothing, or anything, is an error in the same time."""
    with stranger(answer) as address:
        text, seconds = refused(address, 0.5)
    assert f"got '{address}': {got}" in text
    assert seconds < 3.0


@pytest.mark.parametrize(
    "address", ["", "login1", "login1:", "login1:abc", "login1:0", "login1:99999", "tcp:/login1:8786", "a b:8786"]
)
def test_what_is_no_address(address: str) -> None:
    """What cannot be the address of a scheduler is said at once, with an example."""
    with pytest.raises(ParameterError) as error, connected(address):
        pass
    assert str(error.value) == (
        f"'--cluster' must be the address of a scheduler, got {address!r}. "
        "It is what `dask scheduler` prints, for example tcp://login1:8786."
    )


def test_an_unknown_protocol() -> None:
    """A protocol that Dask does not know is answered with those it does."""
    text, _ = refused("http://127.0.0.1:8786", 0.5)
    assert "unknown address scheme 'http'" in text
    assert "'tcp'" in text


def test_without_dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Dask both ways of running on a cluster name the extra that brings it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    text = (
        "running on a cluster needs Dask, which is not installed. "
        "Install it with the extra 'dask': pip install 'whowhom[dask]'."
    )
    with pytest.raises(MissingExtraError) as error, connected("tcp://127.0.0.1:8786"):
        pass
    assert str(error.value) == text
    with pytest.raises(MissingExtraError) as error:
        run_on_cluster(laid_out(tmp_path / "store"), client=object(), model_of=toy_model_of)
    assert str(error.value) == text


def test_dask_is_loaded_only_for_a_cluster() -> None:
    """Neither the command line nor an experiment in threads loads Dask."""
    code = "import sys, whowhom.api, whowhom.cli.main; print('distributed' in sys.modules, 'dask' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
