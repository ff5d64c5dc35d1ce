"""Siegel's society, person by person and tie by tie: slow, obvious, and the oracle of the fast one."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tests.canon_worlds import drawn
from tests.reference.parts import normal

MOTIVATION, TIE, FAR, REMOVED, PLACE = 1, 2, 3, 4, 5


def luck_of_pair(seed: int, i: int, j: int) -> float:
    low, high = min(i, j), max(i, j)
    return drawn(seed, TIE, 0, high * (high - 1) // 2 + low)


def level_of(i: int, below: int) -> int:
    level = 0
    while i > 0:
        i, level = (i - 1) // below, level + 1
    return level


def network(kind: str, n: int, seed: int, value: Mapping[str, float]) -> list[set[int]]:
    """The ties of each person."""
    ties: list[set[int]] = [set() for _ in range(n)]

    def tie(i: int, j: int) -> None:
        if i != j:
            ties[i].add(j)
            ties[j].add(i)

    if kind == "small_world":
        half = min(int(value["network.ties"]) // 2, (n - 1) // 2)
        for i in range(n):
            for k in range(half):
                j = (i + k + 1) % n
                if drawn(seed, FAR, 0, i * half + k) < value["network.rewired"]:
                    j = (i + 1 + math.floor(drawn(seed, PLACE, 0, i * half + k) * (n - 1))) % n
                tie(i, j)
    weight = [(i + 1.0) ** (-1.0 / (value["network.exponent"] - 1.0)) for i in range(n)]
    for i in range(n):
        for j in range(i):
            if kind == "complete":
                tie(i, j)
            elif kind == "village":
                same = i // int(value["network.village"]) == j // int(value["network.village"])
                if same or luck_of_pair(seed, i, j) < value["network.far"]:
                    tie(i, j)
            elif kind == "opinion_leader":
                expected = value["network.ties"] * n * weight[i] * weight[j] / math.fsum(weight) ** 2
                if luck_of_pair(seed, i, j) < expected:
                    tie(i, j)
            elif kind == "hierarchy":
                below = int(value["network.below"])
                boss = (i - 1) // below == j
                level = level_of(i, below) == level_of(j, below)
                if boss or (level and luck_of_pair(seed, i, j) < value["network.far"]):
                    tie(i, j)
    return ties


def active_by_step(n: int, seed: int, steps: int, kind: str, value: Mapping[str, float]) -> list[list[int]]:
    """Who takes part at the beginning and after each step, by number."""
    ties = network(kind, n, seed, value)
    base = [value["motivation.mean"] + value["motivation.sd"] * normal(drawn(seed, MOTIVATION, 0, i)) for i in range(n)]
    anger, external = [0.0] * n, [-1.0] * n
    present, active = [True] * n, [False] * n
    history: list[list[int]] = [[]]
    q = value["external.inertia"]
    for tick in range(steps):
        before = active[:]
        for i in range(n):
            seen = [j for j in ties[i] if present[j] or value["removal.seen"] == 1]
            rate = sum(before[j] for j in ties[i]) / max(len(seen), 1)
            external[i] = q * external[i] - (1.0 - q) * (1.0 - rate)
            active[i] = present[i] and base[i] + anger[i] + external[i] > 0.0
        if tick % 10 == 9:
            rebels = [i for i in range(n) if active[i]]
            lot = {i: drawn(seed, REMOVED, tick, i) for i in rebels}
            if value["removal.targets"] == 1:
                lot = {i: lot[i] - sum(present[j] for j in ties[i]) for i in rebels}
            taken = sorted(rebels, key=lambda i: (lot[i], i))[: int(value["removal.per_ten_steps"])]
            for i in taken:
                present[i] = active[i] = False
            for i in range(n):
                anger[i] += value["removal.anger"] * sum(j in taken for j in ties[i])
        history.append([i for i in range(n) if active[i]])
    return history
