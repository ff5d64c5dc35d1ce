"""Cases of all kinds but the open ones, hostages, famine and departures, province by province."""

from __future__ import annotations

from whowhom.engine.kernel import entry
from whowhom.mechanisms.autonomy import make_cases_in
from whowhom.mechanisms.exit import leave_in
from whowhom.mechanisms.famine import starve_in
from whowhom.mechanisms.hostages_taken import take_hostages_in
from whowhom.mechanisms.informers import arrest_informed_in
from whowhom.mechanisms.named_arrest import arrest_named_in
from whowhom.mechanisms.quota_cases import arrest_by_quota_in


@entry
def pursue_cases(w, t, first, end):
    """Named cases, reports, the apparatus's own cases, limits, hostages, famine and departures in the provinces from `first` to before `end`.

    **Writes** persons, communities, strata, garrisons and inbox of these provinces. **Draws** NAMED_ARREST, INFORMER_COUNT, INFORMER_TARGET, SELF_COUNT,
    SELF_TARGET, SELF_DOSSIER, QUOTA_COUNT, QUOTA_TARGET, QUOTA_DOSSIER, HOSTAGE_TAKEN, FAMINE, EXIT_COUNT, EXIT_TARGET. **Update** by province.
    **Cost** cases; communities in famine.
    """
    for r in range(first, end):
        arrest_named_in(w, t, r)
        arrest_informed_in(w, t, r)
        make_cases_in(w, t, r)
        arrest_by_quota_in(w, t, r)
        take_hostages_in(w, t, r)
        starve_in(w, t, r)
        leave_in(w, t, r)
