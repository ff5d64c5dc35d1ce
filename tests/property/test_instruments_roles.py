"""The party, the army, exit and life abroad (E51 to E53) in whole worlds: off is absent, on is felt, nobody is lost, passing over is exact."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.machine_worlds import (
    NEVER,
    START,
    happened,
    harsh_small,
    observed,
    small_layout,
    small_world,
    soviet_settings,
)
from tests.property.test_machine_invariants import check
from tests.roles_by_hand import aversions, excess
from tests.roles_worlds import RATES, RESTLESS, ROLE_SWITCHES, roles_settings, roles_world

from whowhom.engine.population import (
    ABROAD,
    CAMP,
    DETAINED,
    EXILE,
    EXPELLED_BIT,
    PARTY,
    PEASANT,
    ROLE_BITS,
    SOLDIER,
    VOICE,
)
from whowhom.engine.settings import Settings
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.world import MachineWorld

UNSWITCHED = ("army.desertion", "party.tolerance", "path.intervention")
"""Of the rates, those that act without a switch of this cluster."""
WEEKS = 20


def live(world: MachineWorld, weeks: int) -> MachineWorld:
    """Live some weeks."""
    for _ in range(weeks):
        world.step()
    return world


# --- off is absent ------------------------------------------------------------------------------------------------------------------


def test_off_is_absent_to_the_last_bit() -> None:
    """With every switch of the cluster off, whatever its parameters, the state after 20 harsh weeks is that under the defaults."""
    base = live(small_world(harsh_small(NEVER | RESTLESS), seed=3), WEEKS)
    varied = {name: value for name, value in RATES.items() if name not in UNSWITCHED}
    varied |= {"army.hunger": 5.0, "army.retention": 0.5, "amnesty.level": 1.0, "surveillance.silence": 1.0}
    other = live(small_world(harsh_small(NEVER | RESTLESS | varied), seed=3), WEEKS)
    assert other.digest() == base.digest()
    totals = happened(base)
    names = ("expelled", "deserted", "returned", "conscripted", "exits", "deported", "killed_abroad")
    assert {name: totals[name] for name in names} == dict.fromkeys(names, 0)


@pytest.mark.parametrize(
    ("switch", "zero"),
    [
        ("faction_ban", {"party.expulsion": 0.0}),
        ("purge", {"purge.rate": 0.0, "purge.dossier": 0.0}),
        ("conscription", {"army.conscription": 0.0}),
        ("amnesty", {"amnesty.level": 0.0}),
        ("exit", {"exit.rate": 0.0}),
        ("deportation", {"deportation.share": 0.0}),
        ("surveillance_abroad", {"surveillance.silence": 0.0}),
        ("killing_abroad", {"killing.rate": 0.0}),
        ("hostages_foreign", {"foreign.arrests": 0.0}),
        ("exchange", {"exchange.rate": 0.0}),
    ],
)
def test_on_at_intensity_nothing_is_off(switch: str, zero: dict[str, float]) -> None:
    """Each switch on at a rate of 0, everything else of the cluster on, gives the bits of that switch off."""
    others = tuple(name for name in ROLE_SWITCHES if name != switch)
    with_it = live(roles_world(zero, on=ROLE_SWITCHES, seed=4), 12)
    assert with_it.digest() == live(roles_world(zero, on=others, seed=4), 12).digest()


def test_on_is_not_off() -> None:
    """Negative control of both: with its rate above 0 each switch, added last to the others, changes the state."""
    whole = live(roles_world(seed=4), 12).digest()
    for switch in ROLE_SWITCHES:
        others = tuple(name for name in ROLE_SWITCHES if name != switch)
        assert live(roles_world(on=others, seed=4), 12).digest() != whole, switch


# --- everything together ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_is_counted_where_roles_change(seed: int) -> None:
    """In a world in which everything of the cluster happens, every invariant holds after every week: counts are those of persons."""
    world = roles_world(seed=seed)
    while world.tick < 40:
        before = world.snapshot()
        world.step()
        check(world, before)
    totals = happened(world)
    for name in ("expelled", "deserted", "returned", "conscripted", "exits", "deported", "killed_abroad"):
        assert totals[name] > 0, name


def test_nobody_exceeds_the_bounds_of_a_community_after_changes_of_role() -> None:
    """After 30 weeks of desertion, return and conscription nobody exceeds the bounds of his side; somebody does who is put there by hand."""
    world = roles_world({"army.conscription": 0.2, "apparatus.cap": 1e-4, "food.famine_death": 0.0}, seed=5)
    u = aversions(world.arrays)
    roles = world.arrays.role & ROLE_BITS
    assert excess(world.arrays, u) <= 0
    live(world, 30)
    w = world.arrays
    now = w.role & ROLE_BITS
    assert ((roles != now) & (now == SOLDIER)).sum() > 20
    assert ((roles == SOLDIER) & (now == PEASANT)).sum() > 10
    assert excess(w, u) <= 0
    side = w.community["best_soldier"].repeat(64)
    bold = np.flatnonzero((now == PEASANT) & (side > -32768) & (w.margin > side))
    w.role[bold[0]] = SOLDIER
    assert excess(w, u) > 0


CALM: dict[str, float] = {
    "decision.start_dissent": 0.004,
    "decision.opposition_soldier": 0.45,
    "decision.opposition_party": 0.3,
    "decision.opposition_cadre": 0.3,
    "decision.risk_aversion": 1.0,
    "decision.social_weight": 0.2,
    "army.hunger": 5.0,
    "army.desertion": 1.0,
    "army.conscription": 0.1,
    "abroad.echo": 0.0,
    "food.requisition_share": 0.1,
    "food.famine_death": 0.0,
}
"""Settings under which most communities stay passed over, the homes of soldiers who come and go among them."""


@pytest.mark.parametrize("values", [{}, CALM], ids=["harsh", "calm"])
def test_passing_over_communities_changes_no_bit_where_roles_change(values: dict[str, float]) -> None:
    """With every switch of the cluster on, 40 weeks passed over where a bound allows it and 40 weeks never passed over are the same; where it is
    calm, homes in which somebody has changed sides are passed over.
    """
    quick, slow = roles_world(values, seed=6), roles_world(values, seed=6, skip=False)
    roles, passed = quick.arrays.role.copy(), 0
    for _ in range(40):
        quick.step()
        slow.step()
        assert quick.digest() == slow.digest(), quick.tick
        changed = ((quick.arrays.role != roles).reshape(-1, 64)).any(axis=1) & (
            quick.arrays.community["best_soldier"] > -32768
        )
        passed += int((changed & (quick.arrays.lively == 0)).sum())
    assert (slow.arrays.lively > 0).all()
    print(f"homes with changes of role passed over: {passed} community-weeks")
    assert passed > 40 or not values


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_bit_where_roles_change(threads: int) -> None:
    """Provinces played side by side give the bits of provinces played one after the other."""
    world = live(roles_world(seed=7), WEEKS)
    other = MachineWorld(small_layout(), settings=roles_settings(), seed=7, start=START, threads=threads)
    assert live(other, WEEKS).digest() == world.digest()


def test_a_kept_world_goes_on_as_it_would_have() -> None:
    """A snapshot of a world with deserters, expelled and emigrants, restored into another, goes on to the same bits."""
    world = live(roles_world(seed=8), 15)
    other = roles_world(seed=8)
    other.restore(world.snapshot())
    assert live(other, 10).digest() == live(world, 10).digest()


# --- directions -----------------------------------------------------------------------------------------------------------------------

DIRECTIONS = (
    ("faction_ban", (), {"party.tolerance": 0.9}, "expelled", +1),
    ("purge", (), {}, "expelled", +1),
    ("conscription", (), {"army.desertion": 0.0}, "conscripted", +1),
    ("amnesty", (), {}, "returned", +1),
    ("amnesty", (), {"army.desertion": 0.0, "amnesty.release": 1.0, "amnesty.level": 1.0}, "in_camps", -1),
    ("exit", (), {}, "abroad", +1),
    ("deportation", (), {}, "abroad", +1),
    ("killing_abroad", ("exit",), {}, "killed_abroad_total", +1),
    ("killing_abroad", ("exit",), {}, "abroad", -1),
    ("surveillance_abroad", ("exit",), {}, "shift", -1),
    ("hostages_foreign", (), {}, "foreigners_held", +1),
    ("hostages_foreign", (), {}, "threat", +1),
    ("exchange", ("hostages_foreign",), {}, "foreigners_held", -1),
    ("exchange", ("hostages_foreign", "exit"), {"exchange.return": 100.0}, "abroad", -1),
)
"""Switch, others that are on in both arms, other values, what is shown, and the sign of the difference."""
SEEDS = range(20)


def shown(settings: Settings, seed: int, name: str) -> float:
    """What is shown: flows summed over the weeks, anything else at the end."""
    world = small_world(settings=settings, seed=seed)
    total = 0.0
    for _ in range(WEEKS):
        world.step()
        total += observed(world)[name]
    kinds = {x.name: x.kind for x in MACHINE.observables}
    return total if kinds[name] == "flow" else observed(world)[name]


def signs(switch: str, others: tuple[str, ...], values: dict[str, float], name: str) -> list[float]:
    """Differences on less off, a seed each."""
    off, on = roles_settings(values, on=others), roles_settings(values, on=(*others, switch))
    return [shown(on, seed, name) - shown(off, seed, name) for seed in SEEDS]


@pytest.mark.parametrize(("switch", "others", "values", "name", "sign"), DIRECTIONS)
def test_a_switch_moves_its_observable(
    switch: str, others: tuple[str, ...], values: dict[str, float], name: str, sign: int
) -> None:
    """Turned on alone (others on in both arms as listed), a switch moves what it is meant to move, in 20 of 20 paired histories of 20 weeks.

    Null: either sign is as likely. False-alarm rate 2 ** -20, about 1e-6, for each row.
    """
    found = signs(switch, others, values, name)
    assert all(sign * x > 0 for x in found), found


def test_a_switch_does_not_move_what_it_does_not_reach() -> None:
    """Negative control: without anybody abroad surveillance and killing abroad move nothing, to the last bit."""
    base = live(roles_world(on=()), WEEKS).digest()
    assert live(roles_world(on=("surveillance_abroad", "killing_abroad", "exchange")), WEEKS).digest() == base


# --- a life ---------------------------------------------------------------------------------------------------------------------------

LIFE = ("insider in voice", "expelled", "arrested", "exile or camp", "abroad")
"""The life that the text tells: in opposition within the party, expelled from it, imprisoned, banished, and out of the country."""
BITTER: dict[str, float] = {
    "decision.opposition_party": 0.7,
    "decision.opposition_cadre": 0.7,
    "decision.rally_weight": 0.0,
    "decision.risk_aversion": 0.2,
    "party.expulsion": 0.3,
    "repression.custody_weeks": 2.0,
    "repression.conviction": 0.9,
    "repression.share_executed": 0.0,
    "repression.share_camp": 0.2,
    "repression.share_exile": 0.5,
    "deportation.share": 0.3,
    "exile.return": 0.2,
    "camp.release": 0.1,
    "camp.death": 0.0,
    "apparatus.founding_week": 0,
    "apparatus.floor": 0.002,
    "apparatus.growth_per_week": 1.0,
    "apparatus.arrests_per_officer": 5.0,
    "centre.base_arrest": 0.8,
    "centre.base_camp": 0.8,
    "centre.base_exile": 0.8,
    "exit.rate": 0.005,
}


def dated_states(
    persons: int, weeks: int, values: dict[str, float], on: tuple[str, ...], seed: int
) -> list[dict[str, int]]:
    """The first week in which each person was what `LIFE` says, in its order and each after the one before; `weeks` if never."""
    settings = soviet_settings(NEVER | values).replace({}, on=on)
    world = MACHINE.build(settings, persons=persons, seed=seed)
    w = world.arrays
    since = {name: np.full(len(w.state), weeks) for name in LIFE}
    for week in range(weeks):
        world.step()
        w = world.arrays
        now = {
            "insider in voice": (w.state == VOICE) & (w.role & ROLE_BITS >= PARTY),
            "expelled": w.role & EXPELLED_BIT > 0,
            "arrested": w.state == DETAINED,
            "exile or camp": (w.state == EXILE) | (w.state == CAMP),
            "abroad": w.state == ABROAD,
        }
        for before, name in itertools.pairwise(("", *LIFE)):
            ready = since[before] < week if before else np.ones(len(w.state), bool)
            since[name] = np.where(now[name] & ready & (since[name] == weeks), week, since[name])
    return [{name: int(when[i]) for name, when in since.items()} for i in np.flatnonzero(since["abroad"] < weeks)]


def test_somebody_lives_the_life_that_the_text_tells() -> None:
    """Among 16,384 persons with high rates somebody is an insider in open voice, then expelled, then in custody, then in exile or a camp,
    then abroad, in this order of dated states.
    """
    lives = dated_states(16_384, 60, BITTER, ("faction_ban", "deportation", "exit"), seed=1)
    print(f"{len(lives)} lives, the first: {lives[0] if lives else None}")
    assert lives
    for life in lives:
        dates = [life[name] for name in LIFE]
        assert dates == sorted(set(dates))


def test_nobody_lives_it_without_the_instruments() -> None:
    """Negative control: without expulsion for voice, or without a way out of the country, nobody has such a life."""
    assert dated_states(16_384, 60, BITTER, ("faction_ban",), seed=1) == []
    assert dated_states(16_384, 60, BITTER | {"repression.conviction": 0.0}, ("deportation", "exit"), seed=1) == []
