"""Worlds of the machine for tests: the scenario `soviet`, small layouts built by hand, harsh settings, the reference beside the model.

A small world has all kinds of communities, two garrisons of which one is homed in another province, and two capitals in turn, in 2,560
persons, so that a test can live many weeks of it. `HARSH` are settings under which everything happens within some weeks.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from tests.reference.week import ReferenceWorld
from whowhom.engine.population import (
    CONDEMNED,
    DESERTER_BIT,
    EVER_ARMED,
    EVER_VOICE,
    EXPELLED_BIT,
    FLOWS,
    FOUNDER_BIT,
    ORIGIN_BITS,
    ORIGIN_SHIFT,
    ROLE_BITS,
)
from whowhom.engine.scenario import Scenario, load_scenario
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.layout import Capital, Layout, Pool, Province, Stratum
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.world import MachineWorld

PERSONS = 10_240
START = datetime.date(1917, 11, 7)
SWITCHES = tuple(switch.name for switch in DECLARATIONS.switches)
NEVER: dict[str, float] = {
    "control.ratio": 100.0,
    "collapse.control_share": 0.0,
    "collapse.capital_weeks": 520,
    "collapse.army_share": 0.0,
    "collapse.cadre_share": 1.0,
    "collapse.ration": 0.0,
    "collapse.nation_share": 1.0,
}
"""Settings under which no world falls and no province is lost."""

HARSH: dict[str, float] = {
    "decision.start_dissent": 0.08,
    "decision.social_weight": 0.5,
    "decision.risk_aversion": 0.5,
    "arming.rate": 0.5,
    "arming.lay_down": 0.05,
    "repression.custody_weeks": 2.0,
    "repression.conviction": 0.7,
    "repression.share_interned": 0.5,
    "repression.torture": 1.0,
    "names.base": 4.0,
    "names.per_torture": 4.0,
    "names.acted_on": 0.9,
    "names.repeated": 0.1,
    "names.community": 0.3,
    "camp.death": 0.05,
    "camp.release": 0.05,
    "exile.return": 0.1,
    "apparatus.founding_week": 1,
    "apparatus.growth_per_week": 1.0,
    "apparatus.floor": 0.005,
    "apparatus.cap": 0.05,
    "apparatus.arrests_per_officer": 2.0,
    "apparatus.case_hunger": 0.5,
    "centre.smoothing": 0.5,
    "centre.escalation": 0.5,
    "centre.concession_threshold": 0.01,
    "centre.concession_from": 0,
    "emotion.exposure_province": 0.3,
    "emotion.hardship": 0.02,
    "emotion.concession_comfort": 0.001,
    "emotion.grief_decay": 0.2,
    "food.famine_death": 0.01,
    "food.stock_weeks": 2.0,
    "food.requisition_share": 0.3,
    "food.city_floor": 0.1,
    "army.troops": 300_000.0,
    "army.home_share": 0.5,
    "control.ratio": 3.0,
    "collapse.control_share": 0.0,
    "collapse.capital_weeks": 520,
    "collapse.nation_share": 1.0,
}
"""Settings under which every mechanism acts within some weeks, at the size and for the troops of `soviet`."""


@functools.cache
def soviet() -> Scenario:
    """The shipped scenario, read once."""
    return load_scenario(
        "soviet", lambda _: DECLARATIONS, structure_problems_of=lambda _, tables: MACHINE.problems(tables)
    )


def soviet_settings(
    values: Mapping[str, float] | None = None, *, off: Iterable[str] = (), from_tick: int = 0
) -> Settings:
    """Settings of `soviet` with some parameters and switches changed."""
    return soviet().settings.replace(values or {}, off=tuple(off), from_tick=from_tick)


def soviet_world(settings: Settings | None = None, *, seed: int = 1, persons: int = PERSONS) -> MachineWorld:
    """The smallest world of `soviet`."""
    return MACHINE.build(soviet_settings() if settings is None else settings, persons=persons, seed=seed)


def settings_of(values: Mapping[str, float] | None = None, *, off: Iterable[str] = ()) -> Settings:
    """Settings without a scenario: defaults, and what is given."""
    return Settings.of(DECLARATIONS, values=values or {}, switches=dict.fromkeys(off, False))


# --- small layouts ----------------------------------------------------------------------------------------------------------------

PROVINCES = ("North", "South", "East")
SMALL_TROOPS = 3_000.0
_ROWS = (
    ("North", "village", "", 6, 30.0),
    ("North", "factory", "", 2, 12.0),
    ("North", "town", "", 2, 20.0),
    ("North", "homes", "Old guard", 3, 5.0),
    ("North", "party", "", 2, 4.0),
    ("North", "cadre", "", 1, 1.0),
    ("South", "village", "", 8, 40.0),
    ("South", "factory", "", 1, 10.0),
    ("South", "town", "", 1, 20.0),
    ("South", "homes", "Northern line", 3, 8.0),
    ("South", "party", "", 1, 4.0),
    ("South", "cadre", "", 1, 1.5),
    ("East", "village", "", 5, 25.0),
    ("East", "town", "", 2, 20.0),
    ("East", "homes", "Eastern line", 2, 8.0),
)
_POOLS = (
    ("Old guard", "North", "North", 500.0),
    ("Northern line", "North", "South", 800.0),
    ("Eastern line", "East", "East", 500.0),
)


def small_layout(
    provinces: Iterable[str] = PROVINCES, *, times: int = 1, kinds: Iterable[str] | None = None, spread: float = 1.0
) -> Layout:
    """A country of 2,560 simulated persons (`times` as many) in the given order of provinces.

    Parameters
    ----------
    provinces
        Names out of `PROVINCES`, in the order of storage; what concerns others is left out.
    times
        Simulated communities for each of the smallest layout; the country stays the same.
    kinds
        Only these kinds of communities.
    spread
        1: the weights of the table; 0: every simulated person stands for 20.
    """
    names = tuple(provinces)
    wanted = ("village", "factory", "town", "homes", "party", "cadre") if kinds is None else tuple(kinds)
    pools = [row for row in _POOLS if row[1] in names and row[2] in names and "homes" in wanted]
    index = {row[0]: g for g, row in enumerate(pools)}
    strata = []
    for r, name in enumerate(names):
        for place, kind, pool, communities, weight in _ROWS:
            if place != name or kind not in wanted or (pool and pool not in index):
                continue
            one = weight if spread else 20.0
            text = f"{name}/{kind}/{pool}" if pool else f"{name}/{kind}"
            strata.append(
                Stratum(
                    r, kind, index.get(pool, -1), times * communities, one * 64 * communities, _offset(name, kind), text
                )
            )
    capitals = [(0, "North", "Old guard"), (10, "East", "Eastern line")]
    return Layout(
        provinces=tuple(Province(name, 0.5 + 0.2 * PROVINCES.index(name)) for name in names),
        strata=tuple(strata),
        pools=tuple(
            Pool(name, names.index(place), names.index(home), soldiers, 0.0, named=True)
            for name, place, home, soldiers in pools
        ),
        capitals=tuple(
            Capital(week, names.index(province), index[pool]) for week, province, pool in capitals if pool in index
        ),
    )


def _offset(province: str, kind: str) -> float:
    return 0.03 * (PROVINCES.index(province) - 1) if kind in ("village", "town") else 0.0


def small_world(
    values: Mapping[str, float] | None = None,
    *,
    layout: Layout | None = None,
    off: Iterable[str] = (),
    seed: int = 1,
    skip: bool = True,
    settings: Settings | None = None,
    start: datetime.date = START,
) -> MachineWorld:
    """A compiled world on a small layout; troops fit its size unless given."""
    chosen = settings_of({"army.troops": SMALL_TROOPS} | dict(values or {}), off=off) if settings is None else settings
    return MachineWorld(layout or small_layout(), settings=chosen, seed=seed, start=start, skip=skip)


def harsh_small(values: Mapping[str, float] | None = None) -> dict[str, float]:
    """Harsh settings for a small layout."""
    return HARSH | {"army.troops": SMALL_TROOPS} | dict(values or {})


# --- the reference beside the model ---------------------------------------------------------------------------------------------------


def reference_of(world: MachineWorld, settings: Settings, *, seed: int, start: datetime.date = START) -> ReferenceWorld:
    """The slow reference on the layout of a compiled world."""
    return ReferenceWorld(world._layout, value=settings.value, on=settings.on, start=start, seed=seed)


_SAME = ("queue", "load", "control", "credibility", "informers", "line", "holder", "foreign", "rival", "facing")
_PROVINCIAL = {
    "hostages_rung": "hostage_ordered",
    "villages_rung": "village_ordered",
    "area_rung": "area_ordered",
    "limit": "quota",
    "fulfilled": "quota_fulfilled",
}
_UNKNOWN_TO_REFERENCE = ("arrests_opponents",)
"""What only analysts see is not in the reference."""


def state_of(world: MachineWorld) -> dict[str, Any]:
    """The whole state of a compiled world under the names and in the forms of the reference's snapshot."""
    w = world.arrays
    n = w.nation[0]
    state: dict[str, Any] = {
        "state": w.state,
        "role": w.role & ROLE_BITS,
        "founder": (w.role & FOUNDER_BIT) > 0,
        "expelled": (w.role & EXPELLED_BIT) > 0,
        "deserter": (w.role & DESERTER_BIT) > 0,
        "condemned": (w.marks & CONDEMNED) > 0,
        "margin": w.margin,
        "dossier": w.record & 15,
        "grief": w.record >> 4,
        "ever_voice": (w.marks & EVER_VOICE) > 0,
        "ever_armed": (w.marks & EVER_ARMED) > 0,
        "origin": (w.marks >> ORIGIN_SHIFT) & ((1 << ORIGIN_BITS) - 1),
        "pool_refusing": w.pool["refusing"],
        "officers": w.province["officers"],
        "threat": w.province["threat"],
        "accept_open": w.province["accept_open"],
        "fear_mean": w.province["fear"],
        "exposure_mean": w.province["exposure"],
        "use": w.use,
    }
    for name in ("fear", "anger", "shift"):
        state[name], state[f"pool_{name}"] = w.community[name], w.pool[name]
    for name in _SAME:
        state[name] = w.province[name]
    for name, field in _PROVINCIAL.items():
        state[name] = w.province[field]
    for name in FLOWS:
        if name not in _UNKNOWN_TO_REFERENCE:
            state[f"total_{name}"] = w.stratum[f"total_{name}"]
    state["risen"] = w.settlement["risen"]
    for name in ("foreigners", "concession", "stock", "harvest", "collecting", "danger", "taken"):
        state[name] = [float(n[name])]
    fields = ("accuser", "ordinal", "copy_number", "age", "target")
    state["inbox"] = sorted(tuple(int(row[field]) for field in fields) for row in world.waiting())
    return state


def differences(world: MachineWorld, reference: ReferenceWorld) -> list[str]:
    """Where a compiled world and the reference differ in any bit; empty if nowhere."""
    ours, theirs = state_of(world), reference.snapshot()
    found = [f"only one side has {name}" for name in sorted(ours.keys() ^ theirs.keys())]
    for name in sorted(ours.keys() & theirs.keys()):
        if name == "inbox":
            if ours[name] != [tuple(entry) for entry in theirs[name]]:
                found.append(f"inbox: {len(ours[name])} and {len(theirs[name])} entries")
            continue
        a, b = np.asarray(ours[name], dtype=float), np.asarray(theirs[name], dtype=float)
        if a.shape != b.shape:
            found.append(f"{name}: shapes {a.shape} and {b.shape}")
        elif (unequal := np.argwhere(a != b)).size:
            first = tuple(int(k) for k in unequal[0])
            found.append(f"{name}: {len(unequal)} places, first {first}: {a[first]!r} and {b[first]!r}")
    return found


def observed(world: MachineWorld) -> dict[str, float]:
    """Observables by name."""
    return dict(zip((x.name for x in MACHINE.observables), world.observe().tolist(), strict=True))


def happened(world: MachineWorld) -> dict[str, int]:
    """Simulated events so far by kind, all strata."""
    flows = [name for name in world.arrays.stratum.dtype.names if name.startswith("total_")]
    return {name.removeprefix("total_"): int(world.arrays.stratum[name].sum()) for name in flows}
