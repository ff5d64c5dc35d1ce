"""Comparing twins: the mean difference first, counts of pairs second."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from whowhom.errors import UnknownNameError
from whowhom.experiments.intervals import mean_interval, paired_share_interval, share_interval
from whowhom.experiments.twins import COUPLING_NOTE, compare, pair, twin_difference
from whowhom.experiments.units import basis, interval_of_mean, interval_of_share, set_means

ARM = np.array([5.0, 7.0, 6.0, 9.0])
HISTORY = np.array([4.0, 8.0, 3.0, 5.0])


def test_the_difference_is_arm_minus_history() -> None:
    """The difference is the mean of arm minus history over the pairs, with Student's interval."""
    found = twin_difference(ARM, HISTORY)
    right = mean_interval(ARM - HISTORY)
    assert (found.difference.estimate, found.difference.low, found.difference.high) == (1.75, right.low, right.high)
    assert (found.mean, found.mean_against, found.pairs, found.units) == (6.75, 5.0, 4, "replicates")
    assert found.difference.method == "Student's t over 4 replicates"


def test_counts_of_pairs_are_secondary() -> None:
    """Pairs that are higher, lower and equal are counted, and the note says what they are not."""
    found = twin_difference([1.0, 2.0, 3.0], [1.0, 3.0, 1.0])
    assert (found.higher, found.lower, found.equal) == (1, 1, 1)
    assert COUPLING_NOTE == "counts of pairs depend on how luck is coupled between twins and are no part of a finding"


def test_shares_have_a_score_interval() -> None:
    """A yes-or-no outcome is compared with Tango's interval on the pairs that differ."""
    found = twin_difference([1, 1, 1, 0, 1], [1, 0, 0, 1, 1], kind="yes_no").difference
    right = paired_share_interval(2, 1, 5)
    assert (found.estimate, found.low, found.high) == pytest.approx((0.2, right.low, right.high))
    assert found.method == "Tango's score over 5 replicates"


def test_variance_reduction() -> None:
    """The variance reduction is that of pairing against other seeds: 2 / (2 - 2 r) for equal variances."""
    luck = np.random.default_rng(5)
    common, own = luck.normal(size=(1, 20_000)), luck.normal(size=(2, 20_000))
    a, b = common * 3.0 + own
    r = np.corrcoef(a, b)[0, 1]
    assert twin_difference(a, b).variance_reduction == pytest.approx(1.0 / (1.0 - r), rel=0.05)
    assert twin_difference([1.0, 2.0], [0.0, 1.0]).variance_reduction == math.inf
    assert math.isnan(twin_difference([1.0, 1.0], [0.0, 0.0]).variance_reduction)
    assert math.isnan(twin_difference([1.0], [0.0]).variance_reduction)


@pytest.mark.parametrize(
    ("sets", "n", "units"),
    [
        (None, 4, "replicates"),
        ([-1] * 6, 6, "replicates"),
        ([0] * 6, 6, "replicates"),
        ([0, 1, 2], 3, "replicates"),
        ([0, 1, 2, 0, 1], 5, "set means"),
        ([0, 1, 2, 0, 1, 2], 6, "set means"),
        ([0, 1, 0, 1, 0], 5, "set means"),
    ],
)
def test_what_is_independent(sets: list[int] | None, n: int, units: str) -> None:
    """Set means are the units as soon as one of several sets has two replicates, else replicates."""
    assert basis(sets, n=n) == units


def test_set_means_weigh_sets_equally() -> None:
    """Over several sets the estimate is the mean of the sets' means, and its interval has the sets' freedom."""
    values, sets = [1.0, 10.0, 3.0, 20.0, 5.0], [0, 1, 0, 1, 0]
    assert list(set_means(values, sets)) == [3.0, 15.0]
    found = interval_of_mean(values, sets=sets)
    assert (found.estimate, found.n) == (9.0, 2)
    assert found.method == "Student's t over 2 set means"


def test_shares_over_sets_never_lose_their_width() -> None:
    """If all sets agree by chance, the interval of a share is still as wide as so few sets allow."""
    sets = [0, 1, 2] * 4
    none = interval_of_share([True] * 12, sets=sets)
    assert (none.low, none.high) == (share_interval(3, 3).low, 1.0)
    assert none.method == "Student's t over 3 set means, or Wilson's score where that is wider"
    twins = twin_difference([1] * 12, [1] * 12, kind="yes_no", sets=sets).difference
    right = paired_share_interval(0, 0, 3)
    assert (twins.low, twins.high) == (right.low, right.high)
    spread = interval_of_share([True, False, False] * 4, sets=sets)
    assert (spread.low, spread.high) == (0.0, 1.0)


def outcomes() -> pd.DataFrame:
    rows = [("history", 0, 1.0, 1), ("cut", 0, 3.0, 0), ("history", 1, 2.0, 1), ("cut", 1, 5.0, 1)]
    rows += [("history", 2, 9.0, 0), ("other", 0, 1.0, 1)]
    table = pd.DataFrame(rows, columns=["arm", "replicate", "victims", "survived"])
    return table.assign(set=-1)


def test_only_twins_are_compared() -> None:
    """Replicates that one of the two arms lacks are left out of that comparison."""
    table = compare(outcomes(), columns=["victims", "survived"], yes_no=["survived"])
    cut = table[table["arm"] == "cut"].set_index("outcome")
    assert list(cut["pairs"]) == [2, 2]
    assert cut.loc["victims", "difference"] == 2.5
    assert cut.loc["victims", "mean_against"] == 1.5
    assert cut.loc["survived", "difference"] == -0.5
    assert table[table["arm"] == "other"]["pairs"].tolist() == [1, 1]


def test_the_answer_comes_first() -> None:
    """In a table of comparisons the difference and its interval stand before everything else."""
    table = compare(outcomes(), columns=["victims"])
    assert list(table)[:6] == ["arm", "against", "outcome", "difference", "low", "high"]
    assert list(table)[-3:] == ["pairs_higher", "pairs_lower", "pairs_equal"]


def test_an_unknown_arm_to_compare_with() -> None:
    """Comparing with an arm that is not there is answered with those that are."""
    with pytest.raises(UnknownNameError, match="unknown arm 'histori'"):
        compare(outcomes(), columns=["victims"], against="histori")


def test_one_row_for_each_replicate() -> None:
    """Pairing gives a row per common replicate in their order, with both arms' columns."""
    table = pair(outcomes().iloc[::-1], arm="cut", against="history")
    assert list(table["replicate"]) == [0, 1]
    assert list(table["victims_against"]) == [1.0, 2.0]
