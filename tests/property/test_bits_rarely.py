"""The compiled model and the slow reference agree bit for bit where something happens that the other histories of the comparison do not bring, or not in a small country.

Mutants of the mechanisms said what was missing (`docs/mutation.md`): a line that no history of the comparison needs could be wrong in one of the two programs. Each case says what must have happened in it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.machine_worlds import NEVER, harsh_small, settings_of, small_layout, small_world
from tests.property.test_bits import Case, Pair
from tests.property.test_bits_instruments import ALL, MUTINY, SWITCHES, TROUBLED

from whowhom.engine.population import CONDEMNED
from whowhom.models.machine.declarations import DECLARATIONS

WAR = {"path.civil_war": 0.6, "collapse.army_share": 0.9, "collapse.army_need": 0.2, "collapse.army_weeks": 3}
MUTINOUS = {
    "decision.opposition_soldier": 0.65,
    "decision.risk_constant": 0.0,
    "combat.kill_rate": 0.0,
    "path.civil_war": 0.0,
}
"""Soldiers who dissent where no province can be lost."""
CASES = (
    Case("army, small", harsh_small(NEVER | WAR), 1, weeks=10, cause="army"),
    Case("army that holds out for some weeks", harsh_small(NEVER | WAR | {"collapse.army_share": 0.015, "combat.loss_rate": 0.5}), 2, weeks=20),
    Case("mutiny in the capital", harsh_small(NEVER | MUTINOUS | {"collapse.capital_weeks": 3}), 1, weeks=20, events=frozenset({"refusal"}), cause="capital"),
    Case("grief for ever", harsh_small({"emotion.grief_decay": 0.0}), 1, weeks=20, events=frozenset({"executed"})),
    Case("no capacity", harsh_small({"apparatus.arrests_per_officer": 0.0}), 1, weeks=12, events=frozenset({"combat_deaths"})),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_they_agree_on_what_happens_rarely(case: Case) -> None:
    """A fall for want of an army or by a mutiny where nothing is lost, grief that never fades, and an apparatus without capacity mean the same to both."""
    pair = case.pair().live(case.weeks)
    print(case.name, pair.world.tick, repr(pair.world.cause), sorted(pair.events))
    assert case.events <= pair.events
    assert pair.world.cause == case.cause


@pytest.mark.parametrize("seed", [1, 2])
def test_they_agree_where_provinces_are_won_back(seed: int) -> None:
    """In a small country without a capital, provinces are lost to many who soon lay down their arms, and won back."""
    values = {"control.ratio": 0.6, "arming.rate": 0.2, "arming.lay_down": 0.5, "names.acted_on": 0.3, "combat.kill_rate": 0.9}  # fmt: skip
    settings = settings_of(harsh_small({name: NEVER[name] for name in NEVER if name != "control.ratio"} | values))
    layout = replace(small_layout(), capitals=())
    pair = Pair(small_world(settings=settings, layout=layout, seed=seed), settings, seed=seed).live(40)
    assert {"loss", "won back"} <= pair.events


def test_they_agree_where_the_spread_of_opposition_changes() -> None:
    """A spread of private opposition that changes at a date means another support from that week on, to both."""
    before = settings_of(harsh_small(NEVER))
    settings = before.replace({"decision.opposition_sd": 0.3}, from_tick=8)
    pair = Pair(small_world(settings=settings, seed=2), settings, seed=2).live(16)
    other = small_world(settings=before, seed=2)
    for _ in range(16):
        other.step()
    assert (pair.world.arrays.province["support"] != other.arrays.province["support"]).all()


def test_they_agree_where_the_condemned_go_into_exile() -> None:
    """Executions and camps end in week 14, exile in week 19: those who wait go into exile, then home."""
    values = {"repression.execution_delay": 10.0, "apparatus.arrests_per_officer": 10.0, "decision.start_dissent": 0.15}
    settings = settings_of(TROUBLED | values).replace(off=("executions", "camps"), from_tick=14)
    settings = settings.replace(off=("exile",), from_tick=19)
    Pair(small_world(settings=settings, seed=1), settings, seed=1).live(24)
    alone = small_world(settings=settings, seed=1)
    waiting = []
    for week in range(24):
        alone.step()
        if week in (13, 18, 23):
            waiting.append(np.count_nonzero(alone.arrays.marks & CONDEMNED))
    assert waiting[0] > waiting[1] > 0


def _own_values() -> dict[str, float]:
    """Every parameter of the core a little beside its value in harsh settings, each by another factor."""
    values = settings_of(ALL)
    found = {}
    for k, parameter in enumerate(DECLARATIONS.parameters):
        value = values.value(parameter.name, 0)
        moved = value * (1.0 - 0.002 * (k % 50 + 1)) if value else 0.0002 * (k % 50 + 1)
        if parameter.low <= moved <= parameter.high and "whole" not in parameter.unit:
            found[parameter.name] = moved
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_they_agree_where_no_two_parameters_are_equal(seed: int) -> None:
    """With every instrument on, and no parameter that has the value of its neighbour by default, a parameter read in the place of another would be seen."""
    settings = settings_of(ALL | MUTINY | _own_values()).replace(on=SWITCHES)
    Pair(small_world(settings=settings, seed=seed), settings, seed=seed).live(20)
