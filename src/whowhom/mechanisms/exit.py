"""Leaving the country (E53): an attempt at random, made by somebody near to dissent (Hirschman's exit; Gehlbach 2006).

Who leaves is lost to voice at home and, as far as the voice abroad is heard, not lost to the regime. Cases are counted by the free civilians of a province; who is met
and is not near to dissent stays.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ABROAD, COMMUNITY, ROLE_BITS, SOLDIER, VOICE
from whowhom.engine.streams import poisson, unit
from whowhom.mechanisms.persons import is_hit, is_latent, mark_hit, move, place_words
from whowhom.mechanisms.stream import EXIT_COUNT, EXIT_TARGET
from whowhom.mechanisms.target import choose

EFFECTS = Effects(
    name="exit",
    equations="E53",
    switch="exit (attempts)",
    writes=(
        "state",
        "marks",
        "busy",
        "community.*",
        "stratum.free",
        "stratum.voice",
        "stratum.insiders_free",
        "stratum.abroad",
        "stratum.week_exits",
    ),
    draws=("EXIT_COUNT", "EXIT_TARGET"),
    reads_private=True,
)


@kernel
def leave_in(w, t, r):
    """Departures from one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** EXIT_COUNT, EXIT_TARGET. **Update** sequential over cases. **Cost** cases.
    """
    place = w.province[r]
    if place.exit_cases <= 0.0:
        return
    cases = poisson(place.exit_cases, unit(place_words(w, place.tag, 0, 0, t, EXIT_COUNT)[0]))
    first, slots = place.first * COMMUNITY, place.communities * COMMUNITY
    upper = np.int64(place.tag) << 16
    for case in range(cases):
        i = choose(w, t, first, slots, True, -1, 0, case, upper, EXIT_TARGET, 0)
        if i < 0 or w.state[i] > VOICE or is_hit(w, i) or w.role[i] & ROLE_BITS == SOLDIER:
            continue
        if is_latent(w, i):
            w.stratum[w.community[i >> 6].stratum].week_exits += 1
            move(w, i, ABROAD)
            mark_hit(w, i)


@kernel
def leave(w, t):
    """Some who are near to dissent leave the country.

    **Writes** see EFFECTS. **Draws** EXIT_COUNT by province, EXIT_TARGET by case. **Update** sequential over cases. **Cost** cases.
    """
    for r in range(len(w.province)):
        leave_in(w, t, r)
