"""Which observables a report draws, and which recorded series stand beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whowhom.engine.contract import Observable

#: At most so many observables of a model that has no panels below.
MOST = 6


@dataclass(frozen=True)
class Panel:
    """One observable of the report.

    Attributes
    ----------
    observable
        Its name in the store.
    title
        Heading of its figure.
    records
        Recorded series drawn beside it; those that do not exist are left out.
    yearly
        Add up calendar years, as the records do.
    note
        What a reader must know to compare the two.
    """

    observable: str
    title: str
    records: tuple[str, ...] = ()
    yearly: bool = False
    note: str = ""


MACHINE = (
    Panel(
        "staff",
        "Officers of the political police",
        records=("apparatus.staff",),
        note="Recorded numbers are establishments, counts and totals with troops; the sources differ by a factor of three.",
    ),
    Panel(
        "arrests",
        "Arrests a year",
        records=("repression.arrests", "repression.cheka_arrested"),
        yearly=True,
        note="Recorded arrests are those by the political police. The counts for 1918 cover 20 to 22 provinces and are held "
        "to be too low by a factor of three to ten.",
    ),
    Panel(
        "executed",
        "Executed a year",
        records=("repression.death_sentences", "repression.cheka_shot"),
        yearly=True,
        note="In the model execution and death sentence are one event. The records have death sentences that were not "
        "carried out and executions without a sentence; estimates for 1918 to 1920 differ by a factor of ten.",
    ),
    Panel(
        "in_camps",
        "Persons in camps",
        records=("camps.early_population", "camps.population"),
        note="The records count the camps of the Cheka, or those of forced labour, never all together; prisons are not in them.",
    ),
    Panel(
        "camp_sentences",
        "Sentenced to camps a year",
        records=("repression.sentenced_camp_or_prison",),
        yearly=True,
        note="The records have prison and colonies too; internment without conviction is in neither.",
    ),
    Panel("exiled", "Sentenced to exile a year", records=("repression.sentenced_exile",), yearly=True),
    Panel("open_dissent", "Open dissent", note="Strikes, petitions, refusals, factions, and persons in arms."),
    Panel(
        "armed",
        "Persons in arms against the regime",
        records=("tambov.insurgents", "unrest.makhno_army"),
        note="The records are of single provinces and one army, the simulated number is of the whole country: they share an "
        "axis and do not count the same thing.",
    ),
    Panel("ration", "Food of the towns", note="Private trade included."),
    Panel(
        "threat",
        "Threat as the centre perceives it",
        note="The centre sees reports, late and short, never what persons think.",
    ),
    Panel("fear", "Fear", note="Mean over communities; only the analyst sees it."),
    Panel("anger", "Anger", note="Mean over communities; only the analyst sees it."),
)


#: Model -> what is drawn of it. Names of observables mean something within one model only.
PANELS = {"machine": MACHINE}


def panels_for(model: str, observables: Sequence[Observable]) -> tuple[Panel, ...]:
    """Return what is drawn of a model: its own panels, else its first stocks, flows and shares, public ones first."""
    names = {observable.name for observable in observables}
    if found := tuple(panel for panel in PANELS.get(model, ()) if panel.observable in names):
        return found
    shown = [o for o in observables if o.kind in ("stock", "flow", "share")]
    shown.sort(key=lambda o: o.privacy != "public")
    return tuple(Panel(o.name, _sentence(o.meaning)) for o in shown[:MOST])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
