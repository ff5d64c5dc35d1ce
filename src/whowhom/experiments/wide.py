"""Where an experiment is done: in threads of this process, or by the workers of a cluster. The results are the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.engine.contract import Model
from whowhom.errors import ParameterError
from whowhom.experiments.cluster import run_on_cluster
from whowhom.experiments.connection import PATIENCE, check_client
from whowhom.experiments.experiment import resume_experiment
from whowhom.experiments.plan import Plan
from whowhom.store.reader import Store

if TYPE_CHECKING:
    from distributed import Client


def carry_out(
    plan: Plan,
    *,
    model_of: Callable[[str], Model],
    threads: int | None = None,
    client: Client | None = None,
    patience: float = PATIENCE,
    **words: Any,
) -> Store:
    """Do what is planned and not there yet.

    Parameters
    ----------
    plan
        The experiment.
    model_of
        Finds a model by its name; a function that workers can import.
    threads
        Runs at the same time, without a client.
    client
        Of a cluster whose workers see the plan's folder at the same path.
    patience
        How long the cluster may be without any worker [s].
    words
        `progress`, as in `experiments.experiment.run_experiment`.

    Raises
    ------
    ParameterError
        Both threads and a client are given.
    WhowhomError, Interrupted
        As in `run_experiment` and `run_on_cluster`.
    """
    if client is None:
        return plan.carry_out(threads=threads, **words)
    _check(client, threads)  # before a folder is made
    folder = plan.lay_out().folder
    return run_on_cluster(folder, client=client, model_of=model_of, patience=patience, **words)


def go_on(
    store: str | Path,
    *,
    model_of: Callable[[str], Model],
    threads: int | None = None,
    client: Client | None = None,
    patience: float = PATIENCE,
    other_code: bool = False,
    **words: Any,
) -> Store:
    """Do what a store does not hold yet; parameters as in `carry_out`, and `retry_failed`.

    Of `resume_experiment` there is `other_code` too, without a client: many workers of unlike code are nothing that
    somebody takes knowingly.
    """
    if client is None:
        return resume_experiment(store, model_of=model_of, threads=threads, other_code=other_code, **words)
    _check(client, threads)
    if other_code:
        raise ParameterError(
            "'other_code' must be left out where a cluster does the histories, got it. Go on without the cluster."
        )
    return run_on_cluster(store, client=client, model_of=model_of, patience=patience, **words)


def _check(client: object, threads: int | None) -> None:
    """Refuse what is no client, and a number of threads beside one."""
    if threads is not None:
        raise ParameterError(
            f"'threads' must be left out where a cluster does the histories, got {threads}. "
            "The workers' own number of threads decides how many run at a time."
        )
    check_client(client)
