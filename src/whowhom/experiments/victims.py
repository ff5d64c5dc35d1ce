"""What a history cost: executed per 1,000 inhabitants and years in camps per 1,000, always both.

Deaths and time are never added up. Where a single number is unavoidable, an execution is counted as 10
and as 30 years, and both are shown: the reader sees whether the answer hangs on that choice.

Survival and victims hang together: a regime that falls early has had less time to kill. So every comparison is made
twice: *to the horizon* (after a fall the regime has no further victims; what follows it is not modelled), and *to the
first fall* of the two twins, so that both had the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from whowhom.experiments.design import HISTORY
from whowhom.experiments.intervals import LEVEL
from whowhom.experiments.survival import survived
from whowhom.experiments.twins import compare
from whowhom.experiments.units import interval_of_mean
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

#: Years for which one execution is counted where one number is unavoidable; both are shown [years].
YEARS_PER_EXECUTION = (10, 30)

OUTCOMES = ("survived", "executed_per_1000", "camp_years_per_1000", "toll_10_per_1000", "toll_30_per_1000")
VICTIMS = OUTCOMES[1:]


@dataclass(frozen=True)
class Count:
    """Which columns of a model are victims.

    Parameters
    ----------
    executed
        Observable of kind 'total': persons executed since the start.
    camp_years
        Observable of kind 'total': person-years in camps since the start.
    inhabitants
        Persons the totals refer to: the country's inhabitants at the start [persons].
    """

    executed: str
    camp_years: str
    inhabitants: float


def outcomes(store: Store, *, count: Count, horizon: int | None = None) -> pd.DataFrame:
    """Return survival and victims of every run, to the horizon.

    Returns
    -------
    pandas.DataFrame
        `arm`, `replicate`, `set`, `week` (the horizon), then `OUTCOMES`: `survived` 0 or 1, the rest per 1,000
        inhabitants.
    """
    week = store.manifest.until_ticks if horizon is None else min(horizon, store.manifest.until_ticks)
    return _at(store, count, store.runs().assign(week=week))


def outcomes_to_first_fall(
    store: Store, *, count: Count, arm: str, against: str = HISTORY, horizon: int | None = None
) -> pd.DataFrame:
    """Return survival and victims of two arms up to the first fall of either twin, or the horizon.

    Returns
    -------
    pandas.DataFrame
        As `outcomes`, the two arms only and those replicates that both have; `week` differs from pair to pair.
    """
    return outcomes_to_common_fall(store, count=count, arms=(arm, against), horizon=horizon)


def outcomes_to_common_fall(
    store: Store, *, count: Count, arms: Sequence[str], horizon: int | None = None
) -> pd.DataFrame:
    """Return survival and victims of several arms up to the first fall of any of the twins, or the horizon.

    Returns
    -------
    pandas.DataFrame
        As `outcomes`, these arms only and those replicates that all of them have; `week` differs between replicates.
    """
    last = store.manifest.until_ticks if horizon is None else min(horizon, store.manifest.until_ticks)
    runs = store.runs()
    runs = runs[runs["arm"].isin(arms)]
    runs = runs[runs.groupby("replicate")["arm"].transform("size") == len(arms)]
    first = runs.groupby("replicate")["ended"].transform("min")
    return _at(store, count, runs.assign(week=np.fmin(first, last).astype(np.int64)))


def _at(store: Store, count: Count, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the outcomes of runs at the week that each of them names."""
    arms = list(dict.fromkeys(runs["arm"].astype(str)))
    weeks = store.weeks([count.executed, count.camp_years], arms=arms)
    table = runs.merge(weeks.drop(columns=["seed", "date"]), on=["arm", "replicate", "week"], validate="one_to_one")
    table["survived"] = [
        int(survived(ended, horizon=week)) for ended, week in zip(table["ended"], table["week"], strict=True)
    ]
    table["executed_per_1000"] = 1000.0 * table[count.executed] / count.inhabitants
    table["camp_years_per_1000"] = 1000.0 * table[count.camp_years] / count.inhabitants
    for years in YEARS_PER_EXECUTION:
        table[f"toll_{years}_per_1000"] = table["camp_years_per_1000"] + years * table["executed_per_1000"]
    return table[["arm", "replicate", "set", "week", *OUTCOMES]]


def victims_table(table: pd.DataFrame, *, columns: Sequence[str] = VICTIMS, level: float = LEVEL) -> pd.DataFrame:
    """Return the mean of each kind of victim in each arm, with its interval.

    Parameters
    ----------
    table
        From `outcomes`.

    Returns
    -------
    pandas.DataFrame
        `arm`, `outcome`, `mean`, `low`, `high`, `runs`, `method`.
    """
    import pandas as pd

    rows = []
    for arm, group in table.groupby("arm", observed=True, sort=True):
        for column in columns:
            found = interval_of_mean(group[column], sets=group["set"], level=level)
            low = max(found.low, 0.0)  # nobody can be the victim of less than nothing
            row = {"arm": arm, "outcome": column, "mean": found.estimate, "low": low, "high": found.high}
            rows.append({**row, "runs": len(group), "method": found.method})
    return pd.DataFrame(rows, columns=["arm", "outcome", "mean", "low", "high", "runs", "method"])


def compare_arms(
    store: Store, *, count: Count, against: str = HISTORY, horizon: int | None = None, level: float = LEVEL
) -> pd.DataFrame:
    """Compare every arm with the history: survival, and victims to the horizon and to the first fall of the twins.

    Returns
    -------
    pandas.DataFrame
        As `twins.compare`, with `exposure` 'to the horizon' or 'to the first fall'.
    """
    import pandas as pd

    whole = outcomes(store, count=count, horizon=horizon)
    tables = [compare(whole, columns=OUTCOMES, yes_no=("survived",), against=against, level=level)]
    tables[0].insert(2, "exposure", "to the horizon")
    for arm in tables[0]["arm"].unique():
        equal = outcomes_to_first_fall(store, count=count, arm=arm, against=against, horizon=horizon)
        found = compare(equal, columns=VICTIMS, against=against, level=level)
        found.insert(2, "exposure", "to the first fall")
        tables.append(found)
    return pd.concat(tables, ignore_index=True)
