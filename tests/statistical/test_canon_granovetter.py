"""Crowds drawn at random against the probabilities of their rule.

Null: a crowd of 100 with thresholds drawn uniformly from 0, ..., 99 has no instigator with probability .99 ** 100 and exactly one, and nobody of threshold 1, with
.98 ** 99. n = 4,000 crowds; binomial errors; false-alarm rate 1e-6 for each of the two. Negative control: crowds in which thresholds are drawn from 1, ..., 100 instead (that is, with
the rule x < r in place of x <= r) must fail.
"""

from __future__ import annotations

import numpy as np
from scipy import stats
from tests.canon_worlds import run

from whowhom.models.granovetter1978 import p_lone_instigator, p_no_instigator

CROWDS = 4000
ALARM = 1e-6


def ends(*, strict: bool = False) -> np.ndarray:
    """How many join in the end, one number a crowd."""
    found = []
    for seed in range(CROWDS):
        world = run("granovetter1978", persons=100, seed=seed, values={"threshold.shape": 1})
        thresholds = np.sort(world.thresholds())
        joined = 0
        while joined < 100 and (thresholds[joined] < joined if strict else thresholds[joined] <= joined):
            joined += 1
        found.append(joined)
    return np.array(found)


def p_value(count: int, p: float) -> float:
    return float(stats.binomtest(count, CROWDS, p).pvalue)


def test_instigators_of_drawn_crowds() -> None:
    """Nobody joins in .3660 of the crowds and one person in .1353, within binomial error; the strict rule is rejected."""
    found = ends()
    nobody, lone = int((found == 0).sum()), int((found == 1).sum())
    print(f"nobody {nobody / CROWDS:.4f} (.3660), one {lone / CROWDS:.4f} (.1353), s.e. .0076, .0054")
    assert p_value(nobody, p_no_instigator(100)) > ALARM
    assert p_value(lone, p_lone_instigator(100)) > ALARM
    assert p_value(int((ends(strict=True) == 0).sum()), p_no_instigator(100)) < ALARM
