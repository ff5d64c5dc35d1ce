"""Claims about the canonical models: cheap ones hold here, all of them when `whowhom verify` is run."""

from __future__ import annotations

import pytest
from tests.canon_worlds import CASES

from whowhom.verification.claim import Claim, claims_of, result_of

MODELS = sorted({case.model for case in CASES.values()})
CHEAP = [claim for model in MODELS for claim in claims_of(model) if claim.seconds <= 1.0]


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_claims_with_names_of_their_own(model: str) -> None:
    """Every canonical model has claims, none of them about another model, and no two of one name."""
    claims = claims_of(model)
    assert claims
    assert {claim.model for claim in claims} == {model}
    assert len({claim.name for claim in claims}) == len(claims)


@pytest.mark.parametrize("claim", CHEAP, ids=[f"{claim.model}: {claim.name}" for claim in CHEAP])
def test_cheap_claims_come_out(claim: Claim) -> None:
    """A claim that takes a second or less comes out as expected."""
    assert (result_of(claim.check()) == "not reproduced") == (claim.expected_result == "not reproduced")
