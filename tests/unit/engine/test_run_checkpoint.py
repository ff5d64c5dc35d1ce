"""Checkpoints on disk, on the toy model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.toy_model import BALANCED, PERSONS, ToyModel, toy_settings

from whowhom.engine.checkpoint import digest_of, load_checkpoint, save_checkpoint
from whowhom.engine.contract import Snapshot
from whowhom.engine.run import run_history
from whowhom.errors import ModelError, StoreError

SETTINGS = toy_settings(BALANCED)
RUN: dict[str, Any] = {"model": ToyModel(), "settings": SETTINGS, "persons": PERSONS, "seed": 3}


def history(**more: Any) -> Any:
    return run_history(RUN["model"], SETTINGS, persons=PERSONS, seed=3, ticks=60, **more)


def snapshot() -> Snapshot:
    kept: Snapshot = history(snapshots=(20,)).snapshots[20]
    return kept


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "week-20.npz"
    save_checkpoint(path, snapshot=snapshot(), **RUN)
    return path


def test_checkpoint_and_resume_is_uninterrupted(saved: Path) -> None:
    """A run that goes on from a checkpoint on disk is the uninterrupted one, bit for bit."""
    rest = history(start=load_checkpoint(saved, **RUN))
    whole = history()
    assert np.array_equal(rest.rows, whole.rows[20:], equal_nan=True)
    assert rest.digest == whole.digest


def test_a_checkpoint_gives_back_what_it_was_given(saved: Path) -> None:
    """Every array of a snapshot comes back with its kind, shape and content, also under names that NumPy uses."""
    read = load_checkpoint(saved, **RUN)
    assert digest_of(read) == digest_of(snapshot())
    odd = {"file": np.arange(3, dtype=np.int16), "allow_pickle": np.array(7.5), "empty": np.zeros((0, 4), dtype="?")}
    save_checkpoint(saved, snapshot=odd, **RUN)
    again = load_checkpoint(saved, **RUN)
    assert {name: (a.dtype, a.shape) for name, a in again.items()} == {n: (a.dtype, a.shape) for n, a in odd.items()}
    assert digest_of(again) == digest_of(odd)


class Later(ToyModel):
    version = "2"


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"seed": 4}, "seed is 3 there and 4 here"),
        ({"persons": 201}, "persons is 200 there and 201 here"),
        ({"settings": toy_settings()}, "settings.values.repression.arrest_rate is 0.35 there and 0.3 here"),
        ({"settings": toy_settings(BALANCED, arrests=False)}, "settings.switches.arrests is True there and False here"),
        ({"model": Later()}, "version is '1' there and '2' here"),
    ],
)
def test_another_run_is_refused(saved: Path, change: dict[str, Any], difference: str) -> None:
    """A checkpoint of another run is refused, and the first difference is named."""
    with pytest.raises(StoreError) as error:
        load_checkpoint(saved, **{**RUN, **change})
    assert str(error.value) == (
        f"checkpoint '{saved}' must be of the run that goes on, got one of another run: {difference}. "
        "To go on under other settings, load it with its own and pass the new ones as 'change'."
    )


def test_a_missing_file(tmp_path: Path) -> None:
    """A checkpoint that does not exist is one clear error."""
    with pytest.raises(StoreError) as error:
        load_checkpoint(tmp_path / "none.npz", **RUN)
    assert str(error.value) == f"checkpoint '{tmp_path}/none.npz' must exist, got no such file. Check the path."


def test_a_folder_is_no_checkpoint(tmp_path: Path) -> None:
    """A folder in the place of a checkpoint is one clear error."""
    with pytest.raises(StoreError, match=r"got: it is a folder\. Check the path\."):
        load_checkpoint(tmp_path, **RUN)


def test_every_truncation_is_a_clear_error(saved: Path) -> None:
    """A checkpoint cut at any place is refused as damaged."""
    whole = saved.read_bytes()
    for length in range(0, len(whole), 37):
        saved.write_bytes(whole[:length])
        with pytest.raises(StoreError, match="damaged or something else"):
            load_checkpoint(saved, **RUN)


def test_no_altered_byte_is_believed(saved: Path) -> None:
    """A checkpoint with one altered byte is refused, or is read with the same content where the byte means nothing."""
    whole = saved.read_bytes()
    right = digest_of(load_checkpoint(saved, **RUN))
    refused = 0
    for place in range(0, len(whole), 23):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert digest_of(load_checkpoint(saved, **RUN)) == right
        except StoreError:
            refused += 1
    assert refused > len(range(0, len(whole), 23)) // 2


def test_an_archive_of_another_kind(tmp_path: Path) -> None:
    """An .npz file that whowhom has not written is refused."""
    path = tmp_path / "other.npz"
    np.savez(path, a=np.zeros(3))
    with pytest.raises(StoreError, match=r"got an \.npz file without its header"):
        load_checkpoint(path, **RUN)


def test_a_newer_layout(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint of a newer layout asks for an upgrade."""
    monkeypatch.setattr("whowhom.engine.checkpoint.CHECKPOINT_VERSION", 9)
    save_checkpoint(saved, snapshot=snapshot(), **RUN)
    monkeypatch.undo()
    with pytest.raises(StoreError) as error:
        load_checkpoint(saved, **RUN)
    assert str(error.value) == (
        f"checkpoint '{saved}' must have layout 1 or older, got 9. "
        "It was written by a newer whowhom; upgrade to read it."
    )


def test_objects_are_refused(tmp_path: Path) -> None:
    """A snapshot that holds Python objects is refused when it is saved."""
    with pytest.raises(ModelError, match="array 'x' of a snapshot must hold numbers or text"):
        save_checkpoint(tmp_path / "x.npz", snapshot={"x": np.array([None])}, **RUN)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_old_one(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old checkpoint stays as it was, and no other file is left."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError) as error:
        save_checkpoint(saved, snapshot=snapshot(), **RUN)
    assert str(error.value) == (
        f"'{saved}' must be writable, got: the disk is full. Choose another place; the run itself is not touched."
    )
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_the_digest_sees_every_change() -> None:
    """The digest of a state changes with a name, a kind, a shape and a single bit, and not with the order."""
    state = {"a": np.arange(6, dtype=np.int32), "b": np.array(1.5)}
    others: list[Snapshot] = [
        {"a": state["a"], "c": state["b"]},
        {"a": state["a"].astype(np.uint32), "b": state["b"]},
        {"a": state["a"].reshape(2, 3), "b": state["b"]},
        {"a": state["a"] ^ np.array([0, 0, 0, 0, 0, 1], dtype=np.int32), "b": state["b"]},
        {"a": state["a"], "b": np.array([1.5])},
        {"a": state["a"]},
    ]
    assert len({digest_of(other) for other in [state, *others]}) == 7
    assert digest_of(dict(reversed(state.items()))) == digest_of(state)
    assert digest_of({"a": np.asfortranarray(np.eye(3))}) == digest_of({"a": np.eye(3)})
