"""Reaching a turning point by selecting histories, and leaving it with each of its options, with the same luck.

Everything here is conditional: on a history that stands until the turning point and reaches it. The share of histories that do is always shown beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from whowhom.engine.contract import Model, Snapshot
from whowhom.engine.run import History, play, run_history
from whowhom.experiments.intervals import LEVEL, mean_interval, paired_share_interval, share_interval
from whowhom.experiments.turning_points import TurningPoint

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.engine.settings import Settings

#: Name of going on as it was.
GOING_ON = "history"


@dataclass(frozen=True)
class Reached:
    """A history at a turning point.

    Attributes
    ----------
    replicate, seed, settings
        Which history.
    tick
        Week of the turning point; None if the history did not reach it [ticks].
    snapshot
        Its state there.
    """

    replicate: int
    seed: int
    settings: Settings
    tick: int | None = None
    snapshot: Snapshot | None = None


def reach(
    model: Model,
    point: TurningPoint,
    cases: Sequence[tuple[int, Settings]],
    *,
    persons: int,
    threads: int = 1,
    told: Callable[[Reached], None] | None = None,
) -> list[Reached]:
    """Play histories to the first week of the window in which the turning point's condition holds.

    Parameters
    ----------
    cases
        Seed and settings of each replicate.
    persons
        Of each history [persons].
    told
        Called after each history, in the thread that played it.

    Returns
    -------
    list of Reached
        One for each case, in order.
    """
    holds = point.holds_in(model)

    def one(number: int) -> Reached:
        seed, settings = cases[number]
        found = Reached(number, seed, settings)
        for world in play(model, settings, persons=persons, seed=seed):
            if world.tick >= point.first and world.alive and holds(world):
                found = replace(found, tick=world.tick, snapshot=world.snapshot())
                break
            if world.tick >= point.last:
                break
        if told is not None:
            told(found)
        return found

    with ThreadPoolExecutor(threads) as hands:
        return list(hands.map(one, range(len(cases))))


@dataclass(frozen=True)
class Branch:
    """One history after a turning point.

    Attributes
    ----------
    replicate, option, tick
        Which; the week of the turning point [ticks].
    rows
        Observables from the turning point on, float64 [weeks + 1, observables].
    survived
        Whether the regime stood at the end.
    """

    replicate: int
    option: str
    tick: int
    rows: Any
    survived: bool


def leave(
    model: Model, point: TurningPoint, reached: Sequence[Reached], *, persons: int, weeks: int, threads: int = 1
) -> list[Branch]:
    """Go on from every turning point that was reached, as it was and with each option, for so many weeks; histories of one replicate are twins."""
    arms = [None, *(option.arm for option in point.options)]
    tasks = [(one, arm) for one in reached if one.tick is not None for arm in arms]

    def go(task: Any) -> Branch:
        one, arm = task
        change = None if arm is None else arm.apply(one.settings)
        history: History = run_history(
            model,
            one.settings,
            persons=persons,
            seed=one.seed,
            ticks=one.tick + weeks,
            start=one.snapshot,
            change=change,
        )
        name = GOING_ON if arm is None else arm.name
        return Branch(one.replicate, name, one.tick, history.rows, history.survived)

    with ThreadPoolExecutor(threads) as hands:
        return list(hands.map(go, tasks))


def share_reached(reached: Sequence[Reached], *, level: float = LEVEL) -> dict[str, float]:
    """Histories that reached the turning point, their share with its interval (Wilson), and quartiles of the week."""
    there = [one.tick for one in reached if one.tick is not None]
    interval = share_interval(len(there), len(reached), level=level)
    low, middle, high = np.percentile(there, (25, 50, 75)) if there else (np.nan,) * 3
    return {
        "histories": len(reached),
        "reached": len(there),
        "share": len(there) / len(reached),
        "low": interval.low,
        "high": interval.high,
        "week_25": float(low),
        "week_50": float(middle),
        "week_75": float(high),
    }


def compare(model: Model, branches: Sequence[Branch], *, totals: Sequence[str], level: float = LEVEL) -> pd.DataFrame:
    """Each option against going on: share that survived, and the mean paired difference of survival and of totals since the turning point.

    Parameters
    ----------
    totals
        Observables of kind 'total', compared by what they gained since the turning point.

    Returns
    -------
    pandas.DataFrame
        `option`, `outcome` ('survived' or a total), `n`, `mean`, `difference` to going on, `low`, `high`.
    """
    import pandas as pd

    place = {observable.name: k for k, observable in enumerate(model.observables)}
    values: dict[str, dict[int, list[float]]] = {}
    for branch in branches:
        gained = [branch.rows[-1, place[name]] - branch.rows[0, place[name]] for name in totals]
        values.setdefault(branch.option, {})[branch.replicate] = [float(branch.survived), *gained]
    rows = []
    for option, own in values.items():
        base = values[GOING_ON]
        for k, outcome in enumerate(("survived", *totals)):
            pairs = np.array([(one[k], base[replicate][k]) for replicate, one in own.items()])
            if outcome == "survived":  # Tango's interval: has a width also where all pairs agree
                only = [int((pairs[:, a] > pairs[:, 1 - a]).sum()) for a in (0, 1)]
                interval = paired_share_interval(only[0], only[1], len(pairs), level=level)
            else:
                interval = mean_interval(pairs[:, 0] - pairs[:, 1], level=level)
            rows.append(
                (option, outcome, len(pairs), pairs[:, 0].mean(), interval.estimate, interval.low, interval.high)
            )
    return pd.DataFrame(rows, columns=["option", "outcome", "n", "mean", "difference", "low", "high"])
