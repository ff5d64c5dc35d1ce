"""The manifest: what was asked, written once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.toy_model import OBSERVABLES
from tests.toy_store import toy_manifest

from whowhom.errors import StoreError
from whowhom.provenance import content_hash
from whowhom.store.manifest import check_same, read_manifest, write_manifest


def page(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return read


def alter(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    altered = page(folder)
    change(altered)
    (folder / "manifest.json").write_text(json.dumps(altered))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_manifest(tmp_path, toy_manifest())
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    """A manifest comes back as it was written, with dates, arms and observables."""
    read, written = read_manifest(folder), toy_manifest()
    assert read.experiment == written.experiment
    assert (read.code, read.software, read.generator) == (written.code, written.software, "philox4x32-10")
    assert read.start == dt.date(1917, 11, 7)
    assert (read.tick_days, read.until_ticks, read.replicates) == (7, 30, 10)
    assert read.arms == ("history", "no executions")
    assert read.observables == OBSERVABLES


def test_the_page_names_everything(folder: Path) -> None:
    """The manifest holds schema, experiment with its hash, the program that began it and time, and nothing else."""
    read = page(folder)
    assert list(read) == [
        "schema_version",
        "experiment",
        "experiment_hash",
        "program",
        "created",
    ]
    assert read["experiment_hash"] == content_hash(read["experiment"])
    assert list(read["program"]) == ["software", "code", "generator", "kernels", "processor", "extensions"]
    assert {"whowhom", "python", "numpy", "numba", "duckdb"} <= read["program"]["software"].keys()
    assert all(read["program"].values())
    assert dt.datetime.fromisoformat(read["created"]).utcoffset() == dt.timedelta(0)


def test_it_is_written_once(folder: Path) -> None:
    """A second manifest does not replace the first."""
    before = (folder / "manifest.json").read_bytes()
    write_manifest(folder, toy_manifest(seed=5))
    assert (folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"replicates": 40}, "replicates is 10 there and 40 here"),
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"until_ticks": 31}, "until_ticks is 30 there and 31 here"),
        ({"persons": 64}, "persons is 200 there and 64 here"),
    ],
)
def test_another_experiment_is_refused(folder: Path, change: dict[str, int], difference: str) -> None:
    """Another experiment is refused with the first difference and the way to continue the old one."""
    with pytest.raises(StoreError) as error:
        check_same(folder, there=read_manifest(folder), here=toy_manifest(**change))
    assert str(error.value) == (
        f"store '{folder}' must hold the experiment that is run, got another one: {difference}. "
        f"`whowhom resume {folder}` continues the one that is there; give the new one its own folder with --store."
    )


def test_other_words_are_no_other_experiment(folder: Path) -> None:
    """Titles, notes and meanings may change; what is run may not."""
    there = read_manifest(folder)
    data = json.loads(json.dumps(there.experiment))
    data["scenario"]["title"] = "Better"
    data["model"]["observables"][0]["meaning"] = "said better"
    check_same(folder, there=there, here=replace(there, experiment=data))
    data["model"]["observables"][0]["kind"] = "flow"
    with pytest.raises(StoreError, match=r"model\.observables\[0\]\.kind is 'code' there and 'flow' here"):
        check_same(folder, there=there, here=replace(there, experiment=data))


def test_a_newer_schema(folder: Path) -> None:
    """A store of a newer schema asks for an upgrade."""
    alter(folder, lambda page: page.update(schema_version=3))
    with pytest.raises(StoreError) as error:
        read_manifest(folder)
    assert str(error.value) == (
        f"store '{folder}' must have schema 2 or older, got 3. It was written by a newer whowhom; upgrade to read it."
    )


def test_no_store(tmp_path: Path) -> None:
    """A missing folder, a file and a folder of something else are no stores, and each is named."""
    (tmp_path / "file").touch()
    for name, got in (("none", "no such folder"), ("file", "a file"), ("", "a folder without manifest.json")):
        with pytest.raises(StoreError) as error:
            read_manifest(tmp_path / name)
        place = tmp_path / name
        assert str(error.value) == (
            f"'{place}' must be a store, got {got}. Check the path; `whowhom run ... --store {place}` begins a new store."
        )


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"schema_version": "1"}']
)
def test_a_page_of_something_else(folder: Path, content: bytes) -> None:
    """A manifest that is no JSON, or JSON of something else, is named as damaged with a way out."""
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(StoreError) as error:
        read_manifest(folder)
    text = str(error.value)
    assert text.startswith(f"'{folder}/manifest.json' must be as whowhom wrote it, got a damaged one (")
    assert text.endswith(
        "Put it back from a copy; or begin again in another folder: "
        "the Parquet files here stay readable by any program."
    )


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "an altered experiment": lambda page: page["experiment"].update(seed=9),
    "no software": lambda page: page["program"].pop("software"),
    "no arms": lambda page: rehashed(page, arms=[]),
    "arms of one name": lambda page: rehashed(page, arms=page["experiment"]["arms"][:1] * 2),
    "no replicates": lambda page: rehashed(page, replicates=0),
    "an arm without a name": lambda page: rehashed(page, arms=[{}]),
    "a model of something else": lambda page: rehashed(page, model=[]),
    "an impossible date": lambda page: rehashed(page, scenario={"start": "1917-13-40"}),
    "a history without end": lambda page: rehashed(page, until_ticks=10**9),
    "ticks of something else": lambda page: rehashed(page, until_ticks="ever"),
}


def rehashed(page: dict[str, Any], **changes: Any) -> None:
    page["experiment"].update(changes)
    page["experiment_hash"] = content_hash(page["experiment"])


@pytest.mark.parametrize("name", CHANGES)
def test_a_page_that_contradicts_itself(folder: Path, name: str) -> None:
    """A manifest with a wrong hash, or with a right one over nonsense, is refused as damaged."""
    alter(folder, CHANGES[name])
    with pytest.raises(StoreError, match="got a damaged one"):
        read_manifest(folder)


def test_an_unreadable_page(folder: Path) -> None:
    """A manifest that the system does not give us is one clear error."""
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    with pytest.raises(StoreError, match="must be readable, got: it is a folder"):
        read_manifest(folder)
