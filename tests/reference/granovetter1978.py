"""Granovetter's crowd, person by person, from the paper's rule: slow, obvious, and the oracle of the fast one."""

from __future__ import annotations

import math

from tests.canon_worlds import drawn
from tests.reference.parts import normal

THRESHOLD, FRIENDS = 1, 2


def threshold(i: int, n: int, seed: int, *, shape: str, luck: str, mean: float, sd: float) -> float:
    """The threshold of one person in persons."""
    u = drawn(seed, THRESHOLD, 0, i) if luck == "drawn" else (i + 0.5) / n
    if shape == "normal":
        return (mean + sd * normal(u)) * n / 100.0
    needed = math.floor(u * n)
    if shape == "perturbed" and needed == 1:
        needed = 2
    return float(needed)


def are_friends(i: int, j: int, seed: int, share: float) -> bool:
    """Whether two persons are friends."""
    if i == j:
        return False
    older, younger = min(i, j), max(i, j)
    return drawn(seed, FRIENDS, 0, younger * (younger - 1) // 2 + older) < share


def joined_by_step(
    n: int,
    seed: int,
    steps: int,
    *,
    shape: str = "normal",
    luck: str = "drawn",
    mean: float = 25.0,
    sd: float = 12.2,
    half: bool = False,
    share: float = 0.0,
    weight: float = 2.0,
    given: list[float] | None = None,
) -> list[list[int]]:
    """Who has joined at the beginning and after each step, by number."""
    if given is None:
        thresholds = [threshold(i, n, seed, shape=shape, luck=luck, mean=mean, sd=sd) for i in range(n)]
    else:
        thresholds = [float(given[i % len(given)]) * n / 100.0 for i in range(n)]
    friends = [[j for j in range(n) if are_friends(i, j, seed, share)] for i in range(n)] if share > 0.0 else [[]] * n
    joined = [False] * n
    history = [[]]
    for _ in range(steps):
        before = joined[:]
        for i in range(n):
            seen = sum(before) + (0.5 if half else 0.0) + (weight - 1.0) * sum(before[j] for j in friends[i])
            crowd = n + (weight - 1.0) * len(friends[i])
            if seen * n >= thresholds[i] * crowd:
                joined[i] = True
        history.append([i for i in range(n) if joined[i]])
    return history
