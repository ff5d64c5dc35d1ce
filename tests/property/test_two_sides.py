"""Two sides as a whole: off is absent, every way of playing gives the same bits, counts are counts, and each does alone what theory says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from tests.machine_worlds import NEVER, SMALL_TROOPS, harsh_small, observed, settings_of
from tests.property.test_machine_invariants import check_counts, check_numbers, check_persons
from tests.two_sides_worlds import ALWAYS, KEPT, SIDES, WAR, front_layout, sides_settings, sides_world

from whowhom.engine.population import HOSTAGE
from whowhom.engine.schedule import Schedule
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.world import MachineWorld

WEEKS = 26


def live(world: MachineWorld, weeks: int = WEEKS) -> MachineWorld:
    """Some weeks, one by one."""
    for _ in range(weeks):
        world.step()
    return world


def ways(values: Mapping[str, float] | None = None, *, on: Iterable[str] = SIDES, **more: Any) -> MachineWorld:
    """A world of two sides that has lived."""
    return live(sides_world(values, on=on, **more))


# --- off, and every way of playing ----------------------------------------------------------------------------------------------------


def test_off_is_absent() -> None:
    """With the switches off no parameter of two sides changes a bit of a harsh history: all of them at once, far from their defaults."""
    rates = {
        name: value
        for name, value in WAR.items()
        if name.split(".")[0] in ("front", "rival", "negotiation", "recruitment")
    }
    assert len(rates) >= 10
    assert (
        live(sides_world(on=())).digest()
        == live(sides_world(rates | {"rival.escalation": 0.9, "recruitment.care": 0.0}, on=())).digest()
    )


def test_off_without_a_front_is_as_before() -> None:
    """A layout with fronts and one without are the same country while the switch is off, but for the note of the front itself."""
    worlds = [
        live(sides_world(on=(), layout=front_layout(front)))
        for front in ({"North": 0.0, "South": 0.0, "East": 0.0}, {"North": 1.0, "South": 1.0, "East": 1.0})
    ]
    for world in worlds:
        world.arrays.province["front"] = 0.0
    assert worlds[0].digest() == worlds[1].digest()


def test_the_rivals_row_is_of_no_effect_without_fronts_and_takeover() -> None:
    """`rival_instruments` and `rival_vectors` alone change nothing: there is nobody whose row that is."""
    assert ways(on=()).digest() == ways(on=("rival_instruments", "rival_vectors")).digest()


def test_passing_over_communities_changes_nothing() -> None:
    """A model that looks at everybody every week has the same history, with provinces changing hands."""
    worlds = [ways(seed=3, skip=skip) for skip in (True, False)]
    assert worlds[0].digest() == worlds[1].digest()
    assert worlds[0].arrays.province["holder"].any()


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_nothing(threads: int) -> None:
    """Provinces played by several threads give the same bits in weeks in which some change hands, week by week."""
    one, many = sides_world(seed=2), sides_world(seed=2)
    many._week.spread(threads)
    turned = 0
    for _ in range(WEEKS):
        one.step()
        many.step()
        turned += int(one.arrays.nation[0].turning) > 0
        assert one.digest() == many.digest()
    assert turned >= 2


def test_weeks_at_once_are_weeks_one_by_one() -> None:
    """`advance` gives the rows that `step` and `observe` give, and the same state."""
    one, many = sides_world(seed=4), sides_world(seed=4)
    rows = [live(one, 1).observe() for _ in range(WEEKS)]
    found: list[np.ndarray] = []
    while many.tick < WEEKS:
        found += list(many.advance(WEEKS - many.tick))
    assert np.array_equal(np.stack(rows), np.stack(found))
    assert one.digest() == many.digest()


@pytest.mark.parametrize("week", [3, 6, 14])
def test_a_snapshot_goes_on_as_the_uninterrupted_run(week: int) -> None:
    """A state taken before, between and after changes of hands, put into another world, goes on to the same bits; and so does its fork to a takeover."""
    whole, again = ways(seed=5), sides_world(seed=5)
    kept = live(sides_world(seed=5), week).snapshot()
    again.restore(kept)
    assert live(again, WEEKS - week).digest() == whole.digest()
    taken = sides_settings().replace(on=("takeover",), from_tick=week)
    ends = []
    for world in (sides_world(seed=5), sides_world(seed=5)):
        if ends:
            world.restore(kept)
            world.change(taken)
            live(world, 5)
        else:
            world.change(taken)
            live(world, week + 5)
        ends.append(world.digest())
        assert int(world.arrays.nation[0].taken) == 1
    assert ends[0] == ends[1]


def test_fronts_that_end_leave_provinces_where_they_are() -> None:
    """When the switch ends, what the rival holds stays his, with his men, and is ruled by his row."""
    settings = sides_settings(war=ALWAYS).replace(off=("fronts",), from_tick=8)
    world = sides_world(war=ALWAYS)
    world.change(settings)
    live(world, 8)
    held, men = world.arrays.province["holder"].copy(), world.arrays.province["rival"].copy()
    assert held.any()
    live(world, 6)
    assert np.array_equal(world.arrays.province["holder"], held)
    assert (world.arrays.province["rival"] <= men).all()
    assert observed(world)["rival_territory"] > 0
    assert (world.arrays.p[1].on_purge, world.arrays.p[1].on_arrests) == (0, 1)


# --- what must always be true ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "on"), [({}, SIDES), (KEPT, (*SIDES, "hostages_kin", "purge", "takeover"))], ids=["tide", "taken"]
)
def test_everybody_is_counted_through_changes_of_hands(values: dict[str, float], on: tuple[str, ...]) -> None:
    """After each week persons, counts and numbers are consistent, with prisoners and hostages in provinces that change hands; who is held is never counted as let go."""
    later = (
        sides_settings(values, on=on)
        .replace(off=("takeover",))
        .replace(on=tuple(x for x in on if x == "takeover"), from_tick=10)
    )
    world = sides_world(values, on=on, seed=2)
    world.change(later)
    turned = 0
    for _ in range(18):
        world.step()
        turned += int(world.arrays.nation[0].turning)
        check_persons(world.arrays)
        check_counts(world.arrays)
        check_numbers(world.arrays)
        grieving = (world.arrays.record >> 4 > 0).reshape(-1, 64).sum(axis=1)
        assert np.array_equal(world.arrays.community["grieving"], grieving)
    assert turned >= 2
    assert np.count_nonzero(world.arrays.state == HOSTAGE) == 0 or "hostages_kin" in on


def test_a_takeover_of_equals_leaves_the_law_of_the_country() -> None:
    """Where the opposition of every role is one half, the spread is that of the mirror and nobody's shift is away from 0, a takeover leaves every shift exactly 0, and the mirrored
    country is one whose persons begin anew: the same margins, anger of the start, no dossier, no grief, no past.
    """
    equal = {f"decision.opposition_{role}": 0.5 for role in ("peasant", "worker", "urban", "soldier", "party", "cadre")}
    still = {"emotion.hardship": 0.0, "emotion.injustice": 0.0, "emotion.concession_comfort": 0.0}
    layout = front_layout()
    from dataclasses import replace

    layout = replace(layout, strata=tuple(replace(s, offset=0.0) for s in layout.strata))
    world = sides_world(equal | still, on=("takeover",), layout=layout)
    fear = live(sides_world(equal | still, on=(), layout=layout), 1).arrays.community["fear"]
    live(world, 1)
    w = world.arrays
    assert (w.community["shift"] == 0.0).all()
    assert (w.pool["shift"] == 0.0).all()
    assert (w.record >> 4 == 0).all()
    assert np.array_equal(w.community["fear"], fear)
    live(world, 8)
    assert (w.community["shift"] == 0.0).all()


def test_a_takeover_of_unequals_does_not() -> None:
    """Negative control: with the means of 1917 the shift is not 0 after a takeover."""
    world = live(sides_world(on=("takeover",)), 1)
    assert (world.arrays.community["shift"] != 0.0).any()


# --- each alone, and in the direction of theory ---------------------------------------------------------------------------------------


def last(
    values: Mapping[str, float] | None = None, *, on: Iterable[str], name: str, weeks: int = 20, seed: int = 1
) -> float:
    """An observable at the end."""
    return observed(live(sides_world(values, on=on, seed=seed, war=Schedule(((0, 0.6),), "step")), weeks))[name]


@pytest.mark.parametrize(
    ("switch", "also", "name"),
    [
        ("fronts", (), "rival_territory"),
        ("rival_instruments", ("fronts",), "rival_arrests_total"),
        ("rival_vectors", ("fronts", "rival_instruments"), "rival_executed_total"),
        ("negotiation", (), "combat_deaths_total"),
        ("takeover", (), "shift"),
        ("recruitment", (), "recruited"),
    ],
)
def test_each_changes_alone_what_it_is_about(switch: str, also: tuple[str, ...], name: str) -> None:
    """With one switch more, the observable that it is about is another in each of three histories."""
    for seed in (1, 2, 3):
        assert last(on=also, name=name, seed=seed) != last(on=(*also, switch), name=name, seed=seed)


def test_more_aid_more_territory_and_more_men() -> None:
    """More aid from outside means more men of the rival, and no less of the country in his hands."""
    found = [
        (
            last({"front.aid": aid, "front.recruits": 0.02}, on=("fronts",), name="rival_troops"),
            last({"front.aid": aid, "front.recruits": 0.02}, on=("fronts",), name="rival_territory"),
        )
        for aid in (0.0, 0.05, 0.2)
    ]
    assert found[0][0] < found[1][0] < found[2][0]
    assert found[0][1] <= found[1][1] <= found[2][1]
    assert found[0][1] < found[2][1]


def test_more_disbanding_fewer_men() -> None:
    """The faster men go home, the fewer there are; fire of the regime does the same."""
    for name in ("front.disband", "front.regime_fire"):
        low, high = (last({name: rate}, on=("fronts",), name="rival_troops", weeks=4) for rate in (0.1, 0.9))
        assert low > high


def test_a_truce_saves_lives() -> None:
    """Talks with a truce leave fewer dead in combat than talks without one, in each of five histories; without kill there is nothing to save."""
    for seed in range(1, 6):
        dead = [
            last(
                {"negotiation.truce": truce, "negotiation.comfort": 0.0},
                on=("negotiation",),
                name="combat_deaths_total",
                seed=seed,
                weeks=8,
            )
            for truce in (0.0, 0.9)
        ]
        assert dead[1] < dead[0]


def test_care_keeps_the_party_smaller() -> None:
    """More care in recruitment means no more recruits, fewer where somebody is near to dissent."""
    few = [
        last({"recruitment.care": care, "quality.min": 0.9}, on=("recruitment",), name="open_dissent", weeks=1)
        for care in (0.0, 1.0)
    ]
    assert few[0] == few[1]  # nobody decides otherwise for it in the same week
    taken = []
    for care in (0.0, 1.0):
        world = live(
            sides_world({"recruitment.care": care, "quality.min": 0.9, "recruitment.rate": 0.2}, on=("recruitment",)), 4
        )
        taken.append(int(world.arrays.stratum["total_recruited"].sum()))
    assert taken[1] < taken[0]


def test_settings_of_two_sides_are_refused_as_those_of_the_regime() -> None:
    """The rival's ladder is ordered and his bases are not above his ceilings, as the regime's."""
    from whowhom.errors import ParameterError

    for values, words in (
        ({"rival.threshold_arrest": 0.5}, "rival.threshold_arrest"),
        ({"rival.base_camp": 0.9}, "'rival.base_camp' must not be above 'rival.ceiling_camp'"),
    ):
        with pytest.raises(ParameterError, match=words):
            settings_of(harsh_small(NEVER | {"army.troops": SMALL_TROOPS} | values))
    assert {"rival_troops", "rival_territory", "recruited"} <= {x.name for x in MACHINE.observables}
