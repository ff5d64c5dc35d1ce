"""What is true of each simulated person now, as a code, for those who follow persons (`experiments.lives`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Word
from whowhom.engine.population import (
    COMMUNITY,
    CONDEMNED,
    DESERTER_BIT,
    EXPELLED_BIT,
    FOUNDER_BIT,
    ROLE_BITS,
    SOLDIER,
    STATE_NAMES,
    World,
)

_STATE, _ROLE = 15, ROLE_BITS << 4
_ROLES = ("child", "peasant", "worker", "townsperson", "soldier", "party", "cadre")
_FLAGS = (("founder", FOUNDER_BIT), ("expelled", EXPELLED_BIT), ("deserter", DESERTER_BIT))
_CONDEMNED, _DOUBTING = 1 << 16, 1 << 17

PERSON_WORDS = (
    *(Word(name, _STATE, code, "state") for code, name in enumerate(STATE_NAMES)),
    *(Word(name, _ROLE, code << 4) for code, name in enumerate(_ROLES)),
    *(Word(name, bit << 4, bit << 4) for name, bit in _FLAGS),
    Word("condemned", _CONDEMNED, _CONDEMNED),
    Word("doubting", _DOUBTING, _DOUBTING, privacy="analyst"),
)
"""*doubting*: private opposition and anger have come near to open dissent (`apparatus.target_margin`), whatever the person shows."""


def situations(w: World) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Code of each simulated person's situation, uint32 [persons], and the persons of the country that each stands for, float64 [persons]."""
    community, stratum = w.community.view(np.ndarray), w.stratum.view(np.ndarray)
    codes: NDArray[np.uint32] = w.state.astype(np.uint32)
    codes |= w.role.astype(np.uint32) << np.uint32(4)
    codes |= np.where(w.marks & CONDEMNED != 0, np.uint32(_CONDEMNED), np.uint32(0))
    codes |= np.where(_doubting(w), np.uint32(_DOUBTING), np.uint32(0))
    return codes, np.repeat(stratum["weight"][community["stratum"]], COMMUNITY)


def _doubting(w: World) -> NDArray[np.bool_]:
    """Who is near to open dissent: the margin with shift and anger of the community, or of a soldier's garrison."""
    p: Any = w.p.view(np.ndarray)[0]
    community, stratum, pool = (table.view(np.ndarray) for table in (w.community, w.stratum, w.pool))
    alpha, least = float(p["decision_anger_weight"]), float(p["apparatus_target_margin"])
    mood = np.repeat(_mood(community, alpha), COMMUNITY)
    if len(pool):
        garrison = stratum["pool"][community["stratum"]]
        serving = np.repeat(
            _mood(pool, alpha)[garrison], COMMUNITY
        )  # of no garrison: the last one's, which is not used
        mood = np.where(w.role & ROLE_BITS == SOLDIER, serving, mood)
    adult = w.role & ROLE_BITS != 0
    return adult & (w.margin / 8192.0 + mood > least)


def _mood(rows: Any, alpha: float) -> NDArray[np.float64]:
    mood: NDArray[np.float64] = rows["shift"].astype(np.float64) + alpha * rows["anger"].astype(np.float64)
    return mood
