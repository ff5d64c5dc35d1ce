from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.parameters import Prior, log_uniform, normal, uniform

SHARES = st.floats(0, 1)
numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("prior", "text"),
    [
        (uniform(0, 2), "U(0, 2)"),
        (log_uniform(0.01, 0.1), "LU(0.01, 0.1)"),
        (normal(0.5, 1e-06), "N(0.5, 1e-06)"),
        (Prior.fixed(3), "fixed(3)"),
    ],
)
def test_priors_are_written_as_in_the_documents(prior: Prior, text: str) -> None:
    """A prior is written by its letter and its numbers."""
    assert prior.text() == text


@pytest.mark.parametrize(
    ("prior", "u", "value"),
    [
        (uniform(2, 4), 0.25, 2.5),
        (log_uniform(0.01, 1), 0.5, 0.1),
        (normal(5, 2), 0.5, 5.0),
        (normal(0, 1), 0.975, 1.959963984540054),
        (Prior.fixed(3), 0.9, 3.0),
    ],
)
def test_quantiles_of_wide_intervals_are_the_textbook_ones(prior: Prior, u: float, value: float) -> None:
    """In an interval that cuts nothing off, the quantile is that of the distribution itself."""
    assert prior.quantile(u, -1e3, 1e3) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("prior", [uniform(-3, 3), log_uniform(1e-3, 9), normal(0.2, 1), normal(-4, 1), normal(6, 1)])
def test_truncation_spreads_the_mass_and_piles_up_none(prior: Prior) -> None:
    """Within [0, 1], quantiles rise strictly from end to end, so no share of the prior lies on an end."""
    values = [prior.quantile(k / 1000, 0.0, 1.0) for k in range(1001)]
    assert all(a < b for a, b in pairwise(values))
    assert 0.0 <= values[0] < 0.01
    assert values[-1] == pytest.approx(1.0)


def test_truncated_normal_has_the_known_median() -> None:
    """The half-normal has its median at the upper quartile of the normal, on either side of the mean."""
    assert normal(0, 1).quantile(0.5, 0, 50) == pytest.approx(0.6744897501960817)
    assert normal(0, 1).quantile(0.5, -50, 0) == pytest.approx(-0.6744897501960817)


def test_far_tails_keep_their_digits() -> None:
    """Ten standard deviations above the mean the tail is still resolved: an exponential of rate ten, nearly."""
    value = normal(0, 1).quantile(0.5, 10, 20)
    assert value - 10 == pytest.approx(math.log(2) / 10, rel=0.02)


@given(SHARES, numbers, numbers, st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_a_quantile_never_leaves_the_interval(u: float, a: float, low: float, width: float, span: float) -> None:
    """For any share, and any prior with mass in the interval, the value lies in the interval."""
    for prior in (uniform(a, a + width), normal(a, width), log_uniform(abs(a) + 1e-9, abs(a) + width)):
        cut_off = prior.kind != "normal" and (prior.b < low or low + span < prior.a)
        too_far = prior.kind == "normal" and not abs(low - a) < 30 * width
        if cut_off or too_far:
            continue
        assert low <= prior.quantile(u, low, low + span) <= low + span


@pytest.mark.parametrize("prior", [uniform(2, 3), log_uniform(2, 3), normal(500, 1), normal(-500, 1)])
def test_a_prior_without_mass_in_the_interval_is_refused(prior: Prior) -> None:
    """A prior that lies wholly outside the interval cannot be truncated to it."""
    with pytest.raises(ValueError, match=r"has no mass in \[0, 1\]"):
        prior.quantile(0.5, 0, 1)


@pytest.mark.parametrize("u", [-0.1, 1.1, math.nan])
def test_shares_outside_the_unit_interval_are_refused(u: float) -> None:
    """A share of a prior is a number from 0 to 1."""
    with pytest.raises(ValueError, match=r"u must be in \[0, 1\]"):
        uniform(0, 1).quantile(u, 0, 1)


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("uniform", 1, 1),
        ("log_uniform", 0, 1),
        ("log_uniform", 2, 1),
        ("normal", 0, 0),
        ("normal", math.nan, 1),
        ("uniform", 0, math.inf),
        ("beta", 1, 2),
    ],
)
def test_impossible_priors_are_refused(kind: str, a: float, b: float) -> None:
    """Numbers that describe no distribution are an error of the one who writes them down."""
    with pytest.raises(ValueError):
        Prior(kind, a, b)  # type: ignore[arg-type]
