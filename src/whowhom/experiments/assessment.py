"""From a claim to its finding: which arms are played, over which draws, and what is made of them.

Every arm is an experiment and a store of its own under DIR/arms, so that claims share arms, an interrupted assessment goes on where it stopped, and a claim asked later adds
only the arms that are not there. All arms have the same draws of what is not known and the same seeds, so runs of one replicate are twins across stores.

Draws are of parameters of the world, from their priors; the strength of an instrument is never drawn, and stays as the scenario has it: instruments are present or absent.
Without weights matched to records every finding is about the prior only, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from whowhom.engine.contract import Model
from whowhom.engine.scenario import Scenario
from whowhom.errors import ParameterError
from whowhom.experiments.claims import Claim, Claims, NamedArm
from whowhom.experiments.crew import Progress
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.draws import prior_draws
from whowhom.experiments.guard import intensities_of
from whowhom.experiments.plan import Plan, seconds_per_history
from whowhom.experiments.statistics import run_outcomes
from whowhom.store.layout import MANIFEST
from whowhom.store.reader import Store

if TYPE_CHECKING:
    import pandas as pd

DRAWS, REPLICATES = 200, 8
"""The standard size, whose right and wrong findings are known (`python studies/planted/operating.py`)."""
QUICK_DRAWS, QUICK_REPLICATES = 40, 4
OTHER_LUCK = "other luck"
"""The unchanged history once more under other seeds: a comparison in which there is nothing to find."""
FAR = 1_000_000


@dataclass(frozen=True)
class Assessment:
    """Claims of a scenario, to be assessed at one size.

    Attributes
    ----------
    scenario, model
        What runs; the scenario's own plausible sets are not used.
    claims
        All claims of the scenario.
    chosen
        Names of those to assess.
    draws, replicates
        Draws of the world's parameters, and pairs of each.
    persons
        Of each history; None for each claim's smallest [persons].
    seed
        Of the draws and of replicate 0.
    folder
        Where everything is kept.
    """

    scenario: Scenario
    model: Model
    claims: Claims
    chosen: tuple[str, ...]
    draws: int
    replicates: int
    persons: int | None
    seed: int
    folder: Path
    others: Mapping[str, NamedArm] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = []
        if self.draws < 2 or self.replicates < 2:
            problems.append(
                f"'draws' and 'replicates' must be at least 2, got {self.draws} and {self.replicates}. One pair of a draw shows no noise."
            )
        for name in self.chosen:
            least = self.claims.named(name).persons
            if self.persons is not None and self.persons < least:
                problems.append(
                    f"'persons' must be at least {least} for claim '{name}', got {self.persons}. It declares its smallest size; below it single persons decide."
                )
        if problems:
            raise ParameterError(problems)

    @cached_property
    def sets(self) -> tuple[Mapping[str, float], ...]:
        """The draws: parameters of the world that have a prior and no path of their own in the scenario."""
        doses, paths = intensities_of(self.model), self.scenario.settings.schedules
        names = [p.name for p in self.model.declarations.parameters if p.prior is not None]
        drawn = prior_draws(self.model.declarations, self.draws, seed=self.seed)
        kept = [name for name in names if name not in doses and name not in paths]
        return tuple({name: draw[name] for name in kept} for draw in drawn)

    def size_of(self, claim: Claim) -> int:
        """Persons of the histories of a claim."""
        return claim.persons if self.persons is None else self.persons

    def needed(self) -> dict[tuple[str, int, int], NamedArm]:
        """Arms to be played, by name, horizon and size, in the order in which claims need them."""
        found: dict[tuple[str, int, int], NamedArm] = {}
        for name in self.chosen:
            claim = self.claims.named(name)
            for arm in (*claim.arms(), OTHER_LUCK):
                found.setdefault((arm, claim.until, self.size_of(claim)), self._arm(arm))
        return found

    def _arm(self, name: str) -> NamedArm:
        return (
            NamedArm(Arm(HISTORY), "the same history under other seeds")
            if name == OTHER_LUCK
            else self.claims.arms[name]
        )

    def plan(self, arm: str, until: int, persons: int) -> Plan:
        """The experiment that is one arm."""
        seed = self.seed + (FAR if arm == OTHER_LUCK else 0)
        place = self.folder / "arms" / f"{_slug(arm)}-{until}-{persons}"
        return Plan(
            model=self.model,
            scenario=replace(self.scenario, sets=self.sets),
            arms=(self._arm(arm).arm,),
            persons=persons,
            replicates=self.draws * self.replicates,
            ticks=until,
            seed=seed,
            folder=place,
        )

    def cost(self) -> tuple[int, float]:
        """Histories still to be played, and the seconds that one thread would take for them.

        One history of each size and horizon is timed, of the scenario as it is.
        """
        histories, seconds, known = 0, 0.0, {}
        for arm, until, persons in self.needed():
            plan = self.plan(arm, until, persons)
            missing = plan.replicates
            if (plan.folder / MANIFEST).exists():
                missing = Store.open(plan.folder).progress().missing
            if missing and (until, persons) not in known:
                known[until, persons] = _timed(plan)
            histories += missing
            seconds += missing * known.get((until, persons), 0.0)
        return histories, seconds

    def carry_out(
        self,
        *,
        threads: int | None = None,
        progress: Callable[[str], Progress] | None = None,
        only: Iterable[str] | None = None,
    ) -> None:
        """Play what is not there yet.

        Parameters
        ----------
        threads
            Histories at the same time.
        progress
            Makes what is called after each history, from the name of its arm.
        only
            Claims whose arms are played; all that are chosen by default.
        """
        wanted = set(self.chosen if only is None else only)
        part = replace(self, chosen=tuple(name for name in self.chosen if name in wanted))
        for arm, until, persons in part.needed():
            plan = self.plan(arm, until, persons)
            plan.carry_out(threads=threads, progress=None if progress is None else progress(arm))

    def store(self, claim: Claim, arm: str) -> Store:
        """The store of an arm of a claim."""
        return Store.open(self.plan(arm, claim.until, self.size_of(claim)).folder)

    def runs(self, claim: Claim, arm: str, columns: Sequence[str] = ()) -> pd.DataFrame:
        """A row for each run of an arm: `replicate`, `set`, `ended`, `survived`, victims, and observables at the horizon (after a fall, their last value)."""
        return run_table(self.store(claim, arm), columns)


def run_table(store: Store, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Outcomes of every run of a store of one arm; observables at the horizon or, after a fall, as they were last; flows summed over all weeks."""
    import pandas as pd

    table = run_outcomes(store).drop(columns=["arm", "week"])
    table = table.merge(store.runs()[["replicate", "ended"]], on="replicate", validate="one_to_one")
    extra = [name for name in columns if name not in table]
    if extra:
        flows = {observable.name for observable in store.observables if observable.kind == "flow"}
        by_run = store.weeks(extra).sort_values("week").groupby("replicate", sort=True)
        found = {
            name: by_run[name].sum() if name in flows else by_run[name].last() for name in extra
        }  # last number before a fall
        table = table.merge(pd.DataFrame(found).reset_index(), on="replicate", validate="one_to_one")
    return table.sort_values("replicate").reset_index(drop=True)


def equal_in_everything(one: Store, other: Store) -> bool:
    """Say whether two stores of one arm hold the same weeks, to the last bit."""
    left, right = (store.weeks().drop(columns=["arm", "identity"]) for store in (one, other))
    return len(left) == len(right) and all(
        np.array_equal(left[name].to_numpy(), right[name].to_numpy(), equal_nan=left[name].dtype.kind == "f")
        for name in left
    )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "arm"


def _timed(plan: Plan) -> float:
    """Seconds of one history of a plan, of which nothing is written."""
    return float(seconds_per_history(plan))


def names_asked(claims: Claims, asked: Sequence[str]) -> tuple[str, ...]:
    """The claims that are meant by what somebody typed: 'all', or names."""
    if tuple(asked) == ("all",):
        return tuple(claims.claims)
    return tuple(dict.fromkeys(claims.named(name).name for name in asked))


def plain_arm(named: NamedArm) -> dict[str, Any]:
    """An arm as plain data."""
    return {**named.arm.plain(), "meaning": named.meaning}
