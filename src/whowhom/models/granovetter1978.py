"""Thresholds of collective behaviour (Granovetter 1978): why two crowds that are nearly the same end in a riot and in nothing.

Granovetter, M. (1978). Threshold models of collective behavior. *American Journal of Sociology* 83(6), 1420-1443.

Symbols
-------
N   persons of the crowd [persons]
x   a person's threshold: the share of the crowd that must have joined before this person does [% of the crowd]
r   the share that has joined [% of the crowd]
F   the distribution function of thresholds: the share with a threshold of at most r [% of the crowd]
w   how many strangers a friend counts for [1]; q the probability that two persons are friends [1]

Order of events
---------------
At tick 0 nobody has joined. In a step everybody who has not joined looks at who had joined at its beginning, and joins if r >= x: r(t+1) = F(r(t)),
all at once. Nobody leaves. The state in which a step brings nobody is the equilibrium: the first crossing of F with the diagonal from above.
With friends, a person sees the weighted share (joined + (w - 1) friends joined) / (N + (w - 1) friends).

Departures
----------
None in the rule. What the paper leaves open is an option: `threshold.correction` (does a person count the next half person: the paper's 12.2 is the
value without; with it the jump is at 11.899, claims `critical_sd` and `critical_sd_corrected`) and `threshold.luck` (crowds drawn at random have no
jump at all, claim `sampled_crowds`). The paper's simulations with friends (by D. Danforth) are described, not listed: how many strangers a friend
counts for in them is not known to us, so `friends.weight` is ours but for the printed example, in which it is 2.

Known results it reproduces
---------------------------
Read in the paper: thresholds 0, 1, ..., 99 end at 100, and with one 1 made a 2 at 1; normal thresholds of mean 25 jump at a standard deviation of
about 12.2 from about 6 to nearly 100 and then decline towards 50; a crowd of 100 drawn from uniform thresholds has no instigator with
probability .37 and one alone with .14; the person of the example sees 63/120. `verification/granovetter1978.py` holds each with its result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.checkpoint import digest_of
from whowhom.engine.contract import Observable, Snapshot
from whowhom.engine.keyed import quantiles, uniforms
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ParameterError, quoted
from whowhom.parameters import Declarations, Parameter

THRESHOLD, FRIENDS = 1, 2  # streams; numbers are never reused
SHAPES = ("normal", "uniform", "perturbed")
NORMAL, UNIFORM, PERTURBED = range(3)
LUCKS = ("drawn", "even")
DRAWN, EVEN = range(2)
CORRECTIONS = ("none", "half_person")
MOST_FRIENDS = 4096
"""Persons up to which friendships are kept, one byte a pair [persons]."""

_PAPER = "Granovetter 1978"

DECLARATIONS = Declarations(
    parameters=(
        Parameter(
            "threshold.shape",
            symbol="shape",
            default=NORMAL,
            low=0,
            high=2,
            unit="1",
            meaning="how thresholds are distributed: normal; uniform over 0, 1/N, ..., (N-1)/N; or the same with 1/N made 2/N",
            source=f"{_PAPER}, p. 1424-1428",
            equation="F",
            kind="int",
            labels=SHAPES,
        ),
        Parameter(
            "threshold.luck",
            symbol="luck",
            default=DRAWN,
            low=0,
            high=1,
            unit="1",
            meaning="whether each person's threshold is drawn, or the crowd has the distribution as evenly as its size allows",
            source=f"{_PAPER}, p. 1431 (drawn); Ours (even)",
            equation="F",
            kind="int",
            labels=LUCKS,
        ),
        Parameter(
            "threshold.mean",
            symbol="m",
            default=25.0,
            low=-1000.0,
            high=1000.0,
            unit="% of the crowd",
            meaning="mean of normal thresholds; those below 0 count as 0, those above 100 as never",
            source=f"{_PAPER}, p. 1427",
            equation="F",
        ),
        Parameter(
            "threshold.sd",
            symbol="s",
            default=12.2,
            low=0.0,
            high=10000.0,
            unit="% of the crowd",
            meaning="standard deviation of normal thresholds",
            source=f"{_PAPER}, p. 1427-1428",
            equation="F",
        ),
        Parameter(
            "threshold.correction",
            symbol="h",
            default=0,
            low=0,
            high=1,
            unit="1",
            meaning="whether half a person is added to those who have joined before thresholds are compared with them",
            source="Ours: the paper's critical standard deviation is the one without",
            equation="F",
            kind="int",
            labels=CORRECTIONS,
        ),
        Parameter(
            "friends.share",
            symbol="q",
            default=0.0,
            low=0.0,
            high=1.0,
            unit="1",
            meaning="probability that two persons are friends",
            source=f"{_PAPER}, p. 1429 (rule); Ours (number)",
            equation="w",
        ),
        Parameter(
            "friends.weight",
            symbol="w",
            default=2.0,
            low=1.0,
            high=100.0,
            unit="1",
            meaning="number of strangers for whom a friend counts",
            source=f"{_PAPER}, p. 1429",
            equation="w",
        ),
    ),
    listed_by="whowhom describe granovetter1978",
)

OBSERVABLES = (
    Observable("joined", "persons", "persons who have joined", "stock"),
    Observable("joined_in_step", "persons", "persons who joined in the step just played", "flow"),
    Observable("share_joined", "[1]", "persons who have joined, of the crowd", "share"),
    Observable("settled", "[1]", "1 if nobody joined in the step just played: the equilibrium", "code"),
    Observable("instigators", "persons", "persons who join though nobody has", "stock", "analyst"),
)


def equilibrium(mean: float, sd: float, *, correction: float = 0.0) -> float:
    """Where a large crowd with normal thresholds ends that begins at nobody: the least r with F(r) = r.

    Parameters
    ----------
    mean, sd
        Of the thresholds [% of the crowd].
    correction
        Added to r before it is compared with thresholds; 0.5 is the continuity correction of a crowd of 100 [% of the crowd].

    Returns
    -------
    float in [0, 100]
        The share that has joined in the end [% of the crowd], exact to about 1e-12.

    Notes
    -----
    F - r falls but between the two points at which F has slope 1; so the least crossing is before the first of them if F - r is not above 0 there, and after
    the second otherwise.
    """
    if sd <= 0.0:
        return 0.0 if mean > correction else 100.0
    centre = mean - correction

    def above(r: float) -> float:
        return 50.0 * math.erfc((centre - r) / (sd * math.sqrt(2.0))) - r

    steepest = 100.0 / (sd * math.sqrt(2.0 * math.pi))
    low, high = 0.0, 100.0
    if steepest > 1.0:
        distance = sd * math.sqrt(2.0 * math.log(steepest))
        first, second = (min(max(centre + sign * distance, 0.0), 100.0) for sign in (-1.0, 1.0))
        low, high = (0.0, first) if above(first) <= 0.0 else (second, 100.0)
    return _root(above, low, high)


def critical_sd(mean: float, *, correction: float = 0.0) -> float:
    """The standard deviation at which the equilibrium of normal thresholds jumps [% of the crowd].

    At the jump F touches the diagonal: 100 phi(z) = sd and 100 Phi(z) = mean - correction + sd z, so 100 (Phi(z) - z phi(z)) = mean - correction, whose left side rises from 0
    to 50 as z goes to 0.

    Raises
    ------
    ParameterError
        If there is no jump, since the mean (less the correction) is not between 0 and 50.
    """
    centre = mean - correction
    if not 0.0 < centre < 50.0:
        raise ParameterError(
            [f"the mean threshold less the correction must be in (0, 50), got {centre:g}. Elsewhere nothing jumps."]
        )

    def density(z: float) -> float:
        return math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)

    def below(z: float) -> float:
        return centre - 100.0 * (0.5 * math.erfc(-z / math.sqrt(2.0)) - z * density(z))

    return 100.0 * density(_root(below, -38.0, 0.0))


def _root(falling: Any, low: float, high: float) -> float:
    """Where a falling function is 0, by halving."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        if falling(middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def n_joined(thresholds: Iterable[float]) -> int:
    """How many of a crowd join in the end if each needs `thresholds` persons before: exact, for thresholds given [persons]."""
    joined = 0
    for threshold in sorted(thresholds):
        if threshold > joined:
            break
        joined += 1
    return joined


def p_no_instigator(n: int) -> float:
    """Probability that n persons with thresholds drawn uniformly from 0, 1, ..., n - 1 have none of 0 [1]."""
    return (1.0 - 1.0 / n) ** n


def p_lone_instigator(n: int) -> float:
    """Probability that exactly one of them has threshold 0 and nobody 1, so that he stays alone [1]."""
    return (1.0 - 2.0 / n) ** (n - 1)


def share_seen(n: int, joined: int, *, friends: int, friends_joined: int, weight: float = 2.0) -> float:
    """The share of the crowd that a person sees to have joined if each friend counts for `weight` strangers [1]."""
    return (joined + (weight - 1.0) * friends_joined) / (n + (weight - 1.0) * friends)


class GranovetterWorld:
    """One crowd. `joined` bool [persons]; thresholds and friendships follow from settings and seed."""

    def __init__(self, settings: Settings, *, persons: int, seed: int, thresholds: tuple[float, ...]) -> None:
        self.settings, self.persons, self.seed = settings, persons, seed
        self.tick, self.entered, self.settled = 0, 0, False
        self.alive, self.cause = True, ""
        self.joined = np.zeros(persons, dtype=np.bool_)
        self._given = np.resize(np.array(thresholds, dtype=np.float64), persons if thresholds else 0)
        self._known: dict[str, tuple[tuple[float, ...], NDArray[Any]]] = {}

    def _value(self, name: str) -> float:
        return self.settings.value(name, self.tick)

    def thresholds(self) -> NDArray[np.float64]:
        """Thresholds of the persons at this tick, float64 [persons] [% of the crowd]."""
        if self._given.size:
            return self._given
        names = ("shape", "luck", "mean", "sd")
        return self._remembered("thresholds", tuple(self._value(f"threshold.{name}") for name in names), self._drawn)

    def needed(self) -> NDArray[np.float64]:
        """Thresholds in persons, float64 [persons]: whole numbers where the distribution has no others, so that comparing them is exact."""
        persons: NDArray[np.float64] = self.thresholds() * self.persons / 100.0
        whole = not self._given.size and self._value("threshold.shape") != NORMAL
        return np.rint(persons) if whole else persons

    def _drawn(self, shape: float, luck: float, mean: float, sd: float) -> NDArray[np.float64]:
        n = self.persons
        if luck == EVEN:
            u = (np.arange(n) + 0.5) / n
        else:
            u = uniforms(n, seed=self.seed, stream=THRESHOLD)
        if shape == NORMAL:
            return mean + sd * quantiles(u)
        place = np.floor(u * n)
        if shape == PERTURBED:
            place[place == 1.0] = 2.0
        return 100.0 * place / n

    def _remembered(self, what: str, key: tuple[float, ...], make: Any) -> NDArray[Any]:
        """What settings of now make of the seed, made again only when they have changed."""
        known = self._known.get(what)
        if known is None or known[0] != key:
            known = (key, make(*key))
            self._known[what] = known
        return known[1]

    def friends(self) -> NDArray[np.bool_]:
        """Who is whose friend at this tick, bool [persons, persons], symmetric; a pair's luck is its own."""
        return self._remembered("friends", (self._value("friends.share"),), self._befriended)

    def _befriended(self, share: float) -> NDArray[np.bool_]:
        if self.persons > MOST_FRIENDS:
            raise ModelError(
                f"'persons' must be at most {MOST_FRIENDS} with friends, got {self.persons}. Set 'friends.share' to 0 for more."
            )
        pairs = np.zeros((self.persons, self.persons), dtype=np.bool_)
        for i in range(1, self.persons):
            first = i * (i - 1) // 2  # the pairs of i with those before: another person adds pairs and changes none
            pairs[i, :i] = uniforms(i, seed=self.seed, stream=FRIENDS, first=first) < share
        return pairs | pairs.T

    def step(self) -> None:
        """Let everybody look once; all see the same beginning."""
        n, n_in = float(self.persons), float(self.joined.sum())
        seen: Any = n_in + 0.5 * self._value("threshold.correction")
        crowd: Any = n
        if self._value("friends.share") > 0.0:
            more = self._value("friends.weight") - 1.0
            friends = self.friends()
            seen = seen + more * (friends & self.joined).sum(axis=1)
            crowd = crowd + more * friends.sum(axis=1)
        self.joined = self.joined | (seen * n >= self.needed() * crowd)
        self.entered = int(self.joined.sum() - n_in)
        self.settled = self.entered == 0
        self.tick += 1

    def observe(self) -> NDArray[np.float64]:
        """Return the observables."""
        joined = int(self.joined.sum())
        half = 50.0 * self._value("threshold.correction") / self.persons
        instigators = int((self.thresholds() <= half).sum())
        return np.array([joined, self.entered, joined / self.persons, self.settled, instigators], dtype=np.float64)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return the whole state."""
        counts = np.array([self.tick, self.entered, self.settled], dtype=np.int64)
        return {"joined": self.joined.copy(), "counts": counts}

    def restore(self, snapshot: Snapshot) -> None:
        """Take over a state."""
        self.joined = snapshot["joined"].copy()
        self.tick, self.entered = int(snapshot["counts"][0]), int(snapshot["counts"][1])
        self.settled = bool(snapshot["counts"][2])

    def digest(self) -> str:
        """Return a hash of the state."""
        return digest_of(self.snapshot())

    def change(self, settings: Settings) -> None:
        """Obey other settings from the next step on; who has joined stays."""
        self.settings = settings


class GranovetterModel:
    """The model; see the top of the file. Its own table: `[crowd] thresholds = [0, 1, 2]`, in % of the crowd, one a person, over and over again in a larger crowd."""

    name = "granovetter1978"
    version = "1"
    meaning = "Thresholds: each joins a riot when enough others have (Granovetter 1978)."
    declarations = DECLARATIONS
    observables = OBSERVABLES
    tick_days = 7
    smallest_persons = 2

    def problems(self, structure: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the scenario's own tables."""
        found = [
            f"table '{name}' is unknown to model '{self.name}', which has 'crowd' only."
            for name in structure
            if name not in ("crowd", "start")
        ]
        crowd = structure.get("crowd", {})
        if not isinstance(crowd, Mapping) or set(crowd) - {"thresholds"}:
            return [
                *found,
                f"[crowd] must hold 'thresholds' only, got {quoted(crowd)}. Example: thresholds = [0, 1, 2].",
            ]
        given = crowd.get("thresholds", ())
        right = isinstance(given, (list, tuple)) and all(
            isinstance(x, (int, float)) and not isinstance(x, bool) and math.isfinite(x) for x in given
        )
        if not right:
            found.append(f"[crowd] 'thresholds' must be a list of numbers, got {quoted(given)}. One a person, in %.")
        return found

    def build(self, settings: Settings, *, persons: int, seed: int) -> GranovetterWorld:
        """Build a crowd in which nobody has joined."""
        given = tuple(float(x) for x in settings.structure.get("crowd", {}).get("thresholds", ()))
        return GranovetterWorld(settings, persons=persons, seed=seed, thresholds=given)


GRANOVETTER1978 = GranovetterModel()
