"""What nobody in a community can exceed: bounds that let it be passed over without a look at its people, exactly.

A person acts if D = lean - kappa * rho - rally is above 0, where the lean rises with the margin, rho is the cost of dissent and kappa = 2 kbar u with a uniform u of the
person's own. With the burden 2 kbar rho, the largest of margin - u * burden over a community's people is a convex function of the burden that never rises. It is known at 0
and at two further burdens, so that the chord between two known points lies above it. Where people stay quiet out of fear this bound passes over what the largest margin
alone cannot. It changes no bit.
"""

from __future__ import annotations

import math

from whowhom.engine.kernel import kernel

LOW, HIGH = 0.25, 1.2
"""Burdens at which the bound is known, beside 0: about those of a quiet and of a frightened province."""
UNIT = 8192.0


@kernel
def feared_margin(margin, u, burden):
    """A margin less what a burden weighs on its person, in units of 1/8192, rounded up."""
    return min(32767.0, max(-32768.0, math.ceil(margin - u * burden * UNIT)))


@kernel
def highest(best, low, high, burden):
    """An upper bound of margin - u * burden over people whose largest values at the burdens 0, LOW, HIGH are given, in units of 1/8192.

    Half a unit is added, which is far more than rounding can take.
    """
    if burden >= HIGH:
        return high + 0.5
    if burden >= LOW:
        return low + (high - low) * ((burden - LOW) / (HIGH - LOW)) + 0.5
    return best + (low - best) * (burden / LOW) + 0.5
