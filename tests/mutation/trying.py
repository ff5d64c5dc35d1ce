"""One mutant after the other, each in a process of its own, played until something differs or every stretch that reaches it has been lived."""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import pickle
import random
import resource
import select
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from tests.mutation.mutants import Mutant, Source, head, planted
from tests.mutation.played import NAMES, put_in
from tests.mutation.weeks import STRETCH, Lived

DIFFERS, ERROR, ENDLESS, COUNTED = "differs", "error", "endless", "counted"
WHOLE, SURVIVED, UNREACHED = "whole", "survived", "unreached"
KILLED = (DIFFERS, ERROR, ENDLESS, COUNTED)
"""Ends by which a mutant is killed: the comparison would fail, a week breaks off or does not end, a count is not what one counts."""
LEAST_SECONDS, TIMES = 1.0, 6.0
"""A stretch must end in the first, and so many times what it took with the true mechanisms."""
MOST_SECONDS = 600.0
ROOM = 6 << 30
"""Bytes that a mutant may ask for."""

Place = tuple[int, int]
"""A history by number, and the first week of a stretch."""


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: its end, in which history and week, the words of an error, how many stretches were lived."""

    end: str
    history: str = ""
    week: int = -1
    words: str = ""
    stretches: int = 0


@dataclass(frozen=True)
class Effort:
    """How long a mutant is tried before it has survived: in so many stretches, and so many histories to their end."""

    stretches: int = 20
    to_the_end: int = 2


@dataclass(frozen=True)
class Tried:
    """A mutant with its statement as it became, and its outcome."""

    mutant: Mutant
    after: str
    outcome: Outcome

    def __str__(self) -> str:
        m = self.mutant
        return f"{m.mechanism}.py:{m.line} {m.kind}: {m.before}  ->  {self.after or '(left out)'}"

    def row(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self.mutant), "after": self.after, **asdict(self.outcome)}


class EndlessError(Exception):
    """A stretch has taken far longer than it takes with the true mechanisms."""


class Arena:
    """Histories that have been lived, and where in them each point is reached.

    Parameters
    ----------
    lived
        With the true mechanisms.
    first
        Number of the first point of each mechanism (`Reached.first`).
    """

    def __init__(self, lived: Sequence[Lived], first: dict[str, int]) -> None:
        self._lived, self._first = lived, first
        self._users = _users(first)
        self._everywhere = [(h, week) for h, one in enumerate(lived) for week in one.reached]
        self._flags = np.array([lived[h].reached[week] for h, week in self._everywhere])
        self._here = {name: _stretch(k, len(Source(name).points)) for name, k in first.items()}
        gc.collect()
        gc.freeze()  # or every child would copy what it never changes

    def describe(self) -> str:
        """How much there is."""
        weeks, stretches = sum(x.last for x in self._lived), sum(len(x.reached) for x in self._lived)
        reached = self._reached()
        return (
            f"{len(self._lived)} histories of {weeks} weeks, {stretches} stretches, "
            f"which reach {np.count_nonzero(reached)} of {len(reached)} points"
        )

    def _reached(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self._flags.any(axis=0)
        return found

    def missed(self) -> Iterator[str]:
        """The points that no history reaches."""
        reached = self._reached()
        for name in NAMES:
            for k, point in enumerate(Source(name).points):
                if not reached[self._first[name] + k]:
                    text = head(point) if isinstance(point, ast.stmt) else ast.unparse(point)
                    yield f"{name}.py:{point.lineno}: {text}"  # type: ignore[attr-defined]

    def everywhere(self) -> list[Place]:
        """Every stretch."""
        return [*self._everywhere]

    def places(self, mutant: Mutant, luck: random.Random, *, most: int) -> list[Place]:
        """Stretches that reach a mutant: half to reach all that is reached of its mechanism, the rarest points before others, a quarter to reach the most of all
        mechanisms, and the others by lot, with a chance for what is rare, so that not all are of histories in which everything happens at once.
        """
        wanted = self._wanted(mutant)
        reaching = self._flags[:, wanted].any(axis=1) if wanted else np.ones(len(self._flags), bool)
        left = [place for place, is_one in zip(self._everywhere, reaching, strict=True) if is_one]
        every = _rarity(self._flags[reaching])
        points = _rarity(self._flags[reaching, self._here[mutant.mechanism]])
        lots = points.sum(axis=1) * np.array([luck.random() for _ in left])
        chosen = _cover(points, most // 2) + _cover(every, most // 4)
        chosen += [int(k) for k in np.argsort(-lots, kind="stable")]
        return [left[k] for k in [*dict.fromkeys(chosen)][:most]]

    def _wanted(self, mutant: Mutant) -> list[int]:
        """The points of which one must be reached; none if nobody knows."""
        if mutant.point >= 0:
            return [self._first[mutant.mechanism] + mutant.point]
        names = mutant.before.split(" = ")[0].strip("()").split(", ")
        return [k for name in names for k in self._users.get(name, [])]

    def play(self, mutant: Mutant, tree: Any, places: Sequence[Place], *, to_the_end: int) -> Outcome:
        """Play the stretches in turn, then a few histories from there to their end; stop at the first difference that the comparison would see."""
        put_in(mutant.mechanism, tree)
        whole: Outcome | None = None
        stretches = [(*place, STRETCH) for place in places]
        stretches += [(*place, 1_000) for place in places[:to_the_end]]
        for k, (h, week, weeks) in enumerate(stretches):
            found = _differs(self._lived[h], week, weeks, k + 1)
            if found is not None and found.end not in (WHOLE, COUNTED):
                return found
            whole = found if found is not None and (whole is None or found.end == COUNTED) else whole
        return whole or Outcome(SURVIVED, stretches=len(stretches))


def _stretch(first: int, points: int) -> slice:
    """The points of a mechanism; all points for one that has constants only."""
    return slice(first, first + points) if points else slice(None)


def _rarity(flags: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What reaching a point counts in each stretch: the less, the more stretches reach it."""
    points = flags.astype(float)
    return points / np.maximum(1.0, points.sum(axis=0))


def _cover(points: NDArray[np.float64], most: int) -> list[int]:
    """Stretches that together reach all points, each time the one that adds most."""
    points, chosen = points.copy(), []
    while len(chosen) < most and points.any():
        chosen.append(int(np.argmax(points.sum(axis=1))))
        points[:, points[chosen[-1]] > 0.0] = 0.0
    return chosen


def _users(first: dict[str, int]) -> dict[str, list[int]]:
    """The points in which each name in capitals stands, of all mechanisms."""
    found: dict[str, list[int]] = {}
    for name in NAMES:
        for text, number in Source(name).capitals():
            found.setdefault(text, []).append(first[name] + number)
    return found


def _differs(lived: Lived, week: int, weeks: int, stretches: int) -> Outcome | None:
    """Live a stretch with whatever mechanisms there are now."""
    whole: Outcome | None = None
    at = week
    weeks = min(weeks, lived.last)
    signal.setitimer(signal.ITIMER_VIRTUAL, LEAST_SECONDS + TIMES * lived.seconds_a_week * weeks)
    try:
        for now, then in lived.again(week, weeks=weeks):
            at += 1
            if not now.agrees(then):
                return Outcome(DIFFERS, lived.history.name, at, stretches=stretches)
            if now.whole != then.whole and (whole is None or whole.end == WHOLE):
                whole = Outcome(
                    WHOLE if now.is_counted_right or not then.is_counted_right else COUNTED,
                    lived.history.name,
                    at,
                    stretches=stretches,
                )
    except EndlessError:
        return Outcome(ENDLESS, lived.history.name, at, stretches=stretches)
    except Exception as error:  # noqa: BLE001  # a mutant may raise anything
        return Outcome(ERROR, lived.history.name, at, f"{type(error).__name__}: {error}"[:200], stretches)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return whole


def _too_long(*_: object) -> NoReturn:
    raise EndlessError


def try_out(arena: Arena, mutant: Mutant, *, effort: Effort, seed: int) -> Tried:
    """Play a mutant in at most so many stretches, in a process of its own."""
    tree, after = planted(mutant)
    luck = random.Random(f"{seed} {mutant.mechanism} {mutant.site} {mutant.variant}")
    places = arena.places(mutant, luck, most=effort.stretches)
    if not places:
        return Tried(mutant, after, Outcome(UNREACHED))
    outcome = aside(lambda: arena.play(mutant, tree, places, to_the_end=effort.to_the_end))
    return Tried(mutant, after, outcome)


def aside(work: Callable[[], Outcome]) -> Outcome:
    """What some work finds in a child of this process, which the child's mistakes cannot reach."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(here)
            resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
            signal.signal(signal.SIGVTALRM, _too_long)
            warnings.simplefilter("ignore")
            with os.fdopen(there, "wb") as out:
                out.write(pickle.dumps(work()))
        os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as answer:
        told = _read(answer, child)
    os.waitpid(child, 0)
    return pickle.loads(told) if told else Outcome(ERROR, words="the process ended")


def _read(answer: Any, child: int) -> bytes:
    """What a child says, if it says it before long."""
    if not select.select([answer], [], [], MOST_SECONDS)[0]:
        os.kill(child, signal.SIGKILL)
        return pickle.dumps(Outcome(ENDLESS))
    told: bytes = answer.read()
    return told


def in_turn(mechanisms: Sequence[str], *, seed: int) -> Iterator[Mutant]:
    """One mutant of each mechanism in turn, by lot, until there are no more."""
    lists = []
    for name in mechanisms:
        mutants = [*Source(name).mutants()]
        random.Random(f"{seed} {name}").shuffle(mutants)
        lists.append(mutants)
    for k in range(max(map(len, lists), default=0)):
        yield from (mutants[k] for mutants in lists if k < len(mutants))
