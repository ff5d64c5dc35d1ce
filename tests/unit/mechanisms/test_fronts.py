"""Fronts and whose row counts, by hand: against analytic answers, one rule at a time."""

from __future__ import annotations

import numpy as np
import pytest
from tests.roles_by_hand import of_role, quiet_world

from whowhom.engine.population import (
    CADRE,
    SOLDIER,
    World,
)
from whowhom.mechanisms import (
    apparatus,
    centre,
    combat,
    control,
    custody,
    decision,
    fronts,
    persons,
    sides,
)

SOUTH = 1


def world(values: dict[str, float] | None = None, *, on: tuple[str, ...] = ("fronts",)) -> World:
    """A quiet small world with a front in South, at full war, both rows of parameters written."""
    w = quiet_world(values, on=on)
    w.province[SOUTH].front = 1.0
    w.nation[0].war = 1.0
    sides.write_rival(w.p)
    return w


# --- fronts ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("regime_fire", "rival_fire"), [(0.02, 0.05), (0.3, 0.1), (1.0, 1.0), (0.0, 0.4)])
def test_losses_follow_the_linear_law(regime_fire: float, rival_fire: float) -> None:
    """Where each side is what it has lost less, rival fire times the rival less regime fire times the army is constant, whatever the step."""
    army, rival = 900.0, 400.0
    constant = rival_fire * rival - regime_fire * army
    for _ in range(200):
        lost_regime, lost_rival = fronts.meet(army, rival, regime_fire, rival_fire)
        army, rival = army - lost_regime, rival - lost_rival
        assert rival_fire * rival - regime_fire * army == pytest.approx(constant, rel=1e-12)
    assert army < 900.0 or rival_fire == 0.0
    assert fronts.meet(0.0, 0.0, 0.5, 0.5) == (0.0, 0.0)


def test_the_law_the_other_way_round_is_seen_to_be_wrong() -> None:
    """Negative control: with the fires exchanged the same sum is not constant."""
    army, rival = 900.0, 400.0
    for _ in range(50):
        lost_regime, lost_rival = fronts.meet(army, rival, 0.05, 0.02)
        army, rival = army - lost_regime, rival - lost_rival
    assert 0.05 * rival - 0.02 * army != pytest.approx(0.05 * 400 - 0.02 * 900, rel=1e-3)


def test_the_unit_of_both_sides_does_not_matter() -> None:
    """Twice as many on both sides lose twice as many."""
    once, twice = fronts.meet(900.0, 400.0, 0.02, 0.05), fronts.meet(1800.0, 800.0, 0.02, 0.05)
    assert twice == pytest.approx((2 * once[0], 2 * once[1]), rel=1e-14)


def test_without_an_army_the_rival_comes_to_raised_over_disbanded() -> None:
    """Under constant raising and no army the stock after t weeks is raised / disbanded * (1 - (1 - disbanded)**t)."""
    w = world({"front.recruits": 0.001, "front.aid": 0.0, "front.disband": 0.05})
    w.nation[0].troops = 0.0
    raised = fronts.raised_by(w, SOUTH)
    assert raised > 0
    for t in range(1, 300):
        fronts.move_fronts(w, t)
        assert float(w.province[SOUTH].rival) == pytest.approx(raised / 0.05 * (1 - 0.95**t), rel=1e-9)
    assert float(w.province[SOUTH].rival) == pytest.approx(raised / 0.05, rel=1e-5)


def test_men_come_from_the_hostile_and_from_aid() -> None:
    """Recruits are front * inhabitants * (recruits * war * hostile + aid * intervention); hostile to the regime is who supports the rival where he holds the province."""
    w = world({"front.recruits": 0.001, "front.aid": 0.002})
    place = w.province[SOUTH]
    support = place.sum_support / place.sum_free
    w.nation[0].intervention = 0.5
    assert fronts.raised_by(w, SOUTH) == pytest.approx(place.persons * (0.001 * (1 - support) + 0.002 * 0.5))
    place.foreign, place.front = 1, 0.5
    assert fronts.raised_by(w, SOUTH) == pytest.approx(0.5 * place.persons * (0.001 * support + 0.002 * 0.5))
    w.nation[0].abroad_voice = 10.0
    w.p[0].abroad_aid = 1.0
    assert fronts.raised_by(w, SOUTH) == pytest.approx(0.5 * place.persons * (0.001 * support + 0.002))


def test_the_line_moves_at_its_speed() -> None:
    """Unopposed the line advances by speed * openness a week and stops at 1; against an army alone it goes back by the speed and stops at 0."""
    line, seen = 0.0, []
    for _ in range(6):
        line = fronts.advanced(line, 1.0, 0.5, 0.4)
        seen.append(line)
    assert seen == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])
    for _ in range(3):
        line = fronts.advanced(line, -1.0, 0.5, 0.4)
    assert line == 0.0
    assert fronts.advanced(0.7, 1.0, 0.5, 0.0) == 0.0


def test_the_army_goes_where_the_rival_is() -> None:
    """The troops that are not at home and not refusing are shared out as the rival's men are, and push against them in the same proportion everywhere."""
    w = world({"army.home_share": 0.2, "front.regime_fire": 0.0, "front.speed": 0.3})
    w.province.front[:] = (0.5, 1.0, 1.0)
    w.province.rival[:], w.province.line[:] = (100.0, 300.0, 0.0), 0.5
    w.nation[0].troops, w.nation[0].refusing_share = 300.0, 0.5
    fronts.move_fronts(w, 1)
    assert w.province.facing.tolist() == pytest.approx([30.0, 90.0, 0.0])
    push = 280 / 520
    assert w.province.line.tolist() == pytest.approx([0.5 + 0.3 * push * 0.5, 0.5 + 0.3 * push, 0.2])
    total = float(w.province.rival.sum())
    assert float(w.nation[0].strength) == pytest.approx(total / (total + 120.0))


def test_without_the_switch_nothing_of_it_moves() -> None:
    """Off, or in a country that has been taken, men and lines stay what they are, nobody is lost, and nothing turns."""
    for taken in (0, 1):
        w = world(on=() if not taken else ("fronts",))
        w.nation[0].taken = taken
        w.province.rival[:], w.province.line[:] = 50.0, 1.0
        w.nation[0].front_losses_regime = 9.0
        fronts.move_fronts(w, 1)
        assert (w.province.rival == 50.0).all()
        assert (w.province.line == 1.0).all()
        assert float(w.nation[0].front_losses_regime) == 0.0
        assert int(w.nation[0].turning) == 0


# --- whose row counts -----------------------------------------------------------------------------------------------------------------


def test_the_row_of_the_rival_differs_where_it_is_said_to() -> None:
    """The rival's row is the regime's but for what the page lists; his doctrine is his own with `rival_vectors` only, his instruments his own switch."""
    w = world(
        {"rival.prior_suspicion": 0.4, "rival.torture": 3.0, "apparatus.founding_week": 6},
        on=("fronts", "threats", "purge", "amnesty"),
    )
    zero = {"decision_rally_weight", "party_tolerance", "petitions_doubt", "apparatus_founding_week"}
    off = {
        f"on_{x}"
        for x in (
            "arrests",
            "executions",
            "camps",
            "exile",
            "torture",
            "coerced_names",
            "autonomy",
            "threats",
            "purge",
            "concession",
        )
    }
    names = w.p.dtype.names
    assert {name for name in names if w.p[0][name] != w.p[1][name]} <= zero | off
    assert all(w.p[1][name] == 0 for name in zero | off)
    w.p[0].on_rival_vectors = w.p[0].on_rival_instruments = 1
    sides.write_rival(w.p)
    assert (w.p[1].centre_prior_suspicion, w.p[1].repression_torture) == (0.4, 3.0)
    assert (w.p[1].on_arrests, w.p[1].on_autonomy, w.p[1].on_threats, w.p[1].on_amnesty) == (1, 1, 0, 1)


def test_the_centre_of_the_rival_sees_the_army_against_him() -> None:
    """In a foreign province the pressure from outside is the army's share of those who face each other there; the nation's threat leaves it out."""
    w = world({"centre.weight_external": 0.5, "centre.smoothing": 1.0})
    place = w.province[SOUTH]
    place.holder = place.foreign = 1
    place.facing, place.rival = 30.0, 90.0
    centre.believe(w, 1)
    others = [w.province[r] for r in (0, 2)]
    assert place.threat - 0.5 * 0.25 == pytest.approx(others[0].threat - 0.5 * 1.0)
    assert w.nation[0].threat == pytest.approx(
        sum(x.persons * x.threat for x in others) / sum(x.persons for x in others)
    )


def test_troops_and_capacity_of_the_rival() -> None:
    """His men are the troops there, and his officers work although the regime has no control."""
    w = world(
        {"apparatus.founding_week": 500, "apparatus.floor": 0.01, "apparatus.growth_per_week": 1.0},
        on=("fronts", "rival_instruments"),
    )
    place = w.province[SOUTH]
    place.holder, place.foreign, place.control, place.rival, place.officers = 1, 1, 0, 321.0, 2.0
    apparatus.staff(w, 1)
    assert place.troops == 321.0
    assert place.capacity == w.p[0].apparatus_arrests_per_officer * place.officers > 0
    assert float(w.province[0].officers) == float(w.province[0].capacity) == 0.0
    w.p[0].on_rival_instruments = 0
    sides.write_rival(w.p)
    apparatus.staff(w, 1)
    assert place.capacity == 0.0


def test_prisoners_are_questioned_by_the_rules_of_their_place() -> None:
    """A soldier whose garrison's town the rival holds confesses by his duress, whoever holds the soldier's home."""
    w = world({"rival.torture": 5.0, "repression.torture": 0.0}, on=("fronts", "rival_vectors", "rival_instruments"))
    w.province[0].holder = 1
    soldier = next(i for i in of_role(w, SOLDIER) if w.stratum[w.community[i >> 6].stratum].province == SOUTH)
    assert persons.province_of(w, soldier) == 0
    civilian = int(np.flatnonzero(w.stratum["province"][w.community["stratum"]].repeat(64) == SOUTH)[0])
    assert custody._yield_at(w, civilian, w.province[SOUTH], 0.3, 1.0) == (0.3, 1.0)
    assert custody._yield_at(w, soldier, w.province[SOUTH], 0.3, 1.0)[0] > 0.99


def test_insiders_do_not_rally_to_the_rival() -> None:
    """The danger of a fall holds insiders back under the regime, not under the rival."""
    w = world({"decision.rally_weight": 2.0})
    w.nation[0].danger = 0.5
    cadre = next(int(i) for i in of_role(w, CADRE) if w.stratum[w.community[i >> 6].stratum].province == SOUTH)
    assert decision._rally(w, cadre) == 1.0
    w.province[SOUTH].holder = 1
    assert decision._rally(w, cadre) == 0.0


def test_losses_against_the_armed_are_those_of_who_holds_the_place() -> None:
    """In a foreign province combat takes men from the rival, never below none, and the regime counts no loss."""
    w = world({"combat.loss_rate": 0.5, "combat.engagement": 1.0})
    for r in (0, SOUTH):
        w.province[r].armed, w.province[r].troops = 100.0, 1000.0
    combat.plan_combat(w)
    assert float(w.nation[0].regime_losses) == 100.0
    w.province[SOUTH].foreign, w.province[SOUTH].rival = 1, 30.0
    combat.plan_combat(w)
    assert float(w.nation[0].regime_losses) == 50.0
    assert float(w.province[SOUTH].rival) == 0.0


def test_the_armed_drive_the_rival_out() -> None:
    """A foreign province is never under control; where the armed outnumber his men and officers, ten simulated persons at least, he and his front are gone."""
    for armed, simulated, gone in ((200.0, 12, True), (200.0, 9, False), (90.0, 12, False)):
        w = world({"control.ratio": 1.0})
        place = w.province[SOUTH]
        place.holder = place.foreign = place.control = 1
        place.rival, place.officers, place.line, place.armed, place.armed_simulated = 90.0, 10.0, 0.5, armed, simulated
        control.hold_country(w, 1)
        assert place.control == 0
        assert place.part == 0.0
        assert (place.rival, place.line) == ((0.0, 0.0) if gone else (90.0, 0.5))
        assert w.nation[0].rival_territory == pytest.approx(place.persons / w.nation[0].persons)


def test_danger_knows_the_strength_of_the_rival() -> None:
    """With fronts the last term of the danger is the strength of the rival instead of the recorded war, until the country is taken."""
    w = world()
    w.nation[0].war, w.nation[0].strength = 1.0, 0.0
    calm = quiet_world()
    calm.nation[0].war = 0.0
    at_war = quiet_world()
    at_war.nation[0].war = 1.0
    for x in (w, calm, at_war):
        control.perceive_danger(x)
    assert w.nation[0].danger == calm.nation[0].danger < at_war.nation[0].danger
    w.nation[0].taken = 1
    control.perceive_danger(w)
    assert w.nation[0].danger == at_war.nation[0].danger
