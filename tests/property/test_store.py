"""Stores under everything that chance can do to them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.toy_store import Fragile, assert_same, outcome, toy_manifest, toy_run

from whowhom.errors import StoreError
from whowhom.provenance import canonical_json, content_hash, first_difference
from whowhom.store.layout import Layout
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

pytestmark = pytest.mark.filterwarnings("ignore::whowhom.errors.StoreWarning")

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(arms=st.integers(1, 9), replicates=st.integers(1, 700))
def test_batches_are_a_partition(arms: int, replicates: int) -> None:
    """Every run is in exactly one batch and is exactly one replicate of one arm, and batches are of the stated size."""
    layout = Layout(folder=Path(), arms=tuple(map(str, range(arms))), replicates=replicates)
    batches = [list(layout.indices(batch)) for batch in range(layout.batches)]
    assert [index for batch in batches for index in batch] == list(range(arms * replicates))
    assert all(batches)
    assert {len(batch) for batch in batches[:-1]} <= {layout.batch_size}
    assert all(layout.batch_of(index) == number for number, batch in enumerate(batches) for index in batch)
    assert len({layout.place(index) for index in range(layout.runs)}) == layout.runs
    if layout.runs >= 40:
        assert layout.batch_size <= layout.runs / 20


@given(data=PLAIN, other=PLAIN)
def test_differences_and_hashes_agree(data: Any, other: Any) -> None:
    """Two pieces of plain data have no first difference if and only if their JSON says the same."""
    copy = json.loads(canonical_json(data))
    assert first_difference(data, copy) is None
    assert content_hash(data) == content_hash(copy)
    if first_difference(data, other) is None:
        assert json.loads(canonical_json(data)) == json.loads(canonical_json(other))
    else:
        assert canonical_json(data) != canonical_json(other)


@given(data=st.dictionaries(st.text(max_size=3), PLAIN, max_size=5), luck=st.randoms())
def test_the_order_of_keys_does_not_show(data: dict[str, Any], luck: Any) -> None:
    """The hash of a dictionary does not depend on the order in which it was filled."""
    keys = list(data)
    luck.shuffle(keys)
    assert content_hash({key: data[key] for key in keys}) == content_hash(data)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with complete batches, one with failures, and runs and failures of an incomplete batch."""
    store = toy_run(tmp_path_factory.mktemp("original") / "store", model=Fragile(), replicates=30)
    writer = Writer.resume(store.folder)
    for batch in (5, 6):
        writer.layout.marker(batch).unlink()
    for index in (15, 16, 18):
        writer.keep(outcome(writer, index))
    return Store.open(store.folder)


def uses(folder: Path) -> list[Callable[[], object]]:
    """Everything that can be done with a store by those who only have its path."""
    return [
        lambda: Store.open(folder).weeks(),
        lambda: Store.open(folder).weeks(["held"], arms=["history"]),
        lambda: Store.open(folder).runs(),
        lambda: Store.open(folder).failures(),
        lambda: Store.open(folder).progress(),
        lambda: Writer.resume(folder).missing(),
        lambda: Writer.resume(folder).finish_all(),
        lambda: Writer.resume(folder).reopen_failed(),
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_damage_ends_in_a_traceback(original: Store, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is cut, altered, removed, emptied or put in a store's folder, using it works or is one clear error."""
    folder = tmp_path / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original.folder, folder)
    for _ in range(data.draw(st.integers(1, 3), label="damages")):
        damage(folder, data)
    said = [complaint(use) for use in uses(folder)]
    assert [text for text in said if text and not (text.endswith(".") and len(text) < 1000)] == []


def complaint(use: Callable[[], object]) -> str:
    """Return the words of a clear error, or '' if there is none; anything else is a traceback."""
    try:
        use()
    except StoreError as error:
        return str(error)
    return ""


def damage(folder: Path, data: st.DataObject) -> None:
    """Do one bad thing to one file."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    path = data.draw(st.sampled_from(files), label="file")
    content = path.read_bytes()
    place = data.draw(st.integers(0, max(len(content) - 1, 0)), label="place")
    length = data.draw(st.integers(1, 64), label="length")
    kind = data.draw(st.sampled_from(["cut", "alter", "remove", "empty", "swap", "folder", "insert"]), label="kind")
    if kind == "cut":
        path.write_bytes(content[:place])
    elif kind == "alter":
        path.write_bytes(content[:place] + data.draw(st.binary(max_size=64)) + content[place + length :])
    elif kind == "remove":
        path.unlink()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "swap":
        path.write_bytes(data.draw(st.sampled_from(files), label="other").read_bytes())
    elif kind == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(content[:place] + data.draw(st.binary(max_size=64)) + content[place:])


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(20)), finishes=st.lists(st.booleans(), min_size=20, max_size=20))
def test_every_order_of_writing_gives_one_store(tmp_path: Path, order: list[int], finishes: list[bool]) -> None:
    """Runs kept in any order, with batches completed at any moments, give one and the same store."""
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    writer = Writer.begin(folder, toy_manifest())
    for index, finish in zip(order, finishes, strict=True):
        writer.keep(outcome(writer, index))
        if finish:
            writer.finish_all()
    writer.finish_all()
    assert_same(Store.open(folder), toy_run(tmp_path / "right"))
