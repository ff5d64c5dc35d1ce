"""whowhom from Python: experiments in a few lines, results as pandas tables, plots on axes of yours.

The command line calls these functions and prints what they return; nothing is computed in two ways.

Examples
--------
Two small histories of the first weeks, and the same with the same luck but one instrument taken away:

>>> import whowhom as ww
>>> pairs = ww.twins("soviet", off="executions", replicates=2, until="1917-12", persons=10_240)
>>> pairs.store.arms
('history', 'no executions')
>>> pairs.compare()["outcome"].head(3).tolist()
['survived', 'executed_per_1000', 'camp_years_per_1000']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.data.records import load_records
from whowhom.engine.scenario import Scenario, load_scenario, scenario_names
from whowhom.engine.scenario_listing import listing
from whowhom.experiments.design import HISTORY
from whowhom.experiments.intervals import LEVEL
from whowhom.experiments.plan import PERSONS, REPLICATES, UNTIL, Plan, make_plan
from whowhom.experiments.statistics import compare_totals, statistics_of
from whowhom.experiments.wide import carry_out, go_on
from whowhom.models.registry import model_named
from whowhom.report.tables import ReportTables
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client
    from matplotlib.axes import Axes

    from whowhom.data.records import Records
    from whowhom.engine.contract import Model
    from whowhom.experiments.crew import Progress

__all__ = [
    "Store",
    "describe",
    "model",
    "record",
    "records",
    "resume",
    "run",
    "scenario",
    "scenarios",
    "twins",
]


@dataclass(frozen=True)
class Runs:
    """The histories of one experiment, as far as they are run.

    Attributes
    ----------
    store
        The experiment on disk.
    level
        Confidence level of all intervals [1].
    """

    store: Store
    level: float = LEVEL

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """A row per arm, replicate and week, a column per observable; see `Store.weeks`."""
        return self.store.weeks()

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row per history: seed, plausible set, week and cause of the fall; see `Store.runs`."""
        return self.store.runs()

    @cached_property
    def tables(self) -> ReportTables:
        """Survival, victims and paired differences, as the command line prints and a report shows them.

        Raises
        ------
        StoreError
            No history is finished.
        """
        return ReportTables(**statistics_of(self.store, level=self.level), level=self.level)

    def survival(self) -> pd.DataFrame:
        """Give the share of histories of each arm in which the regime survives, with intervals."""
        return self.tables.survival

    def victims(self) -> pd.DataFrame:
        """Give those executed and the years in camps of each arm, per 1,000 inhabitants, with intervals."""
        return self.tables.victims

    def compare(self, totals: Sequence[str] = (), *, against: str = HISTORY) -> pd.DataFrame:
        """Give the mean paired difference of every arm from one of them, with its interval.

        Parameters
        ----------
        totals
            Observables of kind 'total' to compare at the end; by default survival and victims, to the horizon and to
            the first fall of the two twins.
        against
            The arm that all others are compared with.

        Returns
        -------
        pandas.DataFrame
            See `experiments.twins.compare`. How many pairs agree depends on how luck is coupled and is no answer.

        Raises
        ------
        UnknownNameError
            There is no such arm or total.
        """
        names = [totals] if isinstance(totals, str) else list(totals)
        return compare_totals(self.store, totals=names, against=against, level=self.level)

    def plot(self, observable: str, *, ax: Axes | None = None, arms: Sequence[str] | None = None) -> Axes:
        """Draw an observable over time, as `report.plots.plot_bands` does.

        That is the median, the middle half and the middle nine tenths of the histories that stand; below five histories
        each by itself.

        Parameters
        ----------
        observable
            One of `store.observables`.
        ax
            Where to draw; a figure of its own by default.
        arms
            Which arms; all by default.

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        UnknownNameError
            There is no such observable or arm.
        """
        from whowhom.report.plots import plot_bands

        ax = plot_bands(self.store.weeks([observable], arms=arms), observable, arms=arms, ax=ax)
        ax.set_ylabel(f"{observable} [{self._unit(observable)}]")
        return ax

    def plot_difference(self, observable: str, *, arm: str, against: str = HISTORY, ax: Axes | None = None) -> Axes:
        """Draw the paired difference of two arms over time, as `report.plots.plot_difference` does.

        Parameters
        ----------
        observable, ax
            As in `plot`.
        arm, against
            The two arms; the difference is the first minus the second.

        Raises
        ------
        MissingExtraError, UnknownNameError
            As in `plot`.
        """
        from whowhom.report.plots import plot_difference

        weeks = self.store.weeks([observable], arms=[arm, against])
        ax = plot_difference(weeks, observable, arm=arm, against=against, ax=ax)
        ax.set_ylabel(f"{observable}, difference [{self._unit(observable)}]")
        return ax

    def plot_survival(self, *, ax: Axes | None = None, arms: Sequence[str] | None = None) -> Axes:
        """Draw the share of histories in which the regime stands, with the victims of each arm in the legend.

        Parameters
        ----------
        ax, arms
            As in `plot`.

        Raises
        ------
        MissingExtraError, UnknownNameError
            As in `plot`.
        StoreError
            No history is finished.
        """
        from whowhom.report.plots import plot_survival

        return plot_survival(self.tables, arms=arms, ax=ax)

    def _unit(self, observable: str) -> str:
        return next(entry.unit for entry in self.store.observables if entry.name == observable)


def plan(scenario: str | Path | Scenario, **asked: Any) -> Plan:
    """Find what an experiment needs without running it; what is asked is as in `run`, and `twins` adds the history."""
    case = load(scenario)
    return make_plan(case, model=model_named(case.model), **asked)


def run(
    scenario: str | Path | Scenario,
    *,
    replicates: int = REPLICATES,
    until: str = UNTIL,
    persons: int = PERSONS,
    seed: int = 1,
    off: str | Iterable[str] = (),
    on: str | Iterable[str] = (),
    set: Mapping[str, float | str] | None = None,
    from_date: str | None = None,
    arms: Mapping[str, Mapping[str, Any]] | None = None,
    defaults: bool = False,
    store: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    client: Client | None = None,
) -> Runs:
    """Run many histories of a scenario.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a TOML file, or a loaded one.
    replicates
        Histories of each arm; replicate i has the seed `seed + i` in every arm.
    until
        First day that is not asked for: `"1922-03"` is 1 March 1922. The week that this day falls in the middle of is
        played whole.
    persons
        Simulated persons; fewer persons are a thinner sample, not a smaller country [persons].
    seed
        Seed of replicate 0.
    off, on, set
        Switches to turn off or on, and parameters (or kinds of vector) with values; together they are one arm. Without
        them, and without `arms`, the histories are those of the scenario.
    from_date
        Day from whose week on arms differ; before it they are the common history. From the beginning by default.
    arms
        Name -> changes, each with `off`, `on`, `set` and `from_date` as above. The unchanged history is run with them.
    defaults
        Use the scenario's own values also where it has plausible sets.
    store
        Folder; what it holds already is not run again. A fresh temporary one by default.
    threads
        Histories at the same time; all cores by default. Results do not depend on it.
    progress
        Called after each history with a `Step`.
    client
        A `dask.distributed.Client`: the histories are done by the workers of its cluster, which must see `store` at the
        same path. The results are the same.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> runs = ww.run("soviet", replicates=1, until="1917-12", persons=10_240, arms={"mild": {"off": ["arrests"]}})
    >>> runs.runs[["arm", "replicate", "seed"]].values.tolist()
    [['history', 0, 1], ['mild', 0, 1]]
    """
    made = plan(
        scenario,
        replicates=replicates,
        until=until,
        persons=persons,
        seed=seed,
        off=off,
        on=on,
        set=set,
        from_date=from_date,
        arms=arms,
        defaults=defaults,
        store=store,
    )
    return Runs(carry_out(made, model_of=model_named, threads=threads, client=client, progress=progress))


def twins(
    scenario: str | Path | Scenario,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    client: Client | None = None,
    **asked: Any,
) -> Runs:
    """Run the history, and one arm with the same luck; `compare` of the result has the mean paired differences.

    Parameters
    ----------
    asked
        As in `run`; at least one of `off`, `on` and `set`.
    """
    made = plan(scenario, twins=True, **asked)
    return Runs(carry_out(made, model_of=model_named, threads=threads, client=client, progress=progress))


def resume(
    store: str | Path,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    client: Client | None = None,
    **asked: bool,
) -> Runs:
    """Go on with an experiment where it stopped; also the way to open a finished one.

    Parameters
    ----------
    store
        Its folder.
    threads, progress, client
        As in `run`.
    asked
        `retry_failed=True` does failed histories once more; `other_code=True` goes on also if other code computed what is
        there, and the column `program` of `Store.runs` tells them apart.

    Raises
    ------
    StoreError
        It is no store, or its model has another version here, or (without `other_code`) other code.
    """
    return Runs(go_on(store, model_of=model_named, threads=threads, client=client, progress=progress, **asked))


def load(scenario: str | Path | Scenario) -> Scenario:
    """Read and check a scenario, with its model's own tables; one that is loaded already is given back."""
    if isinstance(scenario, Scenario):
        return scenario
    return load_scenario(
        scenario,
        lambda name: model_named(name).declarations,
        structure_problems_of=lambda name, structure: model_named(name).problems(structure),
    )


def scenario(name: str | Path) -> Scenario:
    """Read a scenario by its name, or by the path of a TOML file.

    Examples
    --------
    >>> import whowhom as ww
    >>> ww.scenario("soviet").start.isoformat()
    '1917-11-07'
    """
    return load(name)


def scenarios() -> list[str]:
    """Give the names of the scenarios that come with the package."""
    return scenario_names()


def model(name: str) -> Model:
    """Find a model by its name; raises `UnknownNameError`."""
    return model_named(name)


def describe(scenario: str | Path | Scenario) -> dict[str, Any]:
    """Give the parameters, switches and observables of a scenario as plain data, each a dictionary by name.

    A parameter has its `value` in the scenario beside its declaration (a number, or a path with dates), a switch its
    `on` at the start, and its `dates` if it changes.

    Examples
    --------
    >>> import whowhom as ww
    >>> ww.describe("soviet")["switches"]["executions"]["on"]
    True
    """
    case = load(scenario)
    found = model_named(case.model)
    return listing(case, declarations=found.declarations, observables=found.observables)


def records() -> Records:
    """Give all recorded series, with nothing simulated in them; `records().names()` lists them."""
    return load_records()


def record(name: str) -> pd.DataFrame:
    """Give one recorded series: a row per estimate, with its range, citation and status.

    Examples
    --------
    >>> import whowhom as ww
    >>> len(ww.record("repression.death_sentences")) > 5
    True
    """
    return load_records().get(name)
