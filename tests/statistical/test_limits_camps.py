"""Camps and rationing in their limits: T4, the stock of a camp under constant inflow; E13, the same chance for every case of a class.

T4. Null: stocks of independent provinces are Poisson with mean lambda / (mu_rel + mu_d) (1 - exp(-(mu_rel + mu_d) t)), here in weeks and
with the few who are already held or dead, and so cannot be taken again, left out. Mean: standard error root of mean over provinces;
spread: chi-square of the index of dispersion. 200 provinces of 115 adults (compiled: 922).

E13. Null: of the open dissenters in one province each is arrested with the same chance, capacity over demand, wherever he is stored.
Standard error: binomial; n = 2,500 dissenters (compiled: 79,000).

False-alarm rate 1e-6 for each check; seeds fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from tests.reference.week import OPEN, ReferenceWorld, V
from tests.statistical.worlds import (
    ARRESTS_LATER,
    CAMP,
    DETAINED,
    FULL_ARREST,
    GROWN,
    KINDS,
    LARGER,
    TO_CAMP_FOR_EVER,
    Watched,
    agrees,
    layout_of,
    world_of,
)

# --- T4 ---------------------------------------------------------------------------------------------------------------------------

PROVINCES, RELEASE, DEATH, CASES = 200, 0.06, 0.02, 1.0
WEEKS = (8, 45)


def camp_world(kind: str, *, release: float = RELEASE) -> Watched:
    """Self-generated cases at a constant rate (`CASES` a week in 256 persons), blind; custody of a week, then camp."""
    values = FULL_ARREST | TO_CAMP_FOR_EVER
    values |= {"camp.release": release, "camp.death": DEATH, "camp.famine_factor": 1.0}
    values |= {"apparatus.case_hunger": 1.0, "apparatus.arrests_per_officer": CASES / 2.56}
    rows = [("village", 2 * (8 if kind == "compiled" else 1), 1.0, 0.0)]
    return world_of(
        kind, layout_of(*[rows] * PROVINCES), values | {"decision.start_dissent": 1e-6}, switch_dates=ARRESTS_LATER
    )


def stocks(world: Watched) -> np.ndarray:
    held = world.adult & (world.look("state") == CAMP)
    return np.bincount(world.province[held], minlength=PROVINCES)


def stock_in_theory(adults: float, inflow: float, weeks: int) -> float:
    """Week by week: who is free is taken by one of Poisson(inflow) cases; a week later he is in camp; there he is released or dies."""
    held = camp = dead = 0.0
    for _ in range(weeks):
        taken = (adults - held - camp - dead) * (1 - math.exp(-inflow / adults))
        camp, dead, held = camp * (1 - RELEASE - DEATH) + held, dead + DEATH * camp, taken
    return camp


def mean_agrees(world: Watched, weeks: int) -> bool:
    adults, inflow = world.adult.sum() / PROVINCES, CASES * len(world.stratum) / PROVINCES / 256
    expected, mu = stock_in_theory(adults, inflow, weeks), RELEASE + DEATH
    limit = inflow / mu * (1 - math.exp(-mu * (weeks - 1)))
    print(f"T4 after {weeks} weeks: lambda / mu (1 - exp(-mu t)) = {limit:.3f}, with the held left out {expected:.3f}")
    return agrees(f"T4 mean after {weeks} weeks", stocks(world).mean(), math.sqrt(expected / PROVINCES), expected)


def spread_agrees(counts: np.ndarray, *, rate: float = 1e-6) -> bool:
    """Index of dispersion, two-sided."""
    index = ((counts - counts.mean()) ** 2).sum() / counts.mean()
    dof = len(counts) - 1
    low, high = stats.chi2.ppf([rate / 2, 1 - rate / 2], dof)
    print(
        f"T4 variance over mean: {index / dof:.3f} (standard error {math.sqrt(2 / dof):.2g}), expected 1, between {low / dof:.2f} and {high / dof:.2f}"
    )
    return bool(low < index < high)


@pytest.mark.parametrize("kind", KINDS)
def test_a_camp_under_constant_inflow_fills_to_its_poisson_stock(kind: str) -> None:
    """The stock of a camp is Poisson around lambda / (mu_rel + mu_d) (1 - exp(-(mu_rel + mu_d) t)), early and late."""
    world, lived = camp_world(kind).live(GROWN), 0
    for weeks in WEEKS:
        world.live(weeks - lived)
        lived = weeks
        assert mean_agrees(world, weeks)
        assert spread_agrees(stocks(world))


@pytest.mark.parametrize("kind", KINDS)
def test_the_checks_of_the_camp_notice_a_wrong_release_and_clumps(kind: str) -> None:
    """Negative controls: a world with another rate of release fails the check of the mean; arrivals in pairs fail that of the spread."""
    world = camp_world(kind, release=0.09).live(GROWN + WEEKS[1])
    assert not mean_agrees(world, WEEKS[1])
    assert not spread_agrees(2 * stocks(world))


# --- E13 --------------------------------------------------------------------------------------------------------------------------


class FirstCome(ReferenceWorld):
    """Wrong on purpose: capacity is used up in the order of storage."""

    def _open_arrests(self) -> None:
        left = [r.cap for r in self.provinces]
        for person in self.people:
            if person.state == V and left[person.body.place] >= self.weights[person.stratum]:
                left[person.body.place] -= self.weights[person.stratum]
                self._arrest(person, OPEN)


def rationing_agrees(kind: str, *, reference: type[ReferenceWorld] = ReferenceWorld) -> bool:
    """One week in which capacity (a hundredth of the inhabitants) meets the certain arrest of three tenths of the adults."""
    values = FULL_ARREST | {
        "apparatus.arrests_per_officer": 1.0,
        "apparatus.troop_presence": 5.0,
        "army.troops": 1e7,
        "army.home_share": 1.0,
        "decision.start_dissent": 0.3,
    }
    communities = 72 * LARGER[kind]
    layout = layout_of([("village", communities, 1.0, 0.0), ("factory", communities, 2.0, 0.0)])
    values |= {"decision.opposition_worker": 0.58, "decision.severity_base": 0.0, "decision.severity_scale": 0.0}
    world = world_of(kind, layout, values, switch_dates=ARRESTS_LATER, reference=reference).live(GROWN)
    open_before = world.look("state") == V
    arrested = world.live(1).look("state") == DETAINED
    capacity = 0.01 * sum(row.represented for row in layout.strata)
    chance = capacity / world.weight[open_before].sum()
    first = np.arange(len(open_before)) < len(open_before) // 4
    passed = True
    for name, part in (
        ("first quarter", first),
        ("second quarter", ~first & (world.stratum == 0)),
        ("others", world.stratum == 1),
    ):
        n = (open_before & part).sum()
        error = math.sqrt(chance * (1 - chance) / n)
        passed &= agrees(f"E13 {name} of storage", (arrested & part).sum() / n, error, chance)
    return passed


@pytest.mark.parametrize("kind", KINDS)
def test_every_open_case_has_the_same_chance(kind: str) -> None:
    """Where capacity is short, an open dissenter is arrested with chance capacity over demand, wherever he is stored."""
    assert rationing_agrees(kind)


def test_the_check_of_rationing_notices_the_order_of_storage() -> None:
    """Negative control: a world that serves open cases in the order of storage fails the check of E13."""
    assert not rationing_agrees("reference", reference=FirstCome)
