"""How a week is played: stage after stage, on one thread or, province by province, on several.

Provinces share nothing that a stage writes, so that any number of threads gives the same bits. A small world is played on one thread, and an ensemble keeps several of
them busy; a large one keeps several busy by itself (`Week.spread`). Threads are Python's own: compiled stages let go of the interpreter, nothing is forked, and no
thread library can be entered twice.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.call import address_of
from whowhom.engine.kernel import COMPILED, bound
from whowhom.engine.population import World, as_words
from whowhom.models.machine.stages.cases import pursue_cases
from whowhom.models.machine.stages.demand import allot, demand
from whowhom.models.machine.stages.force import use_force
from whowhom.models.machine.stages.hands import hand_over
from whowhom.models.machine.stages.life import live
from whowhom.models.machine.stages.orders import give_orders
from whowhom.models.machine.stages.prisons import keep_prisoners
from whowhom.models.machine.stages.reckoning import take_stock
from whowhom.models.machine.stages.stretch import Course, play_stretch, set_out
from whowhom.models.machine.stages.survey import LENGTH, ledger_of, write_down
from whowhom.models.machine.tick import tick

Stage = Callable[..., Any]


class Week:
    """The stages of a week, ready for worlds of one kind.

    Parameters
    ----------
    w
        A world; its arrays may be replaced later by others of the same types, but for its tables of parameters, nation, strata and provinces.
    places
        Where words from outside go (`Outside.places`).
    """

    def __init__(self, w: World, *, places: NDArray[np.int64]) -> None:
        self._provinces = len(w.province)
        self._by_size = sorted(range(self._provinces), key=lambda r: -int(w.province[r].communities))
        self._hands: ThreadPoolExecutor | None = None
        self._ledger = ledger_of(w)
        self._row = np.empty((1, LENGTH))
        row = self._row[0]
        calls: tuple[tuple[Stage, tuple[object, ...]], ...] = (
            (give_orders, (w, 0)),
            (demand, (w, 0, 0)),
            (allot, (w,)),
            *((stage, (w, 0, 0, 0)) for stage in (use_force, pursue_cases, keep_prisoners)),
            (hand_over, (w, 0)),
            (live, (w, 0, 0, 0)),
            (take_stock, (w, 0)),
            (write_down, (w, self._ledger, row)),
        )
        stages: list[Stage] = [bound(stage, *examples) for stage, examples in calls]
        self._orders, self._demand, self._allot, *events, self._hands_over, self._live, self._stock, self._write = (
            stages
        )
        self._events: tuple[Stage, ...] = tuple(events)
        self._course = Course(
            stages=np.array([address_of(stage, *examples) for stage, examples in calls], np.int64),
            places=places,
            parameters=as_words(w.p),
            nation=as_words(w.nation),
            rows=w.p,
            country=w.nation,
        )
        words = np.empty((0, len(places)), np.int64)
        self._set_out = bound(set_out, self._course, words)
        self._stretch = bound(play_stretch, w, self._course, self._ledger, 0, words, self._row)

    def spread(self, threads: int) -> None:
        """Use so many threads from now on; 1 is the calling thread alone."""
        self._hands = ThreadPoolExecutor(threads, thread_name_prefix="whowhom-province") if threads > 1 else None

    def each_province(self, work: Callable[[int, int], None]) -> None:
        """Call `work(first, end)` for stretches of provinces that cover the country, the largest first if there are several threads."""
        if self._hands is None:
            work(0, self._provinces)
        else:
            for done in [self._hands.submit(work, r, r + 1) for r in self._by_size]:
                done.result()

    def route(self, places: NDArray[np.int64]) -> None:
        """Let words from outside go to these places from now on."""
        self._course = self._course.replaced(places=places)

    def outside(self, words: NDArray[np.int64]) -> None:
        """Write what comes from outside in the first week of `words`."""
        self._set_out(self._course, words)

    def look(self, w: World) -> NDArray[np.float64]:
        """The row of now, float64 [1, LENGTH], as `stages.survey` writes it; good until the next call."""
        self._write(w, self._ledger, self._row[0])
        return self._row

    @property
    def is_alone(self) -> bool:
        """Whether weeks can be played by `play_stretch`: compiled, and on one thread."""
        return self._hands is None and bool(self._course.stages.all())

    def play_stretch(self, w: World, t: int, words: NDArray[np.int64]) -> NDArray[np.float64]:
        """Play at most as many weeks from `t` on as there are rows in `words`; return the rows of those played, float64 [weeks, LENGTH]."""
        rows = np.empty((len(words), LENGTH))
        return rows[: self._stretch(w, self._course, self._ledger, t, words, rows)]

    def play(self, w: World, t: int) -> None:
        """Play week `t`."""
        if not COMPILED:
            tick(w, t)
            return
        self._orders(w, t)
        self.each_province(lambda first, end: self._demand(w, first, end))
        self._allot(w)
        if int(
            w.nation.view(np.ndarray)[0]["turning"]
        ):  # all provinces wait for each other only in a week in which one changes hands
            self.each_province(lambda first, end: self._happen(self._events, w, t, first, end))
            self._hands_over(w, t)
            self.each_province(lambda first, end: self._live(w, t, first, end))
        else:
            self.each_province(lambda first, end: self._happen((*self._events, self._live), w, t, first, end))
        self._stock(w, t)

    @staticmethod
    def _happen(stages: tuple[Stage, ...], w: World, t: int, first: int, end: int) -> None:
        for stage in stages:
            stage(w, t, first, end)
