"""How often draws from the priors show each regime of behaviour, and which regimes the kept scenarios show.

    python studies/regimes/census.py [--draws N] [--seeds N]

Draws every parameter with a prior independently (Latin hypercube, seed 310), lives twenty years of the stylised country of the `regime_*` scenarios at
32,768 persons, and classifies each history by `whowhom.models.machine.regimes`. Then lives the kept scenarios at 65,536 persons. Prints both tables; about two minutes on two cores.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from scipy.stats import qmc

from whowhom import scenario
from whowhom.engine.settings import Settings
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.regimes import REGIMES, live, regimes_of, thawed

SEED, THREADS, THAW_WEEK = 310, 2, 521
KEPT = ("quiet", "outbursts", "cascade", "ratchet", "purge", "thaw", "late_fall")


def prior_draws(count: int) -> list[dict[str, float]]:
    """So many parameter sets from the priors."""
    names = [parameter.name for parameter in DECLARATIONS.parameters if parameter.prior is not None]
    table = qmc.LatinHypercube(len(names), rng=SEED).random(count)
    return [DECLARATIONS.from_prior(dict(zip(names, row.tolist(), strict=True))) for row in table]


def shown(settings: Settings, *, persons: int, seed: int) -> frozenset[str]:
    """Regimes that one history shows, the thaw included."""
    passage = live(settings, persons=persons, seed=seed)
    return regimes_of(passage) | ({"thaw"} if thawed(passage, week=THAW_WEEK) else set())


def census(draws: int) -> None:
    """Print the share of prior draws in each regime."""
    base = scenario("regime_quiet").settings
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(shown, base.replace(v), persons=32768, seed=k) for k, v in enumerate(prior_draws(draws))]
        found = [job.result() for job in jobs]
    counts = Counter(name for names in found for name in names)
    print(
        f"{draws} draws from the priors, 32,768 persons, 20 years, instruments on throughout (a thaw needs them laid down)"
    )
    for name in REGIMES:
        if name != "thaw":
            print(f"  {name:10s} {counts[name]:4d}  {counts[name] / draws:6.1%}")
    print(f"  {'none':10s} {sum(not names for names in found):4d}  {sum(not names for names in found) / draws:6.1%}")


def kept(seeds: int) -> None:
    """Print the regimes that each kept scenario shows, seed by seed."""
    print(f"kept scenarios, 65,536 persons, 20 years, seeds 101 to {100 + seeds}")
    for name in KEPT:
        settings = scenario(f"regime_{name}").settings
        with ThreadPoolExecutor(THREADS) as pool:
            jobs = [pool.submit(shown, settings, persons=65536, seed=seed) for seed in range(101, 101 + seeds)]
            counts = Counter(regime for job in jobs for regime in job.result())
        print(
            f"  regime_{name:10s} "
            + ", ".join(f"{regime} {count} of {seeds}" for regime, count in counts.most_common())
        )


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draws", type=int, default=300)
    options.add_argument("--seeds", type=int, default=12)
    chosen = options.parse_args()
    census(chosen.draws)
    kept(chosen.seeds)


if __name__ == "__main__":
    main()
