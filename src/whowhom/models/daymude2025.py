"""Dissent, self-censorship and an authority that adapts (Daymude, Axelrod and Forrest 2025): how tolerance is taken back bit by bit, and when boldness deters it.

Daymude, J. J., Axelrod, R., Forrest, S. (2025). Strategic analysis of dissent and self-censorship. *PNAS*; arXiv 2509.03731; code DissentSelfCensorship 1.0.0, zenodo 15150163. The abstract and the
authors' code were read; formulas and draws are those of the code.

Symbols
-------
delta   how much dissent a person desires to show, in [0, 1] [1]
beta    the person's boldness: what acting as desired is worth, above 0 [1]
a       the act, in [0, delta] [1]
tau     tolerance: acts up to it are let pass [1]
psi     severity of what is done to acts above it [1]
nu      surveillance: an act a is observed with probability nu + (1 - nu) a [1]
alpha   adamancy: what the authority would give for less dissent [1]

Order of events
---------------
Persons and their desires (exponential, cut off at 1, of given mean) and boldness (exponential) are drawn once. In each round (1) the authority, from the second round on, tries one of tau, psi, nu, chosen by lot, with
a value drawn within `authority.window` of the last, cut off at the bounds; (2) all persons choose their optimal act; (3) each act above tau that is observed is punished, by psi or by psi (a - tau); (4) the cost of
the round is alpha times the sum of acts plus the sum of punishments; (5) if it is above the cost of the round before, the authority takes its try back.

Departures
----------
None by default, the trap of the code included: the cost of a try that was taken back stays the one with which the next is compared (`authority.memory = last_round`). With `last_kept` a try is compared with the last
one kept; claim `trap` shows what that changes. The choice of parameters is drawn for `authority.rounds` rounds in advance, as in the code, so a run of another length has other luck; after them it is drawn round
by round (ours). Draws are NumPy's own (`generator`), so that runs have the bits of the authors'; every round uses the same number of them, so twins keep matched luck.

Known results it reproduces
---------------------------
With seed 458734673, 100,000 persons, 5,000 rounds: uniform punishment suppresses a population of mean boldness 2 (below 1 % of its dissent in round 2,297) and not one of 8; proportional one of 1 (round 1,672) and not one of 3.
`verification/daymude2025.py` holds each with its result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.kernel import entry, merged
from whowhom.engine.settings import Settings
from whowhom.parameters import Declarations, Parameter

Row = NDArray[np.float64]
PENALTIES = ("uniform", "proportional")
UNIFORM, PROPORTIONAL = range(2)
MEMORIES = ("last_round", "last_kept")
LOWEST = np.array([0.0, 1e-9, 0.0])
"""Lower bounds of tau, psi, nu."""
HIGHEST = np.array([1.0, math.inf, 1.0])
"""Upper bounds of tau, psi, nu."""


def _parameter(name: str, symbol: str, default: float, low: float, high: float, meaning: str, **more: Any) -> Parameter:
    row: dict[str, Any] = {"unit": "1", "source": "Daymude, Axelrod and Forrest 2025", "equation": "a"} | more
    return Parameter(name, symbol=symbol, default=default, low=low, high=high, meaning=meaning, **row)


_WORDS: dict[str, Any] = {"kind": "int"}

DECLARATIONS = Declarations(
    parameters=(
        _parameter("desire.mean", "D", 0.25, 0.001, 0.499, "mean of the dissent that persons desire, after the cut at 1"),
        _parameter("boldness.mean", "B", 2.0, 1e-6, 1000.0, "mean of boldness"),
        _parameter("authority.penalty", "pi", 0, 0, 1, "whether all acts above tolerance are punished alike, or by what they exceed it", labels=PENALTIES, **_WORDS),
        _parameter("authority.tolerance", "tau", 0.25, 0.0, 1.0, "tolerance in the first round"),
        _parameter("authority.severity", "psi", 0.1, 1e-9, 1e6, "severity in the first round"),
        _parameter("authority.surveillance", "nu", 0.1, 0.0, 1.0, "surveillance in the first round"),
        _parameter("authority.adamancy", "alpha", 1.0, 0.0, 1e6, "weight of dissent against punishments in the authority's cost"),
        _parameter("authority.window", "epsilon", 0.05, 0.0, 1e6, "farthest that one try moves a parameter"),
        _parameter("authority.memory", "memory", 0, 0, 1, "whether a try is compared with the last round, kept or not, or with the last that was kept", source="the authors' code (last_round); Ours (last_kept)", labels=MEMORIES, **_WORDS),
        _parameter("authority.rounds", "R", 5000, 1, 1000000, "number of rounds for which the lot is drawn in advance", unit="rounds", source="the authors' code", **_WORDS),
    ),
    listed_by="whowhom describe daymude2025",
)  # fmt: skip

OBSERVABLES = (
    Observable("dissent", "[1]", "sum of acts in the round just played", "flow"),
    Observable("share_of_desired", "[1]", "sum of acts, of the sum of desires", "share", "analyst"),
    Observable("penalties", "[1]", "sum of punishments in the round just played", "flow"),
    Observable("penalised", "persons", "persons punished in the round just played", "flow"),
    Observable("cost", "[1]", "the authority's cost of the round just played", "flow"),
    Observable("tolerance", "[1]", "tolerance with which the authority goes on", "stock"),
    Observable("severity", "[1]", "severity with which the authority goes on", "stock"),
    Observable("surveillance", "[1]", "surveillance with which the authority goes on", "stock"),
    Observable("taken_back", "[1]", "1 if the authority took back what it tried", "code"),
    Observable("self_censoring", "persons", "persons who showed less dissent than they desired", "flow", "analyst"),
)  # fmt: skip


def defiance(boldness: Any, *, tolerance: float, severity: float, surveillance: float, proportional: bool) -> Any:
    """The desire at which acts change: from it on all is shown (uniform punishment), up to it (proportional) [1].

    Parameters
    ----------
    boldness
        beta, a number or float64 [persons] [1].
    tolerance, severity, surveillance
        tau, psi > 0, nu [1].
    proportional
        Kind of punishment.

    Returns
    -------
    The same shape: (beta tau + nu psi) / (beta - (1 - nu) psi), which means nothing where the divisor is not above 0; or (tau + (beta - nu psi) / ((1 - nu) psi)) / 2, for nu below 1.
    """
    unseen = 1.0 - surveillance
    if proportional:
        return (tolerance + (boldness - surveillance * severity) / (unseen * severity)) / 2.0
    return (boldness * tolerance + surveillance * severity) / (boldness - unseen * severity)


def optimal_acts(
    desire: Row, boldness: Row, *, tolerance: float, severity: float, surveillance: float, proportional: bool
) -> Row:
    """The dissent that persons show, given what they desire, how bold they are, and the authority.

    Parameters
    ----------
    desire, boldness
        delta and beta, float64 [persons] [1].
    tolerance, severity, surveillance, proportional
        As in `defiance`.

    Returns
    -------
    float64 [persons]
        a: delta up to tau (compliance); above it tau (self-censorship), something between (in part, proportional only), or delta (defiance).
    """
    acts = np.empty(desire.size, dtype=np.float64)
    _choose(desire, boldness, tolerance, severity, surveillance, proportional, acts)
    return acts


@merged
def _act(delta: float, beta: float, tau: float, psi: float, nu: float, proportional: Any) -> float:
    """The optimal act of one person; see `optimal_acts`."""
    if delta <= tau:
        return delta
    if not proportional:
        gain = beta - (1.0 - nu) * psi
        return delta if gain > 0.0 and delta >= (beta * tau + nu * psi) / gain else tau
    if nu >= 1.0:
        return delta if beta >= psi else tau
    border = (tau + (beta - nu * psi) / ((1.0 - nu) * psi)) / 2.0
    return min(delta, max(border, tau))


@entry
def _choose(desire: Row, boldness: Row, tau: float, psi: float, nu: float, proportional: Any, acts: Row) -> None:
    """Optimal acts of all persons."""
    for i in range(desire.size):
        acts[i] = _act(desire[i], boldness[i], tau, psi, nu, proportional)


@entry
def _penalise(desire: Row, acts: Row, luck: Row, tau: float, psi: float, nu: float, proportional: Any) -> Any:
    """Put what each person suffers in the place of its luck; how many suffer, and how many show less than they desire."""
    punished, censored = 0, 0
    for i in range(acts.size):
        censored += acts[i] < desire[i]
        if acts[i] > tau and luck[i] < nu + (1.0 - nu) * acts[i]:
            punished += 1
            luck[i] = psi * (acts[i] - tau) if proportional else psi
        else:
            luck[i] = 0.0
    return punished, censored


def exponential_mean(mean: float) -> float:
    """The mean of an exponential distribution whose part below 1 has this mean, in (0, 1/2) [1].

    Solves mean = y - 1 / (exp(1 / y) - 1) by halving, and stops where the authors do (relative error 1e-9), since every bit of a draw depends on it.
    """

    def cut(y: float) -> float:
        return y - 1.0 / math.expm1(1.0 / y)

    low, high = mean, 2.0 * mean
    while cut(high) < mean:
        low, high = high, 2.0 * high
    while True:
        middle = (low + high) / 2.0
        if math.isclose(mean, cut(middle)):
            return middle
        if cut(middle) < mean:
            low = middle
        else:
            high = middle


def desires(generator: np.random.Generator, mean: float, n: int) -> Row:
    """Desires of n persons: exponential draws, n at a time, without those above 1, until there are enough."""
    scale = exponential_mean(mean)
    kept: list[Row] = []
    while sum(part.size for part in kept) < n:
        drawn = generator.exponential(scale=scale, size=n)
        kept.append(drawn[drawn <= 1.0])
    return np.concatenate(kept)[:n]


class DaymudeWorld:
    """One authority and its population. `policy` float64 [3] is tau, psi, nu; desires, boldness and lots follow from settings and seed."""

    def __init__(self, settings: Settings, *, persons: int, seed: int) -> None:
        self.settings = settings
        self.tick, self.alive, self.cause = 0, True, ""
        self.generator = np.random.default_rng(seed)
        self.desire = desires(self.generator, settings.value("desire.mean", 0), persons)
        self.boldness = self.generator.exponential(scale=settings.value("boldness.mean", 0), size=persons)
        self._lots = self.generator.integers(3, size=int(settings.value("authority.rounds", 0)))
        self.policy = np.array([self._value(f"authority.{name}") for name in ("tolerance", "severity", "surveillance")])
        self.compared = math.inf
        self.seen = np.zeros(6)  # dissent, penalties, penalised, cost, taken back, self-censoring

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def _tried(self) -> Row:
        """The policy of this round."""
        policy = self.policy.copy()
        if self.tick > 0:
            which = int(self._lots[self.tick]) if self.tick < self._lots.size else int(self.generator.integers(3))
            window = self._value("authority.window")
            low = max(LOWEST[which], policy[which] - window)
            high = min(HIGHEST[which], policy[which] + window)
            policy[which] = self.generator.uniform(low, high)
        return policy

    def step(self) -> None:
        """Play one round."""
        policy = self._tried()
        tau, psi, nu = (float(x) for x in policy)
        proportional = self._value("authority.penalty") == PROPORTIONAL
        how: dict[str, Any] = {"tolerance": tau, "severity": psi, "surveillance": nu, "proportional": proportional}
        acts = optimal_acts(self.desire, self.boldness, **how)
        luck = self.generator.random(acts.size)
        punished, censored = _penalise(self.desire, acts, luck, tau, psi, nu, proportional)
        dissent, penalty = float(acts.sum()), float(luck.sum())  # NumPy's order of summation, as in the code
        cost = self._value("authority.adamancy") * dissent + penalty
        back = cost > self.compared
        if not back:
            self.policy = policy
        if not back or self._value("authority.memory") == 0:
            self.compared = cost
        self.seen = np.array([dissent, penalty, punished, cost, back, censored], dtype=np.float64)
        self.tick += 1

    def observe(self) -> Row:
        """Return the observables."""
        dissent, penalty, punished, cost, back, censored = self.seen
        share = dissent / self.desire.sum()
        return np.array([dissent, share, penalty, punished, cost, *self.policy, back, censored], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state, the generator's included."""
        state: Any = self.generator.bit_generator.state
        words = [word >> shift & (2**64 - 1) for word in state["state"].values() for shift in (0, 64)]
        return {
            "tick": np.array(self.tick, dtype=np.int64),
            "generator": np.array([*words, state["has_uint32"], state["uinteger"]], dtype=np.uint64),
            "policy": self.policy.copy(),
            "compared": np.array(self.compared),
            "seen": self.seen.copy(),
        }

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        words = [int(word) for word in snapshot["generator"]]
        inner = {"state": words[0] | words[1] << 64, "inc": words[2] | words[3] << 64}
        self.generator.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": inner,
            "has_uint32": words[4],
            "uinteger": words[5],
        }
        self.tick, self.compared = int(snapshot["tick"]), float(snapshot["compared"])
        self.policy, self.seen = snapshot["policy"].copy(), snapshot["seen"].copy()

    def digest(self) -> str:
        """Return a hash of the state and of the population it lives on."""
        return digest_of(self.snapshot() | {"desire": self.desire, "boldness": self.boldness})

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next round on; the population and the policy reached stay."""
        self.settings = settings


class DaymudeModel:
    """The model; see the top of the file."""

    name = "daymude2025"
    version = "1"
    meaning = "Dissent and self-censorship under an authority that adapts (Daymude, Axelrod and Forrest 2025)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    intensities = ("authority.tolerance", "authority.severity", "authority.surveillance")
    generator = "numpy.random.default_rng (PCG64), in the order of the authors' code"
    tick_days = 7
    smallest_persons = 1

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables: the model has none."""
        return [
            f"table '{name}' is unknown to model '{self.name}', which has none."
            for name in structure
            if name != "start"
        ]

    def build(self, settings: Settings, *, persons: int, seed: int) -> DaymudeWorld:
        """Build a population and an authority before their first round."""
        return DaymudeWorld(settings, persons=persons, seed=seed)


DAYMUDE2025 = DaymudeModel()
