"""Death by famine (E22): in villages when the harvest less requisition leaves too little, in towns when rations and trade do."""

from __future__ import annotations

import math

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, DEAD, HOMES, ROLE_BITS, SOLDIER, VILLAGE, VOICE
from whowhom.engine.streams import pick, poisson, unit
from whowhom.mechanisms.batch import draw_many
from whowhom.mechanisms.persons import bury, is_hit, mark_hit, move, person_words
from whowhom.mechanisms.stream import FAMINE

EFFECTS = Effects(
    name="famine",
    equations="E22",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.week_famine_deaths",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.voice",
    ),
    draws=("FAMINE",),
)


@kernel
def _starve_here(w, t, c, cases):
    """The famine deaths of one community: so many places are picked, and whoever is free there dies."""
    stratum = w.stratum[w.community[c].stratum]
    first = c * COMMUNITY
    for case in range(cases):
        i = first + pick(COMMUNITY, person_words(w, first, 1 + case, t, FAMINE)[0])
        if w.state[i] <= VOICE and not is_hit(w, i) and w.role[i] & ROLE_BITS != SOLDIER:
            stratum.week_famine_deaths += 1
            move(w, i, DEAD)
            mark_hit(w, i)
            bury(w, i)


@kernel
def _starve_stratum(w, t, r, s, mean):
    """Deaths in the communities of one stratum, whose first draws are made 64 at a time: in most of them nobody dies."""
    stratum = w.stratum[s]
    nobody = math.exp(-mean) if mean < 50.0 else 0.0  # what `poisson` compares with first
    slots, words = w.slots[r], w.words[r]
    for k in range(COMMUNITY):
        slots[k] = k * COMMUNITY
    c = stratum.first
    end = stratum.first + stratum.communities
    while c < end:
        n = min(COMMUNITY, end - c)
        draw_many(w, r, c, slots, n, t, FAMINE, False)
        for k in range(n):
            u = unit(words[k])
            if u >= nobody:
                _starve_here(w, t, c + k, poisson(mean, u))
        c += n


@kernel
def starve_in(w, t, r):
    """Deaths by famine in one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** FAMINE by community and case. **Update** sequential over cases.
    **Cost** communities, in famine only: a draw for each.
    """
    p = w.p[0]
    n = w.nation[0]
    place = w.province[r]
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        kind = w.stratum[s].kind
        famine = n.famine_rural if kind == VILLAGE or kind == HOMES else n.famine_city
        mean = p.food_famine_death * famine * COMMUNITY
        if mean > 0.0:
            _starve_stratum(w, t, r, s, mean)


@kernel
def starve(w, t):
    """Deaths by famine among those who are quiet or in open dissent, children too; nobody is blamed (no exposure, no grief).

    **Writes** see EFFECTS. **Draws** FAMINE by community and case. **Update** sequential over cases. **Cost** communities, in famine only.
    """
    for r in range(len(w.province)):
        starve_in(w, t, r)
