"""Delayed executions, custody, sentences, camps, exile, hostages, those abroad, the party and the army, province by province."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.army import muster_in
from whowhom.mechanisms.camp import hold_in
from whowhom.mechanisms.condemned import carry_out_in
from whowhom.mechanisms.custody import question_in
from whowhom.mechanisms.emigres import live_abroad_in
from whowhom.mechanisms.hostages_held import keep_hostages_in
from whowhom.mechanisms.party import expel_in
from whowhom.mechanisms.recruitment import recruit_in


@entry
def keep_prisoners(w, t, first, end):
    """Delayed executions, custody, names, sentences, camps, exile, hostages, life abroad, expulsions, recruitment, desertion and conscription, province by province.

    **Writes** persons, communities, strata, garrisons and inbox of the provinces from `first` to before `end`. **Draws** CONDEMNED_END, CUSTODY, NAME,
    NAME_TARGET, NAME_WEIGHT, SENTENCE, CAMP_END, EXILE_END, HOSTAGE_END, ABROAD_END, EXPULSION, RECRUITMENT, DESERTION, RETURN_TO_RANKS, CONSCRIPTION, TRAITS. **Update** by
    province. **Cost** communities with prisoners, names, insiders, soldiers' homes.
    """
    for r in range(first, end):
        carry_out_in(w, t, r)
        question_in(w, t, r)
        hold_in(w, t, r)
        keep_hostages_in(w, t, r)
        live_abroad_in(w, t, r)
        expel_in(w, t, r)
        recruit_in(w, t, r)
        muster_in(w, t, r)
