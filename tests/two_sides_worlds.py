"""Worlds with two sides (E54 to E58): fronts that come and go, a rival with instruments, talks, recruitment, a takeover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.machine_worlds import NEVER, harsh_small, small_layout, small_world
from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.layout import Layout
from whowhom.models.machine.world import MachineWorld

FRONT = {"North": 0.0, "South": 1.0, "East": 0.7}
"""Nobody comes to North, one of whose garrisons has its homes in South."""
SIDES = ("fronts", "rival_instruments", "rival_vectors", "negotiation", "recruitment")
WAR: dict[str, float] = {
    "front.recruits": 0.1,
    "front.aid": 0.002,
    "front.disband": 0.25,
    "front.speed": 1.0,
    "path.intervention": 0.3,
    "recruitment.rate": 0.02,
    "negotiation.comfort": 0.01,
    "rival.base_arrest": 0.5,
    "rival.base_exile": 0.4,
    "rival.base_camp": 0.4,
    "rival.base_execution": 0.3,
    "rival.torture": 2.0,
    "rival.prior_suspicion": 0.05,
    "apparatus.floor": 0.01,
}
"""A war that moves within weeks, against a rival who is harder than the regime."""
TIDE = Schedule(((0, 0.6), (8, 0.0), (18, 0.6)), "step")
"""The civil war comes, goes and comes back, so that provinces change hands both ways."""
ALWAYS, LATE = Schedule(((0, 0.6),), "step"), Schedule(((0, 0.0), (10, 0.6)), "step")


def front_layout(front: Mapping[str, float] = FRONT, *, times: int = 1) -> Layout:
    """The small country with a front, and without a capital that could be lost."""
    layout = small_layout(times=times)
    return replace(layout, provinces=tuple(replace(x, front=front[x.name]) for x in layout.provinces), capitals=())


def sides_settings(
    values: Mapping[str, float] | None = None, *, on: Iterable[str] = SIDES, war: Schedule = TIDE
) -> Settings:
    """Harsh settings without a fall, with a war that comes and goes and some switches on."""
    chosen = harsh_small(NEVER | WAR | {"control.ratio": 1.0} | dict(values or {}))
    return Settings.of(DECLARATIONS, values=chosen, schedules={"path.civil_war": war}, switches=dict.fromkeys(on, True))


def sides_world(
    values: Mapping[str, float] | None = None,
    *,
    on: Iterable[str] = SIDES,
    seed: int = 1,
    skip: bool = True,
    layout: Layout | None = None,
    war: Schedule = TIDE,
) -> MachineWorld:
    """A small world under these settings."""
    return small_world(
        settings=sides_settings(values, on=on, war=war), layout=layout or front_layout(), seed=seed, skip=skip
    )


KEPT: dict[str, float] = {
    "repression.execution_delay": 3.0,
    "repression.custody_weeks": 4.0,
    "hostages.rate": 1.0,
    "hostages.base": 0.8,
    "hostages.release": 0.1,
    "apparatus.arrests_per_officer": 10.0,
    "apparatus.founding_week": 0,
    "front.aid": 0.0,
    "decision.opposition_soldier": 0.55,
    "recruitment.rate": 0.2,
    "recruitment.care": 1.0,
}
"""Prisons full of persons, soldiers and hostages too, when provinces change hands; many recruits."""
RISING: dict[str, float] = {"control.ratio": 0.01, "arming.rate": 2.0, "combat.kill_rate": 0.0, "front.disband": 0.05}
"""Armed people who drive the rival out as soon as he has come."""


def live_on_two_sides() -> None:
    """Live weeks in which everything of E54 to E58 happens, with prisoners and hostages of both sides, and a takeover."""
    for values, on, war, weeks in (
        ({}, SIDES, TIDE, 26),
        (KEPT, (*SIDES, "hostages_kin", "purge"), LATE, 20),
        (RISING, ("fronts",), TIDE, 14),
    ):
        world = sides_world(values, on=on, seed=2, war=war)
        for _ in range(weeks):
            world.step()
    mutinous = {"decision.opposition_soldier": 0.75}
    world = sides_world(mutinous, on=("fronts",), seed=2)
    for week in range(5):
        if week == 3:
            world.change(sides_settings(mutinous, on=("fronts", "takeover")))
        world.step()
