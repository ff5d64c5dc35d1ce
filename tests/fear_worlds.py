"""Small worlds in which all instruments of fear and force act (E35, E36, E38 to E40, E49, E50), for tests that look inside a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.machine_worlds import NEVER, harsh_small, settings_of, small_layout, small_world
from whowhom.engine.settings import Settings
from whowhom.models.machine.world import MachineWorld

FEAR_SWITCHES = ("threats", "hostages_kin", "village_destruction", "area_weapon_announced", "area_weapon_used")
RUNGS = ("hostages", "villages", "area")
FEAR: dict[str, float] = {
    **{f"{rung}.{what}": value for rung in RUNGS for what, value in (("base", 0.3), ("threshold", 0.02))},
    "threats.exposure": 0.1,
    "orders.obedience": 0.7,
    "repression.execution_delay": 3.0,
    "combat.captured": 0.4,
    "hostages.rate": 0.5,
    "hostages.executed": 0.3,
    "hostages.weight": 3.0,
    "villages.rate": 0.4,
    "villages.death": 0.1,
    "area.effect": 2.0,
    "apparatus.founding_week": 0,
    "apparatus.arrests_per_officer": 10.0,
    "apparatus.floor": 0.01,
    "apparatus.case_hunger": 0.1,
    "combat.kill_rate": 0.03,
    "names.base": 0.3,
    "names.per_torture": 0.3,
    "arming.lay_down": 0.02,
    "decision.start_dissent": 0.15,
    "decision.opposition_soldier": 0.3,
}
"""Parameters under which every one of them acts within some weeks of a harsh small world: capacity to spare, many in arms."""


def fear_settings(
    values: Mapping[str, float] | None = None, *, on: Iterable[str] = FEAR_SWITCHES, off: Iterable[str] = ()
) -> Settings:
    """Harsh settings in which nothing falls, with these instruments."""
    return settings_of(harsh_small(NEVER | FEAR | dict(values or {}))).replace(on=tuple(on), off=tuple(off))


def fear_world(
    values: Mapping[str, float] | None = None,
    *,
    on: Iterable[str] = FEAR_SWITCHES,
    off: Iterable[str] = (),
    seed: int = 1,
    times: int = 1,
    skip: bool = True,
) -> MachineWorld:
    """A small world under them."""
    return small_world(
        settings=fear_settings(values, on=on, off=off), seed=seed, layout=small_layout(times=times), skip=skip
    )


def live_fearfully() -> None:
    """Live weeks in which all of them act on everybody: rebels who are taken alive, insiders among kin, executions and then camps and exile given up."""
    given_up = ("executions", "camps", "exile")
    waiting = {"repression.execution_delay": 20.0, "decision.opposition_party": 0.6, "decision.opposition_cadre": 0.6}
    waiting |= {"decision.opposition_soldier": 0.33, "captives.executed": 0.9}
    rebels = {"decision.opposition_soldier": 0.4, "combat.captured": 0.9, "names.base": 4.0, "names.per_torture": 4.0}
    calm = {"combat.kill_rate": 0.003, "villages.rate": 0.02, "hostages.rate": 0.1, "food.famine_death": 0.0}
    calm |= {"hostages.release": 1.0, "hostages.surrender": 0.5}
    for values, off in ((rebels, given_up[:1]), (waiting, given_up[:2]), (waiting | calm, given_up)):
        world = fear_world(values, seed=2)
        for week in range(24):
            if week == 19:
                world.change(fear_settings(values | {"repression.execution_delay": 2.0}, off=off))
            world.step()
