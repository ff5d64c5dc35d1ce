"""When a fall became likely, and when a remedy stopped working: two dates of one history, each with an interval.

A history that fell is played again to a week, and from the state of that week go many futures that share nothing with it or with each other but that
state: only the draws after it differ. The share of them that fall by the horizon says how likely the fall was by then. The same futures, with the same
luck, with a remedy that begins in that week say whether it would still have been averted. Both dates are the first week from
which more than half of the futures fall, found by bisection over the weeks; the state of a week is played once and kept.

What bisection assumes is that the share rises through one half once. It need not: a history may be in danger, recover and be in danger again. Then the date is one at
which it crosses, and the weeks that were looked at are given, so that one can see. Everything is conditional on a history that fell. Ours; the two dates
after the toy study in LAB 2.3.
"""

from __future__ import annotations

import hashlib
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from whowhom.engine.contract import Model, Snapshot
from whowhom.engine.run import play, run_history
from whowhom.errors import ModelError, ParameterError, quoted
from whowhom.experiments.design import HISTORY, Arm, Case
from whowhom.experiments.guard import refuse_search
from whowhom.experiments.intervals import LEVEL, share_interval
from whowhom.experiments.plan import Plan
from whowhom.provenance import cores

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.engine.settings import Settings

#: Futures of a state, unless said otherwise; and how many times as many where they do not decide on which side of one half it is.
FUTURES, MOST_TIMES = 40, 4

#: More futures of a state than this are a slip of the finger.
MOST_FUTURES = 100_000

#: Names of the two kinds of futures.
GOING_ON, REMEDY = "history", "remedy"


@dataclass(frozen=True)
class Look:
    """Futures of the state of one week.

    Attributes
    ----------
    week
        From whose beginning they go [weeks].
    kind
        `GOING_ON` or `REMEDY`.
    futures, fell
        How many there are, and how many fall by the horizon.
    low, high
        Of the share that fall (Wilson), at a level at which all looks of a date hold together [1].
    """

    week: int
    kind: str
    futures: int
    fell: int
    low: float
    high: float

    @property
    def more_than_half(self) -> bool:
        """Whether more than half of the futures fall."""
        return 2 * self.fell > self.futures


@dataclass(frozen=True)
class Crossing:
    """The first week from which more than half of the futures fall.

    Attributes
    ----------
    week
        0 if they did from the beginning; the week of the fall if they did from no week before [weeks].
    low, high
        The earliest and the latest week that it can have been: one after the last look clearly below one half before it, and the first clearly above from it on [weeks].
    """

    week: int
    low: int
    high: int


@dataclass(frozen=True)
class NoReturn:
    """The two dates of one history that fell.

    Attributes
    ----------
    replicate, seed, fell, cause
        Which history, and the week and cause of its fall.
    likely
        When its fall became likely.
    too_late
        When the remedy stopped working; None if none was asked for.
    looks
        At the futures of which weeks this rests, in the order in which they were played.
    """

    replicate: int
    seed: int
    fell: int
    cause: str
    likely: Crossing
    too_late: Crossing | None
    looks: tuple[Look, ...]


class _Futures:
    """Futures of the states of one history; each state is played once and kept."""

    def __init__(
        self, model: Model, settings: Settings, *, persons: int, seed: int, horizon: int, futures: int, level: float
    ) -> None:
        self.model, self.settings, self.persons, self.seed = model, settings, persons, seed
        self.horizon, self.futures, self.level = horizon, futures, level
        self.kept: dict[int, Snapshot] = {}
        self.looks: list[Look] = []

    def state(self, week: int) -> Snapshot:
        """Return the state at the beginning of a week, from the nearest one before it that is kept."""
        if week not in self.kept:
            before = max((kept for kept in self.kept if kept < week), default=None)
            played = run_history(
                self.model,
                self.settings,
                persons=self.persons,
                seed=self.seed,
                ticks=week,
                snapshots=[week],
                start=None if before is None else self.kept[before],
            )
            self.kept[week] = played.snapshots[week]
        return self.kept[week]

    def look(self, week: int, remedy: Arm | None) -> Look:
        """Play futures of a week's state, more of them where it is not clear on which side of one half they are."""
        start, fell, played = self.state(week), 0, 0
        change = None if remedy is None else remedy.apply(self.settings)
        while True:
            fell += sum(
                self._falls(start, change, week=week, number=number) for number in range(played, played + self.futures)
            )
            played += self.futures
            found = share_interval(fell, played, level=self.level)
            if played >= MOST_TIMES * self.futures or not found.low <= 0.5 <= found.high:
                break
        kind = GOING_ON if remedy is None else REMEDY
        self.looks.append(Look(week, kind, played, fell, found.low, found.high))
        return self.looks[-1]

    def _falls(self, start: Snapshot, change: Settings | None, *, week: int, number: int) -> bool:
        """Return whether one future falls by the horizon; those of one week and number have the same luck with and without a remedy."""
        worlds = play(self.model, self.settings, persons=self.persons, seed=self.seed, start=start, change=change)
        world = next(worlds)
        world.other_luck(luck_of(self.seed, week, number))  # type: ignore[attr-defined]
        for world in worlds:
            if world.tick >= self.horizon:
                break
        return not world.alive


def luck_of(seed: int, week: int, number: int) -> int:
    """Return the seed of a future: none that a history may have."""
    words = hashlib.blake2b(f"future:{seed}:{week}:{number}".encode(), digest_size=8).digest()
    return 2**62 + int.from_bytes(words, "little") % 2**62


def crossing(played: _Futures, *, fell: int, remedy: Arm | None) -> Crossing:
    """Find the first week from which more than half of the futures fall, by bisection between the beginning and the fall."""
    below, week = 0, fell
    if played.look(0, remedy).more_than_half:
        week = 0
    while week - below > 1:
        middle = (below + week) // 2
        if played.look(middle, remedy).more_than_half:
            week = middle
        else:
            below = middle
    kind = GOING_ON if remedy is None else REMEDY
    own = [look for look in played.looks if look.kind == kind]
    clearly_below = [look.week for look in own if look.high < 0.5 and look.week < week]
    clearly_above = [look.week for look in own if look.low > 0.5 and look.week >= week]
    return Crossing(week, max(clearly_below, default=-1) + 1, min(clearly_above, default=fell))


def no_return(
    model: Model,
    case: tuple[int, int, Settings],
    *,
    persons: int,
    horizon: int,
    remedy: Arm | None = None,
    futures: int = FUTURES,
    level: float = LEVEL,
) -> NoReturn | None:
    """Find the two dates of one history; None if it did not fall.

    Parameters
    ----------
    case
        Replicate, seed and settings of the history.
    persons
        Of the history and its futures [persons].
    horizon
        The last week of the history and its futures [weeks].
    remedy
        What is changed in the futures with a remedy, from the week they begin.
    futures
        Of each state; up to `MOST_TIMES` as many where they leave open on which side of one half it is.
    level
        At which the interval of each date holds [1].

    Raises
    ------
    ModelError
        The model's worlds cannot go on with other luck.
    """
    replicate, seed, settings = case
    history = run_history(model, settings, persons=persons, seed=seed, ticks=horizon)
    if history.ended is None:
        return None
    looks = math.ceil(math.log2(max(history.ended, 2))) + 1
    played = _Futures(
        model,
        settings,
        persons=persons,
        seed=seed,
        horizon=horizon,
        futures=futures,
        level=1.0 - (1.0 - level) / looks,
    )
    likely = crossing(played, fell=history.ended, remedy=None)
    too_late = None if remedy is None else crossing(played, fell=history.ended, remedy=remedy)
    return NoReturn(replicate, seed, history.ended, history.cause, likely, too_late, tuple(played.looks))


@dataclass(frozen=True)
class NoReturns:
    """The two dates of all histories of a plan that fell.

    Attributes
    ----------
    found
        One for each history that fell.
    histories
        How many there were.
    level
        Confidence level of all intervals [1].
    """

    found: tuple[NoReturn, ...]
    histories: int
    level: float = LEVEL

    def table(self) -> pd.DataFrame:
        """Dates of each history, in weeks: `replicate`, `seed`, `fell`, `cause`, `likely`, `likely_low`, `likely_high`, `too_late`, `too_late_low`, `too_late_high`."""
        import pandas as pd

        rows = []
        for one in self.found:
            row = {"replicate": one.replicate, "seed": one.seed, "fell": one.fell, "cause": one.cause}
            for name, date in (("likely", one.likely), ("too_late", one.too_late)):
                weeks = (math.nan,) * 3 if date is None else (date.week, date.low, date.high)
                row |= dict(zip((name, f"{name}_low", f"{name}_high"), weeks, strict=True))
            rows.append(row)
        return pd.DataFrame(rows, columns=_COLUMNS)

    def looks(self) -> pd.DataFrame:
        """Every state that was looked at: `replicate`, `kind`, `week`, `futures`, `fell`, `share`, `low`, `high`."""
        import pandas as pd

        rows = [
            (
                one.replicate,
                look.kind,
                look.week,
                look.futures,
                look.fell,
                look.fell / look.futures,
                look.low,
                look.high,
            )
            for one in self.found
            for look in sorted(one.looks, key=lambda look: (look.kind, look.week))
        ]
        return pd.DataFrame(rows, columns=["replicate", "kind", "week", "futures", "fell", "share", "low", "high"])

    def before_the_fall(self) -> pd.DataFrame:
        """Quartiles of how long before the fall the dates were, over histories: `date`, `histories`, `weeks_25`, `weeks_50`, `weeks_75`."""
        import pandas as pd

        table = self.table()
        rows = []
        for name in ("likely", "too_late"):
            lead = (table["fell"] - table[name]).dropna().to_numpy(np.float64)
            quartiles = np.percentile(lead, (25, 50, 75)) if lead.size else (math.nan,) * 3
            rows.append((name, lead.size, *(float(weeks) for weeks in quartiles)))
        return pd.DataFrame(rows, columns=["date", "histories", "weeks_25", "weeks_50", "weeks_75"])


_DATE = ("", "_low", "_high")
_COLUMNS = ["replicate", "seed", "fell", "cause", *(f"{name}{end}" for name in ("likely", "too_late") for end in _DATE)]


def dates_of_falls(
    plan: Plan, *, remedy: Arm | None = None, futures: int = FUTURES, threads: int | None = None, level: float = LEVEL
) -> NoReturns:
    """Find the two dates of every history of a plan's last arm that falls.

    Parameters
    ----------
    remedy
        See `no_return`. Two doses of an instrument are no remedy and none are compared (`experiments.guard`).
    futures, level
        As in `no_return`.
    threads
        Histories at the same time; all cores by default. The results do not depend on it.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    if not 2 <= futures <= MOST_FUTURES:
        raise ParameterError(
            f"'futures' must be in [2, {MOST_FUTURES}], got {quoted(futures)}. They are futures of one state."
        )
    design = plan.checked()
    arm = design[len(design) - 1].arm
    cases: list[Case] = [case for case in design if case.arm == arm]
    if remedy is not None:
        remedy.apply(cases[0].settings)
        refuse_search(plan.model, arms=(Arm(HISTORY), remedy), defaults=cases[0].settings.values_at(0))
    _check_luck(plan, cases[0])

    def one(case: Case) -> NoReturn | None:
        return no_return(
            plan.model,
            (case.replicate, case.seed, case.settings),
            persons=plan.persons,
            horizon=plan.ticks,
            remedy=remedy,
            futures=futures,
            level=level,
        )

    with ThreadPoolExecutor(threads or cores()) as hands:
        found = [dates for dates in hands.map(one, cases) if dates is not None]
    return NoReturns(tuple(found), len(cases), level)


def _check_luck(plan: Plan, case: Case) -> None:
    """Refuse a model whose worlds cannot go on with other luck."""
    world = plan.model.build(case.settings, persons=plan.model.smallest_persons, seed=case.seed)
    if not hasattr(world, "other_luck"):
        raise ModelError(
            f"worlds of model '{plan.model.name}' must be able to go on with other luck, got none that can. "
            "Give them 'other_luck' (see engine/contract.py): a state has one future only as long as its draws are fixed."
        )
