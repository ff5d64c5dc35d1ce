"""The street on a network, person by person, from the rule of the authors' code: slow, obvious, and the oracle of the fast one. The network is given."""

from __future__ import annotations

import math

import numpy as np
from tests.canon_worlds import drawn

REMOVED = 9


def street_by_step(
    ties: list[list[int]],
    threshold: list[float],
    seeds: set[int],
    seed: int,
    steps: int,
    *,
    rate: float,
    silent: bool = True,
    in_turn: bool = True,
) -> list[list[int]]:
    """Who is counted in the street at the beginning and after each step, by number."""
    n = len(ties)
    left = {i for i in range(n) if ties[i]}
    street, moving = set(seeds), set(seeds)
    history = [sorted(street)]
    over = False

    def share(i: int, movers: set[int]) -> float:
        there = [j for j in ties[i] if j in left]
        return sum(j in movers for j in there) / len(there) if there else 0.0

    for tick in range(steps):
        if not over:
            count = int(rate * len(street))
            if count:
                most = max(len(ties[i]) for i in street)
                highest = max(threshold[i] for i in street)
                late = {}
                for i in street:
                    weight = len(ties[i]) / most + 1.0 - (threshold[i] / highest if highest > 0.0 else 0.0)
                    late[i] = -float(np.log(drawn(seed, REMOVED, tick, i))) / max(weight, 1e-300)
                taken = set(sorted(street, key=lambda i: (late[i], i))[:count])
                street, moving, left = street - taken, moving - taken, left - taken
            seen = set(moving)
            for i in sorted(street):
                if share(i, moving if in_turn else seen) < threshold[i]:
                    if i not in seeds:
                        street.discard(i)
                        moving.discard(i)
                    elif silent:
                        moving.discard(i)
            near = {j for i in street for j in ties[i] if j in left} - street
            joins = {j for j in near if share(j, moving) >= threshold[j]}
            street, moving = street | joins, moving | joins
            over = not joins
        history.append(sorted(street))
    assert all(math.isfinite(x) for x in threshold)
    return history
