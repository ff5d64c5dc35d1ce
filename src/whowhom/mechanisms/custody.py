"""Custody and its names (E11): when it ends, whether there is a confession, who is named.

The chain of denunciation as a branching process (Ours; the only network evidence found is the inquisition of Giaveno, MODEL M8). Names are keyed by
accuser and ordinal, never by target. A person of another weight is named proportionally more or less often, so that totals do not depend on the sample.
"""

from __future__ import annotations

import math

import numpy as np

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import CADRE, COMMUNITY, CONDEMNED, DETAINED, HELD_HERE, HIT, PARTY, ROLE_BITS
from whowhom.engine.streams import chance, negative_binomial, unit
from whowhom.mechanisms.batch import draw_many, fetch_community, find_state, next_busy
from whowhom.mechanisms.confession import duress, mean_names, p_confession
from whowhom.mechanisms.persons import add_dossier, person_words, province_of, weight_of
from whowhom.mechanisms.sentence import pass_sentence
from whowhom.mechanisms.sides import row_at
from whowhom.mechanisms.stream import CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT
from whowhom.mechanisms.target import choose

MOST_COPIES = 63
EFFECTS = Effects(
    name="custody, names and sentence",
    equations="E11, E15, E36, E38, E39, E45, E53",
    switch="torture, coerced_names, executions, camps, exile, legality, deportation",
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
        "province.inbox",
        "province.accused",
        "province.names_lost",
        "province.condemned",
        "stratum.detained",
        "stratum.insiders",
        "stratum.camp",
        "stratum.exile",
        "stratum.abroad",
        "stratum.week_deported",
        "stratum.week_released",
        "stratum.week_executed",
        "stratum.week_camp_sentences",
        "stratum.week_exile_sentences",
        "stratum.week_interned",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.soldiers",
    ),
    draws=("CUSTODY", "NAME", "NAME_TARGET", "NAME_WEIGHT", "SENTENCE"),
    reads_private=True,
)


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
def _accuse(w, p, t, i, ordinal, copy, words, first, slots, v_true):
    """One copy of one name: its target, the accusation, and the entry in the inbox if it is acted on; `p` is the row where person `i` is."""
    community = w.community[i >> 6]
    place = w.province[w.stratum[community.stratum].province]
    key = np.int64(community.ordinal) + (i & 63)
    upper = (np.int64(w.stratum[community.stratum].tag) << 16) | (ordinal << 10) | (copy << 4)
    target = choose(w, t, first, slots, chance(v_true, words[1]), i, 0, key, upper, NAME_TARGET, 0)
    if target < 0:
        return
    if place.accused >= place.inbox_room or place.inbox >= place.inbox_room:
        place.names_lost += 1
        return
    w.accused[place.inbox_first + place.accused] = target
    place.accused += 1
    if chance(p.names_repeated, words[3]):
        return
    if not chance(p.names_acted_on if p.on_coerced_names else 0.0, words[2]):
        return
    entry = w.inbox[place.inbox_first + place.inbox]
    entry.target = target
    entry.accuser = i
    entry.ordinal = ordinal
    entry.copy_number = copy
    entry.age = 0
    place.inbox += 1


@kernel
def _name(w, t, i, count):
    """All names of one confession."""
    place = w.province[province_of(w, i)]
    p = row_at(w, place)
    truth = math.exp(-duress(p) / p.names_torture_dilution)
    v_true = p.names_true_share * place.quality * truth
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
            _accuse(w, p, t, i, ordinal, copy, words, first, slots, v_true)


@kernel
def _enter_accusations(w, r):
    """Write this week's accusations into the dossiers, after all sentences: the order of persons has no effect."""
    place = w.province[r]
    for k in range(place.inbox_first, place.inbox_first + place.accused):
        add_dossier(w, w.accused[k], 1)
    place.accused = 0


@kernel
def _yield_at(w, i, home, confession, mean):
    """Chance of a confession and mean number of names where person `i` is: those of the home province, unless somebody else holds his garrison's town."""
    holder = w.province[province_of(w, i)].holder
    if holder == home.holder:
        return confession, mean
    return p_confession(w.p[holder]), mean_names(w.p[holder])


@kernel
def _question_here(w, t, r, c, p_end, confession, mean):
    """End custody for some of one community."""
    slots, words = w.slots[r], w.words[r]
    n = find_state(w, r, c, DETAINED)
    draw_many(w, r, c, slots, n, t, CUSTODY, False)
    for k in range(n):
        if not chance(p_end, words[k]):
            continue
        i = c * COMMUNITY + slots[k]
        if w.marks[i] & (HIT | CONDEMNED) != 0:  # the condemned have said what they had to say
            continue
        own = person_words(w, i, 0, t, CUSTODY)
        confesses, names = _yield_at(w, i, w.province[r], confession, mean)
        if chance(confesses, own[1]):
            _name(w, t, i, negative_binomial(names, w.p[0].names_dispersion, unit(own[2])))
        pass_sentence(w, t, i)


@kernel
def question_in(w, t, r):
    """End custody for some of those stored in one province, whose names are all of that province.

    **Writes** see EFFECTS, of this province's persons, garrisons and inbox only. **Draws** CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT, SENTENCE.
    **Update** over persons in storage order, whose order has no effect. **Cost** communities with prisoners, and names.
    """
    p_end = 1.0 / w.p[0].repression_custody_weeks
    place = w.province[r]
    p = row_at(w, place)
    confession, mean = p_confession(p), mean_names(p)
    end = place.first + place.communities
    c = next_busy(w, place.first, end, HELD_HERE)
    while c < end:
        following = next_busy(w, c + 1, end, HELD_HERE)
        fetch_community(w, following, end)
        _question_here(w, t, r, c, p_end, confession, mean)
        c = following
    _enter_accusations(w, r)


@kernel
def question(w, t):
    """End custody for some: confession and names, then the sentence.

    **Writes** see EFFECTS. **Draws** CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT, SENTENCE by person. **Update** over persons in storage order, whose
    order has no effect. **Cost** communities with prisoners, and names.
    """
    for r in range(len(w.province)):
        question_in(w, t, r)
