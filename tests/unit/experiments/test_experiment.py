"""Running, interrupting and continuing an experiment."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.toy_model import ToyModel, ToyWorld, toy_scenario
from tests.toy_store import ARMS, SETS, Fragile, assert_same, toy_model_of, toy_run

from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ScenarioError, StoreError, UnknownNameError, WhowhomError
from whowhom.experiments.crew import Interrupted, Step
from whowhom.experiments.experiment import resume_experiment
from whowhom.provenance import code_hash
from whowhom.store.reader import Progress, Store


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("right") / "store")


@pytest.mark.parametrize("threads", [2, 3, 50, None])
def test_threads_do_not_show(tmp_path: Path, right: Store, threads: int | None) -> None:
    """Any number of threads gives the same store."""
    assert_same(toy_run(tmp_path / "store", threads=threads), right)


def test_running_again_runs_nothing(tmp_path: Path, right: Store) -> None:
    """The same experiment run again in its store is there already: no run is done, no file changes."""
    folder = tmp_path / "store"
    toy_run(folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    steps: list[Step] = []
    store = toy_run(folder, model=Broken(), progress=steps.append)
    assert steps == []
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert_same(store, right)


class Broken(ToyModel):
    """A model that cannot be built."""

    def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
        raise MemoryError("no room")


def test_a_model_that_always_fails_is_an_experiment_too(tmp_path: Path) -> None:
    """If every run fails, the store is complete and holds the failures; reading it gives empty tables."""
    store = toy_run(tmp_path / "store", model=Broken())
    assert store.progress() == Progress(total=20, done=0, failed=20)
    assert set(store.failures()["error"]) == {"MemoryError: no room"}
    assert store.weeks().empty
    assert store.runs().empty


def test_resume_needs_the_folder_alone(tmp_path: Path) -> None:
    """A store that was interrupted is continued with nothing but its folder."""
    folder = tmp_path / "store"
    with pytest.raises(Interrupted):
        toy_run(folder, progress=interrupt_after(7), replicates=100)
    assert Store.open(folder).progress().done < 200
    found = resume_experiment(folder, model_of=toy_model_of, threads=2)
    assert_same(found, toy_run(tmp_path / "right", replicates=100))


def test_failed_runs_are_done_again_only_if_asked(tmp_path: Path, right: Store) -> None:
    """Resuming leaves failed runs as they are, unless it is asked to do them again."""
    folder = tmp_path / "store"
    toy_run(folder, model=Fragile())
    assert resume_experiment(folder, model_of=toy_model_of).progress().failed == 2
    assert_same(resume_experiment(folder, model_of=toy_model_of, retry_failed=True), right)


def test_the_code_that_ran_is_named(right: Store) -> None:
    """Every run carries the hash of the package that ran it, the manifest that of the one that began."""
    assert set(right.runs()["code"]) == {right.manifest.code}
    assert len(code_hash()) == 64


def interrupt_after(runs: int) -> Any:
    """Return a progress function that presses Ctrl-C after a number of runs."""

    def progress(step: Step) -> None:
        if step.done >= runs:
            raise KeyboardInterrupt

    return progress


def test_ctrl_c_leaves_a_smaller_experiment(tmp_path: Path) -> None:
    """After Ctrl-C the finished runs are there, balanced between the arms, and the error says how to go on."""
    folder = tmp_path / "store"
    with pytest.raises(Interrupted) as error:
        toy_run(folder, progress=interrupt_after(9), threads=2, replicates=100)
    found = error.value
    store = Store.open(folder)
    assert (found.done, found.failed, found.total) == (store.progress().done, 0, 200)
    assert 9 <= found.done < 200
    assert str(found) == (
        f"interrupted: {found.done} of 200 runs are kept in '{folder}', a smaller experiment that every command can "
        f"read: {store.whole_replicates()} whole replicates of 2 arms. `whowhom resume {folder}` goes on."
    )
    counts = store.runs()["arm"].value_counts()
    assert abs(counts["history"] - counts["no executions"]) <= 2
    assert isinstance(found, KeyboardInterrupt)
    assert not isinstance(found, WhowhomError)


def test_ctrl_c_does_not_wait_for_long_runs(tmp_path: Path) -> None:
    """Ctrl-C stops runs between two ticks; no thread is left behind and a run that was cut is not kept."""

    class Slow(ToyModel):
        def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
            world = super().build(settings, persons=persons, seed=seed)
            step = world.step

            def slow() -> None:
                if seed > 0:
                    time.sleep(0.05)
                step()

            world.step = slow  # type: ignore[method-assign]
            return world

    begun = time.perf_counter()
    with pytest.raises(Interrupted):
        toy_run(tmp_path / "store", model=Slow(), progress=interrupt_after(1), threads=2, until_ticks=200)
    assert time.perf_counter() - begun < 4.0
    assert [thread for thread in threading.enumerate() if thread.name.startswith("whowhom-")] == []
    assert set(Store.open(tmp_path / "store").runs()["seed"]) == {0}


def test_an_error_of_the_progress_bar_is_passed_on(tmp_path: Path) -> None:
    """What a progress function raises reaches the caller, the threads end, and the runs are kept."""

    def progress(step: Step) -> None:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        toy_run(tmp_path / "store", progress=progress)
    assert [thread for thread in threading.enumerate() if thread.name.startswith("whowhom-")] == []
    assert Store.open(tmp_path / "store").progress().done >= 1


def test_progress_counts_and_estimates(tmp_path: Path) -> None:
    """Progress counts every run once, also when an experiment is continued, and estimates from this call alone."""
    folder = tmp_path / "store"
    with pytest.raises(Interrupted):
        toy_run(folder, progress=interrupt_after(5), replicates=100)
    there = Store.open(folder).progress().done
    steps: list[Step] = []
    toy_run(folder, progress=steps.append, threads=3, replicates=100)
    assert [step.done for step in steps] == list(range(there + 1, 201))
    assert {step.total for step in steps} == {200}
    unknown = [step.seconds_left is None for step in steps]
    assert unknown == sorted(unknown, reverse=True)  # once known it stays so
    assert unknown[0]
    assert not all(unknown)
    assert steps[-1].seconds_left == 0.0


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"persons": 3}, ModelError, "'persons' must be at least 16 for model 'toy', got 3."),
        ({"until_ticks": 0}, ModelError, "'until_ticks' must be at least 1, got 0. Choose a later date with --until."),
        ({"threads": 0}, ModelError, "'threads' must be at least 1, got 0. Leave it out to use all cores."),
        ({"replicates": 0}, WhowhomError, "'replicates' must be at least 1, got 0."),
    ],
)
def test_what_cannot_be_run_leaves_no_folder(
    tmp_path: Path, change: dict[str, Any], kind: type[Exception], text: str
) -> None:
    """What would fail in every run is said before anything is written."""
    with pytest.raises(kind) as error:
        toy_run(tmp_path / "store", **change)
    assert text in str(error.value)
    assert not (tmp_path / "store").exists()


def test_the_models_own_tables_are_checked(tmp_path: Path) -> None:
    """A scenario table that the model refuses is said before anything is written."""

    class Strict(ToyModel):
        def problems(self, structure: Any) -> list[str]:
            return ["table 'province' is missing."]

    with pytest.raises(ScenarioError, match="table 'province' is missing"):
        toy_run(tmp_path / "store", model=Strict())
    assert not (tmp_path / "store").exists()


def test_another_model_than_the_scenarios(tmp_path: Path) -> None:
    """A scenario is run by its own model only."""

    class Other(ToyModel):
        name = "other"

    with pytest.raises(ModelError, match="scenario 'toy' must be run by model 'toy', got 'other'"):
        toy_run(tmp_path / "store", model=Other())


def test_an_unknown_model_of_a_store(tmp_path: Path, right: Store) -> None:
    """A store whose model is not known here is refused in the words of whoever knows the models."""

    def nobody(name: str) -> ToyModel:
        raise UnknownNameError(f"unknown model '{name}'.")

    with pytest.raises(UnknownNameError, match="unknown model 'toy'"):
        resume_experiment(right.folder, model_of=nobody)
    with pytest.raises(StoreError, match="got no such folder"):
        resume_experiment(tmp_path / "none", model_of=toy_model_of)


RUN = """
import sys
from pathlib import Path
from tests.toy_store import toy_run
from whowhom.experiments.crew import Interrupted
def progress(step):
    if len(sys.argv) > 3:
        print(step.done, flush=True)
try:
    toy_run(Path(sys.argv[1]), threads=2, replicates=int(sys.argv[2]), progress=progress)
except Interrupted as interrupted:
    print(interrupted)
    sys.exit(130)
"""


def process(root: Path, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(folder), *arguments]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("wait", [0.0, 0.03, 0.11, 0.17, 0.4])
def test_a_real_ctrl_c(tmp_path: Path, root: Path, wait: float) -> None:
    """A process that is sent Ctrl-C ends at once, without a traceback, and says how to go on."""
    folder = tmp_path / "store"
    running = process(root, folder, "1000", "show")
    assert running.stdout is not None
    for _ in range(10):
        running.stdout.readline()
    time.sleep(wait)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "")
    assert f"`whowhom resume {folder}` goes on." in out
    assert Store.open(folder).progress().done == len(Store.open(folder).runs()) >= 10


def test_two_writers_at_once(tmp_path: Path, root: Path) -> None:
    """Two processes that run one experiment in one folder at once end with the store of one."""
    folder = tmp_path / "store"
    both = [process(root, folder, "60") for _ in range(2)]
    for running in both:
        out, err = running.communicate(timeout=120)
        assert (running.returncode, out, err) == (0, "", "")
    assert_same(Store.open(folder), toy_run(tmp_path / "right", replicates=60))
    assert [path for path in folder.iterdir() if path.name.startswith((".", "run-"))] == []


def test_arms_and_sets_reach_the_store(right: Store) -> None:
    """The experiment in the manifest names arms, sets, scenario and model as they were asked for."""
    asked = right.experiment
    assert [arm["name"] for arm in asked["arms"]] == [arm.name for arm in ARMS]
    assert asked["scenario"]["sets"] == list(SETS)
    assert asked["scenario"]["settings"] == toy_scenario().settings.identity()
    assert asked["model"]["name"] == "toy"
