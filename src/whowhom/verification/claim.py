"""A claim: one sentence about a model, where it is said, what is expected, and the function that measures it.

One file a model, `verification/<model>.py`, whose `CLAIMS` is a tuple of these; a model without such a file has none.

A check takes nothing and returns `Measured`; it plays what it needs from fixed seeds, so that it answers the same every time. It raises
nothing on purpose: what it raises is an error of the program, is shown as such, and counts against the claim.

Claims of the literature that are known not to come out stand here like the others, with `expected_result = NOT_REPRODUCED`. Their `sentence` says what the
literature says, and their check returns `holds = False` as long as it does not come out. Should it begin to hold, `whowhom verify` says so and fails.

Examples
--------
A share with its standard error, held against a published number:

>>> def check() -> Measured:
...     return estimated(0.512, standard_error=0.011, low=0.47, high=0.53)
>>> claim = Claim(
...     name="riots without an instigator",
...     model="granovetter1978",
...     sentence="In over half the cases a crowd drawn from uniform thresholds has no riot.",
...     source="Granovetter 1978, p. 1431",
...     evidence=PUBLISHED_NUMBER,
...     expected="0.51, within 3 standard errors",
...     check=check,
... )
>>> result_of(claim.check())
'reproduced'
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, cast, get_args

from whowhom.errors import UnknownNameError, unknown
from whowhom.models.registry import model_names

if TYPE_CHECKING:
    from pathlib import Path

Evidence = Literal["published number", "published sign", "analytic", "other implementation", "ours"]
Result = Literal["reproduced", "not reproduced", "exact"]

PUBLISHED_NUMBER: Evidence = "published number"
PUBLISHED_SIGN: Evidence = "published sign"
ANALYTIC: Evidence = "analytic"
OTHER_IMPLEMENTATION: Evidence = "other implementation"
OURS: Evidence = "ours"

#: The kinds of evidence that the headline counts: what somebody else has printed before we measured.
PUBLISHED: tuple[Evidence, ...] = (PUBLISHED_NUMBER, PUBLISHED_SIGN)

REPRODUCED: Result = "reproduced"
NOT_REPRODUCED: Result = "not reproduced"
EXACT: Result = "exact"


@dataclass(frozen=True)
class Measured:
    """What a check found.

    Parameters
    ----------
    estimate
        The number measured, in the unit of the claim's `expected`; or a few words where it is no number ("17 of 20").
    holds
        Whether it agrees with the claim's sentence.
    standard_error
        Of `estimate`; None if nothing in it is left to chance.
    note
        One sentence more, where the number alone would mislead; '' if nothing is to be said.
    """

    estimate: float | str
    holds: bool
    standard_error: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Claim:
    """One sentence about a model that a computation can contradict.

    Parameters
    ----------
    name
        A few words, unique within the model: `critical spread of thresholds`.
    model
        Name of the model, as in `whowhom models`.
    sentence
        What is claimed, in one sentence, as the source has it.
    source
        Author, year, page or figure; a theorem; a program with its version.
    evidence
        What kind of thing the expected value is: 'published number', 'published sign' (an ordering or a direction), 'analytic' (follows from the
        rules), 'other implementation' or 'ours'. What was never read in the original is not 'published', whatever it says.
    expected
        The expected value and the interval that counts as agreement, in words: `60 (50 to 80)`.
    check
        Measures it.
    expected_result
        'not reproduced' for a claim that is known not to come out; else leave it.
    why
        For a claim that is known not to come out: what is known about it, with the source. Shown with it.
    seconds
        About how long the check takes on one core [s]; decides what `--quick` leaves out.
    figure
        Draws what the check measured into the file it is given, whose name ends in `.svg`; None if there is nothing to see.
    """

    name: str
    model: str
    sentence: str
    source: str
    evidence: Evidence
    expected: str
    check: Callable[[], Measured]
    expected_result: Literal["reproduced", "not reproduced"] = "reproduced"
    why: str = ""
    seconds: float = 1.0
    figure: Callable[[Path], None] | None = None

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself.

        Raises
        ------
        ValueError
            If the evidence is unknown, a claim that does not come out does not say why, one that does says it, or `seconds` is no time.
        """
        if self.evidence not in get_args(Evidence):
            raise ValueError(
                f"claim '{self.name}': 'evidence' must be one of {get_args(Evidence)}, got {self.evidence!r}."
            )
        if self.expected_result not in (REPRODUCED, NOT_REPRODUCED):
            raise ValueError(f"claim '{self.name}': no such expected result, got {self.expected_result!r}.")
        if (self.expected_result == NOT_REPRODUCED) != bool(self.why):
            raise ValueError(
                f"claim '{self.name}': 'why' belongs to claims that are known not to be reproduced, and they need it."
            )
        if not self.seconds > 0.0:
            raise ValueError(f"claim '{self.name}': 'seconds' must be above 0, got {self.seconds}.")


def exactly(estimate: float, expected: float, *, within: float = 0.0, note: str = "") -> Measured:
    """Hold a number with no chance in it against its expected value.

    Parameters
    ----------
    estimate, expected
        In the same unit.
    within
        The largest difference that counts as none: rounding of the expected value, or of the arithmetic.
    note
        As in `Measured`.
    """
    return Measured(float(estimate), abs(estimate - expected) <= within, note=note)


def estimated(estimate: float, *, standard_error: float, low: float, high: float, note: str = "") -> Measured:
    """Hold an estimate against the interval that counts as agreement, both ends belonging to it.

    Parameters
    ----------
    estimate, standard_error, low, high
        In the same unit. The standard error is one over independent runs, never over the ticks or persons of one.
    note
        As in `Measured`.
    """
    holds = bool(low <= estimate <= high)
    return Measured(float(estimate), holds, standard_error=float(standard_error), note=note)


def result_of(measured: Measured) -> Result:
    """Word what was measured: 'exact' if it holds and has no standard error, 'reproduced' if it has one, else 'not reproduced'."""
    if not measured.holds or (isinstance(measured.estimate, float) and math.isnan(measured.estimate)):
        return NOT_REPRODUCED
    return EXACT if measured.standard_error is None and not isinstance(measured.estimate, str) else REPRODUCED


def claims_of(model: str) -> tuple[Claim, ...]:
    """The claims about a model, in the order of its file; () if it has no such file.

    Raises
    ------
    UnknownNameError
        If there is no such model, with the nearest names.
    """
    if model not in model_names():
        raise UnknownNameError(unknown("model", model, model_names(), listed_by="whowhom models"))
    module = f"whowhom.verification.{model}"
    if find_spec(module) is None:
        return ()
    return cast("tuple[Claim, ...]", importlib.import_module(module).CLAIMS)


def all_claims() -> tuple[Claim, ...]:
    """The claims about all models, model by model."""
    return tuple(claim for model in model_names() for claim in claims_of(model))
