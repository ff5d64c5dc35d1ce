"""Social networks and collective action (Siegel 2009), and what taking people out of a network does (Siegel 2011).

Siegel, D. A. (2009). Social networks and collective action. *American Journal of Political Science* 53(1), 122-138. Siegel, D. A. (2011). When does repression work? Collective action in social networks. *Journal of
Politics* 73(4), 993-1010 (volume and pages unverified). Read: the abstract of 2009 and one page of a conference version of the second.

Symbols
-------
N   persons [persons]
b   a person's net internal motivation, fixed [1]
c   the person's external motivation [1]
l   the share of those whom the person is tied to that take part (local participation rate) [1]
q   how slowly external motivation changes: the share of it that a step leaves [1]

Order of events
---------------
At tick 0 nobody takes part and c = -1 everywhere. In a step (1) all look at l as it was when the step began: c' = q c - (1 - q) (1 - l); (2) a person takes part if b + c' > 0, all at once; (3) at the end of every tenth step up to
`removal.per_ten_steps` of those who take part are removed for ever, by lot or those with most ties first, and each remaining tie of theirs raises the motivation of the other by `removal.anger`.

Departures
----------
**Equations, networks and their parameters are from memory, unverified**; no table of the papers could be read. Ours: c = -1 at the start (a world at rest in which nobody takes part), the details of how each network is made,
whether somebody removed is still counted among ties (`removal.seen`), and anger. Read: removal of up to a fixed number of rebels in ten periods, 0 to 25 in a population of 500, by lot or the most linked first.

Known results it reproduces
---------------------------
At rest c = l - 1, so a person takes part if l > 1 - b: a threshold on the share of ties; b > 1 takes part always, b < 0 never. With everybody tied to everybody and normal b the equilibria from nobody are .0090, .0301, .9910,
.9716 at (mean, s.d.) = (.4, .25), (.5, .25), (.6, .25), (.6, .30). `verification/siegel2009.py` holds each with its result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.keyed import normals, uniforms
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError
from whowhom.parameters import Declarations, Parameter, Switch

MOTIVATION, TIE, FAR, REMOVED, PLACE = 1, 2, 3, 4, 5  # streams; numbers are never reused
NETWORKS = ("complete", "small_world", "village", "opinion_leader", "hierarchy")
COMPLETE, SMALL_WORLD, VILLAGE, OPINION_LEADER, HIERARCHY = range(5)
TARGETS = ("by_lot", "most_ties")
SEEN = ("absent", "as_quiet")
MOST_PERSONS = 8192
"""Persons up to which a network other than the complete one is made, since every pair is asked [persons]."""
Row = NDArray[np.float64]

_MEMORY = "Siegel 2009, from memory, unverified"
_WORDS: dict[str, Any] = {"kind": "int"}


def _parameter(name: str, symbol: str, default: float, low: float, high: float, meaning: str, **more: Any) -> Parameter:
    row: dict[str, Any] = {"unit": "1", "source": "Ours", "equation": "l"} | more
    return Parameter(name, symbol=symbol, default=default, low=low, high=high, meaning=meaning, **row)


DECLARATIONS = Declarations(
    parameters=(
        _parameter("motivation.mean", "m", 0.6, -10.0, 10.0, "mean of net internal motivation", source=_MEMORY, equation="b"),
        _parameter("motivation.sd", "s", 0.25, 0.0, 10.0, "standard deviation of net internal motivation", source=_MEMORY, equation="b"),
        _parameter("external.inertia", "q", 0.5, 0.0, 0.999, "share of external motivation that a step leaves", source=_MEMORY, equation="c"),
        _parameter("network.kind", "kind", SMALL_WORLD, 0, 4, "kind of the network", source=_MEMORY, labels=NETWORKS, **_WORDS),
        _parameter("network.ties", "k", 10, 2, 1000, "ties of a person in the ring of a small world, an even number of which is made; the mean number with an opinion leader", **_WORDS),
        _parameter("network.rewired", "p", 0.1, 0.0, 1.0, "share of a small world's ties that lead anywhere"),
        _parameter("network.village", "V", 20, 2, 4096, "persons of a village, all tied to each other", unit="persons", **_WORDS),
        _parameter("network.far", "f", 0.002, 0.0, 1.0, "probability of a tie between two persons of different villages, or of one level of a hierarchy"),
        _parameter("network.exponent", "gamma", 2.5, 2.01, 10.0, "exponent of the distribution of ties with opinion leaders"),
        _parameter("network.below", "B", 5, 2, 1000, "persons directly below each in a hierarchy", unit="persons", **_WORDS),
        _parameter("removal.per_ten_steps", "R", 0.0, 0.0, 1e6, "most persons removed at the end of every tenth step", unit="persons", equation="R", source="Siegel, conference version (0 to 25 of 500)"),
        _parameter("removal.targets", "target", 0, 0, 1, "whom removal takes", equation="R", source="Siegel, conference version", labels=TARGETS, **_WORDS),
        _parameter("removal.seen", "seen", 0, 0, 1, "whether ties to the removed are gone or seem to be to somebody quiet", equation="R", labels=SEEN, **_WORDS),
        _parameter("removal.anger", "A", 0.0, 0.0, 10.0, "rise of motivation for each tie that removal cuts", equation="R", source="Siegel 2011, from memory, unverified (idea); Ours (number)"),
    ),
    switches=(
        Switch(
            "removal",
            meaning="persons who take part are removed",
            off_means="nobody is",
            rung="constant, from the scenario",
            equation="R",
            source="Siegel 2011",
        ),
    ),
    listed_by="whowhom describe siegel2009",
)  # fmt: skip

OBSERVABLES = (
    Observable("participating", "persons", "persons who take part", "stock"),
    Observable("share_participating", "[1]", "persons who take part, of all at the start", "share"),
    Observable("joined_in_step", "persons", "persons who began to take part in the step just played", "flow"),
    Observable("removed", "persons", "persons removed since the start", "total"),
    Observable("settled", "[1]", "1 if nobody began or ceased in the step just played, and nobody was removed", "code"),
    Observable("always", "persons", "persons left whom no network could keep quiet", "stock", "analyst"),
    Observable("never", "persons", "persons left whom no network could move", "stock", "analyst"),
)  # fmt: skip


def equilibrium(mean: float, sd: float) -> float:
    """The share that takes part in the end in a large complete network with normal motivation, from nobody on [1].

    The least r with r = P(b > 1 - r), come to by repetition from 0, which rises towards it.
    """
    r = 0.0
    for _ in range(1_000_000):
        before, r = r, 0.5 * math.erfc((1.0 - mean - r) / (sd * math.sqrt(2.0)))
        if r == before:
            break
    return r


def threshold(motivation: float) -> float:
    """The share of ties above which a person at rest takes part, 1 - b [1]."""
    return 1.0 - motivation


def _pairs(persons: int, seed: int) -> NDArray[np.float64]:
    """The luck of each pair, float64 [persons, persons], below the diagonal; another person adds pairs and changes none."""
    luck = np.ones((persons, persons))
    for i in range(1, persons):
        luck[i, :i] = uniforms(i, seed=seed, stream=TIE, first=i * (i - 1) // 2)
    return luck


def _small_world(persons: int, seed: int, *, ties: int, rewired: float) -> NDArray[np.bool_]:
    """A ring in which each is tied to the next ties/2 on both sides, some ties leading anywhere instead."""
    tied = np.zeros((persons, persons), dtype=np.bool_)
    half = min(ties // 2, (persons - 1) // 2)
    i = np.repeat(np.arange(persons), half)
    j = (i + np.tile(np.arange(1, half + 1), persons)) % persons
    moved = uniforms(i.size, seed=seed, stream=FAR) < rewired
    place = np.floor(uniforms(i.size, seed=seed, stream=PLACE) * (persons - 1)).astype(np.int64)
    tied[i, np.where(moved, (i + 1 + place) % persons, j)] = True
    return tied


def ties(kind: int, persons: int, seed: int, value: Mapping[str, float]) -> NDArray[np.bool_]:
    """Who is tied to whom: bool [persons, persons], symmetric, nobody to himself.

    Parameters
    ----------
    kind
        A place in `NETWORKS`, not the complete one.
    persons, seed
        Size, and luck.
    value
        Parameters by name.
    """
    who = np.arange(persons)
    if kind == SMALL_WORLD:
        tied = _small_world(persons, seed, ties=int(value["network.ties"]), rewired=value["network.rewired"])
    elif kind == VILLAGE:
        home = who // int(value["network.village"])
        same = home[:, None] == home[None, :]
        tied = np.tril(same | (_pairs(persons, seed) < value["network.far"]), -1)
    elif kind == OPINION_LEADER:
        weight = (who + 1.0) ** (-1.0 / (value["network.exponent"] - 1.0))
        weight *= value["network.ties"] * persons / weight.sum()
        tied = np.tril(_pairs(persons, seed) < weight[:, None] * weight[None, :] / weight.sum(), -1)
    else:
        below = int(value["network.below"])
        above = (who - 1) // below
        level = np.zeros(persons, dtype=np.int64)
        for i in range(1, persons):
            level[i] = level[above[i]] + 1
        tied = np.tril((level[:, None] == level[None, :]) & (_pairs(persons, seed) < value["network.far"]), -1)
        tied[who[1:], above[1:]] = True
    whole: NDArray[np.bool_] = tied | tied.T
    return whole


class SiegelWorld:
    """One society. `active`, `present` bool [persons]; `external`, `anger` float64 [persons]; motivation and ties follow from settings and seed."""

    def __init__(self, settings: Settings, *, persons: int, seed: int) -> None:
        self.settings, self.persons, self.seed = settings, persons, seed
        self.tick, self.joined, self.removed, self.settled = 0, 0, 0, False
        self.alive, self.cause = True, ""
        self.active = np.zeros(persons, dtype=np.bool_)
        self.present = np.ones(persons, dtype=np.bool_)
        self.external = np.full(persons, -1.0)
        self.anger = np.zeros(persons)
        self._luck = normals(persons, seed=seed, stream=MOTIVATION)
        value = {name: settings.value(name, 0) for name in settings.names}
        self.complete = int(value["network.kind"]) == COMPLETE
        if not self.complete:
            self.who, self.other = np.nonzero(ties(int(value["network.kind"]), persons, seed, value))

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def motivation(self) -> Row:
        """Net internal motivation with anger, float64 [persons] [1]."""
        base: Row = self._value("motivation.mean") + self._value("motivation.sd") * self._luck
        return base + self.anger

    def _tied(self, what: NDArray[np.bool_]) -> Row:
        """How many of each person's ties lead to somebody of whom this is true, float64 [persons]."""
        if self.complete:
            others: Row = float(what.sum()) - what.astype(np.float64)
            return others
        counts: Any = np.bincount(self.who, weights=what[self.other], minlength=self.persons)
        found: Row = counts.astype(np.float64)
        return found

    def local_rate(self) -> Row:
        """The share of each person's ties that takes part; 0 for somebody without any, float64 [persons] [1]."""
        whole = self.present if self._value("removal.seen") == 0 else np.ones(self.persons, dtype=np.bool_)
        return self._tied(self.active) / np.maximum(self._tied(whole), 1.0)

    def step(self) -> None:
        """Let all decide, then let some be removed."""
        q = self._value("external.inertia")
        self.external = q * self.external - (1.0 - q) * (1.0 - self.local_rate())
        before = self.active
        self.active = (self.motivation() + self.external > 0.0) & self.present
        self.joined = int((self.active & ~before).sum())
        self.settled = bool((self.active == before).all())
        if self.tick % 10 == 9 and self.settings.on("removal", self.tick):
            self._remove(int(self._value("removal.per_ten_steps")))
        self.tick += 1

    def _remove(self, most: int) -> None:
        """Take out up to so many of those who take part."""
        rebels = np.flatnonzero(self.active)
        if most == 0 or rebels.size == 0:
            return
        order = uniforms(self.persons, seed=self.seed, stream=REMOVED, tick=self.tick)[rebels]
        if self._value("removal.targets") == 1:
            order = order - self._tied(self.present)[rebels]  # most ties first, the lot among equals
        taken = np.zeros(self.persons, dtype=np.bool_)
        taken[rebels[np.argsort(order, kind="stable")[:most]]] = True
        self.present = self.present & ~taken
        self.active = self.active & ~taken
        self.removed += int(taken.sum())
        self.anger = self.anger + self._value("removal.anger") * self._tied(taken)
        self.settled = False

    def observe(self) -> Row:
        """Return the observables."""
        n, b = int(self.active.sum()), self.motivation()
        left = (self.present & (b > 1.0)).sum(), (self.present & (b <= 0.0)).sum()
        return np.array([n, n / self.persons, self.joined, self.removed, self.settled, *left], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state."""
        counts = np.array([self.tick, self.joined, self.removed, self.settled], dtype=np.int64)
        rows = {name: getattr(self, name).copy() for name in ("active", "present", "external", "anger")}
        return rows | {"counts": counts}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        for name in ("active", "present", "external", "anger"):
            setattr(self, name, snapshot[name].copy())
        self.tick, self.joined, self.removed = (int(count) for count in snapshot["counts"][:3])
        self.settled = bool(snapshot["counts"][3])

    def digest(self) -> str:
        """Return a hash of the state."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next step on; the network stays."""
        self.settings = settings


class SiegelModel:
    """The model; see the top of the file."""

    name = "siegel2009"
    version = "1"
    meaning = "Collective action in social networks, and removal from them (Siegel 2009, 2011; equations unverified)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    intensities = ("removal.per_ten_steps",)
    tick_days = 7
    smallest_persons = 3

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables: the model has none."""
        return [
            f"table '{name}' is unknown to model '{self.name}', which has none."
            for name in structure
            if name != "start"
        ]

    def build(self, settings: Settings, *, persons: int, seed: int) -> SiegelWorld:
        """Build a society in which nobody takes part."""
        if persons > MOST_PERSONS and settings.value("network.kind", 0) != COMPLETE:
            raise ModelError(
                f"'persons' must be at most {MOST_PERSONS} in a network, got {persons}. Every pair of them is asked; the complete network has no limit."
            )
        return SiegelWorld(settings, persons=persons, seed=seed)


SIEGEL2009 = SiegelModel()
