"""From planted effects to findings, through stores on disk: a world in which a claim holds, one in which it fails, one in which the sign reverses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planted_world import planted_assessment
from whowhom.errors import StoreError
from whowhom.experiments.findings import assess_claim, read_findings, write_findings


@pytest.mark.parametrize(
    ("cold", "hot", "word"),
    [(0.6, 0.6, "holds"), (0.0, 0.0, "fails"), (0.6, 0.0, "depends on"), (0.6, -0.05, "depends on")],
    ids=["twice the bound", "no effect", "by a parameter", "sign reversed"],
)
def test_a_planted_effect_is_found(tmp_path: Path, cold: float, hot: float, word: str) -> None:
    """At 200 draws of 8 pairs the finding is what was planted, and where it depends, on the planted parameter at its planted boundary."""
    found = assess_claim(planted_assessment(tmp_path, cold=cold, hot=hot), "C1")
    assert found["word"] == word
    assert found["finding"].startswith("prior only: would")
    if word == "depends on":
        where = found["questions"][0]["finding"]["boundary"]
        assert "'world.temper'" in found["finding"]
        name, side, value = where["text"].split(";")[0].split(" and ")[0].split()
        assert (name, side) == ("world.temper", "below")
        assert abs(float(value) - 0.5) < 0.05


def test_victims_stand_beside_survival(tmp_path: Path) -> None:
    """Every arm shows executions and camp years beside survival, and the second question's share is exact: all of it is gone."""
    found = assess_claim(planted_assessment(tmp_path, cold=0.0, hot=0.0, draws=30), "C1")
    arms = {arm["name"]: arm for arm in found["arms"]}
    kept = arms["history"]["survived"][0]
    assert 0.6 < kept < 1.0
    assert arms["history"]["executed_per_1000"][0] == pytest.approx(kept)
    assert arms["history"]["camp_years_per_1000"][0] == pytest.approx(2 * kept)
    assert arms["without"]["executed_per_1000"][0] == 0.0
    assert found["questions"][1]["mean"] == pytest.approx(1.0)


def test_a_placebo_that_fails_leaves_no_finding(tmp_path: Path) -> None:
    """An instrument of strength 0 that changes anything is a mistake of the program, and nothing is said about the claim."""
    found = assess_claim(planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=30, strength=0.8, more='on = ["leak"]'), "C1")
    assert [one["passed"] for one in found["placebos"]][0] is False
    assert found["word"] == "no finding"
    assert "a placebo failed ('history' equals 'strength 0'" in found["finding"]


def test_other_luck_is_no_effect(tmp_path: Path) -> None:
    """The same history under other seeds passes as what it is; the planted effect would not (negative control)."""
    planned = planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=60)
    found = assess_claim(planned, "C1")
    survival = next(one for one in found["placebos"] if one["name"].endswith("Survival without"))
    print(f"other luck {survival['mean']:+.3f} +- {survival['error']:.3f}; null: mean 0, false-alarm rate .001")
    assert survival["passed"]
    assert abs(found["questions"][0]["mean"]) > 3.3 * survival["error"]


def test_too_late_a_horizon_leaves_no_word(tmp_path: Path) -> None:
    """A claim whose horizon passes the date up to which the model is one of history is shown without a finding."""
    found = assess_claim(planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=30, words="1917-12-01"), "C1")
    assert found["finding"] == "no finding: it is too late"
    assert found["questions"][0]["mean"] < -0.4


def test_the_best_of_several_paths_is_chosen_on_other_seeds(tmp_path: Path) -> None:
    """Where one path costs survival and one does not, the best of them costs nothing; of paths that are the same, choosing gains nothing."""
    both = planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=60, treatment='["without", "strength 0"]')
    found = assess_claim(both, "C1")
    assert found["questions"][0]["treatment"] == ["without", "strength 0"]
    assert -0.05 < found["questions"][0]["mean"] <= 0.0


def test_findings_are_kept_and_read(tmp_path: Path) -> None:
    """What was found is written as JSON and read back equal; a folder without findings says how they are made."""
    found = assess_claim(planted_assessment(tmp_path, cold=0.0, hot=0.0, draws=30), "C1")
    write_findings(tmp_path / "store", "C1", found)
    assert read_findings(tmp_path / "store") == [found]
    with pytest.raises(StoreError, match=r"must hold findings, got none\. `whowhom assess SCENARIO CLAIM"):
        read_findings(tmp_path)


def test_an_assessment_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Asked again, nothing is played again, and the numbers are the same."""
    planned = planted_assessment(tmp_path, cold=0.3, hot=0.3, draws=30)
    first = assess_claim(planned, "C1")
    assert planned.cost() == (0, 0.0)
    planned.carry_out(threads=1)
    assert assess_claim(planned, "C1") == first
