"""Selecting, forking and keeping: everything about one turning point of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from whowhom.engine.checkpoint import save_checkpoint
from whowhom.engine.contract import Model
from whowhom.engine.scenario import Scenario
from whowhom.errors import ParameterError, quoted
from whowhom.experiments.plan import Plan
from whowhom.experiments.turning import Branch, Reached, compare, leave, reach, share_reached
from whowhom.experiments.turning_points import TurningPoint
from whowhom.provenance import cores

if TYPE_CHECKING:
    import pandas as pd

#: A century: no history goes on for longer after a turning point [weeks].
MOST_WEEKS = 5200

#: Totals that are compared after a turning point, if the model has them.
TOTALS = ("executed_total", "camp_weeks_total", "camp_deaths_total", "combat_deaths_total", "hostages_executed_total", "burnt_deaths_total", "famine_deaths_total")  # fmt: skip


@dataclass(frozen=True)
class AtTurningPoint:
    """Histories that reached a turning point, and where each option led them.

    Attributes
    ----------
    point, scenario, model
        What was asked.
    reached
        One for each history.
    branches
        Going on as it was, and each option, of every history that reached the turning point.
    persons
        Of each history [persons].
    """

    scenario: Scenario
    model: Model
    point: TurningPoint
    reached: Sequence[Reached]
    branches: Sequence[Branch]
    persons: int

    @property
    def share(self) -> dict[str, float]:
        """How many histories reached the turning point, with an interval, and when."""
        return share_reached(self.reached)

    def date_of(self, week: float) -> str:
        """First day of a week."""
        return self.scenario.date_of(round(week)).isoformat()

    def table(self) -> pd.DataFrame:
        """Each option against going on (`experiments.turning.compare`)."""
        known = {observable.name for observable in self.model.observables}
        return compare(self.model, self.branches, totals=[name for name in TOTALS if name in known])

    def keep(self, folder: str | Path) -> int:
        """Write every state at the turning point as a checkpoint `POINT-REPLICATE.npz`; return how many.

        `engine.run.run_history(..., start=load_checkpoint(...), change=...)` goes on from one under any settings.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        there = [one for one in self.reached if one.snapshot is not None]
        for one in there:
            assert one.snapshot is not None
            save_checkpoint(
                place / f"{self.point.name}-{one.replicate}.npz",
                snapshot=one.snapshot,
                model=self.model,
                settings=one.settings,
                persons=self.persons,
                seed=one.seed,
            )
        return len(there)


def look_at_turning_point(plan: Plan, point: TurningPoint, *, weeks: int, threads: int | None) -> AtTurningPoint:
    """Select the histories of a plan's last arm that reach a turning point, and go on from each.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise ParameterError(f"'weeks' must be in [1, {MOST_WEEKS}], got {quoted(weeks)}. A year has 52.")
    design = plan.checked()
    arm = design[len(design) - 1].arm
    cases = [(case.seed, case.settings) for case in design if case.arm == arm]
    hands = threads or cores()
    reached = reach(plan.model, point, cases, persons=plan.persons, threads=hands)
    branches = leave(plan.model, point, reached, persons=plan.persons, weeks=weeks, threads=hands)
    return AtTurningPoint(plan.scenario, plan.model, point, reached, branches, plan.persons)
