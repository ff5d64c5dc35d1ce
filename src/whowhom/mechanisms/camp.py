"""Camps and exile (E15, E16): release, return, and death, geometric in time (an M/M/infinity stock)."""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import CAMP, COMMUNITY, DEAD, EXILE, QUIET
from whowhom.engine.streams import chance
from whowhom.mechanisms.persons import GRIEF_DEATH, bury, grieve, is_hit, mark_hit, move, person_words
from whowhom.mechanisms.stream import CAMP_END, EXILE_END

EFFECTS = Effects(
    name="camps and exile",
    equations="E16",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.camp",
        "stratum.exile",
        "stratum.week_released",
        "stratum.week_camp_deaths",
    ),
    draws=("CAMP_END", "EXILE_END"),
)


@kernel
def _free(w, i):
    w.stratum[w.community[i >> 6].stratum].week_released += 1
    move(w, i, QUIET)
    mark_hit(w, i)


@kernel
def hold(w, t):
    """One week in camps and in exile: death (more in famine), release, return.

    **Writes** see EFFECTS. **Draws** CAMP_END, EXILE_END by person. **Update** synchronous. **Cost** communities with prisoners.
    """
    p = w.p[0]
    p_death = p.camp_death * (1.0 + (p.camp_famine_factor - 1.0) * w.nation[0].famine_city)
    p_end = p_death + p.camp_release
    for c in range(len(w.community)):
        if w.community[c].held == 0:
            continue
        for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
            state = w.state[i]
            if state == CAMP and not is_hit(w, i):
                word = person_words(w, i, 0, t, CAMP_END)[0]
                if chance(p_death, word):
                    w.stratum[w.community[c].stratum].week_camp_deaths += 1
                    move(w, i, DEAD)
                    mark_hit(w, i)
                    bury(w, i)
                    grieve(w, i, GRIEF_DEATH)
                elif chance(p_end, word):
                    _free(w, i)
            elif state == EXILE and not is_hit(w, i):
                if chance(p.exile_return, person_words(w, i, 0, t, EXILE_END)[0]):
                    _free(w, i)
