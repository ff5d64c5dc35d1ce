"""Voice abroad, foreigners held and their exchange (E53): what the world outside and the country make of those who left.

Voice abroad comes home as an echo in private opposition and moves other states; surveillance silences part of it. Foreigners taken during an intervention are a stock
that can be exchanged for persons abroad, and raises pressure while it is held (MODEL M19, M20, M27; Ours).
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.mechanisms.censorship import heard

EFFECTS = Effects(
    name="attempts to leave, voice abroad, foreigners held, exchange",
    equations="E53",
    switch="exit, surveillance_abroad, hostages_foreign, exchange",
    writes=("nation.abroad", "nation.abroad_voice", "nation.foreigners", "nation.exchanged", "province.exit_cases"),
)


@kernel
def pressure(w):
    """Pressure from outside, E: war and intervention, what voice abroad and foreigners held add; at most 1."""
    p = w.p[0]
    n = w.nation[0]
    return min(
        1.0, max(n.war, n.intervention) + p.abroad_aid * n.abroad_voice + p.foreign_hostility * n.foreigners / 1000.0
    )


@kernel
def echo(w, p):
    """What voice abroad adds to private opposition at home in a week, as far as it is heard; `p` is the row of the place."""
    return p.abroad_echo * w.nation[0].abroad_voice * heard(p)


@kernel
def _plan_exits(w):
    """Attempts to be expected this week, for each free civilian adult of the end of last week. **Writes** province.exit_cases. **Cost** strata."""
    p = w.p[0]
    for r in range(len(w.province)):
        place = w.province[r]
        free = 0
        if p.on_exit:
            for s in range(place.first_stratum, place.first_stratum + place.strata):
                free += w.stratum[s].free
        place.exit_cases = p.exit_rate * free


@kernel
def look_abroad(w, t):
    """Attempts to leave, persons abroad and their voice, foreigners taken and exchanged, at the beginning of the week.

    **Writes** nation.abroad, abroad_voice, foreigners, exchanged, province.exit_cases. **Draws** nothing. **Update** sums over strata in storage order. **Cost** strata.
    """
    p = w.p[0]
    n = w.nation[0]
    _plan_exits(w)
    abroad = 0.0
    for s in range(len(w.stratum)):
        abroad += w.stratum[s].weight * w.stratum[s].abroad
    n.abroad = abroad
    silence = 1.0 - p.surveillance_silence if p.on_surveillance_abroad else 1.0
    n.abroad_voice = n.abroad / n.persons * p.abroad_voice * silence
    if p.on_hostages_foreign:
        n.foreigners = n.foreigners + p.foreign_arrests * n.intervention
    n.exchanged = p.exchange_rate * n.foreigners if p.on_exchange else 0.0
    n.foreigners = n.foreigners - n.exchanged
