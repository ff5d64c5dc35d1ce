"""Legitimacy that answers to rebellion, and the massive loss of fear (Lemos, Lopes and Coelho 2013-2018), on Epstein's lattice.

Lemos, C., Lopes, R. J., Coelho, H. (2016). On legitimacy feedback mechanisms in agent-based models of civil violence. *International Journal of Intelligent Systems* 31(2), 106-127. Read: abstracts of their papers and a review of
their book (2018). Their equations were **not** readable: what is not said to be read here is ours.

Symbols
-------
H, R    hardship and risk aversion of a person, uniform in (0, 1), for life [1]
L       legitimacy, the same for all [1]
C, A    cops, and active persons with the deciding one, within vision [persons]
P       estimated probability of arrest [1]; k its steepness; x the ratio C / A below which fear is lost
T       threshold of action [1]; J longest jail term [ticks]

Order of events
---------------
Persons and cops stand on a torus, 0.7 of the sites held by persons. In a tick (1) those whose term is over come back to an empty site drawn by lot; (2) everybody, in an order drawn by lot, moves to an empty site within vision drawn by lot; a person
then is active if H (1 - L) - R P > T; a cop arrests one active person within vision, drawn by lot, whose term is uniform in (0, J); (3) legitimacy moves: L' = L + speed (L0 (1 - a share active - j share in jail) - L), not below 0.

Departures
----------
The lattice and rules (1), (2) are those of Epstein (2002) as one of their readings has them (everyone once in a drawn order, moving first). **From memory, unverified**: P = 1 - exp(-k C / A) for C / A >= x and 0 below (`arrest.shape = fear_loss`). **Ours**: rule (3).
Theirs has four functions (weighted average, geometric mean, system support, justification), global or of each person, of which the forms are not known to us. Left out, since only named: delay of imprisonment, impact of news, hardship from relative
deprivation, contagion by small groups and activists.

Known results it reproduces
---------------------------
Read as claims of theirs: cascades occur if and only if estimated risk drops massively below a critical ratio; a longer term lowers the frequency of peaks. `verification/lemos2016.py` holds each with its result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.kernel import entry
from whowhom.engine.keyed import uniforms
from whowhom.engine.settings import Settings
from whowhom.engine.streams import key_of, philox, pick, unit
from whowhom.parameters import Declarations, Parameter, Switch

HARDSHIP, RISK, START, ORDER, MOVE, ARREST, TERM, RETURN = range(1, 9)  # streams; numbers are never reused
SHAPES = ("fear_loss", "floor", "ratio")
FEAR_LOSS, FLOOR, RATIO = range(3)
DENSITY = 0.7
OUTBURST = 50.0 / 1120.0
"""Share of persons active above which an outburst begins and below which it ends: Epstein's 50 of 1,120 [1]."""

_EPSTEIN = "Epstein 2002"


def _parameter(
    name: str, symbol: str, default: float, low: float, high: float, unit: str, meaning: str, **more: Any
) -> Parameter:
    row: dict[str, Any] = {"source": _EPSTEIN, "equation": "P"} | more
    return Parameter(name, symbol=symbol, default=default, low=low, high=high, unit=unit, meaning=meaning, **row)


DECLARATIONS = Declarations(
    parameters=(
        _parameter("legitimacy.start", "L0", 0.82, 0.0, 1.0, "1", "legitimacy at tick 0, to which it returns"),
        _parameter("legitimacy.speed", "v", 0.02, 0.0, 1.0, "1/tick", "share of the way that legitimacy goes in a tick", source="Ours", equation="L"),
        _parameter("legitimacy.active", "a", 1.0, 0.0, 100.0, "1", "weight of the share of persons who are active", source="Ours", equation="L"),
        _parameter("legitimacy.jailed", "j", 0.3, 0.0, 100.0, "1", "weight of the share of persons who are in jail", source="Ours", equation="L"),
        _parameter("arrest.shape", "P", FEAR_LOSS, 0, 2, "1", "how risk follows from C / A: zero below a ratio, by whole numbers of C / A, or from the ratio as it is", source="Lemos et al., from memory, unverified; Epstein 2002; NetLogo Rebellion", labels=SHAPES, kind="int"),
        _parameter("arrest.ratio", "x", 1.0, 0.0, 100.0, "1", "ratio C / A below which fear is lost", source="Lemos et al., from memory, unverified"),
        _parameter("arrest.steepness", "k", 2.3, 0.0, 100.0, "1", "steepness of estimated risk"),
        _parameter("action.threshold", "T", 0.1, 0.0, 1.0, "1", "threshold of action", equation="T"),
        _parameter("police.density", "c", 0.04, 0.0, 0.25, "1", "share of sites held by police", equation="C"),
        _parameter("vision.radius", "r", 7.0, 1.0, 20.0, "sites", "radius of vision and of moves", equation="C"),
        _parameter("term.longest", "J", 30.0, 0.0, 1e6, "ticks", "longest term", equation="J"),
    ),
    switches=(
        Switch("feedback", meaning="legitimacy falls with the active and the jailed", off_means="it stays as it is", rung="constant, from the scenario", equation="L", source="Lemos et al. 2016 (idea); Ours (form)"),
    ),
    listed_by="whowhom describe lemos2016",
)  # fmt: skip

OBSERVABLES = (
    Observable("active", "persons", "persons who are active", "stock"),
    Observable("jailed", "persons", "persons in jail", "stock"),
    Observable("arrests_in_tick", "persons", "persons arrested in the tick just played", "flow"),
    Observable("share_active", "[1]", "persons who are active, of all", "share"),
    Observable("legitimacy", "[1]", "legitimacy", "share", "analyst"),
    Observable("outbursts", "[1]", "outbursts begun since the start", "total"),
    Observable("in_outburst", "[1]", "1 during an outburst", "code"),
)  # fmt: skip


def risk(cops: float, actives: float, *, shape: int = FEAR_LOSS, ratio: float = 1.0, steepness: float = 2.3) -> float:
    """Estimated probability of arrest, of a person who counts itself among `actives` [1]."""
    return float(_risk(float(cops), float(actives), shape, ratio, steepness))


@entry
def _risk(cops: Any, actives: Any, shape: Any, ratio: Any, steepness: Any) -> Any:
    """As `risk`."""
    q = cops / actives
    if shape == 1:
        q = math.floor(q)
    elif shape == 0 and q < ratio:
        q = 0.0
    return 1.0 - math.exp(-steepness * q)


@entry
def _free(site: Any, side: Any, reach: Any, grid: Any, take: Any) -> Any:
    """How many empty sites are in reach; or, for `take` of 0 or more, the one with this number."""
    x, y = site % side, site // side
    n = 0
    for k in range(reach.shape[0]):
        there = (y + reach[k, 1]) % side * side + (x + reach[k, 0]) % side
        if grid[there] < 0:
            if n == take:
                return there
            n += 1
    return n


@entry
def _tick(
    order: Any,
    site: Any,
    grid: Any,
    active: Any,
    term: Any,
    hardship: Any,
    averse: Any,
    reach: Any,
    side: Any,
    n: Any,
    rules: Any,
    tick: Any,
    k0: Any,
    k1: Any,
) -> Any:
    """One tick of movement and action; how many were arrested.

    Writes `site`, `grid`, `active`, `term`. Draws MOVE, ARREST, TERM of each actor. Update: one after the other in `order`. Cost: three looks at all sites in reach for each actor.
    """
    legitimacy, shape, ratio, steepness, threshold, longest = rules
    arrests = 0
    for i in order:
        if site[i] < 0:
            continue
        empty = _free(site[i], side, reach, grid, -1)
        if empty > 0:
            there = _free(site[i], side, reach, grid, pick(empty, philox(i, 0, tick, 5, k0, k1)[0]))
            grid[site[i]] = -1
            grid[there] = i
            site[i] = there
        x, y = site[i] % side, site[i] // side
        cops, actives = 0, 0
        for k in range(reach.shape[0]):
            who = grid[(y + reach[k, 1]) % side * side + (x + reach[k, 0]) % side]
            if who >= n:
                cops += 1
            elif who >= 0 and active[who]:
                actives += 1
        if i < n:
            p = _risk(float(cops), 1.0 + actives, shape, ratio, steepness)
            active[i] = hardship[i] * (1.0 - legitimacy) - averse[i] * p > threshold
        elif actives > 0:
            left = pick(actives, philox(i, 0, tick, 6, k0, k1)[0])
            for k in range(reach.shape[0]):
                who = grid[(y + reach[k, 1]) % side * side + (x + reach[k, 0]) % side]
                if who >= 0 and who < n and active[who]:
                    if left == 0:
                        active[who] = False
                        grid[site[who]] = -1
                        site[who] = -1
                        term[who] = tick + longest * unit(philox(who, 0, tick, 7, k0, k1)[0])
                        arrests += 1
                        break
                    left -= 1
    return arrests


class LemosWorld:
    """One lattice. Actors are persons, then cops: `site` int64 [actors], -1 in jail; `grid` int64 [sites], the actor or -1; `active` bool, `term` float64 [persons]."""

    def __init__(self, settings: Settings, *, persons: int, seed: int) -> None:
        self.settings, self.persons, self.seed = settings, persons, seed
        self.tick, self.arrests, self.outbursts, self.outburst = 0, 0, 0, False
        self.alive, self.cause = True, ""
        self.side = math.ceil(math.sqrt(persons / DENSITY))
        sites = self.side * self.side
        self.actors = min(persons + round(settings.value("police.density", 0) * sites), sites)
        self.hardship = uniforms(persons, seed=seed, stream=HARDSHIP)
        self.averse = uniforms(persons, seed=seed, stream=RISK)
        self.site = np.argsort(uniforms(sites, seed=seed, stream=START), kind="stable")[: self.actors].astype(np.int64)
        self.grid = np.full(sites, -1, dtype=np.int64)
        self.grid[self.site] = np.arange(self.actors)
        self.active = np.zeros(persons, dtype=np.bool_)
        self.term = np.zeros(persons)
        self.legitimacy = settings.value("legitimacy.start", 0)

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def reach(self) -> NDArray[np.int64]:
        """Steps to all other sites within vision, int64 [sites in vision, 2]."""
        far = min(int(self._value("vision.radius")), (self.side - 1) // 2)
        limit = self._value("vision.radius") ** 2
        line = range(-far, far + 1)
        near = [(x, y) for y in line for x in line if 0 < x * x + y * y <= limit]
        return np.array(near, dtype=np.int64)

    def _come_back(self) -> None:
        """Those whose term is over come back, by number."""
        for i in np.flatnonzero((self.site[: self.persons] < 0) & (self.term <= self.tick)):
            empty = np.flatnonzero(self.grid < 0)
            u = uniforms(1, seed=self.seed, stream=RETURN, tick=self.tick, first=int(i))[0]
            self.site[i] = empty[int(u * empty.size)]
            self.grid[self.site[i]] = i

    def step(self) -> None:
        """Play one tick."""
        self._come_back()
        order = np.argsort(uniforms(self.actors, seed=self.seed, stream=ORDER, tick=self.tick), kind="stable")
        names = "arrest.ratio", "arrest.steepness", "action.threshold", "term.longest"
        rules = self.legitimacy, int(self._value("arrest.shape")), *(self._value(name) for name in names)
        state = self.site, self.grid, self.active, self.term, self.hardship, self.averse
        lattice = self.reach(), self.side, self.persons
        self.arrests = int(_tick(order, *state, *lattice, rules, self.tick, *key_of(self.seed)))
        if self.settings.on("feedback", self.tick):
            burden = self._value("legitimacy.active") * self.active.mean()
            burden += self._value("legitimacy.jailed") * (self.site[: self.persons] < 0).mean()
            goal = self._value("legitimacy.start") * (1.0 - burden)
            self.legitimacy = max(0.0, self.legitimacy + self._value("legitimacy.speed") * (goal - self.legitimacy))
        share = float(self.active.mean())
        if share > OUTBURST and not self.outburst:
            self.outbursts, self.outburst = self.outbursts + 1, True
        elif share < OUTBURST:
            self.outburst = False
        self.tick += 1

    def observe(self) -> NDArray[np.float64]:
        """Return the observables."""
        n, jailed = int(self.active.sum()), int((self.site[: self.persons] < 0).sum())
        burst = self.outbursts, self.outburst
        return np.array([n, jailed, self.arrests, n / self.persons, self.legitimacy, *burst], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state."""
        counts = np.array([self.tick, self.arrests, self.outbursts, self.outburst], dtype=np.int64)
        rows = {name: getattr(self, name).copy() for name in ("site", "grid", "active", "term")}
        return rows | {"counts": counts, "legitimacy": np.array(self.legitimacy, dtype=np.float64)}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        for name in ("site", "grid", "active", "term"):
            setattr(self, name, snapshot[name].copy())
        self.tick, self.arrests, self.outbursts = (int(count) for count in snapshot["counts"][:3])
        self.outburst, self.legitimacy = bool(snapshot["counts"][3]), float(snapshot["legitimacy"])

    def digest(self) -> str:
        """Return a hash of the state."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next tick on; how many cops there are stays."""
        self.settings = settings


class LemosModel:
    """The model; see the top of the file."""

    name = "lemos2016"
    version = "1"
    meaning = "Legitimacy feedback and massive fear loss on Epstein's lattice (after Lemos, Lopes and Coelho; forms ours or unverified)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    intensities = ("police.density", "term.longest")
    tick_days = 7
    smallest_persons = 20

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables: the model has none."""
        return [
            f"table '{name}' is unknown to model '{self.name}', which has none."
            for name in structure
            if name != "start"
        ]

    def build(self, settings: Settings, *, persons: int, seed: int) -> LemosWorld:
        """Build a lattice on which nobody is active or in jail."""
        return LemosWorld(settings, persons=persons, seed=seed)


LEMOS2016 = LemosModel()
