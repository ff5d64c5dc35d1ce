"""The mean threshold that gives the stated share of open dissent in the first week (AMENDMENTS 2.1 of the design)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from whowhom.models.machine.layout import Layout

CIVILIAN = {
    "village": "peasant",
    "homes": "peasant",
    "factory": "worker",
    "town": "urban",
    "party": "party",
    "cadre": "cadre",
}
"""Role of the civilians of each kind of community."""


def groups(layout: Layout, values: Mapping[str, float]) -> list[tuple[float, float]]:
    """Expected represented adults and mean private opposition of every group (stratum, civilians or soldiers)."""
    adult, soldier = values["population.adult_share"], values["population.soldier_share"]
    result = []
    for stratum in layout.strata:
        adults = stratum.represented * adult
        mean = values[f"decision.opposition_{CIVILIAN[stratum.kind]}"] + stratum.offset
        if stratum.pool < 0:
            result.append((adults, mean))
            continue
        result.append((adults * (1 - soldier), mean))
        result.append((adults * soldier, values["decision.opposition_soldier"] + layout.pools[stratum.pool].offset))
    return result


def expected_dissent(threshold: float, people: Sequence[tuple[float, float]], values: Mapping[str, float]) -> float:
    """Expected share of adults with D > 0 in a first week without visible dissent or risk."""
    sd = math.sqrt(values["decision.opposition_sd"] ** 2 + values["decision.threshold_sd"] ** 2)
    grievance = values["decision.start_anger"] * values["decision.anger_weight"]
    everybody = 0.0
    for adults, _ in people:
        everybody += adults
    total = 0.0
    for adults, mean in people:
        z = (mean + grievance - threshold) / sd
        total += adults / everybody * (0.5 * math.erfc(-z / 1.4142135623730951))
    return total


def solve(layout: Layout, values: Mapping[str, float]) -> float:
    """Mean threshold [1] by bisection on [-2, 4] down to neighbouring numbers; the share of dissenters falls as the threshold rises."""
    return _solve(tuple(groups(layout, values)), *(values[f"decision.{name}"] for name in _NAMES))


_NAMES = ("opposition_sd", "threshold_sd", "start_anger", "anger_weight", "start_dissent")


@lru_cache(maxsize=64)
def _solve(people: tuple[tuple[float, float], ...], *numbers: float) -> float:
    """Solve for groups and the values of `_NAMES`; replicates of one setting ask for the same again and again."""
    values = {f"decision.{name}": number for name, number in zip(_NAMES, numbers, strict=True)}
    low, high = -2.0, 4.0
    while low < (middle := 0.5 * (low + high)) < high:
        if expected_dissent(middle, people, values) > values["decision.start_dissent"]:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
