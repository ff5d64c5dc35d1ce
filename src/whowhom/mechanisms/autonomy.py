"""Case hunger (E14): an apparatus with idle capacity makes cases of its own, as well as its information allows.

Idle capacity is filled by a share omega (MODEL M9). A case seeks a likely opponent with probability q (quality), anybody otherwise; entries in the
dossier attract it (MODEL M30). Insiders have no surcharge: whatever over-exposure they have comes from their dossiers and ties.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import SELF_CASE
from whowhom.mechanisms.case import pursue_in
from whowhom.mechanisms.stream import SELF_COUNT, SELF_DOSSIER, SELF_TARGET

EFFECTS = Effects(
    name="case hunger",
    equations="E14",
    switch="autonomy",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.week_arrests_self",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.voice",
    ),
    draws=("SELF_COUNT", "SELF_TARGET", "SELF_DOSSIER"),
    reads_private=True,
)


@kernel
def make_cases_in(w, t, r):
    """Arrest on the cases that the apparatus of one province has made itself.

    **Writes** see EFFECTS, of this province's persons only. **Draws** SELF_COUNT, SELF_TARGET, SELF_DOSSIER. **Update** sequential over cases.
    **Cost** cases.
    """
    place = w.province[r]
    aim = w.p[0].apparatus_aim * place.quality
    pursue_in(w, t, r, place.self_cases, aim, SELF_CASE, SELF_COUNT, SELF_TARGET, SELF_DOSSIER)


@kernel
def make_cases(w, t):
    """Arrest on cases that the apparatus has made itself.

    **Writes** see EFFECTS. **Draws** SELF_COUNT by province; SELF_TARGET and SELF_DOSSIER by case. **Update** sequential over cases (a person
    taken by one case is no longer free for the next). **Cost** cases.
    """
    for r in range(len(w.province)):
        make_cases_in(w, t, r)
