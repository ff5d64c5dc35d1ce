"""Every canonical model keeps the model contract: one table, the same questions of each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.canon_worlds import CASES, Case

from whowhom import scenario
from whowhom.engine.checkpoint import load_checkpoint, save_checkpoint
from whowhom.engine.contract import Model, World, observable_problems
from whowhom.engine.run import History, run_history
from whowhom.models.registry import model_names

each = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def played(case: Case, *, seed: int = 3, **more: Any) -> History:
    arguments = {"persons": case.persons, "seed": seed, "ticks": case.ticks} | more
    return run_history(case.named, case.settings(), **arguments)


def same(one: History, other: History) -> bool:
    tail = len(one.rows) - len(other.rows)
    return np.array_equal(one.rows[tail:], other.rows, equal_nan=True) and one.digest == other.digest


def test_every_canonical_model_stands_in_the_table() -> None:
    """A model that scenarios can name is the machine or has a case here."""
    assert {case.model for case in CASES.values()} | {"machine"} >= set(model_names())


@each
def test_model_and_world_meet_the_contract(case: Case) -> None:
    """The model and its worlds have everything that the contract asks for, and a world begins alive at tick 0."""
    world = case.named.build(case.settings(), persons=case.persons, seed=1)
    assert isinstance(case.named, Model)
    assert isinstance(world, World)
    assert observable_problems(case.named.observables) == []
    assert world.observe().shape == (len(case.named.observables),)
    assert (world.tick, world.alive, world.cause) == (0, True, "")


@each
def test_same_seed_same_bits(case: Case) -> None:
    """A history is a function of settings, persons and seed; another seed gives another one exactly where chance plays a part."""
    assert same(played(case), played(case))
    digests = {played(case, seed=seed).digest for seed in (0, 1, 2, 2**63 - 1)}
    assert (len(digests) > 1) == case.chance


@each
def test_threads_change_nothing(case: Case) -> None:
    """Histories that run side by side in three threads are, bit for bit, those that run one after the other."""
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda seed: played(case, seed=seed), range(3)))
    assert all(same(played(case, seed=seed), history) for seed, history in enumerate(together))


@each
def test_looking_changes_nothing(case: Case) -> None:
    """A history that is observed at every tick has the bits of one that is not."""
    assert same(played(case), played(case, observers=[lambda tick, view: view.observe()]))


@each
def test_a_run_from_a_kept_state_is_the_run_itself(case: Case, tmp_path: Path) -> None:
    """A run continued from any kept state, through a file too, ends like the uninterrupted one, bit for bit."""
    whole = played(case, snapshots=range(0, case.ticks, 3))
    for start in whole.snapshots.values():
        assert same(whole, played(case, start=start))
    who = {"model": case.named, "settings": case.settings(), "persons": case.persons, "seed": 3}
    save_checkpoint(tmp_path / "state.npz", snapshot=whole.snapshots[3], **who)
    assert same(whole, played(case, start=load_checkpoint(tmp_path / "state.npz", **who)))


@each
def test_a_fork_without_a_change_is_the_original(case: Case) -> None:
    """Settings that say the same change nothing, and those that say something else are felt from their tick on."""
    whole = played(case, snapshots=[2])
    start = whole.snapshots[2]
    assert same(whole, played(case, start=start, change=case.settings()))
    if case.other:
        other = case.settings().replace(case.other, from_tick=2)
        forked = played(case, start=start, change=other)
        assert not np.array_equal(forked.rows[1:], whole.rows[3:], equal_nan=True)


@each
def test_a_snapshot_is_a_copy(case: Case) -> None:
    """What is played on after a snapshot does not reach into it, nor what is done to it into the world."""
    world: Any = case.named.build(case.settings(), persons=case.persons, seed=3)
    world.step()
    kept, digest = world.snapshot(), world.digest()
    world.step()
    world.restore(kept)
    assert world.digest() == digest
    for array in kept.values():
        array[...] = 0
    assert world.digest() == digest


@each
def test_shares_are_shares_and_nothing_is_negative(case: Case) -> None:
    """Shares lie in [0, 1], stocks and flows are not negative and persons are not more than there are."""
    rows = played(case).rows
    for column, observable in enumerate(case.named.observables):
        values = rows[:, column]
        assert (values >= 0.0).all(), observable.name
        assert (values <= (1.0 if observable.kind == "share" else np.inf)).all(), observable.name
        assert (values <= case.persons).all() or observable.unit != "persons", observable.name


@each
def test_unknown_tables_are_refused(case: Case) -> None:
    """A scenario table that the model does not know is named, and one that it knows is accepted."""
    assert case.named.problems(dict(case.structure)) == []
    (sentence,) = case.named.problems({**case.structure, "provinze": {}})
    assert "'provinze'" in sentence


@pytest.mark.parametrize("model", sorted({case.model for case in CASES.values()}))
def test_every_model_has_a_scenario_of_its_name(model: str) -> None:
    """The scenario that bears the model's name is of this model and builds."""
    read = scenario(model)
    assert read.model == model
