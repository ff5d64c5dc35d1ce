"""Ends: words at both ends of a stream, groups that are empty from the start, and a country in which everybody dies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.machine_worlds import (
    NEVER,
    PROVINCES,
    differences,
    happened,
    harsh_small,
    observed,
    reference_of,
    settings_of,
    small_layout,
    small_world,
)
from tests.plain_weeks import plain
from tests.property.test_machine_invariants import check

from whowhom.engine.population import ARMED, CHILD, ROLE_BITS, SOLDIER
from whowhom.models.machine.layout import Layout


@pytest.mark.slow
def test_words_at_both_ends_break_nothing() -> None:
    """With the smallest and the largest words, in all streams at once and in single outputs by lot, a world lives on without a warning
    and agrees with the reference bit for bit.
    """
    found: list[dict[str, Any]] = plain("extremes")
    for history in found:
        print(history["weeks"], history["end"], {name: n for name, n in history["happened"].items() if n})
        assert history["bad"] == []
        assert history["weeks"] == 11 or history["end"]
    met = {name for history in found for name, n in history["happened"].items() if n}
    assert met == set(happened(small_world()))


def live(layout: Layout, values: dict[str, float], weeks: int, *, seed: int = 1) -> Any:
    """Live a harsh world beside the reference and check everything after each week."""
    settings = settings_of(harsh_small(NEVER | values))
    world = small_world(settings=settings, layout=layout, seed=seed)
    reference = reference_of(world, settings, seed=seed)
    assert differences(world, reference) == []
    for _ in range(weeks):
        if not world.alive:
            break
        before = world.snapshot()
        world.step()
        reference.step()
        assert differences(world, reference) == []
        check(world, before)
    return world


EMPTY = {
    "no garrison": small_layout(kinds=("village", "factory", "town", "party", "cadre")),
    "no party": small_layout(kinds=("village", "factory", "homes", "cadre")),
    "no cadres": small_layout(kinds=("village", "town", "homes", "party")),
    "no insiders": small_layout(kinds=("village", "factory", "town", "homes")),
    "no workers": small_layout(kinds=("village", "homes", "party", "cadre")),
    "no villages": small_layout(kinds=("factory", "town", "homes", "party")),
    "no townspeople": small_layout(kinds=("village",)),
    "garrisons only": small_layout(kinds=("homes",)),
    "one province": small_layout(("East",)),
    "no capital": replace(small_layout(), capitals=()),
}


@pytest.mark.parametrize("name", EMPTY)
def test_groups_may_be_missing(name: str) -> None:
    """A country without garrisons, party, cadres, workers, villages, towns or a capital lives its weeks like any other."""
    world = live(EMPTY[name], {}, 25)
    assert world.tick == 25
    assert happened(world)["arrests_open"] > 0


def test_a_garrison_may_have_no_soldiers() -> None:
    """A garrison in whose homes nobody happens to be a soldier never refuses, is never seen, and harms no count."""
    layout = small_layout()
    thin = tuple(
        replace(s, communities=1, represented=s.weight * 64) if s.kind == "homes" else s for s in layout.strata
    )
    layout = replace(layout, strata=thin)
    seed = next(
        seed
        for seed in range(50)
        if 0 in small_world({"population.soldier_share": 0.05}, layout=layout, seed=seed).arrays.pool["strength"]
    )
    world = live(layout, {"population.soldier_share": 0.05}, 25, seed=seed)
    empty = world.arrays.pool["strength"] == 0
    assert empty.any()
    assert (world.arrays.pool["refusing"][empty] == 0).all()
    assert (world.arrays.pool["anger"][empty] <= np.float32(0.2)).all()


def test_everybody_may_be_a_soldier() -> None:
    """Homes in which every adult is a soldier have no free civilians, and all their shares are 0."""
    world = live(small_layout(), {"population.soldier_share": 1.0}, 25)
    homes = world.arrays.stratum["pool"] >= 0
    assert (world.arrays.stratum["civilians"][homes] == 0).all()


def test_a_country_may_die_out() -> None:
    """If everybody dies of hunger, shares are 0 and not undefined, nothing more happens, and both models still agree."""
    hunger = {"food.harvest": 0.0, "food.harvest_per_person": 0.1, "food.famine_death": 0.1, "food.stock_weeks": 0.0}
    hunger |= {"food.city_floor": 0.0, "food.requisition_share": 1.0, "camp.release": 1.0, "exile.return": 1.0}
    hunger |= {"repression.custody_weeks": 1.0, "arming.rate": 0.0}
    world = live(small_layout(kinds=("village", "town", "party")), hunger, 150)
    w = world.arrays
    assert not (w.state <= ARMED).any()
    assert happened(world)["famine_deaths"] > 1500
    shown = observed(world)
    assert shown["open_dissent"] == shown["armed"] == shown["hidden_opposition"] == shown["denunciation_number"] == 0
    before = w.state.copy()
    world.step()
    assert np.array_equal(w.state, before)


def test_children_are_only_ever_quiet_or_dead() -> None:
    """Children are never arrested, armed or mourning, also in a country with the fewest adults."""
    world = live(small_layout(), {"population.adult_share": 0.2}, 30)
    w = world.arrays
    children = w.role & ROLE_BITS == CHILD
    assert 0.75 < children.mean() < 0.85
    assert set(np.unique(w.state[children])) <= {0, 7}
    assert (w.record[children] == 0).all()


def test_soldiers_feel_with_their_garrison_alone() -> None:
    """If only soldiers dissent, and nobody sees them, no village, factory or town ever hits, fears or arrests anybody."""
    values = {"decision.opposition_soldier": 1.0, "emotion.exposure_province": 0.0, "decision.social_weight": 0.0}
    values |= {f"decision.opposition_{role}": 0.0 for role in ("peasant", "worker", "urban", "party", "cadre")}
    values |= {
        "names.acted_on": 0.0,
        "apparatus.case_hunger": 0.0,
        "emotion.hardship": 0.0,
        "decision.start_dissent": 0.006,
    }
    values |= {"combat.intel_base": 1.0, "arming.rate": 0.0}
    world = live(small_layout(PROVINCES), values, 20)
    w = world.arrays
    assert w.pool["fear"].max() > 0.2
    assert (w.community["fear"] < 0.1).all()
    taken = (w.marks >> 3 & 7) > 0
    assert taken.any()
    assert (w.role[taken] & ROLE_BITS == SOLDIER).all()
