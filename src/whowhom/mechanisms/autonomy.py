"""Case hunger (E14): an apparatus with idle capacity makes cases of its own, as well as its information allows.

Idle capacity is filled by a share omega (MODEL M9). A case seeks a likely opponent with probability q (quality), anybody otherwise; entries in the
dossier attract it (MODEL M30). Insiders have no surcharge: whatever over-exposure they have comes from their dossiers and ties.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, ROLE_BITS, SELF_CASE, SOLDIER, VOICE
from whowhom.engine.streams import chance, poisson, unit
from whowhom.mechanisms.persons import arrest, is_hit, place_words
from whowhom.mechanisms.stream import SELF_COUNT, SELF_TARGET
from whowhom.mechanisms.target import choose

EFFECTS = Effects(
    name="case hunger",
    equations="E14",
    switch="autonomy",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.week_arrests_self",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "busy",
        "stratum.free",
        "stratum.voice",
    ),
    draws=("SELF_COUNT", "SELF_TARGET", "SELF_DOSSIER"),
    reads_private=True,
)


@kernel
def make_cases_in(w, t, r):
    """Arrest on the cases that the apparatus of one province has made itself.

    **Writes** see EFFECTS, of this province's persons only. **Draws** SELF_COUNT, SELF_TARGET, SELF_DOSSIER. **Update** sequential over cases.
    **Cost** cases.
    """
    p = w.p[0]
    place = w.province[r]
    if place.self_cases <= 0.0:
        return
    first = place.first * COMMUNITY
    slots = place.communities * COMMUNITY
    upper = np.int64(place.tag) << 16
    cases = poisson(place.self_cases / place.mean_weight, unit(place_words(w, place.tag, 0, 0, t, SELF_COUNT)[0]))
    for case in range(cases):
        aimed = chance(p.apparatus_aim * place.quality, place_words(w, place.tag, case, 0, t, SELF_TARGET)[0])
        i = choose(w, t, first, slots, aimed, -1, True, case, upper, SELF_TARGET, 1)
        if i >= 0 and w.state[i] <= VOICE and not is_hit(w, i) and w.role[i] & ROLE_BITS != SOLDIER:
            arrest(w, i, SELF_CASE)


@kernel
def make_cases(w, t):
    """Arrest on cases that the apparatus has made itself.

    **Writes** see EFFECTS. **Draws** SELF_COUNT by province; SELF_TARGET and SELF_DOSSIER by case. **Update** sequential over cases (a person
    taken by one case is no longer free for the next). **Cost** cases.
    """
    for r in range(len(w.province)):
        make_cases_in(w, t, r)
