"""Elements, escaping and tables."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.report.markup import Markup, details, el, items, join, table


def test_text_is_escaped_once() -> None:
    """Text is escaped when it becomes markup, and markup is not escaped again."""
    inner = el("b", "a < b & c")
    assert inner == "<b>a &lt; b &amp; c</b>"
    assert el("p", inner, " > ", None, [1, 2.5]) == "<p><b>a &lt; b &amp; c</b> &gt; 12.5</p>"


def test_attributes() -> None:
    """Attributes are quoted; class_ and aria_label are written as HTML has them; None and False are left out."""
    made = el("td", class_='a"b', aria_label="x", hidden=True, id=None, open=False, x=1.5)
    assert made == '<td class="a&quot;b" aria-label="x" hidden="hidden" x="1.5"></td>'
    assert el("br") == "<br/>"
    assert el("p") == "<p></p>"


@given(st.text(), st.text())
def test_any_text_makes_well_formed_markup(content: str, value: str) -> None:
    """Whatever a name or a source contains, the markup can be parsed and shows it."""
    kept = st_clean(content)
    element = ElementTree.fromstring(el("p", content, title=value))
    assert (element.text or "").replace("\n", "").replace("\r", "") == kept.replace("\n", "").replace("\r", "")


def st_clean(text: str) -> str:
    """What XML can hold of a text."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def test_a_table_has_roles_and_labels() -> None:
    """Rows, headers and cells have their roles, and each cell the name of its column for narrow screens."""
    made = ElementTree.fromstring(table(("Arm", "A < B", el("b", "C")), [("x", 1, Markup("<i>2</i>"))], caption="What"))
    assert [cell.get("data-label") for cell in made.iter("td")] == ["A < B", "C"]
    assert {element.get("role") for element in made.iter() if element.get("role")} == {
        "region", "table", "rowgroup", "row", "columnheader", "rowheader", "cell",
    }  # fmt: skip


def test_a_row_of_another_length_is_refused() -> None:
    """A row must have as many cells as there are columns."""
    with pytest.raises(ValueError, match="zip"):
        table(("a", "b"), [(1, 2, 3)], caption="x")


def test_nothing_makes_nothing() -> None:
    """No entries make no list, and None makes no text."""
    assert items([]) == ""
    assert join([None, [], ""]) == ""
    assert details("More", None) == "<details><summary>More</summary></details>"
