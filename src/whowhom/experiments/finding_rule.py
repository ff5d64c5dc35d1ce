"""From the true effects of the draws to one of the words of a finding.

The words, in the order in which they are asked for:

no finding
    A placebo failed, or the history runs past the date up to which the model is one of history; nothing is said about the claim.
holds in the model, fails in the model, between
    At least 90 % of the draws' weight lies beyond the bound that the claim set beforehand (short of the one that refutes it; between the two), even at the low end of
    the 90 % interval of that share.
depends on X
    Neither, but a boundary in the world's parameters says where it holds, right for at least 80 % of draws that it has not seen (`boundary`).
undecided at this size
    None of these. With how many pairs the question would be decided, if what is seen so far is right, is said.

Without a matched weight of an effective size of at least 50 draws every word but 'no finding' is prefixed: *prior only: would hold ...*. Bounds, words and numbers are those of the
design's amendments 1.1 and 1.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from whowhom.experiments.boundary import Boundary
from whowhom.experiments.hidden_effects import Bound, Evidence, HiddenEffects, hidden_effects

Word = Literal["no finding", "holds", "fails", "between", "depends on", "undecided"]

ENOUGH = 0.9
"""Share of the weight that decides [1]."""
LEVEL = 0.9
"""Level of the intervals of shares [1]."""
EFFECTIVE = 50.0
"""Matched draws, in effect, without which a finding is about the prior only."""

_SENTENCES = {
    "holds": ("holds in the model", "would hold in the model"),
    "fails": ("fails in the model", "would fail in the model"),
    "between": ("between", "would lie between"),
    "depends on": ("depends on {x}", "would depend on {x}"),
    "undecided": ("undecided at this size", "undecided at this size"),
}


@dataclass(frozen=True)
class Question:
    """What decides a claim, fixed before any run.

    Parameters
    ----------
    holds
        Effects with which the claim holds.
    fails
        Effects with which it fails; what lies on neither side is between. Without one, everything that does not hold.
    """

    holds: Bound
    fails: Bound | None = None

    def bounds(self) -> tuple[Bound, ...]:
        """The bounds that are set."""
        return (self.holds,) if self.fails is None else (self.holds, self.fails)


@dataclass(frozen=True)
class Share:
    """A share of the draws' weight with its 90 % interval [1]."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """What is said about a claim.

    Attributes
    ----------
    word
        Which of the findings.
    sentence
        As it is printed, for example 'prior only: would hold in the model'.
    holds, fails, between
        Shares of the weight; `between` is None where the claim has one bound.
    reason
        Why there is no finding; '' if there is one.
    boundary
        On what it depends, if one was found.
    pairs_needed
        Pairs a draw times draws that would decide it if what is seen so far is right; None if it is decided or no number would.
    effective_draws
        Equally weighted draws that would say as much.
    matched
        Whether the weights are matched to records and worth at least 50 draws.
    """

    word: Word
    sentence: str
    holds: Share
    fails: Share
    between: Share | None
    reason: str
    boundary: Boundary | None
    pairs_needed: int | None
    effective_draws: float
    matched: bool


def _share(known: HiddenEffects, column: int) -> Share:
    return Share(*known.interval(column, level=LEVEL))


def _other(known: HiddenEffects) -> Share:
    """The share of neither bound (of not the first, where there is one)."""
    rest = 1.0 - known.shares.sum(axis=1, keepdims=True)
    return Share(*HiddenEffects(rest, known.membership, known.mean, known.low, known.high).interval(0, level=LEVEL))


def shares_of(known: HiddenEffects, question: Question) -> tuple[Share, Share, Share | None]:
    """Shares of the weight with which a claim holds, fails, and neither (None where not to hold is to fail)."""
    if question.fails is None:
        return _share(known, 0), _other(known), None
    return _share(known, 0), _share(known, 1), _other(known)


def find(
    evidence: Evidence,
    question: Question,
    *,
    boundary: Boundary | None = None,
    matched: bool = False,
    no_finding: str = "",
    seed: int = 1,
) -> Finding:
    """Say what the evidence says about a question.

    Parameters
    ----------
    evidence
        Pairs of all draws, with the draws' weights.
    question
        Bounds set beforehand.
    boundary
        Best boundary found, for 'depends on'; used only where it is good enough.
    matched
        Whether the weights are matched to records; without an effective size of 50 draws that does not count.
    no_finding
        Why nothing may be said (a placebo that failed, a horizon); '' if something may.
    seed
        Of the sampling.
    """
    known = hidden_effects(evidence, question.bounds(), seed=seed)
    holds, fails, between = shares_of(known, question)
    word = _word(holds, fails, between, boundary)
    matched = matched and evidence.effective_draws >= EFFECTIVE
    if no_finding:
        word, sentence = "no finding", f"no finding: {no_finding}"
    else:
        sentence = _sentence(word, boundary, matched=matched)
    return Finding(
        word=word,
        sentence=sentence,
        holds=holds,
        fails=fails,
        between=between,
        reason=no_finding,
        boundary=boundary,
        pairs_needed=_pairs_needed(evidence, holds, fails, between) if word == "undecided" else None,
        effective_draws=evidence.effective_draws,
        matched=matched,
    )


def _word(holds: Share, fails: Share, between: Share | None, boundary: Boundary | None) -> Word:
    """The first word that is earned."""
    if holds.low >= ENOUGH:
        return "holds"
    if fails.low >= ENOUGH:
        return "fails"
    if between is not None and between.low >= ENOUGH:
        return "between"
    return "depends on" if boundary is not None and boundary.is_good else "undecided"


def _sentence(word: Word, boundary: Boundary | None, *, matched: bool) -> str:
    """The finding as it is printed."""
    plain, prior = _SENTENCES[word]
    x = boundary.names() if boundary is not None else ""
    return plain.format(x=x) if matched else f"prior only: {prior.format(x=x)}"


def _pairs_needed(evidence: Evidence, holds: Share, fails: Share, between: Share | None) -> int | None:
    """Pairs in all with which the leading share's interval would end above 90 %, its width falling as one over the root of their number."""
    pairs = int(evidence.pairs.sum())
    leading = max((share for share in (holds, fails, between) if share is not None), key=lambda share: share.mean)
    if leading.mean <= ENOUGH:
        return None
    return math.ceil(pairs * max(1.0, ((leading.mean - leading.low) / (leading.mean - ENOUGH)) ** 2))
