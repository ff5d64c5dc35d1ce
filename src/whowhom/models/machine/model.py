"""The flagship: the machine, on the model contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from whowhom.engine.calendar import Calendar
from whowhom.engine.contract import Observable
from whowhom.engine.population import COMMUNITY
from whowhom.engine.settings import Settings
from whowhom.engine.streams import GENERATOR
from whowhom.errors import ModelError
from whowhom.models.machine.conditions import CONDITIONS
from whowhom.models.machine.declarations import DECLARATIONS, INTENSITIES
from whowhom.models.machine.layout import make_layout
from whowhom.models.machine.observables import OBSERVABLES
from whowhom.models.machine.persons_now import PERSON_WORDS
from whowhom.models.machine.structure import problems_of
from whowhom.models.machine.world import MachineWorld
from whowhom.parameters import Declarations


class Machine:
    """A regime that lives by repression, person by person, a week at a time (`docs/machine.md`)."""

    name = "machine"
    version = "3"
    meaning = "a regime that lives by repression: persons, an apparatus and a blind centre, week by week"
    declarations: Declarations = DECLARATIONS
    observables: tuple[Observable, ...] = OBSERVABLES
    tick_days = 7
    smallest_persons = 10_000
    generator = GENERATOR
    intensities: frozenset[str] = INTENSITIES
    shares_worlds = True
    person_words = PERSON_WORDS
    conditions = CONDITIONS

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Everything wrong with the scenario's provinces, garrisons, party, country and capitals."""
        return problems_of(structure)

    def build(self, settings: Settings, *, persons: int, seed: int, threads: int = 1) -> MachineWorld:
        """Build a world of at most so many simulated persons (whole communities of 64), whose provinces are shared by so many threads.

        Raises
        ------
        ModelError
            If there are fewer persons than `smallest_persons`.
        ScenarioError
            If the provinces cannot be laid out.
        """
        if persons < self.smallest_persons:
            raise ModelError(
                f"'persons' must be at least {self.smallest_persons}, got {persons}. "
                "Below that the rare strata (party, cadres, named garrisons) would crowd out the country."
            )
        start = date.fromisoformat(str(settings.structure["start"]))
        layout = make_layout(
            settings.structure,
            communities=persons // COMMUNITY,
            adult_share=settings.value("population.adult_share", 0),
            soldier_share=settings.value("population.soldier_share", 0),
            tick_of=Calendar(start, self.tick_days).tick_of,
        )
        return MachineWorld(layout, settings=settings, seed=seed, start=start, threads=threads)


MACHINE = Machine()
"""The one instance that the registry of models knows."""
