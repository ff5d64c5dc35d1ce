"""Going on with a store on another machine, or after the program was edited or upgraded."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.toy_store import Fragile, assert_same, toy_model_of, toy_run
from tests.unit.experiments.test_experiment import interrupt_after

from whowhom.errors import StoreError, StoreWarning
from whowhom.experiments import crew as crew_module
from whowhom.experiments import experiment as experiment_module
from whowhom.experiments.crew import Interrupted
from whowhom.experiments.experiment import resume_experiment
from whowhom.store.program import Program, this_program
from whowhom.store.reader import Progress, Store


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("right") / "store")


def computed_by(patch: pytest.MonkeyPatch, **other: Any) -> Program:
    """Let experiments be run by a program that differs from this one."""
    program = replace(this_program(generator="philox4x32-10"), **other)
    for module in (crew_module, experiment_module):
        patch.setattr(module, "this_program", lambda *, generator: program)
    return program


OTHER_CODE = {"kernels": "f" * 16, "code": "f" * 64}


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A part of an experiment, computed by other code."""
    with monkeypatch.context() as patch:
        computed_by(patch, **OTHER_CODE)
        with pytest.raises(Interrupted):
            toy_run(tmp_path / "store", progress=interrupt_after(7), replicates=100)
    return tmp_path / "store"


def test_other_code_does_not_go_on_unasked(mixed: Path) -> None:
    """What other code began is continued neither by `run` nor by `resume`, unless asked; then each run names its program."""
    before = {path.name: path.read_bytes() for path in mixed.iterdir()}
    with pytest.raises(StoreError, match="must be continued by the code that computed what it holds"):
        toy_run(mixed, replicates=100)
    with pytest.raises(StoreError, match="must be continued by the code that computed what it holds"):
        resume_experiment(mixed, model_of=toy_model_of)
    assert {path.name: path.read_bytes() for path in mixed.iterdir()} == before
    done = Store.open(mixed).progress().done
    with pytest.warns(StoreWarning, match=r"holds was computed by other code: whowhom .* \(ffffffff\) there"):
        store = resume_experiment(mixed, model_of=toy_model_of, other_code=True)
    kernels = [store.programs()[name].kernels for name in store.runs()["program"]]
    assert kernels.count("f" * 16) == done
    assert len(kernels) == 200


def test_failed_runs_are_not_done_again_by_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doing failed runs once more is going on too: other code may not, and the store stays as it is."""
    with monkeypatch.context() as patch:
        computed_by(patch, **OTHER_CODE)
        toy_run(tmp_path / "store", model=Fragile())
    with pytest.raises(StoreError, match="must be continued by the code"):
        resume_experiment(tmp_path / "store", model_of=toy_model_of, retry_failed=True)
    assert Store.open(tmp_path / "store").progress() == Progress(total=20, done=18, failed=2)


def test_a_whole_store_of_other_code_says_so(tmp_path: Path, right: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished store that other code computed is given back with a warning, since nothing is run."""
    with monkeypatch.context() as patch:
        computed_by(patch, **OTHER_CODE)
        toy_run(tmp_path / "store")
    with pytest.warns(StoreWarning, match="holds was computed by other code"):
        assert_same(toy_run(tmp_path / "store"), right)


def test_what_holds_nothing_belongs_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: Store) -> None:
    """A store in which nothing is finished may be continued by any code."""
    with monkeypatch.context() as patch:
        computed_by(patch, **OTHER_CODE)
        patch.setattr(crew_module.Crew, "work", lambda self, progress: None)
        toy_run(tmp_path / "store")
    assert_same(toy_run(tmp_path / "store"), right)


def test_other_surroundings_go_on_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another processor or library goes on with a warning, and the store keeps both programs."""
    folder = tmp_path / "store"
    with monkeypatch.context() as patch:
        there = computed_by(patch, processor="another one")
        with pytest.raises(Interrupted):
            toy_run(folder, progress=interrupt_after(7), replicates=100)
    with pytest.warns(StoreWarning, match="is continued elsewhere: another one .* Last digits may differ"):
        store = toy_run(folder, replicates=100)
    assert len(store.programs()) == store.runs()["program"].nunique() == 2
    assert store.programs()[there.name].processor == "another one"
    with warnings.catch_warnings():
        warnings.simplefilter("error", StoreWarning)
        toy_run(folder, replicates=100)  # nothing is run
