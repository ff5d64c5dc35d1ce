"""Snapshots on disk: one .npz with the state and the identity of the run it belongs to.

A checkpoint can be continued only by the run it was taken from; anything else would be neither that history nor
another. To go on under other settings, load it with the settings it was taken under and pass the new ones to
`run_history(..., start=..., change=...)`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model, Snapshot
from whowhom.engine.disk import DAMAGED, reason, whole_file
from whowhom.errors import ModelError, StoreError
from whowhom.provenance import canonical_json, first_difference, run_identity

if TYPE_CHECKING:
    from whowhom.engine.settings import Settings

#: Raised when the layout of the file changes.
CHECKPOINT_VERSION = 1

_HEADER = "whowhom_checkpoint"
_STATE = "state."  # before the names of a snapshot: `numpy.savez` has arguments of its own, `file` for one


def digest_of(state: Snapshot) -> str:
    """Return a hash of named arrays: name, kind, shape and content of each, in the order of the names.

    Good enough for `World.digest` (`return digest_of(self.snapshot())`); a large world hashes without copying first.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(state):
        array = np.ascontiguousarray(state[name])
        digest.update(f"{name}\0{array.dtype.str}\0{np.shape(state[name])}\0".encode())
        digest.update(array.view(np.uint8).data if array.size and array.ndim else array.tobytes())
    return digest.hexdigest()


def save_checkpoint(
    path: str | Path, *, snapshot: Snapshot, model: Model, settings: Settings, persons: int, seed: int
) -> None:
    """Write a snapshot and the identity of its run; the file is there whole or not at all.

    Parameters
    ----------
    path
        File to write; an existing one is replaced.
    snapshot
        From `World.snapshot` or `History.snapshots`.
    model, settings, persons, seed
        Of the run the snapshot was taken from.

    Raises
    ------
    StoreError
        The file cannot be written; an older file of that name is untouched.
    ModelError
        The snapshot holds Python objects.
    """
    identity = run_identity(
        model=model.name, version=model.version, settings=settings.identity(), persons=persons, seed=seed
    )
    header = canonical_json({"checkpoint_version": CHECKPOINT_VERSION, "identity": identity})
    arrays: dict[str, Any] = {_STATE + name: _plain(name, array) for name, array in snapshot.items()}
    arrays[_HEADER] = np.frombuffer(header.encode(), dtype=np.uint8)
    way_out = "Choose another place; the run itself is not touched."
    with whole_file(Path(path), way_out=way_out) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _plain(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Return an array that can be written without pickling."""
    plain = np.asarray(array)
    if plain.dtype.hasobject:
        raise ModelError(f"array '{name}' of a snapshot must hold numbers or text, got Python objects.")
    return plain


def load_checkpoint(
    path: str | Path, *, model: Model, settings: Settings, persons: int, seed: int
) -> dict[str, NDArray[Any]]:
    """Read the snapshot of exactly this run.

    Returns
    -------
    dict
        For `run_history(..., start=...)`.

    Raises
    ------
    StoreError
        No such file, not a checkpoint, damaged, of a newer layout, or of another model, version, settings, persons or
        seed; the first difference is named.
    """
    arrays = _read(Path(path))
    header = _header(Path(path), arrays)
    here = run_identity(
        model=model.name, version=model.version, settings=settings.identity(), persons=persons, seed=seed
    )
    difference = first_difference(header["identity"], json.loads(canonical_json(here)))
    if difference is not None:
        raise StoreError(
            f"checkpoint '{path}' must be of the run that goes on, got one of another run: {difference}. "
            "To go on under other settings, load it with its own and pass the new ones as 'change'."
        )
    return {name.removeprefix(_STATE): array for name, array in arrays.items()}


def _read(path: Path) -> dict[str, NDArray[Any]]:
    """Return all arrays of the file; a damaged one fails here and not in the middle of a run (each has a checksum)."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise StoreError(f"checkpoint '{path}' must exist, got no such file. Check the path.") from None
    except OSError as error:
        raise StoreError(f"checkpoint '{path}' must be readable, got: {reason(error)}. Check the path.") from error
    except DAMAGED as error:
        raise StoreError(
            f"checkpoint '{path}' must be a file written by whowhom, got one that is damaged or something else "
            f"({type(error).__name__}). Take the snapshot again."
        ) from error


def _header(path: Path, arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """Take the header out of the arrays and check its version."""
    try:
        header: dict[str, Any] = json.loads(arrays.pop(_HEADER).tobytes())
        version = int(header["checkpoint_version"])
        header["identity"]["model"]
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(
            f"checkpoint '{path}' must have been written by whowhom, got an .npz file without its header. "
            "Take the snapshot again."
        ) from error
    if version > CHECKPOINT_VERSION:
        raise StoreError(
            f"checkpoint '{path}' must have layout {CHECKPOINT_VERSION} or older, got {version}. "
            "It was written by a newer whowhom; upgrade to read it."
        )
    return header
