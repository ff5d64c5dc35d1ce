"""Twice as many simulated persons give the same country: rates and totals do not depend on the size of the sample.

Null: the mean over seeds of an outcome at one size is that at twice the size. Welch's z of the difference, false-alarm rate 1e-6 for each
outcome and step (|z| < 4.89); independent seeds at each size. Negative control: totals in simulated persons, without weights, drift.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from tests.machine_worlds import (
    HARSH,
    NEVER,
    happened,
    harsh_small,
    observed,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)

from whowhom.models.machine.world import MachineWorld

LIMIT = 4.89
OUTCOMES = (
    "arrests_total",
    "executed_total",
    "camp_weeks_total",
    "famine_deaths_total",
    "combat_deaths_total",
    "insider_arrests_total",
    "in_camps",
    "armed",
    "open_dissent",
    "fear",
    "anger",
    "staff",
    "denunciation_number",
)


def sample(build: Callable[[int], MachineWorld], seeds: range, weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes after some weeks, one row a seed; and arrests and deaths in simulated persons."""
    rows, raw = [], []
    for seed in seeds:
        world = build(seed)
        for _ in range(weeks):
            world.step()
        shown, counted = observed(world), happened(world)
        rows.append([shown[name] for name in OUTCOMES])
        raw.append([counted["arrests_named"], counted["executed"], counted["famine_deaths"]])
    return np.array(rows), np.array(raw, float)


def z_scores(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    error = np.sqrt(one.var(0, ddof=1) / len(one) + other.var(0, ddof=1) / len(other))
    return (one.mean(0) - other.mean(0)) / np.where(error > 0, error, 1)


def small(times: int) -> Callable[[int], MachineWorld]:
    values = harsh_small(NEVER | {"decision.social_weight": 0.3})
    return lambda seed: small_world(values, layout=small_layout(times=times), seed=seed)


def shown(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Print both means and their z, and return the z."""
    z = z_scores(one, other)
    for name, a, b, score in zip(OUTCOMES, one.mean(0), other.mean(0), z, strict=True):
        print(f"{name}: {a:.5g} and {b:.5g}, z = {score:+.2f}")
    return z


def test_twice_as_many_persons_give_the_same_rates() -> None:
    """A small country in 10,240 and in 20,480 simulated persons has the same victims, prisoners, dissent, moods and staff on average
    (100 and 60 seeds, 20 harsh weeks); without weights counts double.
    """
    (one, raw_one), (two, raw_two) = sample(small(4), range(100), 20), sample(small(8), range(500, 560), 20)
    assert (np.abs(shown(one, two)) < LIMIT).all()
    assert (np.abs(z_scores(raw_one, raw_two)) > LIMIT).all(), "without weights totals must drift"


def test_the_drift_of_the_smallest_samples_vanishes() -> None:
    """Below the model's smallest size a sample is a little too calm, since names fall on the same few people again: arrests, deaths and
    camp weeks in 2,560 persons are within 15 % of those in 20,480, and in 5,120 within 9 % (200, 120 and 60 seeds; 4.89 standard errors on top).
    """
    large = sample(small(8), range(500, 560), 20)[0]
    columns = [OUTCOMES.index(name) for name in ("arrests_total", "executed_total", "camp_weeks_total")]
    for times, seeds, most in ((1, 200, 0.15), (2, 120, 0.09)):
        few = sample(small(times), range(1000 * times, 1000 * times + seeds), 20)[0]
        error = np.sqrt(few.var(0, ddof=1) / len(few) + large.var(0, ddof=1) / len(large)) / large.mean(0)
        drift = few.mean(0) / large.mean(0) - 1
        print(
            f"{2560 * times} persons: drift", [f"{100 * drift[k]:+.1f} % (error {100 * error[k]:.1f})" for k in columns]
        )
        assert all(abs(drift[k]) < most + LIMIT * error[k] for k in columns)


def test_the_scenario_does_not_drift_with_size() -> None:
    """`soviet` in 10,240 and in 16,384 simulated persons (the same four provinces, other weights) has the same outcomes on average
    (100 and 60 seeds, 40 harsh weeks).
    """
    settings = soviet_settings(
        HARSH | NEVER | {"decision.start_dissent": 0.02, "names.base": 1.0, "names.per_torture": 1.0}
    )
    few, many = (
        sample(lambda seed, n=persons: soviet_world(settings, seed=seed, persons=n), seeds, 40)[0]
        for persons, seeds in ((10_240, range(100)), (16_384, range(500, 560)))
    )
    assert (np.abs(shown(few, many)) < LIMIT).all()
