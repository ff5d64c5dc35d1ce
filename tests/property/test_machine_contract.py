"""The machine keeps the model contract: same seed same bits whatever runs beside it, observers that cannot disturb, forks, checkpoints."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.machine_worlds import HARSH, PERSONS, SWITCHES, happened, soviet, soviet_settings, soviet_world
from tests.toy_store import assert_same

from whowhom.engine.checkpoint import load_checkpoint, save_checkpoint
from whowhom.engine.contract import Model, World
from whowhom.engine.run import History, View, play, run_history
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, StoreError
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.experiment import run_experiment
from whowhom.models.machine.model import MACHINE

TICKS, FORK = 30, 12
SHARED = ("household_first", "household_end")
ARRAYS = tuple(name for name, _ in soviet_world().arrays)
SETTINGS = soviet_settings(HARSH)
OTHER = SETTINGS.replace({"camp.release": 0.5}, off=("executions",), from_tick=FORK)


def run(settings: Settings = SETTINGS, *, seed: int = 3, ticks: int = TICKS, **more: Any) -> History:
    return run_history(MACHINE, settings, persons=PERSONS, seed=seed, ticks=ticks, **more)


def same(one: History, other: History) -> bool:
    return (
        np.array_equal(one.rows, other.rows, equal_nan=True)
        and one.digest == other.digest
        and (one.ended, one.cause, one.first) == (other.ended, other.cause, other.first)
    )


def test_the_machine_meets_the_contract() -> None:
    """The model and its worlds have everything that the contract asks for, and observables come in the declared order."""
    world = soviet_world()
    assert isinstance(MACHINE, Model)
    assert isinstance(world, World)
    assert world.observe().shape == (len(MACHINE.observables),)
    assert (world.tick, world.alive, world.cause) == (0, True, "")
    with pytest.raises(ModelError, match=r"'persons' must be at least 10000, got 9999\. Below that the rare strata"):
        MACHINE.build(SETTINGS, persons=9_999, seed=1)


def test_same_seed_same_bits_and_another_seed_others() -> None:
    """A history is a function of settings, persons and seed, and every seed has one of its own, 0 too."""
    assert same(run(), run())
    digests = {run(seed=seed, ticks=5).digest for seed in (0, 1, 2, 2**63 - 1)}
    assert len(digests) == 4


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(threads: int) -> None:
    """Histories that run side by side in 1, 2 or 3 threads are, bit for bit, those that run one after the other."""
    alone = [run(seed=seed) for seed in range(4)]
    with ThreadPoolExecutor(threads) as pool:
        together = list(pool.map(lambda seed: run(seed=seed), range(4)))
    assert all(same(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_inside_a_world_change_nothing(threads: int) -> None:
    """A world whose provinces are shared by several threads, from the building on or from some week on, has the bits of one thread."""
    built = MACHINE.build(SETTINGS, persons=PERSONS, seed=3, threads=threads)
    later = soviet_world(SETTINGS, seed=3)
    for week in range(TICKS):
        if week == 5:
            later._week.spread(threads)
        built.step()
        later.step()
    assert built.digest() == later.digest() == run().digest
    assert (built.observe() == later.observe()).all()
    assert same(run(threads=threads), run())


def advanced(world: Any, ticks: int) -> NDArray[np.float64]:
    """Rows of a world that plays as many weeks at once as it will."""
    rows = [np.empty((0, len(MACHINE.observables)))]
    while world.tick < ticks and world.alive:
        rows.append(world.advance(ticks - world.tick))
    return np.concatenate(rows)


@pytest.mark.parametrize("settings", [SETTINGS, OTHER, soviet_settings()], ids=["harsh", "changed", "default"])
def test_weeks_played_at_once_are_those_played_one_by_one(settings: Settings) -> None:
    """Rows and state after `advance` are, bit for bit, those of step and observe, with paths and dated switches among the settings."""
    one, other = soviet_world(settings, seed=3), soviet_world(settings, seed=3)
    rows = []
    while one.alive and one.tick < 150:
        one.step()
        rows.append(one.observe())
    assert np.array_equal(advanced(other, 150), np.array(rows))
    assert (other.tick, other.alive, other.cause, other.digest()) == (one.tick, one.alive, one.cause, one.digest())
    assert one.alive == (settings is not SETTINGS and settings is not OTHER)  # the harsh ones fall within a stretch


def test_weeks_played_at_once_after_a_fork() -> None:
    """A world that obeys other settings from some week on, with other paths, plays on at once as it does week by week."""
    other = SETTINGS.replace({"path.civil_war": 0.1, "food.harvest": 0.4}, off=("intervention",), from_tick=20)
    one, two = soviet_world(SETTINGS, seed=3), soviet_world(SETTINGS, seed=3)
    for world in (one, two):
        advanced(world, FORK)
        world.change(other)
    for _ in range(FORK, 30):
        one.step()
    advanced(two, 30)
    assert one.digest() == two.digest()
    assert two.digest() != run(ticks=30).digest


def test_an_experiment_is_the_same_for_any_number_of_threads(tmp_path: Path) -> None:
    """A stored experiment of two arms holds the same tables, bit for bit, whether 1, 2 or 3 runs go on at the same time."""
    stores = [
        run_experiment(
            MACHINE,
            scenario=soviet(),
            arms=(Arm(HISTORY), Arm("no names", off=("coerced_names",), values={"names.base": 2.0})),
            persons=PERSONS,
            replicates=3,
            until_ticks=25,
            seed=7,
            store=tmp_path / str(threads),
            threads=threads,
        )
        for threads in (1, 2, 3)
    ]
    assert_same(stores[0], stores[1])
    assert_same(stores[0], stores[2])


def test_two_worlds_step_in_turn_without_touching_each_other() -> None:
    """Two worlds played alternately in one thread, and two threads stepping worlds at once, give the bits of each alone."""
    one, other = soviet_world(SETTINGS, seed=3), soviet_world(SETTINGS, seed=4)
    for _ in range(TICKS):
        one.step()
        other.step()
    assert (one.digest(), other.digest()) == (run().digest, run(seed=4).digest)


# --- observers ----------------------------------------------------------------------------------------------------------------------


def vandal(tick: int, view: View, kinds: int = 12) -> None:
    """Try everything (or the first so many kinds of it) to disturb a run."""

    def everywhere(action: Callable[[Any], object]) -> None:
        for name in ARRAYS:
            action(getattr(view.arrays, name))

    attempts: list[Callable[[], object]] = [
        lambda: everywhere(lambda array: array.fill(1)),
        lambda: everywhere(lambda array: array.setflags(write=True)),
        lambda: everywhere(lambda array: array.__setitem__(0, array[-1])),
        lambda: everywhere(lambda array: setattr(array, "flat", 0)),
        lambda: [snapshot.fill(0) for snapshot in view.snapshot().values()],
        lambda: view.observe().fill(0.0),
        lambda: view.step(),
        lambda: view.restore(view.snapshot()),
        lambda: view.change(OTHER),
        lambda: setattr(view, "tick", 99),
        lambda: view._p.skip,
        lambda: np.random.seed(tick),  # noqa: NPY002  # this is what a vandal does
    ]
    for attempt in attempts[:kinds]:
        try:
            attempt()
        except (ModelError, ValueError, TypeError, AttributeError):
            continue


def test_observers_cannot_disturb_a_run() -> None:
    """A run with observers that try to change everything in reach, and read everything, gives the bits of a run without them."""
    seen: list[str] = []

    def reader(tick: int, view: View) -> None:
        seen.append(view.digest())
        view.observe()

    assert same(run(observers=(vandal, reader, vandal)), run())
    assert seen[-1] == run().digest


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_unprotected_vandal_is_seen() -> None:
    """Negative control: the same vandal disturbs a world that is handed to it without a view."""
    world = soviet_world(SETTINGS, seed=3)
    own = {name: getattr(world.arrays, name).copy() for name in SHARED}
    world._w = world.arrays.replaced(**own)  # nobody else's tables
    before = world.digest()
    vandal(0, world, kinds=5)  # type: ignore[arg-type]  # arrays only: a week with such numbers in them would leave memory
    assert world.digest() != before


def test_worlds_share_nothing_that_can_be_written() -> None:
    """No memory is shared by two worlds, except tables that are the same for all and cannot be written to."""
    one, other = soviet_world(SETTINGS, seed=3).arrays, soviet_world(SETTINGS, seed=4).arrays
    shared = {
        name
        for name, _ in one
        if np.shares_memory(getattr(one, name).view(np.ndarray), getattr(other, name).view(np.ndarray))
    }
    assert shared == set(SHARED)
    assert not any(getattr(one, name).flags.writeable for name in SHARED)


def test_observers_read_arrays_by_name() -> None:
    """An observer finds the arrays of a world under their names, as the world itself shows them, and cannot write to them."""
    shares: list[float] = []

    def look(tick: int, view: View) -> None:
        shares.append(float((view.arrays.state == 1).mean()))
        with pytest.raises(ValueError, match="read-only"):
            view.arrays.state[0] = 1

    run(ticks=3, observers=(look,))
    assert len(shares) == 4


def test_observing_and_copying_change_nothing() -> None:
    """A world that is observed, hashed and copied after every week is the one that is left alone; the copies are its own."""
    world = soviet_world(SETTINGS, seed=3)
    for _ in range(TICKS):
        world.step()
        world.observe().fill(1.0)
        for array in world.snapshot().values():
            if array.flags.writeable:
                array.fill(0)
    assert world.digest() == run().digest


# --- forks and checkpoints ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def original() -> History:
    return run(snapshots=(0, 1, FORK, TICKS))


def test_the_fork_meets_what_it_forks() -> None:
    """The settings under test differ: by the end of the run the fork has other arrests, deaths and prisoners."""
    whole, forked = soviet_world(SETTINGS, seed=3), soviet_world(OTHER, seed=3)
    for _ in range(TICKS):
        whole.step()
        forked.step()
    assert happened(whole)["executed"] > happened(forked)["executed"] > 0


@pytest.mark.parametrize("tick", [0, 1, FORK, TICKS])
def test_a_snapshot_and_a_start_are_the_uninterrupted_run(original: History, tick: int) -> None:
    """A run from a snapshot, of the first week, a middle one or the last, has the rows and the final state of the whole run."""
    resumed = run(start=original.snapshots[tick])
    assert np.array_equal(resumed.rows, original.rows[tick:], equal_nan=True)
    assert (resumed.digest, resumed.ended, resumed.cause) == (original.digest, original.ended, original.cause)


def test_a_chain_of_snapshots_is_the_uninterrupted_run(original: History) -> None:
    """A run that is stopped and resumed every week ends in the state of the whole run."""
    snapshot = None
    for tick in range(1, TICKS + 1):
        part = run(ticks=tick, snapshots=(tick,), **({} if snapshot is None else {"start": snapshot}))
        snapshot = part.snapshots[tick]
    assert part.digest == original.digest


def test_a_fork_without_a_change_is_the_original(original: History) -> None:
    """A fork at any week under the settings it already has gives the bits of the original."""
    forked = run(start=original.snapshots[FORK], change=SETTINGS)
    assert np.array_equal(forked.rows, original.rows[FORK:], equal_nan=True)
    assert forked.digest == original.digest


def test_a_fork_is_the_arm_that_leaves_at_its_week(original: History) -> None:
    """A fork from the snapshot at its date is the whole run under the dated settings, which is the original until then and not after."""
    whole, forked = run(OTHER), run(start=original.snapshots[FORK], change=OTHER)
    assert np.array_equal(whole.rows[: FORK + 1], original.rows[: FORK + 1], equal_nan=True)
    assert not np.array_equal(whole.rows[FORK + 1], original.rows[FORK + 1], equal_nan=True)
    assert np.array_equal(forked.rows, whole.rows[FORK:], equal_nan=True)
    assert forked.digest == whole.digest


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_change_before_its_date_is_none(original: History, switch: str) -> None:
    """Settings that will change at some week, each switch in turn, give the original up to that week, to the last bit of the state."""
    dated = SETTINGS.replace({"arming.rate": 0.0}, off=(switch,), from_tick=FORK)
    early = run(dated, ticks=FORK)
    assert early.digest == run(ticks=FORK).digest
    assert np.array_equal(early.rows, original.rows[: FORK + 1], equal_nan=True)


def test_checkpoints_on_disk_continue_the_run(original: History, tmp_path: Path) -> None:
    """A snapshot that went through a file is continued with the bits of the uninterrupted run, and only by the same run."""
    identity: dict[str, Any] = {"model": MACHINE, "settings": SETTINGS, "persons": PERSONS, "seed": 3}
    path = tmp_path / "state.npz"
    save_checkpoint(path, snapshot=original.snapshots[FORK], **identity)
    loaded = load_checkpoint(path, **identity)
    resumed, forked = run(start=loaded), run(start=loaded, change=OTHER)
    assert resumed.digest == original.digest
    assert forked.digest == run(OTHER).digest
    with pytest.raises(StoreError, match="got one of another run"):
        load_checkpoint(path, **(identity | {"seed": 4}))


def test_another_process_continues_a_checkpoint(original: History, tmp_path: Path, root: Path) -> None:
    """A checkpoint is continued in another process with the same bits."""
    path = tmp_path / "state.npz"
    save_checkpoint(path, snapshot=original.snapshots[FORK], model=MACHINE, settings=SETTINGS, persons=PERSONS, seed=3)
    code = (
        "import sys; from tests.property.test_machine_contract import *\n"
        "state = load_checkpoint(sys.argv[1], model=MACHINE, settings=SETTINGS, persons=PERSONS, seed=3)\n"
        "print(run(start=state).digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == original.digest, done.stderr


def test_a_snapshot_is_complete() -> None:
    """A world that has lived quite another history and is restored goes on like the one of the snapshot."""
    world = soviet_world(SETTINGS, seed=3)
    for _ in range(FORK):
        world.step()
    stranger = soviet_world(SETTINGS, seed=3)
    for _ in range(TICKS):
        stranger.step()
    stranger.restore(world.snapshot())
    assert stranger.digest() == world.digest()
    for _ in range(5):
        world.step()
        stranger.step()
    assert stranger.digest() == world.digest()


def test_after_the_fall_only_totals_remain() -> None:
    """Rows after a collapse have alive 0, the totals of the last week and nothing else, and a fallen world is not stepped."""
    fallen = run(SETTINGS.replace({"collapse.nation_share": 0.05}), ticks=20)
    assert (fallen.ended, fallen.cause) == (1, "nation")
    for column, observable in enumerate(MACHINE.observables):
        last, later = fallen.rows[fallen.ended, column], fallen.rows[-1, column]
        if observable.kind == "total":
            assert later == last
        elif observable.name == "alive":
            assert (last, later) == (0.0, 0.0)
        else:
            assert np.isnan(later)


def test_playing_by_hand_is_the_run() -> None:
    """Stepping a world by hand gives the rows of the run."""
    rows = []
    for world in play(MACHINE, SETTINGS, persons=PERSONS, seed=3):
        rows.append(world.observe())
        if world.tick == 10:
            break
    assert np.array_equal(np.array(rows), run(ticks=10).rows, equal_nan=True)


def test_a_week_is_compiled_once() -> None:
    """Worlds of other sizes, layouts and seeds run on one machine code of the week."""
    from whowhom.models.machine.tick import tick

    MACHINE.build(SETTINGS, persons=PERSONS, seed=1).step()
    once = len(
        getattr(tick, "signatures", [0])
    )  # the vandal above may have made the tables of his own world writeable: another type
    for seed, persons in ((2, 12_800), (3, 20_480)):
        MACHINE.build(SETTINGS, persons=persons, seed=seed).step()
    assert once >= 1
    assert len(getattr(tick, "signatures", [0])) == once
