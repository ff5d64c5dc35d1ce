"""All statistics of one experiment, from one place: the command line, Python and the report show the same numbers.

Which columns of a store are victims follows from their names, which every model that counts victims uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from whowhom.errors import ModelError, StoreError, UnknownNameError, unknown
from whowhom.experiments.design import HISTORY
from whowhom.experiments.intervals import LEVEL
from whowhom.experiments.survival import survival_curve, survival_table
from whowhom.experiments.twins import compare
from whowhom.experiments.victims import (
    Count,
    compare_arms,
    outcomes,
    outcomes_to_common_fall,
    outcomes_to_first_fall,
    victims_table,
)
from whowhom.store.layout import resume_command
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.engine.contract import Model, Observable
    from whowhom.engine.scenario import Scenario

EXECUTED, CAMP_WEEKS, CAMP_YEARS = "executed_total", "camp_weeks_total", "camp_years_total"

#: Julian [weeks/year].
WEEKS_A_YEAR = 365.25 / 7


def statistics_of(store: Store, *, level: float = LEVEL) -> dict[str, pd.DataFrame | None]:
    """Return survival, victims and paired differences of an experiment.

    Parameters
    ----------
    store
        Finished, or as far as it is.
    level
        Confidence level of all intervals [1].

    Returns
    -------
    dict
        `survival`, `victims`, `curves`; and `first_fall` and `differences`, None if no arm has a history beside it. They
        are what a report is written from (`whowhom.report.tables.ReportTables`).

    Raises
    ------
    StoreError
        No history is finished.
    ModelError
        The store's model does not count victims.
    """
    import pandas as pd

    runs, last = finished(store), store.manifest.until_ticks
    count, view = count_of(store), _InYears.of(store)
    there = set(runs["arm"])
    others = [arm for arm in store.arms if arm != HISTORY and arm in there and HISTORY in there]
    falls = [outcomes_to_first_fall(view, count=count, arm=arm) for arm in others]
    shares = [victims_table(fall, level=level).assign(pair=arm) for arm, fall in zip(others, falls, strict=True)]
    groups = runs.groupby("arm", observed=True, sort=True)
    curves = [survival_curve(group["ended"], last=last, level=level).assign(arm=arm) for arm, group in groups]
    return {
        "survival": survival_table(runs, horizon=last, level=level),
        "victims": victims_table(outcomes(view, count=count), level=level),
        "first_fall": pd.concat(shares, ignore_index=True) if shares else None,
        "differences": compare_arms(view, count=count, level=level) if others else None,
        "curves": pd.concat(curves, ignore_index=True),
    }


def compare_totals(
    store: Store, *, totals: Sequence[str] = (), against: str = HISTORY, level: float = LEVEL
) -> pd.DataFrame:
    """Return the mean paired difference of every arm from one of them.

    Parameters
    ----------
    totals
        Observables of kind 'total' to compare at the end; by default survival and victims, to the horizon and to the
        first fall of the two twins. What is no total does not exist after a fall.

    Raises
    ------
    UnknownNameError
        There is no such arm or total.
    """
    finished(store)
    if not totals:
        return compare_arms(_InYears.of(store), count=count_of(store), against=against, level=level)
    table = _totals(store, totals)
    return compare(table, columns=totals, against=against, level=level)


def run_outcomes(store: Store, *, totals: Sequence[str] = (), arms: Sequence[str] = ()) -> pd.DataFrame:
    """Return what became of every run: a row each with `arm`, `replicate`, `set` and its outcomes.

    Parameters
    ----------
    totals
        Observables of kind 'total' at the end; by default survival and victims (`victims.OUTCOMES`).
    arms
        With these, survival and victims up to the first fall of any of the twins of these arms; by default to the horizon.

    Raises
    ------
    StoreError
        No history is finished.
    ModelError
        The store's model does not count victims, without which survival is not shown.
    UnknownNameError
        There is no such total.
    """
    finished(store)
    if totals:
        return _totals(store, totals)
    view, count = _InYears.of(store), count_of(store)
    return outcomes_to_common_fall(view, count=count, arms=arms) if arms else outcomes(view, count=count)


def _totals(store: Store, totals: Sequence[str]) -> pd.DataFrame:
    """Return some totals of every run at the end."""
    _check_totals(totals, store.observables)
    weeks = store.weeks(totals)
    last = weeks[weeks["week"] == store.manifest.until_ticks]
    runs = finished(store)[["arm", "replicate", "set"]]
    table = last.merge(runs, on=["arm", "replicate"], validate="one_to_one")
    return table[["arm", "replicate", "set", *totals]]


def finished(store: Store) -> pd.DataFrame:
    """Return the finished histories of a store, at least one.

    Raises
    ------
    StoreError
        There is none.
    """
    runs = store.runs()
    if runs.empty:
        there = store.progress()
        failed = f" ({there.failed} failed)" if there.failed else ""
        raise StoreError(
            f"store '{store.folder}' must hold a finished history, got none of {there.total}{failed}. "
            f"`{resume_command(store.folder)}` goes on."
        )
    return runs


def count_of(store: Store) -> Count:
    """Say which columns of a store are victims, and of how many inhabitants.

    Raises
    ------
    ModelError
        The store's model does not count them.
    """
    settings = store.experiment["scenario"]["settings"]
    return _count(store.experiment["model"]["name"], observables=store.observables, structure=settings["structure"])


def check_outcomes(model: Model, scenario: Scenario, *, totals: Sequence[str] = ()) -> None:
    """Refuse before anything is run what `run_outcomes` would refuse after it.

    Raises
    ------
    ModelError
        The model does not count victims, and no totals are asked for.
    UnknownNameError
        There is no such total.
    """
    _check_totals(totals, model.observables)
    if not totals:
        _count(model.name, observables=model.observables, structure=scenario.settings.structure)


def _count(model: str, *, observables: Sequence[Observable], structure: Mapping[str, Any]) -> Count:
    """Say which observables of a model are victims."""
    names, country = {observable.name for observable in observables}, structure.get("country", {})
    if EXECUTED not in names or not names & {CAMP_WEEKS, CAMP_YEARS} or "persons" not in country:
        raise ModelError(
            f"model '{model}' must count victims ('{EXECUTED}', '{CAMP_YEARS}') of a "
            "country's inhabitants, got none. Survival is not shown without them; `whowhom export` gives the weeks."
        )
    return Count(EXECUTED, CAMP_YEARS, float(country["persons"]))


def _check_totals(totals: Sequence[str], observables: Sequence[Observable]) -> None:
    known = [observable.name for observable in observables if observable.kind == "total"]
    for name in totals:
        if name not in known:
            raise UnknownNameError(unknown("total", name, known))


class _InYears(Store):
    """A store in which time served in camps is in years, where it was written in weeks."""

    @classmethod
    def of(cls, store: Store) -> Store:
        """Return a store with camp years, the same one if it has them."""
        if any(observable.name == CAMP_YEARS for observable in store.observables):
            return store
        return cls(folder=store.folder, manifest=store.manifest)

    def weeks(self, columns: Sequence[str] | None = None, arms: Sequence[str] | None = None) -> pd.DataFrame:
        """Read weeks with camp years."""
        stored = None if columns is None else [CAMP_WEEKS if name == CAMP_YEARS else name for name in columns]
        table = super().weeks(stored, arms)
        return table.assign(**{CAMP_YEARS: table[CAMP_WEEKS] / WEEKS_A_YEAR})
