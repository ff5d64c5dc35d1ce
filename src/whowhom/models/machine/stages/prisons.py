"""Custody, sentences, camps and exile, province by province."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.camp import hold_in
from whowhom.mechanisms.custody import question_in


@entry
def keep_prisoners(w, t, first, end):
    """Custody, names, sentences, camps and exile of those from the provinces from `first` to before `end`.

    **Writes** persons, communities, strata, garrisons and inbox of these provinces. **Draws** CUSTODY, NAME, NAME_TARGET, NAME_WEIGHT, SENTENCE,
    CAMP_END, EXILE_END. **Update** by province. **Cost** communities with prisoners, names.
    """
    for r in range(first, end):
        question_in(w, t, r)
        hold_in(w, t, r)
