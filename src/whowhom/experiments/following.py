"""Following the persons of one history of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.scenario import Scenario
from whowhom.experiments.lives import Life, flows, lives, who_went
from whowhom.experiments.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Followed:
    """One history whose persons are followed.

    Attributes
    ----------
    lives
        Of the persons asked for, or of the first of those who match the path.
    matching
        int64, numbers of the simulated persons who match the path; empty without one.
    simulated
        Simulated persons of the history [persons].
    """

    scenario: Scenario
    lives: tuple[Life, ...]
    matching: NDArray[np.int64]
    simulated: int
    _asked: Mapping[str, Any]

    def date_of(self, tick: int) -> date:
        """First day of a week."""
        return self.scenario.date_of(tick)

    def table(self) -> pd.DataFrame:
        """Dated situations: `person`, `weight`, `week`, `date`, `situation` (words joined by spaces)."""
        import pandas as pd

        rows = [
            (life.person, life.weight, one.tick, self.date_of(one.tick).isoformat(), " ".join(one.words))
            for life in self.lives
            for one in life.situations
        ]
        return pd.DataFrame(rows, columns=["person", "weight", "week", "date", "situation"])

    def flows(self) -> pd.DataFrame:
        """Who went from which state to which other: `week`, `before`, `after`, `simulated`, `persons`. Plays the history again."""
        return flows(**self._asked)


def follow_persons(plan: Plan, *, people: tuple[int, ...], path: Iterable[str] | None, at_most: int) -> Followed:
    """Follow persons through the first history of a plan's last arm; the words are those of `whowhom.follow`.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    design = plan.checked()
    asked: dict[str, Any] = {
        "model": plan.model,
        "settings": design[len(design) - 1].settings,
        "persons": plan.persons,
        "seed": plan.seed,
        "ticks": plan.ticks,
    }
    matching = np.empty(0, np.int64) if path is None else who_went(path=list(path), **asked)
    found = lives(people=(*people, *matching[:at_most].tolist()), **asked)
    return Followed(plan.scenario, found.lives, matching, found.simulated, asked)
