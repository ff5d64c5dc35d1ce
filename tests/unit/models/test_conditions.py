"""Conditions by which histories are selected: refusing garrisons, armed centres."""

from __future__ import annotations

import numpy as np
import pytest
from tests.machine_worlds import HARSH, soviet_settings, soviet_world

from whowhom.errors import ModelError
from whowhom.models.machine.conditions import armed_centre, garrison_refuses
from whowhom.models.machine.world import MachineWorld

PERSONS = 65_536
RISING: dict[str, float] = HARSH | {"arming.rate": 2.0, "arming.lay_down": 0.0, "combat.kill_rate": 0.0}


def in_arms(*, weeks: int = 12) -> MachineWorld:
    """A country of all provinces some weeks into a rising."""
    world = soviet_world(soviet_settings(RISING, off=("arrests",)), seed=3, persons=PERSONS)
    for _ in range(weeks):
        if world.alive:
            world.step()
    return world


def test_a_garrison_refuses_when_the_machine_counts_it() -> None:
    """A garrison is said to refuse exactly while the machine counts weeks of refusal."""
    world = in_arms()
    pool = world.arrays.pool.view(np.ndarray)
    names = [pool.name for pool in world.layout.pools]
    assert [garrison_refuses(world, name) for name in names] == (pool["refusing"] > 0).tolist()
    pool["refusing"][names.index("Kronstadt")] = 0
    assert not garrison_refuses(world, "Kronstadt")
    pool["refusing"][names.index("Kronstadt")] = 2
    assert garrison_refuses(world, "Kronstadt")


def test_an_armed_centre_is_counted_in_its_province() -> None:
    """Provinces with an armed centre are there exactly if the nation has armed centres, and none is where nobody is in arms."""
    world = in_arms()
    provinces = [place.name for place in world.layout.provinces]
    found = [name for name in provinces if armed_centre(world, name)]
    centres = int(world.arrays.nation.view(np.ndarray)["armed_centres"][0])
    assert 0 < len(found) <= centres
    world.arrays.settlement.view(np.ndarray)["armed"][:] = 0
    assert not any(armed_centre(world, name) for name in provinces)


def test_few_in_arms_are_no_centre() -> None:
    """A district with fewer than ten simulated persons in arms is none, however much they stand for."""
    world = in_arms()
    settlement = world.arrays.settlement.view(np.ndarray)
    settlement["armed"][:] = 0
    settlement["armed"][0], settlement["risen"][0] = 9, 1
    first = world.layout.provinces[0].name
    assert not armed_centre(world, first)
    settlement["armed"][0] = 10
    assert armed_centre(world, first)


@pytest.mark.parametrize(
    ("condition", "where", "text"),
    [(garrison_refuses, "Kronstat", "'Kronstadt'"), (armed_centre, "Tambow", "'Tambov'")],
)
def test_a_place_must_be_there(condition: object, where: str, text: str) -> None:
    """A place that is not in the world is answered with the nearest names."""
    world = soviet_world(persons=PERSONS)
    with pytest.raises(ModelError) as error:
        condition(world, where)  # type: ignore[operator]
    assert text.strip("'") in str(error.value)
    assert "folded together" in str(error.value)
