"""Claims as data: the shipped ones, and that whatever is wrong with a file is said at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.planted_world import CLAIMS, PlantedModel, planted_scenario

import whowhom.api as ww
from whowhom.assessing import assessment, claims
from whowhom.errors import ParameterError, ScenarioError, UnknownNameError
from whowhom.experiments.claims import claims_of
from whowhom.experiments.design import HISTORY
from whowhom.experiments.guard import intensities_of

PLAIN = CLAIMS.format(words="1918-03", strength=0.0, treatment='"without"', more="")


def problems(tmp_path: Path, text: str) -> str:
    """What is said of a file of claims."""
    file = tmp_path / "planted.claims.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        claims_of(planted_scenario(cold=0.0, hot=0.0), model=PlantedModel(), file=file)
    return str(caught.value)


def test_every_claim_of_the_design_is_assessed_or_says_why_not() -> None:
    """C1 to C20 are all there, each once: with questions, or with the reason why it cannot be assessed yet."""
    found = claims("soviet")
    names = [*found.claims, *(one.name for one in found.unassessed)]
    assert sorted({re.match(r"C\d+", name)[0] for name in names}, key=lambda name: int(name[1:])) == [
        f"C{n}" for n in range(1, 21)
    ]  # type: ignore[index]
    assert len(set(names)) == len(names)


def test_statements_named_by_claims_exist(root: Path) -> None:
    """Every statement that a claim comes from has a row in the table of statements."""
    rows = set(
        re.findall(r"^\| (S\d+[a-z]?) \|", (root / "docs" / "statements.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for claim in claims("soviet").claims.values():
        named = claim.statements.split(", ")
        assert named
        assert set(named) <= rows, claim.name


def test_every_claim_can_hold_and_fail() -> None:
    """Bounds leave room on either side, so that no question is answered before it is asked."""
    for claim in claims("soviet").claims.values():
        for asked in claim.questions:
            holds, fails = asked.question.holds, asked.question.fails
            if fails is not None:
                assert {holds.sense, fails.sense} == {"at most", "at least"}, claim.name
                inside = fails.value > holds.value if holds.sense == "at most" else fails.value < holds.value
                assert inside, f"{claim.name}: an effect may lie beyond both bounds"


def test_draws_leave_instruments_as_they_are(tmp_path: Path) -> None:
    """Draws are of parameters of the world: no dose of an instrument, no parameter with a path, none without a prior."""
    planned = assessment("soviet", "C6", store=tmp_path, draws=3, replicates=2)
    model = planned.model
    drawn = set(planned.sets[0])
    assert len(drawn) > 80
    assert not drawn & set(intensities_of(model))
    assert not drawn & set(planned.scenario.settings.schedules)
    assert planned.sets == assessment("soviet", "C6", store=tmp_path, draws=3, replicates=2).sets


def test_arms_are_shared_between_claims(tmp_path: Path) -> None:
    """Two claims of one horizon and size need the unchanged history once."""
    planned = assessment("soviet", ["C3", "C5"], store=tmp_path, draws=2, replicates=2)
    needed = [name for name, _, _ in planned.needed()]
    assert needed.count(HISTORY) == 1
    assert len(needed) == len(set(needed)) == 5


@pytest.mark.parametrize(("old", "new", "said"), [
    ('control = "history"\nholds = "at most -0.3"', 'control = "histroy"\nholds = "at most -0.3"', "unknown arm 'histroy'. Nearest: 'history'"),
    ('measure = "survival"', 'measure = "survivals"', "unknown measure 'survivals'"),
    ('holds = "at most -0.3"', 'holds = "below -0.3"', "a bound must be like 'at most -0.3' or 'between -1 and 0.5', got 'below -0.3'"),
    ('off = ["instrument"]', 'off = ["instrumant"]', "unknown switch 'instrumant'. Nearest: 'instrument'"),
    ("persons = 16", "persons = 3", "'persons' must be a whole number from 16 on, got 3"),
    ('until = "1917-12-19"', 'until = "soon"', "'--until' must be"),
    ('says = "Nobody"\n', "", "must have texts 'says', got none"),
    ('unit = "points"', 'unit = "points"\ncolour = "red"', "must not have 'colour'"),
    ('zero = ["history", "strength 0"]', 'zero = ["history"]', "'zero' must name two arms"),
    ('treatment = "without"\ncontrol = "history"\nholds = "at least 0.5"', 'treatment = ["without", "strength 0"]\ncontrol = "history"\nholds = "at least 0.5"', "several treatments must be compared by survival"),
    ("[words]", "[wordz]\nx = 1\n\n[words]", "got also"),
])  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each mistake in a file of claims has its sentence, with the place and the way out."""
    assert old in PLAIN
    assert said in problems(tmp_path, PLAIN.replace(old, new))


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    """Two mistakes far apart are both in one error."""
    text = PLAIN.replace('measure = "survival"', 'measure = "survivals"').replace("persons = 16", "persons = 3")
    said = problems(tmp_path, text)
    assert "survivals" in said
    assert "'persons'" in said


def test_a_claim_that_cannot_be_assessed_says_why(tmp_path: Path) -> None:
    """Asking for an open claim gives its reason; an unknown one the nearest; too small a size the claim's own."""
    with pytest.raises(UnknownNameError, match="claim 'C2' cannot be assessed yet: needs forecasters"):
        assessment("soviet", "C2", store=tmp_path)
    with pytest.raises(UnknownNameError, match="unknown claim 'C99'"):
        assessment("soviet", "C99", store=tmp_path)
    with pytest.raises(ParameterError, match="'persons' must be at least 65536 for claim 'C6', got 20000"):
        assessment("soviet", "C6", store=tmp_path, persons=20_000)
    with pytest.raises(ParameterError, match="must be at least 2, got 1 and 8"):
        assessment("soviet", "C6", store=tmp_path, draws=1)


def test_a_scenario_without_claims_says_so() -> None:
    """A scenario beside which no claims stand names the file that it would need."""
    with pytest.raises(ScenarioError, match=r"must stand in 'regime_quiet\.claims\.toml'"):
        claims(ww.scenario("regime_quiet"))
