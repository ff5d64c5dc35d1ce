"""What Siegel (2009, 2011) says, put to the model. Equations and networks are from memory, so their consequences count as analytic and none as a published number."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.settings import Settings
from whowhom.models.siegel2009 import DECLARATIONS, NETWORKS, SIEGEL2009, equilibrium
from whowhom.verification.claim import ANALYTIC, PUBLISHED_SIGN, Claim, Measured, exactly

MODEL = "siegel2009"
SEEDS = 20


def ends(
    kind: str, *, persons: int = 500, seeds: int = SEEDS, steps: int = 200, **values: float
) -> NDArray[np.float64]:
    """Share that takes part after some steps, one number a seed; parameters with '__' for '.' [1]."""
    chosen = {"network.kind": float(NETWORKS.index(kind)), "motivation.mean": 0.65}
    chosen |= {name.replace("__", "."): value for name, value in values.items()}
    found = []
    for seed in range(seeds):
        world = SIEGEL2009.build(Settings.of(DECLARATIONS, values=chosen), persons=persons, seed=seed)
        while world.tick < steps and not (world.settled and world.tick > 60 and "removal.per_ten_steps" not in chosen):
            world.step()
        found.append(float(world.observe()[1]))
    return np.array(found)


def removal(kind: str) -> NDArray[np.float64]:
    """How much lower the share ends if those with most ties are removed and not some by lot: one number a seed, twins [1]."""
    by_lot, most = (ends(kind, removal__per_ten_steps=10, removal__targets=target) for target in (0, 1))
    return by_lot - most


def _equilibrium(mean: float, sd: float, expected: float) -> Measured:
    return exactly(equilibrium(mean, sd), expected, within=5e-5)


def _hubs_are_fragile() -> Measured:
    gap = {kind: removal(kind) for kind in ("opinion_leader", "small_world", "village")}
    mean = {kind: float(found.mean()) for kind, found in gap.items()}
    error = {kind: float(found.std(ddof=1) / np.sqrt(SEEDS)) for kind, found in gap.items()}
    words = ", ".join(f"{kind} {mean[kind]:.3f} +- {error[kind]:.3f}" for kind in gap)
    hub, others = mean["opinion_leader"], max(mean["small_world"], mean["village"])
    return Measured(words, hub > 3 * error["opinion_leader"] and hub > 2 * others)


def _hubs_bear_random_removal() -> Measured:
    lost = {}
    for kind in ("opinion_leader", "small_world", "village"):
        lost[kind] = ends(kind) - ends(kind, removal__per_ten_steps=10)
    mean = {kind: float(found.mean()) for kind, found in lost.items()}
    error = {kind: float(found.std(ddof=1) / np.sqrt(SEEDS)) for kind, found in lost.items()}
    words = ", ".join(f"{kind} {mean[kind]:.3f} +- {error[kind]:.3f}" for kind in lost)
    return Measured(
        words, mean["opinion_leader"] - 2 * error["opinion_leader"] <= min(mean["small_world"], mean["village"])
    )


def by_ties(mean: float, sd: float) -> dict[int, float]:
    """Mean share that takes part in a small world, by the number of ties."""
    return {
        k: float(ends("small_world", motivation__mean=mean, motivation__sd=sd, network__ties=k).mean())
        for k in (2, 10, 60)
    }


def _ties_can_lower() -> Measured:
    weak, strong = by_ties(0.4, 0.3), by_ties(0.6, 0.25)
    words = "; ".join(
        f"{name} " + ", ".join(f"{share:.3f} at {k}" for k, share in rows.items())
        for name, rows in (("weak:", weak), ("strong:", strong))
    )
    return Measured(
        words,
        weak[60] < weak[2] and strong[60] > strong[2],
        note="Motivation (.4, .3) and (.6, .25); ties of a small world.",
    )


CLAIMS = (
    *(
        Claim(f"complete network, {mean:g}, {sd:g}", MODEL, f"With everybody tied to everybody, mean {mean:g} and s.d. {sd:g}, the equilibrium from nobody is {value:.4f}.", "the rule from memory, unverified; its result", ANALYTIC, f"{value:.4f}", partial(_equilibrium, mean, sd, value), seconds=0.1)
        for mean, sd, value in ((0.4, 0.25, 0.0090), (0.5, 0.25, 0.0301), (0.6, 0.25, 0.9910), (0.6, 0.30, 0.9716))
    ),
    Claim("ties can lower participation", MODEL, "Additional ties can decrease participation in some contexts.", "Siegel 2009, abstract", PUBLISHED_SIGN, "falls with weak motivation and rises with strong, from 2 to 60 ties", _ties_can_lower, seconds=20.0),
    Claim("hubs are fragile", MODEL, "Networks with hubs are fragile to the removal of the most linked.", "Siegel, conference version (expectation)", PUBLISHED_SIGN, "gap to removal by lot above 0 with opinion leaders and more than twice that of a small world and of villages", _hubs_are_fragile, seconds=25.0),
    Claim("hubs bear random removal", MODEL, "They are robust to removal by lot.", "Siegel, conference version (expectation)", PUBLISHED_SIGN, "no more lost to it than in a small world and in villages, within two standard errors", _hubs_bear_random_removal, seconds=25.0),
)  # fmt: skip
