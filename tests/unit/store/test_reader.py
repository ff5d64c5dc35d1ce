"""Reading: weeks, runs, failures, progress."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from tests.toy_model import OBSERVABLES, PERSONS, ToyModel, toy_scenario
from tests.toy_store import SETS, TICKS, outcome, toy_manifest, toy_run

from whowhom.engine.run import run_history
from whowhom.errors import StoreError, UnknownNameError
from whowhom.store.reader import Progress, Store
from whowhom.store.writer import Writer

NAMES = [observable.name for observable in OBSERVABLES]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return toy_run(tmp_path_factory.mktemp("whole") / "store")


def test_a_row_for_every_arm_replicate_and_week(store: Store) -> None:
    """The weeks have a row per arm, replicate and week, sorted by replicate, arm and week, with all columns."""
    weeks = store.weeks()
    assert list(weeks) == ["arm", "replicate", "seed", "identity", "week", "date", *NAMES]
    expected = [(r, arm, week) for r in range(10) for arm in store.arms for week in range(TICKS + 1)]
    assert list(zip(weeks["replicate"], weeks["arm"], weeks["week"], strict=True)) == expected


def test_what_is_stored_is_what_was_run(store: Store) -> None:
    """Stored rows are those of the run itself: counts to the last bit, shares to float32."""
    history = run_history(
        ToyModel(),
        toy_scenario().settings.replace(values=SETS[1]).replace(off=["executions"]),
        persons=PERSONS,
        seed=4,
        ticks=TICKS,
    )
    weeks = store.weeks(arms=["no executions"])
    rows = weeks[weeks["replicate"] == 4]
    for column, observable in enumerate(OBSERVABLES):
        stored = rows[observable.name].to_numpy()
        assert np.array_equal(stored, history.rows[:, column].astype(stored.dtype), equal_nan=True)
    run = store.runs().query("replicate == 4 and arm == 'no executions'").iloc[0]
    assert (run["digest"], run["seed"], run["set"]) == (history.digest, 4, 1)


def test_dates(store: Store) -> None:
    """The date of a week is its first day, counted from the first day of the scenario."""
    weeks = store.weeks(["alive"])
    assert set(weeks.loc[weeks["week"] == 0, "date"]) == {pd.Timestamp(1917, 11, 7)}
    last = pd.Timestamp(dt.date(1917, 11, 7) + dt.timedelta(days=7 * TICKS))
    assert set(weeks.loc[weeks["week"] == TICKS, "date"]) == {last}


def test_twins_share_seed_and_set(store: Store) -> None:
    """Replicate i has seed base + i and set i modulo their number, in every arm; identities are all different."""
    runs = store.runs()
    assert list(runs["seed"]) == list(runs["replicate"])
    assert list(runs["set"]) == [replicate % 3 for replicate in runs["replicate"]]
    assert runs["identity"].is_unique
    assert (runs["identity"].str.len() == 16).all()


def test_the_fallen_are_marked(store: Store) -> None:
    """The week and cause of a collapse are those of the weeks; survivors have NaN and no cause."""
    runs, weeks = store.runs(), store.weeks(["alive"])
    alive = weeks.groupby(["replicate", "arm"], observed=True)["alive"].sum().reset_index()
    merged = runs.merge(alive, on=["replicate", "arm"])
    fell = merged["ended"].notna()
    assert fell.any()
    assert not fell.all()
    assert (merged.loc[fell, "ended"] == merged.loc[fell, "alive"]).all()
    assert set(merged.loc[fell, "cause"]) == {"uprising"}
    assert set(merged.loc[~fell, "cause"]) == {""}
    assert set(merged.loc[~fell, "alive"]) == {TICKS + 1}


def test_chosen_columns_and_arms(store: Store) -> None:
    """Chosen columns come with the keys in the order asked for, chosen arms alone, and one name is a list of one."""
    table = store.weeks(["held", "executed"], arms=["no executions"])
    assert list(table) == ["arm", "replicate", "seed", "week", "date", "held", "executed"]
    assert set(table["arm"]) == {"no executions"}
    assert list(store.weeks("held").columns)[-1] == "held"
    assert store.weeks([], arms=[]).empty


def test_the_arms_keep_their_order(store: Store) -> None:
    """The arm is a category in the order of the design, not of the alphabet."""
    assert list(store.weeks(["held"])["arm"].cat.categories) == ["history", "no executions"]
    assert list(store.runs()["arm"].cat.categories) == ["history", "no executions"]


def test_unknown_names(store: Store) -> None:
    """Unknown columns and arms are answered with the nearest known ones."""
    with pytest.raises(UnknownNameError, match=r"unknown column 'execute'\. Nearest: 'executed'"):
        store.weeks(["execute"])
    with pytest.raises(UnknownNameError, match=r"unknown arm 'histori'\. Nearest: 'history'"):
        store.weeks(arms=["histori"])


def test_nothing_is_null_in_parquet_but_what_has_no_number(store: Store) -> None:
    """In the files themselves, a flow after the collapse is NULL and no number is NaN."""
    query = (
        f"SELECT count(*) FILTER (isnan(dissenting)), count(*) FILTER (dissenting IS NULL), count(*) FILTER (alive = 0) "
        f"FROM read_parquet('{store.folder}/weeks-*.parquet')"
    )
    row = duckdb.connect().execute(query).fetchone()
    assert row is not None
    nan, null, fallen = row
    runs = store.runs()
    assert (nan, null) == (0, fallen - runs["ended"].notna().sum())
    assert null > 0


def test_an_unfinished_experiment_reads_like_a_smaller_one(tmp_path: Path) -> None:
    """Runs of incomplete batches are read with the same columns and kinds as those of complete ones."""
    writer = Writer.begin(tmp_path / "store", toy_manifest(replicates=30))
    reader = Store.open(tmp_path / "store")
    assert (len(reader.weeks()), len(reader.runs()), len(reader.failures())) == (0, 0, 0)
    whole = toy_run(tmp_path / "whole", replicates=30)
    for index in (7, 0, 2, 1, 4):
        writer.keep(outcome(writer, index))
        writer.finish_all()
    assert reader.progress() == Progress(total=60, done=5, failed=0)
    weeks, runs = reader.weeks(), reader.runs()
    assert (weeks.dtypes == whole.weeks().dtypes).all()
    assert (runs.dtypes == whole.runs().dtypes).all()
    assert (reader.weeks()["replicate"].diff().dropna() >= 0).all()
    keys = ["replicate", "arm"]
    part = whole.weeks().merge(runs[keys], on=keys)
    pd.testing.assert_frame_equal(weeks, part, check_exact=True)


def test_odd_folders_are_read(tmp_path: Path) -> None:
    """Stars, brackets, quotes and equal signs in a folder's name mean themselves."""
    folder = tmp_path / "what's [a-z]*?" / "arm=x"
    assert len(toy_run(folder).runs()) == 20


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "altered"])
@pytest.mark.parametrize("kind", ["weeks", "runs"])
def test_a_damaged_table_is_named(tmp_path: Path, damage: str, kind: str) -> None:
    """A table that is gone or damaged is named, with the way to make it again; and that way works."""
    folder = tmp_path / "store"
    whole = toy_run(folder).runs()
    path = folder / f"{kind}-00003.parquet"
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        middle = len(content) // 4
        altered = content[:middle] + bytes(b ^ 0xFF for b in content[middle : 3 * middle]) + content[3 * middle :]
        path.write_bytes({"empty": b"", "cut": bytes(content[:-20]), "altered": bytes(altered)}[damage])
    store = Store.open(folder)
    with pytest.raises(StoreError) as error:
        store.weeks() if kind == "weeks" else store.runs()
    got = "none" if damage == "gone" else "one that is damaged"
    text = str(error.value)
    assert text.startswith(f"'{path}' must be as whowhom wrote it, got {got} (")
    marker = folder / "batch-00003.done"
    assert text.endswith(f"Delete '{marker}' and `whowhom resume {folder}` makes this batch again.")
    marker.unlink()
    again = toy_run(folder).runs()
    timed = ["seconds", "code"]
    pd.testing.assert_frame_equal(again.drop(columns=timed), whole.drop(columns=timed))


def test_damaged_failures_are_named(tmp_path: Path) -> None:
    """A damaged list of failures is named, with the way to make it again."""
    from tests.toy_store import Fragile

    store = toy_run(tmp_path / "store", model=Fragile())
    path = next(store.folder.glob("failures-*.json"))
    path.write_text("[{]")
    with pytest.raises(StoreError, match="must be as whowhom wrote it, got one that is damaged"):
        store.failures()


def test_a_store_that_vanished(tmp_path: Path) -> None:
    """A store whose folder is removed while it is open is one clear error."""
    folder = tmp_path / "store"
    store = toy_run(folder)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="must be readable, got: the folder does not exist"):
        store.progress()
