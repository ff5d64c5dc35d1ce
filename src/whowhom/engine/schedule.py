"""Values that change at dates: a path of numbers for a parameter, a list of dates for a switch.

A path knows ticks, not dates; the scenario turns one into the other.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

SwitchDates = tuple[tuple[int, bool], ...]


@dataclass(frozen=True)
class Schedule:
    """The path of one parameter.

    Attributes
    ----------
    points
        (tick, value), in order of ticks, at least one; ticks are 0 or more.
    kind
        ``"linear"``: straight lines between the points; ``"step"``: each value holds until the next point.
        Both are flat before the first and after the last point.
    source
        Where the numbers come from; not part of what the path is.

    Raises
    ------
    ValueError
        If the points are not as above, or a value is not finite.
    """

    points: tuple[tuple[int, float], ...]
    kind: Literal["linear", "step"] = "linear"
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        points = tuple((int(tick), float(value) + 0.0) for tick, value in self.points)
        ticks = [tick for tick, _ in points]
        if self.kind not in ("linear", "step"):
            raise ValueError(f"a schedule's kind must be 'linear' or 'step', got {self.kind!r}")
        if not points or ticks[0] < 0 or any(a >= b for a, b in pairwise(ticks)):
            raise ValueError(f"a schedule must have points at increasing ticks from 0 on, got ticks {ticks}")
        if not all(math.isfinite(value) for _, value in points):
            raise ValueError(f"a schedule's values must be finite, got {points}")
        object.__setattr__(self, "points", points)

    def at(self, tick: int) -> float:
        """Give the value at a tick, in the parameter's unit; never outside the values of the two neighbouring points."""
        after = bisect_right(self.points, tick, key=lambda point: point[0])
        if after == 0:
            return self.points[0][1]
        t0, v0 = self.points[after - 1]
        if after == len(self.points) or self.kind == "step" or tick == t0:
            return v0
        t1, v1 = self.points[after]
        # Short of the next point by at least one tick's share, so no rounding can take it past that point's value.
        return v0 + (v1 - v0) * ((tick - t0) / (t1 - t0))

    def then(self, tick: int, value: float) -> Schedule:
        """Follow this path before a tick and hold one value from it on.

        The result is a step path with every earlier value written out, so that what was before is equal to the last bit:
        a fork shares its past with the original.
        """
        if self.kind == "step":
            before = tuple(point for point in self.points if point[0] < tick)
            if tick > 0 and not before:
                before = ((0, self.points[0][1]),)
        else:
            before = tuple((earlier, self.at(earlier)) for earlier in range(tick))
        return Schedule((*before, (tick, value)), "step", source=self.source).simplest()

    def simplest(self) -> Schedule:
        """Give the same path without points that say nothing, so that equal paths are written alike.

        A constant is one point at tick 0; a step path begins at tick 0 and has no point that repeats the one before.
        """
        if self.is_constant:
            return Schedule(((0, self.points[0][1]),), "step", source=self.source)
        if self.kind == "linear":
            return self
        kept = [(0, self.points[0][1])]
        for tick, value in self.points[1:]:
            if value != kept[-1][1]:
                kept.append((tick, value))
        return Schedule(tuple(kept), "step", source=self.source)

    @property
    def is_constant(self) -> bool:
        """Whether the path has one value."""
        return len({value for _, value in self.points}) == 1


def constant(value: float) -> Schedule:
    """Give the path that has one value for ever."""
    return Schedule(((0, value),), "step")


def on_at(dates: SwitchDates, tick: int, *, start: bool) -> bool:
    """Say whether a switch is on at a tick: as its last date up to then says, or as at the start."""
    after = bisect_right(dates, tick, key=lambda date: date[0])
    return start if after == 0 else dates[after - 1][1]


def simplest_dates(dates: Iterable[tuple[int, bool]], *, start: bool) -> tuple[bool, SwitchDates]:
    """Give a switch's state at tick 0 and only those later dates that change it.

    Raises
    ------
    ValueError
        If the dates are not at increasing ticks from 0 on.
    """
    kept: list[tuple[int, bool]] = []
    last = -1
    for tick, state in dates:
        if tick <= last:
            raise ValueError(f"a switch's dates must be at increasing ticks from 0 on, got {tick} after {last}")
        last = tick
        if tick == 0:
            start = state
        elif state != (kept[-1][1] if kept else start):
            kept.append((tick, state))
    return start, tuple(kept)
