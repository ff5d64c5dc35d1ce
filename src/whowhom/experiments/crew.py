"""Running a design: Python threads in one process, each taking the next runs; every finished run is on disk at once.

Models release the interpreter's lock while they compute, so threads use all cores without the start-up and the copies
of processes. A run's result depends on its case alone; which thread ran it, and when, cannot be seen in the store. Arms of one replicate that share a beginning are one thread's (`experiments.forks`).
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whowhom.engine.contract import Model
from whowhom.engine.run import History, run_history
from whowhom.errors import StoreError
from whowhom.experiments.description import design_of, generator_of
from whowhom.experiments.design import Case, Design
from whowhom.experiments.forks import Beginning, dates_of, groups, leaves_at
from whowhom.experiments.part import progress_of
from whowhom.provenance import run_identity, run_name
from whowhom.store.layout import resume_command
from whowhom.store.parts import Failure, Run
from whowhom.store.program import this_program
from whowhom.store.reader import Progress as There
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

#: Longest time for which the main thread sleeps, so that Ctrl-C is heard on every system [s].
_NAP = 0.2

#: From so many persons on the threads share one world instead of each having its own, which saves memory and loses no time [persons].
LARGE_WORLD = 4_000_000

#: How often runs that went missing meanwhile (a damaged part) are done again before we give up.
_ROUNDS = 3


def share_threads(threads: int, *, persons: int) -> tuple[int, int]:
    """Return how many worlds are played at a time, and how many threads play each."""
    return (1, threads) if persons >= LARGE_WORLD else (threads, 1)


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
        Estimate from the runs of this call alone; None until every thread could have finished one [s].
    here
        Runs that this call has done [runs].
    per_second
        How fast it does them, compiling left out; None as long as `seconds_left` [runs/s].
    """

    total: int
    done: int
    failed: int
    seconds: float
    seconds_left: float | None
    here: int = 0
    per_second: float | None = None


Progress = Callable[[Step], None]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: what is finished is kept as a smaller experiment; the text says how to go on.

    Attributes
    ----------
    folder
        The store.
    done, failed, total
        Runs finished, failed and asked for.
    whole, arms
        Replicates that are finished in every arm, and how many arms there are; None if nobody counted.
    exit_code
        Of a process that ends for this reason.
    """

    exit_code = 130

    def __init__(
        self, *, folder: Path, done: int, failed: int, total: int, whole: int | None = None, arms: int = 1
    ) -> None:
        self.folder, self.done, self.failed, self.total = folder, done, failed, total
        self.whole, self.arms = whole, arms
        super().__init__(str(self))

    @classmethod
    def of(cls, store: Store) -> Interrupted:
        """Say of a store that it was interrupted."""
        there = store.progress()
        counts = {"done": there.done, "failed": there.failed, "total": there.total}
        return cls(folder=store.folder, **counts, whole=store.whole_replicates(), arms=len(store.arms))

    def __str__(self) -> str:
        failed = f" ({self.failed} more failed)" if self.failed else ""
        replicates = "replicate" if self.whole == 1 else "replicates"
        whole = "" if self.whole is None or self.arms == 1 else f": {self.whole} whole {replicates} of {self.arms} arms"
        return (
            f"interrupted: {self.done} of {self.total} {'run' if self.total == 1 else 'runs'} {'is' if self.done == 1 else 'are'} kept in '{self.folder}'{failed}, a smaller experiment "
            f"that every command can read{whole}. `{resume_command(self.folder)}` goes on."
        )


class _Stopped(BaseException):
    """Ends a run between two ticks; no outcome of the model, so nothing may catch it by accident."""


class Crew:
    """The threads that work on one design, or on those of its runs whose numbers are in `part`."""

    def __init__(
        self,
        model: Model,
        *,
        design: Design,
        writer: Writer,
        persons: int,
        ticks: int,
        threads: int,
        part: Collection[int] | None = None,
    ) -> None:
        self.model = model
        self.design = design
        self.writer = writer
        self.persons = persons
        self.ticks = ticks
        self.threads, self.threads_each = share_threads(threads, persons=persons)
        self.part = part
        self.program = this_program(generator=generator_of(model))
        self._stop = threading.Event()  # a new one for each round, so that nobody can miss it
        self._lock = threading.Lock()
        self._clock: Clock | None = None
        self._reports: queue.SimpleQueue[tuple[int, Run | Failure | BaseException | None]] = queue.SimpleQueue()

    @classmethod
    def of(cls, writer: Writer, *, model: Model, threads: int, part: Collection[int] | None = None) -> Crew:
        """Return the threads that work on what a store's manifest asks for."""
        experiment = writer.manifest.experiment
        return cls(
            model,
            design=design_of(experiment, model=model),
            writer=writer,
            persons=experiment["persons"],
            ticks=experiment["until_ticks"],
            threads=threads,
            part=part,
        )

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
            missing = self._missing()
            if not missing:
                return
            self.writer.sign(self.program)
            self._work_on(missing, progress)
        if self._missing():
            raise StoreError(
                f"store '{self.writer.folder}' must keep what is written to it, got runs that disappeared. "
                "Check the disk, or whether another program removes files there."
            )

    def _missing(self) -> list[int]:
        """Return the runs that are still to be done here."""
        missing = self.writer.missing()
        return missing if self.part is None else [index for index in missing if index in self.part]

    def there(self) -> There:
        """Count what is there of that which is to be done here."""
        store = Store(folder=self.writer.folder, manifest=self.writer.manifest)
        return store.progress() if self.part is None else progress_of(store, self.part)

    def _work_on(self, missing: Sequence[int], progress: Progress | None) -> None:
        """Do the missing runs; whatever happens, no thread is left behind."""
        self._stop = threading.Event()
        together = groups(
            missing, self.design, persons=self.persons, ticks=self.ticks, threads=min(self.threads, len(missing))
        )
        rest = iter(together)
        hands = [
            threading.Thread(target=self._hand, args=(rest,), name=f"whowhom-{number}", daemon=True)
            for number in range(min(self.threads, len(together)))
        ]
        # Counted before anybody works: a run kept while we count would be counted again when it is reported.
        before = self.there()
        clock = self._clock = Clock(total=before.total, done=before.done, failed=before.failed, threads=len(hands))
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
        return Interrupted.of(Store(folder=self.writer.folder, manifest=self.writer.manifest))

    def _oversee(self, missing: Sequence[int], clock: Clock, progress: Progress | None) -> None:
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

    def _hand(self, rest: Iterator[tuple[int, ...]]) -> None:
        """Take one group of runs after the other until there is none or the crew is stopped."""
        while not self._stop.is_set():
            with self._lock:
                group = next(rest, None)
            if group is None:
                return
            try:
                for index, outcome in self.together(group):
                    if outcome is not None:
                        self.writer.keep(outcome)
                    self._reports.put((index, outcome))
            except _Stopped:
                return
            except BaseException as error:  # noqa: BLE001  # handed to the main thread, which raises it
                self._reports.put((group[0], error))
                return

    def _watch(self) -> None:
        if self._stop.is_set():
            raise _Stopped
        if self._clock is not None:
            self._clock.played(threading.get_ident())

    def together(self, group: Sequence[int]) -> Iterator[tuple[int, Run | Failure | None]]:
        """Run a group, the first of them from the beginning, the others from where they leave it; None if it is there."""
        beginning: Beginning | None = None
        for place, index in enumerate(group):
            if self.writer.has(index):
                yield index, None
            elif beginning is None:
                outcome, history = self._run(self.design[index], dates=dates_of(group[place + 1 :], self.design))
                yield index, outcome
                beginning = None if history is None else Beginning(self.design[index].settings, history)
            else:
                yield index, self._run(self.design[index], beginning=beginning)[0]

    def run(self, case: Case) -> Run | Failure:
        """Run one case; an error of the model is its outcome."""
        return self._run(case)[0]

    def _play(self, case: Case, *, beginning: Beginning | None, dates: Collection[int]) -> History:
        """Play the history of one case, from the beginning with its states at dates, or from where it leaves another."""
        words: dict[str, Any] = {"persons": self.persons, "seed": case.seed, "ticks": self.ticks}
        words |= {"pulse": self._watch, "threads": self.threads_each}
        if beginning is None:
            return run_history(self.model, case.settings, snapshots=dates, **words)
        return beginning.leave(self.model, case.settings, tick=leaves_at(self.design, case.index), **words)

    def _run(
        self, case: Case, *, beginning: Beginning | None = None, dates: Collection[int] = ()
    ) -> tuple[Run | Failure, History | None]:
        """Run one case; return its outcome, and its history if there is one."""
        identity = run_identity(
            model=self.model.name,
            version=self.model.version,
            settings=case.settings.identity(),
            persons=self.persons,
            seed=case.seed,
            ticks=self.ticks,
        )
        keys = {"index": case.index, "arm": case.arm, "replicate": case.replicate, "seed": case.seed}
        keys |= {"set": case.set_index, "identity": run_name(identity), "code": self.program.code}
        keys["program"] = self.program.name
        begun = time.perf_counter()
        try:
            history = self._play(case, beginning=beginning, dates=dates)
        except Exception as error:  # noqa: BLE001  # whatever a model raises ends this run and no other
            failure = Failure(
                **keys,  # type: ignore[arg-type]
                error=f"{type(error).__name__}: {error}",
                traceback="".join(traceback.format_exception(error)[-20:]),
                seconds=time.perf_counter() - begun,
            )
            return failure, None
        run = Run(
            **keys,  # type: ignore[arg-type]
            ended=history.ended,
            cause=history.cause,
            digest=history.digest,
            seconds=time.perf_counter() - begun,
            rows=history.rows,
        )
        return run, history


class Clock:
    """Counts runs and estimates the time left from those of this call alone.

    What is compiled or loaded at first says nothing about the speed: measuring begins when every thread has played a
    week. Until as many runs are done since then as there are threads, nothing is claimed.
    """

    def __init__(
        self, *, total: int, done: int, failed: int, threads: int, now: Callable[[], float] = time.perf_counter
    ) -> None:
        self.total, self.done, self.failed, self.threads = total, done, failed, threads
        self._now = now
        self._begun = self._warm = now()
        self._here = self._before = 0  # runs of this call, and those before measuring began
        self._playing: set[int] = set()

    def played(self, thread: int) -> None:
        """Hear that a thread has played a week; called in that thread, as often as it likes."""
        if len(self._playing) < self.threads and thread not in self._playing:
            self._playing.add(thread)
            if len(self._playing) == self.threads:
                self._warm, self._before = self._now(), self._here

    def count(self, outcome: object) -> Step:
        """Count one run; one that another process did (None) says nothing about our speed."""
        return self.count_one(failed=isinstance(outcome, Failure), here=outcome is not None)

    def count_one(self, *, failed: bool, here: bool) -> Step:
        """Count one run that failed or not, and was done by this call or was there already."""
        self.failed += failed
        self.done += not failed
        self._here += here
        now = self._now()
        measured, taken = self._here - self._before, now - self._warm
        speed = measured / taken if measured >= self.threads and taken > 0.0 else None
        missing = self.total - self.done - self.failed
        return Step(
            total=self.total,
            done=self.done,
            failed=self.failed,
            seconds=now - self._begun,
            seconds_left=None if speed is None else missing / speed,
            here=self._here,
            per_second=speed,
        )
