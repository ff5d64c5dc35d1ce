from __future__ import annotations

import math
from typing import Any

import pytest

from whowhom.errors import UnknownNameError
from whowhom.models.registry import model_names
from whowhom.verification.claim import (
    ANALYTIC,
    Claim,
    Measured,
    all_claims,
    claims_of,
    estimated,
    exactly,
    result_of,
)


def a_claim(**changes: Any) -> Claim:
    """A claim that holds, with changes."""
    declared: dict[str, Any] = {
        "name": "toy",
        "model": "machine",
        "sentence": "One is one.",
        "source": "Ours",
        "evidence": ANALYTIC,
        "expected": "1",
        "check": lambda: exactly(1.0, 1.0),
    }
    return Claim(**{**declared, **changes})


def test_what_holds_without_chance_is_exact() -> None:
    """A number without a standard error that agrees is exact; one that does not agree is not reproduced."""
    assert result_of(exactly(6.2003, 6.2, within=5e-4)) == "exact"
    assert result_of(exactly(6.3, 6.2, within=5e-4)) == "not reproduced"


def test_what_holds_with_an_error_is_reproduced() -> None:
    """An estimate inside the interval, ends included, is reproduced; outside it is not; words are never exact."""
    assert result_of(estimated(80.0, standard_error=2.0, low=50.0, high=80.0)) == "reproduced"
    assert result_of(estimated(80.1, standard_error=2.0, low=50.0, high=80.0)) == "not reproduced"
    assert result_of(Measured("20 of 20", holds=True)) == "reproduced"


def test_no_number_reproduces_nothing() -> None:
    """A check that finds no number does not agree, whatever it says of itself."""
    assert result_of(estimated(math.nan, standard_error=1.0, low=0.0, high=1.0)) == "not reproduced"
    assert result_of(Measured(math.nan, holds=True)) == "not reproduced"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"evidence": "hearsay"}, "'evidence' must be one of"),
        ({"expected_result": "exact"}, "no such expected result"),
        ({"expected_result": "not reproduced"}, "they need it"),
        ({"why": "because"}, "they need it"),
        ({"seconds": 0.0}, "must be above 0"),
    ],
)
def test_a_claim_does_not_contradict_itself(changes: dict[str, Any], words: str) -> None:
    """A declaration that contradicts itself is refused, with the name of the claim."""
    with pytest.raises(ValueError, match=words):
        a_claim(**changes)


def test_a_model_without_claims_has_none() -> None:
    """Asking an unknown model for its claims names the known ones; all claims are those of all models in turn."""
    with pytest.raises(UnknownNameError, match="unknown model 'granoveter'"):
        claims_of("granoveter")
    assert all_claims() == tuple(claim for model in model_names() for claim in claims_of(model))


def test_names_are_unique_and_models_their_own() -> None:
    """Within a model no two claims have one name, and each says the model in whose file it stands."""
    for model in model_names():
        claims = claims_of(model)
        assert {claim.model for claim in claims} <= {model}
        assert len({claim.name for claim in claims}) == len(claims)
