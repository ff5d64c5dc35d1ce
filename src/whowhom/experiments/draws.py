"""Independent draws from the priors of a model's parameters."""

from __future__ import annotations

import random
from collections.abc import Mapping

from whowhom.parameters import Declarations


def prior_draws(declarations: Declarations, draws: int, *, seed: int) -> list[Mapping[str, float]]:
    """Return so many parameter sets, each an independent draw of all parameters that have a prior.

    Parameters
    ----------
    draws
        How many.
    seed
        Of the draws; they share no luck with the histories that are played with them.
    """
    names = [parameter.name for parameter in declarations.parameters if parameter.prior is not None]
    luck = random.Random(seed)
    return [declarations.from_prior({name: max(luck.random(), 1e-12) for name in names}) for _ in range(draws)]
