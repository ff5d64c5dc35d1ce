"""What the slow reference is made of: random numbers, persons, bodies that feel together, provinces.

Written from docs/machine.md (sections 1 and 2) and docs/instruments.md alone. The week of the core stands in `week.py`, the instruments
beyond it in `instruments.py`, what two sides are to each other in `sides.py`.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from hashlib import blake2b

Q, V, G, DETAINED, CAMP, EXILE, EXECUTED, DEAD, HOSTAGE, ABROAD = range(10)
CHILD, PEASANT, WORKER, URBAN, SOLDIER, PARTY, CADRE = range(7)
OPEN, NAMED, SELF, INFORMER, QUOTA, CAPTIVE = 1, 2, 3, 4, 5, 6
ROLE_OF_KIND = {"village": PEASANT, "factory": WORKER, "town": URBAN, "homes": PEASANT, "party": PARTY, "cadre": CADRE}
ROLE_NAMES = ("child", "peasant", "worker", "urban", "soldier", "party", "cadre")
ARREST, EXILING, CAMPING, EXECUTION = range(4)
INSTRUMENTS = ("arrest", "exile", "camp", "execution")
SWITCH_OF = ("arrests", "exile", "camps", "executions")
RUNGS = ("hostages", "villages", "area")
ARRESTS = {
    OPEN: "arrests_open",
    NAMED: "arrests_named",
    SELF: "arrests_self",
    INFORMER: "arrests_informer",
    QUOTA: "arrests_quota",
    CAPTIVE: "arrests_captive",
}

S_TRAITS, S_ROLE, S_HOUSEHOLD, S_SETTLEMENT, S_ARMING, S_LAY_DOWN, S_OPEN, S_NAMED = range(1, 9)
S_SELF_COUNT, S_SELF_TARGET, S_CUSTODY, S_NAME, S_NAME_TARGET, S_NAME_WEIGHT, S_SENTENCE, S_CAMP = range(9, 17)
S_EXILE, S_GRIEF, S_COMBAT, S_BYSTANDER, S_FAMINE, S_DOSSIER = range(17, 23)
S_BURNING, S_BURNT_HOUSE, S_IN_BURNT_HOUSE, S_HOSTAGE, S_HOSTAGE_END, S_CONDEMNED, S_CAPTURE = range(23, 30)
S_INFORMER_COUNT, S_INFORMER_TARGET, S_QUOTA_COUNT, S_QUOTA_TARGET, S_QUOTA_DOSSIER, S_EXPULSION = range(30, 36)
S_DESERTION, S_RETURN, S_CONSCRIPTION, S_EXIT_COUNT, S_EXIT_TARGET, S_ABROAD, S_RECRUITMENT = range(36, 43)

TILINGS = (
    (3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 8),
    (6, 9, 4, 7, 5, 3, 8, 6, 5, 6, 5),
    (5, 7, 6, 3, 9, 4, 6, 8, 5, 7, 4),
    (8, 5, 6, 4, 7, 6, 9, 3, 6, 5, 5),
    (4, 6, 7, 9, 5, 6, 5, 3, 8, 6, 5),
    (7, 3, 8, 5, 6, 4, 6, 7, 9, 5, 4),
    (5, 6, 4, 8, 3, 7, 6, 5, 9, 6, 5),
    (9, 5, 7, 6, 4, 5, 8, 6, 3, 6, 5),
)

# --- random numbers (section 2) ---------------------------------------------------------------------------------------------------


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox 4x32-10 of Salmon et al. 2011, ten rounds written as a loop."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & 0xFFFFFFFF, (a >> 32) ^ c3 ^ k1, a & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def key_of(seed: int) -> tuple[int, int]:
    """Two words from BLAKE2b-64 of the text of the seed."""
    k0, k1 = struct.unpack("<II", blake2b(f"whowhom:{seed}".encode(), digest_size=8).digest())
    return k0, k1


def uniform(word: int) -> float:
    return (word + 0.5) / 2**32


def chance(p: float, word: int) -> bool:
    return float(word) < p * 4294967296.0


def pick(n: int, word: int) -> int:
    return (word * n) >> 32


def _horner(coefficients: tuple[float, ...], x: float) -> float:
    value = coefficients[0]
    for a in coefficients[1:]:
        value = value * x + a
    return value


# Wichura 1988, Applied Statistics 37, AS 241, PPND16; coefficients of the highest power first.
_A = (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
      1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0)  # fmt: skip
_B = (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
      5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0)  # fmt: skip
_C = (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
      3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0)  # fmt: skip
_D = (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
      6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0)  # fmt: skip
_E = (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
      2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0)  # fmt: skip
_F = (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
      1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0)  # fmt: skip


def normal(u: float) -> float:
    """Quantile of the standard normal distribution."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _horner(_A, r) / _horner(_B, r)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        value = _horner(_C, r - 1.6) / _horner(_D, r - 1.6)
    else:
        value = _horner(_E, r - 5.0) / _horner(_F, r - 5.0)
    return -value if q < 0.0 else value


def poisson(m: float, u: float) -> int:
    if m <= 0:
        return 0
    if m >= 50:
        return max(0, math.floor(m + math.sqrt(m) * normal(u) + 0.5))
    n, term = 0, math.exp(-m)
    cumulative = term
    while u >= cumulative and n < 1000:
        n += 1
        term = term * m / n
        cumulative = cumulative + term
    return n


def negbin(m: float, k: float, u: float) -> int:
    if m <= 0:
        return 0
    term = math.exp(k * math.log(k / (k + m)))
    ratio = m / (k + m)
    n, cumulative = 0, term
    while u >= cumulative and n < 63:
        n += 1
        term = term * ratio * (k + n - 1) / n
        cumulative = cumulative + term
    return n


def phi(z: float) -> float:
    return 0.5 * math.erfc(-z / 1.4142135623730951)


def single(x: float) -> float:
    """A 64-bit float stored as a 32-bit float and read back."""
    return struct.unpack("<f", struct.pack("<f", x))[0]  # type: ignore[no-any-return]


def share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def tag_of(text: str) -> int:
    return zlib.crc32(text.encode()) & 0xFFFF


# --- who there is (section 1) -----------------------------------------------------------------------------------------------------


class Body:
    """What feels together: a community (its civilians) or a garrison pool (its soldiers)."""

    def __init__(self, place: int, kind: str, hardship: str, comfort: bool, people: int) -> None:
        self.place = place
        self.kind = kind  # of the community; "pool"
        self.hardship = hardship  # peasant, city or soldier
        self.comfort = comfort
        self.people = people  # by which events are divided: 64, or the simulated soldiers
        self.fear = self.anger = self.shift = 0.0
        self.free = self.voice = self.armed = 0  # whole numbers at the end of last week
        self.refusing = 0  # weeks running (pools)
        self.exposure = 0.0  # X_local of this week
        self.risk = 0.0  # P_c of this week
        self.visible = 0.0  # yhat of this week
        self.forget_week()

    def forget_week(self) -> None:
        self.hits = self.hits_opposed = self.hits_voice = self.arrests = self.executed = self.killed = 0
        self.burnt = 0


class Person:
    __slots__ = (
        "adult", "body", "community", "condemned", "deserter", "dossier", "ever_armed", "ever_voice", "expelled", "founder",
        "grief", "hit", "household", "index", "margin", "ordinal", "origin", "role", "state", "stratum", "tag", "u_risk",
    )  # fmt: skip

    def __init__(self, index: int, stratum: int, community: int, tag: int, ordinal: int) -> None:
        self.index, self.stratum, self.community, self.tag, self.ordinal = index, stratum, community, tag, ordinal
        self.state = Q
        self.role, self.adult, self.founder, self.margin, self.u_risk = CHILD, False, False, -32768, 0.0
        self.dossier = self.grief = self.origin = 0
        self.ever_voice = self.ever_armed = self.hit = False
        self.expelled = self.deserter = self.condemned = False
        self.household: list[Person] = []
        self.body: Body

    @property
    def opposed(self) -> bool:
        return self.ever_voice or self.ever_armed

    @property
    def alive(self) -> bool:
        return self.state not in (EXECUTED, DEAD)

    @property
    def free(self) -> bool:
        return self.state in (Q, V, G)

    @property
    def insider(self) -> bool:
        return self.role in (PARTY, CADRE)


class Settlement:
    """Consecutive communities of one stratum."""

    def __init__(self, stratum: int, first: int, communities: int) -> None:
        self.stratum, self.first, self.communities = stratum, first, communities
        self.risen = False  # at the end of last week


class Province:
    """State of one province; names as in the page."""

    def __init__(self, name: str, weapons: float, front: float) -> None:
        self.tag, self.weapons, self.front = tag_of(name), weapons, front
        self.holder = self.holder_then = self.talks = 0
        self.R = self.A_front = self.line = 0.0  # men of the rival, the army against them, how far the front has come
        self.N = self.rural = 0.0
        self.first = self.slots = self.circle_first = self.circle_slots = 0
        self.circle_N = 0.0
        self.O = self.Theta = self.queue = self.load = 0.0
        self.u = [0.0, 0.0, 0.0, 0.0]
        self.f_last = 1.0
        self.control = True
        self.fear_mean = self.X_mean = 0.0
        self.y = self.B = self.free = 0.0
        self.rural_dissent = 0.0
        self.M = self.intel = self.q = self.support = self.e = self.cap = self.u_arr = 0.0
        self.f_open = self.f_named = self.self_generated = 0.0
        self.execution_use = 0.0  # acts, before the switch (E36)
        self.rung = dict.fromkeys(RUNGS, 0.0)  # use before the switch
        self.u_H = self.u_v = self.A = self.a = 0.0  # the same after the switches
        self.T = self.credibility = self.announced = 0.0
        self.f_hostage = 0.0
        self.informers = self.informer_cases = 0.0
        self.L = self.quota_cases = 0.0
        self.fulfilled = False
        self.executed_last = self.arrests_last = self.cadres = self.petition = 0.0
        self.voice_now = self.armed_adults_now = 0.0
        self.voice_history: list[float] = [0.0]
        self.armed_adults_history: list[float] = [0.0]
        self.armed_history: list[float] = [0.0]

    @property
    def wbar(self) -> float:
        return self.N / self.slots


class Values:
    """Parameters of one week: `p.food_harvest` is the parameter 'food.harvest'."""

    def __init__(self, value: Callable[[str, int], float], week: int) -> None:
        self._value, self._week = value, week

    def __getattr__(self, field: str) -> float:
        number = float(self._value(field.replace("_", ".", 1), self._week))
        setattr(self, field, number)
        return number
