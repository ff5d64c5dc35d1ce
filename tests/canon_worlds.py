"""Worlds of the canonical models for tests: one row a case, and the draws of the engine in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reference.parts import key_of, philox, uniform
from whowhom.engine.contract import Model
from whowhom.engine.settings import Settings
from whowhom.models.registry import model_named


def drawn(seed: int, stream: int, tick: int, entity: int) -> float:
    """The uniform draw of one entity."""
    return uniform(philox((entity, 0, tick, stream), key_of(seed))[0])


@dataclass(frozen=True)
class Case:
    """A model with settings and a size at which all of its rules are at work, and what a fork changes."""

    model: str
    persons: int
    values: Mapping[str, float] = field(default_factory=dict)
    other: Mapping[str, float] = field(default_factory=dict)
    structure: Mapping[str, Any] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    chance: bool = True
    ticks: int = 12

    @property
    def named(self) -> Model:
        return model_named(self.model)

    def settings(self) -> Settings:
        declarations = self.named.declarations
        return Settings.of(declarations, values=self.values, structure=self.structure, switches=self.switches)


CASES = {
    "lemos2016": Case("lemos2016", 150, {"vision.radius": 3, "legitimacy.start": 0.7}, {"arrest.shape": 2}, ticks=15),
    "lemos2016, no feedback": Case(
        "lemos2016",
        150,
        {"vision.radius": 3, "legitimacy.start": 0.7, "arrest.shape": 1},
        {"legitimacy.start": 0.2, "term.longest": 3.0},
        switches={"feedback": False},
        ticks=15,
    ),
    "steinert_threlkeld2021": Case(
        "steinert_threlkeld2021", 120, {"seeds.below_threshold": 1, "threshold.shape": 1}, {"repression.rate": 0.9}
    ),
    "steinert_threlkeld2021, clustered": Case("steinert_threlkeld2021", 120, {"network.kind": 2, "threshold.shape": 1}),
    "steinert_threlkeld2021, scale-free": Case(
        "steinert_threlkeld2021", 200, {"network.kind": 0, "dropping.order": 1, "network.exponent": 2.1}
    ),
    "siegel2009": Case("siegel2009", 150, {"motivation.mean": 0.65}, {"motivation.mean": 1.5}),
    "siegel2009, removal": Case(
        "siegel2009",
        150,
        {"motivation.mean": 0.8, "network.kind": 3, "removal.per_ten_steps": 5, "removal.anger": 0.01},
        {"removal.targets": 1, "motivation.sd": 0.5},
        ticks=24,
    ),
    "siegel2009, complete": Case("siegel2009", 150, {"network.kind": 0}, {"motivation.mean": 1.5}),
    "daymude2025": Case("daymude2025", 300, {"authority.rounds": 5}, {"authority.window": 0.5}),
    "daymude2025, proportional": Case(
        "daymude2025",
        300,
        {"authority.penalty": 1, "authority.memory": 1, "boldness.mean": 0.5},
        {"authority.adamancy": 0.0, "authority.penalty": 0},
    ),
    "lang_de_sterck2014": Case(
        "lang_de_sterck2014", 1, other={"visibility.threshold": 0.6, "joining.rate": 0.1}, chance=False
    ),
    "granovetter1978": Case("granovetter1978", 100, {"threshold.sd": 14.0}, {"threshold.mean": -50.0}),
    "granovetter1978, friends": Case(
        "granovetter1978",
        100,
        {"threshold.shape": 1, "threshold.luck": 1, "friends.share": 0.25, "friends.weight": 5.0},
        {"friends.share": 0.0},
    ),
    "granovetter1978, given": Case(
        "granovetter1978",
        6,
        other={"threshold.correction": 1},
        structure={"crowd": {"thresholds": [0, 40, 70]}},
        chance=False,
    ),
    "kuran1991": Case("kuran1991", 200, {"preference.sd": 0.25, "private.sd": 5.0}, {"shift.all": 30.0}),
    "kuran1991, given": Case(
        "kuran1991",
        10,
        other={"event.person": 2},
        structure={"society": {"thresholds": [0, 20, 20, 30, 40, 50, 60, 70, 80, 100]}},
        chance=False,
    ),
}


def run(model: str, *, persons: int, seed: int = 1, ticks: int = 0, **settings: Any) -> Any:
    """A world of a canonical model after some ticks."""
    named = model_named(model)
    world = named.build(Settings.of(named.declarations, **settings), persons=persons, seed=seed)
    for _ in range(ticks):
        world.step()
    return world
