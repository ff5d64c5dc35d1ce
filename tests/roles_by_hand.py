"""A quiet world to change by hand, and what must hold in it whoever's role has changed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.machine_worlds import small_layout, small_world
from tests.plain_weeks import clone
from whowhom.engine import streams
from whowhom.engine.population import ABROAD, ARMED, CHILD, DETAINED, PARTY, ROLE_BITS, SOLDIER, VOICE, World
from whowhom.mechanisms.bounds import HIGH, LOW, UNIT
from whowhom.mechanisms.stream import TRAITS


@functools.cache
def _built() -> World:
    return small_world(layout=small_layout(times=2)).arrays


def quiet_world(values: Mapping[str, float] | None = None, *, on: tuple[str, ...] = ()) -> World:
    """A quiet small world at its start, with some parameters changed and switches of this cluster turned on this week."""
    w = clone(_built())
    for name, value in (values or {}).items():
        w.p[0][name.replace(".", "_")] = value
    for name in on:
        w.p[0][f"on_{name}"] = 1
    return w


def of_role(w: World, role: int) -> np.ndarray:
    """Everybody of a role."""
    return np.flatnonzero(w.role & ROLE_BITS == role)


def assert_counted(w: World) -> None:
    """Counts of communities, strata and settlements are those of persons."""
    role, community = w.role & ROLE_BITS, np.arange(len(w.state)) >> 6
    soldier, free = role == SOLDIER, w.state <= ARMED
    civilian = (role != CHILD) & ~soldier
    parts = {"free": civilian & free, "voice": civilian & (w.state == VOICE), "armed": civilian & (w.state == ARMED)}
    parts |= {"soldiers": soldier & free, "soldier_voice": soldier & (w.state == VOICE)}
    parts |= {"soldier_armed": soldier & (w.state == ARMED)}
    stratum = w.community["stratum"][community]
    for name, chosen in parts.items():
        assert np.array_equal(w.community[name], _by(community, chosen, len(w.community))), name
        assert np.array_equal(w.stratum[name], _by(stratum, chosen, len(w.stratum))), name
    for name, chosen in (("insiders", role >= PARTY), ("insiders_free", (role >= PARTY) & free)):
        assert np.array_equal(w.stratum[name], _by(stratum, chosen, len(w.stratum))), name
    for name, state in (("detained", DETAINED), ("abroad", ABROAD)):
        assert np.array_equal(w.stratum[name], _by(stratum, (role != CHILD) & (w.state == state), len(w.stratum))), name
    settlement = w.community["settlement"][community]
    assert np.array_equal(w.settlement["armed"], _by(settlement, w.state == ARMED, len(w.settlement)))


def _by(index: np.ndarray, chosen: np.ndarray, size: int) -> np.ndarray:
    """How many of the chosen there are in each place."""
    return np.bincount(index[chosen], minlength=size)


def aversions(w: Any) -> np.ndarray:
    """Risk aversion of everybody, as the uniform number that it is made from."""
    community = np.arange(len(w.state)) >> 6
    ordinal = w.community["ordinal"][community].astype(np.int64) + (np.arange(len(w.state)) & 63)
    tag = w.stratum["tag"][w.community["stratum"][community]].astype(np.int64)
    n = w.nation[0]
    draw = (
        (streams.philox(int(a), int(b) << 16, 0, TRAITS, int(n.k0), int(n.k1))[2])
        for a, b in zip(ordinal, tag, strict=True)
    )
    return np.array([streams.unit(word) for word in draw])


def excess(w: Any, u: np.ndarray) -> float:
    """By how much anybody exceeds the bounds of the community, at the burdens 0, LOW and HIGH; not above 0 if the bounds hold."""
    community, role = np.arange(len(w.state)) >> 6, w.role & ROLE_BITS
    found = -np.inf
    for burden, names in (
        (0.0, ("margin", "soldier")),
        (LOW, ("low", "soldier_low")),
        (HIGH, ("high", "soldier_high")),
    ):
        reach = np.maximum(w.margin - u * burden * UNIT, -32768.0)
        for name, who in zip(names, ((role != CHILD) & (role != SOLDIER), role == SOLDIER), strict=True):
            bound = w.community[f"best_{name}"][community]
            found = max(found, float((reach - bound)[who].max(initial=-np.inf)))
    return found
