"""The repression-dissent puzzle on networks (Steinert-Threlkeld and Steinert-Threlkeld 2021): why studies disagree though repression here can only lower what people do.

Steinert-Threlkeld, Z. C., Steinert-Threlkeld, S. (2021). How social networks affect the repression-dissent puzzle. *PLOS ONE* 16(5), e0250784; the authors' code: scale-free-protest. The abstract and the code were read.

Symbols
-------
x   a person's threshold: the share of ties in the street from which the person goes too [1]
g   the repression rate: the share of those in the street who are removed in a step, rounded down to whole persons [1]
w   a person's weight in removal: ties at the start, of the most of anybody in the street, plus 1 - x / the highest x there [1]

Order of events
---------------
At tick 0 a person chosen by lot and all ties of that person are in the street: the seeds. In a step (1) int(g n) of the n in the street are removed for ever, by weights w without replacement; (2) each in the street whose share of ties in the street
is below x drops out, but a seed is never dropped from the count; (3) all ties of those in the street with a share of at least x go too, at once. When a step brings nobody, the outcome is reached and nothing happens any more.

Departures
----------
None by intent, the **quirk** included: a seed below the own threshold is still counted as being in the street but moves nobody any more (`seeds.below_threshold = silent`); `moving` is what the paper's text suggests. Dropping out is done
one after the other by number, each seeing the last (`dropping.order = in_turn`; the code goes through a set of numbers, whose order is nearly that). Networks are made by the rules of the code's library (ring with rewired ties, an odd number
of neighbours giving one fewer; attachment with triads; expected degrees, largest component) with our own draws, so runs agree in distribution. Somebody without ties has a share of 0; in the code this is an error. Weighted removal without
replacement is one after the other; the code's library draws several at once.

Known results it reproduces
---------------------------
The size of the outcome falls with the repression rate, with and without the quirk, and less with it. `verification/steinert_threlkeld2021.py` holds each with its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.kernel import entry
from whowhom.engine.keyed import quantiles, uniforms
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError
from whowhom.parameters import Declarations, Parameter, Switch

THRESHOLD, SEED, TIE, WEIGHT, REWIRE, PLACE, ATTACH, TRIAD, REMOVED = range(1, 10)  # streams; numbers are never reused
NETWORKS = ("scale_free", "small_world", "clustered")
SCALE_FREE, SMALL_WORLD, CLUSTERED = range(3)
SHAPES = ("uniform", "normal")
BELOW = ("silent", "moving")
ORDERS = ("in_turn", "at_once")
MOST_PERSONS = 4096
"""Persons up to which a network is made, since every pair is asked for one kind of it [persons]."""

_WORDS: dict[str, Any] = {"kind": "int"}


def _parameter(name: str, symbol: str, default: float, low: float, high: float, meaning: str, **more: Any) -> Parameter:
    row: dict[str, Any] = {"unit": "1", "source": "the authors' code", "equation": "x"} | more
    return Parameter(name, symbol=symbol, default=default, low=low, high=high, meaning=meaning, **row)


DECLARATIONS = Declarations(
    parameters=(
        _parameter("threshold.shape", "shape", 0, 0, 1, "how thresholds are distributed: uniform, or normal with negative ones at 0", labels=SHAPES, **_WORDS),
        _parameter("threshold.mean", "m", 0.25, 0.0, 1.0, "mean of normal thresholds"),
        _parameter("threshold.sd", "s", 0.122, 0.0, 1.0, "standard deviation of normal thresholds"),
        _parameter("network.kind", "kind", SMALL_WORLD, 0, 2, "kind of the network", labels=NETWORKS, **_WORDS),
        _parameter("network.exponent", "gamma", 2.5, 2.0, 3.0, "exponent of the expected numbers of ties, scale-free network"),
        _parameter("network.ties", "k", 15, 2, 1000, "neighbours on the ring of a small world; an odd number gives one fewer", **_WORDS),
        _parameter("network.rewired", "p", 0.1, 0.0, 1.0, "probability that a tie of a small world leads elsewhere"),
        _parameter("network.attached", "M", 3, 1, 100, "ties that each newcomer of a clustered network makes", **_WORDS),
        _parameter("network.triads", "t", 0.3, 0.0, 1.0, "probability that such a tie closes a triangle"),
        _parameter("repression.rate", "g", 0.05, 0.0, 1.0, "share of those in the street who are removed in a step", equation="w"),
        _parameter("seeds.below_threshold", "below", 0, 0, 1, "what a seed below its own threshold does: it is counted and silent, or goes on moving others", labels=BELOW, **_WORDS),
        _parameter("dropping.order", "order", 0, 0, 1, "whether people drop out one after the other or all at once", labels=ORDERS, **_WORDS),
    ),
    switches=(
        Switch("repression", meaning="people in the street are removed", off_means="nobody is", rung="constant, from the scenario", equation="w", source="the authors' code"),
    ),
    listed_by="whowhom describe steinert_threlkeld2021",
)  # fmt: skip

OBSERVABLES = (
    Observable("in_street", "persons", "persons counted in the street", "stock"),
    Observable("share_in_street", "[1]", "persons counted in the street, of all who have a place in the network at the start", "share"),
    Observable("joined_in_step", "persons", "persons who went in the step just played", "flow"),
    Observable("dropped_in_step", "persons", "persons who dropped out in the step just played", "flow"),
    Observable("removed", "persons", "persons removed since the start", "total"),
    Observable("settled", "[1]", "1 if a step has brought nobody: the outcome", "code"),
    Observable("moving", "persons", "persons in the street who move others", "stock", "analyst"),
    Observable("in_network", "persons", "persons left in the network", "stock", "analyst"),
)  # fmt: skip


@entry
def _rate(i: int, start: Any, other: Any, moving: Any, present: Any) -> Any:
    """The share of a person's ties left that move others, 0 without any."""
    n, found = 0, 0
    for k in range(start[i], start[i + 1]):
        if present[other[k]]:
            n += 1
            if moving[other[k]]:
                found += 1
    return found / n if n > 0 else 0.0


@entry
def _drop(
    start: Any, other: Any, threshold: Any, seeds: Any, silent: Any, seen: Any, street: Any, moving: Any, present: Any
) -> Any:
    """Let people drop out by number; `seen` is `moving` itself (one after the other) or a copy (at once). How many dropped."""
    dropped = 0
    for i in range(street.size):
        if street[i] and _rate(i, start, other, seen, present) < threshold[i]:
            if not seeds[i]:
                street[i] = False
                moving[i] = False
                dropped += 1
            elif silent:
                moving[i] = False
    return dropped


@entry
def _join(start: Any, other: Any, threshold: Any, street: Any, moving: Any, present: Any, joins: Any) -> Any:
    """Find who goes too: tied to somebody in the street, and enough ties moving. How many."""
    n = 0
    for i in range(street.size):
        joins[i] = False
        if present[i] and not street[i]:
            near = False
            for k in range(start[i], start[i + 1]):
                near = near or (present[other[k]] and street[other[k]])
            if near and _rate(i, start, other, moving, present) >= threshold[i]:
                joins[i] = True
                n += 1
    return n


def small_world(n: int, seed: int, *, neighbours: int, rewired: float) -> list[set[int]]:
    """A ring of n persons with `neighbours // 2` ties on both sides, each rewired with some probability to somebody not yet tied (Watts and Strogatz)."""
    half = min(neighbours // 2, (n - 1) // 2)
    ties: list[set[int]] = [set() for _ in range(n)]
    for j in range(1, half + 1):
        for i in range(n):
            _tie(ties, i, (i + j) % n)
    for j in range(1, half + 1):
        moved = uniforms(n, seed=seed, stream=REWIRE, first=(j - 1) * n) < rewired
        for i in np.flatnonzero(moved).tolist():
            if len(ties[i]) >= n - 1:
                continue
            tries = 0
            while True:
                u = uniforms(1, seed=seed, stream=PLACE, tick=tries, first=(j - 1) * n + i)[0]
                there = int(u * n)
                tries += 1
                if there != i and there not in ties[i]:
                    break
            ties[i].discard((i + j) % n)
            ties[(i + j) % n].discard(i)
            _tie(ties, i, there)
    return ties


def clustered(n: int, seed: int, *, attached: int, triads: float) -> list[set[int]]:
    """A network that grows by preferential attachment with triangles (Holme and Kim): the m-th newcomer is the first."""
    ties: list[set[int]] = [set() for _ in range(n)]
    often = list(range(min(attached, n)))  # each as often as it has ties, and once at the start
    for i in range(attached, n):
        draws = uniforms(64 * attached, seed=seed, stream=ATTACH, first=i * 64 * attached)
        lots = uniforms(2 * attached, seed=seed, stream=TRIAD, first=i * 2 * attached)
        wanted: list[int] = []
        for u in draws:  # different persons, each with a chance by its ties
            if len(wanted) < attached and often[int(u * len(often))] not in wanted:
                wanted.append(often[int(u * len(often))])
        made: list[int] = []
        last = -1
        for k in range(attached):
            near = sorted(ties[last] - ties[i] - {i}) if k > 0 and lots[2 * k] < triads else []
            if near:
                there = near[int(lots[2 * k + 1] * len(near))]  # the last one attached to by chance stays the corner
            elif wanted:
                there = last = wanted.pop(0)
            else:
                break
            _tie(ties, i, there)
            made.append(there)
        often += [*made, *[i] * attached]
    return ties


def scale_free(n: int, seed: int, *, exponent: float) -> list[set[int]]:
    """The largest component of a network in which persons have Pareto-distributed expected numbers of ties."""
    weight = uniforms(n, seed=seed, stream=WEIGHT) ** (-1.0 / (exponent - 1.0))
    i, j = np.tril_indices(n, -1)
    luck = uniforms(i.size, seed=seed, stream=TIE)
    tied = luck * weight.sum() < weight[i] * weight[j]
    ties: list[set[int]] = [set() for _ in range(n)]
    for a, b in zip(i[tied].tolist(), j[tied].tolist(), strict=True):
        _tie(ties, a, b)
    largest = max(_components(ties), key=lambda part: (len(part), -min(part)))
    return [ties[a] if a in largest else set() for a in range(n)]


def _tie(ties: list[set[int]], i: int, j: int) -> None:
    ties[i].add(j)
    ties[j].add(i)


def _components(ties: list[set[int]]) -> list[set[int]]:
    """Sets of persons who are joined by ties, directly or not."""
    seen: set[int] = set()
    found = []
    for i in range(len(ties)):
        if i not in seen:
            part, waiting = {i}, [i]
            while waiting:
                more = ties[waiting.pop()] - part
                part |= more
                waiting.extend(more)
            seen |= part
            found.append(part)
    return found


class StreetWorld:
    """One network. `street`, `moving`, `present`, `seeds` bool [persons]; ties in rows: those of i are `other[start[i]:start[i + 1]]`."""

    def __init__(self, settings: Settings, *, persons: int, seed: int) -> None:
        self.settings, self.persons, self.seed = settings, persons, seed
        self.tick, self.joined, self.dropped, self.removed, self.settled = 0, 0, 0, 0, False
        self.alive, self.cause = True, ""
        ties = self._network(int(self._value("network.kind")))
        degree = np.array([len(row) for row in ties])
        self.start = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
        self.other = np.array([j for row in ties for j in sorted(row)], dtype=np.int64)
        self.degree = degree.astype(np.float64)
        self.present = degree > 0
        self.size = max(int(self.present.sum()), 1)
        u = uniforms(persons, seed=seed, stream=THRESHOLD)
        if self._value("threshold.shape") == 1:
            u = np.maximum(0.0, self._value("threshold.mean") + self._value("threshold.sd") * quantiles(u))
        self.threshold = u
        self.seeds = np.zeros(persons, dtype=np.bool_)
        members = np.flatnonzero(self.present)
        if members.size:
            first = members[int(uniforms(1, seed=seed, stream=SEED)[0] * members.size)]
            self.seeds[first] = True
            self.seeds[self.other[self.start[first] : self.start[first + 1]]] = True
        self.street, self.moving = self.seeds.copy(), self.seeds.copy()

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def _network(self, kind: int) -> list[set[int]]:
        if kind == SCALE_FREE:
            return scale_free(self.persons, self.seed, exponent=self._value("network.exponent"))
        if kind == SMALL_WORLD:
            how = {"neighbours": int(self._value("network.ties")), "rewired": self._value("network.rewired")}
            return small_world(self.persons, self.seed, **how)  # type: ignore[arg-type]
        attached = int(self._value("network.attached"))
        return clustered(self.persons, self.seed, attached=attached, triads=self._value("network.triads"))

    def step(self) -> None:
        """Remove, let people drop out, let people go; nothing once the outcome is reached."""
        self.joined, self.dropped = 0, 0
        if not self.settled:
            if self.settings.on("repression", self.tick):
                self._repress(int(self._value("repression.rate") * int(self.street.sum())))
            silent = self._value("seeds.below_threshold") == 0
            seen = self.moving if self._value("dropping.order") == 0 else self.moving.copy()
            rows = self.start, self.other, self.threshold
            self.dropped = int(_drop(*rows, self.seeds, silent, seen, self.street, self.moving, self.present))
            joins = np.zeros(self.persons, dtype=np.bool_)
            self.joined = int(_join(*rows, self.street, self.moving, self.present, joins))
            self.street |= joins
            self.moving |= joins
            self.settled = self.joined == 0
        self.tick += 1

    def _repress(self, count: int) -> None:
        """Remove so many of those in the street, by weights and without replacement."""
        if count == 0:
            return
        who = np.flatnonzero(self.street)
        weight = self.degree[who] / self.degree[who].max() + 1.0
        highest = self.threshold[who].max()
        weight -= self.threshold[who] / highest if highest > 0.0 else 0.0
        luck = uniforms(self.persons, seed=self.seed, stream=REMOVED, tick=self.tick)[who]
        late = -np.log(luck) / np.maximum(weight, 1e-300)  # the first to come of so many clocks with these rates
        taken = who[np.argsort(late, kind="stable")[:count]]
        for state in (self.street, self.moving, self.present):
            state[taken] = False
        self.removed += count

    def observe(self) -> NDArray[np.float64]:
        """Return the observables."""
        n = int(self.street.sum())
        last = self.joined, self.dropped, self.removed, self.settled, self.moving.sum(), self.present.sum()
        return np.array([n, n / self.size, *last], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state."""
        counts = np.array([self.tick, self.joined, self.dropped, self.removed, self.settled], dtype=np.int64)
        return {name: getattr(self, name).copy() for name in ("street", "moving", "present")} | {"counts": counts}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        for name in ("street", "moving", "present"):
            setattr(self, name, snapshot[name].copy())
        self.tick, self.joined, self.dropped, self.removed = (int(count) for count in snapshot["counts"][:4])
        self.settled = bool(snapshot["counts"][4])

    def digest(self) -> str:
        """Return a hash of the state."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next step on; network and thresholds stay."""
        self.settings = settings


class StreetModel:
    """The model; see the top of the file."""

    name = "steinert_threlkeld2021"
    version = "1"
    meaning = "Thresholds on networks under removal (Steinert-Threlkeld and Steinert-Threlkeld 2021)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    intensities = ("repression.rate",)
    tick_days = 7
    smallest_persons = 8

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables: the model has none."""
        return [
            f"table '{name}' is unknown to model '{self.name}', which has none."
            for name in structure
            if name != "start"
        ]

    def build(self, settings: Settings, *, persons: int, seed: int) -> StreetWorld:
        """Build a network with its seeds in the street."""
        if persons > MOST_PERSONS:
            raise ModelError(
                f"'persons' must be at most {MOST_PERSONS} in a network, got {persons}. The paper has 1,000."
            )
        return StreetWorld(settings, persons=persons, seed=seed)


STEINERT_THRELKELD2021 = StreetModel()
