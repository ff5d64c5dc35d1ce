"""Conditions of a world by which histories can be selected: a garrison refuses, a province has armed centres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from whowhom.errors import ModelError, unknown
from whowhom.mechanisms.counts import REPRESENTED_ARMED, SIMULATED_ARMED
from whowhom.models.machine.layout import Layout


def _place(name: str, names: Sequence[str], *, kind: str, whole: str) -> int:
    if name not in names:
        raise ModelError(
            f"{unknown(kind, name, names)} In a world of few persons provinces are folded together; {whole}."
        )
    return list(names).index(name)


def garrison_refuses(world: Any, where: str) -> bool:
    """Whether more than half of a garrison's free soldiers are in open dissent (`docs/machine.md` 4.8)."""
    layout: Layout = world.layout
    pool = _place(
        where, [pool.name for pool in layout.pools], kind="garrison", whole="named garrisons are always there"
    )
    return bool(world.arrays.pool.view(np.ndarray)["refusing"][pool] > 0)


def armed_centre(world: Any, where: str) -> bool:
    """Whether a province has an armed centre: a district with a risen settlement, and enough simulated and represented persons in arms (as `mechanisms.counts`)."""
    layout: Layout = world.layout
    province = _place(
        where, [place.name for place in layout.provinces], kind="province", whole="from 65,536 persons on all are there"
    )
    settlement, community, stratum = (
        table.view(np.ndarray) for table in (world.arrays.settlement, world.arrays.community, world.arrays.stratum)
    )
    of = community["stratum"][settlement["first"]]
    here = stratum["province"][of] == province
    own = settlement[here]
    weight = stratum["weight"][of][here]
    for district in np.unique(own["district"]):
        inside = own["district"] == district
        armed = own["armed"][inside]
        if (
            own["risen"][inside].any()
            and armed.sum() >= SIMULATED_ARMED
            and (weight[inside] * armed).sum() >= REPRESENTED_ARMED
        ):
            return True
    return False


CONDITIONS: MappingProxyType[str, Callable[[Any, str], bool]] = MappingProxyType(
    {"garrison_refuses": garrison_refuses, "armed_centre": armed_centre}
)
"""By name; each takes a world and the name of a place."""
