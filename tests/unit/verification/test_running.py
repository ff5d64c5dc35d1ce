from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from tests.unit.cli.program import Result
from tests.unit.verification import toy_claims as toy

import whowhom.verification.claim as claims_module
from whowhom.verification.claim import Claim, Measured, estimated
from whowhom.verification.listing import as_data, estimate, omitted
from whowhom.verification.running import LONGEST_QUICK, QUICK_SECONDS, headline, quick_claims, verify, verify_all

AS_DECLARED = (toy.HOLDS, toy.SIGN, toy.THEORY, toy.KNOWN_NOT)


def command(monkeypatch: pytest.MonkeyPatch, claims: tuple[Claim, ...], *words: str | Path) -> Result:
    """Call `whowhom verify all` as if these were all the claims there are."""
    monkeypatch.setattr(claims_module, "all_claims", lambda: claims)
    return Result("verify", "all", "--workers", "1", *words)


@pytest.mark.parametrize(
    ("claim", "result", "as_declared", "begins"),
    [
        (toy.HOLDS, "reproduced", True, False),
        (toy.THEORY, "exact", True, False),
        (toy.FAILS, "not reproduced", False, False),
        (toy.KNOWN_NOT, "not reproduced", True, False),
        (toy.BEGINS, "reproduced", False, True),
        (toy.RAISES, "error", False, False),
        (toy.KNOWN_NOT_RAISES, "error", False, False),
    ],
)
def test_results(claim: Claim, result: str, as_declared: bool, begins: bool) -> None:
    """A result is as declared only if the check came to it: what raises never counts as not reproduced."""
    found = verify(claim)
    assert (found.result, found.as_declared, found.begins) == (result, as_declared, begins)


def test_what_raises_ends_one_claim() -> None:
    """A check that raises leaves its words and its place, and the other claims are measured."""
    raised, held = verify_all((toy.RAISES, toy.HOLDS))
    assert raised.error == "RuntimeError: the dice fell off the table"
    assert "toy_claims.py" in raised.trace
    assert held.result == "reproduced"


def test_the_headline_counts_what_others_published() -> None:
    """Theory is counted apart; an error counts as a published claim and as nothing reproduced."""
    count = headline(verify_all((*AS_DECLARED, toy.RAISES, toy.FAILS, toy.BEGINS)))
    assert (count.published, count.reproduced, count.known_not) == (6, 3, 1)
    assert (count.beside, count.beside_hold, count.surprising) == (1, 1, 3)


def test_a_quick_look_takes_the_cheapest() -> None:
    """A quick look takes claims by their own word, cheapest first, to its limit, keeps their order, and takes none that is long."""
    costs = [100.0, 10.0, LONGEST_QUICK, 20.0, LONGEST_QUICK + 1, 30.0, 40.0]
    claims = tuple(toy.claim(f"{cost}", seconds=cost) for cost in costs)
    inside, left_out = quick_claims(claims)
    assert [claim.seconds for claim in inside] == [10.0, 20.0, 30.0, 40.0]
    assert sum(claim.seconds for claim in inside) <= QUICK_SECONDS
    assert set(inside) | set(left_out) == set(claims)
    assert [claim.seconds for claim in left_out] == [100.0, LONGEST_QUICK, LONGEST_QUICK + 1]
    assert omitted(left_out)[0] == "--quick left out 3 claims (about 3.7 minutes of one core):"


def test_all_as_declared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """If every result is the declared one the command ends with 0, and shows source, evidence, numbers and expectation."""
    result = command(monkeypatch, AS_DECLARED, "--figures", tmp_path / "figures", "--json", tmp_path / "all.json")
    assert result.code == 0, result.err
    for words in (
        "reproduced holds: A mean [of nothing] is sixty.",
        "got 64.7 (s.e. 2.2); expected 60 (50 to 70)",
        "published number: Nobody 1900, p. 1",
        "exact theory:",
        "got 12.2221;",
        "got 17 of 20;",
        "Seeds 0 to 19.",
        "Known not to be reproduced: no implementation shows it (Somebody 2026, 0 of 20).",
        "2 of 3 published claims reproduced; 1 known not to be, and shown with the evidence.",
        "1 of 1 claim that rest",
    ):
        assert words in result.words, result.out
    assert "UNEXPECTED" not in result.out
    assert max(map(len, result.out.splitlines())) <= 80 or str(tmp_path) in result.out
    assert (tmp_path / "figures" / "machine-holds.svg").read_text() == "<svg/>"
    data = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert data["headline"]["reproduced"] == 2
    assert [entry["result"] for entry in data["claims"]] == ["reproduced", "reproduced", "exact", "not reproduced"]
    assert data["claims"][0]["standard_error"] == 2.16
    assert data["claims"][2]["standard_error"] is None


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (toy.FAILS, "UNEXPECTED: machine, fails: is not reproduced."),
        (toy.BEGINS, "UNEXPECTED: machine, begins: begins to be reproduced."),
        (toy.RAISES, "UNEXPECTED: machine, raises: raised."),
        (toy.KNOWN_NOT_RAISES, "UNEXPECTED: machine, known not, raises: raised."),
    ],
)
def test_a_surprise_fails(claim: Claim, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that is not the declared one is named last and the command ends with 1, also if a known failure begins to hold."""
    result = command(monkeypatch, (*AS_DECLARED, claim))
    assert result.code == 1
    assert words in result.words
    assert ("Traceback" in result.err) == (claim in (toy.RAISES, toy.KNOWN_NOT_RAISES))


def test_quick_says_what_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--quick` names what it left out, and the headline counts only what was measured."""
    result = command(monkeypatch, (toy.HOLDS, toy.claim("long", seconds=1000.0)), "--quick")
    assert result.code == 0
    assert "1 of 1 published claim reproduced." in result.words
    assert "--quick left out 1 claim (about 17 minutes of one core): machine: long" in result.words


def test_nothing_published_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only theory was measured the headline does not count to nought."""
    assert "Nothing that others have published was measured." in command(monkeypatch, (toy.THEORY,)).out


def test_several_at_once_give_what_one_after_the_other_gives() -> None:
    """Claims of the package are measured in processes of their own, with the same numbers and in the same order; others stay here."""
    claims = (*[claim for claim in claims_module.claims_of("machine") if claim.seconds < 10][:3], toy.HOLDS)
    alone, together = verify_all(claims), verify_all(claims, workers=2)
    assert [one.measured for one in alone] == [one.measured for one in together]
    assert [one.claim.name for one in together] == [claim.name for claim in claims]


def test_no_number_is_null() -> None:
    """What is no number is written as null, so that every program can read the file."""
    nothing = toy.claim("nothing", check=lambda: estimated(math.nan, standard_error=math.inf, low=0.0, high=1.0))
    (entry,) = as_data(verify_all((nothing,)))["claims"]
    assert (entry["estimate"], entry["standard_error"], entry["result"]) == (None, None, "not reproduced")


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (estimated(0.5, standard_error=0.0158, low=0, high=1), "0.500 (s.e. 0.016)"),
        (estimated(674.31, standard_error=34.2, low=0, high=1), "674 (s.e. 34)"),
        (estimated(0.0, standard_error=0.0, low=0, high=1), "0 (s.e. 0)"),
        (estimated(math.nan, standard_error=math.nan, low=0, high=1), "– (s.e. –)"),
        (Measured("20 of 20", holds=True), "20 of 20"),
        (Measured(99.99912, holds=True), "99.9991"),
    ],
)
def test_estimates_have_as_many_digits_as_their_error_deserves(measured: Measured, words: str) -> None:
    """An estimate is written to the second digit of its standard error, an exact number to six digits."""
    assert estimate(measured) == words
