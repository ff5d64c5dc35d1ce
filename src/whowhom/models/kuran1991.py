"""Preference falsification and the surprise of revolutions (Kuran 1989, 1991): why a regime falls by one person's change of mind, or does not.

Kuran, T. (1989). Sparks and prairie fires: a theory of unanticipated political revolution. *Public Choice* 61, 41-74. Kuran, T. (1991). Now out of never: the
element of surprise in the East European revolution of 1989. *World Politics* 44(1), 7-48. Only the abstract of 1989 was read; see Departures.

Symbols
-------
N   persons [persons]
x   a person's private preference: 0 for the regime, 1 against it [1]
T   the person's revolutionary threshold: the share in public opposition at which speaking out pays [% of society]
S   the share in public opposition [% of society]
k   what speaking one's mind is worth to somebody wholly against the regime, in units of the cost of being the only one who does [1]
e   what private events have taken from the person's threshold [points]

Order of events
---------------
At tick 0 all support the regime in public. In a step (1) private events move each person's e: e(t+1) = memory e(t) + sd z, z standard normal; (2) everybody looks at S as it was when
the step began and is in public opposition if S >= T, all at once. With k, speaking gains k x and costs 1 - S/100, so T = 100 (1 - k x); then T falls by
e, by the common shift, and for one named person by the shift of the event. With the switch `returning` off, nobody goes back to public support.

Departures
----------
The rule (joins when S reaches the threshold; thresholds are private and move with private events) is stated in the literature. The ten-person sequences and their story are
**from memory, unverified**: their equilibria are computed, and no page can be given. How a threshold follows from a preference (k), the normal distribution of preferences, private
events as a fading sum of normal shocks, and the line between for and against at x = 1/2 are ours; claims about them are marked so.

Known results it reproduces
---------------------------
From the abstract of 1989: slight surges of opposition can bring a regime down, cannot be foreseen, and look inevitable afterwards. The sequences A to D (unverified):
10 and 90; 10 and 20; 10 and 90; 10 and 20. `verification/kuran1991.py` holds each with its result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.keyed import normals
from whowhom.engine.settings import Settings
from whowhom.errors import quoted
from whowhom.parameters import Declarations, Parameter, Switch

PREFERENCE, EVENT = 1, 2  # streams; numbers are never reused

SEQUENCES: Mapping[str, tuple[float, ...]] = {
    "A": (0, 20, 20, 30, 40, 50, 60, 70, 80, 100),
    "B": (0, 20, 30, 30, 40, 50, 60, 70, 80, 100),
    "C": (0, 20, 20, 20, 20, 20, 20, 20, 60, 100),
    "D": (0, 30, 30, 30, 30, 30, 30, 30, 30, 100),
}
"""Thresholds of ten persons in % of society; from memory, unverified. In A', B', C' and D' the second person's is 10."""


def _parameter(name: str, symbol: str, default: float, low: float, high: float, unit: str, meaning: str) -> Parameter:
    source = "Ours" if name != "event.shift" else "Kuran 1991 (idea); Ours (number)"
    row: dict[str, Any] = {"default": default, "low": low, "high": high, "unit": unit, "meaning": meaning}
    return Parameter(name, symbol=symbol, source=source, equation="T", **row)


DECLARATIONS = Declarations(
    parameters=(
        _parameter("preference.mean", "m", 0.55, -10.0, 10.0, "1", "mean private preference, 0 for and 1 against"),
        _parameter("preference.sd", "s", 0.2, 0.0, 10.0, "1", "standard deviation of private preferences"),
        _parameter("choice.integrity", "k", 1.0, 0.01, 100.0, "1", "worth of speaking one's mind, in costs of being alone"),
        _parameter("shift.all", "h", 0.0, -200.0, 200.0, "points", "amount by which all thresholds are lower: hardship, a signal"),
        _parameter("event.person", "j", 0.0, 0.0, 1e9, "1", "number of the person with an event of his own, 1 the first, 0 nobody"),
        _parameter("event.shift", "d", 10.0, -200.0, 200.0, "points", "amount by which that person's threshold is lower"),
        _parameter("private.sd", "e", 0.0, 0.0, 200.0, "points", "standard deviation of a step's private events"),
        _parameter("private.memory", "a", 0.9, 0.0, 1.0, "1", "share of past private events that a step leaves"),
    ),
    switches=(
        Switch(
            "returning",
            meaning="who no longer finds enough others goes back to public support",
            off_means="public opposition is for ever",
            rung="constant, from the scenario",
            equation="S >= T",
            source="Ours",
        ),
    ),
    listed_by="whowhom describe kuran1991",
)  # fmt: skip

OBSERVABLES = (
    Observable("public_opposition", "persons", "persons in public opposition", "stock"),
    Observable("share_public", "[1]", "persons in public opposition, of society", "share"),
    Observable("turned_in_step", "persons", "persons who went public in the step just played", "flow"),
    Observable("settled", "[1]", "1 if nobody changed sides in the step just played", "code"),
    Observable("private_opposition", "persons", "persons whose private preference is above one half", "stock", "analyst"),
    Observable("falsifying", "persons", "persons privately against and publicly for the regime", "stock", "analyst"),
    Observable("swept_along", "persons", "persons privately for and publicly against the regime", "stock", "analyst"),
)  # fmt: skip


def equilibrium(thresholds: Sequence[float]) -> float:
    """The share in public opposition when thresholds given have had their effect, from nobody on [% of society]."""
    n_in = 0
    for threshold in sorted(thresholds):
        if 100.0 * n_in < threshold * len(thresholds):
            break
        n_in += 1
    return 100.0 * n_in / len(thresholds)


def with_event(thresholds: Sequence[float], *, person: int = 2, threshold: float = 10.0) -> tuple[float, ...]:
    """The same thresholds with one person's replaced; the first person is 1."""
    return (*thresholds[: person - 1], threshold, *thresholds[person:])


class KuranWorld:
    """One society. `public` bool [persons]; `events` float64 [persons], what private events have taken from thresholds [points]."""

    def __init__(self, settings: Settings, *, persons: int, seed: int, thresholds: tuple[float, ...]) -> None:
        self.settings, self.persons, self.seed = settings, persons, seed
        self.tick, self.turned, self.settled = 0, 0, False
        self.alive, self.cause = True, ""
        self.public = np.zeros(persons, dtype=np.bool_)
        self.events = np.zeros(persons, dtype=np.float64)
        self._given = np.resize(np.array(thresholds, dtype=np.float64), persons if thresholds else 0)
        self._luck = normals(0 if self._given.size else persons, seed=seed, stream=PREFERENCE)

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def thresholds(self) -> NDArray[np.float64]:
        """Revolutionary thresholds at this tick, float64 [persons] [% of society]."""
        if self._given.size:
            base = self._given
        else:
            preference = self._value("preference.mean") + self._value("preference.sd") * self._luck
            base = 100.0 * (1.0 - self._value("choice.integrity") * preference)
        now: NDArray[np.float64] = base - self._value("shift.all") - self.events
        person = int(self._value("event.person"))
        if 0 < person <= self.persons:
            now[person - 1] -= self._value("event.shift")
        return now

    def against(self, thresholds: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Who is privately against the regime: x = (1 - T / 100) / k above one half, bool [persons]."""
        return thresholds < 100.0 - 50.0 * self._value("choice.integrity")

    def step(self) -> None:
        """Let private events happen, then let everybody choose; all see the same beginning."""
        sd = self._value("private.sd")
        if sd > 0.0:
            luck = normals(self.persons, seed=self.seed, stream=EVENT, tick=self.tick)
            self.events = self._value("private.memory") * self.events + sd * luck
        else:
            self.events = self._value("private.memory") * self.events
        before = self.public
        public = 100.0 * float(before.sum()) >= self.thresholds() * self.persons
        if not self.settings.on("returning", self.tick):
            public |= before
        self.turned = int((public & ~before).sum())
        self.settled = bool((public == before).all())
        self.public = public
        self.tick += 1

    def observe(self) -> NDArray[np.float64]:
        """Return the observables."""
        against = self.against(self.thresholds())
        n_public = int(self.public.sum())
        counts = against.sum(), (against & ~self.public).sum(), (~against & self.public).sum()
        return np.array([n_public, n_public / self.persons, self.turned, self.settled, *counts], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state."""
        counts = np.array([self.tick, self.turned, self.settled], dtype=np.int64)
        return {"public": self.public.copy(), "events": self.events.copy(), "counts": counts}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        self.public, self.events = snapshot["public"].copy(), snapshot["events"].copy()
        self.tick, self.turned = int(snapshot["counts"][0]), int(snapshot["counts"][1])
        self.settled = bool(snapshot["counts"][2])

    def digest(self) -> str:
        """Return a hash of the state."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next step on."""
        self.settings = settings


class KuranModel:
    """The model; see the top of the file. Its own table: `[society] thresholds = [0, 20, 20]`, in % of society, one a person, over and over again in a larger society."""

    name = "kuran1991"
    version = "1"
    meaning = "Preference falsification: each opposes in public when enough others do (Kuran 1991)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    tick_days = 7
    smallest_persons = 2

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables."""
        found = [
            f"table '{name}' is unknown to model '{self.name}', which has 'society' only."
            for name in structure
            if name not in ("society", "start")
        ]
        society = structure.get("society", {})
        given = society.get("thresholds", ()) if isinstance(society, Mapping) else None
        right = isinstance(given, (list, tuple)) and not set(society) - {"thresholds"}
        if not right or not all(
            isinstance(x, (int, float)) and not isinstance(x, bool) and math.isfinite(x) for x in given or ()
        ):
            found.append(
                f"[society] must hold 'thresholds', a list of numbers, got {quoted(society)}. One a person, in %."
            )
        return found

    def build(self, settings: Settings, *, persons: int, seed: int) -> KuranWorld:
        """Build a society in which all support the regime in public."""
        given = tuple(float(x) for x in settings.structure.get("society", {}).get("thresholds", ()))
        return KuranWorld(settings, persons=persons, seed=seed, thresholds=given)


KURAN1991 = KuranModel()
