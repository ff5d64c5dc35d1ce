"""Propaganda by hand (E47): a message that repression contradicts, whose sign turns where the two are equal.

The test of the gradient (C13b of the design): the change of private opposition rises with the repression that is felt, from -effect far from it to +dissonance amid it.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.mechanisms import propaganda


def parameters(*, on: int = 1, level: float = 0.5, effect: float = 0.002, dissonance: float = 0.006) -> SimpleNamespace:
    return SimpleNamespace(
        on_propaganda=on, propaganda_level=level, propaganda_effect=effect, propaganda_dissonance=dissonance
    )


@pytest.mark.parametrize(("s", "change"), [(0.0, -0.001), (1.0, 0.003), (0.25, 0.0), (0.5, 0.001)])
def test_the_message_works_far_from_repression_and_fails_beside_it(s: float, change: float) -> None:
    """At level .5: -.001 where nothing is felt, +.003 where all is, and 0 at s = .002 / .008."""
    assert propaganda.message(parameters(), s) == pytest.approx(change, abs=1e-15)


def test_without_propaganda_there_is_no_message() -> None:
    """Off, or at level 0, nothing is added."""
    assert propaganda.message(parameters(on=0), 0.7) == 0
    assert propaganda.message(parameters(level=0.0), 0.7) == 0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_its_change_rises_with_what_is_felt_and_is_bounded(
    level: float, effect: float, dissonance: float, s: float, more: float
) -> None:
    """Between -level * effect and level * dissonance, and never less where more repression is felt."""
    p = parameters(level=level, effect=effect, dissonance=dissonance)
    low, high = (propaganda.message(p, x) for x in sorted((s, more)))
    assert -level * effect - 1e-15 <= low <= high + 1e-15
    assert high <= level * dissonance + 1e-15


def test_the_gradient_is_the_sum_of_both() -> None:
    """From far to near the change rises by level * (effect + dissonance), in a straight line."""
    found = [propaganda.message(parameters(), s) for s in np.linspace(0, 1, 5)]
    assert np.diff(found) == pytest.approx(0.5 * 0.008 / 4)
