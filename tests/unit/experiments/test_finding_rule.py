"""The true effects behind noisy pairs, the words of a finding, and boundaries."""

from __future__ import annotations

import numpy as np
import pytest

from whowhom.errors import ParameterError
from whowhom.experiments.boundary import Boundary, find_boundary
from whowhom.experiments.finding_rule import Question, find
from whowhom.experiments.hidden_effects import Bound, hidden_effects, number_evidence, yes_no_evidence

QUESTION = Question(Bound("at most", -0.3), Bound("at least", -0.1))


def luck(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


def test_noise_is_taken_out_of_the_spread_of_effects() -> None:
    """Where the true effect is -40 points everywhere, a third of estimates fall short of -30, and almost none of the true effects are said to.

    Null: 200 draws of 8 pairs with a chance of .4 of a lost pair. Negative control: the share of raw estimates beyond the bound.
    """
    lost = luck(1).binomial(8, 0.4, 200)
    known = hidden_effects(yes_no_evidence(np.zeros(200, int), lost, 8), [Bound("at most", -0.3)])
    mean, low, _ = known.interval(0)
    raw = float((lost / 8 >= 0.3).mean())
    print(f"share beyond: raw {raw:.2f}, true effects {mean:.2f} (5 % point {low:.2f}); truth 1")
    assert raw < 0.8
    assert mean > 0.93


def test_a_real_spread_is_kept() -> None:
    """Where half the draws have no effect and half -60 points, about half of the weight lies beyond -30, and each draw is known by its own pairs."""
    chance = np.where(np.arange(200) % 2, 0.6, 0.0)
    lost = luck(2).binomial(8, chance)
    known = hidden_effects(yes_no_evidence(np.zeros(200, int), lost, 8), [Bound("at most", -0.3)])
    mean, low, high = known.interval(0)
    assert low < 0.5 < high
    assert abs(mean - 0.5) < 0.08
    assert known.membership[1::2, 0].mean() > 0.95 > 0.05 > known.membership[::2, 0].mean()


def test_numbers_are_known_as_shares_are() -> None:
    """Paired differences with noise of .5 and 8 pairs: true effects of 2 and 0, half and half, are told apart."""
    truth = np.where(np.arange(100) % 2, 2.0, 0.0)
    rows = truth[:, None] + luck(3).normal(0.0, 0.5, (100, 8))
    known = hidden_effects(number_evidence(list(rows)), [Bound("at least", 1.0)])
    assert abs(known.interval(0)[0] - 0.5) < 0.06
    assert np.abs(known.mean - truth).max() < 0.7


def test_one_wild_draw_does_not_blur_the_others() -> None:
    """A draw whose error is ten thousand times that of the others leaves what is known of them as it was."""
    rows = [0.2 + luck(8).normal(0.0, 0.05, 8) for _ in range(60)]
    wild = [*rows, 1000.0 * luck(9).normal(0.0, 1.0, 8)]
    alone, beside = (hidden_effects(number_evidence(table), [Bound("at least", 0.1)]) for table in (rows, wild))
    assert np.abs(beside.mean[:60] - alone.mean).max() < 0.05
    assert beside.membership[:60, 0].min() > 0.9


def test_weights_count() -> None:
    """A share is one of weight: draws that carry nine tenths of it decide, however many the others are."""
    lost = np.array([8] * 20 + [0] * 180)
    weights = np.array([0.9 / 20] * 20 + [0.1 / 180] * 180)
    known = hidden_effects(yes_no_evidence(np.zeros(200, int), lost, 8, weights=weights), [Bound("at most", -0.3)])
    assert known.interval(0)[0] == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize(("bound", "inside", "outside"), [
    (Bound("at most", -0.3), -0.3, -0.2999), (Bound("at least", 0.5), 0.5, 0.4999), (Bound("within", 0.2), -0.2, 0.2001), (Bound("between", -1.0, 0.5), 0.5, -1.0001),
])  # fmt: skip
def test_a_bound_holds_its_own_value(bound: Bound, inside: float, outside: float) -> None:
    """A bound is closed, also for a value that is not exact in binary."""
    assert bound.holds(np.array([inside, outside])).tolist() == [True, False]
    assert (Bound("at most", -0.3).holds(np.array([-0.1 - 0.2]))).all()


@pytest.mark.parametrize(("lost", "word"), [(6, "holds"), (0, "fails")])
def test_clear_effects_get_their_word(lost: int, word: str) -> None:
    """The same clear answer in every draw is a finding; without matched weights it says that it is about the prior."""
    evidence = yes_no_evidence(np.zeros(200, int), np.full(200, lost), 8)
    assert find(evidence, QUESTION, matched=True).sentence == f"{word} in the model"
    assert find(evidence, QUESTION).sentence == f"prior only: would {word.removesuffix('s')} in the model"
    assert find(evidence, QUESTION).word == word


def test_too_few_matched_draws_are_prior_only() -> None:
    """Weights that are matched but rest on fewer than 50 draws in effect do not count as matched."""
    weights = np.array([1.0] * 20 + [1e-9] * 180)
    evidence = yes_no_evidence(np.zeros(200, int), np.full(200, 8), 8, weights=weights)
    found = find(evidence, QUESTION, matched=True)
    assert found.effective_draws == pytest.approx(20.0, rel=1e-6)
    assert not found.matched
    assert found.sentence.startswith("prior only")


def test_a_reason_for_no_finding_overrules_every_word() -> None:
    """A failed placebo or a late horizon leaves no finding, however clear the effect."""
    evidence = yes_no_evidence(np.zeros(200, int), np.full(200, 8), 8)
    assert find(evidence, QUESTION, no_finding="a placebo failed").sentence == "no finding: a placebo failed"


def test_undecided_says_how_many_pairs_would_decide() -> None:
    """With few draws a clear effect stays undecided, and the number of pairs that would decide is larger than what there is; of an even split none would."""
    few = find(yes_no_evidence(np.zeros(8, int), np.full(8, 6), 8), QUESTION, matched=True)
    assert few.word == "undecided"
    assert few.pairs_needed is not None
    assert few.pairs_needed > 64
    split = find(yes_no_evidence(np.zeros(40, int), np.array([8, 0] * 20), 8), QUESTION, matched=True)
    assert (split.word, split.pairs_needed) == ("undecided", None)


def test_a_good_boundary_is_named_and_a_bad_one_is_not() -> None:
    """'Depends on' needs a boundary of balanced accuracy .8 on draws left out; it is never what is said when nothing else fits."""
    evidence = yes_no_evidence(np.zeros(200, int), np.array([7, 0] * 100), 8)
    good = Boundary(((("x", "below", 0.5),),), 0.93)
    assert find(evidence, QUESTION, boundary=good, matched=True).sentence == "depends on 'x'"
    assert find(evidence, QUESTION, boundary=Boundary(good.regions, 0.79), matched=True).word == "undecided"


def test_a_boundary_is_found_where_there_is_one() -> None:
    """A planted threshold of one parameter is found within a fiftieth; among parameters that do not matter nothing is called good (negative control)."""
    table = luck(4).random((200, 4))
    draws = [{f"x{k}": float(v) for k, v in enumerate(row)} for row in table]
    found = find_boundary(draws, np.where(table[:, 2] < 0.37, 0.97, 0.03))
    assert found.is_good
    (((name, side, value),),) = found.regions
    assert (name, side) == ("x2", "below")
    assert abs(value - 0.37) < 0.02
    nothing = [find_boundary(draws, luck(key).random(200) < 0.5, seed=key) for key in range(40)]
    print("balanced accuracy where there is nothing:", max(one.accuracy for one in nothing))
    assert not any(one.is_good for one in nothing)


def test_both_sides_of_a_corner_are_put_into_words() -> None:
    """Two parameters that matter together give a region with both, and text that reads as such."""
    table = luck(5).random((400, 3))
    draws = [{f"x{k}": float(v) for k, v in enumerate(row)} for row in table]
    found = find_boundary(draws, ((table[:, 0] < 0.5) & (table[:, 1] > 0.5)).astype(float))
    assert found.is_good
    assert {name for region in found.regions for name, _, _ in region} == {"x0", "x1"}
    assert "x0 below 0.5" in found.text() or "x0 below 0.49" in found.text()


@pytest.mark.parametrize(("make", "message"), [
    (lambda: yes_no_evidence([5], [4], [8]), "together at most 'pairs'"),
    (lambda: yes_no_evidence([], [], []), "at least one draw"),
    (lambda: yes_no_evidence([1], [1], [8], weights=[-1.0]), "'weights' must be 1 numbers from 0 on"),
    (lambda: number_evidence([[1.0]]), "at least two pairs, got fewer for draw 0"),
])  # fmt: skip
def test_evidence_that_cannot_be_is_refused(make: object, message: str) -> None:
    """Counts, weights and rows that mean nothing are refused with the rule."""
    with pytest.raises(ParameterError, match=message):
        make()  # type: ignore[operator]
