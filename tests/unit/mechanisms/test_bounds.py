"""The bounds by which communities are passed over: never below what any of their people may reach."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from whowhom.mechanisms import bounds
from whowhom.mechanisms.bounds import HIGH, LOW, UNIT

PEOPLE = st.lists(st.tuples(st.integers(-32767, 32767), st.floats(0, 1)), min_size=1, max_size=40)
BURDENS = st.one_of(st.floats(0, 20), st.sampled_from([0.0, LOW, HIGH, LOW / 2, (LOW + HIGH) / 2]))


def known(people: list[tuple[int, float]]) -> tuple[float, float, float]:
    """The three numbers that a community keeps."""
    return (
        max(margin for margin, _ in people),
        max(bounds.feared_margin(margin, u, LOW) for margin, u in people),
        max(bounds.feared_margin(margin, u, HIGH) for margin, u in people),
    )


@given(PEOPLE, BURDENS)
def test_nobody_exceeds_the_bound(people: list[tuple[int, float]], burden: float) -> None:
    """At any burden, whoever is in a community, the bound lies above margin - u * burden of everybody in it."""
    top = max(margin - u * burden * UNIT for margin, u in people)
    if top > -32768:  # below that margins end, and so do the numbers kept
        assert bounds.highest(*known(people), burden) > top


@given(PEOPLE)
def test_the_bound_is_close_where_it_is_known(people: list[tuple[int, float]]) -> None:
    """At the two known burdens the bound is within two units of what somebody reaches."""
    for burden in (LOW, HIGH):
        top = max(margin - u * burden * UNIT for margin, u in people)
        if top > -32768:
            assert bounds.highest(*known(people), burden) < top + 2


def test_a_bound_without_the_chord_is_seen_to_fail() -> None:
    """Negative control: the value of the next higher known burden, taken for the burdens before it, is exceeded by somebody."""
    luck = np.random.default_rng(1)
    exceeded = 0
    for _ in range(200):
        people = list(zip(luck.integers(-3000, 3000, 10).tolist(), luck.random(10).tolist(), strict=True))
        burden = LOW + (HIGH - LOW) * luck.random()
        wrong = known(people)[2]
        exceeded += max(margin - u * burden * UNIT for margin, u in people) > wrong + 1
    assert exceeded > 100
