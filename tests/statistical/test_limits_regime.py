"""The regime in its limits: T7, growth of the apparatus; T10, the firewall; T12, what the centre believes.

These are laws of state without a draw in them: they hold to rounding, n does not matter and the false-alarm rate is 0.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.statistical.worlds import FULL_ARREST, KINDS, G, Q, V, Watched, layout_of, world_of

from whowhom.engine.schedule import Schedule

ROUNDING = 1e-9

# --- T7 ---------------------------------------------------------------------------------------------------------------------------

UP, DOWN, LOW, HIGH, RISE, FALL = 0.11, 0.007, 2e-5, 1e-3, 40, 160


def officers_after_a_pulse(kind: str, *, shrink: float = DOWN, growth: float = UP, weeks: int = 300) -> np.ndarray:
    """Officers per inhabitant, week by week, when the goal is low, high from `RISE` on and low again from `FALL` on."""
    values = {
        "apparatus.founding_week": 0,
        "apparatus.growth_per_week": growth,
        "apparatus.shrink_per_week": shrink,
        "apparatus.cap": 0.05,
    }
    pulse = Schedule(((0, LOW), (RISE, HIGH), (FALL, LOW)), "step")
    layout = layout_of([("village", 4, 50.0, 0.0)])
    world = world_of(kind, layout, values, off=("arrests",), schedules={"apparatus.floor": pulse})
    persons = layout.strata[0].represented
    return np.array([world.live(1).look("officers")[0] / persons for _ in range(weeks)])


def pulse_in_theory() -> np.ndarray:
    """Exponential growth from 1e-6 up to a goal above; decay of the excess over a goal below."""
    officers = [1e-6]
    for week in range(1, 300):
        goal = HIGH if RISE <= week < FALL else LOW
        if week < FALL:
            start, since = (1e-6, week) if week < RISE else (LOW, week - RISE + 1)
            officers.append(min(goal, start * (1 + UP) ** since))
        else:
            officers.append(LOW + (HIGH - LOW) * (1 - DOWN) ** (week - FALL + 1))
    return np.array(officers)


@pytest.mark.parametrize("kind", KINDS)
def test_the_apparatus_grows_exponentially_and_shrinks_by_its_excess(kind: str) -> None:
    """Towards a higher goal officers grow by u_up a week from 1e-6 of the inhabitants; after a pulse the excess decays by u_dn a week."""
    officers, theory = officers_after_a_pulse(kind), pulse_in_theory()
    half_life = np.log(0.5) / np.log((officers[-1] - LOW) / (officers[-2] - LOW))
    print(
        f"T7: largest relative difference {np.abs(officers / theory - 1).max():.2g}; half of the excess gone after {half_life:.1f} weeks"
    )
    np.testing.assert_allclose(officers, theory, rtol=ROUNDING)


@pytest.mark.parametrize("wrong", [{"shrink": 0.008}, {"growth": 0.1}])
@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_the_apparatus_notices_a_wrong_speed(kind: str, wrong: dict[str, float]) -> None:
    """Negative control: a world that shrinks or grows at another speed fails the check of T7."""
    assert not np.allclose(officers_after_a_pulse(kind, **wrong), pulse_in_theory(), rtol=ROUNDING)


# --- T10 --------------------------------------------------------------------------------------------------------------------------

READERS_OFF = {
    "names.true_share": 0.0,
    "apparatus.aim": 0.0,
    "quality.support_exponent": 0.0,
    "combat.intel_support": 0.0,
}
"""Nothing of what the regime does depends on private opposition any more."""
READERS_ON = {
    "names.true_share": 0.9,
    "apparatus.aim": 1.0,
    "quality.support_exponent": 1.0,
    "quality.half": 1e-4,
    "combat.intel_support": 0.3,
}

REPRESSION = FULL_ARREST | {
    "repression.custody_weeks": 3.0,
    "repression.conviction": 0.5,
    "names.acted_on": 0.5,
    "names.repeated": 0.1,
    "names.base": 3.0,
    "names.community": 0.3,
    "apparatus.case_hunger": 0.3,
    "apparatus.dossier_weight": 0.1,
    "apparatus.arrests_per_officer": 1.0,
    "apparatus.troop_presence": 0.05,
    "apparatus.per_threat": 0.01,
    "apparatus.load_growth": 0.2,
    "camp.death": 0.001,
    "camp.release": 0.01,
    "exile.return": 0.01,
    "army.troops": 2e4,
    "arming.rate": 0.03,
    "emotion.fear_gain": 0.4,
    "emotion.anger_gain": 0.1,
    "decision.start_anger": 0.2,
    "decision.anger_weight": 0.3,
    "decision.social_weight": 0.5,
    "decision.risk_aversion": 1.0,
    "decision.opposition_sd": 0.05,
    "decision.threshold_sd": 0.05,
    "decision.start_dissent": 0.05,
}


def private_world(kind: str, opposition: float, readers: dict[str, float]) -> Watched:
    """Restless towns beside villages that never act, whatever their private opposition: their thresholds are out of reach."""
    rows = [("village", 24, 40.0, opposition - 0.58), ("town", 12, 40.0, 1.5)]
    return world_of(kind, layout_of(rows, rows), REPRESSION | readers, seed=7)


def path_of(world: Watched, weeks: int = 40) -> list[tuple[str, bytes]]:
    """Everything that is kept of the regime and of the persons, week by week, except the private margin itself."""
    names = ("officers", "threat", "use", "accept_open", "queue", "load", "control", "concession", "stock", "danger", "fear_mean",
             "fear", "anger", "state", "role", "dossier", "grief", "ever_voice", "ever_armed", "origin")  # fmt: skip
    path = []
    for _ in range(weeks):
        world.live(1)
        path += [(name, world.look(name).tobytes()) for name in names]
    return path


def check_that_villages_never_acted(world: Watched) -> None:
    village = world.kind == "village"
    acted = int((village & (world.look("ever_voice") > 0)).sum())
    held = int((village & (world.look("origin") > 0)).sum())
    print(
        f"T10: {acted} of {village.sum()} villagers ever acted, {held} were arrested; state {np.bincount(world.look('state'))}"
    )
    assert acted == 0
    assert held > 100, "the check needs villagers whom the regime hits"


@pytest.mark.parametrize("kind", KINDS)
def test_the_regime_cannot_see_what_nobody_shows(kind: str) -> None:
    """Private opposition of .1, .6 or .9 in persons who never act gives bit-identical paths when the private readers are off."""
    worlds = [private_world(kind, opposition, READERS_OFF) for opposition in (0.1, 0.6, 0.9)]
    paths = [path_of(world) for world in worlds]
    check_that_villages_never_acted(worlds[0])
    assert paths[0] == paths[1] == paths[2]


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_the_firewall_notices_private_readers(kind: str) -> None:
    """Negative control: with the private readers on, the same two worlds take different paths."""
    worlds = [private_world(kind, opposition, READERS_ON) for opposition in (0.1, 0.9)]
    first, second = (path_of(world) for world in worlds)
    check_that_villages_never_acted(worlds[1])
    assert first != second


# --- T12 --------------------------------------------------------------------------------------------------------------------------

SUSPICION, WEIGHT, LAG, UNDER = 0.02, 0.4, 3, 0.25


def centre_world(kind: str, *, loss: float, fear: float, lag: int = LAG) -> Watched:
    """Threat = belief (smoothing 1, no other weights); dissent that rises week by week, so that the age of the report matters."""
    values = {
        "centre.smoothing": 1.0,
        "centre.weight_report": 1.0,
        "centre.weight_armed": 0.0,
        "centre.weight_external": 0.0,
        "centre.prior_suspicion": SUSPICION,
        "centre.prior_weight": WEIGHT,
        "centre.information_loss": loss,
        "centre.under_report": UNDER,
        "centre.lag": lag,
        "decision.start_fear": fear,
        "emotion.fear_decay": 0.0,
        "decision.social_weight": 1.0,
        "decision.opposition_sd": 0.1,
        "decision.threshold_sd": 0.1,
        "decision.start_dissent": 0.04,
        "decision.start_anger": 0.5,
        "arming.rate": 0.1,
        "control.ratio": 100.0,
        "combat.engagement": 0.0,
    }
    return world_of(kind, layout_of([("village", 32, 10.0, 0.0)], [("town", 32, 10.0, 0.05)]), values, off=("arrests",))


def beliefs(world: Watched, weeks: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Threat of both provinces and the report as it was after each week."""
    threats, shown = [], [[0.0, 0.0]]
    for _ in range(weeks):
        world.live(1)
        threats.append(world.look("threat"))
        shown.append([world.share([V, G], world.province == r, of=[Q, V, G]) for r in (0, 1)])
    print(f"T12: report of province 0 {np.round([row[0] for row in shown], 3)}")
    return np.array(threats), np.array(shown)


def weighted_mean(shown: np.ndarray, weeks: int, *, precision: float) -> np.ndarray:
    report = (1 - UNDER) * np.array([shown[max(0, week - LAG)] for week in range(weeks)])
    return (precision * report + WEIGHT * SUSPICION) / (precision + WEIGHT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_centre_that_fear_blinds_believes_its_own_suspicion(kind: str) -> None:
    """As information loss times fear grows, belief tends to the prior suspicion, whatever is reported."""
    threats, shown = beliefs(centre_world(kind, loss=1000.0, fear=1.0))
    assert shown.max() > 0.2
    np.testing.assert_allclose(threats, SUSPICION, rtol=ROUNDING)


@pytest.mark.parametrize(("loss", "fear"), [(0.0, 0.7), (3.0, 0.5)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_centre_that_sees_weighs_the_old_report_against_its_suspicion(kind: str, loss: float, fear: float) -> None:
    """Belief is the mean of the under-reported, lagged report (weight exp(-loss fear), 1 without loss) and the prior (weight pi_0)."""
    threats, shown = beliefs(centre_world(kind, loss=loss, fear=fear))
    expected = weighted_mean(shown, len(threats), precision=np.exp(-loss * fear))
    np.testing.assert_allclose(threats, expected, rtol=1e-6)  # fear is kept in single precision


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_belief_notices_a_younger_report(kind: str) -> None:
    """Negative control: a centre whose report is one week younger fails the check of T12."""
    threats, shown = beliefs(centre_world(kind, loss=0.0, fear=0.7, lag=LAG - 1))
    assert not np.allclose(threats, weighted_mean(shown, len(threats), precision=1.0), rtol=1e-6)
