"""Arrests to fulfil a limit (E43): cases like those that the apparatus makes by itself, after them.

They look for likely opponents as well as information allows, and entries in the dossier attract them (MODEL M10, M30).
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import QUOTA_CASE
from whowhom.mechanisms.case import pursue_in
from whowhom.mechanisms.stream import QUOTA_COUNT, QUOTA_DOSSIER, QUOTA_TARGET

EFFECTS = Effects(
    name="arrests to fulfil a limit",
    equations="E43",
    switch="quotas",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.week_arrests_quota",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
    ),
    draws=("QUOTA_COUNT", "QUOTA_TARGET", "QUOTA_DOSSIER"),
    reads_private=True,
)


@kernel
def arrest_by_quota_in(w, t, r):
    """Arrest to fulfil the limit of one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** QUOTA_COUNT, QUOTA_TARGET, QUOTA_DOSSIER. **Update** sequential over cases.
    **Cost** cases.
    """
    place = w.province[r]
    aim = w.p[0].apparatus_aim * place.quality
    pursue_in(w, t, r, place.quota_cases, aim, QUOTA_CASE, QUOTA_COUNT, QUOTA_TARGET, QUOTA_DOSSIER)


@kernel
def arrest_by_quota(w, t):
    """Arrest to fulfil the limits of all provinces.

    **Writes** see EFFECTS. **Draws** QUOTA_COUNT by province; QUOTA_TARGET and QUOTA_DOSSIER by case. **Update** sequential over cases. **Cost** cases.
    """
    for r in range(len(w.province)):
        arrest_by_quota_in(w, t, r)
