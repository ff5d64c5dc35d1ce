"""The commands of the laboratory: the plan first, survival with victims, and JSON for a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.program import SMALL, whowhom

OF = ("attribute", "soviet", *SMALL, "--of", "arrests,executions")


@pytest.fixture(scope="module")
def attributed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with arrests and executions, each present or absent."""
    folder = tmp_path_factory.mktemp("attribute") / "s"
    whowhom(*OF, "--store", folder, "--plan-only")
    return folder


def test_attribute_prints_its_plan_first(attributed: Path) -> None:
    """The off values, the arms and the cost stand before the results, and survival has its victims beside it."""
    text = whowhom(*OF, "--store", attributed).words
    order = [
        "without executions: the probability passes to the next lighter sentence",
        "2 replicates of 4 arms: 8 histories",
        "no arrests, executions: without arrests, executions",
        "With all causes and with none",
        "present stayed in power executed camp-years",
        "Shapley value: what each adds",
        "First alone: what each adds",
        "Last removed: what each adds",
        "Interactions:",
        "No sign reversal beyond noise",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_attribute_gives_json(attributed: Path) -> None:
    """With --json standard output is JSON alone, with every outcome to both exposures, and the plan goes to standard error."""
    done = whowhom(*OF, "--store", attributed, "--json")
    found = json.loads(done.out)
    assert [cause["name"] for cause in found["causes"]] == ["arrests", "executions"]
    assert {"worlds", "shares", "interactions", "reversals"} < set(found)
    assert {row["exposure"] for row in found["shares"]} == {"to the horizon", "to the first fall"}
    assert "4 arms" in done.err


def test_attribute_shares_out_totals(attributed: Path) -> None:
    """A total is shared out in place of survival and victims."""
    text = whowhom(*OF, "--store", attributed, "--total", "arrests_total").words
    assert "present arrests_total" in text
    assert "stayed in power" not in text


VARY = (
    "sensitivity",
    "soviet",
    "--persons",
    "10240",
    "--until",
    "1917-12",
    "--points",
    "2",
    "--parameters",
    "decision.fear_weight",
)


def test_sensitivity_prints_its_plan_first_and_the_share_of_luck(tmp_path: Path) -> None:
    """The plan says that histories of a block share a seed; survival has its victims beside it, and what does not vary is said to."""
    text = whowhom(*VARY, "--store", tmp_path / "s").words
    order = [
        "8 replicates of 1 arm: 8 histories (seeds 1 to 2, each for 4 histories of an arm, 8 parameter sets in turn)",
        "stayed in power: 100",
        "executed: mean",
        "camp-years: mean",
        "'luck' is the share of the variance between histories of the same parameters and another seed",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    found = json.loads(whowhom(*VARY, "--store", tmp_path / "s", "--json").out)
    assert [row["parameter"] for row in found["indices"][:2]] == ["decision.fear_weight", "luck"]


def test_sensitivity_of_a_total_over_a_range(tmp_path: Path) -> None:
    """A range and a total take the place of a prior and of survival; luck has a row."""
    words = (*VARY[:-2], "--range", "decision.fear_weight=0:3", "--outcome", "arrests_total", "--store", tmp_path / "s")
    text = whowhom(*words).words
    assert "arrests_total: mean" in text
    assert "luck" in text
    assert "stayed in power" not in text


def test_occupancy_prints_time_in_states(tmp_path: Path) -> None:
    """The time in each state is printed with intervals over histories, states of nobody by name, and shares go to a file."""
    text = whowhom("occupancy", "soviet", *SMALL, "--csv", tmp_path / "shares.csv").words
    assert "Mean time of a person in each state, in weeks of 4." in text
    assert "Nobody was ever: " in text
    assert "percentiles over resampled histories, not persons" in text
    lines = (tmp_path / "shares.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "week,state,share,low,high"
    assert lines[-1].startswith("4,after the fall,0.0")


def test_sensitivity_can_screen(tmp_path: Path) -> None:
    """With --paths parameters are ranked by elementary effects, luck among them, and survival has its victims beside it."""
    words = (
        *VARY[:6],
        "--parameters",
        "decision.fear_weight,decision.anger_weight",
        "--paths",
        "2",
        "--store",
        tmp_path / "s",
    )
    text = whowhom(*words).words
    assert "8 histories (seeds 1 to 2, each for 4 histories of an arm" in text
    assert "stayed in power in percentage points: effect of moving through the whole prior" in text
    assert "2 paths with one seed each" in text
    found = json.loads(whowhom(*words, "--json").out)
    assert {row["parameter"] for row in found["effects"]} == {"decision.fear_weight", "decision.anger_weight", "luck"}
