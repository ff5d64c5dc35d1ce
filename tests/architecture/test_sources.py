"""Every label that stands for a source is explained on the page of sources."""

from __future__ import annotations

import re

from tests.architecture import scan

PAGE = scan.ROOT / "docs" / "sources.md"
ONE = r"(?:[A-Z]?\d+(?:\.\d+)*[a-z]?)"
LABELS = re.compile(rf"\b(MODEL|AMENDMENTS|DATA) ({ONE}(?:(?:,| and) {ONE}\b)*)")


def labels(text: str) -> set[str]:
    """The labels in a text, one by one: 'MODEL M4, M5' is two."""
    return {f"{paper} {one}" for paper, many in LABELS.findall(text) for one in re.split(r",? and |, ", many)}


def used() -> set[str]:
    """The labels in the program, its scenarios, its studies and its documents, the page itself apart."""
    files = [
        path
        for path in scan.files()
        if path.suffix in {".py", ".toml", ".md"}
        and scan.relative(path).startswith(("src/", "docs/", "studies/", "README", "CONTRIBUTING"))
        and path != PAGE
    ]
    return set().union(*(labels(path.read_text(encoding="utf-8")) for path in files))


def explained() -> list[str]:
    """The labels in the first column of the page's tables."""
    return re.findall(r"^\| ((?:MODEL|AMENDMENTS|DATA) \S+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_labels_are_found() -> None:
    """A label is found alone, in a list, and in a sentence."""
    assert labels("Ours (AMENDMENTS 2.1, 2.6b). MODEL 3.8 and M21; MODEL M9.") == {
        "AMENDMENTS 2.1",
        "AMENDMENTS 2.6b",
        "MODEL 3.8",
        "MODEL M21",
        "MODEL M9",
    }


def test_every_label_is_explained() -> None:
    """Whoever reads a label in the program or its documents finds in docs/sources.md what stands behind it."""
    assert len(used()) > 20
    assert used() - set(explained()) == set()


def test_nothing_is_explained_twice_or_in_vain() -> None:
    """The page has one row for each label, and none for a label that nothing uses."""
    assert sorted(explained()) == sorted(set(explained()))
    assert set(explained()) - used() == set()
