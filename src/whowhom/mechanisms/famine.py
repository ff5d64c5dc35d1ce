"""Death by famine (E22): in villages when the harvest less requisition leaves too little, in towns when rations and trade do."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import COMMUNITY, DEAD, HOMES, ROLE_BITS, SOLDIER, VILLAGE, VOICE
from whowhom.engine.streams import pick, poisson, unit
from whowhom.mechanisms.persons import bury, is_hit, mark_hit, move, person_words
from whowhom.mechanisms.stream import FAMINE

EFFECTS = Effects(
    name="famine",
    equations="E22",
    switch="",
    writes=("state", "marks", "record", "community.*", "stratum.week_famine_deaths"),
    draws=("FAMINE",),
)


@kernel
def starve(w, t):
    """Deaths by famine among those who are quiet or in open dissent, children too; nobody is blamed (no exposure, no grief).

    **Writes** see EFFECTS. **Draws** FAMINE by community and case. **Update** sequential over cases. **Cost** communities, in famine only.
    """
    p = w.p[0]
    n = w.nation[0]
    rural = p.food_famine_death * n.famine_rural
    city = p.food_famine_death * n.famine_city
    if rural <= 0.0 and city <= 0.0:
        return
    for c in range(len(w.community)):
        stratum = w.stratum[w.community[c].stratum]
        rate = rural if stratum.kind == VILLAGE or stratum.kind == HOMES else city
        if rate <= 0.0:
            continue
        first = c * COMMUNITY
        cases = poisson(rate * COMMUNITY, unit(person_words(w, first, 0, t, FAMINE)[0]))
        for case in range(cases):
            i = first + pick(COMMUNITY, person_words(w, first, 1 + case, t, FAMINE)[0])
            if w.state[i] <= VOICE and not is_hit(w, i) and w.role[i] & ROLE_BITS != SOLDIER:
                stratum.week_famine_deaths += 1
                move(w, i, DEAD)
                mark_hit(w, i)
                bury(w, i)
