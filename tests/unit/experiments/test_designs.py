"""Designs over what is not known about a world: what they cover, that they are keyed, and what they refuse."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.toy_model import DECLARATIONS, ToyModel, toy_scenario
from tests.toy_store import toy_run

from whowhom.errors import MissingExtraError, ParameterError, UnknownNameError
from whowhom.experiments.designs import Sets, Space, grid, latin_hypercube, sobol, sobol_shares, space
from whowhom.parameters import Declarations, Prior, log_uniform, uniform

START, GROWTH, DOSE = "dissent.start", "dissent.growth", "repression.arrest_rate"


class Believing(ToyModel):
    """The toy with priors of two properties of its world, and of a dose."""

    declarations = Declarations(
        tuple(
            replace(p, prior={START: log_uniform(0.01, 0.1), GROWTH: uniform(0.4, 0.6), DOSE: uniform(0.1, 0.5)}.get(p.name))
            for p in DECLARATIONS.parameters
        ),
        DECLARATIONS.switches,
    )  # fmt: skip


class Stepped(ToyModel):
    """The toy with two parameters that are steps of one ladder."""

    declarations = replace(
        DECLARATIONS,
        parameters=tuple(
            replace(p, default=0.3, prior=uniform(0.1, 0.9)) if p.name in (START, GROWTH) else p
            for p in DECLARATIONS.parameters
        ),
        ordered=((START, GROWTH),),
    )


BOTH = space(Believing())
RANGES = {START: (0.01, 0.05), GROWTH: (0.4, 0.6)}


def column(sets: Sets, name: str) -> list[float]:
    return [values[name] for values in sets]


def test_without_names_all_properties_of_the_world_are_drawn() -> None:
    """A design without names ranges over every parameter with a prior that says nothing of how strongly an instrument is used."""
    assert BOTH.names == (START, GROWTH)


def test_a_grid_has_every_combination() -> None:
    """A grid has the middles of equally likely parts of each prior, in every combination, the last parameter fastest."""
    assert [list(values.values()) for values in grid(BOTH, points={START: 1, GROWTH: 2})] == [
        pytest.approx([10**-1.5, 0.45]),
        pytest.approx([10**-1.5, 0.55]),
    ]
    found = grid(space(ToyModel(), ranges=RANGES), points={START: [0.02, 0.01], GROWTH: 4})
    assert column(found, START) == [0.02] * 4 + [0.01] * 4
    assert column(found, GROWTH) == pytest.approx([0.425, 0.475, 0.525, 0.575] * 2)


def test_a_latin_hypercube_has_one_in_each_part() -> None:
    """Of n sets of a Latin hypercube each parameter has exactly one in each of n equally likely parts of its prior."""
    found = latin_hypercube(BOTH, sets=20, seed=3)
    logs = (np.log10(column(found, START)) + 2.0) * 20
    lines = (np.array(column(found, GROWTH)) - 0.4) * 100
    for places in (logs, lines):
        assert sorted(np.floor(places).astype(int)) == list(range(20))
    assert np.argsort(logs).tolist() != np.argsort(lines).tolist()


def test_independent_draws_are_no_latin_hypercube() -> None:
    """Negative control: independent draws leave parts empty."""
    assert len(set(np.floor(np.random.Generator(np.random.Philox(3)).random(20) * 20))) < 20


def test_sobol_points_are_a_net() -> None:
    """Of 2^m Sobol' points in two dimensions every box of area 2^-m has exactly one, also after scrambling."""
    points = sobol_shares(16, 2, seed=5)
    for split in range(5):
        boxes = {(int(x * 2**split), int(y * 2 ** (4 - split))) for x, y in points}
        assert len(boxes) == 16, split


def test_a_design_is_keyed_by_its_seed() -> None:
    """The same seed gives the same sets, another one others, and a smaller Sobol' design is the beginning of a larger."""
    for make in (latin_hypercube, sobol):
        assert make(BOTH, sets=8, seed=0) == make(BOTH, sets=8, seed=0)
        assert make(BOTH, sets=8, seed=0) != make(BOTH, sets=8, seed=1)
    assert sobol(BOTH, sets=16, seed=0)[:8] == sobol(BOTH, sets=8, seed=0)


def test_steps_of_a_ladder_stay_in_order() -> None:
    """Parameters of an ordered group are drawn whole and sorted, and a part of a group is refused."""
    whole = space(Stepped(), [START, GROWTH])
    assert all(values[START] <= values[GROWTH] for values in latin_hypercube(whole, sets=30, seed=1))
    with pytest.raises(ParameterError, match=r"must be drawn whole, got no draw for \['dissent.growth'\]"):
        space(Stepped(), START)
    with pytest.raises(ParameterError, match=r"'dissent.start' must not be above 'dissent.growth', got 0.5 above 0.4"):
        grid(whole, points={START: [0.5], GROWTH: [0.4]})


def test_sets_are_run_as_they_are(tmp_path: Path) -> None:
    """The sets of a design are those of the store that runs them, one replicate each."""
    sets = sobol(space(ToyModel(), ranges=RANGES), sets=4, seed=1)
    store = toy_run(tmp_path / "s", scenario=toy_scenario(sets=sets), replicates=4)
    assert tuple(store.experiment["scenario"]["sets"]) == sets
    assert store.runs().query("arm == 'history'")["set"].tolist() == [0, 1, 2, 3]


DOSES = (
    "the runs of a design must differ in whether an instrument exists, not in how much of it there is, got a range of "
    "'repression.arrest_rate'. whowhom does not search for the dose that keeps a regime in power; use --off, or vary a "
    "property of the world."
)


@pytest.mark.parametrize("asked", [{"names": DOSE}, {"names": [START, DOSE]}, {"ranges": {DOSE: (0.1, 0.2)}}])
def test_a_range_of_doses_is_refused(asked: Mapping[str, Any]) -> None:
    """A design over how strongly an instrument is used is refused with the reason, by its prior or a range, alone or with others."""
    with pytest.raises(ParameterError) as error:
        space(Believing(), **asked)
    assert str(error.value) == DOSES


def test_sets_that_differ_in_doses_alone_are_refused(tmp_path: Path) -> None:
    """Sets made by hand that differ in nothing but a dose are refused before a folder is made; with a property of the world beside it they are not."""
    doses = [{DOSE: 0.1}, {DOSE: 0.4}]
    with pytest.raises(ParameterError) as error:
        toy_run(tmp_path / "s", scenario=toy_scenario(sets=doses))
    assert str(error.value) == (
        "parameter sets must differ in whether an instrument exists, not in how much of it there is, got several values of "
        "'repression.arrest_rate' and no other difference. whowhom does not search for the dose that keeps a regime in "
        "power; use --off, or vary a property of the world."
    )
    assert not (tmp_path / "s").exists()
    beside = [{DOSE: 0.1, GROWTH: 0.5}, {DOSE: 0.4, GROWTH: 0.4}]
    toy_run(tmp_path / "s", scenario=toy_scenario(sets=beside), replicates=2)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"names": "dissent.grow"}, "unknown parameter 'dissent.grow'. Nearest: 'dissent.growth'"),
        ({"names": GROWTH}, "'dissent.growth' must have a prior to be drawn, got none. Give it a range: {'dissent.growth': (low, high)}."),
        ({}, "a design must range over something, got no parameter of model 'toy' with a prior. Give a range: {'NAME': (low, high)}."),
        ({"ranges": {GROWTH: (0.4, 2)}}, "'dissent.growth' must be in [0, 1], got 2.0."),
        ({"ranges": {GROWTH: (0.6, 0.4)}}, "the range of 'dissent.growth' must be two numbers, the lower one first, got (0.6, 0.4)."),
        ({"ranges": {GROWTH: 0.4}}, "the range of 'dissent.growth' must be two numbers, the lower one first, got 0.4."),
    ],
)  # fmt: skip
def test_wrong_spaces_are_answered(asked: Mapping[str, Any], text: str) -> None:
    """Unknown names, parameters without a prior and impossible ranges are refused in words."""
    with pytest.raises((ParameterError, UnknownNameError)) as error:
        space(ToyModel(), **asked)
    assert str(error.value).startswith(text)


@pytest.mark.parametrize(
    ("make", "asked", "text"),
    [
        (sobol, {"sets": 6, "seed": 1}, "the number of Sobol' points must be a power of two, got 6. Take 4 or 8."),
        (sobol, {"sets": 1, "seed": 1}, "a design must have at least 2 parameter sets, got 1. Ask for more."),
        (latin_hypercube, {"sets": 10**7, "seed": 1}, "a design must have from 2 to 1000000 parameter sets, got 10000000. Ask for fewer."),
        (latin_hypercube, {"sets": 4, "seed": -1}, "'seed' must be a whole number in [0, 2**62), got -1. It fixes the design."),
        (grid, {"points": 2000}, "a design must have from 1 to 1000000 parameter sets, got 4000000. Ask for fewer."),
        (grid, {"points": 0}, "'points' of 'dissent.start' must be at least 1, got 0."),
        (grid, {"points": {START: 2}}, "'points' must name the parameters of the design, dissent.start, dissent.growth, got ['dissent.start']."),
        (grid, {"points": {START: [2.0], GROWTH: 1}}, "'dissent.start' must be in [0, 1], got 2.0."),
    ],
)  # fmt: skip
def test_wrong_sizes_are_answered(make: Any, asked: Mapping[str, Any], text: str) -> None:
    """Sizes that cannot be are refused in words, with what can."""
    with pytest.raises(ParameterError) as error:
        make(BOTH, **asked)
    assert str(error.value).startswith(text)


def test_without_scipy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SciPy a Latin hypercube and Sobol' points say which extra brings it, and a grid works."""
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    for make in (latin_hypercube, sobol):
        with pytest.raises(MissingExtraError) as error:
            make(BOTH, sets=4, seed=1)
        assert "Install it with the extra 'analysis': pip install 'whowhom[analysis]'." in str(error.value)
    assert len(grid(BOTH)) == 25


def test_a_prior_can_be_given_as_a_range() -> None:
    """A range may be a prior of its own, and replaces the declared one."""
    given = space(Believing(), ranges={START: Prior.log_uniform(0.001, 0.1)})
    assert column(grid(given, points=2), START) == pytest.approx([10**-2.5, 10**-1.5])
    assert isinstance(given, Space)
    assert all(low < high for low, high in pairwise(column(grid(given, points=9), START)))
