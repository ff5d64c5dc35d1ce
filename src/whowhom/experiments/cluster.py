"""An experiment on a Dask cluster: the workers do the histories and write them into the store, which all machines share.

What travels is small: a task names some runs, its answer says that they are on disk. A task is made of as many runs as
take a tenth of a second, since Dask spends some milliseconds on each. Only a few tasks for each thread wait at any time,
so memory does not grow with the experiment, and workers that join later get their share. Before all workers begin, one
on each machine plays a week of a small world: that compiles the model once, and the others find it compiled.

The results are those of threads in one process, bit for bit, because a run's result depends on its case alone.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import math
import queue
import statistics
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

from whowhom.engine.contract import Model
from whowhom.errors import ClusterError, StoreWarning
from whowhom.experiments.connection import PATIENCE, check_client, check_patience, dask
from whowhom.experiments.crew import Clock, Interrupted, Progress
from whowhom.experiments.description import design_of, reopen
from whowhom.experiments.design import Design
from whowhom.experiments.forks import groups
from whowhom.experiments.tasks import Done, Order, Report, do_runs, make_ready
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

#: What a task should take at least [s]. Dask's own cost of a task is some milliseconds.
TASK_SECONDS = 0.1

#: Tasks that are handed out for each thread of the cluster: one in work, one that waits so that nobody is idle.
_AHEAD = 2

#: Longest time for which we sleep, so that Ctrl-C is heard on every system [s].
_NAP = 0.2

#: After this time at the latest a network disk shows a name that another machine has made; NFS by default after 60 s [s].
LATE = 70.0

#: How often the cluster is asked how many threads it has [s].
_LOOK = 1.0

#: How often runs that were lost with their workers are handed out again. Dask itself has tried each four times by then.
_ROUNDS = 3

#: Of how many runs the likely time of the next is the median; few, since the first ones compile.
_RECENT = 20


def run_on_cluster(
    store: str | Path,
    *,
    client: Any,
    model_of: Callable[[str], Model],
    progress: Progress | None = None,
    retry_failed: bool = False,
    patience: float = PATIENCE,
) -> Store:
    """Do on a cluster what a store does not hold yet.

    Parameters
    ----------
    store
        Folder of an experiment that is laid out or begun, on a disk that all workers see at the same path.
    client
        A `distributed.Client`.
    model_of
        Finds a model by its name; a function that workers can import.
    progress
        Called in the main thread after each run.
    retry_failed
        Do failed runs once more; otherwise they stay as they are.
    patience
        How long the cluster may be without any worker [s].

    Raises
    ------
    MissingExtraError
        Dask is not installed.
    ClusterError
        The cluster has no workers, does not answer any more, or its workers do not see the store, have other code, or
        die. What is finished is kept.
    StoreError
        It is no store, its model has another version here, or the disk is full.
    Interrupted
        Ctrl-C; what is finished is kept.

    Warns
    -----
    StoreWarning
        Versions of libraries or the processor of a worker differ from those of whoever laid the experiment out.
    """
    check_client(client)
    check_patience(patience)
    folder = Path(store).absolute()
    writer, model = reopen(folder, model_of=model_of)
    experiment = writer.manifest.experiment
    design = design_of(experiment, model=model)
    if retry_failed:
        writer.reopen_failed()
    order = Order.of(folder, writer.manifest, model_of=model_of)
    try:
        _rounds(writer, Dispatch(client, order=order, patience=patience), design, progress)
    except KeyboardInterrupt:
        raise Interrupted.of(Store(folder=Path(store), manifest=writer.manifest)) from None
    return Store.open(store)


def _rounds(writer: Writer, dispatch: Dispatch, design: Design, progress: Progress | None) -> None:
    """Hand out what is missing until nothing is."""
    for _ in range(_ROUNDS):
        writer.finish_all()
        missing = writer.missing()
        if not missing:
            return
        _round(writer, dispatch, design, progress)
    writer.finish_all()
    if missing := writer.missing():
        raise ClusterError(
            f"the workers of a cluster must live to finish a history, got {len(missing)} that were lost each time, the "
            f"first of them number {missing[0]} ({dispatch.last_loss or 'they are not on disk'}). Workers that need more "
            "memory than they have are the usual reason: give them more, or fewer threads each, or ask for fewer persons."
        )


def _round(writer: Writer, dispatch: Dispatch, design: Design, progress: Progress | None) -> None:
    """Hand out the missing runs once, and complete batches as they fill."""
    missing, experiment = writer.missing(), writer.manifest.experiment
    threads = dispatch.threads_at_first()
    there = Store(folder=writer.folder, manifest=writer.manifest).progress()
    clock = Clock(total=there.total, done=there.done, failed=there.failed, threads=threads)
    sizes = {"persons": experiment["persons"], "ticks": experiment["until_ticks"]}
    together = groups(missing, design, **sizes, threads=min(threads, len(missing)))
    open_runs = Counter(writer.layout.batch_of(index) for index in missing)
    late = []
    with contextlib.closing(dispatch.hand_out(together)) as finished:
        for done in finished:
            batch = writer.layout.batch_of(done.index)
            open_runs[batch] -= 1
            if open_runs[batch] == 0 and not writer.finish(batch):
                late.append(batch)
            step = clock.count_one(failed=done.failed, here=done.seconds is not None)
            if progress is not None:
                progress(step)
    _finish_late(writer, late, patience=dispatch.patience)


def _finish_late(writer: Writer, batches: Sequence[int], *, patience: float) -> None:
    """Complete batches whose runs are on the workers' disk but not yet seen here: network disks show names late."""
    deadline = time.monotonic() + max(patience, LATE)
    late = list(batches)
    while late and time.monotonic() < deadline:
        time.sleep(_NAP)
        late = [batch for batch in late if not writer.finish(batch)]


class Dispatch:
    """Hands out runs to a cluster, a few at a time, and hears of them.

    Attributes
    ----------
    patience
        How long the cluster may be without any worker [s].
    last_loss
        What Dask said of the last task that it gave up, '' if there was none.
    """

    def __init__(self, client: Any, *, order: Order, patience: float) -> None:
        self.patience = patience
        self.last_loss = ""
        self._client = client
        self._order = order
        self._flying: dict[str, Any] = {}
        self._notes: set[str] = set()
        self._reports: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._seconds: deque[float] = deque(maxlen=_RECENT)
        self._threads: dict[str, int] = {}
        self._looked = -math.inf
        self._seen = self._heard = math.inf

    def threads_at_first(self) -> int:
        """Wait until there is a worker, and return how many threads there are.

        Raises
        ------
        ClusterError
            There is no worker for too long, or one that has no whowhom: it would die of its first task.
        """
        self._seen = time.monotonic()
        while not self._look():
            time.sleep(_NAP)
        ask = functools.partial(self._client.run, importlib.util.find_spec, do_runs.__module__, on_error="return")
        for answer in self._answer(ask).values():
            if answer is None or isinstance(answer, ImportError):
                raise _unable(answer or "one that is older or newer than this")
        return sum(self._threads.values())

    def hand_out(self, together: Sequence[Sequence[int]]) -> Generator[Done, None, None]:
        """Hand out runs and yield each that is on disk; runs lost with their worker are not yielded.

        Parameters
        ----------
        together
            Runs in groups that one worker does, in the order in which they are handed out.

        Raises
        ------
        ClusterError, StoreError
            What a worker met that others would meet too, or that the cluster is gone.
        """
        rest = deque(together)
        self._seen = self._heard = time.monotonic()
        try:
            self._make_ready()
            while rest or self._flying:
                self._look()
                while rest and len(self._flying) < _AHEAD * max(1, sum(self._threads.values())):
                    self._send(do_runs, self._next_groups(rest))
                yield from self._receive()
        finally:
            self._cancel()

    def _make_ready(self) -> None:
        """Let one worker of each machine compile the model, and wait for them."""
        self._look()
        machines: dict[str, list[str]] = {}
        for address in sorted(self._threads):
            machines.setdefault(address.rpartition(":")[0], []).append(address)
        for addresses in machines.values():
            self._send(make_ready, workers=addresses, allow_other_workers=True)
        while self._flying:
            for _ in self._receive():
                pass

    def _next_groups(self, rest: deque[Sequence[int]]) -> list[Sequence[int]]:
        """Take as many groups as make a task of at least `TASK_SECONDS`."""
        wanted = 1
        if self._seconds:
            wanted = math.ceil(TASK_SECONDS / max(statistics.median(self._seconds), 1e-6))
        taken = [rest.popleft()]
        while rest and sum(map(len, taken)) < wanted:
            taken.append(rest.popleft())
        return taken

    def _send(self, task: Callable[..., Report], *words: object, **where: Any) -> None:
        future = self._client.submit(task, self._order, *words, pure=False, **where)
        self._flying[future.key] = future
        future.add_done_callback(self._reports.put)

    def _receive(self) -> Iterator[Done]:
        """Wait for the next task that ends, and yield what it has done."""
        future = self._next_report()
        self._flying.pop(future.key)
        report = self._result(future)
        if report.note and report.note not in self._notes:
            self._notes.add(report.note)
            warnings.warn(report.note, StoreWarning, stacklevel=2)
        for done in report.done:
            if done.seconds is not None:
                self._seconds.append(done.seconds)
            yield done

    def _result(self, future: Any) -> Report:
        """Return what a task has done; nothing if its workers died."""
        if future.status == "finished":
            try:
                report: Report = self._answer(functools.partial(future.result, timeout=self.patience))
                return report
            except TimeoutError as error:  # its worker died with the answer, and there is none to do it again
                self.last_loss = _short(error)
        elif future.status == "error":
            said = self._answer(functools.partial(future.exception, timeout=self.patience))
            if isinstance(said, ImportError):
                raise _unable(said)
            if not isinstance(said, dask().KilledWorker):
                raise said
            self.last_loss = _short(said)
        return Report((), "")

    def _next_report(self) -> Any:
        while True:
            try:
                report = self._reports.get(timeout=_NAP)
            except queue.Empty:
                self._look()
                self._check_paused()
            else:
                self._heard = time.monotonic()
                return report

    def _check_paused(self) -> None:
        """Ask, if nothing was heard for long, whether Dask has stopped all workers, which it does without a word.

        Raises
        ------
        ClusterError
            It has.
        """
        if time.monotonic() - self._heard < self.patience:
            return
        self._heard = time.monotonic()
        workers = self._answer(self._client.scheduler_info)["workers"].values()
        if workers and all(worker.get("status") == "paused" for worker in workers):
            raise ClusterError(
                f"the workers of a cluster must have memory to spare, got all {len(workers)} of them paused by Dask. Start "
                f"them with more (--memory-limit) or with fewer threads each. {self._kept()}"
            )

    def _look(self) -> bool:
        """Ask now and then which workers there are, and return whether there is any.

        Raises
        ------
        ClusterError
            None for too long, or the cluster is gone.
        """
        now = time.monotonic()
        if now - self._looked >= _LOOK or not self._threads:
            self._looked = now
            try:
                ask = functools.partial(self._client.nthreads, callback_timeout=self.patience)
                self._threads = dict(self._answer(ask))
            except TimeoutError:
                raise self._gone(f"no answer for {self.patience:g} s") from None
        if self._threads:
            self._seen = now
        elif now - self._seen > self.patience:
            raise self._gone(f"no worker for {self.patience:g} s")
        return bool(self._threads)

    def _answer(self, ask: Callable[[], Any]) -> Any:
        """Return what the cluster says.

        Raises
        ------
        ClusterError
            It is gone.
        TimeoutError
            It takes longer than the question allows.
        """
        try:
            return ask()
        except TimeoutError:
            raise
        except (OSError, RuntimeError, ValueError) as error:  # which of them depends on what Dask was doing
            raise self._gone(f"no answer ({_short(error)})") from error

    def _gone(self, got: str) -> ClusterError:
        return ClusterError(
            f"a cluster must have workers as long as there is something to do, got {got}. {self._kept()} "
            "--cluster-timeout waits longer."
        )

    def _kept(self) -> str:
        folder = self._order.folder
        return f"What is finished is kept in '{folder}'; `whowhom resume` goes on, with --cluster or without."

    def _cancel(self) -> None:
        """Take back what was handed out; a worker ends the run that it is doing, which is kept if it can be."""
        futures = list(self._flying.values())
        self._flying.clear()
        if futures and self._client.status == "running":
            self._client.cancel(futures)


def _unable(got: object) -> ClusterError:
    return ClusterError(
        f"the workers of a cluster must be able to import whowhom and its models, got: {got}. "
        "Install the same version on all machines."
    )


def _short(error: BaseException) -> str:
    """Return what an error says on one line of moderate length."""
    return " ".join(str(error).split())[:120] or type(error).__name__
