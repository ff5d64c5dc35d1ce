"""The sources of the recorded numbers that a report shows, numbered in the order in which they are met."""

from __future__ import annotations

from whowhom.data.schema import Record
from whowhom.report.markup import Markup, el


class Sources:
    """A growing list of sources; one instance per report."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], set[str]] = {}

    def refer(self, record: Record) -> Markup:
        """Return the number of a record's source, as a link to the list."""
        key = (record.cite, record.read_at)
        self._found.setdefault(key, set()).add(record.series)
        number = list(self._found).index(key) + 1
        return el("a", f"[{number}]", href=f"#source-{number}")

    def section(self) -> Markup:
        """Return the list; addresses are text, so that the page loads and follows nothing."""
        entries = []
        for number, ((cite, read_at), series) in enumerate(self._found.items(), start=1):
            where = (
                el("span", f"Read at {read_at}", class_="address")
                if read_at
                else "Nothing was read: from memory, unverified."
            )
            used = el("span", f"In {', '.join(sorted(series))}.", class_="quiet")
            entries.append(el("li", f"{cite.rstrip('.')}. ", where, " ", used, id=f"source-{number}"))
        return el("ol", entries, class_="sources") if entries else el("p", "No recorded numbers are shown.")
