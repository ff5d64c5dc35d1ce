"""A world whose effects are known exactly, on the contract of models: does the whole way from a claim to its finding say what was planted?

A regime stands with a chance that is drawn (`world.base`), and with another one if the switch `instrument` is off: lower by `effect.cold` where `world.temper` is below one half, by
`effect.hot` where it is above. Negative effects raise it. All luck is one number for each seed, so twins share it. `instrument.strength` does nothing unless `leak` is on: then it shifts
the result by an amount that a placebo must notice. Nobody is executed but in the fifth year, one in a thousand, if the instrument is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.scenario import Scenario
from whowhom.engine.settings import Settings
from whowhom.experiments.assessment import Assessment
from whowhom.experiments.claims import claims_of
from whowhom.parameters import Declarations, Parameter, Prior, Switch

_OURS: dict[str, Any] = {"source": "Ours", "equation": "planted"}


def _number(name: str, symbol: str, default: float, low: float, high: float, prior: Prior | None = None) -> Parameter:
    return Parameter(
        name, symbol=symbol, default=default, low=low, high=high, unit="1", meaning=name, prior=prior, **_OURS
    )


DECLARATIONS = Declarations(
    parameters=(
        _number("world.base", "b", 0.8, 0.0, 1.0, Prior("uniform", 0.65, 0.95)),
        _number("world.temper", "t", 0.5, 0.0, 1.0, Prior("uniform", 0.0, 1.0)),
        _number("effect.cold", "c", 0.0, -1.0, 1.0),
        _number("effect.hot", "h", 0.0, -1.0, 1.0),
        _number("instrument.strength", "s", 0.0, 0.0, 1.0),
    ),
    switches=(
        Switch("instrument", meaning="it is there", off_means="it is not", rung="constant", **_OURS),
        Switch("leak", meaning="the strength leaks", off_means="it does not", rung="constant", default=False, **_OURS),
    ),
)

OBSERVABLES = (
    Observable("alive", "[1]", "1 while the regime stands", "code"),
    Observable("executed_total", "persons", "persons executed since the start", "total"),
    Observable("camp_years_total", "person years", "years in camps since the start", "total"),
)
TICKS, INHABITANTS = 6, 1000.0


class PlantedWorld:
    """One history of a few years."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.seed, self.tick, self.cause = settings, seed, 0, ""

    @property
    def alive(self) -> bool:
        return not self.cause

    def chance(self) -> float:
        value = {name: self.settings.value(name, self.tick) for name in self.settings.names}
        chance = value["world.base"]
        if not self.settings.on("instrument", self.tick):
            chance -= value["effect.cold" if value["world.temper"] < 0.5 else "effect.hot"]
        if self.settings.on("leak", self.tick):
            chance -= value["instrument.strength"] / 2
        return chance

    def step(self) -> None:
        luck = np.random.Generator(np.random.Philox(key=self.seed)).random()
        self.tick += 1
        if self.tick == TICKS // 2 and luck >= self.chance():
            self.cause = "fall"

    def observe(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        killed = 1.0 if self.tick >= 5 and self.settings.on("instrument", self.tick) else 0.0
        return np.array([self.alive, killed, 2.0 * killed])

    def snapshot(self) -> dict[str, Any]:
        return {"tick": np.array(self.tick), "cause": np.array(self.cause)}

    def restore(self, snapshot: Snapshot) -> None:
        self.tick, self.cause = int(snapshot["tick"]), str(snapshot["cause"])

    def digest(self) -> str:
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        self.settings = settings


class PlantedModel:
    """The model; see the top of the file."""

    name, version, meaning = "planted", "1", "A world whose effects are known."
    declarations, observables = DECLARATIONS, OBSERVABLES
    intensities = ("instrument.strength",)
    tick_days, smallest_persons = 7, 16

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        return []

    def build(self, settings: Settings, *, persons: int, seed: int) -> PlantedWorld:
        return PlantedWorld(settings, seed)


def planted_scenario(*, cold: float, hot: float) -> Scenario:
    """A scenario with these effects of taking the instrument away."""
    values = {"effect.cold": cold, "effect.hot": hot}
    settings = Settings.of(DECLARATIONS, values=values, structure={"country": {"persons": INHABITANTS}})
    return Scenario(name="planted", title="Planted", model="planted", start=date(1917, 11, 7), settings=settings)


CLAIMS = """
[words]
until = "{words}"
because = "it is too late"

[[arm]]
name = "without"
meaning = "the instrument is taken away"
off = ["instrument"]

[[arm]]
name = "strength 0"
meaning = "as it is"
set = {{ "instrument.strength" = {strength} }}
{more}

[[claim]]
name = "C1"
title = "Without the instrument it falls"
sentence = "It falls."
says = "Nobody"
statements = "none"
supports = "nothing"
disputes = "nothing"
leaves_out = "everything"
decides = "what was planted"
until = "1917-12-19"
persons = 16
zero = ["history", "strength 0"]

[[claim.question]]
title = "Survival without"
measure = "survival"
treatment = {treatment}
control = "history"
holds = "at most -0.3"
fails = "at least -0.1"
unit = "points"

[[claim.question]]
title = "Executions that go away"
measure = "share removed of executed_per_1000"
treatment = "without"
control = "history"
holds = "at least 0.5"
unit = "share"

[[open]]
name = "C2"
title = "Something else"
because = "nobody has built it"
"""


def planted_assessment(
    folder: Path,
    *,
    cold: float,
    hot: float,
    draws: int = 200,
    strength: float = 0.0,
    words: str = "1918-03",
    treatment: str = '"without"',
    more: str = "",
    store: Path | None = None,
) -> Assessment:
    """An assessment of the planted claim, played; in a store that is there, what it holds is not played again."""
    scenario, model = planted_scenario(cold=cold, hot=hot), PlantedModel()
    file = folder / "planted.claims.toml"
    file.write_text(CLAIMS.format(words=words, strength=strength, treatment=treatment, more=more), encoding="utf-8")
    planned = Assessment(
        scenario=scenario,
        model=model,
        claims=claims_of(scenario, model=model, file=file),
        chosen=("C1",),
        draws=draws,
        replicates=8,
        persons=None,
        seed=1,
        folder=store or folder / "store",
    )
    planned.carry_out(threads=1)
    return planned
