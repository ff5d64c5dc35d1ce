"""Arms that leave the history at a date are the history until then, so what they share is played once.

Twins have the same draws, and an arm's settings are the history's before its date (`Settings.replace`). So the arm that
leaves last is played from the beginning, its state is kept at the dates at which others leave it, and these go on from
there under their own settings: a fork. By the contract of models that gives the bits of an arm that is played from the
beginning, which is tested; only the seconds it takes are fewer.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from whowhom.engine.contract import Model
from whowhom.engine.run import History, run_history
from whowhom.engine.settings import Settings
from whowhom.experiments.design import Design

#: As many simulated persons may wait in kept states, over all threads; a person takes about 12 bytes [persons].
MOST_KEPT = 2**26


@dataclass(frozen=True)
class Beginning:
    """A history with its state at the dates at which others leave it.

    Attributes
    ----------
    settings
        Its own.
    history
        From tick 0 on, with snapshots.
    """

    settings: Settings
    history: History

    def leave(
        self,
        model: Model,
        settings: Settings,
        *,
        tick: float,
        persons: int,
        seed: int,
        ticks: int,
        pulse: Callable[[], None],
        threads: int = 1,
    ) -> History:
        """Return the history that leaves this one at a tick, with the rows that they share.

        Parameters
        ----------
        model, persons, seed, ticks, pulse, threads
            As in `run_history`.
        settings
            Those that it leaves for; equal to its own before `tick`.
        tick
            The first at which they may differ; infinity if they never do [ticks].
        """
        begun = self.history
        if tick > ticks or (begun.ended is not None and begun.ended < tick):  # there is nothing left to leave
            return begun
        tick = int(tick)
        rest = run_history(
            model,
            self.settings,
            persons=persons,
            seed=seed,
            ticks=ticks,
            pulse=pulse,
            threads=threads,
            start=begun.snapshots[tick],
            change=settings,
        )
        rows = np.concatenate([begun.rows[:tick], rest.rows])
        return History(rows=rows, first=0, ended=rest.ended, cause=rest.cause, digest=rest.digest)


def leaves_at(design: Design, index: int) -> float:
    """Return the tick at which a run may leave the history; infinity if it is the history itself [ticks]."""
    arm = design.arms[index % len(design.arms)]
    return arm.from_tick if arm.off or arm.on or arm.values else math.inf


def dates_of(indices: Iterable[int], design: Design) -> set[int]:
    """Return the ticks at which runs leave a history that has begun."""
    return {int(tick) for index in indices if 0 < (tick := leaves_at(design, index)) < math.inf}


def groups(indices: Sequence[int], design: Design, *, persons: int, ticks: int, threads: int) -> list[tuple[int, ...]]:
    """Return runs in groups of those that share a beginning, the one that leaves last first in each.

    Parameters
    ----------
    indices
        Runs to do, in the order of the design. Groups keep this order by their first runs.
    design
        Of which they are.
    persons
        Of each run; with so many that states cannot be kept, nothing is shared [persons].
    ticks
        Last tick [ticks].
    threads
        Groups at the same time. A group is done by one thread; where that would leave others idle for longer than
        sharing saves, nothing is shared.
    """
    alone: list[tuple[int, ...]] = [(index,) for index in indices]
    shared = _shared(indices, design)
    dates = dates_of(indices, design)
    if len(shared) == len(alone) or persons * len(dates) * threads > MOST_KEPT:
        return alone
    together = _longest([_weeks(group, design, ticks) for group in shared], threads=threads)
    return shared if together < math.ceil(len(alone) / threads) * ticks else alone


def share_played(design: Design, *, persons: int, ticks: int, threads: int) -> float:
    """Return how much of all weeks of a design is played, the rest being common to several runs [1]."""
    found = groups(range(len(design)), design, persons=persons, ticks=ticks, threads=threads)
    return sum(_weeks(group, design, ticks) for group in found) / (ticks * len(design))


def _shared(indices: Sequence[int], design: Design) -> list[tuple[int, ...]]:
    """Return the runs of each replicate together, but for those that leave at the beginning."""
    found: dict[int, list[int]] = {}
    for index in indices:
        own = leaves_at(design, index) == 0
        found.setdefault(-1 - index if own else index // len(design.arms), []).append(index)
    together = (sorted(group, key=lambda index: (-leaves_at(design, index), index)) for group in found.values())
    return sorted((tuple(group) for group in together), key=min)


def _weeks(group: Sequence[int], design: Design, ticks: int) -> float:
    """Return how many ticks a group plays."""
    return ticks + sum(max(0.0, ticks - leaves_at(design, index)) for index in group[1:])


def _longest(costs: Iterable[float], *, threads: int) -> float:
    """Return when the last thread is done if each takes the next piece of work as soon as it is free."""
    free = [0.0] * threads
    for cost in costs:
        heapq.heapreplace(free, free[0] + cost)
    return max(free)
