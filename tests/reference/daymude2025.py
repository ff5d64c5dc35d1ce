"""Daymude, Axelrod and Forrest's authority, person by person, from the formulas; only its draws and its order of summation are NumPy's."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np


def act(delta: float, beta: float, nu: float, tau: float, psi: float, *, proportional: bool) -> float:
    """What one person shows."""
    if delta <= tau:
        return delta
    if not proportional:
        if beta > (1.0 - nu) * psi:
            d = (beta * tau + nu * psi) / (beta - (1.0 - nu) * psi)
            if delta >= d:
                return delta
        return tau
    if nu == 1.0:
        return delta if beta >= psi else tau
    d = (tau + (beta - nu * psi) / ((1.0 - nu) * psi)) / 2.0
    if delta <= d:
        return delta
    return tau if tau >= d else d


@dataclass
class Authority:
    """A population and its authority."""

    n: int
    seed: int
    desire_mean: float = 0.25
    boldness_mean: float = 2.0
    proportional: bool = False
    last_kept: bool = False
    rounds: int = 5000
    alpha: float = 1.0
    window: float = 0.05
    policy: list[float] = field(default_factory=lambda: [0.25, 0.1, 0.1])
    round: int = 0
    compared: float = math.inf

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        low, high = self.desire_mean, 2 * self.desire_mean
        while self.cut(high) < self.desire_mean:
            low, high = high, 2 * high
        scale = (low + high) / 2
        while not math.isclose(self.cut(scale), self.desire_mean):
            if self.cut(scale) < self.desire_mean:
                low = scale
            else:
                high = scale
            scale = (low + high) / 2
        self.desires: list[float] = []
        while len(self.desires) < self.n:
            self.desires += [x for x in self.rng.exponential(scale, self.n).tolist() if x <= 1.0]
        self.desires = self.desires[: self.n]
        self.boldness = self.rng.exponential(self.boldness_mean, self.n).tolist()
        self.lots = self.rng.integers(3, size=self.rounds).tolist()

    def cut(self, y: float) -> float:
        return y - 1.0 / math.expm1(1.0 / y)

    def play(self) -> tuple[float, float, list[float]]:
        """One round: dissent, punishments, policy with which it ends."""
        tried = list(self.policy)
        if self.round > 0:
            which = self.lots[self.round] if self.round < self.rounds else int(self.rng.integers(3))
            low = max((0.0, 1e-9, 0.0)[which], tried[which] - self.window)
            high = min((1.0, math.inf, 1.0)[which], tried[which] + self.window)
            tried[which] = self.rng.uniform(low, high)
        tau, psi, nu = tried
        pairs = zip(self.desires, self.boldness, strict=True)
        acts = [act(delta, beta, nu, tau, psi, proportional=self.proportional) for delta, beta in pairs]
        penalties = []
        for a, u in zip(acts, self.rng.random(self.n).tolist(), strict=True):
            caught = a > tau and u < nu + (1.0 - nu) * a
            penalties.append((psi * (a - tau) if self.proportional else psi) if caught else 0.0)
        dissent, penalty = float(np.array(acts).sum()), float(np.array(penalties).sum())
        cost = self.alpha * dissent + penalty
        if cost <= self.compared:
            self.policy = tried
            self.compared = cost
        elif not self.last_kept:
            self.compared = cost
        self.round += 1
        return dissent, penalty, self.policy
