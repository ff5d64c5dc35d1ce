"""The flagship with its switches set to what a canonical model assumes, and the closed forms it must then agree with.

Granovetter's crowd. No apparatus, no fear, no anger, nobody fallen ill with hunger: of the decision (docs/machine.md, 4.7) `D = x - theta + mu * y` is left, with `mu = 1` and
everybody looking at the whole nation. A person is open as soon as the share that is exceeds `theta - x`, whose distribution is normal with mean 0.25: his normal thresholds of
mean 25 in a crowd of 100. Nobody turns back, since the share only grows.

Epstein's mean field. Nobody looks at others for company (`mu = 0`); what others do counts only as what they are in arrest risk, `P = 1 - exp(-k * C / A)` with the person
counted among the A. A person is open while `x - theta > kappa * P`: grievance less threshold against risk aversion, uniform on [0, 2 kbar], times risk. Grievance is normal here and uniform in
his paper. The share that is open then settles where the share willing at the risk of that share is the share itself, but for those taken: each is away for a week, and comes back quiet for one.

Populations are finite: standard errors are binomial and grow by `1 / (1 - slope)`, since a chance deviation of the crowd feeds back on itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from whowhom.models.machine.world import MachineWorld

Map = Callable[[float], float]

NORMAL = NormalDist()

#: Mean threshold, as a share of the crowd (Granovetter 1978, p. 1427: mean 25 of 100).
MEAN_THRESHOLD = 0.25

#: Simulated persons in communities of 64, of whom about 0.9 are adults.
COMMUNITIES = 2048
ADULT_SHARE = 0.9

#: Spread of grievance less threshold, and the share that would be open without any risk, in Epstein's mean field. Ours.
SPREAD, START_DISSENT = 0.2, 0.4

#: Epstein's constant k (Table 2: 2.3).
RISK_CONSTANT = 2.3

#: The week from which arrests are made: before it the apparatus grows.
_GROWN = 15

#: Everything that neither model has.
_NOTHING_ELSE: dict[str, float] = {
    "decision.anger_weight": 0.0,
    "decision.rally_weight": 0.0,
    "decision.start_fear": 0.0,
    "decision.start_anger": 0.0,
    "decision.weight_local": 0.0,
    "decision.opposition_sd": 1e-4,
    "population.adult_share": ADULT_SHARE,
    "arming.rate": 0.0,
    "repression.dossier_severity": 0.0,
    "names.acted_on": 0.0,
    "names.true_share": 0.0,
    "apparatus.case_hunger": 0.0,
    "apparatus.dossier_weight": 0.0,
    "apparatus.aim": 0.0,
    "apparatus.per_threat": 0.0,
    "apparatus.per_queue": 0.0,
    "apparatus.load_growth": 0.0,
    "emotion.fear_gain": 0.0,
    "emotion.anger_gain": 0.0,
    "emotion.injustice": 0.0,
    "emotion.hardship": 0.0,
    "emotion.reversion": 0.0,
    "food.famine_death": 0.0,
    "collapse.control_share": 0.0,
    "collapse.cadre_share": 1.0,
    "collapse.worker_share": 1.0,
    "collapse.nation_share": 1.0,
}

#: An apparatus that serves every arrest asked of it; those taken are free again after a week in custody.
_ARRESTS: dict[str, float] = {
    "centre.base_arrest": 1.0,
    "centre.ceiling_arrest": 1.0,
    "apparatus.founding_week": 0,
    "apparatus.growth_per_week": 1.0,
    "apparatus.floor": 0.01,
    "apparatus.cap": 0.05,
    "apparatus.officer_presence": 0.0,
    "apparatus.arrests_per_officer": 10.0,
    "army.home_share": 1.0,
    "decision.severity_base": 1.0,
    "decision.severity_scale": 0.0,
    "repression.custody_weeks": 1.0,
    "repression.conviction": 0.0,
    "repression.share_interned": 0.0,
}


def crowd(sigma: float, *, seed: int = 1, communities: int = COMMUNITIES, social_weight: float = 1.0) -> MachineWorld:
    """Build Granovetter's crowd in the machine.

    Parameters
    ----------
    sigma
        Standard deviation of thresholds, as a share of the crowd [1].
    seed
        Of the persons; nothing else is left to chance.
    communities
        Of 64 simulated persons.
    social_weight
        `mu`; 1 is Granovetter's.
    """
    sd = math.hypot(sigma, _NOTHING_ELSE["decision.opposition_sd"])
    values = {
        "decision.social_weight": social_weight,
        "decision.weight_nation": 1.0,
        "decision.risk_aversion": 0.0,
        "decision.threshold_sd": sigma,
        "decision.start_dissent": NORMAL.cdf(-MEAN_THRESHOLD / sd),
    }
    return _world(values, seed=seed, communities=communities, off=("arrests",))


def risky(
    kbar: float,
    enforcers: float,
    *,
    seed: int = 1,
    communities: int = COMMUNITIES,
    risk_constant: float = RISK_CONSTANT,
) -> MachineWorld:
    """Build Epstein's mean field in the machine.

    Parameters
    ----------
    kbar
        Mean risk aversion; 0.5 is Epstein's uniform one on [0, 1].
    enforcers
        Per inhabitant [1]; Epstein's cops.
    seed, communities
        As in `crowd`.
    risk_constant
        k; 2.3 is Epstein's.
    """
    values = _ARRESTS | {
        "decision.social_weight": 0.0,
        "decision.weight_nation": 0.0,
        "decision.threshold_sd": SPREAD,
        "decision.start_dissent": START_DISSENT,
        "decision.risk_aversion": kbar,
        "decision.risk_constant": risk_constant,
        "army.troops": 64.0 * communities,
        "apparatus.troop_presence": enforcers,
    }
    later = {"arrests": ((0, False), (_GROWN, True))}
    return _world(values, seed=seed, communities=communities, switch_dates=later)


def _world(
    values: Mapping[str, float],
    *,
    seed: int,
    communities: int,
    off: Sequence[str] = (),
    switch_dates: Mapping[str, tuple[tuple[int, bool], ...]] | None = None,
) -> MachineWorld:
    """Build one province of villages, in which each simulated person stands for one."""
    from whowhom.engine.settings import Settings
    from whowhom.models.machine.declarations import DECLARATIONS
    from whowhom.models.machine.layout import Layout, Province, Stratum
    from whowhom.models.machine.world import MachineWorld

    village = Stratum(0, "village", -1, communities, 64.0 * communities, 0.0, "Crowd/village")
    layout = Layout(provinces=(Province("Crowd", 1.0),), strata=(village,), pools=(), capitals=())
    settings = Settings.of(
        DECLARATIONS,
        values={**_NOTHING_ELSE, **values},
        switches=dict.fromkeys(off, False),
        switch_dates=switch_dates or {},
    )
    return MachineWorld(layout, settings=settings, seed=seed, start=date(1900, 1, 1))


def open_share(world: MachineWorld) -> float:
    """Return the share of free adults in open dissent [1]."""
    from whowhom.models.machine.observables import OBSERVABLES

    place = [observable.name for observable in OBSERVABLES].index("open_dissent")
    return float(world.observe()[place])


def settled(world: MachineWorld, *, most: int = 1000) -> float:
    """Return the share that is open when nothing moves any more, or after so many weeks."""
    before = -1.0
    for _ in range(most):
        world.step()
        share = open_share(world)
        if share == before:
            break
        before = share
    return share


def settled_under_risk(world: MachineWorld, *, weeks: int = 45) -> float:
    """Return the share that is open so many weeks after arrests began."""
    for _ in range(_GROWN + weeks):
        world.step()
    return open_share(world)


def thresholds(sigma: float) -> Map:
    """Granovetter's map r -> F(r), thresholds normal with mean 0.25 (p. 1427)."""
    return lambda r: NORMAL.cdf((r - MEAN_THRESHOLD) / sigma)


def equilibrium(curve: Map) -> float:
    """Return where r = curve(r), coming from r = 0: the smallest root of a rising map."""
    r = 0.0
    for _ in range(1_000_000):
        after = curve(r)
        if after - r < 1e-15:
            break
        r = after
    return r


def critical_spread() -> float:
    """Return the standard deviation at which Granovetter's low equilibrium vanishes: 0.1222209.

    There r = F(r) and F'(r) = 1. With z = (r - 0.25) / sigma: phi(z) = sigma and Phi(z) = 0.25 + z * phi(z), solved for z by bisection.
    """
    low, high = -3.0, -1.0
    for _ in range(200):
        z = 0.5 * (low + high)
        low, high = (z, high) if NORMAL.cdf(z) < MEAN_THRESHOLD + z * NORMAL.pdf(z) else (low, z)
    return NORMAL.pdf(z)


def critical_spread_of_the_machine(seed: int, *, low: float = 0.1172, high: float = 0.1272, steps: int = 8) -> float:
    """Return the spread at which a crowd of the machine jumps from a few to nearly all, by bisection with one crowd."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if settled(crowd(middle, seed=seed)) > 0.5 else (middle, high)
    return 0.5 * (low + high)


def risk(visible: float, enforcers: float, *, risk_constant: float = RISK_CONSTANT) -> float:
    """Epstein's arrest risk among 64 persons: 1 - exp(-k C / A), the person counted among the A."""
    return 1.0 - math.exp(-risk_constant * 64.0 * enforcers / (64.0 * visible + 1.0))


def willing(p: float, kbar: float) -> float:
    """Return Pr[x - theta > kappa * p] for kappa uniform on [0, 2 kbar] and x - theta normal, in closed form.

    The mean over u uniform on [0, 1] of Phi(a - b u) is (G(a) - G(a - b)) / b with G(z) = z Phi(z) + phi(z).
    """
    lead, fall = NORMAL.inv_cdf(START_DISSENT), 2.0 * kbar * p / SPREAD
    if fall == 0.0:
        return NORMAL.cdf(lead)
    return (_integral(lead) - _integral(lead - fall)) / fall


def _integral(z: float) -> float:
    return z * NORMAL.cdf(z) + NORMAL.pdf(z)


def under_risk(kbar: float, enforcers: float) -> Map:
    """Return the map of the share of free adults that is open: someone willing is open 1/P weeks, held for one and quiet for one."""

    def curve(a: float) -> float:
        p = risk(a, enforcers)
        found = willing(p, kbar)
        return (found / (1.0 + 2.0 * p)) / (1.0 - found * p / (1.0 + 2.0 * p))

    return curve


def fixed_point(curve: Map, *, start: float = START_DISSENT) -> float:
    """Return the root that damped iteration from the share without risk finds; the machine starts there too."""
    a = start
    for _ in range(10_000):
        a = 0.5 * (a + curve(a))
    return a


def slope(curve: Map, at: float) -> float:
    """Return the derivative of a map."""
    step = 1e-3 * at + 1e-6
    return (curve(at + step) - curve(at - step)) / (2.0 * step)


def standard_error(share: float, curve: Map, *, adults: float, free: float = 1.0) -> float:
    """Return the standard error of a share that feeds back on itself.

    Parameters
    ----------
    share
        Of free adults [1].
    curve
        The map whose fixed point it is.
    adults, free
        Adults in the world, and the share of them that is free.
    """
    of_all = share * free
    return math.sqrt(of_all * (1.0 - of_all) / adults) / free / (1.0 - slope(curve, share))


def adults_of(communities: int = COMMUNITIES) -> float:
    """Return the expected adults of a world."""
    return 64.0 * communities * ADULT_SHARE


def over_seeds(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean over independent worlds and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values)))
