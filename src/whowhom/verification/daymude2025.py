"""What Daymude, Axelrod and Forrest (2025) say, put to the model. The abstract and the authors' code were read; numbers are those that their code gives."""

from __future__ import annotations

import functools
from functools import partial

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.settings import Settings
from whowhom.models.daymude2025 import DAYMUDE2025, DECLARATIONS, defiance, optimal_acts
from whowhom.verification.claim import ANALYTIC, OTHER_IMPLEMENTATION, OURS, PUBLISHED_SIGN, Claim, Measured, exactly

MODEL = "daymude2025"
SEED, PERSONS, ROUNDS = 458734673, 100_000, 5000
_CODE = "code DissentSelfCensorship 1.0.0, figures 4 and 5"
_PAPER = "Daymude, Axelrod and Forrest 2025, abstract"


@functools.lru_cache(maxsize=16)
def history(
    penalty: int, boldness: float, *, memory: int = 0, seed: int = SEED, persons: int = PERSONS
) -> NDArray[np.float64]:
    """Observables after each of 5,000 rounds, float64 [rounds, observables]."""
    values = {"authority.penalty": penalty, "boldness.mean": boldness, "authority.memory": memory}
    world = DAYMUDE2025.build(Settings.of(DECLARATIONS, values=values), persons=persons, seed=seed)
    rows = []
    for _ in range(ROUNDS):
        world.step()
        rows.append(world.observe())
    return np.array(rows)


def suppressed_in(rows: NDArray[np.float64]) -> int | None:
    """The first round, from 0, with less than 1 % of the first round's dissent; None if there is none."""
    low = rows[:, 0] < 0.01 * rows[0, 0]
    return int(np.argmax(low)) if low.any() else None


def _acts() -> Measured:
    rows = (
        (1.0, 0.0, 0.25, 0.5, 0.5, 1.125, 0.8, 0.8),
        (1.0, 0.5, 0.25, 0.5, 0.666667, 1.625, 0.8, 0.8),
        (1.0, 0.25, 0.25, 0.9, 1.461538, 0.699074, 0.25, 0.699074),
        (2.0, 0.5, 0.1, 1.5, 0.76, 0.883333, 0.8, 0.8),
        (0.5, 0.2, 0.3, 1.0, float("nan"), 0.3375, 0.3, 0.3375),
    )
    worst = 0.0
    for beta, nu, tau, psi, *expected in rows:
        policy = {"tolerance": tau, "severity": psi, "surveillance": nu}
        desire, bold = np.array([0.8]), np.array([beta])
        found = [defiance(beta, proportional=kind, **policy) for kind in (False, True)]
        found += [float(optimal_acts(desire, bold, proportional=kind, **policy)[0]) for kind in (False, True)]
        worst = max(worst, float(np.nanmax(np.abs(np.array(found) - np.array(expected)))))
    return exactly(worst, 0.0, within=1e-6)


def _round(penalty: int, boldness: float, expected: int) -> Measured:
    found = suppressed_in(history(penalty, boldness))
    return exactly(float("nan") if found is None else found, expected)


def _ends(penalty: int, boldness: float, expected: float) -> Measured:
    return exactly(float(history(penalty, boldness)[-1, 0]), expected, within=0.5)


def _deterred() -> Measured:
    pairs = (((0, 2.0), (0, 8.0)), ((1, 1.0), (1, 3.0)))
    found = [tuple(suppressed_in(history(*one)) is not None for one in pair) for pair in pairs]
    words = "; ".join(f"timid {'silenced' if a else 'not'}, bold {'silenced' if b else 'not'}" for a, b in found)
    return Measured(words, found == [(True, False), (True, False)])


def _any_population() -> Measured:
    generator = np.random.default_rng(1)
    desire, boldness = generator.random(10_000), generator.exponential(1000.0, 10_000)
    policy = {"tolerance": 0.0, "severity": 1e6, "surveillance": 1.0}
    acts = [float(optimal_acts(desire, boldness, proportional=kind, **policy).sum()) for kind in (False, True)]
    return exactly(sum(acts), 0.0)


def _trap() -> Measured:
    rounds = [suppressed_in(history(0, 2.0, memory=memory, persons=10_000)) for memory in (0, 1)]
    return Measured(f"rounds {rounds[0]} with it and {rounds[1]} without", rounds[0] != rounds[1])


CLAIMS = (
    Claim("optimal acts", MODEL, "Borders of defiance and acts at five points are those of the formulas.", "formulas of the authors' code", ANALYTIC, "largest difference 0 (up to 1e-6)", _acts, seconds=0.5),
    Claim("any population", MODEL, "Any population can be silenced by some policy.", _PAPER, PUBLISHED_SIGN, "no dissent at full surveillance, no tolerance and severity 1e6, at a mean boldness of 1,000", _any_population, seconds=0.5),
    Claim("boldness deters", MODEL, "A moderate authority that adapts by small steps silences a timid population and is deterred by a bold one.", _PAPER, PUBLISHED_SIGN, "silenced, not, silenced, not", _deterred, seconds=30.0),
    Claim("round, uniform", MODEL, "At mean boldness 2 dissent falls below 1 % in round 2,297.", _CODE, OTHER_IMPLEMENTATION, "2297", partial(_round, 0, 2.0, 2297), seconds=8.0),
    Claim("round, proportional", MODEL, "At mean boldness 1 dissent falls below 1 % in round 1,672.", _CODE, OTHER_IMPLEMENTATION, "1672", partial(_round, 1, 1.0, 1672), seconds=8.0),
    *(
        Claim(f"end, {('uniform', 'proportional')[penalty]}, {boldness:g}", MODEL, f"At mean boldness {boldness:g} dissent is {expected:,} after 5,000 rounds.", _CODE, OTHER_IMPLEMENTATION, f"{expected} (rounded)", partial(_ends, penalty, boldness, expected), seconds=8.0)
        for penalty, boldness, expected in ((0, 2.0, 80), (0, 8.0, 24952), (1, 1.0, 57), (1, 3.0, 24965))
    ),
    Claim("trap", MODEL, "Comparing a try with one that was taken back changes when a population is silenced.", "measured", OURS, "two different rounds, 10,000 persons", _trap, seconds=5.0),
)  # fmt: skip
