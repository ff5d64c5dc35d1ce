"""What a result is due to: k causes that are present or absent, all 2^k worlds as twins, and what each adds.

A cause is a switch, or several that go together. Present it is as the scenario has it (a switch that the scenario never turns
on is on); absent it is off, and what that means is the switch's declared off value: attribution is relative to it. Since all
2^k arms share their luck, each replicate is a game of its own (`experiments.games`), exact; the spread over replicates, or over
parameter sets where these are the independent units (`experiments.units`), is the error. No single number tells a cause's
part where causes work together, so four are given: Shapley value, first alone, last removed, and the interactions of pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError, StoreError, UnknownNameError, quoted, unknown
from whowhom.experiments.design import HISTORY
from whowhom.experiments.games import (
    MOST_CAUSES,
    first_alone,
    last_removed,
    marginals,
    sets_without,
    shapley_interactions,
    shapley_values,
)
from whowhom.experiments.intervals import LEVEL, Interval
from whowhom.experiments.plan import arm_name
from whowhom.experiments.statistics import run_outcomes
from whowhom.experiments.units import error_of_mean, interval_of_bounded, interval_of_mean, interval_of_share
from whowhom.experiments.victims import VICTIMS
from whowhom.parameters import Declarations
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

HORIZON, FIRST_FALL = "to the horizon", "to the first fall"

MEASURES = {"Shapley value": shapley_values, "first alone": first_alone, "last removed": last_removed}

#: The one outcome that is 0 or 1.
_SURVIVED = "survived"

_INTERVAL = ("estimate", "error", "low", "high", "level", "method", "n")


@dataclass(frozen=True)
class Cause:
    """One or several switches that are present or absent together.

    Attributes
    ----------
    switches
        In the order in which they were named.
    never_on
        Whether the scenario never turns any of them on, so that being present is a change.
    off_means
        What the world is like without each.
    """

    switches: tuple[str, ...]
    never_on: bool
    off_means: tuple[str, ...]

    @property
    def name(self) -> str:
        """The switches, joined by '+'."""
        return "+".join(self.switches)


def causes(written: str | Iterable[str], *, settings: Settings, declarations: Declarations) -> tuple[Cause, ...]:
    """Return the causes that somebody names: a switch each, or several joined by '+'.

    Raises
    ------
    UnknownNameError
        There is no such switch.
    ParameterError
        They are fewer than two or more than `MOST_CAUSES`, or one switch is named twice.
    """
    names = [written] if isinstance(written, str) else list(written)
    groups = [tuple(part.strip() for part in name.split("+")) for name in names]
    switches = [switch for group in groups for switch in group]
    declared = {switch: declarations.switch(switch) for switch in switches}
    if not 2 <= len(groups) <= MOST_CAUSES:
        raise ParameterError(
            f"an attribution must have from 2 to {MOST_CAUSES} causes, got {len(groups)}: k of them make 2^k arms. "
            "Join switches that belong together: a+b."
        )
    for switch in switches:
        if switches.count(switch) > 1:
            raise ParameterError(f"causes must have different switches, got {quoted(switch)} twice. Leave one out.")
    return tuple(
        Cause(
            group,
            never_on=not any(_ever_on(settings, switch) for switch in group),
            off_means=tuple(declared[switch].off_means for switch in group),
        )
        for group in groups
    )


def _ever_on(settings: Settings, switch: str) -> bool:
    return settings.switches[switch] or any(state for _, state in settings.switch_dates.get(switch, ()))


def change_of(present: int, found: Sequence[Cause]) -> dict[str, list[str]]:
    """Return by what a set of present causes differs from the scenario: `off` and `on`, lists of switches."""
    off = [s for j, cause in enumerate(found) if not (present >> j & 1 or cause.never_on) for s in cause.switches]
    on = [s for j, cause in enumerate(found) if present >> j & 1 and cause.never_on for s in cause.switches]
    return {"off": off, "on": on}


def arm_of(present: int, found: Sequence[Cause]) -> str:
    """Return the name of the arm in which these causes are present; that of the history if nothing differs from it."""
    change = change_of(present, found)
    return arm_name(change["off"], change["on"], {})


def changes(found: Sequence[Cause]) -> dict[str, dict[str, list[str]]]:
    """Return every arm of an attribution but the history: name -> change, in the order of the sets, the whole one first."""
    every = reversed(range(1 << len(found)))
    return {name: change_of(s, found) for s in every if (name := arm_of(s, found)) != HISTORY}


@dataclass(frozen=True)
class Attribution:
    """What causes add to the outcomes of an experiment in which each is present or absent.

    Attributes
    ----------
    store
        All 2^k arms.
    causes
        Whose parts are asked for.
    totals
        Observables of kind 'total'; without them survival and victims, never one without the other.
    level
        Confidence level of all intervals [1].
    """

    store: Store
    causes: tuple[Cause, ...]
    totals: tuple[str, ...] = ()
    level: float = LEVEL

    @property
    def arms(self) -> tuple[str, ...]:
        """Name of the arm of each set of present causes, in the order of the sets."""
        return tuple(arm_of(present, self.causes) for present in range(1 << len(self.causes)))

    @cached_property
    def games(self) -> list[Game]:
        """One game for each outcome and exposure.

        Raises
        ------
        StoreError
            There is no replicate of which every arm is finished.
        ModelError
            The model counts no victims, and no totals are named.
        """
        whole = run_outcomes(self.store, totals=self.totals)
        names = [name for name in whole if name not in ("arm", "replicate", "set", "week")]
        found = [Game.of(whole, name, self) for name in names]
        if not self.totals:
            equal = run_outcomes(self.store, arms=self.arms)
            found += [Game.of(equal, name, self, exposure=FIRST_FALL) for name in VICTIMS]
        return found

    def worlds(self) -> pd.DataFrame:
        """Mean of every outcome in every arm: `arm`, `present`, `outcome`, `exposure`, and an interval."""
        return self._table(lambda game: game.worlds())

    def shares(self) -> pd.DataFrame:
        """What each cause adds: `cause`, `measure` (`MEASURES`), `outcome`, `exposure`, and an interval with its standard error."""
        return self._table(lambda game: game.shares())

    def interactions(self) -> pd.DataFrame:
        """How much more each pair does together than apart: `cause`, `other`, `outcome`, `exposure`, and an interval."""
        return self._table(lambda game: game.interactions())

    def reversals(self) -> pd.DataFrame:
        """Whether a cause adds in some company and takes away in another; see `Game.reversals`."""
        return self._table(lambda game: game.reversals())

    def _table(self, rows_of: Any) -> pd.DataFrame:
        import pandas as pd

        rows = [
            {"outcome": game.outcome, "exposure": game.exposure, **row} for game in self.games for row in rows_of(game)
        ]
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class Game:
    """One outcome of all sets of causes.

    Attributes
    ----------
    outcome, exposure
        What, and up to when.
    names
        Of the causes [k].
    values
        A row per replicate [replicates, 2^k].
    sets
        Parameter set of each replicate [replicates].
    level
        Confidence level [1].
    """

    outcome: str
    exposure: str
    names: tuple[str, ...]
    values: NDArray[np.float64]
    sets: NDArray[np.int64]
    level: float = LEVEL

    @classmethod
    def of(cls, table: pd.DataFrame, outcome: str, asked: Attribution, *, exposure: str = HORIZON) -> Game:
        """Return the game of an outcome; replicates that lack an arm are left out."""
        wide = table.assign(arm=table["arm"].astype(str)).pivot(index="replicate", columns="arm", values=outcome)
        missing = [arm for arm in asked.arms if arm not in wide]
        if missing and missing[0] not in asked.store.arms:
            raise UnknownNameError(unknown("arm", missing[0], asked.store.arms))
        wide = wide.reindex(columns=list(asked.arms)).dropna()
        if wide.empty:
            raise StoreError(
                f"store '{asked.store.folder}' must hold a replicate of which all {len(asked.arms)} arms are finished, "
                "got none. Go on with it."
            )
        sets = table.groupby("replicate")["set"].first().loc[wide.index]
        names = tuple(cause.name for cause in asked.causes)
        return cls(outcome, exposure, names, wide.to_numpy(np.float64), sets.to_numpy(np.int64), asked.level)

    def worlds(self) -> list[dict[str, object]]:
        """Return the mean of each set of causes."""
        rows = []
        for present, column in enumerate(self.values.T):
            found = self._mean(column) if self.outcome != _SURVIVED else self._share(column)
            rows.append({"present": self._named(present), **self._row(found, column)})
        return rows

    def shares(self) -> list[dict[str, object]]:
        """Return what each cause adds, by each measure."""
        rows: list[dict[str, object]] = []
        for measure, measured in MEASURES.items():
            for name, column in zip(self.names, measured(self.values).T, strict=True):
                found = self._row(self._added(column, bound=1.0), column)
                rows.append({"cause": name, "measure": measure, **found})
        return rows

    def interactions(self) -> list[dict[str, object]]:
        """Return how much more each pair does together than apart."""
        pairs = shapley_interactions(self.values)
        rows: list[dict[str, object]] = []
        for i, name in enumerate(self.names):
            for j in range(i):
                found = self._row(self._added(pairs[:, i, j], bound=2.0), pairs[:, i, j])
                rows.append({"cause": self.names[j], "other": name, **found})
        return rows

    def reversals(self) -> list[dict[str, object]]:
        """Return for each cause where it adds most surely and takes away most surely, and whether both are beyond noise.

        Notes
        -----
        A cause is looked at in the company of each of the 2^(k-1) sets of the others. All k 2^(k-1) intervals of an outcome hold
        together with probability `level` (Bonferroni; Dunn 1961, JASA 56, 52-64), so a reversal that is none is found in at
        most 1 - `level` of experiments. `rises` and `falls` are the companies with the highest lower and the lowest upper end.
        """
        added = marginals(self.values)
        looks = added.shape[1] * added.shape[2]
        level = 1.0 - (1.0 - self.level) / looks
        rows: list[dict[str, object]] = []
        for i, name in enumerate(self.names):
            company = sets_without(i, k=len(self.names))
            found = [self._added(column, bound=1.0, level=level) for column in added[:, i].T]
            up = max(range(len(found)), key=lambda place: _or(found[place].low, -np.inf))
            down = min(range(len(found)), key=lambda place: _or(found[place].high, np.inf))
            reverses = found[up].low > 0.0 and found[down].high < 0.0
            row = {"cause": name, "reverses": bool(reverses), "looks": looks, "level": level}
            rows.append(
                {**row, **self._end("rises", found[up], company[up]), **self._end("falls", found[down], company[down])}
            )
        return rows

    def _end(self, word: str, interval: Interval, present: int) -> dict[str, object]:
        ends = {word: interval.estimate, f"{word}_low": interval.low, f"{word}_high": interval.high}
        return {f"{word}_beside": self._named(present), **ends}

    def _named(self, present: int) -> str:
        """Return the causes of a set, joined by commas."""
        return ", ".join(name for j, name in enumerate(self.names) if present >> j & 1)

    def _added(self, column: NDArray[np.float64], *, bound: float, level: float | None = None) -> Interval:
        """Return the mean of something that causes add; differences of survival have bounds, others have none."""
        words: Mapping[str, Any] = {"sets": self.sets, "level": self.level if level is None else level}
        if self.outcome == _SURVIVED:
            return interval_of_bounded(column, bound=bound, **words)
        return interval_of_mean(column, **words)

    def _mean(self, column: NDArray[np.float64]) -> Interval:
        found = interval_of_mean(column, sets=self.sets, level=self.level)
        return (
            replace(found, low=max(found.low, 0.0)) if self.outcome in VICTIMS else found
        )  # nobody is the victim of less than nothing

    def _share(self, column: NDArray[np.float64]) -> Interval:
        return interval_of_share(column > 0.5, sets=self.sets, level=self.level)

    def _row(self, found: Interval, column: NDArray[np.float64]) -> dict[str, object]:
        error = error_of_mean(column, sets=self.sets)
        numbers = (found.estimate, error, found.low, found.high, found.level, found.method, found.n)
        return dict(zip(_INTERVAL, numbers, strict=True))


def _or(number: float, instead: float) -> float:
    """Return a number, or another one where there is none."""
    return instead if np.isnan(number) else number
