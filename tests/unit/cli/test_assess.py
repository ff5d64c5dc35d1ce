"""`whowhom claims`, `assess`, `findings` and the page of findings, on the smallest size at which a claim may be assessed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from tests.unit.cli.program import Result, whowhom

TINY = ("--draws", "3", "--replicates", "2")


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """C12 at three draws of two pairs, and what was printed."""
    folder = tmp_path_factory.mktemp("claims") / "store"
    return folder, whowhom("assess", "soviet", "C12", *TINY, "--store", folder)


def test_claims_are_listed() -> None:
    """All claims with their bounds, then those that cannot be assessed yet with the reason; and as JSON."""
    out = whowhom("claims", "soviet").out
    assert out.startswith("C1 ")
    assert "holds if at most -0.3, fails if at least -0.1" in out
    assert "Not assessed yet:" in out
    plain = json.loads(whowhom("claims", "soviet", "--json").out)
    assert plain["claims"]["C6"]["says"] == "Gray"
    assert plain["open"][0]["name"] == "C2"


def test_a_plan_can_be_printed_alone(tmp_path: Path) -> None:
    """`--plan-only` prints what would be played and how long it takes, and leaves no folder."""
    out = whowhom("assess", "soviet", "C6", *TINY, "--store", tmp_path / "s", "--plan-only").words
    assert "1 claim (C6): 8 arms of 3 draws x 2 histories" in out
    assert "48 histories to play. Estimated time:" in out
    assert not (tmp_path / "s").exists()


def test_an_assessment_prints_what_is_claimed_before_any_number(assessed: tuple[Path, Result]) -> None:
    """First the sentence, for and against, what is left out and what decides it; then effects, victims beside survival, placebos, the finding, what would overturn it."""
    out = assessed[1].words
    order = [
        "For:",
        "Against:",
        "Left out:",
        "What decides it:",
        "mean over draws",
        "executed",
        "Placebo",
        "FINDING:",
        "Would be overturned by",
    ]
    places = [out.index(word) for word in order]
    assert places == sorted(places)
    assert "prior only" in out or "no finding" in out


def test_findings_are_printed_and_written(assessed: tuple[Path, Result], tmp_path: Path) -> None:
    """`findings` gives a line a claim and everything as JSON; `report` one well-formed page that loads nothing."""
    folder, _ = assessed
    assert whowhom("findings", folder).out.startswith("C12 ")
    (plain,) = json.loads(whowhom("findings", folder, "--json").out)
    assert plain["size"]["draws"] == 3
    whowhom("report", folder, "--out", tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    root = ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    assert root.find(".//h2[@id='claim-c12']") is not None
    assert "src=" not in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_asked_again_nothing_is_played(assessed: tuple[Path, Result]) -> None:
    """The same command finds everything there and prints the same findings."""
    folder, first = assessed
    again = whowhom("assess", "soviet", "C12", *TINY, "--store", folder)
    assert "0 histories to play" in again.words
    assert again.out.split("C12  ", 1)[1] == first.out.split("C12  ", 1)[1]
