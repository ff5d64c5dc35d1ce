"""From planted effects to findings, through stores on disk: a world in which a claim holds, one in which it fails, one in which the sign reverses."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.planted_world import planted_assessment

from whowhom.errors import StoreError
from whowhom.experiments.assessment import Assessment
from whowhom.experiments.findings import assess_claim, read_findings, write_findings


@pytest.fixture(scope="module")
def clear(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """100 draws of 8 pairs of a world in which the claim holds: twice the bound everywhere."""
    return planted_assessment(tmp_path_factory.mktemp("clear"), cold=0.6, hot=0.6, draws=100)


def test_a_planted_effect_is_found(clear: Assessment) -> None:
    """An effect of twice the bound everywhere holds; without weights matched to records the finding says that it is about the prior."""
    found = assess_claim(clear, "C1")
    assert (found["word"], found["finding"]) == ("holds", "prior only: would hold in the model")


def test_a_sign_that_reverses_is_found(tmp_path: Path) -> None:
    """Where the instrument keeps the regime in one half of the worlds and harms it in the other, the finding names the planted parameter, at its planted boundary."""
    found = assess_claim(planted_assessment(tmp_path, cold=0.6, hot=-0.05, draws=100), "C1")
    assert (found["word"], found["finding"]) == ("depends on", "prior only: would depend on 'world.temper'")
    where = found["questions"][0]["finding"]["boundary"]
    name, side, value = where["text"].split(";")[0].split(" and ")[0].split()
    assert (name, side) == ("world.temper", "below")
    assert abs(float(value) - 0.5) < 0.05


def test_victims_stand_beside_survival(clear: Assessment) -> None:
    """Every arm shows executions and camp years beside survival, and the second question's share is exact: all of it is gone."""
    found = assess_claim(clear, "C1")
    arms = {arm["name"]: arm for arm in found["arms"]}
    kept = arms["history"]["survived"][0]
    assert 0.6 < kept < 1.0
    assert arms["history"]["executed_per_1000"][0] == pytest.approx(kept)
    assert arms["history"]["camp_years_per_1000"][0] == pytest.approx(2 * kept)
    assert arms["without"]["executed_per_1000"][0] == 0.0
    assert found["questions"][1]["mean"] == pytest.approx(1.0)


def test_a_placebo_that_fails_leaves_no_finding(tmp_path: Path) -> None:
    """An instrument of strength 0 that changes anything is a mistake of the program, and nothing is said about the claim."""
    planned = planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=20, strength=0.8, more='on = ["leak"]')
    found = assess_claim(planned, "C1")
    assert found["placebos"][0]["passed"] is False
    assert found["word"] == "no finding"
    assert "a placebo failed ('history' equals 'strength 0'" in found["finding"]


def test_other_luck_is_no_effect(clear: Assessment) -> None:
    """The same history under other seeds passes as what it is; the planted effect would not (negative control)."""
    found = assess_claim(clear, "C1")
    survival = next(one for one in found["placebos"] if one["name"].endswith("Survival without"))
    print(f"other luck {survival['mean']:+.3f} +- {survival['error']:.3f}; null: mean 0, false-alarm rate .001")
    assert survival["passed"]
    assert abs(found["questions"][0]["mean"]) > 3.3 * survival["error"]


def test_too_late_a_horizon_leaves_no_word(clear: Assessment, tmp_path: Path) -> None:
    """A claim whose horizon passes the date up to which the model is one of history is shown without a finding."""
    late = planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=100, words="1917-12-01", store=clear.folder)
    found = assess_claim(late, "C1")
    assert found["finding"] == "no finding: it is too late"
    assert found["questions"][0]["mean"] < -0.4


def test_the_best_of_several_paths_is_chosen_on_other_seeds(clear: Assessment, tmp_path: Path) -> None:
    """Where one path costs survival and one does not, the best of them costs nothing."""
    paths = '["without", "strength 0"]'
    both = planted_assessment(tmp_path, cold=0.6, hot=0.6, draws=100, treatment=paths, store=clear.folder)
    found = assess_claim(both, "C1")
    assert found["questions"][0]["treatment"] == ["without", "strength 0"]
    assert -0.05 < found["questions"][0]["mean"] <= 0.0


def test_findings_are_kept_and_read(clear: Assessment, tmp_path: Path) -> None:
    """What was found is written as JSON and read back equal; a folder without findings says how they are made."""
    found = assess_claim(clear, "C1")
    write_findings(tmp_path, "C1", found)
    assert read_findings(tmp_path) == [found]
    with pytest.raises(StoreError, match=r"must hold findings, got none\. `whowhom assess SCENARIO CLAIM"):
        read_findings(tmp_path / "nowhere")


def test_an_assessment_goes_on_where_it_stopped(clear: Assessment) -> None:
    """Asked again, nothing is played again, and the numbers are the same."""
    first = assess_claim(clear, "C1")
    assert clear.cost() == (0, 0.0)
    clear.carry_out(threads=1)
    assert assess_claim(clear, "C1") == first
