"""The denunciation number R_d (E12): how many further arrests one prisoner's names cause, before capacity.

Two types, insiders and others; radius of the two-by-two next-generation matrix in closed form. Below 1 the chain dies out (total 1 / (1 - R_d) for each
seed), above 1 it reaches the final size z = 1 - (1 - s0) exp(-R_d z). Ours (no published denunciation-chain model was found, MODEL M8).
"""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.confession import mean_names, p_confession
from whowhom.mechanisms.sides import row_of_country

EFFECTS = Effects(name="denunciation number", equations="E12", switch="coerced_names", writes=("nation.r_d",))


@kernel
def _insiders(w):
    """Insiders (all, free) and other adults (all, free), in persons of the country."""
    inside = inside_free = other = other_free = 0.0
    for s in range(len(w.stratum)):
        x = w.stratum[s]
        a, b = x.insiders, x.insiders_free
        inside += x.weight * a
        inside_free += x.weight * b
        other += x.weight * (x.adults - a)
        other_free += x.weight * (x.free + x.soldiers - b)
    return inside, inside_free, other, other_free


@kernel
def reckon(w, t):
    """Write the denunciation number of this week.

    **Writes** nation.r_d. **Draws** nothing. **Cost** strata.
    """
    p = row_of_country(w)
    inside, inside_free, other, other_free = _insiders(w)
    acted = p.names_acted_on if p.on_coerced_names else 0.0
    b = p_confession(p) * mean_names(p) * acted * (1.0 - p.names_repeated)
    s = inside / (inside + other) if inside + other > 0.0 else 0.0
    free_in = inside_free / inside if inside > 0.0 else 0.0
    free_other = other_free / other if other > 0.0 else 0.0
    h, k, el = p.names_insider_circle, p.names_community, p.names_settlement
    ii = b * (h + (1 - h) * (k + (1 - k) * (el + (1 - el) * s))) * free_in
    io = b * (1 - h) * (1 - k) * (1 - el) * (1 - s) * free_other
    oi = b * (1 - k) * (1 - el) * s * free_in
    oo = b * (k + (1 - k) * (el + (1 - el) * (1 - s))) * free_other
    w.nation[0].r_d = (ii + oo) / 2 + math.sqrt((ii - oo) * (ii - oo) / 4 + io * oi)
