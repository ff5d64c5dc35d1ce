"""What Steinert-Threlkeld and Steinert-Threlkeld (2021) say, put to the model. The abstract and the authors' code were read; means are those of their rules in a program of ours."""

from __future__ import annotations

import functools
import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.settings import Settings
from whowhom.models.steinert_threlkeld2021 import BELOW, DECLARATIONS, NETWORKS, STEINERT_THRELKELD2021
from whowhom.verification.claim import OTHER_IMPLEMENTATION, PUBLISHED_SIGN, Claim, Measured, estimated

MODEL = "steinert_threlkeld2021"
RATES = (0.0, 0.02, 0.05, 0.10, 0.15)
RUNS = 60
MEANS = {
    ("small_world", "silent"): (28, 23, 19, 16, 13),
    ("small_world", "moving"): (51, 46, 30, 19, 15),
    ("clustered", "silent"): (11, 13, 10, 7, 7),
    ("clustered", "moving"): (67, 56, 41, 22, 14),
}
"""Mean sizes of the outcome at `RATES`, 60 runs each, of a program written from the authors' rules on their library's networks."""


def end(kind: str, *, below: str, rate: float, seed: int, persons: int = 1000) -> int:
    """How many are counted in the street when the outcome is reached [persons]."""
    values = {
        "network.kind": NETWORKS.index(kind),
        "seeds.below_threshold": BELOW.index(below),
        "repression.rate": rate,
    }
    world = STEINERT_THRELKELD2021.build(Settings.of(DECLARATIONS, values=values), persons=persons, seed=seed)
    while not world.settled:
        world.step()
    return int(world.street.sum())


@functools.cache
def ends(kind: str, below: str, rate: float) -> tuple[int, ...]:
    """Outcomes of seeds 0 to 59 [persons]."""
    return tuple(end(kind, below=below, rate=rate, seed=seed) for seed in range(RUNS))


def _mean(kind: str, below: str, place: int) -> Measured:
    found = np.array(ends(kind, below, RATES[place]))
    error = float(found.std(ddof=1) / math.sqrt(RUNS))
    expected = MEANS[kind, below][place]
    both = 3.0 * math.sqrt(2.0) * error  # the other mean has an error of its own, of the same size
    return estimated(float(found.mean()), standard_error=error, low=expected - both - 0.5, high=expected + both + 0.5)


def _falls() -> Measured:
    paths = {key: [float(np.mean(ends(*key, rate))) for rate in RATES] for key in MEANS}
    words = "; ".join(f"{kind}, {below}: {path[0]:.0f} to {path[-1]:.0f}" for (kind, below), path in paths.items())
    return Measured(words, all(path[-1] < path[0] for path in paths.values()))


@functools.cache
def slopes(kind: str, *, runs: int = 300, size: int = 30, samples: int = 200) -> NDArray[np.float64]:
    """Slopes of outcome on rate in samples of runs whose rates lie in the range of records, 0 to .05; fixed luck."""
    luck = np.random.default_rng(1)
    rates = luck.random(runs) * 0.05
    outcome = np.array([end(kind, below="silent", rate=float(rate), seed=seed) for seed, rate in enumerate(rates)])
    chosen = [luck.choice(runs, size, replace=False) for _ in range(samples)]
    return np.array([np.polyfit(rates[some], outcome[some], 1)[0] for some in chosen])


def _both_signs() -> Measured:
    shares = {kind: float((slopes(kind) > 0.0).mean()) for kind in ("small_world", "clustered")}
    words = ", ".join(f"{share:.2f} positive ({kind})" for kind, share in shares.items())
    return Measured(words, all(0.0 < share < 1.0 for share in shares.values()))


CLAIMS = (
    Claim("falls with repression", MODEL, "By construction repression lowers what people do: the outcome falls with the rate, with and without the quirk.", "authors' code; Steinert-Threlkeld and Steinert-Threlkeld 2021, abstract", PUBLISHED_SIGN, "smaller at .15 than at 0 in all four settings", _falls, seconds=60.0),
    Claim("sign of the coefficient", MODEL, "The sign of the repression coefficient varies with sample and network.", "Steinert-Threlkeld and Steinert-Threlkeld 2021, abstract", PUBLISHED_SIGN, "both signs occur in samples of 30 runs at rates up to .05, in both networks", _both_signs, seconds=60.0),
    *(
        Claim(f"{kind}, {below}, rate {RATES[place]:g}", MODEL, f"At a repression rate of {RATES[place]:g} the mean outcome is {expected} ({kind.replace('_', ' ')}, seeds below threshold {below}).", "the authors' rules on their library's networks, 60 runs", OTHER_IMPLEMENTATION, f"{expected}, within 3 standard errors of the difference and rounding", partial(_mean, kind, below, place), seconds=5.0)
        for (kind, below), means in MEANS.items()
        for place, expected in enumerate(means)
    ),
)  # fmt: skip
