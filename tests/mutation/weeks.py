"""Histories lived once with the true mechanisms, and lived again, in stretches, with a mutant.

What is compared after every week is what the tests compare with the slow reference: the state of every person, place and count (`machine_worlds.state_of`), what the
instruments made of the week, and what is reported of it, to the twelfth digit. The digest of the whole state is kept beside, which holds more than the reference knows.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tests.machine_worlds import observed, state_of
from tests.mutation.histories import History
from tests.mutation.played import Reached
from tests.property import test_bits, test_bits_instruments
from tests.property.test_machine_invariants import check_counts, check_flows, check_numbers, check_persons

from whowhom.engine.population import World
from whowhom.errors import ModelError
from whowhom.models.machine.world import MachineWorld

STRETCH = 4
"""Weeks of a stretch: what goes wrong in the first is felt, decided upon and counted in the others."""
MOMENTARY = ("announced", "informer_cases", "quota_cases", "made_threat", "accept_hostage", "hostage_use", "village_use", "area_used")  # fmt: skip
"""What the reference gives in `of_this_week`, by its name in the table of provinces."""
REPORTED = sorted({*test_bits.STOCKS_AND_FLOWS, *test_bits_instruments._TOTALS, "open_dissent", "arrests"})


@dataclass(frozen=True)
class Seen:
    """A world after a week: the bits and numbers that are compared with the reference, the digest of everything, and whether counts are what one finds by counting."""

    bits: bytes
    numbers: NDArray[np.float64]
    whole: str
    is_counted_right: bool

    def agrees(self, other: Seen) -> bool:
        """Whether the comparison would find no difference."""
        return self.bits == other.bits and bool(np.allclose(self.numbers, other.numbers, rtol=1e-12, atol=0.0))


def seen(world: MachineWorld) -> Seen:
    """Look at a world."""
    digest = hashlib.blake2b(repr((world.alive, world.cause)).encode())
    state = state_of(world)
    state |= {f"momentary {name}": world.arrays.province[name] for name in MOMENTARY}
    state["abroad_voice"] = [float(world.arrays.nation[0].abroad_voice)]
    for name, value in sorted(state.items()):
        digest.update(name.encode())
        digest.update((np.asarray(value, dtype=float) + 0.0).tobytes())
    numbers = observed(world)
    return Seen(
        digest.digest(), np.array([numbers[name] for name in REPORTED]), world.digest(), _is_counted_right(world.arrays)
    )


def _is_counted_right(w: World) -> bool:
    """Whether the tests of what is true in every world would find nothing."""
    try:
        for check in (check_persons, check_counts, check_flows, check_numbers):
            check(w)
    except AssertionError:
        return False
    return True


class Lived:
    """A history with the true mechanisms: what was seen after every week, and from where it can be lived again."""

    def __init__(self, history: History, reached: Reached) -> None:
        self.history = history
        self.reached: dict[int, NDArray[np.bool_]] = {-1: reached.taken()}  # it has just been built
        self.seen = [seen(history.world)]
        self.snapshots = {0: history.world.snapshot()}
        world, start = history.world, time.process_time()
        for week in range(history.weeks):
            if not world.alive or not _step(world):
                break
            self.seen.append(seen(world))
            if (week + 1) % STRETCH == 0:
                self._close(week + 1, reached)
        self.seconds_a_week = (time.process_time() - start) / max(1, self.last)
        if self.last % STRETCH:
            self._close(self.last, reached)
        self.reached[-1] |= self.reached.get(0, self.reached[-1])

    def _close(self, week: int, reached: Reached) -> None:
        """End a stretch: where it began, and what it reached."""
        self.reached[(week - 1) // STRETCH * STRETCH] = reached.taken()
        self.snapshots[week] = self.history.world.snapshot()

    @property
    def last(self) -> int:
        """The last week."""
        return len(self.seen) - 1

    def again(self, first: int, *, weeks: int) -> Iterator[tuple[Seen, Seen]]:
        """Live some weeks once more, from one on or (-1) from the building of the world; what is seen now and what was seen."""
        world = self.history.world
        if first < 0:
            world = self.history.build()
            yield seen(world), self.seen[0]
        else:
            world.restore(self.snapshots[first])
        for week in range(max(0, first), min(self.last, max(0, first) + weeks)):
            if not world.alive:
                break
            world.step()
            yield seen(world), self.seen[week + 1]


def _step(world: MachineWorld) -> bool:
    """Play a week; False if too many names are given in it, which ends a history."""
    try:
        world.step()
    except ModelError:
        return False
    return True
