"""Recruitment to the party (E58): workers and townspeople are taken in, fewer of those whom the apparatus knows to be near to dissent.

Recruits come by plan and with less commitment (MODEL E30): they live where they lived, so that neither the rally of insiders nor their tolerance holds them, but are named in
the insiders' circle and can be expelled. Ours.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, EXPELLED_BIT, FACTORY, HIT, QUIET, ROLE_BITS, TOWN, URBAN, WORKER
from whowhom.engine.streams import chance
from whowhom.mechanisms.batch import collect, draw_many
from whowhom.mechanisms.persons import is_latent
from whowhom.mechanisms.roles import join
from whowhom.mechanisms.stream import RECRUITMENT

STANDING = ROLE_BITS | EXPELLED_BIT
"""Bits of the role byte that tell who may be taken in."""
EFFECTS = Effects(
    name="recruitment to the party",
    equations="E58",
    switch="recruitment",
    writes=("role", "busy", "stratum.insiders", "stratum.insiders_free", "stratum.week_recruited"),
    draws=("RECRUITMENT",),
    reads_private=True,
)


@kernel
def _recruit_here(w, t, r, c):
    """Recruits of one community."""
    p = w.p[0]
    slots, words, flags = w.slots[r], w.words[r], w.flags[r]
    first, end = c * COMMUNITY, (c + 1) * COMMUNITY
    states, roles, marks = w.state[first:end], w.role[first:end], w.marks[first:end]
    for k in range(COMMUNITY):
        may = (roles[k] & STANDING == WORKER) | (roles[k] & STANDING == URBAN)
        flags[k] = (states[k] == QUIET) & may & (marks[k] & HIT == 0)
    n = collect(w, r)
    draw_many(w, r, c, slots, n, t, RECRUITMENT, False)
    for k in range(n):
        i = first + slots[k]
        known = w.province[r].quality * (1.0 if is_latent(w, i) else 0.0)
        if chance(p.recruitment_rate * (1.0 - p.recruitment_care * known), words[k]):
            w.stratum[w.community[c].stratum].week_recruited += 1
            join(w, i)


@kernel
def recruit_in(w, t, r):
    """Recruits of one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** RECRUITMENT by person. **Update** synchronous. **Cost** persons of factories and towns, where the
    regime recruits.
    """
    p = w.p[0]
    place = w.province[r]
    if not p.on_recruitment or p.recruitment_rate <= 0.0 or place.holder != 0:
        return
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        stratum = w.stratum[s]
        if stratum.kind != FACTORY and stratum.kind != TOWN:
            continue
        for c in range(stratum.first, stratum.first + stratum.communities):
            _recruit_here(w, t, r, c)


@kernel
def recruit_members(w, t):
    """The party takes people in.

    **Writes** see EFFECTS. **Draws** RECRUITMENT by person. **Update** synchronous. **Cost** persons of factories and towns.
    """
    for r in range(len(w.province)):
        recruit_in(w, t, r)
