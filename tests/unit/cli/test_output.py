"""`whowhom export` and `whowhom report`: the rows are those of the store, the file is there whole or not at all."""

from __future__ import annotations

import csv
import errno
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.cli.program import WEEKS, refused, whowhom

from whowhom.store.parquet import connection, quote_file
from whowhom.store.reader import Store

ROWS = 2 * 2 * (WEEKS + 1)
KEYS = ["arm", "replicate", "seed", "identity", "week", "date"]


def read_parquet(path: Path) -> pd.DataFrame:
    return connection().execute(f"SELECT * FROM read_parquet({quote_file(path)})").df()


def test_csv_has_a_row_per_arm_replicate_and_week(here: Path) -> None:
    """The CSV has a row per arm, replicate and week, with seed and run identity, and a column per observable."""
    out = whowhom("export", "pairs", "--format", "csv", "--out", "weeks.csv").out
    assert out == f"written: weeks.csv ({ROWS} rows)\n"
    with (here / "weeks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    observables = [observable.name for observable in Store.open("pairs").observables]
    assert len(rows) == ROWS
    assert list(rows[0]) == KEYS + observables
    assert {(row["arm"], row["replicate"], row["week"]) for row in rows} == {
        (arm, str(replicate), str(week))
        for arm in ("history", "no executions")
        for replicate in range(2)
        for week in range(WEEKS + 1)
    }
    assert (rows[0]["date"], rows[0]["seed"], len(rows[0]["identity"])) == ("1917-11-07", "1", 16)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_exported_numbers_are_the_stored_ones(here: Path, form: str) -> None:
    """Every number in an exported file is the one in the store, to the last bit."""
    whowhom("export", "pairs", "--format", form, "--out", "weeks")
    stored = Store.open("pairs").weeks()
    found = read_parquet(here / "weeks") if form == "parquet" else pd.read_csv(here / "weeks", parse_dates=["date"])
    assert list(found) == list(stored)
    for name in stored:
        if name in ("arm", "identity"):
            assert list(found[name]) == list(stored[name].astype(str))
        elif name == "date":
            assert list(found[name]) == list(stored[name])
        else:
            values = found[name].to_numpy(dtype=stored[name].dtype)
            pd.testing.assert_series_equal(pd.Series(values), stored[name], check_names=False, check_exact=True)


def test_one_arm_is_exported_alone(here: Path) -> None:
    """--arm writes that arm only."""
    out = whowhom("export", "pairs", "--out", "weeks.csv", "--arm", "no executions").out
    assert f"({ROWS // 2} rows)" in out
    assert set(pd.read_csv(here / "weeks.csv")["arm"]) == {"no executions"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_full_disk_leaves_the_old_file(here: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk is full, the file that was there stays as it was, and no other is left."""
    (here / "weeks").write_text("old", encoding="utf-8")
    before = sorted(path.name for path in here.iterdir())

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("whowhom.engine.disk._flush", full)
    assert "the disk is full" in refused("export", "pairs", "--format", form, "--out", "weeks").err
    assert (here / "weeks").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in here.iterdir()) == before


def test_the_report_is_one_file_with_both_kinds_of_series(here: Path) -> None:
    """The report is one HTML file that loads nothing, opens with where the model is wrong, and names the recorded series."""
    assert whowhom("report", "pairs", "--out", "report.html").out == "written: report.html\n"
    text = (here / "report.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "Where the model is wrong" in text
    assert "<script src" not in text
    assert "no executions" in text


def test_an_experiment_with_gaps_is_reported_and_exported(here: Path) -> None:
    """An interrupted experiment is a smaller one: it is exported and reported as far as it is."""
    (here / "pairs" / "batch-00003.done").unlink()
    assert f"({3 * (WEEKS + 1)} rows)" in whowhom("export", "pairs", "--out", "weeks.csv").out
    whowhom("report", "pairs", "--out", "report.html")


def test_a_table_of_behaviorspace_and_its_outbursts(here: Path) -> None:
    """An experiment written as BehaviorSpace does has the outbursts of the experiment itself, shown and written alike."""
    assert "written: table.csv (20 rows)" in whowhom("export", "pairs", "--behaviorspace", "table.csv").out
    asked = ("--observable", "open_dissent", "--above", "0.02")
    store = whowhom("outbursts", "pairs", *asked, "--csv", "a.csv", "--curves", "curves.csv")
    assert "outbursts a run" in store.words
    whowhom("outbursts", "table.csv", *asked, "--csv", "b.csv", "--curves", "c.csv")
    rows = [sorted(Path(name).read_text(encoding="utf-8").splitlines()) for name in ("a.csv", "b.csv")]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 4
    assert Path("curves.csv").read_text().startswith("arm,duration,at_risk,ended,survival")
