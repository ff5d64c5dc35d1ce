"""Emotions in their limit: T8, fear and anger under constant exposure.

Factories where everybody dissents and is arrested at a constant rate stand beside villages where nothing happens. Null: mean fear of
the factories is eta s / (eta s + delta) with s the mean of 1 - exp(-g X), X their own arrests and those of the province; likewise anger,
with s multiplied by the bracket (here zeta, as everybody hit was in open, unarmed dissent); fear of the villages has the s of the
province's arrests alone. Standard error: between communities (Student's t), for the villages an upper bound from the weekly number of
arrests. 30 factories of about 58 adults (compiled: 960). False-alarm rate 1e-6 for each check; seeds fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.statistical.worlds import (
    ARRESTS_LATER,
    FULL_ARREST,
    GROWN,
    KINDS,
    LARGER,
    Watched,
    agrees,
    as_normal,
    layout_of,
    world_of,
)

FACTORIES, VILLAGES, ENFORCERS = 30, 120, 0.02
GAIN, FEAR_GAIN, FEAR_DECAY, ANGER_GAIN, ANGER_DECAY, BACKLASH = 2.0, 0.3, 0.05, 0.3, 0.05, 0.8


def exposed_world(kind: str, *, fear_gain: float = FEAR_GAIN, backlash: float = BACKLASH) -> Watched:
    scale = LARGER[kind]
    values = FULL_ARREST | {
        "decision.start_dissent": FACTORIES / (FACTORIES + VILLAGES),
        "decision.risk_constant": 2.3,
        "apparatus.troop_presence": ENFORCERS,
        "army.home_share": 1.0,
        "army.troops": 64.0 * scale * (FACTORIES + VILLAGES),
        "repression.custody_weeks": 1.0,
        "repression.conviction": 0.0,
        "repression.share_interned": 0.0,
        "emotion.exposure_gain": GAIN,
        "emotion.exposure_province": 1.0,
        "emotion.fear_gain": fear_gain,
        "emotion.fear_decay": FEAR_DECAY,
        "emotion.anger_gain": ANGER_GAIN,
        "emotion.anger_decay": ANGER_DECAY,
        "emotion.overt_backlash": backlash,
    }
    layout = layout_of([("village", VILLAGES * scale, 1.0, 0.0), ("factory", FACTORIES * scale, 1.0, 3.0)])
    return world_of(kind, layout, values, switch_dates=ARRESTS_LATER).live(GROWN + 110)


def weekly_arrest(share: float) -> float:
    """Chance that a dissenter is arrested in a given week: 1 / P weeks of dissent, then one in custody and one quiet, for ever."""
    p = 0.3
    for _ in range(200):
        visible = share / (1 + 2 * p) / (1 - share * p / (1 + 2 * p))
        p = 1 - math.exp(-2.3 * 64 * ENFORCERS / (64 * visible + 1))
    return p / (1 + 2 * p)


def constant(s: float, gain: float, decay: float) -> float:
    return gain * s / (gain * s + decay)


def emotions_agree(world: Watched) -> bool:
    adults = world.adult.reshape(-1, 64).sum(axis=1)
    factory = world.kind.reshape(-1, 64)[:, 0] == "factory"
    chance = weekly_arrest(adults[factory].sum() / adults.sum())
    province = chance * adults[factory].sum() / 64 / len(adults)
    calm = math.exp(-GAIN * province)
    s = np.mean(1 - calm * (1 - chance * (1 - math.exp(-GAIN / 64))) ** adults[factory])
    fear, anger = world.look("fear"), world.look("anger")
    print(
        f"T8: chance of arrest {chance:.4f} a week, X of the province {world.look('exposure_mean')[0]:.4f} (theory {province:.4f})"
    )
    passed, rate = True, as_normal(int(factory.sum()) - 1)
    for name, values, expected in (
        ("fear", fear, constant(s, FEAR_GAIN, FEAR_DECAY)),
        ("anger", anger, constant(s * BACKLASH, ANGER_GAIN, ANGER_DECAY)),
    ):
        error = values[factory].std(ddof=1) / math.sqrt(factory.sum())
        passed &= agrees(f"T8 {name} of factories", values[factory].mean(), error, expected, rate=rate)
    s_village = 1 - calm
    expected, pull = constant(s_village, FEAR_GAIN, FEAR_DECAY), FEAR_GAIN * s_village + FEAR_DECAY
    spread = math.sqrt(chance * (1 - chance) * adults[factory].sum()) / 64 / len(adults)
    error = FEAR_GAIN * (1 - expected) * GAIN * calm * spread / math.sqrt(1 - (1 - pull) ** 2)
    assert np.ptp(fear[~factory]) == 0.0
    assert not anger[~factory].any()
    return passed & agrees("T8 fear of villages", fear[~factory].mean(), error, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_fear_and_anger_under_constant_exposure_reach_their_balance(kind: str) -> None:
    """Under constant exposure fear settles at eta s / (eta s + delta), and anger likewise with the bracket of those who were hit."""
    assert emotions_agree(exposed_world(kind))


@pytest.mark.parametrize("wrong", [{"fear_gain": 0.26}, {"backlash": 0.7}])
@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_emotions_notices_a_wrong_parameter(kind: str, wrong: dict[str, float]) -> None:
    """Negative control: a world with another gain of fear, or another backlash, fails the check of T8."""
    assert not emotions_agree(exposed_world(kind, **wrong))
