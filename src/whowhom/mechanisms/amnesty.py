"""Amnesty (E52), the alternative to the ladder: deserters may return, the armed surrender, camps release, each in proportion to its extent.

The amnesty weeks of 1919 to 1921 brought more men back than the patrols did (MODEL M15, F6).
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel


@kernel
def extent(p):
    """Extent of the amnesty in [0, 1], 0 where there is none."""
    return p.amnesty_level if p.on_amnesty else 0.0


@kernel
def p_lay_down(p):
    """Chance of laying down arms in a week."""
    return min(1.0, p.arming_lay_down + p.amnesty_surrender * extent(p))


@kernel
def p_camp_release(p):
    """Chance of release from a camp in a week."""
    return min(1.0, p.camp_release + p.amnesty_release * extent(p))


@kernel
def p_return(p):
    """Chance that a deserter is back in the ranks after a week: caught, or by himself."""
    return min(1.0, p.army_catch + p.army_return * extent(p))
