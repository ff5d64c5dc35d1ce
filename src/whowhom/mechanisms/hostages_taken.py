"""Family hostages, taken (E40): for a person in arms somebody of the household is arrested (MODEL M6, Tambov 1921; F6).

What the arrest does to those at home is in `hostages_held.py`; what the fear of it does, in `decision.py`. Only adults are taken: Ours.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, ARMED_HERE, CHILD, COMMUNITY, HOSTAGE, QUIET, ROLE_BITS, SOLDIER
from whowhom.engine.streams import chance, pick
from whowhom.mechanisms.batch import find_state, next_busy
from whowhom.mechanisms.household import end_of, first_of
from whowhom.mechanisms.persons import GRIEF_ARREST, expose, grieve, is_hit, mark_hit, move, person_words
from whowhom.mechanisms.stream import HOSTAGE_TAKEN

EFFECTS = Effects(
    name="family hostages, taken",
    equations="E40",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "busy",
        "community.*",
        "stratum.free",
        "stratum.hostages",
        "stratum.insiders_free",
        "stratum.week_hostages",
    ),
    draws=("HOSTAGE_TAKEN",),
)


@kernel
def _take(w, i):
    """Person `i` becomes a hostage: seen by the community as an arrest, mourned as one, without an entry in the dossier."""
    place = w.community[i >> 6]
    w.stratum[place.stratum].week_hostages += 1
    expose(w, i, False)
    place.arrests += 1
    move(w, i, HOSTAGE)
    mark_hit(w, i)
    grieve(w, i, GRIEF_ARREST)


@kernel
def _seek(w, i, word):
    """Take a hostage for the armed person `i`, if the lot falls on somebody of the household who can be taken."""
    first = first_of(w, i)
    j = first + pick(end_of(w, i) - first, word)
    role = w.role[j] & ROLE_BITS
    if j != i and role != CHILD and role != SOLDIER and w.state[j] == QUIET and not is_hit(w, j):
        _take(w, j)


@kernel
def take_hostages_in(w, t, r):
    """Hostages for the armed who are stored in one province, who all stay there.

    **Writes** see EFFECTS, of this province's persons only. **Draws** HOSTAGE_TAKEN by armed person. **Update** sequential over the armed.
    **Cost** communities with armed persons, where hostages are taken.
    """
    place = w.province[r]
    p_take = w.p[0].hostages_rate * place.hostage_use * place.accept_hostage
    if p_take <= 0.0:
        return
    slots = w.slots[r]
    end = place.first + place.communities
    c = next_busy(w, place.first, end, ARMED_HERE)
    while c < end:
        n = find_state(w, r, c, ARMED)
        for k in range(n):
            i = c * COMMUNITY + slots[k]
            words = person_words(w, i, 0, t, HOSTAGE_TAKEN)
            if chance(p_take, words[0]):
                _seek(w, i, words[1])
        c = next_busy(w, c + 1, end, ARMED_HERE)


@kernel
def take_hostages(w, t):
    """Hostages for the armed.

    **Writes** see EFFECTS. **Draws** HOSTAGE_TAKEN by armed person. **Update** sequential over the armed (nobody is taken twice).
    **Cost** communities with armed persons, where hostages are taken.
    """
    for r in range(len(w.province)):
        take_hostages_in(w, t, r)
