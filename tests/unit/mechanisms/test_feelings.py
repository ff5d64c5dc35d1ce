"""What people feel, decide and eat, by hand: fear, anger and shift, the cost of dissent, arms, food."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.machine_worlds import small_layout, small_world
from tests.plain_weeks import clone

from whowhom.engine.population import (
    ARMED,
    CHILD,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    VOICE,
    World,
)
from whowhom.mechanisms import decision, emotion, food, persons


@functools.cache
def _built() -> World:
    return small_world(layout=small_layout()).arrays


def world(values: Mapping[str, float] | None = None, *, off: tuple[str, ...] = ()) -> World:
    """A quiet small world at its start, with some parameters and switches of this week changed."""
    w = clone(_built())
    for name, value in (values or {}).items():
        w.p[0][name.replace(".", "_")] = value
    for name in off:
        w.p[0][f"on_{name}"] = 0
    return w


def adults(w: World, role: int | None = None) -> list[int]:
    """Adults, of a role if one is given, in order of storage."""
    roles = w.role & ROLE_BITS
    return [int(i) for i in np.flatnonzero(roles != CHILD if role is None else roles == role)]


# --- E23 to E25 -----------------------------------------------------------------------------------------------------------------------


def feelings(**values: float) -> SimpleNamespace:
    zero = {
        "fear_gain": 0.0,
        "fear_decay": 0.0,
        "anger_gain": 0.0,
        "anger_decay": 0.0,
        "injustice": 0.0,
        "hardship": 0.0,
    }
    zero |= {"concession_comfort": 0.0, "reversion": 0.0, "exposure_gain": 6.0}
    return SimpleNamespace(on_propaganda=0, **{f"emotion_{name}": value for name, value in (zero | values).items()})


def test_fear_anger_and_shift_move_as_written() -> None:
    """One week: fear towards 1 by gain and saturation, less decay; anger likewise if unjust; shift by anger gained, hardship, comfort, reversion, petitions,
    voice abroad.
    """
    p = feelings(
        fear_gain=0.4, fear_decay=0.02, anger_gain=0.3, anger_decay=0.003, injustice=0.6, hardship=0.01,
        concession_comfort=0.002, reversion=0.008,
    )  # fmt: skip
    s = 1 - math.exp(-6.0 * 0.1)
    gross = 0.3 * 0.8 * s * 0.5
    fear, anger, shift = emotion.feel(
        p, 0.1, 0.2, 0.05, emotion.saturation(p, 0.1), 0.5, (0.3, 0.4, 0.03, 0.07, 0.0, 0.0)
    )
    assert fear == pytest.approx(0.1 + 0.4 * 0.9 * s - 0.02 * 0.1)
    assert anger == pytest.approx(0.2 + gross - 0.003 * 0.2)
    assert shift == pytest.approx(0.05 + 0.6 * gross + 0.01 * 0.3 - 0.002 * 0.4 - 0.008 * 0.05 + 0.03 + 0.07)


@given(st.tuples(*(st.floats(0, 1) for _ in range(7))), st.floats(0, 100))
def test_fear_and_anger_stay_between_0_and_1(numbers: tuple[float, ...], exposure: float) -> None:
    """Whatever gains, decays, exposure and injustice, fear and anger stay in [0, 1]."""
    p = feelings(fear_gain=numbers[0], fear_decay=numbers[1], anger_gain=numbers[2], anger_decay=numbers[3])
    fear, anger, _ = emotion.feel(
        p, numbers[4], numbers[5], 0.0, emotion.saturation(p, exposure), numbers[6], (0.0,) * 6
    )
    assert -1e-12 <= fear <= 1 + 1e-12
    assert -1e-12 <= anger <= 1 + 1e-12


@pytest.mark.parametrize(
    ("hits", "opposed", "voiced", "expected"),
    [(0, 0, 0, 0.0), (4, 0, 0, 1.0), (4, 4, 0, 0.0), (4, 4, 2, 0.4), (4, 3, 4, 1.0), (4, 2, 0, 0.5)],
)
def test_injustice_is_hitting_those_who_never_dissented(hits: int, opposed: int, voiced: int, expected: float) -> None:
    """The bracket is the share of the hit who had never dissented, plus .8 of the share in open, unarmed dissent, at most 1."""
    bracket = emotion._bracket(SimpleNamespace(emotion_overt_backlash=0.8), float(hits), float(opposed), float(voiced))
    assert bracket == pytest.approx(expected)


def test_an_execution_weighs_more_in_public() -> None:
    """Exposure per head: arrests, 3 for an execution and as much again per unit of publicity times the public share, the killed, burnt houses by their weight."""
    p = SimpleNamespace(emotion_exposure_execution=3.0, emotion_publicity=1.0, emotion_public_share=0.5)
    p.emotion_exposure_burnt = 2.5
    assert emotion._seen(p, 2.0, 2.0, 1.0, 4.0, 64.0) == pytest.approx((2 + 3 * 2 * 1.5 + 1 + 10) / 64)
    assert emotion._seen(p, 2.0, 2.0, 1.0, 0.0, 0.0) == 0.0


# --- E4 to E7 ---------------------------------------------------------------------------------------------------------------------------


def test_the_cost_of_dissent() -> None:
    """Perceived risk, at most 1, times severity by the use of instruments, times fear."""
    p = SimpleNamespace(
        decision_risk_bias=2.0, decision_severity_base=0.1, decision_severity_scale=2.0, decision_fear_weight=1.5
    )
    p.threats_severity = 0.5
    place = SimpleNamespace(arrest_use=0.5, exile_use=0.1, camp_use=0.2, execution_use=0.3, accept_open_last=0.4)
    place.announced = 0.0
    severity = 0.1 + 2.0 * (0.2 * 0.5 + 0.4 * 0.1 + 0.6 * 0.2 + 0.3)
    assert decision.cost(p, place, 0.9, 0.6) == pytest.approx(2.0 * 0.9 * 0.5 * 0.4 * severity * 1.9)
    place.accept_open_last, place.arrest_use = 1.0, 1.0
    severity = 0.1 + 2.0 * (0.2 + 0.4 * 0.1 + 0.6 * 0.2 + 0.3)
    assert decision.cost(p, place, 0.9, 0.0) == pytest.approx(severity), "perceived risk is at most 1"


@pytest.mark.parametrize(("margin", "grief", "state", "after"), [(1, 0, QUIET, VOICE), (0, 0, QUIET, QUIET), (0, 0, VOICE, QUIET), (-1, 1, QUIET, VOICE)])  # fmt: skip
def test_dissent_begins_above_zero(margin: int, grief: int, state: int, after: int) -> None:
    """With nothing else in the balance a person dissents exactly if the margin is positive, falls silent at 0, and grief counts as anger."""
    w = world(
        {"decision.anger_weight": 0.1, "decision.social_weight": 0.0, "arming.rate": 0.0, "emotion.grief_decay": 0.0}
    )
    w.margin[:], w.community.best_margin[:], w.community.best_soldier[:] = -32767, -32767, -32767
    w.community.anger[:] = 0.0
    w.province.accept_open_last[:] = 0.0
    i = adults(w)[0]
    w.margin[i] = w.community.best_margin[0] = margin
    persons.set_grief(w, i, grief)
    persons.move(w, i, state)
    decision.decide(w, 3)
    assert w.state[i] == after
    assert w.record[i] & 15 == (1 if (state, after) == (QUIET, VOICE) else 0)


def test_soldiers_of_a_refusing_garrison_take_up_arms() -> None:
    """A soldier in open dissent whose garrison refuses is armed for certain; one whose garrison obeys only by chance (here 0)."""
    w = world({"arming.rate": 0.0, "decision.social_weight": 0.0})
    i = adults(w, SOLDIER)[0]
    w.margin[i] = 32767
    w.province.accept_open_last[:] = 0.0
    persons.move(w, i, VOICE)
    decision.decide(w, 3)
    assert w.state[i] == VOICE
    w.pool[persons.pool_of(w, i)].refusing = 1
    decision.decide(w, 4)
    assert w.state[i] == ARMED


# --- E22 ------------------------------------------------------------------------------------------------------------------------------


def larder(**changes: Any) -> World:
    """One week of food in a country of round numbers."""
    w = world(
        {"food.harvest_per_person": 1.3, "food.city_floor": 0.4, "food.rural_need": 0.9, "food.requisition_share": 0.2}
    )
    n = w.nation[0]
    w.province.rural[:] = (100_000.0, 0.0, 0.0)
    w.province.part[:] = 1.0
    start = {
        "troops": 5_200.0,
        "urban": 52_000.0,
        "persons": 200_000.0,
        "harvest": 1.0,
        "collecting": 10,
        "stock": 20_000.0,
    }
    start |= {"weeks_to_harvest": 16, "harvest_week": 0, "concession": 0.0}
    for name, value in (start | changes).items():
        n[name] = value
    food.feed(w, 30)
    return w


def test_the_army_eats_first() -> None:
    """20,000 in stock, 1,000 collected a week for 10 weeks, need 100 and 1,000 a week for 20 weeks: both are fed in full; with a stock of
    0 and nothing collected the army gets nothing and towns the .4 that trade brings.
    """
    n = larder().nation[0]
    assert (n.army_ration, n.state_ration, n.ration) == (1.0, 1.0, 1.0)
    assert n.collected == pytest.approx(0.2 * 1.3 / 26 * 100_000)
    assert n.stock == pytest.approx(20_000 + 1_000 - 1_100)
    assert n.collecting == 9
    n = larder(stock=0.0, collecting=0).nation[0]
    assert (n.army_ration, n.state_ration, n.ration) == (0.0, 0.0, pytest.approx(0.4))
    assert n.famine_city == pytest.approx(0.6)
    n = larder(stock=2_000.0, collecting=0).nation[0]
    assert (n.army_ration, n.state_ration) == (1.0, 0.0)


def test_a_concession_lowers_what_is_collected_and_the_hardship_of_peasants() -> None:
    """At a concession of one half, half is collected, and peasants' hardship by requisition halves, never twice over."""
    whole, half = larder().nation[0], larder(concession=0.5).nation[0]
    assert half.collected == pytest.approx(whole.collected / 2)
    assert half.requisition == pytest.approx(0.1)
    conscription = 0.6 * 5_200 / (0.275 * 200_000)
    assert whole.hardship_peasant == pytest.approx(0.6 * 0.2 + conscription)
    assert half.hardship_peasant == pytest.approx(0.6 * 0.1 + conscription)


def test_requisition_above_a_tenth_leaves_fields_unsown() -> None:
    """A harvest after a year of requisition .3 is smaller by e_s x .2, after a year of .1 or less it is the path's."""
    for taken, expected in ((0.3, 1.0 - 0.5 * 0.2), (0.1, 1.0), (0.05, 1.0)):
        n = larder(harvest_week=1, harvest_path=1.0, requisition_sum=taken * 50, requisition_weeks=50).nation[0]
        assert n.harvest == pytest.approx(expected)
        assert (n.collecting, n.requisition_weeks) == (25, 1)


def test_villages_starve_when_too_little_is_left() -> None:
    """Rural famine is what a harvest less requisition leaves short of the need; none at a normal harvest."""
    assert larder().nation[0].famine_rural == 0.0
    assert larder(harvest=0.5).nation[0].famine_rural == pytest.approx(1 - 1.3 * 0.5 * 0.8 / 0.9)
