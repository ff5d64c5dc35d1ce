"""The regime's side by hand: belief, ladder, concession, apparatus, capacity, combat, control, danger, collapse.

Numbers are worked out from the page (`docs/machine.md`, section 4) in the tests themselves.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st
from tests.machine_worlds import small_layout, small_world
from tests.plain_weeks import clone

from whowhom.engine.population import CHILD, ROLE_BITS, VOICE_HERE, World
from whowhom.mechanisms import (
    apparatus,
    capacity,
    centre,
    concession,
    ladder,
    support,
)

RUNGS = ("arrest", "exile", "camp", "execution")


def world(values: Mapping[str, float] | None = None, *, off: tuple[str, ...] = (), kinds: Any = None) -> World:
    """A quiet small world at its start."""
    return small_world(values, off=off, layout=small_layout(kinds=kinds)).arrays


# --- E19: belief and threat ----------------------------------------------------------------------------------------------------------

SEEN = {
    "centre.under_report": 0.25,
    "centre.prior_weight": 0.5,
    "centre.prior_suspicion": 0.1,
    "centre.information_loss": 2.0,
}
SEEN |= {"centre.weight_report": 3.0, "centre.weight_armed": 7.0, "centre.weight_external": 0.2, "centre.smoothing": 0.25, "centre.lag": 2}  # fmt: skip


def test_belief_mixes_report_and_suspicion() -> None:
    """Belief is the report, less what is not reported, weighed with its precision exp(-loss F) against the prior; the threat moves a
    quarter of the way to its target.
    """
    w = world(SEEN)
    w.voice_history[3, 0], w.armed_history[3, 0], w.density_history[3, 0] = 0.2, 0.04, 0.01
    w.province[0].fear, w.province[0].threat = 0.5, 0.4
    w.nation[0].war, w.nation[0].intervention = 0.3, 0.5
    centre.believe(w, 5)
    precision = math.exp(-1.0)
    belief = (precision * 0.75 * 0.24 + 0.5 * 0.1) / (precision + 0.5)
    target = 3.0 * belief + 7.0 * 0.75 * 0.01 + 0.2 * 0.5
    assert w.province[0].belief == pytest.approx(belief)
    assert w.province[0].threat == pytest.approx(0.4 + 0.25 * (target - 0.4))
    mean = sum(float(x.persons) * float(x.threat) for x in w.province) / float(w.nation[0].persons)
    assert w.nation[0].threat == pytest.approx(mean)


@pytest.mark.parametrize(("t", "row"), [(0, 0), (1, 0), (2, 0), (3, 1), (9, 7), (10, 0), (12, 2)])
def test_reports_are_two_weeks_old(t: int, row: int) -> None:
    """With a lag of 2 the centre reads the row of two weeks ago, modulo eight, and the first row in the first weeks."""
    w = world(SEEN)
    w.voice_history[:] = 0.0
    w.voice_history[row] = 0.5
    w.province.fear[:] = 0.0
    centre.believe(w, t)
    assert w.province[0].belief == pytest.approx((0.75 * 0.5 + 0.05) / 1.5)


@pytest.mark.parametrize(("fear", "loss", "belief"), [(1.0, 1000.0, 0.1), (0.0, 1000.0, (0.3 + 0.05) / 1.5), (1.0, 0.0, (0.3 + 0.05) / 1.5)])  # fmt: skip
def test_fear_makes_silence_uninformative(fear: float, loss: float, belief: float) -> None:
    """If fear takes all information the belief is the leader's suspicion; without fear or loss it is a fixed mean with the report."""
    w = world(SEEN | {"centre.information_loss": loss})
    w.voice_history[0] = 0.4
    w.province.fear[:] = fear
    centre.believe(w, 0)
    assert w.province[0].belief == pytest.approx(belief)


# --- E20, E21 -----------------------------------------------------------------------------------------------------------------------

LADDER = {f"centre.threshold_{x}": 0.1 for x in RUNGS} | {f"centre.ceiling_{x}": 0.8 for x in RUNGS}
LADDER |= {f"centre.base_{x}": 0.2 for x in RUNGS} | {"centre.escalation": 0.5, "centre.relaxation": 0.1}


@pytest.mark.parametrize(
    ("threat", "use", "expected"),
    [
        (0.1, 0.0, 0.25),  # goal .2 + .6 / 2 = .5, up by half of the way
        (0.1, 1.0, 0.95),  # down by a tenth of the way
        (0.0, 0.2, 0.2),  # the base without threat
        (1e9, 0.8, 0.8),  # the ceiling with any threat
        (0.3, 0.0, 0.5 * (0.2 + 0.6 * 0.9)),  # Hill function of exponent 2: 9 / 10
    ],
)
def test_instruments_follow_the_threat_fast_up_and_slowly_down(threat: float, use: float, expected: float) -> None:
    """Use moves towards base + (ceiling - base) Theta^2 / (Theta^2 + threshold^2), by one speed up and another down."""
    w = world(LADDER)
    w.province.threat[:], w.use[:] = threat, use
    ladder.climb(w, 0)
    assert w.use == pytest.approx(expected)
    assert w.province.arrest_use == pytest.approx(expected)


def test_a_switch_masks_the_use_and_not_the_intention() -> None:
    """With executions off the wanted use still follows the threat, and the used one is 0."""
    w = world(LADDER, off=("executions",))
    w.province.threat[:] = 0.1
    ladder.climb(w, 0)
    assert (w.use[:, 3] > 0).all()
    assert (w.province.execution_use == 0).all()
    assert (w.province.camp_use > 0).all()


@pytest.mark.parametrize(
    ("threat", "t", "before", "after"),
    [(0.06, 10, 0.0, 0.1), (0.06, 10, 0.3, 0.3 + 0.25 * 0.1), (0.04, 10, 0.2, 0.15), (0.06, 9, 0.2, 0.15)],
)
def test_concession_moves_towards_its_goal(threat: float, t: int, before: float, after: float) -> None:
    """Above the threshold and from its date on the concession moves a quarter of the way to .4 a week, otherwise back to 0."""
    values = {"centre.concession_threshold": 0.05, "centre.concession_max": 0.4, "centre.concession_speed": 0.25}
    w = world(values | {"centre.concession_from": 10})
    w.nation[0].threat, w.nation[0].concession = threat, before
    concession.concede(w, t)
    assert w.nation[0].concession == pytest.approx(after)


def test_a_concession_that_is_switched_off_ends_at_once() -> None:
    """With the switch off the concession is 0 in the same week."""
    w = world(off=("concession",))
    w.nation[0].threat, w.nation[0].concession = 1.0, 0.3
    concession.concede(w, 100)
    assert w.nation[0].concession == 0.0


# --- E17, E18 -----------------------------------------------------------------------------------------------------------------------

STAFF = {
    "apparatus.founding_week": 6,
    "apparatus.floor": 1e-4,
    "apparatus.per_threat": 0.01,
    "apparatus.per_queue": 0.5,
    "apparatus.arrests_per_officer": 0.1,
    "apparatus.load_growth": 0.2,
    "apparatus.cap": 0.01,
    "apparatus.growth_per_week": 0.1,
    "apparatus.shrink_per_week": 0.01,
}


def officers_after(t: int, *, before: float, threat: float = 0.0, queue: float = 0.0, load: float = 0.0) -> float:
    """Officers per inhabitant after a week."""
    w = world(STAFF)
    place = w.province[0]
    place.officers, place.threat = before * place.persons, threat
    place.queue, place.load = queue * place.persons, load
    apparatus.staff(w, t)
    return float(place.officers / place.persons)


@pytest.mark.parametrize(
    ("expected", "t", "state"),
    [
        (0.0, 5, {"before": 0.5}),  # not founded
        (1e-6, 6, {"before": 0.0}),  # founded
        (1.1e-6, 7, {"before": 1e-6}),  # exponential growth
        (1e-7, 7, {"before": 0.0}),  # a tenth of the seed at least
        (1e-4, 7, {"before": 0.95e-4}),  # the goal is not passed
        (2e-4 - 0.01 * 1e-4, 7, {"before": 2e-4}),  # slow shrinkage
        (2.2e-4, 7, {"before": 2e-4, "threat": 0.02}),  # goal 3e-4
        (1e-4 + 1e-5, 7, {"before": 1e-4, "queue": 1e-3}),  # the queue asks for 5e-3, but at most doubles the goal
        (1.01e-2 - 0.01 * 0.01e-2, 7, {"before": 1.01e-2, "threat": 1e9}),  # the cap
        (2e-4 - 0.01 * (2e-4 - 1.4e-4), 7, {"before": 2e-4, "load": 1.0}),  # a full load asks for a fifth more
    ],
)
def test_the_apparatus_grows_exponentially_and_shrinks_slowly(expected: float, t: int, state: dict[str, float]) -> None:
    """Officers: none before the founding, one in a million at it, then a tenth more a week up to the goal, a hundredth of the way down."""
    assert officers_after(t, **state) == pytest.approx(expected, rel=1e-9)


def test_quality_rises_with_information_and_support() -> None:
    """Quality is q_min + (q_max - q_min) I / (I + I_half) support^s, between its bounds, and support is the share of opinions below 1/2."""
    values = STAFF | {"quality.min": 0.05, "quality.max": 0.9, "quality.half": 1e-3, "quality.support_exponent": 0.5}
    w = world(values | {"decision.opposition_peasant": 0.5}, kinds=("village",))
    w.province[0].officers, w.province[0].threat = 1e-3 * w.province[0].persons, 1e-3 / 0.01
    w.stratum.opposition[:] = 0.5
    support.gauge(w, 9)
    apparatus.staff(w, 10)
    informed = float(w.province[0].officers / w.province[0].persons)
    intel = informed / (informed + 1e-3)
    assert w.province[0].support == pytest.approx(0.5)
    assert w.province[0].quality == pytest.approx(0.05 + 0.85 * intel * math.sqrt(0.5))


def test_an_apparatus_without_country_or_switch_serves_nobody() -> None:
    """Capacity is officers times arrests per officer, and 0 in a lost province or with arrests off."""
    w, off = world(STAFF), world(STAFF, off=("arrests",))
    w.province[1].control = 0
    for each in (w, off):
        each.province.officers[:] = 1e-4 * each.province.persons
        apparatus.staff(each, 10)
    assert w.province[0].capacity == pytest.approx(0.1 * w.province[0].officers)
    assert w.province[1].capacity == 0
    assert (off.province.capacity == 0).all()


# --- E13 ------------------------------------------------------------------------------------------------------------------------------


@functools.cache
def villages() -> World:
    return world({"apparatus.case_hunger": 0.5}, kinds=("village",))


def rationed(capacity_of: float, *, voice: int = 0, named: int = 0) -> Any:
    """The first province after rationing: so many villagers (weight 30) in voice at risk 1, and so many names."""
    w = clone(villages())
    w.province.arrest_use[:], w.province.risk_unseen[:] = 1.0, 1.0
    w.province.capacity[:] = capacity_of
    w.community[0].voice = voice
    w.busy[0] = VOICE_HERE if voice else 0
    quiet = [i for i in range(384) if w.role[i] & ROLE_BITS != CHILD]
    for k in range(named):
        w.inbox[k].target = quiet[k]
    w.province[0].inbox = named
    capacity.ration_capacity(w, 0)
    return w.province[0]


def test_open_cases_come_before_names_and_names_before_own_cases() -> None:
    """With capacity 600, 10 open dissenters (300) are all served, 20 names (600) by half, nothing is left for own cases; what is not
    served is the queue.
    """
    place = rationed(600.0, voice=10, named=20)
    assert (place.accept_open, place.accept_named, place.self_cases) == (1.0, 0.5, 0.0)
    assert (place.demand_open, place.demand_named) == (300.0, 600.0)
    assert (place.load, place.queue) == (1.0, 300.0)


def test_scarce_capacity_serves_open_cases_only() -> None:
    """With capacity 150, half of the open dissenters are served and no name."""
    place = rationed(150.0, voice=10, named=20)
    assert (place.accept_open, place.accept_named) == (0.5, 0.0)
    assert place.queue == pytest.approx(150.0 + 600.0)


def test_idle_capacity_makes_half_of_its_cases_itself() -> None:
    """With capacity 1000 and no demand, case hunger .5 makes 500 cases, and the load is one half; without any demand acceptance is 1."""
    place = rationed(1000.0)
    assert (place.self_cases, place.load) == (500.0, 0.5)
    assert (place.accept_open, place.accept_named) == (1.0, 1.0)


def test_no_capacity_has_no_load() -> None:
    """Without capacity nothing is accepted of what is demanded, and the load is 0."""
    place = rationed(0.0, voice=3)
    assert (place.accept_open, place.load, place.queue) == (0.0, 0.0, 90.0)


@options(max_examples=50)
@given(st.just(0.0) | st.floats(1e-6, 1e4), st.integers(0, 60), st.integers(0, 60))
def test_capacity_is_never_exceeded(capacity_of: float, voice: int, named: int) -> None:
    """What is served, own cases included, is never more than capacity, and a class is served in part only if the next gets nothing."""
    place = rationed(capacity_of, voice=voice, named=named)
    served = place.demand_open * place.accept_open + place.demand_named * place.accept_named + place.self_cases
    assert served <= capacity_of * (1 + 1e-12)
    if place.accept_open < 1:
        assert place.demand_named * place.accept_named <= 1e-9 * capacity_of
    if place.accept_named < 1:
        assert place.self_cases <= 1e-9 * capacity_of
