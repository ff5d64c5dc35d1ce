"""What a worker of a cluster does: a few runs of an experiment that lies on the disk it shares with all others.

A task is a path, two short texts and some numbers; a model is sent by the name of whoever finds it and never as code, so
that compiled kernels come from the worker's own cache. Every finished run is on disk before the next begins, so a worker
that dies loses the run in flight; the task is then given to another worker, which skips what is there.
"""

from __future__ import annotations

import functools
import importlib
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from whowhom import __version__
from whowhom.engine.contract import Model
from whowhom.errors import ClusterError, ModelError, StoreError
from whowhom.experiments.crew import Crew
from whowhom.experiments.worker import open_crew, play_a_week, surroundings_note
from whowhom.provenance import content_hash
from whowhom.store.layout import MANIFEST
from whowhom.store.manifest import Manifest
from whowhom.store.parts import Failure, Run


@dataclass(frozen=True)
class Order:
    """What all tasks of an experiment have in common.

    Attributes
    ----------
    folder
        The store, as an absolute path.
    manifest
        What must be there, as `hash_of` writes it: a store that is laid out anew in the same folder is another one.
    finder
        Who finds the model, as `address_of` writes it.
    version
        Of whoever gives the order, since it and the answer are in the words of one version.
    """

    folder: str
    manifest: str
    finder: str
    version: str = __version__

    @classmethod
    def of(cls, folder: Path, manifest: Manifest, *, model_of: Callable[[str], Model]) -> Order:
        """Return the order for a store.

        Raises
        ------
        ModelError
            Workers could not find its model.
        """
        return cls(folder=str(folder), manifest=hash_of(manifest), finder=address_of(model_of))


@dataclass(frozen=True)
class Done:
    """One run that is on disk now.

    Attributes
    ----------
    index
        Its number in the design.
    failed
        Whether the model failed.
    seconds
        Time it took; None if it was there already [s].
    """

    index: int
    failed: bool
    seconds: float | None


@dataclass(frozen=True)
class Report:
    """What a worker says of a task.

    Attributes
    ----------
    done
        Its runs.
    note
        In what the worker differs from whoever laid the experiment out, '' if in nothing that matters.
    """

    done: tuple[Done, ...]
    note: str


def do_runs(order: Order, groups: Sequence[Sequence[int]]) -> Report:
    """Do some runs of an experiment, or those of them that nobody has done meanwhile.

    Parameters
    ----------
    order
        The experiment.
    groups
        Runs, in groups that share a beginning (`experiments.forks`).

    Raises
    ------
    ClusterError
        This worker does not see the experiment, or has other code.
    StoreError
        The disk is full or read-only.
    """
    crew = _crew(order)
    done = tuple(_kept(crew, index, outcome) for group in groups for index, outcome in crew.together(group))
    return Report(done, _note(crew))


def make_ready(order: Order) -> Report:
    """Do what `do_runs` does before its first run, and compile the model by playing a week of its smallest world.

    Raises
    ------
    ClusterError, StoreError
        As in `do_runs`.
    """
    crew = _crew(order)
    note = _note(crew)
    try:
        play_a_week(crew)
    except Exception:  # noqa: BLE001  # a model that breaks does so again in its runs, where it is an outcome
        return Report((), note)
    return Report((), note)


def _note(crew: Crew) -> str:
    """Say in what this worker differs from whoever laid the experiment out."""
    note = surroundings_note(crew)
    return "" if note is None else f"worker on {socket.gethostname()}: {note}"


def _kept(crew: Crew, index: int, outcome: Run | Failure | None) -> Done:
    """Keep a run at once and say so; None was there already."""
    if outcome is None:
        return Done(index, failed=False, seconds=None)
    crew.writer.keep(outcome)
    return Done(index, failed=isinstance(outcome, Failure), seconds=outcome.seconds)


@functools.lru_cache(maxsize=4)
def _crew(order: Order) -> Crew:
    """Return the hands for an experiment, made once in each process."""
    if "numba" not in sys.modules:  # later it would be too late, and in the client's own process not ours to decide
        os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # the workers are the only level of parallelism
    here = socket.gethostname()
    if order.version != __version__:
        raise ClusterError(
            f"the workers of a cluster must have the whowhom that is used here, {order.version}, got {__version__} on "
            f"{here}. Install the same version on all machines."
        )
    if not (Path(order.folder) / MANIFEST).exists():
        raise ClusterError(
            f"the workers of a cluster must see the store at the path that it has here, got nothing at "
            f"'{order.folder}' on {here}. Choose a folder on a disk that all machines share with --store."
        )
    try:
        crew = open_crew(order.folder, model_of=found(order.finder))
    except StoreError as error:
        raise ClusterError(f"worker on {here}: {error}") from None
    if hash_of(crew.writer.manifest) != order.manifest:
        raise ClusterError(
            f"the workers of a cluster must see the store that is used here, got another one at "
            f"'{order.folder}' on {here}. Choose a folder on a disk that all machines share with --store."
        )
    crew.writer.sign(crew.program)
    return crew


def address_of(finder: Callable[[str], Model]) -> str:
    """Return by which name workers find a function: `module:name`.

    Raises
    ------
    ModelError
        Only the process that made it could find it.
    """
    address = f"{finder.__module__}:{finder.__qualname__}"
    if finder.__module__ == "__main__" or "<" in address:
        raise ModelError(
            f"models must be found by a function of a module that workers can import, got '{address}'. "
            "Put it, and the model, into a file of a package that is installed on all machines."
        )
    return address


def found(address: str) -> Callable[[str], Model]:
    """Return the function that `address_of` names."""
    module, _, name = address.partition(":")
    try:
        return cast(Callable[[str], Model], getattr(importlib.import_module(module), name))
    except AttributeError as error:
        raise ImportError(f"no '{name}' in the module '{module}' of the worker on {socket.gethostname()}") from error


def hash_of(manifest: Manifest) -> str:
    """Return what no two stores have in common: a hash of what was asked, by which program, and when."""
    return content_hash([manifest.experiment, manifest.program.plain(), manifest.created])
