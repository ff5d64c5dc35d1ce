"""Persons as built: households, adults, opinions, the solved threshold, settlements and districts.

Statistical checks: fixed seed, n stated, false-alarm rate 1e-6 each (4.89 standard errors), estimates printed beside expectations.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import numpy as np
import pytest
from tests.machine_worlds import (
    differences,
    reference_of,
    settings_of,
    small_layout,
    small_world,
    soviet_settings,
    soviet_world,
)

from whowhom.engine.population import (
    CHILD,
    FOUNDER_BIT,
    HOUSEHOLD_END,
    HOUSEHOLD_FIRST,
    PARTY,
    ROLE_BITS,
    SOLDIER,
    World,
)
from whowhom.models.machine.declarations import DECLARATIONS
from whowhom.models.machine.threshold import expected_dissent, groups, solve

LIMIT = 4.89
LAYOUT = small_layout(times=16)


def agrees(name: str, share: float, expected: float, n: int) -> bool:
    error = math.sqrt(expected * (1 - expected) / n)
    print(f"{name}: {share:.4f} of {n}, expected {expected:.4f} (standard error {error:.4f})")
    return abs(share - expected) < LIMIT * error


def built(values: Mapping[str, float] | None = None, seed: int = 1) -> World:
    return small_world(values, layout=LAYOUT, seed=seed).arrays


def test_tilings_cut_64_places_into_households_of_3_to_9() -> None:
    """Each of eight tilings has eleven households of 3 to 9 persons that cover a community without gap or overlap."""
    for first, end in zip(HOUSEHOLD_FIRST, HOUSEHOLD_END, strict=True):
        homes = sorted({(int(a), int(b)) for a, b in zip(first, end, strict=True)})
        assert len(homes) == 11
        assert homes[0][0] == 0
        assert homes[-1][1] == 64
        assert all(a[1] == b[0] for a, b in itertools.pairwise(homes))
        assert all(3 <= b - a <= 9 for a, b in homes)
        assert all(first[k] <= k < end[k] for k in range(64))


def test_tilings_are_drawn_evenly() -> None:
    """Null: each of eight tilings is drawn for an eighth of 640 communities."""
    counts = np.bincount(built().community["tiling"], minlength=8)
    assert all(agrees(f"tiling {k}", n / counts.sum(), 1 / 8, int(counts.sum())) for k, n in enumerate(counts))


@pytest.mark.parametrize("share", [0.2, 0.55, 0.9])
def test_the_share_of_adults_is_the_parameter(share: float) -> None:
    """Null: adults are the parameter's share of 40,960 persons, and every household has one (its first person)."""
    w = built({"population.adult_share": share})
    adult = w.role & ROLE_BITS != CHILD
    first = HOUSEHOLD_FIRST[w.community["tiling"]] == np.arange(64)
    assert adult[first.ravel()].all()
    assert agrees("adults", float(adult.mean()), share, adult.size)


def test_soldiers_live_in_homes_and_founders_among_insiders() -> None:
    """Null: half of the adults of homes are soldiers and nobody else is; 8 % of insiders are founders and nobody else is."""
    w = built()
    kind = w.stratum["kind"][w.community["stratum"]].repeat(64)
    role, founder = w.role & ROLE_BITS, w.role & FOUNDER_BIT > 0
    homes, inside = (kind == 3) & (role != CHILD), role >= PARTY
    assert ((role == SOLDIER) <= homes).all()
    assert (founder <= inside).all()
    assert agrees("soldiers", float((role[homes] == SOLDIER).mean()), 0.5, int(homes.sum()))
    assert agrees("founders", float(founder[inside].mean()), 0.08, int(inside.sum()))
    assert (w.pool["strength"] == [(role[kind == 3] == SOLDIER)[part].sum() for part in garrisons(w, kind)]).all()


def garrisons(w: World, kind: np.ndarray) -> list[np.ndarray]:
    """Which of the persons of homes serve in each garrison."""
    pool = w.stratum["pool"][w.community["stratum"]].repeat(64)[kind == 3]
    return [pool == g for g in range(len(w.pool))]


# --- the solved threshold ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [1e-6, 0.001, 0.05, 0.4])
def test_the_threshold_gives_the_stated_start(start: float) -> None:
    """At the solved mean threshold the expected share of adults who dissent in the first week is the parameter, to 1e-12."""
    values = settings_of({"decision.start_dissent": start}).values_at(0)
    people = groups(LAYOUT, values)
    assert expected_dissent(solve(LAYOUT, values), people, values) == pytest.approx(start, abs=1e-12)


def test_dissent_falls_as_the_threshold_rises() -> None:
    """The expected share of dissenters never rises with the mean threshold, so that there is one solution."""
    values = settings_of().values_at(0)
    shares = [expected_dissent(-2 + k * 0.02, groups(LAYOUT, values), values) for k in range(301)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.999
    assert shares[-1] < 1e-9


def test_the_first_week_has_the_stated_dissent() -> None:
    """Null: after one week without visible dissent and apparatus 5 % of the country's adults dissent (40,960 persons, weights 1 to 40).

    The standard error takes the weights into account: sqrt(p (1 - p) sum w^2) / sum w.
    """
    world = small_world({"decision.start_dissent": 0.05, "emotion.hardship": 0.0, "emotion.anger_decay": 0.0, "emotion.reversion": 0.0}, layout=LAYOUT)  # fmt: skip
    world.step()
    w = world.arrays
    adult = w.role & ROLE_BITS != CHILD
    weight = w.stratum["weight"][w.community["stratum"]].repeat(64) * adult
    share = float((weight * (w.state == 1)).sum() / weight.sum())
    error = math.sqrt(0.05 * 0.95 * float((weight**2).sum())) / float(weight.sum())
    print(f"dissent in the first week {share:.4f}, expected .0500 (standard error {error:.4f})")
    assert abs(share - 0.05) < LIMIT * error


def test_margins_have_the_mean_and_spread_of_their_role() -> None:
    """Null: margins of workers have mean (opposition - threshold) and variance s_x^2 + s_theta^2; 4.89 standard errors each."""
    world = small_world(layout=LAYOUT)
    w, values = world.arrays, settings_of().values_at(0)
    margin = w.margin[w.role & ROLE_BITS == 2] / 8192
    mean = values["decision.opposition_worker"] - solve(LAYOUT, values)
    variance = values["decision.opposition_sd"] ** 2 + values["decision.threshold_sd"] ** 2
    error, spread = math.sqrt(variance / margin.size), variance * math.sqrt(2 / margin.size)
    print(f"margins of {margin.size} workers: {margin.mean():.4f}, expected {mean:.4f} (standard error {error:.4f})")
    assert abs(margin.mean() - mean) < LIMIT * error
    assert abs(margin.var() - variance) < LIMIT * spread


def test_extreme_margins_are_clipped() -> None:
    """Margins beyond the range of 16 bits are set to its ends, +-32767 (4 thresholds), and the largest of each community is known."""
    world = small_world({"decision.opposition_sd": 1.0, "decision.threshold_sd": 1.0}, layout=LAYOUT)
    w = world.arrays
    assert w.margin[w.role & 7 > 0].min() == -32767
    assert (w.margin[w.role & 7 == 0] == -32768).all()
    adult, soldier = (w.role & ROLE_BITS != CHILD).reshape(-1, 64), (w.role & ROLE_BITS == SOLDIER).reshape(-1, 64)
    margins = w.margin.reshape(-1, 64).astype(int)
    assert np.array_equal(w.community["best_margin"], np.where(adult & ~soldier, margins, -32768).max(axis=1))
    assert np.array_equal(w.community["best_soldier"], np.where(soldier, margins, -32768).max(axis=1))


# --- settlements, districts, start --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persons", [10_240, 131_072])
def test_settlements_and_districts_cover_the_country(persons: int) -> None:
    """Settlements are runs of 4 to 32 communities of one stratum (the last of a stratum may be shorter); districts are runs of at most 32
    settlements of one province.
    """
    w = soviet_world(persons=persons).arrays
    settlement, stratum = w.community["settlement"], w.community["stratum"]
    assert np.array_equal(np.unique(settlement), np.arange(len(w.settlement)))
    for s, row in enumerate(w.settlement):
        inside = np.arange(int(row["first"]), int(row["first"] + row["communities"]))
        assert (settlement[inside] == s).all()
        assert len(set(stratum[inside])) == 1
        last = inside[-1] + 1 == len(settlement) or stratum[inside[-1] + 1] != stratum[inside[0]]
        assert row["communities"] <= 32
        assert row["communities"] >= 4 or last
    province = w.stratum["province"][stratum[w.settlement["first"]]]
    district = w.settlement["district"]
    assert (np.diff(district) >= 0).all()
    assert np.bincount(district).max() <= 32
    assert all(len(set(province[district == d])) == 1 for d in np.unique(district))


def test_everybody_begins_quiet_and_equal() -> None:
    """At the start nobody dissents, is held, mourns or has a dossier; fear and anger are those of the start, shift is 0, all is controlled."""
    w = built({"decision.start_fear": 0.3, "decision.start_anger": 0.4})
    assert not w.state.any()
    assert not w.record.any()
    assert not w.marks.any()
    for table in (w.community, w.pool):
        assert (table["fear"] == np.float32(0.3)).all()
        assert (table["anger"] == np.float32(0.4)).all()
        assert not table["shift"].any()
    assert (w.province["control"] == 1).all()
    assert (w.province["officers"] == 0).all()
    assert int(w.province.inbox.sum()) == 0


def test_building_is_that_of_the_reference() -> None:
    """At several sizes, seeds and shares, built worlds agree with the reference in every person and number."""
    for persons, seed, values in ((10_240, 0, {}), (12_800, 9, {"population.adult_share": 0.3})):
        settings = soviet_settings(values)
        world = soviet_world(settings, seed=seed, persons=persons)
        assert differences(world, reference_of(world, settings, seed=seed)) == []


def test_provinces_know_their_people() -> None:
    """A province's inhabitants, villagers, mean weights and places of insiders are the sums of its strata."""
    w = soviet_world(persons=131_072).arrays
    size = w.stratum["communities"] * 64
    represented = w.stratum["weight"] * size
    for r, place in enumerate(w.province):
        own = w.stratum["province"] == r
        inside = own & (w.stratum["kind"] >= 4)
        assert place["persons"] == pytest.approx(represented[own].sum())
        assert place["rural"] == pytest.approx(represented[own & np.isin(w.stratum["kind"], (0, 3))].sum())
        assert place["mean_weight"] == pytest.approx(represented[own].sum() / size[own].sum())
        assert place["communities"] == w.stratum["communities"][own].sum()
        assert place["first"] == w.stratum["first"][own].min()
        assert place["insider_communities"] == w.stratum["communities"][inside].sum()
        if inside.any():
            assert place["insider_first"] == w.stratum["first"][inside].min()
            assert place["insider_weight"] == pytest.approx(represented[inside].sum() / size[inside].sum())
    assert w.nation[0].persons == pytest.approx(137e6)


def test_the_record_of_parameters_has_every_name() -> None:
    """Kernels find every parameter by its name with an underscore, and every switch as on_NAME."""
    names = set(small_world()._p.dtype.names)
    assert {p.field for p in DECLARATIONS.parameters} | {f"on_{s.name}" for s in DECLARATIONS.switches} | {
        "skip"
    } == names
