"""Expulsion from the party (E51): for open voice under the ban on factions, and in purges by rate and by dossier.

Who is expelled lives on among insiders as an outsider: no longer bound by the danger of a fall, watched through a longer dossier, and named by others' circle. A purge
asks for no deed; the dossier makes it selective (MODEL M13, M14). Who has been recruited (E58) is an insider wherever he lives.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, COMMUNITY, HIT, PARTY, PARTY_KIND, ROLE_BITS, VOICE
from whowhom.engine.streams import chance
from whowhom.mechanisms.batch import collect, draw_many
from whowhom.mechanisms.persons import add_dossier, dossier_of
from whowhom.mechanisms.roles import expel
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.stream import EXPULSION

EFFECTS = Effects(
    name="expulsion from the party",
    equations="E51",
    switch="faction_ban, purge",
    writes=("role", "record", "busy", "stratum.insiders", "stratum.insiders_free", "stratum.week_expelled"),
    draws=("EXPULSION",),
)


@kernel
def _p_expelled(w, p, i):
    """Chance that person `i` is expelled this week where the row `p` counts."""
    chance_of = 0.0
    if p.on_faction_ban and w.state[i] == VOICE:
        chance_of = p.party_expulsion
    if p.on_purge:
        chance_of = chance_of + (p.purge_rate + p.purge_dossier * dossier_of(w, i))
    return min(1.0, chance_of)


@kernel
def _expel_here(w, t, r, c):
    """Expulsions from one community."""
    p = row_at(w, w.province[r])
    slots, words, flags = w.slots[r], w.words[r], w.flags[r]
    first, end = c * COMMUNITY, (c + 1) * COMMUNITY
    states, roles, marks = w.state[first:end], w.role[first:end], w.marks[first:end]
    for k in range(COMMUNITY):
        flags[k] = (states[k] <= ARMED) & (roles[k] & ROLE_BITS >= PARTY) & (marks[k] & HIT == 0)
    n = collect(w, r)
    draw_many(w, r, c, slots, n, t, EXPULSION, False)
    for k in range(n):
        i = first + slots[k]
        if chance(_p_expelled(w, p, i), words[k]):
            w.stratum[w.community[c].stratum].week_expelled += 1
            expel(w, i)
            add_dossier(w, i, 1)


@kernel
def expel_in(w, t, r):
    """Expulsions among the insiders of one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** EXPULSION by person. **Update** synchronous. **Cost** communities of insiders: all in
    a purge, those in voice under the ban, none otherwise.
    """
    place = w.province[r]
    p = row_at(w, place)
    if not (p.on_purge or p.on_faction_ban):
        return
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        stratum = w.stratum[s]
        if stratum.kind < PARTY_KIND and stratum.insiders_free == 0:
            continue
        for c in range(stratum.first, stratum.first + stratum.communities):
            if p.on_purge or w.community[c].voice > 0:
                _expel_here(w, t, r, c)


@kernel
def expel_members(w, t):
    """Expel party members and cadres.

    **Writes** see EFFECTS. **Draws** EXPULSION by person. **Update** synchronous. **Cost** communities of insiders.
    """
    for r in range(len(w.province)):
        expel_in(w, t, r)
