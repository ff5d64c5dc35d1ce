"""Workers on parts of one experiment: same results, killed or not, in any order, side by side."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.schema_1 import write_schema_1
from tests.toy_model import PERSONS, ToyModel, ToyWorld, toy_scenario
from tests.toy_store import ARMS, SETS, TICKS, Fragile, assert_same, outcome, toy_model_of, toy_run

from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, StoreError, StoreWarning
from whowhom.experiments.crew import Interrupted, Step
from whowhom.experiments.description import reopen
from whowhom.experiments.experiment import lay_out_experiment
from whowhom.experiments.part import Part, progress_of
from whowhom.experiments.worker import compile_for, work_part
from whowhom.store.program import Program, this_program
from whowhom.store.reader import Progress, Store
from whowhom.store.writer import Writer

REPLICATES = 10


def laid_out(folder: Path, **changes: Any) -> Path:
    """Write the toy experiment down and run nothing."""
    arguments: dict[str, Any] = {"arms": ARMS, "persons": PERSONS, "replicates": REPLICATES, "until_ticks": TICKS}
    arguments |= {"seed": 0, "scenario": toy_scenario(sets=SETS), "store": folder} | changes
    lay_out_experiment(ToyModel(), **arguments)
    return folder


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("right") / "store", replicates=REPLICATES)


def test_laying_out_runs_nothing(tmp_path: Path, right: Store) -> None:
    """An experiment that is laid out is a store without runs, the same as one that was begun."""
    store = Store.open(laid_out(tmp_path / "store"))
    assert [path.name for path in store.folder.iterdir()] == ["manifest.json"]
    assert store.experiment == right.experiment
    assert store.progress() == Progress(total=20, done=0, failed=0)


def test_what_cannot_be_laid_out_leaves_no_folder(tmp_path: Path) -> None:
    """What would fail in every run is said when it is laid out, before anything is written."""
    with pytest.raises(ModelError, match="'persons' must be at least 16 for model 'toy', got 3"):
        laid_out(tmp_path / "store", persons=3)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_parts_make_the_whole(tmp_path: Path, right: Store, order: tuple[int, ...]) -> None:
    """The parts of an experiment, done one after the other in any order, make the store of one process, bit for bit."""
    folder = laid_out(tmp_path / "store")
    for number in order:
        there = work_part(folder, Part(number, 3), model_of=toy_model_of)
        assert there.complete
    assert_same(Store.open(folder), right)


@pytest.mark.parametrize("of", [1, 2, 7, 20, 25])
def test_any_number_of_parts(tmp_path: Path, right: Store, of: int) -> None:
    """Few parts, as many as batches, more than runs: the store is the same, and nothing is left of single runs."""
    folder = laid_out(tmp_path / "store")
    for number in range(1, of + 1):
        work_part(folder, Part(number, of), model_of=toy_model_of, threads=1 + number % 2)
    assert_same(Store.open(folder), right)
    assert [path.name for path in folder.iterdir() if path.name.startswith((".", "run-"))] == []


def test_a_part_is_no_more(tmp_path: Path) -> None:
    """A worker does the runs of its part and leaves all others to be done."""
    folder = laid_out(tmp_path / "store")
    work_part(folder, Part(2, 3), model_of=toy_model_of)
    store = Store.open(folder)
    mine = Part(2, 3).runs(store.layout)
    assert store.progress().done == len(mine) == 6
    assert {int(replicate) for replicate in store.runs()["replicate"]} == {index // 2 for index in mine}


def test_a_part_again_does_nothing(tmp_path: Path) -> None:
    """A worker whose part is whole runs nothing and changes no file."""
    folder = laid_out(tmp_path / "store")
    work_part(folder, Part(1, 3), model_of=toy_model_of)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    steps: list[Step] = []
    work_part(folder, Part(1, 3), model_of=toy_model_of, progress=steps.append)
    assert steps == []
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_part_counts_itself(tmp_path: Path) -> None:
    """Progress and result of a worker are those of its part."""
    folder = laid_out(tmp_path / "store")
    steps: list[Step] = []
    there = work_part(folder, Part(1, 4), model_of=toy_model_of, progress=steps.append)
    assert there == Progress(total=6, done=6, failed=0)
    assert [(step.done, step.total) for step in steps] == [(done, 6) for done in range(1, 7)]


def test_failed_runs_are_outcomes_of_a_part(tmp_path: Path) -> None:
    """A part with failed runs is complete, and says how many failed in it."""
    folder = laid_out(tmp_path / "store")
    assert work_part(folder, Part(4, 4), model_of=lambda name: Fragile()) == Progress(total=4, done=2, failed=2)
    assert work_part(folder, Part(1, 4), model_of=lambda name: Fragile()) == Progress(total=6, done=6, failed=0)


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, right: Store) -> None:
    """A worker that is interrupted keeps its finished runs and can go on."""
    folder = laid_out(tmp_path / "store")

    def press(step: Step) -> None:
        if step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as error:
        work_part(folder, Part(1, 2), model_of=toy_model_of, progress=press)
    assert 2 <= error.value.done <= 10
    for number in (1, 2):
        work_part(folder, Part(number, 2), model_of=toy_model_of)
    assert_same(Store.open(folder), right)


def test_a_run_that_comes_late_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that another worker finishes while a batch is looked at is not taken for a damaged one and removed."""
    folder = laid_out(tmp_path / "store", replicates=40)
    writer = Writer.resume(folder)
    assert writer.layout.batch_size == 4
    for index in (0, 1, 3):
        writer.keep(outcome(writer, index))
    late, has = outcome(writer, 2), Writer.has

    def just_then(self: Writer, index: int) -> bool:
        there = has(self, index)
        if index == 2:
            writer.keep(late)
        return there

    monkeypatch.setattr(Writer, "has", just_then)
    assert not writer.finish(0)
    assert writer.layout.run(2).exists()
    assert writer.finish(0)


WORK = """
import sys
from pathlib import Path
from tests.toy_store import toy_model_of
from whowhom.experiments.part import parse_part
from whowhom.experiments.worker import work_part
def report(step):
    print(step.done, flush=True)
work_part(Path(sys.argv[1]), parse_part(sys.argv[2]), model_of=toy_model_of, threads=2, progress=report)
"""


def process(root: Path, folder: Path, part: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORK, str(folder), part]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_overlapping_workers_at_once(tmp_path: Path, root: Path) -> None:
    """Processes side by side, two of them with one part and one that cuts otherwise, end with the store of one."""
    folder = laid_out(tmp_path / "store", replicates=100)
    for running in [process(root, folder, part) for part in ("1/2", "1/2", "2/2", "2/3")]:
        _, err = running.communicate(timeout=120)
        assert (running.returncode, err) == (0, "")
    assert_same(Store.open(folder), toy_run(tmp_path / "right", replicates=100))
    assert [path.name for path in folder.iterdir() if path.name.startswith((".", "run-"))] == []


@pytest.mark.slow
def test_kill_9_loses_nothing(tmp_path: Path, root: Path) -> None:
    """A worker that is killed again and again keeps every run it reported, and ends with the store of a quiet one."""
    folder = laid_out(tmp_path / "store", replicates=200)
    mine = Part(1, 2).runs(Store.open(folder).layout)
    for wait in (0.0, 0.05, 0.1, 0.2):
        running = process(root, folder, "1/2")
        assert running.stdout is not None
        said = running.stdout.readline()
        time.sleep(wait)
        os.kill(running.pid, signal.SIGKILL)
        rest, _ = running.communicate()
        reported = max(int(line) for line in (said + rest).rpartition("\n")[0].split())
        there = progress_of(Store.open(folder), mine)
        print(f"killed: {reported} of {there.total} reported, {there.done} there")
        assert there.total > there.done >= reported > 0
    for part in ("1/2", "2/2"):
        assert process(root, folder, part).communicate(timeout=120)[1] == ""
    assert_same(Store.open(folder), toy_run(tmp_path / "right", replicates=200))


def other_program(**changes: Any) -> Callable[..., Program]:
    """Return who says what program this is, for one that differs from this one."""

    def program(*, generator: str) -> Program:
        return replace(this_program(generator=generator), **changes)

    return program


def test_other_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose kernels have other sources than those of whoever laid the experiment out does nothing."""
    folder = laid_out(tmp_path / "store")
    noted = Store.open(folder).manifest.program
    other = {"kernels": "0123456789abcdef", "code": "f" * 64}
    monkeypatch.setattr("whowhom.experiments.crew.this_program", other_program(**other))
    with pytest.raises(StoreError) as error:
        work_part(folder, Part(1, 2), model_of=toy_model_of)
    version = noted.software["whowhom"]
    assert str(error.value) == (
        f"store '{folder}' must be worked on by the code that laid it out, got other code: whowhom {version} "
        f"({noted.kernels[:8]}) there and {version} (01234567) here. Use one installation for all workers; or lay the "
        "experiment out anew with this one, in another folder."
    )
    assert Store.open(folder).progress().done == 0


def test_a_store_of_another_version_stays_as_it_is(
    tmp_path: Path, right: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is refused leaves a store of an older schema as it is, for the program that the text sends people to."""
    write_schema_1(tmp_path / "store", right, model=ToyModel(), batches=[0], single=[4])
    monkeypatch.setattr("whowhom.experiments.crew.this_program", other_program(code="f" * 64))
    before = {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()}
    with pytest.raises(
        StoreError, match=r"must be worked on by the code that laid it out, got other code: .*not recorded"
    ):
        work_part(tmp_path / "store", Part(1, 2), model_of=toy_model_of)
    newer = ToyModel()
    newer.version = "2"
    for call in (reopen, work_part_1):
        with pytest.raises(StoreError, match=r"by the model that began it, got another one: model\.version is"):
            call(tmp_path / "store", model_of=lambda name: newer)
    assert {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()} == before


def work_part_1(folder: Path, **words: Any) -> Progress:
    return work_part(folder, Part(1, 2), **words)


def test_other_words_are_no_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose package differs in what computes nothing goes on."""
    folder = laid_out(tmp_path / "store")
    monkeypatch.setattr("whowhom.experiments.crew.this_program", other_program(code="f" * 64))
    assert work_part(folder, Part(1, 2), model_of=toy_model_of).complete


def test_runs_of_other_code_are_not_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that somebody went on with under other code is refused, though this code laid it out."""
    folder = laid_out(tmp_path / "store")
    program = other_program(kernels="0123456789abcdef", code="f" * 64)(generator="philox4x32-10")
    Writer.resume(folder).sign(program)
    with pytest.raises(StoreError, match=r"must be worked on by the code that laid it out, got other code: "):
        work_part(folder, Part(1, 2), model_of=toy_model_of)


def test_other_libraries_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker with another version of a library that computes goes on, and says that last digits may differ."""
    folder = laid_out(tmp_path / "store")
    noted = Store.open(folder).manifest.program.software
    changed = other_program(software={**noted, "numba": "0.0.1"})
    monkeypatch.setattr("whowhom.experiments.crew.this_program", changed)
    words = rf"was laid out elsewhere: numba {noted['numba']} there and 0\.0\.1 here\. Last digits may differ\."
    with pytest.warns(StoreWarning, match=words):
        assert work_part(folder, Part(1, 2), model_of=toy_model_of).complete


def test_compiling_plays_a_week_and_keeps_nothing(tmp_path: Path) -> None:
    """To compile for an experiment plays one week of the smallest world and leaves the store as it is."""
    folder, built = laid_out(tmp_path / "store"), []

    class Watched(ToyModel):
        def build(self, settings: Settings, *, persons: int, seed: int) -> ToyWorld:
            built.append(super().build(settings, persons=persons, seed=seed))
            return built[-1]

    compile_for(folder, model_of=lambda name: Watched())
    assert [(world.state.size, world.tick) for world in built] == [(ToyModel.smallest_persons, 1)]
    assert [path.name for path in folder.iterdir()] == ["manifest.json"]
