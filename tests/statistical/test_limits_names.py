"""The chain of denunciation in its limits: T3, final size of a chain of random names, and T3b, insiders who name insiders.

T3. Null: the share z ever arrested, given the share s of first arrests, solves z = 1 - (1 - s) exp(-R_d z); for R_d < 1 and few first
arrests that is s / (1 - R_d). Every name is a random adult of the province, whoever was named before. Standard error: with
q = 1 - z, lambda = R_d z and v = variance of the acted-on names of one arrest, var z = (q^2 v z + q (1 - exp(-lambda)) - lambda q^2) / n / (1 - R_d q)^2
(names drawn at random; adults missed by so many names). n = 5,500 adults in the reference and 177,000 in the compiled model.

T3b. Null: with insiders naming the insiders' circle and others naming anybody, the rate ratio of insiders' to others' arrests is that of
the two-type final size, 1 / (1 - R_d) in the limit of few arrests (an insider's first arrest and a name from outside are equally
likely for everybody, and the circle multiplies both). Standard error: jackknife over 24 provinces, Student's t with 23 degrees of freedom.

False-alarm rate 1e-6 for each check; seeds fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.reference.week import S_NAME, Person, ReferenceWorld, chance, philox
from tests.statistical.worlds import (
    ARRESTS_LATER,
    CAMP,
    DETAINED,
    FULL_ARREST,
    GROWN,
    KINDS,
    LARGER,
    TO_CAMP_FOR_EVER,
    V,
    Watched,
    agrees,
    as_normal,
    layout_of,
    world_of,
)

COMMUNITIES = 96
CONFESSION, ACTED_ON, REPEATED, DISPERSION, CUSTODY = 0.9, 0.5, 0.2, 1.0, 6.0

NAMES = (
    FULL_ARREST
    | TO_CAMP_FOR_EVER
    | {
        "apparatus.troop_presence": 5.0,
        "army.home_share": 1.0,
        "army.troops": 1e7,
        "repression.torture": 0.0,
        "names.confession_base": CONFESSION,
        "names.acted_on": ACTED_ON,
        "names.repeated": REPEATED,
        "names.dispersion": DISPERSION,
        "names.community": 0.0,
        "names.settlement": 0.0,
        "names.insider_circle": 0.0,
        "names.inbox_weeks": 15,
        "repression.custody_weeks": CUSTODY,
        "decision.severity_base": 0.0,
        "decision.severity_scale": 0.0,
    }
)
"""Whoever dissents is arrested at once; whoever is arrested goes to a camp for ever and leaves random names behind. Custody of some weeks
spreads the generations of the chain, so that few names wait at a time."""


class NamesKeyedByTarget(ReferenceWorld):
    """Wrong on purpose: whether a name is acted on depends on who is named, so that all accusations of one person share a draw."""

    def _is_acted_on(self, person: Person, k: int, copy: int, target: Person) -> bool:
        word = philox((target.ordinal, target.tag << 16, 0, S_NAME), self.key)[2]
        return chance(self.p.names_acted_on, word)


def names_of(reproduction: float, acted_on: float = ACTED_ON) -> float:
    """Mean names in a confession that give this R_d."""
    return reproduction / (CONFESSION * acted_on * (1 - REPEATED))


def seized(world: Watched) -> np.ndarray:
    return world.adult & np.isin(world.look("state"), [DETAINED, CAMP])


def run_chain(world: Watched) -> tuple[np.ndarray, np.ndarray]:
    """The first arrests (all who dissent) and all who were ever arrested, when the chain has ended."""
    first = world.adult & (world.look("state") == V)
    quiet, before = 0, -1
    while (
        quiet < 6
    ):  # a name is served in the week after it is given, unless capacity binds, and then somebody is arrested
        now = int(seized(world.live(1)).sum())
        quiet, before = (quiet + 1 if now == before else 0), now
    return first, seized(world)


def final_size(first: float, reproduction: float) -> float:
    z = first
    for _ in range(20000):
        z = 1 - (1 - first) * math.exp(-reproduction * z)
    return z


def variance_of_names(reproduction: float, acted_on: float = ACTED_ON) -> float:
    """Variance of the acted-on names of one arrest: a confession (Bernoulli) times a thinned negative binomial."""
    mean = reproduction / CONFESSION
    return CONFESSION * (mean + mean**2 / DISPERSION + mean**2) - reproduction**2


def chain_agrees(
    kind: str, reproduction: float, *, believed: float | None = None, reference: type[ReferenceWorld] = ReferenceWorld
) -> bool:
    values = NAMES | {"names.base": names_of(reproduction), "decision.start_dissent": 0.01}
    layout = layout_of([("village", COMMUNITIES * LARGER[kind], 1.0, 0.0)])
    world = world_of(kind, layout, values, switch_dates=ARRESTS_LATER, reference=reference)
    first, ever = run_chain(world.live(GROWN))
    n, s = int(world.adult.sum()), first.sum() / world.adult.sum()
    r_d = reproduction if believed is None else believed
    z = final_size(s, r_d)
    q, names = 1 - z, r_d * z
    variance = (q**2 * variance_of_names(r_d) * z + q * (1 - math.exp(-names)) - names * q**2) / n / (1 - r_d * q) ** 2
    if r_d < 1:
        print(
            f"T3 R_d = {r_d}: first {s:.5f}, few-arrests limit s / (1 - R_d) = {s / (1 - r_d):.5f}, final size {z:.5f}"
        )
    return agrees(f"T3 R_d = {r_d}", ever.sum() / n, math.sqrt(variance), z)


@pytest.mark.parametrize("reproduction", [0.3, 0.6, 0.8, 1.2, 1.6, 2.5])
@pytest.mark.parametrize("kind", KINDS)
def test_a_chain_of_random_names_reaches_its_final_size(kind: str, reproduction: float) -> None:
    """An open chain of random names ends at z = 1 - (1 - s) exp(-R_d z), which is s / (1 - R_d) for few first arrests and R_d < 1."""
    assert chain_agrees(kind, reproduction)


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_the_chain_notices_forgotten_repetition(kind: str) -> None:
    """Negative control: an R_d that forgets that a fifth of the names is void fails the check of T3."""
    assert not chain_agrees(kind, 1.2, believed=1.2 / (1 - REPEATED))


@pytest.mark.slow
def test_the_check_of_the_chain_notices_names_keyed_by_target() -> None:
    """Negative control: a world in which accusations of one person share a draw fails the check of T3."""
    assert not chain_agrees("reference", 2.5, reference=NamesKeyedByTarget)


@pytest.mark.parametrize("kind", KINDS)
def test_the_reported_reproduction_number_is_that_of_the_chain(kind: str) -> None:
    """R_d, reported every week, is confession x names x acted on x not repeated while nobody is held (to rounding)."""
    world = world_of(
        kind, layout_of([("village", 16, 1.0, 0.0)]), NAMES | {"names.base": names_of(1.3)}, off=("arrests",)
    )
    assert math.isclose(world.live(1).r_d, 1.3, rel_tol=1e-12)


# --- T3b --------------------------------------------------------------------------------------------------------------------------

PROVINCES, OTHERS, INSIDERS, CIRCLE = 24, 18, 3, 0.999


def two_type_ratio(s_in: float, s_other: float, share_in: float, reproduction: float, circle: float) -> float:
    """Rate ratio of the two-type final size; shares and names in persons of the country."""
    z_in, z_other = s_in, s_other
    for _ in range(5000):
        anywhere = (1 - circle) * z_in * share_in + z_other * (1 - share_in)
        names_in = reproduction * (circle * z_in + anywhere)
        z_in, z_other = 1 - (1 - s_in) * math.exp(-names_in), 1 - (1 - s_other) * math.exp(-reproduction * anywhere)
    return z_in / z_other


def insiders_agree(kind: str, weight: float, *, circle: float = CIRCLE, reproduction: float = 0.5) -> bool:
    scale = LARGER[kind]
    rows = [("village", OTHERS * scale, weight, 0.0), ("party", INSIDERS * scale, 1.0, 0.0)]
    values = NAMES | {
        "names.base": names_of(reproduction),
        "names.insider_circle": circle,
        "decision.start_dissent": 0.01,
        "decision.opposition_party": 0.58,
        "decision.opposition_peasant": 0.58,
    }
    world = world_of(kind, layout_of(*[rows] * PROVINCES), values, switch_dates=ARRESTS_LATER)
    first, ever = run_chain(world.live(GROWN))
    adult, inside = world.adult, world.kind == "party"

    def rates(who: np.ndarray, keep: np.ndarray) -> tuple[float, float]:
        return tuple(float((who & part & keep).sum() / (adult & part & keep).sum()) for part in (inside, ~inside))

    def ratio(keep: np.ndarray) -> float:
        z_in, z_other = rates(ever, keep)
        return z_in / z_other

    everywhere = np.ones_like(inside)
    estimates = np.array([ratio(world.province != r) for r in range(PROVINCES)])
    error = math.sqrt((PROVINCES - 1) / PROVINCES * ((estimates - estimates.mean()) ** 2).sum())
    s_in, s_other = rates(first, everywhere)
    share_in = (adult & inside).sum() / ((adult & inside).sum() + weight * (adult & ~inside).sum())
    expected = two_type_ratio(s_in, s_other, share_in, reproduction, CIRCLE)
    print(
        f"T3b weight {weight}: few-arrests limit 1 / (1 - R_d) = {1 / (1 - reproduction):.3f}, first arrests' ratio {s_in / s_other:.3f}"
    )
    return agrees(f"T3b weight {weight}", ratio(everywhere), error, expected, rate=as_normal(PROVINCES - 1))


@pytest.mark.parametrize("weight", [1.0, 4.0])
@pytest.mark.parametrize("kind", KINDS)
def test_insiders_who_name_insiders_are_hit_more_often(kind: str, weight: float) -> None:
    """Insiders who name only insiders are arrested 1 / (1 - R_d) times as often as others, also if a simulated other stands for
    four times as many persons.
    """
    assert insiders_agree(kind, weight)


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_insiders_notices_names_without_a_circle(kind: str) -> None:
    """Negative control: a world in which insiders name anybody fails the check of T3b."""
    assert not insiders_agree(kind, 1.0, circle=0.0)
