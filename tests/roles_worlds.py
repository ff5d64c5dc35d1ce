"""Worlds in which the party, the army, exit and life abroad (E51 to E53) have much to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.machine_worlds import NEVER, harsh_small, small_world
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.world import MachineWorld

PARTY_SWITCHES = ("faction_ban", "purge")
ARMY_SWITCHES = ("conscription", "amnesty")
EXIT_SWITCHES = ("exit", "deportation", "surveillance_abroad", "killing_abroad", "hostages_foreign", "exchange")
ROLE_SWITCHES = PARTY_SWITCHES + ARMY_SWITCHES + EXIT_SWITCHES

RATES: dict[str, float] = {
    "party.expulsion": 0.3,
    "purge.rate": 0.02,
    "purge.dossier": 0.02,
    "army.desertion": 0.8,
    "army.catch": 0.05,
    "army.return": 0.2,
    "army.conscription": 0.05,
    "amnesty.surrender": 0.3,
    "amnesty.release": 0.1,
    "exit.rate": 0.02,
    "deportation.share": 0.4,
    "abroad.return": 0.1,
    "abroad.echo": 2.0,
    "killing.rate": 0.1,
    "foreign.arrests": 20.0,
    "exchange.rate": 0.2,
    "path.intervention": 0.6,
}
"""High rates, each without effect where its switch is off, but for desertion, return from abroad and the echo."""
RESTLESS: dict[str, float] = {
    "decision.opposition_party": 0.6,
    "decision.opposition_cadre": 0.6,
    "decision.opposition_soldier": 0.5,
    "decision.rally_weight": 0.0,
    "repression.share_executed": 0.1,
    "repression.share_camp": 0.2,
}
"""Insiders and soldiers who dissent, and sentences that leave something over."""


def roles_settings(values: Mapping[str, float] | None = None, *, on: Iterable[str] = ROLE_SWITCHES) -> Settings:
    """Harsh settings without a fall, with high rates and some switches on."""
    chosen = harsh_small(NEVER | RESTLESS | RATES | dict(values or {}))
    return Settings.of(DECLARATIONS, values=chosen, switches=dict.fromkeys(on, True))


def roles_world(
    values: Mapping[str, float] | None = None, *, on: Iterable[str] = ROLE_SWITCHES, seed: int = 1, skip: bool = True
) -> MachineWorld:
    """A small world under these settings."""
    return small_world(settings=roles_settings(values, on=on), seed=seed, skip=skip)


def live_roles() -> None:
    """Live weeks in which everything of E51 to E53 happens: with and without the ban, and with soldiers who are deported and come back."""
    mutinous = {
        "decision.opposition_soldier": 0.55,
        "deportation.share": 1.0,
        "repression.conviction": 1.0,
        "abroad.return": 0.7,
    }
    mutinous |= {"repression.share_executed": 0.0, "repression.share_camp": 0.0, "repression.share_exile": 0.0}
    mutinous |= {"repression.custody_weeks": 1.0, "army.desertion": 0.1, "apparatus.arrests_per_officer": 10.0}
    for values, banned in (({}, True), ({"party.tolerance": 0.3}, False), (mutinous, True)):
        on = [name for name in ROLE_SWITCHES if banned or name != "faction_ban"]
        world = roles_world(values, on=on, seed=2)
        for _ in range(14):
            world.step()
