"""Combat (E26): troops against armed persons, with the intelligence that decides whom fire finds.

Kress and Szechtman (2009): a share mu of fire is aimed, the rest finds armed persons only as dense as they are among the inhabitants. Perfect
intelligence gives Lanchester's square law, none gives Deitchman's (1962) guerrilla law. Nothing happens where nobody is armed.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import ARMED, ARMED_HERE, CAPTIVE_CASE, COMMUNITY, DEAD, ROLE_BITS, SOLDIER, VOICE
from whowhom.engine.streams import chance, pick, poisson, unit
from whowhom.mechanisms.batch import draw_many, find_state, next_busy
from whowhom.mechanisms.negotiation import fire_left
from whowhom.mechanisms.persons import arrest, is_hit, kill, person_words, place_words, province_of
from whowhom.mechanisms.stream import CAPTURE, COMBAT_ARMED, COMBAT_BYSTANDER

EFFECTS = Effects(
    name="combat",
    equations="E26, E39, E50",
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
        "pool.arrests",
        "stratum.week_combat_deaths",
        "stratum.week_arrests_captive",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "province.kill",
        "province.bystanders",
        "nation.regime_losses",
        "province.rival",
        "busy",
        "settlement.armed",
        "stratum.armed",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.soldier_armed",
        "stratum.soldiers",
        "stratum.voice",
    ),
    draws=("COMBAT_ARMED", "COMBAT_BYSTANDER", "CAPTURE"),
    reads_private=True,
)


@kernel
def plan_combat(w):
    """Chance of death of an armed person and expected simulated bystanders in every province; losses of the regime.

    **Writes** province.kill, province.bystanders, nation.regime_losses. **Draws** nothing. **Cost** provinces.
    """
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
        wide = 1.0 + p.area_effect * place.area_used
        fire = fire_left(p, place)
        killed = p.combat_kill_rate * engaged * (aimed + (1.0 - aimed) * density * wide) * fire
        place.kill = min(1.0, killed / place.armed)
        unaimed = p.combat_kill_rate * engaged * (1.0 - aimed) * (1.0 - density) * wide * fire
        place.bystanders = unaimed / place.mean_weight
        losses = min(p.combat_loss_rate * place.armed, engaged) * fire
        if place.foreign:
            place.rival = max(0.0, place.rival - losses)
        else:
            n.regime_losses += losses


@kernel
def _die(w, i):
    w.stratum[w.community[i >> 6].stratum].week_combat_deaths += 1
    kill(w, i, DEAD, w.state[i] == VOICE)


@kernel
def _fall(w, t, i):
    """Person `i` in arms dies, or is taken alive by chance (E39)."""
    captured = w.p[0].combat_captured
    if captured > 0.0 and chance(captured, person_words(w, i, 0, t, CAPTURE)[0]):
        arrest(w, i, CAPTIVE_CASE)
    else:
        _die(w, i)


@kernel
def fight_in(w, t, r):
    """Combat in one province: those armed who are stored in it, then bystanders picked at random in it.

    **Writes** see EFFECTS, of this province's persons and garrisons only. **Draws** COMBAT_ARMED, CAPTURE, COMBAT_BYSTANDER. **Update** sequential.
    **Cost** communities with armed persons, and cases.
    """
    slots, words = w.slots[r], w.words[r]
    place = w.province[r]
    end = place.first + place.communities
    c = next_busy(w, place.first, end, ARMED_HERE)
    while c < end:
        n = find_state(w, r, c, ARMED)
        draw_many(w, r, c, slots, n, t, COMBAT_ARMED, False)
        for k in range(n):
            i = c * COMMUNITY + slots[k]
            if chance(w.province[province_of(w, i)].kill, words[k]):
                _fall(w, t, i)
        c = next_busy(w, c + 1, end, ARMED_HERE)
    if place.bystanders <= 0.0:
        return
    cases = poisson(place.bystanders, unit(place_words(w, place.tag, 0, 0, t, COMBAT_BYSTANDER)[0]))
    for case in range(cases):
        luck = place_words(w, place.tag, case, 1, t, COMBAT_BYSTANDER)
        i = place.first * COMMUNITY + pick(place.communities * COMMUNITY, luck[0])
        if w.state[i] <= VOICE and not is_hit(w, i) and w.role[i] & ROLE_BITS != SOLDIER:
            _die(w, i)


@kernel
def fight(w, t):
    """One week of combat: armed persons die by chance, bystanders are picked at random among those stored in the province.

    **Writes** see EFFECTS. **Draws** COMBAT_ARMED and CAPTURE by person, COMBAT_BYSTANDER by province and case. **Update** sequential: armed first.
    **Cost** communities with armed persons, and cases.
    """
    plan_combat(w)
    for r in range(len(w.province)):
        fight_in(w, t, r)
