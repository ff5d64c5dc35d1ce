"""Family hostages, held (E40): released when nobody of the household is in arms any more, or else in danger of execution."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, COMMUNITY, EXECUTED, HELD_HERE, HOSTAGE
from whowhom.engine.streams import chance
from whowhom.mechanisms.batch import draw_many, find_state, next_busy
from whowhom.mechanisms.household import has_kin_in
from whowhom.mechanisms.persons import is_hit, kill, release
from whowhom.mechanisms.stream import HOSTAGE_END

EFFECTS = Effects(
    name="family hostages, held",
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
        "stratum.week_executed",
        "stratum.week_hostages_executed",
        "stratum.week_released",
    ),
    draws=("HOSTAGE_END",),
)


@kernel
def _execute(w, i):
    stratum = w.stratum[w.community[i >> 6].stratum]
    stratum.week_executed += 1
    stratum.week_hostages_executed += 1
    kill(w, i, EXECUTED, False)


@kernel
def _hold_here(w, t, r, c, p_execution):
    """A week of one community's hostages."""
    slots, words = w.slots[r], w.words[r]
    n = find_state(w, r, c, HOSTAGE)
    draw_many(w, r, c, slots, n, t, HOSTAGE_END, False)
    for k in range(n):
        i = c * COMMUNITY + slots[k]
        if is_hit(w, i):
            continue
        if has_kin_in(w, i, ARMED):
            if chance(p_execution, words[k]):
                _execute(w, i)
        elif chance(w.p[0].hostages_release, words[k]):
            release(w, i)


@kernel
def _held(w, place):
    """Hostages of a province, simulated."""
    held = 0
    for s in range(place.first_stratum, place.first_stratum + place.strata):
        held += w.stratum[s].hostages
    return held


@kernel
def keep_hostages_in(w, t, r):
    """One week of the hostages stored in one province, held or not as before also when no more are taken.

    **Writes** see EFFECTS, of this province's persons only. **Draws** HOSTAGE_END by person. **Update** synchronous (nobody in arms changes here).
    **Cost** nothing where nobody is held; communities with prisoners.
    """
    place = w.province[r]
    if _held(w, place) == 0:
        return
    p_execution = w.p[0].hostages_executed * place.execution_use
    end = place.first + place.communities
    c = next_busy(w, place.first, end, HELD_HERE)
    while c < end:
        _hold_here(w, t, r, c, p_execution)
        c = next_busy(w, c + 1, end, HELD_HERE)


@kernel
def keep_hostages(w, t):
    """One week of all hostages.

    **Writes** see EFFECTS. **Draws** HOSTAGE_END by person. **Update** synchronous. **Cost** communities with prisoners, where somebody is held.
    """
    for r in range(len(w.province)):
        keep_hostages_in(w, t, r)
