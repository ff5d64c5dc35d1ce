"""Households: where they begin and end, and who of them is in arms, held as a hostage, or at liberty (E40)."""

from __future__ import annotations

import numpy as np

from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, COMMUNITY


@kernel
def first_of(w, i):
    """First person of the household of person `i`."""
    c = i >> 6
    return c * COMMUNITY + np.int64(w.household_first[w.community[c].tiling, i & 63])


@kernel
def end_of(w, i):
    """The person after the last of the household of person `i`."""
    c = i >> 6
    return c * COMMUNITY + np.int64(w.household_end[w.community[c].tiling, i & 63])


@kernel
def has_kin_in(w, i, state):
    """Whether a member of the household of person `i` is in a state."""
    for j in range(first_of(w, i), end_of(w, i)):  # noqa: SIM110  # the compiler knows no generators
        if w.state[j] == state:
            return True
    return False


@kernel
def share_at_liberty(w, i):
    """The other members of the household of person `i` who are at liberty, children too, by the size of the household."""
    first, end = first_of(w, i), end_of(w, i)
    kin = 0
    for j in range(first, end):
        kin += j != i and w.state[j] <= ARMED
    return kin / (end - first)
