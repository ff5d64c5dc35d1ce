"""The smallest complete model on the contract: dissent that grows by imitation, with two instruments against it.

Persons are quiet, dissenting, held or dead. Each week a quiet person joins with probability
`growth * share dissenting` (a stochastic logistic), a dissenter is arrested with probability `arrest_rate` (switch
`arrests`), and of those arrested a share `execution_share` is executed (switch `executions`; off: they are held like the
others). Held persons return with probability `release_rate`. The regime falls when more than half of those at large
dissent. Ours; it claims nothing about any country, and nothing in the package imports it.

Every draw is keyed by (seed, stream, tick) with the person as the place in the stream, so that one more person changes
nobody else's luck and a snapshot needs no generator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.scenario import Scenario
from whowhom.engine.settings import Settings
from whowhom.parameters import Declarations, Parameter, Switch

QUIET, DISSENTING, HELD, DEAD = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)
START, JOIN, ARREST, SENTENCE, RELEASE = range(5)  # streams; numbers are never reused

_OURS: dict[str, Any] = {"source": "Ours", "equation": "toy"}


def _rate(name: str, symbol: str, default: float, meaning: str) -> Parameter:
    return Parameter(name, symbol=symbol, default=default, low=0.0, high=1.0, unit="1/week", meaning=meaning, **_OURS)


DECLARATIONS = Declarations(
    parameters=(
        _rate("dissent.start", "s", 0.03, "share of persons who dissent at tick 0"),
        _rate("dissent.growth", "g", 0.5, "probability of joining if everybody dissented"),
        _rate("repression.arrest_rate", "a", 0.3, "probability that a dissenter is arrested"),
        _rate("repression.execution_share", "x", 0.2, "share of those arrested who are executed"),
        _rate("repression.release_rate", "r", 0.05, "probability that a held person returns"),
    ),
    switches=(
        Switch("arrests", meaning="dissenters are arrested", off_means="nobody is", rung="constant", **_OURS),
        Switch("executions", meaning="some are executed", off_means="they are held", rung="constant", **_OURS),
    ),
)

OBSERVABLES = (
    Observable("alive", "[1]", "1 while the regime stands", "code"),
    Observable("dissenting", "persons", "persons who dissent", "stock"),
    Observable("arrests_per_week", "persons/week", "persons arrested in the week just played", "flow"),
    Observable("executed", "persons", "persons executed since the start", "total"),
    Observable("camp_years", "person years", "years that persons were held since the start", "total"),
    Observable("share_dissenting", "[1]", "dissenters among those at large", "share"),
    Observable("held", "persons", "persons held", "stock", "analyst"),
)


def uniform(seed: int, stream: int, tick: int, n: int) -> NDArray[np.float64]:
    """Return `n` draws in [0, 1) of one stream and tick; draw `i` belongs to person `i` for any `n`."""
    return np.random.Generator(np.random.Philox(key=[seed, stream], counter=[0, 0, tick, 0])).random(n)


class ToyWorld:
    """One world of the toy model; `state` uint8 [persons]."""

    def __init__(self, settings: Settings, persons: int, seed: int) -> None:
        self.settings = settings
        self.seed = seed
        self.tick = 0
        self.cause = ""
        start = uniform(seed, START, 0, persons) < settings.value("dissent.start", 0)
        self.state = np.where(start, DISSENTING, QUIET)
        self.arrests = 0
        self.executed = 0
        self.held_weeks = 0

    @property
    def alive(self) -> bool:
        return not self.cause

    def step(self) -> None:
        """Play one week; all decisions read the state at its beginning."""
        before = self.state.copy()
        self._release(before)
        self._join(before)
        self._arrest(before)
        self.tick += 1
        self.held_weeks += int((self.state == HELD).sum())
        if self.share_dissenting() > 0.5:
            self.cause = "uprising"

    def _draw(self, stream: int) -> NDArray[np.float64]:
        return uniform(self.seed, stream, self.tick, self.state.size)

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def _release(self, before: NDArray[np.uint8]) -> None:
        free = (before == HELD) & (self._draw(RELEASE) < self._value("repression.release_rate"))
        self.state[free] = QUIET

    def _join(self, before: NDArray[np.uint8]) -> None:
        probability = self._value("dissent.growth") * self.share_dissenting()
        self.state[(before == QUIET) & (self._draw(JOIN) < probability)] = DISSENTING

    def _arrest(self, before: NDArray[np.uint8]) -> None:
        self.arrests = 0
        if not self.settings.on("arrests", self.tick):
            return
        taken = (before == DISSENTING) & (self._draw(ARREST) < self._value("repression.arrest_rate"))
        shot = taken & (self._draw(SENTENCE) < self._value("repression.execution_share"))
        self.state[taken] = HELD
        if self.settings.on("executions", self.tick):
            self.state[shot] = DEAD
            self.executed += int(shot.sum())
        self.arrests = int(taken.sum())

    def share_dissenting(self) -> float:
        at_large = int((self.state <= DISSENTING).sum())
        return float((self.state == DISSENTING).sum() / at_large) if at_large else 0.0

    def observe(self) -> NDArray[np.float64]:
        dissenting, held = (self.state == DISSENTING).sum(), (self.state == HELD).sum()
        totals = self.executed, self.held_weeks * 7 / 365.25
        share = self.share_dissenting()
        return np.array([self.alive, dissenting, self.arrests, *totals, share, held], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        counts = np.array([self.tick, self.arrests, self.executed, self.held_weeks], dtype=np.int64)
        return {"state": self.state.copy(), "counts": counts, "cause": np.array(self.cause)}

    def restore(self, snapshot: Snapshot) -> None:
        self.state = snapshot["state"].copy()
        self.tick, self.arrests, self.executed, self.held_weeks = (int(count) for count in snapshot["counts"])
        self.cause = str(snapshot["cause"])

    def digest(self) -> str:
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        self.settings = settings

    def other_luck(self, seed: int) -> None:
        """Key all draws from now on by another seed; nothing is drawn of a person once and for all."""
        self.seed = seed


class ToyModel:
    """The model; see the top of the file."""

    name = "toy"
    version = "1"
    meaning = "Dissent that grows by imitation, against arrests and executions."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    intensities = ("repression.arrest_rate", "repression.execution_share")
    tick_days = 7
    smallest_persons = 16

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        return [f"table '{name}' is unknown to the toy model, which has none." for name in structure]

    def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
        return ToyWorld(settings, persons, seed)


def toy_settings(values: Mapping[str, float] | None = None, **switches: bool) -> Settings:
    """Return the declared settings with some values and switches replaced."""
    return Settings.of(DECLARATIONS, values=values or {}, switches=switches)


#: At this size and rate about two histories in three stand for 60 weeks.
BALANCED = {"repression.arrest_rate": 0.35}
PERSONS = 200


def toy_scenario(values: Mapping[str, float] | None = None, *, sets: Sequence[Mapping[str, float]] = ()) -> Scenario:
    """Return a scenario of the toy model that begins on 7 November 1917."""
    settings = toy_settings({**BALANCED, **(values or {})})
    start = date(1917, 11, 7)
    return Scenario(name="toy", title="Toy", model="toy", start=start, settings=settings, sets=tuple(sets))
