"""Histories of one scenario at several sizes, and what came of each: survival, victims, insiders, the armed.

Every size has seeds of its own, so that sizes are independent. Histories are run by `whowhom.run` and kept in stores, one a size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import whowhom
from measuring.drift import Estimate, Group, Numbers, linearised, stratified
from whowhom.engine.scenario import Scenario
from whowhom.experiments.draws import prior_draws

WEEKS_A_YEAR = 365.25 / 7

#: Seeds of the draws from the priors: Mersenne Twister, the same numbers in every version of Python.
DRAWS_SEED = 310


@dataclass(frozen=True)
class Outcome:
    """What is compared between sizes.

    Attributes
    ----------
    name, unit
        For tables.
    absolute
        Differences are shown in the outcome's own unit and not as shares of the mean.
    promised
        Size from which on the project says that it does not drift; None if it never does. A claim that uses the outcome needs as many persons.
    """

    name: str
    unit: str
    absolute: bool = False
    promised: int | None = 131_072


SURVIVED = Outcome("survived", "share of histories", absolute=True)
OUTCOMES = (
    SURVIVED,
    Outcome("arrests", "per 1,000 inhabitants"),
    Outcome("executed", "per 1,000 inhabitants"),
    Outcome("camp-years", "per 1,000 inhabitants"),
    Outcome("deaths in combat", "per 1,000 inhabitants", promised=1_048_576),
    Outcome("deaths by famine", "per 1,000 inhabitants"),
    Outcome("insiders' arrests", "rate over that of others"),
    Outcome("insiders executed", "rate over that of others"),
    Outcome("years in arms", "per 1,000 inhabitants", promised=1_048_576),
    Outcome("territory lost", "share, mean over weeks", absolute=True, promised=1_048_576),
)
RATIOS = ("insiders' arrests", "insiders executed")
FALLS = (
    SURVIVED,
    Outcome("weeks stood", "weeks"),
    Outcome("risings", "settlements", promised=None),
    Outcome("armed centres", "simulated districts, at the peak", promised=None),
)

_COLUMNS = (
    *("arrests_total", "executed_total", "camp_weeks_total", "combat_deaths_total", "famine_deaths_total"),
    *("insider_arrests_total", "insiders_executed_total", "armed", "territory_lost", "risings", "armed_centres"),
)


@dataclass(frozen=True)
class Sample:
    """The histories of one size.

    Attributes
    ----------
    size
        Simulated persons [persons].
    sets
        Parameter set of each history [n].
    values
        Outcome -> one number a history [n].
    below
        For ratios, what stands below the line [n].
    failed
        Histories that ended in an error and are in no figure.
    seconds
        Time of all histories on one core, added up [s].
    """

    size: int
    sets: Numbers
    values: Mapping[str, Numbers]
    below: Mapping[str, Numbers]
    failed: int = 0
    seconds: float = 0.0

    @property
    def runs(self) -> int:
        """Number of histories."""
        return int(self.sets.size)

    def group(self, outcome: Outcome) -> Group:
        """One number a history, whose mean over parameter sets is the outcome's."""
        group = Group(self.values[outcome.name], self.sets)
        return linearised(group, self.below[outcome.name]) if outcome.name in self.below else group

    def by_set(self, outcome: Outcome, sets: int) -> Numbers:
        """Mean of every parameter set by itself, NaN where it has no history [sets]."""
        values, there = self.values[outcome.name], [self.sets == k for k in range(sets)]
        return np.array([values[mine].mean() if mine.any() else np.nan for mine in there])


def means(samples: Sequence[Sample], outcome: Outcome) -> list[Estimate]:
    """Mean of an outcome over parameter sets at every size, with the error of luck; sizes in rising order."""
    groups = [one.group(outcome) for one in samples]
    return [stratified(group, groups[:place][::-1]) for place, group in enumerate(groups)]


def seeds_at(size: int, *, seeds: int) -> int:
    """Histories of each parameter set at a size, `seeds` of them at 131,072 persons.

    About equal cost at every size, a history costing as much as its persons and 65,536 more; at least two, since luck is not seen in one.
    """
    return max(2, round(seeds * (131_072 + 65_536) / (size + 65_536)))


def prior_sets(case: Scenario, draws: int) -> list[Mapping[str, float]]:
    """So many independent draws from the priors of the scenario's model."""
    return prior_draws(whowhom.model(case.model).declarations, draws, seed=DRAWS_SEED)


def sample(
    case: Scenario,
    *,
    sets: Sequence[Mapping[str, float]],
    size: int,
    seeds: int,
    weeks: int,
    seed: int,
    store: Path,
    threads: int | None,
) -> Sample:
    """Run, or continue, the histories of one size.

    Parameters
    ----------
    case
        The scenario.
    sets
        Parameter sets; the scenario's own values are one set if this is empty.
    size
        Simulated persons [persons].
    seeds
        Histories of each set.
    weeks
        Length [weeks].
    seed
        Base of the seeds; those of a size begin at 1,000,000 x size + seed.
    store
        Folder of this size's store.
    threads
        Histories at the same time; all cores by default.
    """
    runs = whowhom.run(
        replace(case, sets=tuple(sets)),
        replicates=seeds * max(1, len(sets)),
        persons=size,
        until=case.date_of(weeks).isoformat(),
        seed=1_000_000 * size + seed,
        store=store,
        threads=threads,
    )
    done = runs.runs.sort_values("replicate")
    values, below = _outcomes(case, runs.store.weeks(list(_COLUMNS)), done, sets=sets, weeks=weeks)
    chosen = np.maximum(done["set"].to_numpy(), 0).astype(np.float64)
    failed = runs.store.progress().failed
    return Sample(size, chosen, values, below, failed=failed, seconds=float(done["seconds"].sum()))


def _outcomes(
    case: Scenario, table: Any, done: Any, *, sets: Sequence[Mapping[str, float]], weeks: int
) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
    """What came of every history, in the order of replicates; and what stands below the line of ratios."""
    persons = float(case.settings.structure["country"]["persons"])
    table = table.sort_values(["replicate", "week"])
    last = table[table["week"] == weeks]
    group = table.groupby("replicate")

    def total(column: str) -> Numbers:
        return np.asarray(last[column], np.float64) * 1000.0 / persons

    inside, shot = total("insider_arrests_total"), total("insiders_executed_total")
    arrests, executed = total("arrests_total"), total("executed_total")
    others = _insiders_for_each_other(case, sets, done["set"].to_numpy())
    values = {
        "survived": done["ended"].isna().to_numpy().astype(np.float64),
        "weeks stood": done["ended"].fillna(weeks).to_numpy().astype(np.float64),
        "arrests": arrests,
        "executed": executed,
        "camp-years": total("camp_weeks_total") / WEEKS_A_YEAR,
        "deaths in combat": total("combat_deaths_total"),
        "deaths by famine": total("famine_deaths_total"),
        "insiders' arrests": inside,
        "insiders executed": shot,
        "years in arms": group["armed"].sum().to_numpy() * 1000.0 / persons / WEEKS_A_YEAR,
        "territory lost": group["territory_lost"].mean().to_numpy().astype(np.float64),
        "risings": group["risings"].sum().to_numpy(),
        "armed centres": group["armed_centres"].max().to_numpy(),
    }
    return values, {"insiders' arrests": others * (arrests - inside), "insiders executed": others * (executed - shot)}


def _insiders_for_each_other(case: Scenario, sets: Sequence[Mapping[str, float]], chosen: Numbers) -> Numbers:
    """Adults in communities of the party and of cadres, for each other adult, under the set of each history [n]."""
    party, name = case.settings.structure["party"], "population.adult_share"
    insiders = float(party["members"]) + float(party["cadres"])
    own = case.settings.value(name, 0)
    adults = (
        np.array([values.get(name, own) for values in sets] or [own]) * case.settings.structure["country"]["persons"]
    )
    return np.asarray((insiders / (adults - insiders))[np.maximum(chosen, 0).astype(int)])
