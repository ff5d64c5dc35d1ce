"""How a week is played: stage after stage, on one thread or, province by province, on several.

Provinces share nothing that a stage writes, so that any number of threads gives the same bits. A small world is played on one thread, and an ensemble keeps several of
them busy; a large one keeps several busy by itself (`Week.spread`). Threads are Python's own: compiled stages let go of the interpreter, nothing is forked, and no
thread library can be entered twice.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from whowhom.engine.kernel import COMPILED, bound
from whowhom.engine.population import World
from whowhom.models.machine.stages.cases import pursue_cases
from whowhom.models.machine.stages.demand import allot, demand
from whowhom.models.machine.stages.force import use_force
from whowhom.models.machine.stages.life import live
from whowhom.models.machine.stages.orders import give_orders
from whowhom.models.machine.stages.prisons import keep_prisoners
from whowhom.models.machine.stages.reckoning import take_stock
from whowhom.models.machine.tick import tick

Stage = Callable[..., Any]


class Week:
    """The stages of a week, ready for worlds of one kind.

    Parameters
    ----------
    w
        A world; its arrays may be replaced later by others of the same types.
    """

    def __init__(self, w: World) -> None:
        self._provinces = len(w.province)
        self._by_size = sorted(range(self._provinces), key=lambda r: -int(w.province[r].communities))
        self._hands: ThreadPoolExecutor | None = None
        self._orders = bound(give_orders, w, 0)
        self._demand = bound(demand, w, 0, 0)
        self._allot = bound(allot, w)
        self._events: tuple[Stage, ...] = tuple(
            bound(stage, w, 0, 0, 0) for stage in (use_force, pursue_cases, keep_prisoners, live)
        )
        self._stock = bound(take_stock, w, 0)

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

    def play(self, w: World, t: int) -> None:
        """Play week `t`."""
        if not COMPILED:
            tick(w, t)
            return
        self._orders(w, t)
        self.each_province(lambda first, end: self._demand(w, first, end))
        self._allot(w)
        self.each_province(lambda first, end: self._happen(w, t, first, end))
        self._stock(w, t)

    def _happen(self, w: World, t: int, first: int, end: int) -> None:
        for stage in self._events:
            stage(w, t, first, end)
