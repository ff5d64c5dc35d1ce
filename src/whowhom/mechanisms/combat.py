"""Combat (E26): troops against armed persons, with the intelligence that decides whom fire finds.

Kress and Szechtman (2009): a share mu of fire is aimed, the rest finds armed persons only as dense as they are among the inhabitants. Perfect
intelligence gives Lanchester's square law, none gives Deitchman's (1962) guerrilla law. Nothing happens where nobody is armed.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, COMMUNITY, DEAD, ROLE_BITS, SOLDIER, VOICE
from whowhom.engine.streams import chance, pick, poisson, unit
from whowhom.mechanisms.persons import is_hit, kill, person_words, place_words, province_of
from whowhom.mechanisms.stream import COMBAT_ARMED, COMBAT_BYSTANDER

EFFECTS = Effects(
    name="combat",
    equations="E26",
    switch="",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "pool.killed",
        "stratum.week_combat_deaths",
        "province.kill",
        "province.bystanders",
        "nation.regime_losses",
    ),
    draws=("COMBAT_ARMED", "COMBAT_BYSTANDER"),
    reads_private=True,
)


@kernel
def _plan(w):
    """Chance of death of an armed person and expected simulated bystanders in every province; losses of the regime."""
    p = w.p[0]
    n = w.nation[0]
    n.regime_losses = 0.0
    for r in range(len(w.province)):
        place = w.province[r]
        place.kill = 0.0
        place.bystanders = 0.0
        if place.armed <= 0.0:
            continue
        engaged = min(place.troops, p.combat_engagement * place.armed)
        aimed = min(
            1.0,
            p.combat_intel_base
            + p.combat_intel_apparatus * place.intelligence
            + p.combat_intel_support * place.support,
        )
        density = place.armed / place.persons
        killed = p.combat_kill_rate * engaged * (aimed + (1.0 - aimed) * density)
        place.kill = min(1.0, killed / place.armed)
        place.bystanders = p.combat_kill_rate * engaged * (1.0 - aimed) * (1.0 - density) / place.mean_weight
        n.regime_losses += min(p.combat_loss_rate * place.armed, engaged)


@kernel
def _die(w, i):
    w.stratum[w.community[i >> 6].stratum].week_combat_deaths += 1
    kill(w, i, DEAD, w.state[i] == VOICE)


@kernel
def fight(w, t):
    """One week of combat: armed persons die by chance, bystanders are picked at random among those stored in the province.

    **Writes** see EFFECTS. **Draws** COMBAT_ARMED by person, COMBAT_BYSTANDER by province and case. **Update** sequential: armed first.
    **Cost** communities with armed persons, and cases.
    """
    _plan(w)
    for c in range(len(w.community)):
        community = w.community[c]
        if community.armed == 0 and community.soldier_armed == 0:
            continue
        for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
            if w.state[i] == ARMED:
                words = person_words(w, i, 0, t, COMBAT_ARMED)
                if chance(w.province[province_of(w, i)].kill, words[0]):
                    _die(w, i)
    for r in range(len(w.province)):
        place = w.province[r]
        if place.bystanders <= 0.0:
            continue
        cases = poisson(place.bystanders, unit(place_words(w, place.tag, 0, 0, t, COMBAT_BYSTANDER)[0]))
        for case in range(cases):
            words = place_words(w, place.tag, case, 1, t, COMBAT_BYSTANDER)
            i = place.first * COMMUNITY + pick(place.communities * COMMUNITY, words[0])
            if w.state[i] <= VOICE and not is_hit(w, i) and w.role[i] & ROLE_BITS != SOLDIER:
                _die(w, i)
