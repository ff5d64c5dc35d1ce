"""Threats, orders and acts, further rungs of the ladder, area weapons, by hand (E35, E36, E40, E49, E50: use)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from tests.machine_worlds import small_layout, small_world

from whowhom.engine.population import World
from whowhom.mechanisms import combat, decision, emotion, ladder, rungs, sentence, threats


def world(values: Mapping[str, float] | None = None, *on: str, off: tuple[str, ...] = ()) -> World:
    """A quiet small world at its start, with some switches on."""
    w = small_world(values, off=off, layout=small_layout(kinds=("village", "homes"))).arrays
    for name in on:
        w.p[f"on_{name}"] = 1
    return w


# --- E35 ------------------------------------------------------------------------------------------------------------------------------

THREATS = {
    "threats.threshold": 0.04,
    "threats.centre": 0.5,
    "threats.local": 0.4,
    "threats.local_dissent": 0.1,
    "threats.credibility": 0.5,
    "threats.learning": 0.2,
    "threats.carried_rate": 1e-4,
}


@pytest.mark.parametrize(
    ("threat", "dissent", "made"),
    [
        (0.0, 0.0, 0.0),
        (0.04, 0.0, 0.25),  # half of the centre's
        (0.0, 0.05, 0.2),  # half of the committee's
        (0.0, 0.5, 0.4),  # no more than all of the committee's
        (0.08, 0.05, 0.5 * 0.8 + 0.2),
    ],
)
def test_two_sources_make_threats(threat: float, dissent: float, made: float) -> None:
    """The centre threatens by a Hill function of its own threat, a committee in proportion to open dissent, up to all it has."""
    w = world(THREATS, "threats")
    w.province.threat[:], w.province.dissent[:] = threat, dissent
    threats.threaten(w, 0)
    assert w.province[0].made_threat == pytest.approx(made)


def test_threats_together_are_at_most_one() -> None:
    """Both sources at their strongest give a threat of 1."""
    w = world(THREATS | {"threats.centre": 1.0, "threats.local": 1.0}, "threats")
    w.province.threat[:], w.province.dissent[:] = 10.0, 1.0
    threats.threaten(w, 0)
    assert w.province[0].made_threat == 1.0


@pytest.mark.parametrize("weeks", [1, 5, 40])
def test_credibility_alone_is_geometric(weeks: int) -> None:
    """Isolated, credibility approaches 1 by 1 - (1 - c0)(1 - l)^n where threats are carried out, and falls by (1 - l)^n where they are not."""
    w = world(THREATS, "threats")
    w.province.dissent[:] = 1.0  # a threat of .4
    w.province[0].executed = 1e-4 * 0.4 * w.province[0].persons
    w.province[1].executed = math.nextafter(1e-4 * 0.4 * w.province[1].persons, 0.0)
    for t in range(weeks):
        threats.threaten(w, t)
    assert w.province[0].credibility == pytest.approx(1 - 0.5 * 0.8**weeks)
    assert w.province[1].credibility == pytest.approx(0.5 * 0.8**weeks)
    assert w.province[0].announced == pytest.approx(0.4 * w.province[0].credibility)


def test_a_threat_too_small_teaches_nothing() -> None:
    """Below .01 there is nothing to be carried out, so that credibility stays."""
    w = world(THREATS, "threats")
    w.province.dissent[:] = 0.0025
    threats.threaten(w, 0)
    assert w.province[0].made_threat == pytest.approx(0.01)
    w.province.dissent[:] = 0.0024
    w.province.credibility[:] = 0.5
    threats.threaten(w, 1)
    assert 0 < w.province[0].made_threat < 0.01
    assert w.province[0].credibility == 0.5


def test_off_nobody_is_threatened() -> None:
    """Without the switch nothing is made or announced and credibility stays, whatever happens (negative control)."""
    w = world(THREATS)
    w.province.threat[:], w.province.dissent[:], w.province.executed[:] = 1.0, 1.0, 1e9
    threats.threaten(w, 0)
    assert (w.province.made_threat == 0).all()
    assert (w.province.announced == 0).all()
    assert (w.province.credibility == 0.5).all()


def test_a_threat_adds_to_the_cost_of_dissent_and_to_exposure() -> None:
    """Severity grows by j_T times what is announced, exposure by eps_T times it, and nothing else in either."""
    w = world({"threats.severity": 0.3, "threats.exposure": 0.07})
    p, place = w.p[0], w.province[0]
    place.arrest_use, place.exposure = 0.5, 0.02
    without = decision.cost(p, place, 0.4, 0.5), emotion.felt(p, 0.1, place)
    place.announced = 0.6
    perceived = min(1.0, p.decision_risk_bias * 0.4 * 0.5)
    fear = 1.0 + p.decision_fear_weight * 0.5
    assert decision.cost(p, place, 0.4, 0.5) - without[0] == pytest.approx(perceived * 0.3 * 0.6 * fear)
    assert emotion.felt(p, 0.1, place) - without[1] == pytest.approx(0.07 * 0.6)


def test_fear_under_a_constant_threat_alone_comes_to_rest_where_it_must() -> None:
    """Isolated (T8), fear under a constant threat rests at eta s / (eta s + delta) with s = 1 - exp(-g eps_T a), and anger does not move."""
    w = world({"threats.exposure": 0.1, "emotion.exposure_gain": 5.0, "emotion.fear_decay": 0.05})
    w.province.announced[:] = 0.4
    w.community.anger[:] = 0.0
    for t in range(600):
        emotion.sway(w, t)
    s = 1 - math.exp(-5.0 * 0.1 * 0.4)
    gain = w.p[0].emotion_fear_gain
    assert w.community[0].fear == pytest.approx(gain * s / (gain * s + 0.05), rel=1e-5)
    assert w.pool[0].fear == pytest.approx(w.community[0].fear, rel=1e-5)
    assert w.community[0].anger == 0.0


# --- E36 ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("obedience", "act"), [(0.0, 0.0), (0.4, 0.2), (1.0, 0.5), (1.5, 0.75), (2.0, 1.0)])
def test_acts_are_orders_times_obedience(obedience: float, act: float) -> None:
    """What is ordered stays; what is used, in severity and in sentences, is the order times obedience, at most 1."""
    values = {"orders.obedience": obedience, "centre.base_execution": 0.5, "centre.ceiling_execution": 0.5}
    w = world(values | {"repression.share_executed": 0.6, "repression.dossier_severity": 0.0})
    ladder.climb(w, 0)
    assert w.use[0, 3] == 0.5
    assert w.province[0].execution_use == pytest.approx(act)
    assert sentence.shares(w, 0, 0)[0] == pytest.approx(0.6 * act)


def test_over_fulfilment_cannot_exceed_full_use() -> None:
    """An order of .8 over-fulfilled by half is full use, not more."""
    w = world({"orders.obedience": 1.5, "centre.base_execution": 0.8, "centre.ceiling_execution": 0.8})
    ladder.climb(w, 0)
    assert w.province[0].execution_use == 1.0


# --- rungs, E50 -------------------------------------------------------------------------------------------------------------------------

RUNGS = {
    "hostages": ("hostage_ordered", "hostage_use", "hostages_kin"),
    "villages": ("village_ordered", "village_use", "village_destruction"),
    "area": ("area_ordered", "area_used", "area_weapon_used"),
}


@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_moves_always_and_is_used_where_it_is_on(rung: str) -> None:
    """Fast up to the Hill goal of the threat and slowly down, with the speeds of the ladder; the switch masks the use alone."""
    ordered, use, switch = RUNGS[rung]
    values = {f"{rung}.threshold": 0.1, f"{rung}.base": 0.1, f"{rung}.ceiling": 0.9}
    speeds = {"centre.escalation": 0.5, "centre.relaxation": 0.1}
    on, off = world(values | speeds, switch), world(values | speeds)
    for w in (on, off):
        assert w.province[0][ordered] == 0.1, "it starts at its base"
        w.province.threat[:] = 0.1
        rungs.climb_further(w, 0)
        assert w.province[0][ordered] == pytest.approx(0.1 + 0.5 * (0.5 - 0.1))
        w.province.threat[:] = 0.0
        rungs.climb_further(w, 1)
        assert w.province[0][ordered] == pytest.approx(0.3 + 0.1 * (0.1 - 0.3))
    assert on.province[0][use] == on.province[0][ordered]
    assert off.province[0][use] == 0.0


def test_an_area_weapon_is_announced_without_being_used_and_used_without_being_announced() -> None:
    """Two switches of one rung: announcing is a threat of eps_a u_a, using is in `combat`; neither brings the other."""
    values = {"area.base": 0.5, "area.ceiling": 0.5, "area.announcement": 0.3}
    announced, used = world(values, "area_weapon_announced"), world(values, "area_weapon_used")
    for w in (announced, used):
        rungs.climb_further(w, 0)
        threats.threaten(w, 0)
    assert (announced.province[0].announced, announced.province[0].area_used) == (0.3 * 0.5, 0.0)
    assert (used.province[0].announced, used.province[0].area_used) == (0.0, 0.5)


@pytest.mark.parametrize("used", [0.0, 0.5, 1.0])
def test_a_used_area_weapon_multiplies_unaimed_fire_alone(used: float) -> None:
    """Aimed fire is as it was; fire that finds whom it finds, armed or bystander, is multiplied by 1 + e_a a."""
    values = {"combat.intel_base": 0.25, "combat.intel_apparatus": 0.0, "combat.intel_support": 0.0}
    w = world(values | {"combat.kill_rate": 0.02, "combat.engagement": 3.0, "area.effect": 4.0})
    place = w.province[0]
    place.armed, place.troops, place.area_used = 200.0, 1e9, used
    combat.plan_combat(w)
    density, wide = 200.0 / float(place.persons), 1 + 4.0 * used
    assert place.kill == pytest.approx(0.02 * 600.0 * (0.25 + 0.75 * density * wide) / 200.0)
    expected = 0.02 * 600.0 * 0.75 * (1 - density) * wide / float(place.mean_weight)
    assert place.bystanders == pytest.approx(expected)


def test_perfect_intelligence_leaves_an_area_weapon_nothing_to_do() -> None:
    """With mu = 1 all fire is aimed, and an area weapon changes no death (the limit of Lanchester's square law)."""
    values = {"combat.intel_base": 1.0, "combat.kill_rate": 0.02, "area.effect": 100.0}
    w = world(values)
    place = w.province[0]
    place.armed, place.troops, place.area_used = 200.0, 1e9, 1.0
    combat.plan_combat(w)
    assert place.kill == pytest.approx(0.02 * w.p[0].combat_engagement)
    assert place.bystanders == 0.0
