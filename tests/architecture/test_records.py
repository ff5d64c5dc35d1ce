"""The recorded series as files: where they came from, what is not among them, and that the documents speak of them."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from whowhom.data.records import load_records
from whowhom.data.schema import COLUMNS

FOREIGN = ("regime_scores_russia.csv", "cow_intrastate_russia.csv")


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "src" / "whowhom" / "records"


@pytest.fixture(scope="module")
def provenance(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "PROVENANCE.json").read_text(encoding="utf-8"))
    return content


def _same(path: Path, said: dict[str, Any]) -> bool:
    with path.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    return said == {"rows": rows, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_no_record_was_edited_by_hand(folder: Path, provenance: dict[str, Any]) -> None:
    """Every record file has the rows and the fingerprint that the importer wrote down, and no file is missing there."""
    files = sorted([*(folder / "series").glob("*.csv"), *(folder / "reference").glob("*.csv")])
    assert [str(path.relative_to(folder)) for path in files] == sorted(provenance["outputs"])
    for path in files:
        assert _same(path, provenance["outputs"][str(path.relative_to(folder))]), f"{path.name} was changed by hand"


def test_the_tables_of_the_importer_are_those_it_used(root: Path, provenance: dict[str, Any]) -> None:
    """The importer's own tables have the fingerprints of the run that wrote the records."""
    assert provenance["tables"]
    for name, said in provenance["tables"].items():
        assert _same(root / name, said), f"{name} was changed after the import; run the importer again"


def test_data_sets_of_others_are_not_kept(root: Path, provenance: dict[str, Any]) -> None:
    """The two extracts of other people's data sets are named as left alone and lie nowhere in the checkout."""
    assert sorted(provenance["left_alone"]) == sorted(FOREIGN)
    assert not set(FOREIGN) & set(provenance["inputs"])
    found = [path for name in FOREIGN for path in root.rglob(name) if ".venv" not in path.parts]
    assert found == []


def test_victims_are_counts_and_not_names() -> None:
    """Killings abroad are counts by year and kind; no series or quantity carries a person's name."""
    records = load_records()
    assert records.group("abroad") == ["abroad.killings_attributed", "abroad.killings_disputed"]
    for name in records.group("abroad"):
        for row in records.rows(name):
            assert row.quantity in ("killings abroad, attributed", "killings abroad, disputed")
            assert re.fullmatch(r"[0-9]{4}", row.date)
            assert row.note in ("", "one case is dated 1937 or 1938")


def test_nothing_claims_the_archive() -> None:
    """No row of the project is said to be checked in the original, because none was."""
    assert {row.status for row in load_records()} == {"copy", "memory"}


def test_every_file_has_the_columns_of_the_schema(folder: Path) -> None:
    """Every series file begins with the columns of the schema, all of them and in their order."""
    for path in (folder / "series").glob("*.csv"):
        assert path.read_text(encoding="utf-8").partition("\n")[0] == ",".join(COLUMNS)


def test_the_document_names_every_column_and_series_that_exist(root: Path) -> None:
    """docs/records.md explains every column, and every series it names exists."""
    text = (root / "docs" / "records.md").read_text(encoding="utf-8")
    for column in COLUMNS:
        assert f"`{column}`" in text
    records = load_records()
    heads = {name.partition(".")[0] for name in records.names()}
    named = [word for word in re.findall(r"`([a-z0-9_]+(?:\.[a-z0-9_]+)+)`", text) if word.partition(".")[0] in heads]
    assert named
    assert [word for word in named if word not in records] == []


def test_the_document_counts_right(root: Path) -> None:
    """docs/records.md gives the number of series, of rows, and of rows from memory that there are."""
    text = (root / "docs" / "records.md").read_text(encoding="utf-8")
    records = load_records()
    memory = sum(row.status == "memory" for row in records)
    assert f"{len(records.names())} series and {len(records):,} rows" in text
    assert f"{memory} of the rows are from memory" in text
