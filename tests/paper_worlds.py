"""Small worlds with informers, limits, dossiers, legality, petitions, propaganda and censorship (E42 to E48).

`BUSY` are settings under which each of them acts within some weeks, in a harsh small country whose apparatus has capacity to spare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.machine_worlds import NEVER, SMALL_TROOPS, harsh_small, small_world
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.world import MachineWorld

PAPER_SWITCHES = ("informers", "quotas", "legality", "propaganda", "censorship")
"""Those that are off unless turned on; dossiers are on."""

BUSY: dict[str, float] = {
    "names.acted_on": 0.1,
    "apparatus.arrests_per_officer": 5.0,
    "apparatus.case_hunger": 0.3,
    "apparatus.dossier_weight": 0.3,
    "informers.per_person": 0.02,
    "informers.per_officer": 3.0,
    "informers.reports": 2.0,
    "informers.speed": 0.5,
    "informers.precision": 0.8,
    "quotas.start": 0.003,
    "quotas.growth": 0.2,
    "legality.level": 0.5,
    "petitions.scale": 0.5,
    "petitions.doubt": 0.05,
    "petitions.release": 0.2,
    "propaganda.level": 1.0,
    "propaganda.effect": 0.02,
    "propaganda.dissonance": 0.05,
    "censorship.level": 0.6,
}
SPARE: dict[str, float] = {
    "names.acted_on": 0.0,
    "apparatus.case_hunger": 0.4,
    "apparatus.arrests_per_officer": 10.0,
    "apparatus.aim": 0.5,
    "apparatus.founding_week": 0,
    "informers.reports": 1.0,
    "quotas.start": 0.02,
}
"""Room for reports, own cases and limits alike, so that limits are fulfilled within sixteen weeks."""
QUIETLY = {
    "petitions.doubt": 0.0,
    "petitions.release": 0.0,
}
"""Petitions have no switch: with these they have no effect."""


def paper_settings(
    values: Mapping[str, float] | None = None, *, on: Iterable[str] = (), off: Iterable[str] = ()
) -> Settings:
    """Settings of a small country with switches turned on and off."""
    switches = dict.fromkeys(on, True) | dict.fromkeys(off, False)
    return Settings.of(DECLARATIONS, values={"army.troops": SMALL_TROOPS} | dict(values or {}), switches=switches)


def paper_world(
    values: Mapping[str, float] | None = None,
    *,
    on: Iterable[str] = PAPER_SWITCHES,
    off: Iterable[str] = (),
    **more: Any,
) -> MachineWorld:
    """A busy harsh world that does not fall."""
    chosen = paper_settings(harsh_small(NEVER | BUSY | dict(values or {})), on=on, off=off)
    return small_world(settings=chosen, **more)
