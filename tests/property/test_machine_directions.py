"""Does the outcome move the way theory says when a parameter rises?

Each row: two values of one parameter, what is shown, and the sign of the difference, in a small harsh country over 15 weeks (or as
stated). Null: the paired difference over 12 seeds is 0 on average. One-sided Student's t with 11 degrees of freedom, false-alarm rate 1e-6 a row
(t > 8.6); where all seeds agree to the last bit the sign alone decides. Negative control: a parameter that no sentence of the model ties to what
is shown does not move it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy import stats
from tests.machine_worlds import NEVER, harsh_small, observed, small_world

from whowhom.models.machine.declarations import DECLARATIONS

SEEDS = 12
LIMIT = float(stats.t.isf(1e-6, SEEDS - 1))


@dataclass(frozen=True)
class Row:
    """What happens to `shown` when `parameter` rises from `low` to `high`."""

    parameter: str
    low: float
    high: float
    shown: str
    sign: int
    also: Mapping[str, float] = field(default_factory=dict)
    weeks: int = 15


BUSY = {"apparatus.arrests_per_officer": 10.0}
ROWS = (
    Row("decision.start_dissent", 0.02, 0.1, "open_dissent", +1, weeks=3),
    Row("decision.social_weight", 0.2, 0.8, "open_dissent", +1),
    Row("decision.risk_aversion", 0.2, 3.0, "open_dissent", -1),
    Row("decision.severity_scale", 0.5, 3.0, "open_dissent", -1),
    Row("decision.risk_bias", 0.3, 3.0, "open_dissent", -1),
    Row("decision.fear_weight", 0.0, 8.0, "open_dissent", -1),
    Row("decision.opposition_cadre", 0.2, 0.9, "cadre_dissent", +1, {"decision.rally_weight": 0.0}, weeks=4),
    Row("decision.rally_weight", 0.0, 2.0, "cadre_dissent", -1, {"decision.opposition_cadre": 0.7, "danger.base": 0.0}),
    Row("arming.rate", 0.05, 0.5, "armed", +1, weeks=6),
    Row("arming.voice_channel", 0.0, 0.9, "armed", -1, weeks=6),
    Row("arming.lay_down", 0.01, 0.5, "armed", -1, weeks=10),
    Row("repression.custody_weeks", 1.0, 20.0, "detained", +1),
    Row("repression.conviction", 0.1, 0.9, "executed_total", +1, weeks=25),
    Row("repression.share_executed", 0.1, 0.8, "executed_total", +1),
    Row("repression.share_camp", 0.1, 0.9, "in_camps", +1, {"repression.share_executed": 0.1}),
    Row("repression.share_exile", 0.05, 0.6, "in_exile", +1, {"repression.share_executed": 0.1, "repression.share_camp": 0.2}, weeks=25),
    Row("repression.share_interned", 0.0, 1.0, "in_camps", +1, {"repression.conviction": 0.1}),
    Row("repression.torture", 0.0, 1.0, "denunciation_number", +1),
    Row("names.base", 0.5, 6.0, "arrests_total", +1, BUSY),
    Row("names.acted_on", 0.1, 0.9, "arrests_total", +1, BUSY),
    Row("names.repeated", 0.0, 0.9, "arrests_total", -1, BUSY),
    Row("camp.release", 0.0, 0.3, "in_camps", -1, weeks=30),
    Row("camp.death", 0.0, 0.2, "camp_deaths_total", +1, weeks=30),
    Row("exile.return", 0.0, 0.5, "in_exile", -1, weeks=30),
    Row("apparatus.floor", 1e-4, 5e-3, "staff", +1),
    Row("apparatus.per_threat", 0.0, 0.5, "staff", +1, {"apparatus.floor": 1e-4}),
    Row("apparatus.growth_per_week", 0.1, 0.5, "staff", +1),
    Row("apparatus.cap", 1e-4, 1e-2, "staff", +1),
    Row("apparatus.arrests_per_officer", 0.5, 10.0, "arrests_total", +1),
    Row("apparatus.case_hunger", 0.0, 1.0, "arrests_self", +1, BUSY | {"names.acted_on": 0.0}),
    Row("quality.half", 1e-4, 1e-2, "quality", -1),
    Row("quality.support_exponent", 0.0, 2.0, "quality", -1),
    Row("centre.prior_suspicion", 0.0, 0.2, "threat", +1, weeks=5),
    Row("centre.under_report", 0.0, 0.9, "threat", -1, weeks=5),
    Row("centre.weight_armed", 0.0, 20.0, "threat", +1, weeks=8),
    Row("centre.weight_external", 0.0, 1.0, "threat", +1, {"path.intervention": 1.0}, weeks=5),
    Row("centre.ceiling_execution", 0.2, 1.0, "use_execution", +1),
    Row("centre.escalation", 0.05, 0.5, "use_arrest", +1, weeks=6),
    Row("centre.concession_max", 0.0, 0.8, "hardship_peasant", -1),
    Row("centre.concession_max", 0.0, 0.8, "ration", -1, {"food.stock_weeks": 0.0}),
    Row("emotion.fear_gain", 0.1, 0.8, "fear", +1),
    Row("emotion.fear_decay", 0.0, 0.2, "fear", -1),
    Row("emotion.anger_gain", 0.05, 1.0, "anger", +1),
    Row("emotion.anger_decay", 0.0, 0.1, "anger", -1),
    Row("emotion.exposure_gain", 1.0, 20.0, "fear", +1),
    Row("emotion.exposure_execution", 0.0, 20.0, "fear", +1),
    Row("emotion.publicity", 0.0, 4.0, "fear", +1),
    Row("emotion.exposure_province", 0.0, 1.0, "fear", +1),
    Row("emotion.overt_backlash", 0.0, 2.0, "anger", +1),
    Row("emotion.injustice", 0.0, 2.0, "shift", +1),
    Row("emotion.hardship", 0.0, 0.03, "shift", +1, {"centre.concession_max": 0.0, "emotion.injustice": 0.0}, weeks=30),
    Row("emotion.concession_comfort", 0.0, 0.01, "shift", -1),
    Row("food.requisition_share", 0.05, 0.4, "hardship_peasant", +1),
    Row("food.stock_weeks", 1.0, 20.0, "ration", +1),
    Row("food.city_floor", 0.1, 0.6, "ration", +1, {"food.stock_weeks": 0.0}),
    Row("food.harvest", 0.5, 1.2, "ration", +1, {"food.stock_weeks": 0.0}),
    Row("food.famine_death", 0.001, 0.05, "famine_deaths_total", +1, {"food.harvest": 0.4}),
    Row("army.troops", 500.0, 20_000.0, "danger", -1),
    Row("combat.kill_rate", 0.01, 0.5, "combat_deaths_total", +1),
    Row("combat.engagement", 1.0, 10.0, "combat_deaths_total", +1, {"army.troops": 50_000.0}),
    Row("combat.intel_base", 0.0, 1.0, "armed", -1, {"combat.kill_rate": 0.2}),
    Row("combat.loss_rate", 0.001, 0.05, "regime_losses_total", +1),
    Row("danger.armed", 0.0, 10.0, "danger", +1),
    Row("control.ratio", 0.05, 50.0, "territory_lost", -1, {"army.home_share": 0.01, "arming.rate": 2.0}),
)  # fmt: skip


def difference(row: Row) -> tuple[float, float]:
    """Mean paired difference of what is shown, high less low, and its Student's t (infinite if all seeds agree)."""
    found = []
    for seed in range(SEEDS):
        shown = []
        for value in (row.low, row.high):
            world = small_world(harsh_small(NEVER | dict(row.also) | {row.parameter: value}), seed=seed)
            while world.alive and world.tick < row.weeks:
                world.step()
            shown.append(observed(world)[row.shown])
        found.append(shown[1] - shown[0])
    mean, spread = float(np.mean(found)), float(np.std(found, ddof=1))
    t = mean / (spread / math.sqrt(SEEDS)) if spread > 0 else math.copysign(math.inf, mean) if mean else 0.0
    print(f"{row.parameter} {row.low:g} to {row.high:g}: {row.shown} {mean:+.4g}, t = {t:+.1f}")
    return mean, t


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.parameter} {'raises' if row.sign > 0 else 'lowers'} {row.shown}"
)
def test_outcomes_move_as_theory_says(row: Row) -> None:
    """Raising the parameter moves what is shown in the stated direction."""
    DECLARATIONS.parameter(row.parameter)
    assert row.sign * difference(row)[1] > LIMIT


def test_what_is_not_tied_does_not_move() -> None:
    """Negative control: how founders are drawn moves neither dissent nor arrests, and the danger of a fall nothing without a rally."""
    for shown in ("open_dissent", "arrests_total"):
        assert difference(Row("population.founder_share", 0.0, 1.0, shown, 0)) == (0.0, 0.0)
        assert difference(Row("danger.base", -10.0, 10.0, shown, 0, {"decision.rally_weight": 0.0})) == (0.0, 0.0)
