"""Informers (E42): how many there are, what they tell the apparatus, and the arrests that their reports ask for.

Their number follows the inhabitants, as far as officers can run them. They add to what the apparatus knows (E18), and each makes reports, which take capacity before the
apparatus's own cases do. An idle apparatus spoils the precision of reports: it pays for any. In a group of n nobody informs with chance (1 - iota)^n. Number and share:
MODEL M7; precision: MODEL M8, E10. That trust is lost (Lichter et al. 2021) is not modelled.
"""

from __future__ import annotations

from whowhom.engine.effects import Effects
from whowhom.engine.kernel import kernel
from whowhom.engine.population import INFORMER_CASE
from whowhom.mechanisms.case import pursue_in
from whowhom.mechanisms.stream import INFORMER_COUNT, INFORMER_TARGET

EFFECTS = Effects(
    name="arrests on the reports of informers",
    equations="E42",
    switch="informers",
    writes=(
        "state",
        "marks",
        "record",
        "community.*",
        "stratum.week_arrests_informer",
        "stratum.week_arrests_opponents",
        "stratum.detained",
        "busy",
        "stratum.free",
        "stratum.insiders_free",
        "stratum.voice",
    ),
    draws=("INFORMER_COUNT", "INFORMER_TARGET"),
    reads_private=True,
)


@kernel
def recruit(p, place):
    """Next number of informers of a province, and the precision of their reports, from the load of last week.

    **Writes** province.informers, informer_aim. **Draws** nothing.
    """
    goal = 0.0
    place.informer_aim = 0.0
    if p.on_informers:
        place.informer_aim = p.informers_precision * (1.0 - p.informers_idle * (1.0 - place.load))
        if place.control or place.foreign:
            goal = min(p.informers_per_person * place.persons, p.informers_per_officer * place.officers)
    place.informers = place.informers + p.informers_speed * (goal - place.informers)


@kernel
def reports_of(p, place):
    """Arrests that the reports of a week ask for [persons of the country]."""
    return place.informers * p.informers_reports if p.on_informers else 0.0


@kernel
def arrest_informed_in(w, t, r):
    """Arrest on the reports of informers in one province.

    **Writes** see EFFECTS, of this province's persons only. **Draws** INFORMER_COUNT, INFORMER_TARGET. **Update** sequential over cases. **Cost** cases.
    """
    place = w.province[r]
    pursue_in(w, t, r, place.informer_cases, place.informer_aim, INFORMER_CASE, INFORMER_COUNT, INFORMER_TARGET, 0)


@kernel
def arrest_informed(w, t):
    """Arrest on the reports of informers, as far as capacity has served them.

    **Writes** see EFFECTS. **Draws** INFORMER_COUNT by province, INFORMER_TARGET by case. **Update** sequential over cases. **Cost** cases.
    """
    for r in range(len(w.province)):
        arrest_informed_in(w, t, r)
