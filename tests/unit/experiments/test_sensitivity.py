"""Sensitivity of a model's outcomes: one seed a block in a store, luck's share always there, no doses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.toy_model import PERSONS, ToyModel
from tests.unit.experiments.test_attribution import Counting, scenario

from whowhom.errors import ParameterError, StoreError, UnknownNameError
from whowhom.experiments.plan import Plan
from whowhom.experiments.sensitivity import LUCK, Sensitivity, sensitivity_plan
from whowhom.parameters import Declarations, Parameter
from whowhom.provenance import content_hash
from whowhom.store.manifest import read_manifest
from whowhom.store.reader import Store

DUMMY, GROWTH, START = "country.flag", "dissent.growth", "dissent.start"
RANGES = {START: (0.01, 0.06), GROWTH: (0.35, 0.65), DUMMY: (0.0, 1.0)}
UNTIL, BLOCKS = "1918-06", 32


class Flagged(Counting):
    """The toy with a parameter that nothing reads."""

    declarations = Declarations(
        (*Counting.declarations.parameters, Parameter(DUMMY, symbol="f", default=0.5, low=0.0, high=1.0, unit="1", meaning="colour of the flag", source="Ours", equation="toy")),
        Counting.declarations.switches,
    )  # fmt: skip


def case() -> Any:
    settings = scenario().settings
    return replace(scenario(), settings=type(settings).of(Flagged.declarations, values=dict(settings.values), structure=settings.structure))  # fmt: skip


def plan(folder: Path, **asked: Any) -> Plan:
    words: dict[str, Any] = {"points": BLOCKS, "until": UNTIL, "persons": PERSONS, "ranges": RANGES, "names": ()}
    words |= {"store": folder, "model": Flagged()} | asked
    return sensitivity_plan(case(), **words)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    """Three parameters of the toy, one of which does nothing, in 32 blocks."""
    return Sensitivity(plan(tmp_path_factory.mktemp("sensitivity") / "s").carry_out(threads=1))


def table(found: Sensitivity, outcome: str) -> Any:
    rows = found.indices()
    return rows[rows["outcome"] == outcome].set_index("parameter")


def test_all_histories_of_a_block_share_their_seed(found: Sensitivity) -> None:
    """Every block has k + 3 parameter sets and one seed; the next block has the next seed."""
    runs = found.store.runs()
    assert runs["seed"].tolist() == [1 + replicate // 6 for replicate in range(6 * BLOCKS)]
    assert runs["set"].tolist() == list(range(6 * BLOCKS))
    sets = found.store.experiment["scenario"]["sets"]
    assert found.names == (DUMMY, GROWTH, START)
    for i, name in enumerate(found.names):  # a mixture differs from A in its own input alone
        assert [key for key in found.names if sets[2 + i][key] != sets[0][key]] == [name]
    assert sets[6 + 5] == sets[0]


def test_a_parameter_that_does_nothing_has_index_0(found: Sensitivity) -> None:
    """In a model full of luck a parameter that nothing reads has index 0 for every outcome, and luck's share stands beside it."""
    for outcome in ("survived", "executed_per_1000", "camp_years_per_1000"):
        own = table(found, outcome)
        assert own.loc[DUMMY, ["first", "total", "total_high"]].tolist() == [0.0, 0.0, 0.0]
        assert own.loc[LUCK, "total"] > 0.05
        assert own.loc[GROWTH, "total"] > 0.1


def test_fresh_seeds_give_it_the_luck(tmp_path: Path, found: Sensitivity) -> None:
    """Negative control: the same sets with a seed for each history give the parameter that nothing reads an index like luck's share."""
    fresh = replace(plan(tmp_path / "s"), per_seed=1).carry_out(threads=1)
    with pytest.raises(StoreError, match="must be an analysis of sensitivity, got another experiment"):
        Sensitivity(fresh).indices()
    from whowhom.experiments.indices import Blocks
    from whowhom.experiments.statistics import run_outcomes

    values = run_outcomes(fresh).sort_values("replicate")["executed_per_1000"].to_numpy().reshape(BLOCKS, 6)
    dummy = Blocks.of(values).estimates()[3]
    print(dummy, table(found, "executed_per_1000").loc[LUCK, "total"])
    assert dummy > 0.5 * table(found, "executed_per_1000").loc[LUCK, "total"]


def test_survival_comes_with_victims(found: Sensitivity) -> None:
    """Survival is never given without its victims; a total can be asked for alone."""
    assert set(found.indices()["outcome"]) == {"survived", "executed_per_1000", "camp_years_per_1000", "toll_10_per_1000", "toll_30_per_1000"}  # fmt: skip
    own = Sensitivity(found.store, totals=("executed_total",))
    assert set(own.indices()["outcome"]) == {"executed_total"}
    assert own.means().loc[0, "points"] == 2 * BLOCKS


def without(folder: Path, first: int) -> Sensitivity:
    """An analysis whose batches from one on were not run."""
    for path in folder.glob("*"):
        number = path.name.rpartition("-")[2].partition(".")[0]
        if number.isdigit() and int(number) >= first:
            path.unlink()
    return Sensitivity(Store.open(folder))


def test_an_interrupted_analysis_is_a_smaller_one(tmp_path: Path, found: Sensitivity) -> None:
    """Whole blocks count, others do not; without a whole one the store is answered."""
    shutil.copytree(found.store.folder, tmp_path / "part")
    assert set(without(tmp_path / "part", 5).indices()["blocks"]) == {7}  # 5 batches of 9 histories
    plan(tmp_path / "small", points=2).carry_out(threads=1)
    with pytest.raises(StoreError, match=r"must hold a whole block, got none. Go on with it"):
        without(tmp_path / "small", 4).indices()  # batches of 1


def test_a_store_says_which_histories_share_a_seed(tmp_path: Path) -> None:
    """The manifest of an analysis has its number of histories a seed; that of any other experiment is as it always was."""
    from tests.toy_store import toy_run

    plan(tmp_path / "s").lay_out()
    assert read_manifest(tmp_path / "s").per_seed == 6
    toy_run(tmp_path / "t", replicates=2)
    assert "per_seed" not in read_manifest(tmp_path / "t").experiment


@pytest.mark.parametrize(
    ("per_seed", "text"),
    [
        (2.5, r"experiment.per_seed must be a whole number, got 2.5"),
        (0, "no replicate has a seed"),
        ("6", "whole number"),
    ],
)
def test_a_forged_number_of_histories_a_seed_is_seen(tmp_path: Path, per_seed: object, text: str) -> None:
    """A manifest in which the histories of a seed are no whole number from 1 on is refused as damaged."""
    plan(tmp_path / "s").lay_out()
    file = tmp_path / "s" / "manifest.json"
    page = json.loads(file.read_text(encoding="utf-8"))
    page["experiment"]["per_seed"] = per_seed
    page["experiment_hash"] = content_hash(page["experiment"])
    file.write_text(json.dumps(page), encoding="utf-8")
    with pytest.raises(StoreError, match=text):
        read_manifest(tmp_path / "s")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"ranges": {"repression.arrest_rate": (0.1, 0.4)}}, "the runs of a design must differ in whether an instrument exists, not in how much of it there is, got a range of 'repression.arrest_rate'. whowhom does not search for the dose that keeps a regime in power; use --off, or vary a property of the world."),
        ({"points": 12}, "the number of Sobol' points must be a power of two, got 12. Take 8 or 16."),
        ({"totals": ["fear"]}, "unknown total 'fear'."),
        ({"set": {START: 0.1}, "replicates": 9}, "an analysis of sensitivity must be asked for with 'off', 'on' and 'from_date' alone, got replicates, set."),
    ],
)  # fmt: skip
def test_wrong_analyses_are_answered(tmp_path: Path, asked: Any, text: str) -> None:
    """Doses, numbers of blocks that lose the balance, unknown totals and values beside the design are refused before anything is written."""
    with pytest.raises((ParameterError, UnknownNameError)) as error:
        plan(tmp_path / "s", **asked)
    assert str(error.value).startswith(text)
    assert not (tmp_path / "s").exists()


def test_a_model_without_victims_shows_no_survival(tmp_path: Path) -> None:
    """A model that counts no victims can have a total analysed, and not its survival."""
    from tests.toy_model import toy_scenario

    from whowhom.errors import ModelError

    words: dict[str, Any] = {"ranges": {START: (0.01, 0.06)}, "names": (), "points": 2, "until": UNTIL, "persons": PERSONS, "store": tmp_path / "s"}  # fmt: skip
    with pytest.raises(ModelError, match="Survival is not shown without them"):
        sensitivity_plan(toy_scenario(), model=ToyModel(), **words)
    store = sensitivity_plan(toy_scenario(), model=ToyModel(), totals=["executed"], **words).carry_out(threads=1)
    assert np.isfinite(Sensitivity(store, totals=("executed",)).indices()["total"]).all()
