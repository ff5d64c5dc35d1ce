"""Cases that begin with a target chosen at random: of the apparatus's own making, on an informer's report, to fulfil a limit.

So many cases in a province in a week; some of them look for somebody near to dissent. Whoever is found is arrested if free, unarmed, no soldier, and not yet hit.
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, ROLE_BITS, SOLDIER, VOICE
from whowhom.engine.streams import chance, poisson, unit
from whowhom.mechanisms.persons import arrest, is_hit, place_words
from whowhom.mechanisms.target import choose


@kernel
def pursue_in(w, t, r, wanted, aim, origin, count_stream, target_stream, dossier_stream):
    """Arrest on cases of one kind in province `r`.

    Parameters
    ----------
    wanted : float
        Cases that are served [persons of the country].
    aim : float
        Chance that a case looks for somebody near to dissent.
    origin : int
        Class of the case.
    count_stream, target_stream, dossier_stream : int
        Streams of the number of cases, of targets, and of the test by dossier (0: dossiers do not attract).
    """
    if wanted <= 0.0:
        return
    place = w.province[r]
    first = place.first * COMMUNITY
    slots = place.communities * COMMUNITY
    upper = np.int64(place.tag) << 16
    cases = poisson(wanted / place.mean_weight, unit(place_words(w, place.tag, 0, 0, t, count_stream)[0]))
    for case in range(cases):
        aimed = chance(aim, place_words(w, place.tag, case, 0, t, target_stream)[0])
        i = choose(w, t, first, slots, aimed, -1, dossier_stream, case, upper, target_stream, 1)
        if i >= 0 and w.state[i] <= VOICE and not is_hit(w, i) and w.role[i] & ROLE_BITS != SOLDIER:
            arrest(w, i, origin)
