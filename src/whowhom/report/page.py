"""`write_report`: one experiment as one HTML file that opens from disk, loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.engine.contract import Observable
from whowhom.engine.disk import whole_file
from whowhom.provenance import software
from whowhom.report.arms import arms_table, causes_table, in_order, totals_table, unfinished
from whowhom.report.bands import Clock, Histories, spread
from whowhom.report.colophon import colophon
from whowhom.report.differences import forest, sentences
from whowhom.report.markup import Markup, clean, details, el, items, join, paragraphs
from whowhom.report.matching import Matching, read_matching
from whowhom.report.multiples import Figure
from whowhom.report.numbers import counted, day, formula, interval, listed, simulated
from whowhom.report.panels import Panel, panels_for
from whowhom.report.recorded import Recorded
from whowhom.report.sources import Sources
from whowhom.report.survival import survival_figure
from whowhom.report.tables import ReportTables
from whowhom.report.wording import (
    COLOURS,
    CONTENT,
    HOW_PAIRS_WORK,
    HOW_TO_READ_BANDS,
    HOW_TO_READ_RECORDS,
    HOW_VICTIMS_ARE_COUNTED,
    MODEL_CAUSES,
    SELECTED,
    SUBJECT,
    SUBJECT_WHOLE,
    WHAT_IT_IS,
)
from whowhom.report.wrong import wrong_box
from whowhom.store.reader import Store

if TYPE_CHECKING:
    from whowhom.data.records import Records
    from whowhom.parameters import Declarations

_SECTIONS = (
    ("wrong", "Where the model is wrong"),
    ("subject", "The subject"),
    ("arms", "The arms"),
    ("differences", "What each arm changed"),
    ("survival", "Survival and its victims"),
    ("ends", "How histories ended"),
    ("observables", "What happened in the histories"),
    ("colophon", "How it was made"),
    ("sources", "Sources"),
)


class Report:
    """Everything that one report is made from.

    Parameters
    ----------
    store, tables, records, declarations, matching, panels
        As in `write_report`.
    """

    def __init__(
        self,
        store: Store,
        *,
        tables: ReportTables,
        records: Records,
        declarations: Declarations | None,
        matching: Matching | None,
        panels: Sequence[Panel] | None,
    ) -> None:
        manifest = store.manifest
        self.store, self.tables = store, tables
        self.declarations, self.matching = declarations, matching
        self.experiment: Mapping[str, Any] = manifest.experiment
        self.clock = Clock(manifest.start, manifest.until_ticks, manifest.tick_days)
        known = {observable.name: observable for observable in store.observables}
        self.panels = [
            panel
            for panel in (panels or panels_for(self.experiment["model"]["name"], store.observables))
            if panel.observable in known
        ]
        self.observables = known
        self.runs = store.runs()
        self.planned = in_order(store.arms)
        self.arms = [arm for arm in self.planned if (self.runs["arm"].astype(str) == arm).any()]
        self.recorded = {p.observable: Recorded(records, panel=p, clock=self.clock) for p in self.panels}
        self.has_records = any(self.recorded.values())
        self.sources = Sources()
        wanted = dict.fromkeys(
            [p.observable for p in self.panels] + [o.name for o in store.observables if o.kind == "total"]
        )
        self.histories = Histories(store.weeks(list(wanted)), clock=self.clock)

    def page(self) -> str:
        """Return the whole page."""
        scenario = self.experiment["scenario"]
        title = f"{scenario['title']}: {counted(len(self.planned), 'arm')}, {counted(self.experiment['replicates'], 'history', 'histories')} each"
        figures = self._observables()  # first, so that the sources are known
        body = [
            el("a", "Skip to the report", href="#wrong", class_="skip"),
            self._header(),
            el(
                "main",
                self._wrong(),
                self._subject(),
                self._arms(),
                self._differences(),
                self._survival(),
                self._ends(),
                figures,
                self._colophon(),
                self._sources(),
            ),
        ]
        head = [
            el("meta", charset="utf-8"),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="color-scheme", content="light dark"),
            el("meta", name="generator", content=f"whowhom {software().get('whowhom', '')}"),
            el("title", title),
            el("style", Markup(style())),
        ]
        return "<!DOCTYPE html>\n" + el("html", el("head", head), el("body", body), lang="en") + "\n"

    def _header(self) -> Markup:
        scenario, clock = self.experiment["scenario"], self.clock
        what = (
            f"{counted(self.experiment['replicates'], 'history', 'histories')} of each of {counted(len(self.planned), 'arm')}"
            if len(self.planned) > 1
            else counted(self.experiment["replicates"], "history", "histories")
        )
        words = f"{what}, from {day(clock.start)} to {day(clock.end)}, simulated person by person{', beside recorded figures' if self.has_records else ''}."
        rest = unfinished(self.store.progress())
        links = el("ul", [el("li", el("a", text, href=f"#{name}")) for name, text in _SECTIONS])
        return el(
            "header",
            el("p", "whowhom, a report of simulated histories", class_="kind"),
            el("h1", scenario["title"]),
            el("p", words, class_="lead"),
            paragraphs(WHAT_IT_IS, CONTENT),
            el("p", rest, class_="notice", role="note") if rest else None,
            el("nav", links, aria_label="Contents"),
        )

    def _wrong(self) -> Markup:
        return wrong_box(
            self.experiment,
            histories=self.histories,
            observables=self.store.observables,
            matching=self.matching,
            end=self.clock.end,
        )

    def _subject(self) -> Markup:
        entries = [el("li", el("strong", first), " ", rest) for first, rest in SUBJECT]
        return section("subject", el("ul", entries), el("p", SUBJECT_WHOLE))

    def _arms(self) -> Markup:
        return section(
            "arms",
            el("p", HOW_VICTIMS_ARE_COUNTED),
            arms_table(self.tables, experiment=self.experiment, clock=self.clock),
            el("p", SELECTED) if self.matching is not None and self.experiment["scenario"]["sets"] else None,
            el("p", _methods(self.tables), class_="quiet"),
        )

    def _differences(self) -> Markup:
        others = [arm for arm in self.arms if arm != self.planned[0]]
        if self.tables.differences is None or not others:
            return section("differences", el("p", "There is nothing to compare: only one arm has been run."))
        return section(
            "differences",
            el("p", HOW_PAIRS_WORK),
            sentences(self.tables, arms=others),
            forest(self.tables, arms=others),
        )

    def _survival(self) -> Markup:
        figure = survival_figure(self.tables, arms=self.arms, clock=self.clock)
        return section("survival", figure or el("p", "There are no curves of survival."))

    def _ends(self) -> Markup:
        ends = causes_table(
            self.runs,
            failures=self.store.failures(),
            arms=self.planned,
            replicates=self.experiment["replicates"],
            clock=self.clock,
        )
        totals = [o for o in self.store.observables if o.kind == "total"]
        deaths = [o for o in totals if "deaths" in o.name]
        words = f"to {day(self.clock.end)}: mean, below it the middle nine tenths of the histories; after a fall they stand still"
        return section(
            "ends",
            ends,
            self._causes(),
            self._totals(deaths, caption=f"Other deaths in the same simulated histories {words}") if deaths else None,
            details("Everything that the model adds up", self._totals(totals, caption=f"All totals {words}"))
            if totals
            else None,
        )

    def _causes(self) -> Markup:
        """Say what the causes that were met mean, where the model has words for them."""
        known = MODEL_CAUSES.get(self.experiment["model"]["name"], {})
        met = sorted({str(cause) for cause in self.runs["cause"] if str(cause) in known})
        return items([[el("strong", cause), f": {known[cause]}"] for cause in met], class_="quiet")

    def _totals(self, totals: Sequence[Observable], *, caption: str) -> Markup:
        rows = [
            (f"{o.meaning.replace(' so far', '')} ({o.unit})", [self._total(arm, o.name) for arm in self.arms])
            for o in totals
        ]
        return totals_table(rows, arms=self.arms, caption=caption)

    def _total(self, arm: str, name: str) -> Markup:
        mean, low, high, _ = spread(self.histories.values(arm, name)[:, -1])
        words = interval(low, high) if low < high else ""
        return join([simulated(mean), " ", el("span", words, class_="range-words") if words else None])

    def _observables(self) -> Markup:
        figures = []
        for panel in self.panels:
            recorded = self.recorded[panel.observable]
            figure = Figure(panel, self.observables[panel.observable], self.histories, self.arms, recorded)
            figures.append(figure.markup(self.sources))
        how = [HOW_TO_READ_BANDS, *([HOW_TO_READ_RECORDS] if self.has_records else [])]
        return section("observables", paragraphs(*how), figures, self._without_counterpart())

    def _without_counterpart(self) -> Markup | None:
        """Name the recorded series of the scenario that nothing simulated counts."""
        beside = {name for panel in self.panels for name in panel.records}
        rest = [name for name in self.experiment["scenario"]["records"] if name not in beside]
        if not rest:
            return None
        text = "The scenario names further records of which the model has no counterpart, so they are not drawn here: "
        return el("p", text, listed(rest), ". ", el("code", "whowhom records NAME"), " shows them.", class_="quiet")

    def _colophon(self) -> Markup:
        found = colophon(
            self.store.manifest, runs=self.runs, clock=self.clock, declarations=self.declarations, made_by=software()
        )
        return section("colophon", found, el("h3", "The pictures"), el("p", COLOURS))

    def _sources(self) -> Markup:
        return section(
            "sources",
            el("p", "Of the recorded numbers shown above. Addresses say where we read, and are not the place to cite."),
            self.sources.section(),
        )


def section(name: str, *content: object) -> Markup:
    """Return a section of the page with its heading."""
    return el("section", el("h2", dict(_SECTIONS)[name], id=name), content, aria_labelledby=name)


def style() -> str:
    """Return the style sheet."""
    return (files("whowhom") / "report" / "page.css").read_text(encoding="utf-8")


def _methods(tables: ReportTables) -> str:
    """Say how the intervals were made."""
    methods = list(dict.fromkeys(map(formula, [*tables.survival["method"], *tables.victims["method"]])))
    words = f"Intervals: {'; '.join(methods)}."
    if any("set means" in method for method in methods):
        words += " Plausible sets weigh equally, so a share may differ a little from the count above it."
    return clean(words)


def write_report(
    path: str | Path,
    *,
    store: Store,
    tables: ReportTables,
    records: Records | None = None,
    declarations: Declarations | None = None,
    matching: Matching | None = None,
    panels: Sequence[Panel] | None = None,
) -> Path:
    """Write the report of an experiment.

    Parameters
    ----------
    path
        The HTML file; an existing one is replaced.
    store
        The experiment, finished or not.
    tables
        Its statistics, from `whowhom.experiments`.
    records
        Recorded series; the project's own by default.
    declarations
        Of the model that ran, for the meanings and units of parameters and switches.
    matching
        What the matching of the scenario found; read from beside the shipped scenario of that name by default.
    panels
        What is drawn; `panels_for` the model by default.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    StoreError
        The store is damaged, or the file cannot be written.
    ScenarioError
        The file of the matching is damaged.
    """
    from whowhom.data.records import load_records

    out = Path(path)
    found = matching or read_matching(str(store.experiment["scenario"]["name"]))
    report = Report(
        store,
        tables=tables,
        records=records or load_records(),
        declarations=declarations,
        matching=found,
        panels=panels,
    )
    text = report.page()
    with whole_file(out, way_out="Give another path with --out.") as temporary:
        temporary.write_text(text, encoding="utf-8")
    return out
