"""Kuran's society, person by person, from the rule: slow, obvious, and the oracle of the fast one."""

from __future__ import annotations

from tests.canon_worlds import drawn
from tests.reference.parts import normal

PREFERENCE, EVENT = 1, 2


def public_by_step(
    n: int,
    seed: int,
    steps: int,
    *,
    mean: float = 0.55,
    sd: float = 0.2,
    k: float = 1.0,
    shift: float = 0.0,
    person: int = 0,
    event: float = 10.0,
    private_sd: float = 0.0,
    memory: float = 0.9,
    returning: bool = True,
    given: list[float] | None = None,
) -> list[list[int]]:
    """Who is in public opposition at the beginning and after each step, by number."""
    taken = [0.0] * n
    public = [False] * n
    history = [[]]
    for tick in range(steps):
        before = public[:]
        for i in range(n):
            shock = private_sd * normal(drawn(seed, EVENT, tick, i)) if private_sd > 0.0 else 0.0
            taken[i] = memory * taken[i] + shock
            if given is None:
                x = mean + sd * normal(drawn(seed, PREFERENCE, 0, i))
                threshold = 100.0 * (1.0 - k * x)
            else:
                threshold = float(given[i % len(given)])
            threshold = threshold - shift - taken[i]
            if i == person - 1:
                threshold -= event
            joins = 100.0 * float(sum(before)) >= threshold * n
            public[i] = joins or (before[i] and not returning)
        history.append([i for i in range(n) if public[i]])
    return history
