"""The run loop, on the toy model."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.toy_model import BALANCED, DISSENTING, OBSERVABLES, PERSONS, ToyModel, ToyWorld, toy_settings

from whowhom.engine.contract import Model, Observable, World, observable_problems
from whowhom.engine.run import History, View, play, read_only_array, run_history
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError

TICKS = 60
SETTINGS = toy_settings(BALANCED)
COLUMN = {observable.name: column for column, observable in enumerate(OBSERVABLES)}
FALLS, STANDS = 3, 7  # seeds of a history that falls and of one that does not, see the test below


def run(seed: int = STANDS, *, ticks: int = TICKS, settings: Settings = SETTINGS, **more: Any) -> History:
    return run_history(ToyModel(), settings, persons=PERSONS, seed=seed, ticks=ticks, **more)


def same(one: History, other: History) -> bool:
    ends = one.ended == other.ended and one.cause == other.cause and one.digest == other.digest
    return ends and np.array_equal(one.rows, other.rows, equal_nan=True)


def test_the_toy_model_meets_the_contract() -> None:
    """The toy model and its world meet the protocols, and a bare object does not."""
    assert isinstance(ToyModel(), Model)
    assert isinstance(ToyModel().build(SETTINGS, persons=PERSONS, seed=0), World)
    assert not isinstance(object(), Model)


def test_the_two_seeds_do_what_they_are_named_for() -> None:
    """One of the two seeds of these tests falls within the history and the other stands to its end."""
    assert (run(FALLS).survived, run(STANDS).survived) == (False, True)


def test_rows_begin_with_the_state_at_tick_0() -> None:
    """A history of n ticks has n + 1 rows, the first of which is the world as it was built."""
    history = run(ticks=10)
    assert history.rows.shape == (11, len(OBSERVABLES))
    assert np.array_equal(history.rows[0], ToyModel().build(SETTINGS, persons=PERSONS, seed=STANDS).observe())


def test_zero_ticks_are_a_history() -> None:
    """A history of no ticks is the first row alone."""
    assert run(ticks=0).rows.shape == (1, len(OBSERVABLES))


def test_same_seed_same_bits() -> None:
    """Two runs with one seed are equal to the last bit, and another seed gives another history."""
    assert same(run(5), run(5))
    assert not same(run(5), run(6))


def test_seed_zero_is_a_seed() -> None:
    """Seed 0 is a seed like any other."""
    assert same(run(0), run(0))
    assert not same(run(0), run(1))


def test_after_the_collapse() -> None:
    """After a collapse alive is 0, totals stay as they are, and every other column is NaN."""
    history = run(FALLS)
    assert history.cause == "uprising"
    fall = history.ended
    assert fall is not None
    assert history.rows[fall, COLUMN["share_dissenting"]] > 0.5
    after = history.rows[fall + 1 :]
    assert len(after) == TICKS - fall
    for observable in OBSERVABLES:
        column = after[:, COLUMN[observable.name]]
        if observable.kind == "total":
            assert np.array_equal(column, np.full(len(after), history.rows[fall, COLUMN[observable.name]]))
        elif observable.name != "alive":
            assert np.isnan(column).all()
    alive = history.rows[:, COLUMN["alive"]]
    assert np.array_equal(alive, np.arange(TICKS + 1) < fall)


def test_rows_are_read_only() -> None:
    """The rows of a history cannot be written to."""
    with pytest.raises(ValueError, match="read-only"):
        run().rows[0, 0] = 1.0


def test_a_snapshot_and_a_start_are_the_uninterrupted_run() -> None:
    """Going on from a snapshot, taken before or at the last tick, gives the rows and the end of the whole run."""
    for seed in (FALLS, STANDS):
        whole = run(seed, snapshots=(0, 5, TICKS))
        for tick, snapshot in whole.snapshots.items():
            rest = run(seed, start=snapshot)
            assert rest.first == tick
            assert np.array_equal(rest.rows, whole.rows[tick:], equal_nan=True)
            assert (rest.ended, rest.cause, rest.digest) == (whole.ended, whole.cause, whole.digest)


def test_snapshots_after_the_collapse_do_not_exist() -> None:
    """A snapshot asked for later than the collapse is not there; the one at the collapse is."""
    fall = run(FALLS).ended
    assert fall is not None
    assert set(run(FALLS, snapshots=(2, fall, fall + 1)).snapshots) == {2, fall}


def test_a_start_from_a_fallen_world_only_repeats() -> None:
    """A run from the snapshot of a fallen world has its fall and steps no further."""
    fall = run(FALLS).ended
    assert fall is not None
    again = run(FALLS, start=run(FALLS, snapshots=(fall,)).snapshots[fall])
    assert (again.first, again.ended) == (fall, fall)


def test_a_fork_without_a_change_is_the_original() -> None:
    """A fork whose settings are the old ones gives the history it was forked from."""
    whole = run(snapshots=(20,))
    fork = run(start=whole.snapshots[20], change=SETTINGS)
    assert np.array_equal(fork.rows, whole.rows[20:], equal_nan=True)
    assert fork.digest == whole.digest


def test_a_fork_is_the_arm_that_leaves_at_its_tick() -> None:
    """A fork at tick t equals the whole run of settings that differ from tick t on."""
    arm = SETTINGS.replace(off=["executions"], from_tick=8)
    whole = run(settings=arm)
    fork = run(start=run(snapshots=(8,)).snapshots[8], change=arm)
    assert np.array_equal(fork.rows, whole.rows[8:], equal_nan=True)
    assert np.array_equal(whole.rows[:9], run().rows[:9])
    assert not np.array_equal(whole.rows[9:], run().rows[9:], equal_nan=True)


def test_playing_by_hand_is_the_run() -> None:
    """Stepping through by hand shows the same rows as the run, and ends with the collapse."""
    history = run(FALLS)
    worlds = islice(play(ToyModel(), SETTINGS, persons=PERSONS, seed=FALLS), TICKS)
    rows = np.array([world.observe() for world in worlds])
    assert history.ended is not None
    assert np.array_equal(rows, history.rows[: history.ended + 1])


def test_one_more_person_changes_nobody() -> None:
    """One more person who never acts leaves what all others do at the start as it was."""
    few = ToyModel().build(SETTINGS, persons=PERSONS, seed=7).state
    more = ToyModel().build(SETTINGS, persons=PERSONS + 1, seed=7).state
    assert np.array_equal(few, more[:-1])


def vandal(tick: int, view: View) -> None:
    """Try everything to disturb a run."""
    attempts: list[Callable[[], object]] = [
        lambda: view.state.fill(DISSENTING),
        lambda: view.state.__setitem__(0, DISSENTING),
        lambda: view.state.setflags(write=True),
        lambda: view.state.sort(),
        lambda: view.snapshot().clear(),
        lambda: view.snapshot()["state"].fill(0),
        lambda: view.observe().fill(0.0),
        lambda: view.step(),
        lambda: view.restore(view.snapshot()),
        lambda: view.change(toy_settings()),
        lambda: setattr(view, "tick", 99),
        lambda: setattr(view, "state", np.zeros(PERSONS, dtype=np.uint8)),
        lambda: view.settings.values.update({"dissent.growth": 1.0}),
        lambda: view.settings.replace(values={"dissent.growth": 1.0}),
        lambda: np.random.seed(tick),  # noqa: NPY002  # this is what a vandal does
        lambda: view._draw(1),
    ]
    for attempt in attempts:
        try:
            attempt()
        except (ModelError, ValueError, TypeError, AttributeError):
            continue


def test_observers_cannot_disturb_a_run() -> None:
    """A run with an observer that tries to change everything in reach gives the bits of a run without it."""
    seen: list[int] = []

    def count(tick: int, view: View) -> None:
        assert view.tick == tick
        seen.append(int((view.state == DISSENTING).sum()))

    assert same(run(observers=(vandal, count, vandal)), run())
    assert seen == [int(n) for n in run().rows[:, COLUMN["dissenting"]]]


def test_an_unprotected_vandal_is_seen() -> None:
    """The same vandal disturbs a run if it is handed the world itself: the test above can fail."""
    world = ToyModel().build(SETTINGS, persons=PERSONS, seed=STANDS)
    before = world.digest()
    vandal(0, world)  # type: ignore[arg-type]
    assert world.digest() != before


def test_a_view_has_nothing_to_lose() -> None:
    """Nothing can be set on a view or deleted from it."""
    view = View(ToyModel().build(SETTINGS, persons=PERSONS, seed=1))
    with pytest.raises(ModelError) as error:
        view.tick = 7
    assert str(error.value) == (
        "observers may look but not act: got an attempt to set 'tick'. To intervene, fork the run."
    )
    with pytest.raises(ModelError, match="got an attempt to set 'state'"):
        del view.state
    with pytest.raises(ModelError, match="'step' is a method, got a call from an observer"):
        view.step()


def test_what_an_observer_raises_ends_the_run() -> None:
    """An error of an observer reaches the caller as it is."""

    def broken(tick: int, view: View) -> None:
        if tick == 3:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run(observers=(broken,))


def test_a_view_shows_insides_read_only() -> None:
    """A view shows objects inside a world as views, lists as tuples and arrays that no flag can make writeable."""

    class Inside:
        numbers = (1, [2, 3])
        array = np.zeros(3)
        when = np.zeros(2, dtype="datetime64[D]")

    view = View(type("Outside", (), {"inside": Inside(), "table": {"a": [1]}})())
    assert view.inside.numbers == (1, (2, 3))
    assert view.table["a"] == (1,)
    for array in (view.inside.array, view.inside.when):
        with pytest.raises(ValueError, match=r"WRITEABLE|read-only"):
            array[0] = array[1]
    with pytest.raises(ValueError, match="WRITEABLE"):
        view.inside.array.setflags(write=True)
    with pytest.raises(TypeError):
        view.table["b"] = 1


@pytest.mark.parametrize("array", [np.array(3), np.zeros((0, 2)), np.eye(4)[::2, 1:], np.array(["a"]), np.ones(2) > 0])
def test_read_only_arrays_keep_everything_else(array: NDArray[Any]) -> None:
    """A read-only array has the kind, shape and content of the one it shows."""
    shown = read_only_array(array)
    assert (shown.dtype, shown.shape) == (array.dtype, array.shape)
    assert np.array_equal(shown, array)
    assert not shown.flags.writeable


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"persons": 3},
            "'persons' must be at least 16 for model 'toy', got 3. With fewer, its rare groups are empty.",
        ),
        ({"seed": -1}, "'seed' must be a whole number in [0, 2**63), got -1."),
        ({"ticks": -1}, "'ticks' must be at least 0, got -1. It is the last tick, counted from tick 0."),
    ],
)
def test_bad_arguments(arguments: dict[str, int], text: str) -> None:
    """Arguments that no model could run with are refused in words."""
    right: dict[str, Any] = {"persons": PERSONS, "seed": 1, "ticks": 3}
    with pytest.raises(ModelError) as error:
        run_history(ToyModel(), SETTINGS, **{**right, **arguments})
    assert str(error.value) == text


def test_a_start_behind_the_end() -> None:
    """A run from a snapshot later than its last tick is refused."""
    snapshot = run(snapshots=(20,)).snapshots[20]
    with pytest.raises(ModelError) as error:
        run(ticks=10, start=snapshot)
    assert str(error.value) == (
        "a run must not end before it starts: 'ticks' is 10, but the snapshot is of tick 20. "
        "Ticks are counted from the beginning of history."
    )


class Careless(ToyWorld):
    """A world that breaks the contract in a way of its own."""

    def __init__(self, settings: Settings, persons: int, seed: int, *, fault: str) -> None:
        super().__init__(settings, persons, seed)
        self.fault = fault

    def step(self) -> None:
        super().step()
        self.tick += self.fault == "jump"

    def observe(self) -> NDArray[np.float64]:
        return super().observe()[:-1] if self.fault == "short" else super().observe()

    @property
    def alive(self) -> bool:
        return self.fault != "mute" and super().alive


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("jump", "a step of model 'toy' must add one to its tick, got 2 after 0. Add one at the end of 'step'."),
        (
            "short",
            "'observe' of model 'toy' must return 7 numbers, got shape (6,). Return one for each entry of 'observables', in that order.",
        ),
        ("mute", "model 'toy' fell at tick 0 without a cause. Set 'cause' with 'alive'."),
    ],
)
def test_models_that_break_the_contract(fault: str, text: str) -> None:
    """A model that breaks the contract is told so in words when it is run."""

    class Broken(ToyModel):
        def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
            return Careless(settings, persons, seed, fault=fault)

    with pytest.raises(ModelError) as error:
        run_history(Broken(), SETTINGS, persons=PERSONS, seed=1, ticks=3)
    assert str(error.value) == text


def test_observables_are_checked() -> None:
    """Doubled, reserved, unspeakable and unknown observables are named, all at once."""
    wrong = (
        Observable("seed", "[1]", "taken", "code"),
        Observable("Fear", "[1]", "capital letter", "share"),
        Observable("anger", "[1]", "once", "share"),
        Observable("anger", "[1]", "twice", "guess"),  # type: ignore[arg-type]
    )
    assert observable_problems(wrong) == [
        "observable 'seed' has the name of a column that the store writes itself.",
        "observable 'Fear' must be lower-case words joined by '_', to be a column name.",
        "observable 'anger' is declared twice.",
        "observable 'anger' must be a stock, flow, total, share or code, got 'guess'.",
    ]
    assert observable_problems(OBSERVABLES) == []
