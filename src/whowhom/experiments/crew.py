"""Running a design: Python threads in one process, each taking the next run; every finished run is on disk at once.

Models release the interpreter's lock while they compute, so threads use all cores without the start-up and the copies
of processes (127 against 124 tasks a second, measured). A run's result depends on its case alone; which thread ran it,
and when, cannot be seen in the store.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from whowhom.engine.contract import Model
from whowhom.engine.run import View, run_history
from whowhom.errors import StoreError
from whowhom.experiments.description import generator_of
from whowhom.experiments.design import Case, Design
from whowhom.provenance import run_identity, run_name
from whowhom.store.parts import Failure, Run
from whowhom.store.program import this_program
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

#: Longest time for which the main thread sleeps, so that Ctrl-C is heard on every system [s].
_NAP = 0.2

#: How often runs that went missing meanwhile (a damaged part) are done again before we give up.
_ROUNDS = 3


@dataclass(frozen=True)
class Step:
    """How far an experiment is; what a progress bar needs.

    Attributes
    ----------
    total, done, failed
        Runs of the whole experiment, those finished, those failed, also by earlier calls.
    seconds
        Time since this call began [s].
    seconds_left
        Estimate from the runs of this call alone; None until every thread has finished one [s].
    """

    total: int
    done: int
    failed: int
    seconds: float
    seconds_left: float | None


Progress = Callable[[Step], None]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: what is finished is kept as a smaller experiment; the text says how to go on.

    Attributes
    ----------
    folder
        The store.
    done, failed, total
        Runs finished, failed and asked for.
    """

    def __init__(self, *, folder: Path, done: int, failed: int, total: int) -> None:
        self.folder, self.done, self.failed, self.total = folder, done, failed, total
        super().__init__(str(self))

    def __str__(self) -> str:
        failed = f" ({self.failed} more failed)" if self.failed else ""
        return (
            f"interrupted: {self.done} of {self.total} runs are kept in '{self.folder}'{failed}, a smaller experiment "
            f"that every command can read. `whowhom resume {self.folder}` goes on."
        )


class _Stopped(BaseException):
    """Ends a run between two ticks; no outcome of the model, so nothing may catch it by accident."""


class Crew:
    """The threads that work on one design."""

    def __init__(self, model: Model, *, design: Design, writer: Writer, persons: int, ticks: int, threads: int) -> None:
        self.model = model
        self.design = design
        self.writer = writer
        self.persons = persons
        self.ticks = ticks
        self.threads = threads
        self._program = this_program(generator=generator_of(model))
        self._stop = threading.Event()  # a new one for each round, so that nobody can miss it
        self._lock = threading.Lock()
        self._reports: queue.SimpleQueue[tuple[int, Run | Failure | BaseException | None]] = queue.SimpleQueue()

    def work(self, progress: Progress | None) -> None:
        """Do everything that is missing.

        Raises
        ------
        Interrupted
            Ctrl-C.
        StoreError
            The disk is full or read-only; what is finished is kept.
        """
        try:
            self._rounds(progress)
        except KeyboardInterrupt:
            raise self._interrupted() from None

    def _rounds(self, progress: Progress | None) -> None:
        """Do what is missing until nothing is."""
        for _ in range(_ROUNDS):
            self.writer.finish_all()
            missing = self.writer.missing()
            if not missing:
                return
            self.writer.sign(self._program)
            self._work_on(missing, progress)
        if self.writer.missing():
            raise StoreError(
                f"store '{self.writer.folder}' must keep what is written to it, got runs that disappeared. "
                "Check the disk, or whether another program removes files there."
            )

    def _work_on(self, missing: Sequence[int], progress: Progress | None) -> None:
        """Do the missing runs; whatever happens, no thread is left behind."""
        self._stop = threading.Event()
        rest = iter(missing)
        hands = [
            threading.Thread(target=self._hand, args=(rest,), name=f"whowhom-{number}", daemon=True)
            for number in range(min(self.threads, len(missing)))
        ]
        # Counted before anybody works: a run kept while we count would be counted again when it is reported.
        before = Store(folder=self.writer.folder, manifest=self.writer.manifest).progress()
        clock = _Clock(total=before.total, done=before.done, failed=before.failed, threads=self.threads)
        try:
            for hand in hands:
                hand.start()
            self._oversee(missing, clock, progress)
        finally:
            self._dismiss(hands)

    def _dismiss(self, hands: Sequence[threading.Thread]) -> None:
        """Stop the threads at their next tick and wait for them."""
        self._stop.set()
        for hand in hands:
            if hand.ident is not None:
                hand.join()

    def _interrupted(self) -> Interrupted:
        there = Store(folder=self.writer.folder, manifest=self.writer.manifest).progress()
        return Interrupted(folder=self.writer.folder, done=there.done, failed=there.failed, total=there.total)

    def _oversee(self, missing: Sequence[int], clock: _Clock, progress: Progress | None) -> None:
        """Hear of every run, complete batches as they fill, pass on what a thread met."""
        open_runs = Counter(self.writer.layout.batch_of(index) for index in missing)
        for _ in missing:
            index, outcome = self._next_report()
            if isinstance(outcome, BaseException):
                raise outcome
            batch = self.writer.layout.batch_of(index)
            open_runs[batch] -= 1
            if open_runs[batch] == 0:
                self.writer.finish(batch)
            step = clock.count(outcome)
            if progress is not None:
                progress(step)

    def _next_report(self) -> tuple[int, Run | Failure | BaseException | None]:
        while True:
            try:
                return self._reports.get(timeout=_NAP)
            except queue.Empty:
                continue

    def _hand(self, rest: Sequence[int]) -> None:
        """Take one run after the other until there is none or the crew is stopped."""
        while not self._stop.is_set():
            with self._lock:
                index = next(rest, None)  # type: ignore[call-overload]
            if index is None:
                return
            try:
                outcome = None if self.writer.has(index) else self.run(self.design[index])
                if outcome is not None:
                    self.writer.keep(outcome)
                self._reports.put((index, outcome))
            except _Stopped:
                return
            except BaseException as error:  # noqa: BLE001  # handed to the main thread, which raises it
                self._reports.put((index, error))
                return

    def _watch(self, tick: int, view: View) -> None:
        if self._stop.is_set():
            raise _Stopped

    def run(self, case: Case) -> Run | Failure:
        """Run one case; an error of the model is its outcome."""
        identity = run_identity(
            model=self.model.name,
            version=self.model.version,
            settings=case.settings.identity(),
            persons=self.persons,
            seed=case.seed,
            ticks=self.ticks,
        )
        keys = {"index": case.index, "arm": case.arm, "replicate": case.replicate, "seed": case.seed}
        keys |= {"set": case.set_index, "identity": run_name(identity), "code": self._program.code}
        keys["program"] = self._program.name
        begun = time.perf_counter()
        try:
            history = run_history(
                self.model,
                case.settings,
                persons=self.persons,
                seed=case.seed,
                ticks=self.ticks,
                observers=(self._watch,),
            )
        except Exception as error:  # noqa: BLE001  # whatever a model raises ends this run and no other
            return Failure(
                **keys,  # type: ignore[arg-type]
                error=f"{type(error).__name__}: {error}",
                traceback="".join(traceback.format_exception(error)[-20:]),
                seconds=time.perf_counter() - begun,
            )
        return Run(
            **keys,  # type: ignore[arg-type]
            ended=history.ended,
            cause=history.cause,
            digest=history.digest,
            seconds=time.perf_counter() - begun,
            rows=history.rows,
        )


class _Clock:
    """Counts runs and estimates the time left from those of this call alone."""

    def __init__(self, *, total: int, done: int, failed: int, threads: int) -> None:
        self.total, self.done, self.failed, self.threads = total, done, failed, threads
        self._begun = time.perf_counter()
        self._here = 0

    def count(self, outcome: object) -> Step:
        """Count one run; one that another process did (None) says nothing about our speed."""
        self.failed += isinstance(outcome, Failure)
        self.done += not isinstance(outcome, Failure)
        self._here += outcome is not None
        seconds = time.perf_counter() - self._begun
        left = None
        if self._here >= self.threads:
            left = (self.total - self.done - self.failed) * seconds / self._here
        return Step(total=self.total, done=self.done, failed=self.failed, seconds=seconds, seconds_left=left)
