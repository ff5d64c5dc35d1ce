"""Arms that leave the history at a date: what is common is played once, and nothing else changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toy_model import ToyWorld, toy_scenario, toy_settings
from tests.toy_store import SETS, TICKS, Fragile, assert_same, outcome, toy_manifest, toy_run

from whowhom.engine.settings import Settings
from whowhom.experiments import crew as crew_module
from whowhom.experiments import forks as forks_module
from whowhom.experiments.design import HISTORY, Arm, Design, design
from whowhom.experiments.experiment import run_experiment
from whowhom.experiments.forks import groups, leaves_at, share_played
from whowhom.models.registry import model_named
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

EARLY = Arm("early", off=("executions",))
AT_10 = Arm("at 10", off=("arrests",), from_tick=10)
AT_20 = Arm("at 20", values={"dissent.growth": 0.7}, from_tick=20)
ALSO = Arm("also at 20", off=("executions",), from_tick=20)
ARMS = (Arm(HISTORY), EARLY, AT_10, AT_20, ALSO)


class Counting(Fragile):
    """The toy model, which counts the weeks it plays."""

    def __init__(self) -> None:
        self.weeks = 0

    def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
        world = super().build(settings, persons=persons, seed=seed)
        step = world.step

        def counted() -> None:
            self.weeks += 1
            step()

        world.step = counted  # type: ignore[method-assign]
        return world


def alone(indices: Sequence[int], *_: Any, **__: Any) -> list[tuple[int, ...]]:
    return [(index,) for index in indices]


def both(folder: Path, patch: pytest.MonkeyPatch, **changes: Any) -> tuple[Store, Store, int, int]:
    """Run an experiment with what is common played once, and with every run from its beginning."""
    models = Counting(), Counting()
    shared = toy_run(folder / "shared", model=models[0], **changes)
    patch.setattr(crew_module, "groups", alone)
    apart = toy_run(folder / "apart", model=models[1], **changes)
    return shared, apart, models[0].weeks, models[1].weeks


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("arms", [ARMS, ARMS[1:], (AT_20, AT_10), (ALSO, AT_20), (Arm(HISTORY), Arm("same"), AT_10)])
def test_forks_are_the_arms_played_from_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arms: tuple[Arm, ...], threads: int
) -> None:
    """Whatever arms share their beginning, with failing and falling ones among them, the store is that of all played whole."""
    shared, apart, weeks, all_weeks = both(tmp_path, monkeypatch, arms=arms, threads=threads, replicates=12)
    assert_same(shared, apart)
    assert weeks < all_weeks
    assert shared.progress().failed == len(arms)
    assert shared.runs()["ended"].notna().any()


def test_what_is_common_is_played_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the history beside them, arms that leave it at a date play only the weeks after it."""
    words = {"values": {"dissent.growth": 0.0}}  # nobody falls, so every run has all its weeks
    scenario = toy_scenario(words["values"])
    arms = (Arm(HISTORY), EARLY, AT_10, ALSO)
    shared, apart, weeks, all_weeks = both(tmp_path, monkeypatch, arms=arms, scenario=scenario, replicates=3)
    assert_same(shared, apart)
    assert all_weeks == 3 * 4 * TICKS
    assert weeks == 3 * (TICKS + TICKS + (TICKS - 10) + (TICKS - 20))


@pytest.mark.parametrize("ended", ["before", "at", "after"])
def test_a_history_that_falls_near_the_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: str) -> None:
    """An arm whose history falls before the date, at it or after it is what it is when played from the beginning."""
    scenario = toy_scenario({"dissent.growth": 0.9, "dissent.start": 0.2})
    fall = int(toy_run(tmp_path / "first", scenario=scenario, arms=(Arm(HISTORY),), replicates=1).runs()["ended"][0])
    late = Arm("late", off=("arrests",), from_tick=fall + {"before": 1, "at": 0, "after": -1}[ended])
    shared, apart, *_ = both(tmp_path, monkeypatch, scenario=scenario, arms=(Arm(HISTORY), late), replicates=2)
    assert_same(shared, apart)


def test_the_flagship_forks_to_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arms of the machine that leave the history in the second and the eighth week have the bits of whole histories."""
    from whowhom.api import scenario

    arms = (Arm(HISTORY), Arm("a", off=("executions",), from_tick=2), Arm("b", off=("arrests",), from_tick=8))
    case, machine = scenario("soviet"), model_named("machine")
    words: dict[str, Any] = {
        "arms": arms,
        "persons": 10_240,
        "replicates": 2,
        "until_ticks": 12,
        "seed": 1,
        "threads": 1,
    }
    played: list[int | None] = []
    real = forks_module.run_history

    def spy(*arguments: Any, **more: Any) -> Any:
        played.append(int(more["start"]["tick"]))
        return real(*arguments, **more)

    monkeypatch.setattr(forks_module, "run_history", spy)
    shared = run_experiment(machine, scenario=case, store=tmp_path / "shared", **words)
    monkeypatch.setattr(crew_module, "groups", alone)
    apart = run_experiment(machine, scenario=case, store=tmp_path / "apart", **words)
    assert_same(shared, apart)
    assert played == [8, 2] * 2 or played == [2, 8] * 2


def test_if_the_first_is_there_the_next_one_leads(tmp_path: Path) -> None:
    """Where the history or another arm is there already, the rest share what is left to share."""
    calm = toy_scenario({"dissent.growth": 0.0})  # nobody falls, so every run has all its weeks
    right = toy_run(tmp_path / "right", arms=ARMS, replicates=3, scenario=calm)
    model, folder = Counting(), tmp_path / "store"
    writer = Writer.begin(folder, toy_manifest(arms=ARMS, replicates=3, scenario=calm))
    for index in (0, 8, 10, 13, 14):  # histories of 0 and 2, 'at 20' of 1 and 2, 'also at 20' of 2
        writer.keep(outcome(writer, index))
    assert_same(toy_run(folder, model=model, arms=ARMS, replicates=3, scenario=calm), right)
    after_20, after_10 = TICKS - 20, TICKS - 10
    assert model.weeks == 3 * TICKS + (TICKS + after_20 + after_10) + (TICKS + after_20 + after_10) + TICKS


def planned(*arms: Arm, replicates: int = 4) -> Design:
    return design(toy_settings(), sets=SETS, arms=arms, replicates=replicates, seed=0)


def grouped(*arms: Arm, replicates: int = 4, threads: int = 1, persons: int = 200) -> list[tuple[int, ...]]:
    made = planned(*arms, replicates=replicates)
    return groups(range(len(made)), made, persons=persons, ticks=TICKS, threads=threads)


def test_groups_are_in_the_order_of_the_design() -> None:
    """Each replicate's dated arms are with its history, which comes first; arms from the beginning on are by themselves."""
    assert grouped(*ARMS, replicates=2) == [(0, 3, 4, 2), (1,), (5, 8, 9, 7), (6,)]
    assert grouped(AT_10, EARLY, AT_20, replicates=1) == [(2, 0), (1,)]
    assert grouped(Arm(HISTORY), EARLY, replicates=2) == [(0,), (1,), (2,), (3,)]


def test_sharing_never_costs_time() -> None:
    """Where threads would wait for each other longer than sharing saves, or states need too much room, nothing is shared."""
    dated = Arm(HISTORY), AT_10
    assert grouped(*dated, replicates=4, threads=2) == [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert grouped(*dated, replicates=1, threads=2) == [(0,), (1,)]
    assert grouped(*dated, replicates=4, threads=8) == alone(range(8))
    assert grouped(*dated, replicates=4, persons=forks_module.MOST_KEPT) == [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert grouped(*dated, replicates=4, persons=forks_module.MOST_KEPT + 1) == alone(range(8))


def test_the_share_that_is_played_is_known_beforehand() -> None:
    """The estimate of the time knows how much of all weeks is common to several runs."""
    words: dict[str, Any] = {"persons": 200, "ticks": TICKS, "threads": 1}
    assert share_played(planned(Arm(HISTORY), EARLY), **words) == 1.0
    assert share_played(planned(Arm(HISTORY), EARLY, AT_10, ALSO), **words) == (30 + 30 + 20 + 10) / (4 * 30)


@given(
    dates=st.lists(st.sampled_from([0, 0, 5, 10, 29, 30, 40]), min_size=1, max_size=6),
    replicates=st.integers(1, 6),
    threads=st.integers(1, 9),
    data=st.data(),
)
def test_groups_are_a_partition(dates: list[int], replicates: int, threads: int, data: st.DataObject) -> None:
    """Every run is in one group, groups hold one replicate, who leaves last is first, and the groups begin in order."""
    made = planned(
        Arm(HISTORY), *(Arm(str(n), off=("arrests",), from_tick=d) for n, d in enumerate(dates)), replicates=replicates
    )
    indices = sorted(data.draw(st.sets(st.integers(0, len(made) - 1), min_size=1)))
    found = groups(indices, made, persons=200, ticks=TICKS, threads=threads)
    assert sorted(index for group in found for index in group) == indices
    assert [min(group) for group in found] == sorted(min(group) for group in found)
    for group in found:
        assert len({index // len(made.arms) for index in group}) == 1
        assert leaves_at(made, group[0]) == max(leaves_at(made, index) for index in group)
        assert len(group) == 1 or 0 not in {leaves_at(made, index) for index in group}


def test_only_a_changed_arm_leaves() -> None:
    """An arm without a change never leaves the history, whatever its date."""
    made = planned(Arm(HISTORY), Arm("same", from_tick=5), AT_10, EARLY, replicates=1)
    assert [leaves_at(made, index) for index in range(4)] == [math.inf, math.inf, 10, 0]
