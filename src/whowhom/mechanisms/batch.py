"""Many at once: passing over calm country, finding the persons of a community who matter, and their draws side by side.

Nothing here has an effect of its own. A loop over 64 bytes compares them together, and keyed draws do not wait for one another, so that a list of them costs less than
the same draws one by one.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY
from whowhom.engine.prefetch import fetch
from whowhom.engine.streams import philox_row
from whowhom.mechanisms.persons import person_key

EIGHT_BYTES = np.uint64(0x0101010101010101)
NOTHING = np.uint64(0)


@kernel
def next_busy(w, c, end, bit):
    """The first community from `c` on whose `busy` has a bit, `end` if there is none."""
    wanted = np.uint64(bit) * EIGHT_BYTES
    while c < end:
        if c & 7 == 0:
            while c < end and w.busy_words[c >> 3] & wanted == NOTHING:
                c += 8
            if c >= end:
                return end
        if w.busy[c] & bit:
            return c
        c += 1
    return end


@kernel
def fetch_community(w, c, end):
    """Ask memory for a community's row and its persons' states, roles and marks, if it comes before `end`."""
    if c < end:
        fetch(w.community, c)
        fetch(w.state, c * COMMUNITY)
        fetch(w.role, c * COMMUNITY)
        fetch(w.marks, c * COMMUNITY)


@kernel
def collect(w, r):
    """List the flagged slots of a community in `w.slots[r]`, in order, and return their number.

    Without a branch for each slot, since nobody can guess who is flagged.
    """
    flags, slots = w.flags[r], w.slots[r]
    n = 0
    for word in range(COMMUNITY // 8):
        if w.flag_words[r, word] != NOTHING:
            for k in range(8 * word, 8 * word + 8):
                slots[n] = k
                n += flags[k] != 0
    return n


@kernel
def find_state(w, r, c, state):
    """List the slots of a community whose persons are in a state; `r` is the row of working room."""
    flags = w.flags[r]
    states = w.state[c * COMMUNITY : (c + 1) * COMMUNITY]
    for k in range(COMMUNITY):
        flags[k] = states[k] == state
    return collect(w, r)


@kernel
def draw_many(w, r, c, slots, n, t, stream, third):
    """Draw the first word (or the third) of each of `n` listed persons of a community into `w.words[r]`.

    The same words as `person_words` gives one by one. `slots` is `w.slots[r]` or `w.chosen[r]`.
    """
    ordinal, upper, k0, k1 = person_key(w, c)
    philox_row(ordinal, slots, n, upper, t, stream, k0, k1, third, w.words[r])
