"""Changes of hands, takeover and negotiation by hand, one rule at a time."""

from __future__ import annotations

import numpy as np
import pytest
from tests.roles_by_hand import assert_counted
from tests.unit.mechanisms.test_fronts import SOUTH, world

from whowhom.engine.population import (
    ARMED,
    CAMP,
    CHILD,
    CONDEMNED,
    DETAINED,
    EVER_VOICE,
    HIT,
    HOSTAGE,
    QUIET,
    ROLE_BITS,
    SOLDIER,
    URBAN,
    VILLAGE,
    VOICE,
    World,
)
from whowhom.mechanisms import (
    change_of_hands,
    combat,
    emotion,
    fronts,
    negotiation,
    persons,
)

# --- changes of hands -----------------------------------------------------------------------------------------------------------------


def turn(w: World, line: float) -> None:
    """Let the front of South come to its end or go back, in one week."""
    w.p[0].front_speed = 0.0
    w.province[SOUTH].line = line
    fronts.move_fronts(w, 1)
    change_of_hands.change_hands(w, 1)


def stored(w: World, province: int) -> np.ndarray:
    """Everybody who lives in a province."""
    return np.flatnonzero(w.stratum["province"][w.community["stratum"]].repeat(64) == province)


def places(w: World) -> np.ndarray:
    """The place of everybody."""
    return np.array([persons.province_of(w, i) for i in range(len(w.state))])


def test_mirroring_twice_restores_opposition() -> None:
    """The mirror is its own inverse to half a unit in the last place of a 32-bit float at the larger of the two shifts, and exactly at 0 where the mean is one half."""
    luck = np.random.default_rng(5)
    for mean, shift in zip(luck.uniform(0, 1, 2000), luck.normal(0, 0.3, 2000).astype(np.float32), strict=True):
        there = np.float32(change_of_hands.mirrored(np.float64(shift), mean))
        back = np.float32(change_of_hands.mirrored(np.float64(there), mean))
        assert abs(float(back) - float(shift)) <= np.spacing(max(abs(there), abs(shift)))
    assert change_of_hands.mirrored(0.0, 0.5) == 0.0
    assert change_of_hands.mirrored(change_of_hands.mirrored(0.125, 0.5), 0.5) == 0.125


def test_everybody_of_the_place_begins_anew() -> None:
    """Prisoners and hostages of a province are free, those in voice and arms are quiet, hit and counted so; papers, grief and marks are gone; camp, exile, roles and margins stay."""
    w = world()
    luck = np.random.default_rng(3)
    adults = np.flatnonzero(w.role & ROLE_BITS != CHILD)
    for i in luck.choice(adults, 900, replace=False):
        state = int(luck.choice((VOICE, ARMED, DETAINED, HOSTAGE, CAMP)))
        if state == HOSTAGE and w.role[i] & ROLE_BITS == SOLDIER:
            state = VOICE
        persons.move(w, int(i), state)
        persons.add_dossier(w, int(i), 3)
        persons.set_grief(w, int(i), 5)
        if state == DETAINED and luck.random() < 0.3:
            w.marks[i] |= CONDEMNED
            w.province[w.stratum[w.community[i >> 6].stratum].province].condemned += 1
    before = {name: getattr(w, name).copy() for name in ("state", "role", "margin", "record", "marks")}
    there = places(w) == SOUTH
    assert 0 < np.count_nonzero(there[stored(w, SOUTH)]) < len(stored(w, SOUTH))
    turn(w, 1.0)
    moved = there & np.isin(before["state"], (VOICE, ARMED, DETAINED, HOSTAGE))
    assert (w.state[moved] == QUIET).all()
    assert (w.marks[moved] == HIT).all()
    assert (w.record[there] == 0).all()
    assert (w.marks[there & ~moved] == 0).all()
    assert (w.state[~moved] == before["state"][~moved]).all()
    for name in ("record", "marks"):
        assert np.array_equal(getattr(w, name)[~there], before[name][~there])
    assert np.array_equal(w.role, before["role"])
    assert np.array_equal(w.margin, before["margin"])
    assert_counted(w)
    waiting = [np.count_nonzero(w.marks[stored(w, r)] & CONDEMNED) for r in range(len(w.province))]
    assert w.province["condemned"].tolist() == waiting
    grieving = (w.record >> 4 > 0) & (w.role & ROLE_BITS != CHILD)
    assert np.array_equal(w.community["grieving"], grieving.reshape(-1, 64).sum(axis=1))


def test_the_offices_begin_anew() -> None:
    """Officers, informers, limits, load, queue, threat and names of the province are gone, orders are the base of the new holder's row, talks end, troops are the rival's men."""
    w = world(
        {"rival.base_arrest": 0.3, "rival.base_execution": 0.2}, on=("fronts", "rival_vectors", "rival_instruments")
    )
    place = w.province[SOUTH]
    place.officers = place.informers = place.quota = place.load = place.queue = place.threat = 5.0
    place.inbox, place.announced, place.talks, place.credibility, place.rival = 7, 0.5, 1, 0.1, 77.0
    w.use[SOUTH] = 0.7
    w.pool.refusing[:] = 3
    turn(w, 1.0)
    for name in ("officers", "informers", "quota", "load", "queue", "threat", "inbox", "announced", "talks"):
        assert place[name] == 0, name
    assert w.use[SOUTH].tolist() == [0.3, 0.0, 0.0, 0.2]
    assert (place.arrest_use, place.execution_use, place.hostage_use) == (0.3, 0.2, 0.0)
    assert place.credibility == w.p[0].threats_credibility
    assert place.troops == place.rival
    assert (place.holder, place.foreign, place.holder_then) == (1, 1, 0)
    assert (w.pool["refusing"][w.pool["place"] == SOUTH] == 0).all()
    assert (w.pool["refusing"][w.pool["place"] != SOUTH] == 3).all()
    turn(w, 0.0)
    assert (place.holder, place.foreign, place.holder_then) == (0, 0, 1)
    assert place.troops == pytest.approx(
        w.nation[0].troops * w.p[0].army_home_share * place.persons / w.nation[0].persons
    )


def test_moods_are_mirrored_where_the_place_turns_and_only_there() -> None:
    """Shift becomes 1 - 2 * mean - shift, anger that of the start, fear stays, and what the old holder did this week angers nobody."""
    w = world()
    w.community.shift[:], w.community.anger[:], w.community.fear[:] = 0.0625, 0.9, 0.4
    w.community.hits[:] = w.community.hits_voice[:] = 3
    turn(w, 1.0)
    south = w.stratum["province"][w.community["stratum"]] == SOUTH
    mean = w.stratum["opposition"][w.community["stratum"]]
    assert w.community.shift[south] == pytest.approx((1 - 2 * mean - 0.0625)[south], abs=1e-7)
    assert (w.community.shift[~south] == np.float32(0.0625)).all()
    assert w.community.anger[south] == pytest.approx(w.p[0].decision_start_anger)
    assert (w.community.anger[~south] == np.float32(0.9)).all()
    assert (w.community.fear == np.float32(0.4)).all()
    assert (w.community.hits[south] == 0).all()
    assert (w.community.hits[~south] == 3).all()


def test_reversion_goes_to_the_mirrored_mean() -> None:
    """Under the rival private opposition reverts to 1 - 2 * mean, under the regime to 0; relief by the concession is the regime's to give."""
    w = world()
    w.nation[0].concession = 0.3
    place, village = w.province[SOUTH], next(s for s in w.stratum if s.province == SOUTH and s.kind == VILLAGE)
    assert emotion.terms_of(w, village)[1] == 0.3
    assert emotion.terms_of(w, village)[4] == 0.0
    place.holder = 1
    assert emotion.terms_of(w, village)[1] == 0.0
    assert emotion.terms_of(w, village)[4] == 1 - 2 * village.opposition
    terms = (0.0, 0.0, 0.0, 0.0, 0.25, 0.0)
    p = w.p[1]
    assert emotion.feel(p, 0.0, 0.0, 0.75, 0.0, 0.0, terms)[2] == pytest.approx(0.75 - p.emotion_reversion * 0.5)


# --- takeover and negotiation ---------------------------------------------------------------------------------------------------------


def test_a_takeover_turns_the_country_once() -> None:
    """Every province is the rival's and nothing is foreign; those that were foreign do not turn again; his men and fronts are gone; no second takeover."""
    w = world(on=("fronts", "takeover"))
    w.province[SOUTH].holder = w.province[SOUTH].foreign = 1
    w.province.rival[:], w.province.line[:] = 10.0, 0.5
    w.community.shift[:] = 0.0625
    fronts.move_fronts(w, 1)
    change_of_hands.change_hands(w, 1)
    south = w.stratum["province"][w.community["stratum"]] == SOUTH
    assert (w.community.shift[south] == np.float32(0.0625)).all()
    assert (w.community.shift[~south] != np.float32(0.0625)).any()
    assert (w.province["holder"] == 1).all()
    assert not w.province["foreign"].any()
    assert not w.province["rival"].any()
    assert not w.province["line"].any()
    assert int(w.nation[0].taken) == 1
    fronts.move_fronts(w, 2)
    assert int(w.nation[0].turning) == 0


def test_talks_where_somebody_is_armed_or_a_garrison_refuses() -> None:
    """Talks need the switch and arms or a garrison that refuses; with the rival there are none."""
    w = world(on=("fronts", "negotiation"))
    w.province[0].armed = 1.0
    w.pool[2].refusing = 1
    negotiation.negotiate(w, 1)
    assert w.province["talks"].tolist() == [1, 0, 1]
    w.province[0].foreign = w.province[2].foreign = 1
    negotiation.negotiate(w, 1)
    assert w.province["talks"].tolist() == [0, 0, 0]
    w.province["foreign"] = 0
    w.p[0].on_negotiation = 0
    negotiation.negotiate(w, 1)
    assert w.province["talks"].tolist() == [0, 0, 0]


def test_talks_silence_fire_on_both_sides_and_ease() -> None:
    """Of kill, bystanders and the regime's losses the share of the truce is gone; private opposition falls by the comfort a week."""
    w = world({"negotiation.truce": 0.75, "negotiation.comfort": 0.125, "combat.kill_rate": 0.01})
    place = w.province[0]
    place.armed, place.troops = 100.0, 1000.0
    found = []
    for talks in (0, 1):
        place.talks = talks
        combat.plan_combat(w)
        found.append((place.kill, place.bystanders, w.nation[0].regime_losses))
    assert found[1] == pytest.approx(tuple(0.25 * x for x in found[0]))
    assert found[0][0] > 0
    town = next(s for s in w.stratum if s.province == 0 and s.kind != VILLAGE)
    assert emotion.terms_of(w, town)[5] == 0.125
    assert emotion.feel(w.p[0], 0.0, 0.0, 0.0, 0.0, 0.0, (0.0, 0.0, 0.0, 0.0, 0.0, 0.125))[2] == -0.125


def test_marks_of_the_past_do_not_follow_a_person() -> None:
    """Who had spoken up under the old holder has never spoken up under the new."""
    w = world()
    i = int(np.flatnonzero((w.role & ROLE_BITS == URBAN) & (places(w) == SOUTH))[0])
    persons.move(w, i, VOICE)
    assert w.marks[i] & EVER_VOICE
    turn(w, 1.0)
    assert not w.marks[i] & EVER_VOICE
