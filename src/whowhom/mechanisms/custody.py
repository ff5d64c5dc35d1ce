"""Custody and its names (E11): when it ends, whether there is a confession, who is named.

The chain of denunciation as a branching process (Ours; the only network evidence found is the inquisition of Giaveno, MODEL M8). Names are keyed by
accuser and ordinal, never by target. A person of another weight is named proportionally more or less often, so that totals do not depend on the sample.
"""

from __future__ import annotations

import math

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import CADRE, COMMUNITY, DETAINED, PARTY, ROLE_BITS
from whowhom.engine.streams import chance, negative_binomial, unit
from whowhom.mechanisms.persons import add_dossier, is_hit, person_words, province_of, weight_of
from whowhom.mechanisms.sentence import pass_sentence
from whowhom.mechanisms.stream import CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT
from whowhom.mechanisms.target import choose

MOST_COPIES = 63
EFFECTS = Effects(
    name="custody, names and sentence",
    equations="E11, E15",
    switch="torture, coerced_names, executions, camps, exile",
    writes=(
        "state",
        "role",
        "marks",
        "record",
        "inbox",
        "accused",
        "community.*",
        "pool.hits",
        "pool.hits_opposed",
        "pool.hits_voice",
        "pool.executed",
        "nation.inbox",
        "nation.accused",
        "nation.names_lost",
        "stratum.detained",
        "stratum.camp",
        "stratum.exile",
        "stratum.week_released",
        "stratum.week_executed",
        "stratum.week_camp_sentences",
        "stratum.week_exile_sentences",
        "stratum.week_interned",
    ),
    draws=("CUSTODY", "NAME", "NAME_TARGET", "NAME_WEIGHT", "SENTENCE"),
    reads_private=True,
)


@kernel
def duress(w):
    """Intensity of duress in custody, 0 if that instrument is off."""
    p = w.p[0]
    return p.repression_torture if p.on_torture else 0.0


@kernel
def p_confession(w):
    """Probability of a confession."""
    p = w.p[0]
    return 1.0 - (1.0 - p.names_confession_base) * math.exp(-duress(w) / p.names_confession_scale)


@kernel
def mean_names(w):
    """Mean number of names in a confession."""
    p = w.p[0]
    return p.names_base + p.names_per_torture * duress(w)


@kernel
def _pool_of_names(w, i, u):
    """Where a name comes from: first person, number of places, mean weight there (0: the accuser's own)."""
    p = w.p[0]
    c = i >> 6
    community = w.community[c]
    stratum = w.stratum[community.stratum]
    place = w.province[stratum.province]
    role = w.role[i] & ROLE_BITS
    if role == PARTY or role == CADRE:
        if u < p.names_insider_circle:
            if place.insider_communities > 0:
                return place.insider_first * COMMUNITY, place.insider_communities * COMMUNITY, place.insider_weight
            return place.first * COMMUNITY, place.communities * COMMUNITY, place.mean_weight
        u = (u - p.names_insider_circle) / (1.0 - p.names_insider_circle)
    if u < p.names_community:
        return c * COMMUNITY, COMMUNITY, 0.0
    if (u - p.names_community) / (1.0 - p.names_community) < p.names_settlement:
        settlement = w.settlement[community.settlement]
        return settlement.first * COMMUNITY, settlement.communities * COMMUNITY, 0.0
    return place.first * COMMUNITY, place.communities * COMMUNITY, place.mean_weight


@kernel
def _accuse(w, t, i, ordinal, copy, words, first, slots, v_true):
    """One copy of one name: its target, the accusation, and the entry in the inbox if it is acted on."""
    p = w.p[0]
    n = w.nation[0]
    community = w.community[i >> 6]
    key = np.int64(community.ordinal) + (i & 63)
    upper = (np.int64(w.stratum[community.stratum].tag) << 16) | (ordinal << 10) | (copy << 4)
    target = choose(w, t, first, slots, chance(v_true, words[1]), i, False, key, upper, NAME_TARGET, 0)
    if target < 0:
        return
    if n.accused >= len(w.accused) or n.inbox >= len(w.inbox):
        n.names_lost += 1
        return
    w.accused[n.accused] = target
    n.accused += 1
    if chance(p.names_repeated, words[3]):
        return
    if not chance(p.names_acted_on if p.on_coerced_names else 0.0, words[2]):
        return
    entry = w.inbox[n.inbox]
    entry.target = target
    entry.accuser = i
    entry.ordinal = ordinal
    entry.copy_number = copy
    entry.age = 0
    n.inbox += 1


@kernel
def _name(w, t, i, count):
    """All names of one confession."""
    p = w.p[0]
    truth = math.exp(-duress(w) / p.names_torture_dilution)
    v_true = p.names_true_share * w.province[province_of(w, i)].quality * truth
    for ordinal in range(count):
        words = person_words(w, i, ordinal << 6, t, NAME)
        first, slots, mean_weight = _pool_of_names(w, i, unit(words[0]))
        copies = 1
        if mean_weight > 0.0:
            ratio = weight_of(w, i) / mean_weight
            if ratio != 1.0:
                luck = unit(person_words(w, i, ordinal, t, NAME_WEIGHT)[0])
                copies = min(MOST_COPIES, int(math.floor(ratio + luck)))
        for copy in range(copies):
            if copy > 0:
                words = person_words(w, i, (ordinal << 6) | copy, t, NAME)
            _accuse(w, t, i, ordinal, copy, words, first, slots, v_true)


@kernel
def _enter_accusations(w):
    """Write this week's accusations into the dossiers, after all sentences: the order of persons has no effect."""
    n = w.nation[0]
    for k in range(n.accused):
        add_dossier(w, w.accused[k], 1)
    n.accused = 0


@kernel
def question(w, t):
    """End custody for some: confession and names, then the sentence.

    **Writes** see EFFECTS. **Draws** CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT, SENTENCE by person. **Update** over persons in storage order, whose
    order has no effect. **Cost** communities with prisoners, and names.
    """
    p = w.p[0]
    p_end = 1.0 / p.repression_custody_weeks
    confession = p_confession(w)
    mean = mean_names(w)
    for c in range(len(w.community)):
        if w.community[c].held == 0:
            continue
        for i in range(c * COMMUNITY, (c + 1) * COMMUNITY):
            if w.state[i] != DETAINED or is_hit(w, i):
                continue
            words = person_words(w, i, 0, t, CUSTODY)
            if not chance(p_end, words[0]):
                continue
            if chance(confession, words[1]):
                _name(w, t, i, negative_binomial(mean, p.names_dispersion, unit(words[2])))
            pass_sentence(w, t, i)
    _enter_accusations(w)
