"""Epstein's lattice with fear loss and legitimacy feedback, actor by actor, from the order of events: slow, obvious, and the oracle of the fast one."""

from __future__ import annotations

import math

from tests.canon_worlds import drawn
from tests.reference.parts import key_of, philox, uniform

HARDSHIP, RISK, START, ORDER, MOVE, ARREST, TERM, RETURN = range(1, 9)


class Lattice:
    """A torus with persons and cops."""

    def __init__(
        self, n: int, seed: int, *, cops: float, vision: float, legitimacy: float, shape: str, feedback: bool
    ) -> None:
        self.n, self.seed, self.vision, self.shape, self.feedback = n, seed, vision, shape, feedback
        self.side = math.ceil(math.sqrt(n / 0.7))
        sites = self.side**2
        self.actors = n + round(cops * sites)
        places = sorted(range(sites), key=lambda s: drawn(seed, START, 0, s))[: self.actors]
        self.where: dict[int, int | None] = dict(enumerate(places))
        self.hardship = [drawn(seed, HARDSHIP, 0, i) for i in range(n)]
        self.averse = [drawn(seed, RISK, 0, i) for i in range(n)]
        self.active = [False] * n
        self.until = [0.0] * n
        self.start = self.legitimacy = legitimacy
        self.time = 0

    def word(self, stream: int, i: int) -> int:
        return philox((i, 0, self.time, stream), key_of(self.seed))[0]

    def around(self, site: int) -> list[int]:
        """Sites within vision, by rows."""
        far = min(int(self.vision), (self.side - 1) // 2)
        x, y = site % self.side, site // self.side
        return [
            (y + dy) % self.side * self.side + (x + dx) % self.side
            for dy in range(-far, far + 1)
            for dx in range(-far, far + 1)
            if 0 < dx * dx + dy * dy <= self.vision**2
        ]

    def play(self) -> None:
        """One tick."""
        for i in range(self.n):
            if self.where[i] is None and self.until[i] <= self.time:
                empty = sorted(set(range(self.side**2)) - set(self.where.values()))
                self.where[i] = empty[int(drawn(self.seed, RETURN, self.time, i) * len(empty))]
        for i in sorted(range(self.actors), key=lambda i: drawn(self.seed, ORDER, self.time, i)):
            if self.where[i] is not None:
                self.act(i)
        if self.feedback:
            burden = 1.0 * (sum(self.active) / self.n) + 0.3 * (
                sum(self.where[i] is None for i in range(self.n)) / self.n
            )
            self.legitimacy = max(0.0, self.legitimacy + 0.02 * (self.start * (1.0 - burden) - self.legitimacy))
        self.time += 1

    def act(self, i: int) -> None:
        """Move, then decide or arrest."""
        taken = {site: who for who, site in self.where.items() if site is not None}
        empty = [site for site in self.around(self.where[i]) if site not in taken]
        if empty:
            self.where[i] = empty[self.word(MOVE, i) * len(empty) >> 32]
        taken = {site: who for who, site in self.where.items() if site is not None}
        seen = [taken[site] for site in self.around(self.where[i]) if site in taken]
        rebels = [who for who in seen if who < self.n and self.active[who]]
        if i < self.n:
            q = sum(who >= self.n for who in seen) / (1.0 + len(rebels))
            if self.shape == "floor":
                q = math.floor(q)
            elif self.shape == "fear_loss" and q < 1.0:
                q = 0.0
            p = 1.0 - math.exp(-2.3 * q)
            self.active[i] = self.hardship[i] * (1.0 - self.legitimacy) - self.averse[i] * p > 0.1
        elif rebels:
            who = rebels[self.word(ARREST, i) * len(rebels) >> 32]
            self.active[who] = False
            self.where[who] = None
            self.until[who] = self.time + 30.0 * uniform(self.word(TERM, who))
