"""The sentence (E15): conviction, then one draw against death, camp, exile, deportation (E53), release; internment without conviction.

An instrument that is off passes its probability to the next lighter sentence that is on (AMENDMENTS 2.5). Party members lose their role first.
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel
from whowhom.engine.population import (
    ABROAD,
    CAMP,
    CAPTIVE_CASE,
    CONDEMNED,
    EXECUTED,
    EXILE,
    OPEN_CASE,
)
from whowhom.engine.streams import chance
from whowhom.mechanisms.legality import is_acquitted
from whowhom.mechanisms.persons import dossier_of, kill, mark_hit, move, origin_of, person_words, province_of, release
from whowhom.mechanisms.roles import expel
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.stream import SENTENCE


@kernel
def _send(w, i, state):
    move(w, i, state)
    mark_hit(w, i)


@kernel
def shares(w, r, dossier):
    """Probabilities of death, camp and exile on conviction in province `r`, after the switches."""
    p = row_at(w, w.province[r])
    execution = min(1.0, w.use[r, 3] * p.orders_obedience)  # E36
    death = p.repression_share_executed * execution * (1.0 + p.repression_dossier_severity * dossier)
    camp = p.repression_share_camp * w.use[r, 2]
    exile = p.repression_share_exile * w.use[r, 1]
    return passed_on(p, death, camp, exile)


@kernel
def passed_on(p, death, camp, exile):
    """Probabilities of death, camp and exile after the switches: what is off passes its probability on."""
    if not p.on_executions:
        camp += death
        death = 0.0
    if not p.on_camps:
        exile += camp
        camp = 0.0
    if not p.on_exile:
        exile = 0.0
    death = min(1.0, death)
    camp = min(camp, 1.0 - death)
    exile = min(exile, 1.0 - death - camp)
    return death, camp, exile


@kernel
def _put_to_death(w, i):
    """Carry a death sentence out, or let it wait (E38)."""
    stratum = w.stratum[w.community[i >> 6].stratum]
    if w.p[0].repression_execution_delay >= 1.0:
        w.marks[i] |= CONDEMNED
        w.province[stratum.province].condemned += 1
        mark_hit(w, i)
        return
    stratum.week_executed += 1
    kill(w, i, EXECUTED, origin_of(w, i) == OPEN_CASE)


@kernel
def deportation(p, death, camp, exile):
    """Probability of deportation abroad on conviction (E53)."""
    return min(p.deportation_share if p.on_deportation else 0.0, 1.0 - death - camp - exile)


@kernel
def pass_sentence(w, t, i):
    """Sentence person `i`, whose custody has ended.

    **Writes** see custody. **Draws** SENTENCE by person. **Cost** one.
    """
    r = province_of(w, i)
    p = row_at(w, w.province[r])
    stratum = w.stratum[w.community[i >> 6].stratum]
    words = person_words(w, i, 0, t, SENTENCE)
    if is_acquitted(p, w.marks[i], words[3]):
        release(w, i)
        return
    captive = origin_of(w, i) == CAPTIVE_CASE
    if not captive and not chance(p.repression_conviction, words[0]):
        if not chance(p.repression_share_interned * w.use[r, 2], words[2]) or not (p.on_camps or p.on_exile):
            release(w, i)
        else:
            stratum.week_interned += 1
            _send(w, i, CAMP if p.on_camps else EXILE)
        return
    death, camp, exile = shares(w, r, dossier_of(w, i))
    if captive:  # E39
        death, camp, exile = passed_on(p, p.captives_executed, p.captives_camp, p.captives_exile)
    expel(w, i)
    if chance(death, words[1]):
        _put_to_death(w, i)
    elif chance(death + camp, words[1]):
        stratum.week_camp_sentences += 1
        _send(w, i, CAMP)
    elif chance(death + camp + exile, words[1]):
        stratum.week_exile_sentences += 1
        _send(w, i, EXILE)
    elif chance(death + camp + exile + deportation(p, death, camp, exile), words[1]):
        stratum.week_deported += 1
        _send(w, i, ABROAD)
    else:
        release(w, i)
