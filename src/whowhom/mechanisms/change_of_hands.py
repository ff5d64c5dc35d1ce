"""A province changes hands (E55), and a country is taken (E57): the people stay, what they think of who holds them is mirrored, and the new holder begins anew.

Private opposition to the new holder is, in the mean of a group, one less that to the old; who is most against one side inside a group is most against the other (a
disposition). Prisoners and hostages are free, those in arms go home, papers and names are burnt with the offices. The mirror is the simplest that gives both sides equal
people (MODEL M32, C18; Ours).
"""

from __future__ import annotations

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import (
    ARMED,
    COMMUNITY,
    CONDEMNED,
    DETAINED,
    HIT,
    HOSTAGE,
    ROLE_BITS,
    SOLDIER,
    VOICE,
)
from whowhom.mechanisms.apparatus import troops_of
from whowhom.mechanisms.fronts import is_due
from whowhom.mechanisms.ladder import begin_at_base, mask
from whowhom.mechanisms.persons import mark_hit, move, set_grief
from whowhom.mechanisms.rungs import begin_further_at_base, mask_further
from whowhom.mechanisms.sides import row_at

EFFECTS = Effects(
    name="changes of hands",
    equations="E55, E57",
    switch="takeover",
    writes=(
        "state",
        "marks",
        "record",
        "busy",
        "use",
        "community.*",
        "settlement.armed",
        "stratum.free",
        "stratum.voice",
        "stratum.armed",
        "stratum.soldiers",
        "stratum.soldier_voice",
        "stratum.soldier_armed",
        "stratum.detained",
        "stratum.hostages",
        "stratum.insiders_free",
        "pool.shift",
        "pool.anger",
        "pool.refusing",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "province.*",
        "nation.taken",
    ),
)


@kernel
def mirrored(shift, mean):
    """Shift of private opposition to the new holder, of a group whose mean opposition to the regime was `mean` at the start: its own inverse but for rounding."""
    return (1.0 - 2.0 * mean) - shift


@kernel
def has_turned(place):
    """Whether a province has changed hands this week."""
    return place.holder != place.holder_then


@kernel
def _decide(w):
    """Who holds what from now on; returns whether anything changes."""
    n = w.nation[0]
    takes = w.p[0].on_takeover != 0
    for r in range(len(w.province)):
        place = w.province[r]
        if takes:
            place.holder, place.foreign = 1, 0
            place.rival = place.line = place.facing = 0.0
        elif is_due(place):
            place.holder = 1 - place.holder
            place.foreign = place.holder
    if takes:
        n.taken = 1


@kernel
def _begin_anew(w, r):
    """The apparatus, the orders and the papers of a province under its new holder."""
    place = w.province[r]
    p = row_at(w, place)
    place.officers = place.informers = place.quota = place.load = place.queue = place.threat = 0.0
    begin_at_base(w, r)
    mask(w, r)
    begin_further_at_base(w, r)
    mask_further(w, r)
    place.credibility = p.threats_credibility
    place.announced = 0.0
    place.talks = 0
    place.troops = troops_of(w, place)
    place.inbox = 0


@kernel
def _turn_garrison(w, g):
    """The mood of a garrison in a town that has changed hands."""
    y = w.pool[g]
    y.shift = mirrored(np.float64(y.shift), y.opposition)
    y.anger = w.p[0].decision_start_anger
    y.refusing = 0
    y.hits = y.hits_opposed = y.hits_voice = 0


@kernel
def _turn_person(w, i):
    """Person `i` under a new holder: at liberty if it was held there, at home if it was out, and unknown."""
    state = w.state[i]
    if w.marks[i] & CONDEMNED:
        w.province[w.stratum[w.community[i >> 6].stratum].province].condemned -= 1
    if state == VOICE or state == ARMED or state == DETAINED or state == HOSTAGE:
        move(w, i, 0)
        mark_hit(w, i)
    w.marks[i] &= HIT
    set_grief(w, i, 0)
    w.record[i] = 0


@kernel
def _turn_community(w, c, mean, civilians, soldiers):
    """The people of a community: its civilians, its soldiers who serve elsewhere, or both; `mean` is the opposition of the civilians."""
    x = w.community[c]
    for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
        serves = w.role[i] & ROLE_BITS == SOLDIER
        if (serves and soldiers) or (civilians and not serves):
            _turn_person(w, i)
    if civilians:
        x.shift = mirrored(np.float64(x.shift), mean)
        x.anger = w.p[0].decision_start_anger
        x.hits = x.hits_opposed = x.hits_voice = 0


@kernel
def _turn_people(w):
    """Everybody whose place has changed hands, and the garrisons there."""
    for s in range(len(w.stratum)):
        stratum = w.stratum[s]
        civilians = has_turned(w.province[stratum.province])
        soldiers = stratum.pool >= 0 and has_turned(w.province[w.pool[stratum.pool].place])
        if civilians or soldiers:
            for c in range(stratum.first, stratum.first + stratum.communities):
                _turn_community(w, c, stratum.opposition, civilians, soldiers)
    for g in range(len(w.pool)):
        if has_turned(w.province[w.pool[g].place]):
            _turn_garrison(w, g)


@kernel
def change_hands(w, t):
    """Provinces change hands where a front has come to its end, and all of them when the country is taken: the last event of a week.

    **Writes** see EFFECTS. **Draws** nothing. **Update** sequential. **Cost** nothing in a week in which nothing changes hands; otherwise persons of the provinces that do.
    """
    if w.nation[0].turning == 0:
        return
    _decide(w)
    for r in range(len(w.province)):
        if has_turned(w.province[r]):
            _begin_anew(w, r)
    _turn_people(w)
