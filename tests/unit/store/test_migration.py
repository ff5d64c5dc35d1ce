"""Stores of the first schema: read as they are, migrated before anything is written to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.refusals import Killed, kill_after
from tests.schema_1 import COLUMNS, write_schema_1
from tests.toy_model import ToyModel
from tests.toy_store import FAILING_SEED, Fragile, assert_same, toy_run

from whowhom.errors import StoreError
from whowhom.experiments.experiment import resume_experiment
from whowhom.store import migration as migration_module
from whowhom.store.manifest import read_manifest
from whowhom.store.reader import Progress, Store
from whowhom.store.writer import Writer

# 60 runs, 3 in a batch; runs 6 and 7 (of the failing seed) are in batch 2.
BATCHES, SINGLE = (0, 1, 2, 5), (9, 10, 18)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The whole experiment as this schema writes it."""
    return toy_run(tmp_path_factory.mktemp("right") / "store", model=Fragile(), replicates=30)


@pytest.fixture
def old(tmp_path: Path, right: Store) -> Path:
    """A part of it as the first schema wrote it: four batches, one with failures, and three single runs."""
    folder = tmp_path / "old"
    write_schema_1(folder, right, model=Fragile(), batches=BATCHES, single=SINGLE)
    return folder


def columns(folder: Path) -> list[list[str]]:
    """The columns of the tables of runs in the files themselves, in the order of the batches."""
    query = "SELECT name FROM parquet_schema('{}') WHERE type IS NOT NULL"
    rows = (duckdb.connect().execute(query.format(path)).fetchall() for path in sorted(folder.glob("runs-*.parquet")))
    return [[name for (name,) in found] for found in rows]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_older_store_is_read_as_it_is(old: Path) -> None:
    """A store of the first schema is read whole without a file being changed; what it did not record is empty."""
    before = contents(old)
    store = Store.open(old)
    assert store.manifest.schema == 1
    assert store.progress() == Progress(total=60, done=13, failed=2)
    runs = store.runs()
    assert len(runs) == 13
    assert set(runs["program"]) == {""}
    assert len(store.weeks()) == 13 * 31
    failures = store.failures()
    assert list(failures["seed"]) == [FAILING_SEED, FAILING_SEED]
    assert set(failures["program"]) == {""}
    (program,) = store.programs().values()
    assert (program.kernels, program.processor, program.extensions) == ("", "", "")
    assert program.software == store.manifest.software
    assert contents(old) == before


def test_an_older_store_is_migrated_and_finished(old: Path, right: Store) -> None:
    """Continuing a store of the first schema makes it one of this schema, equal to the one that was never interrupted."""
    found = resume_experiment(old, model_of=lambda _: Fragile())
    assert found.manifest.schema == 2
    assert json.loads((old / "manifest.json").read_text())["schema_version"] == 2
    assert all(names == [*COLUMNS, "program"] for names in columns(old))
    assert_same(found, right)
    runs = found.runs().set_index(["replicate", "arm"])
    there = runs["program"] == ""
    assert there.sum() == 13
    assert set(runs.loc[~there, "program"]) == set(right.runs()["program"])


def test_nothing_is_migrated_twice(old: Path) -> None:
    """A migrated store is left as it is by the next writer."""
    Writer.resume(old)
    before = {path.name: path.stat().st_mtime_ns for path in old.iterdir()}
    Writer.resume(old)
    assert {path.name: path.stat().st_mtime_ns for path in old.iterdir()} == before


@pytest.mark.parametrize("allowed", range(len(BATCHES) + 1))
def test_a_migration_can_be_killed_anywhere(
    old: Path, right: Store, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    """Until its last step a migration leaves a store of the first schema, which reads as before and can be finished."""
    before = Store.open(old).runs()
    kill_after(monkeypatch, migration_module, ("write_table", "replace_manifest"), allowed=allowed)
    with pytest.raises(Killed):
        Writer.resume(old)
    monkeypatch.undo()
    store = Store.open(old)
    assert store.manifest.schema == 1
    assert store.runs().equals(before)
    assert columns(old)[:allowed] == [[*COLUMNS, "program"]] * allowed
    assert columns(old)[allowed:] == [list(COLUMNS)] * (len(BATCHES) - allowed)
    assert_same(resume_experiment(old, model_of=lambda _: Fragile()), right)


def test_two_writers_may_migrate_at_once(old: Path, right: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that finds the store migrated while it is migrating itself ends with the same store."""
    real = migration_module.replace_manifest

    def late(folder: Path, *arguments: Any, **more: Any) -> None:
        monkeypatch.undo()
        resume_experiment(folder, model_of=lambda _: Fragile())  # another one migrates and finishes everything
        real(folder, *arguments, **more)

    monkeypatch.setattr(migration_module, "replace_manifest", late)
    Writer.resume(old)
    assert_same(Store.open(old), right)


def test_a_damaged_table_stops_the_migration(old: Path) -> None:
    """A table that cannot be migrated is named with the way to make it again, and the store stays as it was."""
    path = old / "runs-00001.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:8] + bytes(byte ^ 0xFF for byte in content[8:60]) + content[60:])
    with pytest.raises(StoreError) as error:
        Writer.resume(old)
    assert str(error.value).startswith(
        f"'{old}/runs-00001.parquet' must be as whowhom wrote it, got one that is damaged"
    )
    assert read_manifest(old).schema == 1


def test_an_older_store_asks_before_it_is_mixed(old: Path, right: Store) -> None:
    """A store whose compiled sources were not recorded is continued by another version of the package only if asked to."""
    page = json.loads((old / "manifest.json").read_text())
    page["code"] = "0" * 64
    (old / "manifest.json").write_text(json.dumps(page))
    with pytest.raises(StoreError, match=r"got other code: whowhom .* \(not recorded\) there"):
        resume_experiment(old, model_of=lambda _: ToyModel())
    with pytest.warns(UserWarning, match="was computed by other code"):
        found = resume_experiment(old, model_of=lambda _: Fragile(), other_code=True)
    assert_same(found, right)
