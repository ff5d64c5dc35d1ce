"""Lang and De Sterck's equation: exact solution, regions, attractors."""

from __future__ import annotations

import itertools

import pytest
from tests.canon_worlds import run
from tests.reference import lang_de_sterck2014 as slow

from whowhom.models.lang_de_sterck2014 import (
    FAILED,
    META_STABLE,
    STABLE,
    UNSTABLE,
    after,
    attractors,
    balance,
    end,
    region,
)

SHARES = (0.0, 0.05, 0.19, 0.2, 0.3, 0.5, 0.65, 0.8, 0.81, 1.0)
BORDERS = ((0.2, 0.8), (0.6, 0.9), (0.1, 0.4), (0.7, 0.3), (0.5, 0.5))
RATES = ((1.0, 1.0), (0.3, 1.0), (2.0, 0.5))


@pytest.mark.parametrize(("r", "to"), [(0.3, 0.5), (0.19, 0.0), (0.81, 1.0)])
def test_the_given_case(r: float, to: float) -> None:
    """With c1 = c2 = 1, alpha = .2, beta = .8 the share goes from .3 to .5, from .19 to 0 and from .81 to 1."""
    world = run("lang_de_sterck2014", persons=1, values={"start.share": r}, ticks=400)
    assert world.observe()[0] == pytest.approx(to, abs=1e-12)
    assert world.observe()[4] == end(r, 0.2, 0.8) == to


@pytest.mark.parametrize("borders", BORDERS)
@pytest.mark.parametrize("rates", RATES)
def test_the_exact_solution_is_what_small_steps_come_to(
    borders: tuple[float, float], rates: tuple[float, float]
) -> None:
    """At each of several times the exact solution is within 1e-3 of Euler's method with 20,000 steps, in all regions."""
    for r, time in itertools.product(SHARES, (0.1, 1.0, 4.0)):
        expected = slow.after(r, time, *borders, c1=rates[0], c2=rates[1], steps=20_000)
        assert after(r, time, *borders, c1=rates[0], c2=rates[1]) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("borders", BORDERS)
@pytest.mark.parametrize("rates", RATES)
def test_time_adds_up_and_leads_to_the_end(borders: tuple[float, float], rates: tuple[float, float]) -> None:
    """Two steps are one of twice the length, and a long one ends where `end` says."""
    c1, c2 = rates
    for r in SHARES:
        once = after(r, 1.4, *borders, c1=c1, c2=c2)
        twice = after(after(r, 0.7, *borders, c1=c1, c2=c2), 0.7, *borders, c1=c1, c2=c2)
        assert once == pytest.approx(twice, abs=1e-12)
        assert after(r, 200.0, *borders, c1=c1, c2=c2) == pytest.approx(end(r, *borders, c1=c1, c2=c2), abs=1e-9)


@pytest.mark.parametrize(
    ("at", "kind", "ends"),
    [
        ((0.6, 0.9), STABLE, (0.0, 1.0)),
        ((0.2, 0.8), META_STABLE, (0.0, 0.5, 1.0)),
        ((0.1, 0.4), UNSTABLE, (0.0, 1.0)),
        ((0.7, 0.3), FAILED, (0.0, 1.0)),
        ((0.4, 0.4), FAILED, (0.0, 1.0)),
        ((1.0, 0.5), FAILED, (0.0,)),
        ((0.5, 0.0), FAILED, (1.0,)),
    ],
)
def test_regions_and_attractors(at: tuple[float, float], kind: int, ends: tuple[float, ...]) -> None:
    """Each region has its attractors; nothing attracts where visibility never or policing always fails."""
    assert (region(*at), attractors(*at)) == (kind, ends)
    assert balance(1.0, 3.0) == 0.25


def test_nobody_joins_at_rate_zero() -> None:
    """Without joining a visible revolution stays where the police cannot act, and dies out where they can."""
    assert end(0.9, 0.2, 0.8, c1=0.0) == after(0.9, 5.0, 0.2, 0.8, c1=0.0) == 0.9
    assert end(0.5, 0.2, 0.8, c1=0.0) == 0.0
    assert attractors(0.2, 0.8, c1=0.0) == (0.0,)
