"""Elements of a page as text, escaped once and well-formed: what is built here can be read by any XML parser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape

# Elements of HTML that have no content, and elements of SVG that need none; all others get an end tag.
_CLOSED = frozenset({"meta", "br", "hr", "col", "path", "line", "circle", "rect", "polygon", "polyline"})


class Markup(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def clean(text: str) -> str:
    """Return a text without the control characters that no page may hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n") if not text.isprintable() else text


def join(children: object) -> Markup:
    """Return children as markup: text is escaped, None left out, lists run together."""
    if children is None:
        return Markup()
    if isinstance(children, Markup):
        return children
    if isinstance(children, str):
        return Markup(escape(clean(children), quote=False))
    if isinstance(children, Iterable):
        return Markup("".join(join(child) for child in children))
    return Markup(escape(str(children), quote=False))


def el(tag: str, *children: object, **attributes: object) -> Markup:
    """Return an element.

    Parameters
    ----------
    tag
        Its name.
    children
        Text, markup, None, or lists of them.
    attributes
        `class_` stands for `class`, `aria_label` for `aria-label`; None and False leave an attribute out, and True
        gives it its own name for a value.
    """
    written = []
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        plain = name.rstrip("_").replace("_", "-")
        text = plain if value is True else f"{value:g}" if isinstance(value, float) else str(value)
        written.append(f' {plain}="{escape(clean(text))}"')
    start = f"<{tag}{''.join(written)}"
    if tag in _CLOSED and not children:
        return Markup(start + "/>")
    return Markup(f"{start}>{join(children)}</{tag}>")


def paragraphs(*texts: object, **attributes: object) -> Markup:
    """Return a paragraph for each text."""
    return join([el("p", text, **attributes) for text in texts])


def items(entries: Iterable[object], **attributes: object) -> Markup:
    """Return a list with bullets; nothing if there are no entries."""
    found = [el("li", entry) for entry in entries]
    return el("ul", found, **attributes) if found else Markup()


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: object,
    numbers: bool = True,
    class_: str = "",
) -> Markup:
    """Return a table whose first column names its rows.

    The roles are written out because narrow screens show a row as a small list (`page.css`), and browsers take a
    table's meaning away with its form.

    Parameters
    ----------
    head
        Names of the columns.
    rows
        One sequence per row, as long as `head`.
    caption
        What it shows; the first thing a screen reader says.
    numbers
        Columns after the first are numbers, set to the right.
    class_
        Further class names.
    """
    names = [_plain(name) for name in head]
    top = el("tr", [el("th", name, scope="col", role="columnheader") for name in head], role="row")
    lines = [_row(names, row) for row in rows]
    classes = " ".join(filter(None, ("numbers" if numbers else "words", class_)))
    return el(
        "div",
        el(
            "table",
            el("caption", caption),
            el("thead", top, role="rowgroup"),
            el("tbody", lines, role="rowgroup"),
            class_=classes,
            role="table",
        ),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=f"Table: {_plain(caption)}",
    )


def _row(names: Sequence[str], row: Sequence[object]) -> Markup:
    first, *others = row
    found = [el("th", first, scope="row", role="rowheader")]
    for name, content in zip(names[1:], others, strict=True):
        found.append(el("td", content, role="cell", data_label=name))
    return el("tr", found, role="row")


def _plain(text: object) -> str:
    """Return markup without its tags, and with its characters as they are."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", join(text))).split())


def details(summary: object, *content: object) -> Markup:
    """Return content that is folded away until a reader asks for it."""
    return el("details", el("summary", summary), *content)
