"""Changes of role: between the ranks and the village, into the party and out of it. The one place where a living person's role changes.

A role decides in which counts a person stands (soldiers or civilians of the community and its stratum, insiders), so the person is counted out, changed, and counted in
again. Who changes sides between soldiers and civilians also raises the bounds of the side joined (`mechanisms/bounds.py`); the bounds of the side left stay, and stay
above everybody in it.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.kernel import kernel
from whowhom.engine.population import CHILD, EXPELLED_BIT, PARTY, ROLE_BITS, SOLDIER, STIRRED, URBAN
from whowhom.engine.streams import unit
from whowhom.mechanisms.bounds import HIGH, LOW, feared_margin
from whowhom.mechanisms.persons import count_in, person_words
from whowhom.mechanisms.stream import TRAITS


@kernel
def _raise_bounds(w, i):
    """Let the bounds of a community hold for person `i`, who has just become a soldier or a civilian in it."""
    x = w.community[i >> 6]
    u = unit(person_words(w, i, 0, 0, TRAITS)[2])
    margin = np.int64(w.margin[i])
    low, high = np.int64(feared_margin(margin, u, LOW)), np.int64(feared_margin(margin, u, HIGH))
    if w.role[i] & ROLE_BITS == SOLDIER:
        x.best_soldier = max(np.int64(x.best_soldier), margin)
        x.best_soldier_low = max(np.int64(x.best_soldier_low), low)
        x.best_soldier_high = max(np.int64(x.best_soldier_high), high)
    else:
        x.best_margin = max(np.int64(x.best_margin), margin)
        x.best_low = max(np.int64(x.best_low), low)
        x.best_high = max(np.int64(x.best_high), high)


@kernel
def _change(w, i, role):
    """Give an adult another role and keep every count of the community and its stratum right. It is not the role that the person has."""
    before = w.role[i] & ROLE_BITS
    state = w.state[i]
    count_in(w, i, state, -1)
    w.role[i] = (w.role[i] & (255 - ROLE_BITS)) | role
    count_in(w, i, state, 1)
    w.stratum[w.community[i >> 6].stratum].insiders += np.int64(role >= PARTY) - np.int64(before >= PARTY)
    w.busy[i >> 6] |= STIRRED


@kernel
def change_side(w, i, role):
    """Let an adult go from the ranks to the village or back, with all counts and the bounds of the side joined.

    **Writes** role, busy, counts and bounds of the community, counts of the stratum. **Draws** TRAITS (risk aversion, week 0) for the bounds.
    """
    before = w.role[i] & ROLE_BITS
    if before == CHILD or (before == SOLDIER) == (role == SOLDIER):
        return
    _change(w, i, role)
    _raise_bounds(w, i)


@kernel
def expel(w, i):
    """A party member or cadre loses the role, for good: urban from now on, and marked."""
    if w.role[i] & ROLE_BITS >= PARTY:
        _change(w, i, URBAN)
        w.role[i] |= EXPELLED_BIT


@kernel
def join(w, i):
    """A civilian becomes a party member, where it lives."""
    _change(w, i, PARTY)
