"""Delayed executions, custody, sentences, camps, exile and hostages, province by province."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.camp import hold_in
from whowhom.mechanisms.condemned import carry_out_in
from whowhom.mechanisms.custody import question_in
from whowhom.mechanisms.hostages_held import keep_hostages_in


@entry
def keep_prisoners(w, t, first, end):
    """Executions that waited, custody, names, sentences, camps, exile and hostages of those from the provinces from `first` to before `end`.

    **Writes** persons, communities, strata, garrisons and inbox of these provinces. **Draws** CONDEMNED_END, CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT, SENTENCE,
    CAMP_END, EXILE_END, HOSTAGE_END. **Update** by province. **Cost** communities with prisoners, names.
    """
    for r in range(first, end):
        carry_out_in(w, t, r)
        question_in(w, t, r)
        hold_in(w, t, r)
        keep_hostages_in(w, t, r)
