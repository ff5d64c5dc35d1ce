"""Reading what a matching found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import whowhom.report.matching as module
from whowhom.errors import ScenarioError
from whowhom.report.matching import STATEMENT, matching_of, read_matching

ROW: dict[str, Any] = {
    "name": "arrests_1921", "quantity": "arrests in 1921", "unit": "persons", "recorded": 200_271.0, "low": 1e5, "high": 4e5,
    "median": 5e4, "least": None, "greatest": 9e4, "median_inside": False, "sets_inside": 0,
}  # fmt: skip
PAGE: dict[str, Any] = {
    "statement": STATEMENT, "persons": 131_072, "selection": "Only survivors match.", "date": "2026-01-02",
    "prior": {"draws": 1_200, "acceptance": 0.004}, "candidates": {"number": 64, "accepted": 3},
    "targets": [ROW, ROW | {"name": "staff", "median": 1.5e5, "median_inside": True}], "sets": [{}, {}],
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose scenarios can be written to."""
    (tmp_path / "scenarios").mkdir()
    monkeypatch.setattr(module, "files", lambda name: tmp_path)
    return tmp_path / "scenarios"


def test_a_matching_is_read(package: Path) -> None:
    """The file beside a scenario gives draws, acceptance, targets and which of them are missed."""
    (package / "x.matching.json").write_text(json.dumps(PAGE))
    found = read_matching("x")
    assert found is not None
    assert (found.draws, found.acceptance, found.candidates, found.accepted, found.n_sets) == (1_200, 0.004, 64, 3, 2)
    assert [target.name for target in found.missed] == ["arrests_1921"]
    assert found.targets[0].least is None


def test_no_file_is_no_matching(package: Path) -> None:
    """A scenario without such a file has no matching; a path for a name is not looked up."""
    assert read_matching("x") is None
    assert read_matching("../scenarios/x") is None


@pytest.mark.parametrize(
    "damage", ["{", "[]", "{}", json.dumps(PAGE | {"targets": [{}]}), json.dumps(PAGE | {"prior": None})]
)
def test_a_damaged_file_is_one_clear_error(package: Path, damage: str) -> None:
    """A file of another form is refused by its name, with a way out."""
    (package / "x.matching.json").write_text(damage)
    with pytest.raises(
        ScenarioError, match=r"'x\.matching\.json' must be as the matching study wrote it, got .*Install whowhom again"
    ):
        read_matching("x")


def test_the_shipped_file_can_be_read() -> None:
    """Where the shipped scenario has a matching, a report can read it, and its targets are the named ones."""
    from whowhom.data.targets import load_targets

    found = read_matching("soviet")
    if found is not None:
        assert {target.name for target in found.targets} == {target.name for target in load_targets()}


def test_the_form_is_the_studys() -> None:
    """A matching needs every key that it reads: none is guessed."""
    for key in ("targets", "prior", "candidates", "sets", "selection", "persons", "date"):
        with pytest.raises(KeyError):
            matching_of({name: value for name, value in PAGE.items() if name != key})
