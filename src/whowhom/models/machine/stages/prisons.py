"""Custody, sentences, camps and exile, those abroad, the party and the army, province by province."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.army import muster_in
from whowhom.mechanisms.camp import hold_in
from whowhom.mechanisms.custody import question_in
from whowhom.mechanisms.emigres import live_abroad_in
from whowhom.mechanisms.party import expel_in


@entry
def keep_prisoners(w, t, first, end):
    """Custody, names, sentences, camps, exile and life abroad, expulsions, desertion and conscription of those from the provinces from `first` to before `end`.

    **Writes** persons, communities, strata, garrisons and inbox of these provinces. **Draws** CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT, SENTENCE,
    CAMP_END, EXILE_END, ABROAD_END, EXPULSION, DESERTION, RETURN_TO_RANKS, CONSCRIPTION, TRAITS. **Update** by province. **Cost** communities with prisoners, names, insiders, soldiers' homes.
    """
    for r in range(first, end):
        question_in(w, t, r)
        hold_in(w, t, r)
        live_abroad_in(w, t, r)
        expel_in(w, t, r)
        muster_in(w, t, r)
