"""Worlds for the analytic limits: the slow reference and the compiled model behind one face, small layouts, and the check itself.

Every limit is tested on both, by the same code. Only this file knows how each of them is built and what its state is called.

A check compares an estimate with its expectation and passes if they differ by less than the quantile of the normal distribution at the
stated false-alarm rate: 1e-6 unless told, that is 4.89 standard errors. Seeds are fixed, so a check that passes once always passes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import START, state_of
from tests.reference.week import ReferenceWorld

from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.layout import Layout, Province, Stratum, tag_of
from whowhom.models.machine.world import MachineWorld

Q, V, G, DETAINED, CAMP, EXILE, EXECUTED, DEAD = range(8)
KINDS = (pytest.param("reference", marks=pytest.mark.slow), "compiled")
LARGER = {"reference": 1, "compiled": 32}
"""How many times more communities the compiled model gets: its checks are finer by the root of it."""

CALM: dict[str, float] = {
    "decision.social_weight": 0.0,
    "decision.anger_weight": 0.0,
    "decision.risk_aversion": 0.0,
    "decision.rally_weight": 0.0,
    "decision.start_fear": 0.0,
    "decision.start_anger": 0.0,
    "decision.weight_local": 0.0,
    "decision.weight_nation": 0.0,
    "population.adult_share": 0.9,
    "arming.rate": 0.0,
    "repression.dossier_severity": 0.0,
    "names.acted_on": 0.0,
    "names.true_share": 0.0,
    "apparatus.case_hunger": 0.0,
    "apparatus.dossier_weight": 0.0,
    "apparatus.aim": 0.0,
    "apparatus.per_threat": 0.0,
    "apparatus.per_queue": 0.0,
    "apparatus.load_growth": 0.0,
    "emotion.fear_gain": 0.0,
    "emotion.anger_gain": 0.0,
    "emotion.injustice": 0.0,
    "emotion.hardship": 0.0,
    "emotion.reversion": 0.0,
    "food.famine_death": 0.0,
    "camp.death": 0.0,
    "camp.release": 0.0,
    "exile.return": 0.0,
    "collapse.control_share": 0.0,
    "collapse.cadre_share": 1.0,
    "collapse.worker_share": 1.0,
    "collapse.nation_share": 1.0,
}
"""Everything that could disturb a limit is 0; a test turns on what it is about."""

FULL_ARREST: dict[str, float] = {
    "centre.base_arrest": 1.0,
    "centre.ceiling_arrest": 1.0,
    "apparatus.founding_week": 0,
    "apparatus.growth_per_week": 1.0,
    "apparatus.floor": 0.01,
    "apparatus.cap": 0.05,
    "apparatus.officer_presence": 0.0,
    "apparatus.arrests_per_officer": 10.0,
}
"""An apparatus of a hundredth of the inhabitants that serves a tenth of them a week; full once it has grown, before `GROWN`."""

TO_CAMP_FOR_EVER: dict[str, float] = {
    "repression.custody_weeks": 1.0,
    "repression.conviction": 1.0,
    "repression.share_executed": 0.0,
    "repression.share_camp": 1.0,
    "centre.base_camp": 1.0,
    "centre.ceiling_camp": 1.0,
}

GROWN = 15
ARRESTS_LATER = {"arrests": ((0, False), (GROWN, True))}
"""Arrests begin when the apparatus has grown, so that capacity never binds."""


def layout_of(*provinces: Sequence[tuple[str, int, float, float]]) -> Layout:
    """A layout: for each province its strata as (kind, communities, weight, offset); no garrisons, no capital."""
    seen: set[int] = set()
    names, strata = [], []
    for r, rows in enumerate(provinces):
        tags: set[int] = set()
        for attempt in range(100):  # two equal tags would share random numbers
            name = f"P{r}" if attempt == 0 else f"P{r}.{attempt}"
            tags = {tag_of(text) for text in (name, *(f"{name}/{row[0]}" for row in rows))}
            if len(tags) == 1 + len(rows) and not tags & seen:
                break
        seen |= tags
        names.append(Province(name, 1.0))
        strata += [
            Stratum(r, kind, -1, communities, weight * 64 * communities, offset, f"{name}/{kind}")
            for kind, communities, weight, offset in rows
        ]
    return Layout(provinces=tuple(names), strata=tuple(strata), pools=(), capitals=())


class Watched:
    """A world of either kind: step it, look at its state."""

    def __init__(self, world: Any, layout: Layout) -> None:
        self.world, self.layout = world, layout
        self.stratum = np.repeat(np.arange(len(layout.strata)), [64 * row.communities for row in layout.strata])
        self.province = np.array([row.province for row in layout.strata])[self.stratum]
        self.kind = np.array([row.kind for row in layout.strata])[self.stratum]
        self.weight = np.array([row.weight for row in layout.strata])[self.stratum]
        self._state: Mapping[str, Any] | None = None

    def live(self, weeks: int) -> Watched:
        """Live some weeks."""
        self._state = None
        for _ in range(weeks):
            self.world.step()
        return self

    def look(self, name: str) -> np.ndarray:
        """An array of the state, by its name in the reference's snapshot."""
        if self._state is None:
            self._state = self.world.snapshot() if isinstance(self.world, ReferenceWorld) else state_of(self.world)
        return np.array(self._state[name])

    @property
    def r_d(self) -> float:
        """The reproduction number of denunciation that the world reports."""
        return float(self.world.r_d if isinstance(self.world, ReferenceWorld) else self.world.arrays.nation[0].r_d)

    @property
    def adult(self) -> np.ndarray:
        return self.look("role") > 0

    def share(self, states: Sequence[int], among: np.ndarray | None = None, of: Sequence[int] = range(8)) -> float:
        """Share of the country's adults (among some, in the states `of`) who are in some states."""
        state, whom = self.look("state"), self.adult if among is None else self.adult & among
        base = whom & np.isin(state, list(of))
        return float(self.weight[base & np.isin(state, list(states))].sum() / self.weight[base].sum())


def world_of(
    kind: str,
    layout: Layout,
    values: Mapping[str, float],
    *,
    seed: int = 1,
    off: Sequence[str] = (),
    switch_dates: Mapping[str, Any] | None = None,
    schedules: Mapping[str, Schedule] | None = None,
    reference: type[ReferenceWorld] = ReferenceWorld,
) -> Watched:
    """Build a world of either kind with `CALM` and these values."""
    settings = Settings.of(
        DECLARATIONS,
        values={name: value for name, value in {**CALM, **values}.items() if name not in (schedules or {})},
        schedules=schedules or {},
        switches=dict.fromkeys(off, False),
        switch_dates=switch_dates or {},
    )
    if kind == "reference":
        world: Any = reference(layout, value=settings.value, on=settings.on, start=START, seed=seed)
    else:
        world = MachineWorld(layout, settings=settings, seed=seed, start=START)
    return Watched(world, layout)


def agrees(name: str, estimate: float, error: float, expected: float, *, rate: float = 1e-6) -> bool:
    """Print an estimate beside its expectation and say whether they agree at the false-alarm rate."""
    z = (estimate - expected) / error
    limit = NormalDist().inv_cdf(1 - rate / 2)
    print(f"{name}: {estimate:.6g} (standard error {error:.2g}), expected {expected:.6g}, z = {z:+.2f}")
    return math.isfinite(z) and abs(z) < limit


def as_normal(degrees: int, *, rate: float = 1e-6) -> float:
    """The rate that gives `agrees` the limit of Student's t at a false-alarm rate, for errors estimated from few parts."""
    return float(2 * stats.norm.sf(stats.t.isf(rate / 2, degrees)))
