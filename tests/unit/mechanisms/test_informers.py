"""Informers by hand (E42): their number, what they add to intelligence, the capacity their reports take, and whom the reports fall on.

T9 of the design, informers at random. Null: reports that aim at nobody fall on every adult alike and their number is Poisson, so that with `iota` reports for each adult a
community of n adults is covered with chance 1 - (1 - iota)^n, here up to a relative error of iota / 2. The number of covered communities in 300 weeks of 39 communities is a sum of
independent draws with these chances; false-alarm rate 1e-6, two-sided. The planted case, reports that reach half of the country only, must be refused.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import START, small_layout
from tests.paper_worlds import paper_settings, paper_world
from tests.plain_weeks import clone

from whowhom.engine.population import CHILD, INFORMER_CASE, ROLE_BITS, SOLDIER, World
from whowhom.mechanisms import apparatus, capacity, informers, persons
from whowhom.models.machine.world import MachineWorld

NUMBERS = {
    "informers.per_person": 0.002,
    "informers.per_officer": 1.0,
    "informers.speed": 0.25,
    "informers.reports": 0.3,
    "informers.precision": 0.8,
    "informers.idle": 0.5,
    "informers.weight": 2.0,
    "apparatus.case_hunger": 0.5,
    "apparatus.founding_week": 0,
}


def world(
    values: Mapping[str, float] | None = None, *, on: tuple[str, ...] = ("informers",), kinds: Any = None
) -> World:
    """A quiet small world at its start."""
    settings = paper_settings(NUMBERS | dict(values or {}), on=on)
    return MachineWorld(small_layout(kinds=kinds), settings=settings, seed=1, start=START).arrays


@pytest.mark.parametrize(
    ("officers", "before", "after"),
    [
        (10.0, 0.0, 0.25 * 10.0),  # as many as officers can run
        (1e6, 0.0, 0.25 * 0.002),  # as many as inhabitants allow, per inhabitant
        (10.0, 30.0, 30.0 - 0.25 * 20.0),  # down with the same speed
    ],
)
def test_their_number_follows_inhabitants_as_far_as_officers_can_run_them(
    officers: float, before: float, after: float
) -> None:
    """A quarter of the way a week towards the smaller of .002 an inhabitant and one an officer."""
    w = world()
    place = w.province[0]
    place.officers, place.informers = officers, before
    informers.recruit(w.p[0], place)
    assert place.informers == pytest.approx(after * (place.persons if after < 0.1 else 1.0))


@pytest.mark.parametrize(("on", "control"), [((), 1), (("informers",), 0)])
def test_without_switch_or_country_they_run_down(on: tuple[str, ...], control: int) -> None:
    """Off, or in a lost province, a quarter of them is gone each week."""
    w = world(on=on)
    place = w.province[0]
    place.officers, place.informers, place.control = 100.0, 40.0, control
    informers.recruit(w.p[0], place)
    assert place.informers == 30.0
    assert informers.reports_of(w.p[0], place) == pytest.approx(9.0 if on else 0.0)


def test_an_idle_apparatus_spoils_their_precision() -> None:
    """Precision is .8 under full load and half of that without any."""
    w = world()
    for load, aim in ((1.0, 0.8), (0.5, 0.6), (0.0, 0.4)):
        w.province[0].load = load
        informers.recruit(w.p[0], w.province[0])
        assert w.province[0].informer_aim == pytest.approx(aim)


def test_informers_count_as_information() -> None:
    """Intelligence is (O + 2 I) / N against its half, with the informers of this week."""
    w = world({"quality.half": 1e-3})
    place = w.province[0]
    place.officers, place.informers = 0.0, 0.004 * place.persons
    apparatus.staff(w, 3)
    informed = (place.officers + 2.0 * place.informers) / place.persons
    assert 0.001 < place.informers / place.persons < 0.004
    assert place.intelligence == pytest.approx(informed / (informed + 1e-3))


@pytest.mark.parametrize(
    ("room", "served", "own", "load", "queue"),
    [
        (1000.0, 300.0, 350.0, 0.65, 0.0),
        (300.0, 300.0, 0.0, 1.0, 0.0),
        (100.0, 100.0, 0.0, 1.0, 200.0),
        (0.0, 0.0, 0.0, 0.0, 300.0),
    ],
)
def test_reports_take_capacity_before_own_cases(
    room: float, served: float, own: float, load: float, queue: float
) -> None:
    """A thousand informers ask for 300 arrests: served before own cases, in part where capacity is short, and the rest waits in the queue."""
    w = world()
    w.province.capacity[:], w.province.informers[:] = room, 1000.0
    capacity.ration_capacity(w, 0)
    place = w.province[0]
    assert (place.informer_cases, place.self_cases, place.load, place.queue) == pytest.approx(
        (served, own, load, queue)
    )


# --- whom reports fall on -----------------------------------------------------------------------------------------------------------------


@functools.cache
def country() -> World:
    return world(kinds=("village", "factory", "town"))


def arrested(cases: float, t: int, *, aim: float = 0.0, half: bool = False) -> np.ndarray:
    """Persons arrested in week `t` with so many cases [simulated persons] in the first province."""
    w = clone(country())
    place = w.province[0]
    place.informer_cases, place.informer_aim = cases * place.mean_weight, aim
    if half:
        place.communities //= 2
    informers.arrest_informed_in(w, t, 0)
    return np.flatnonzero(persons.origin_of(w, np.arange(len(w.state))) == INFORMER_CASE)


def test_reports_at_random_cover_communities_as_the_formula_says() -> None:
    """T9: covered communities over 300 weeks number as 1 - (1 - iota)^n says; reports that reach half of the country do not pass."""
    w = country()
    communities = int(w.province[0].communities)
    adults = np.array([(w.role[64 * c : 64 * c + 64] & ROLE_BITS != CHILD).sum() for c in range(communities)])
    weeks, mean = 300, 8.0
    covered = 1.0 - (1.0 - mean / adults.sum()) ** adults
    spread = math.sqrt(weeks * float((covered * (1.0 - covered)).sum()))
    z = []
    for half in (False, True):
        found = sum(len(set(arrested(mean, t, half=half) // 64)) for t in range(weeks))
        z.append((found - weeks * float(covered.sum())) / spread)
    print(f"T9: z = {z[0]:+.2f}; reports that reach half of the country z = {z[1]:+.1f}")
    assert abs(z[0]) < stats.norm.isf(0.5e-6) < -z[1]


def test_the_number_of_reports_is_poisson() -> None:
    """The mean of 1,000 weeks is 5 and their variance too: dispersion index by chi-square, false-alarm rate 1e-6 on each side."""
    found = [len(arrested(5.0, t)) for t in range(1000)]
    index = float(np.var(found, ddof=1) / np.mean(found)) * 999
    assert (
        abs(np.mean(found) - 5.0) < stats.norm.isf(0.5e-6) * math.sqrt(5.0 / 1000) + 5.0 * 5.0 / 2 / 350
    )  # some are named twice
    assert stats.chi2.ppf(1e-6, 999) < index < stats.chi2.isf(1e-6, 999)


def test_precise_reports_find_persons_near_to_dissent() -> None:
    """Where one adult in four is near to dissent, reports without precision take them as often as anybody; with precision 1 they fail with .75 ** k, k the adults among
    sixteen draws, at most eight (five standard errors of about 800 persons). No soldier is ever taken.
    """
    w = country()
    some = np.random.default_rng(1).random(len(w.margin)) < 0.25
    w.margin[:] = np.where(some, 20000, -20000)
    grown = w.role[: 64 * int(w.province[0].communities)] & ROLE_BITS != CHILD
    share = float(some[: len(grown)][grown].mean())
    found = stats.binom(16, float(grown.mean()))
    fails = sum(float(found.pmf(k)) * (1 - share) ** min(k, 8) for k in range(1, 17))
    for aim, expected in ((1.0, 1.0 - fails), (0.0, share)):
        taken = np.concatenate([some[arrested(2.0, t, aim=aim)] for t in range(400)])
        assert abs(taken.mean() - expected) < 5.0 * math.sqrt(expected * (1 - expected) / len(taken))
    country.cache_clear()
    busy = paper_world().arrays
    soldiers = busy.role & ROLE_BITS == SOLDIER
    busy.province.informer_cases[:] = 100.0 * busy.province.mean_weight
    informers.arrest_informed(busy, 0)
    taken = persons.origin_of(busy, np.arange(len(busy.state))) == INFORMER_CASE
    assert taken.sum() > 100
    assert not (taken & soldiers).any()
