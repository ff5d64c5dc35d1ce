"""A revolution in one equation (Lang and De Sterck 2014): why some regimes are stable, some fall at a push, and new media move one to the other.

Lang, J. C., De Sterck, H. (2014). The Arab Spring: a simple compartmental model for the dynamics of a revolution. *Mathematical Social Sciences* 69, 12-21. The equation and the abstract were read, the paper was not.

Symbols
-------
r       share of society that takes part in the revolution [1]
alpha   share above which a revolution is visible [1]; visibility v is 1 above it and 0 up to it
beta    share from which on the police can no longer act [1]; policing p is 1 below it and 0 from it on
c1      rate at which those outside join a visible revolution [1 / time]
c2      rate at which policing takes people out of it [1 / time]
c*      c1 / (c1 + c2), where joining and policing balance [1]

Order of events
---------------
dr/dt = c1 v(r) (1 - r) - c2 p(r) r, from r(0) on. A step solves it exactly for `step.length` units of time: with the steps of v and p it is linear between alpha and beta, and a solution
crosses at most one of them. Nothing is left to chance and there are no persons: their number changes nothing.

Departures
----------
What holds exactly at alpha and beta is not in what was read: v = 0 at alpha and p = 0 at beta are ours, and matter for a share that begins there only. The attractors of each region follow from the
equation; the **names** of the regions (stable police state, meta-stable, unstable, failed state) are from memory, unverified.

Known results it reproduces
---------------------------
The abstract: the space of parameters parts into regions with stable, meta-stable and unstable regimes and failed states; new media, which lower alpha, can move a regime over a border, where what is
reached changes abruptly. With c1 = c2 = 1, alpha = .2, beta = .8: .3 goes to .5, .19 to 0, .81 to 1. `verification/lang_de_sterck2014.py` holds each with its result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.settings import Settings
from whowhom.parameters import Declarations, Parameter

REGIONS = ("stable_police_state", "meta_stable", "unstable", "failed_state")
STABLE, META_STABLE, UNSTABLE, FAILED = range(4)


def _parameter(name: str, symbol: str, default: float, high: float, unit: str, meaning: str, **more: Any) -> Parameter:
    row: dict[str, Any] = {"low": 0.0, "source": "Lang and De Sterck 2014", "equation": "dr/dt"} | more
    return Parameter(name, symbol=symbol, default=default, high=high, unit=unit, meaning=meaning, **row)


DECLARATIONS = Declarations(
    parameters=(
        _parameter("visibility.threshold", "alpha", 0.2, 1.0, "1", "share above which a revolution is visible"),
        _parameter("policing.capacity", "beta", 0.8, 1.0, "1", "share from which on the police can no longer act"),
        _parameter("joining.rate", "c1", 1.0, 1000.0, "1/time", "rate of joining a visible revolution", low=0.0),
        _parameter("policing.rate", "c2", 1.0, 1000.0, "1/time", "rate of being taken out of it by policing", low=1e-9),
        _parameter("start.share", "r0", 0.3, 1.0, "1", "share that takes part at tick 0", source="Ours"),
        _parameter("step.length", "dt", 0.1, 1000.0, "time", "length of a step in the equation's time", source="Ours"),
    ),
    listed_by="whowhom describe lang_de_sterck2014",
)

OBSERVABLES = (
    Observable("share_joined", "[1]", "share of society that takes part in the revolution", "share"),
    Observable("visible", "[1]", "1 if the revolution is visible", "code"),
    Observable("policed", "[1]", "1 if the police can act", "code"),
    Observable("regime_kind", "[1]", "0 stable police state, 1 meta-stable, 2 unstable, 3 failed state", "code", "analyst"),
    Observable("share_in_the_end", "[1]", "where the share goes if nothing is changed", "share", "analyst"),
)  # fmt: skip


def balance(c1: float, c2: float) -> float:
    """The share at which joining and policing balance, c* [1]."""
    return c1 / (c1 + c2)


def region(alpha: float, beta: float, *, c1: float = 1.0, c2: float = 1.0) -> int:
    """Which kind of regime parameters make: a place in `REGIONS`.

    Parameters
    ----------
    alpha, beta
        Visibility and policing [1].
    c1, c2
        Rates of joining and of policing, the second above 0 [1 / time].
    """
    if beta <= alpha:
        return FAILED
    if balance(c1, c2) <= alpha:
        return STABLE
    return META_STABLE if balance(c1, c2) < beta else UNSTABLE


def attractors(alpha: float, beta: float, *, c1: float = 1.0, c2: float = 1.0) -> tuple[float, ...]:
    """Shares that small changes do not lead away from [1].

    0 and 1 always (unless alpha is 1, or beta is 0, so that nothing is attracted), c* between them in the meta-stable region. In the failed state every share from beta to alpha besides
    stays as it is, which attracts nothing and is not listed.
    """
    inner = (balance(c1, c2),) if region(alpha, beta, c1=c1, c2=c2) == META_STABLE else ()
    return (*((0.0,) if beta > 0.0 else ()), *inner, *((1.0,) if alpha < 1.0 and c1 > 0.0 else ()))


def end(r: float, alpha: float, beta: float, *, c1: float = 1.0, c2: float = 1.0) -> float:
    """Where the share goes from r on [1]; in a failed state it may stay where it is."""
    visible, policed = r > alpha, r < beta
    if visible and policed:  # where c* is a border itself, it is come near to and never reached
        target = balance(c1, c2)
        return 0.0 if target < alpha else 1.0 if target > beta else target
    if policed:
        return 0.0
    return 1.0 if visible and c1 > 0.0 else r


def after(r: float, time: float, alpha: float, beta: float, *, c1: float = 1.0, c2: float = 1.0) -> float:
    """The share some time later: the exact solution [1].

    Parameters
    ----------
    r
        The share now [1].
    time
        How much later.
    alpha, beta, c1, c2
        As in the module's text.
    """
    if r > alpha and r < beta:
        rate, target = c1 + c2, balance(c1, c2)
        if target > alpha and target < beta:
            return target + (r - target) * math.exp(-rate * time)
        border = alpha if target <= alpha else beta
        until = math.log((r - target) / (border - target)) / rate if border != target else math.inf
        if time < until:
            return target + (r - target) * math.exp(-rate * time)
        r, time = border, time - until
        return r * math.exp(-c2 * time) if border == alpha else 1.0 - (1.0 - r) * math.exp(-c1 * time)
    if r < beta:
        return r * math.exp(-c2 * time)
    return 1.0 - (1.0 - r) * math.exp(-c1 * time) if r > alpha else r


class LangWorld:
    """One society: a single share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tick, self.alive, self.cause = 0, True, ""
        self.share = settings.value("start.share", 0)

    def _rules(self) -> tuple[tuple[float, float], dict[str, float]]:
        value = {name: self.settings.value(name, self.tick) for name in self.settings.names}
        rates = {"c1": value["joining.rate"], "c2": value["policing.rate"]}
        return (value["visibility.threshold"], value["policing.capacity"]), rates

    def step(self) -> None:
        """Let one step's time pass."""
        borders, rates = self._rules()
        self.share = after(self.share, self.settings.value("step.length", self.tick), *borders, **rates)
        self.tick += 1

    def observe(self) -> NDArray[np.float64]:
        """Return the observables."""
        borders, rates = self._rules()
        seen = self.share > borders[0], self.share < borders[1], region(*borders, **rates)
        return np.array([self.share, *seen, end(self.share, *borders, **rates)], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state."""
        return {"tick": np.array(self.tick, dtype=np.int64), "share": np.array(self.share, dtype=np.float64)}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        self.tick, self.share = int(snapshot["tick"]), float(snapshot["share"])

    def digest(self) -> str:
        """Return a hash of the state."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next step on."""
        self.settings = settings


class LangModel:
    """The model; see the top of the file."""

    name = "lang_de_sterck2014"
    version = "1"
    meaning = "A revolution in one equation, with visibility and policing (Lang and De Sterck 2014)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    tick_days = 7
    smallest_persons = 1

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables: the model has none."""
        return [
            f"table '{name}' is unknown to model '{self.name}', which has none."
            for name in structure
            if name != "start"
        ]

    def build(self, settings: Settings, *, persons: int, seed: int) -> LangWorld:
        """Build a society at its start; neither persons nor seed change anything."""
        return LangWorld(settings)


LANG_DE_STERCK2014 = LangModel()
