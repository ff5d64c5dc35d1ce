"""The table of statements is complete, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

CLASSES = {"mechanism", "claim", "case fact", "not modelled"}
LETTERS = {1: "abcde", 6: "abcd", 7: "abcd", 9: "abc", 14: "abcdefghi", 29: "abcd", 33: "ab"}
NUMBERS = [f"S{n}{letter}" for n in range(1, 39) for letter in LETTERS.get(n, [""])]


def rows(root: Path) -> list[list[str]]:
    """Cells of the table: number, statement, class, where, test."""
    lines = (root / "docs/statements.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| S\d", line)]


def missing(root: Path, cells: list[str]) -> list[str]:
    """What a row names that does not exist: files, and tests in files."""
    _, _, _, where, test = cells
    found = [
        path for path in re.findall(r"`((?:src|docs|tests|studies)/[\w./-]+)`", where) if not (root / path).exists()
    ]
    for path, name in re.findall(r"`([\w./-]+)::(\w+)`", test):
        file = root / path
        if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            found.append(f"{path}::{name}")
    return found


def test_every_statement_is_there_once(root: Path) -> None:
    """The statements S1a to S38 stand in the table, once and in order, each with a class."""
    table = rows(root)
    assert [cells[0] for cells in table] == NUMBERS
    assert {cells[2] for cells in table} == CLASSES


def test_mechanisms_are_tested_and_the_rest_has_a_reason(root: Path) -> None:
    """A mechanism names where it is and a test of it; what is not modelled says why and names no test."""
    for number, _, kind, where, test in rows(root):
        assert where, number
        assert (kind != "mechanism") or ("::" in test and "`" in where), number
        assert (kind != "not modelled") or not test, number


def test_what_the_table_names_exists(root: Path) -> None:
    """Every file and every test that the table names exists."""
    assert {cells[0]: gone for cells in rows(root) if (gone := missing(root, cells))} == {}


def test_the_check_notices_what_is_not_there(root: Path) -> None:
    """A file or a test that does not exist is noticed."""
    planted = [
        "S1",
        "a",
        "mechanism",
        "`src/whowhom/nowhere.py`",
        "`tests/architecture/test_statements.py::test_nothing`",
    ]
    assert missing(root, planted) == ["src/whowhom/nowhere.py", "tests/architecture/test_statements.py::test_nothing"]
