"""Finding a Dask cluster: by its address, or as a client that somebody made; every way in which there is none is one text."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from whowhom.errors import ClusterError, MissingExtraError, ParameterError, quoted

#: How long a cluster may be silent, or without a worker, before we give up [s].
PATIENCE = 10.0

#: How much longer than Dask we wait for an answer, since it knows more about why there is none [s].
_GRACE = 0.5

_ADDRESS = re.compile(r"(?:[a-z]+://)?[^\s/:]+:(\d{1,5})/?|(?:[a-z]+://)?\[[0-9a-fA-F:.]+\]:(\d{1,5})/?")
_EXAMPLE = "It is what `dask scheduler` prints, for example tcp://login1:8786."


def dask() -> Any:
    """Return the library.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import distributed
    except ImportError:
        raise MissingExtraError(
            "running on a cluster needs Dask, which is not installed. "
            "Install it with the extra 'dask': pip install 'whowhom[dask]'."
        ) from None
    return distributed


@contextmanager
def connected(address: str, *, patience: float = PATIENCE) -> Iterator[Any]:
    """Give a client of the cluster at an address.

    Parameters
    ----------
    address
        Of its scheduler.
    patience
        How long to wait for an answer [s].

    Raises
    ------
    MissingExtraError
        Dask is not installed.
    ParameterError
        It is not written as an address is.
    ClusterError
        Nothing answers there, or something that is no scheduler.
    """
    distributed = dask()
    check_patience(patience)
    _check_address(address)
    with _without_log():
        _knock(address, patience)
        client = distributed.Client(address, timeout=patience, set_as_default=False)
        try:
            yield client
        finally:
            client.close()


@contextmanager
def _without_log() -> Iterator[None]:
    """Keep Dask from logging: what matters in it reaches the user as an error, and of the rest it prints tracebacks."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def check_patience(patience: float) -> None:
    """Raise for a time that nobody can wait."""
    if not 0.0 < patience < float("inf"):
        raise ParameterError(f"'--cluster-timeout' must be a number of seconds above 0, got {patience}. 10 is usual.")


def check_client(client: object) -> None:
    """Refuse what is no client, or one that wants to be awaited.

    Raises
    ------
    MissingExtraError, ParameterError
        As in `connected`.
    """
    if not isinstance(client, dask().Client):
        raise ParameterError(
            f"'client' must be a dask.distributed Client, got {quoted(client)}. "
            "Make one with Client(address) or Client(LocalCluster())."
        )
    if client.asynchronous:
        raise ParameterError(
            "'client' must be a synchronous Client, got one with asynchronous=True. Make it without that argument."
        )


def _check_address(address: str) -> None:
    """Raise for a text that cannot be the address of a scheduler."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1] or match[2]) < 2**16:
        raise ParameterError(f"'--cluster' must be the address of a scheduler, got {quoted(address)}. {_EXAMPLE}")


def _knock(address: str, patience: float) -> None:
    """Raise unless a scheduler answers.

    Dask's own client waits without end for a program that takes the connection and says nothing, and prints tracebacks
    when it gives up; so we ask first, and bring our own clock.
    """
    try:
        asyncio.run(asyncio.wait_for(_greet(address, patience), patience + _GRACE))
    except Exception as error:  # noqa: BLE001  # a stranger at that address may answer anything, and Dask trip over it
        said = " ".join(str(error).split())[:160] or f"no answer within {patience:g} s"
        raise ClusterError(
            f"'--cluster' must be the address of a Dask scheduler that answers within {patience:g} s, "
            f"got {quoted(address)}: {said}. Check that it runs and can be reached from here; "
            "--cluster-timeout waits longer."
        ) from None


async def _greet(address: str, patience: float) -> None:
    """Shake hands with a scheduler and leave."""
    distributed = dask()
    secrets = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=patience, **secrets)
    await comm.close()
