"""A store as the first schema wrote it, made without the code that writes stores now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tests.toy_store import outcome
from whowhom.provenance import canonical_json
from whowhom.store.parts import Failure, Run, weeks_of
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

#: The columns of a table of runs in schema 1, with their kinds in Parquet.
COLUMNS = {
    "arm": "VARCHAR",
    "replicate": "INTEGER",
    "seed": "BIGINT",
    "set": "INTEGER",
    "identity": "VARCHAR",
    "ended": "DOUBLE",
    "cause": "VARCHAR",
    "digest": "VARCHAR",
    "seconds": "DOUBLE",
    "code": "VARCHAR",
}
ABOUT_RUN = ("index", *COLUMNS)
ABOUT_FAILURE = ("index", "arm", "replicate", "seed", "set", "identity", "error", "traceback", "seconds", "code")


def write_schema_1(folder: Path, like: Store, *, model: Any, batches: Sequence[int], single: Sequence[int]) -> None:
    """Write a store of the first schema that holds some batches and some single runs of another store's experiment."""
    folder.mkdir()
    _write_manifest(folder, like)
    writer = Writer(folder=folder, manifest=like.manifest)
    for batch in batches:
        _write_batch(folder, batch, [outcome(writer, index, model=model) for index in like.layout.indices(batch)], like)
    for index in single:
        _write_single(folder, outcome(writer, index, model=model))


def _write_manifest(folder: Path, like: Store) -> None:
    import hashlib

    experiment = dict(like.experiment)
    page = {
        "schema_version": 1,
        "experiment": experiment,
        "experiment_hash": hashlib.sha256(canonical_json(experiment).encode()).hexdigest(),
        "software": dict(like.manifest.software),
        "code": like.manifest.code,
        "generator": like.manifest.generator,
        "created": like.manifest.created,
    }
    (folder / "manifest.json").write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_batch(folder: Path, batch: int, outcomes: Sequence[Run | Failure], like: Store) -> None:
    runs = [found for found in outcomes if isinstance(found, Run)]
    failures = [found for found in outcomes if isinstance(found, Failure)]
    weeks = pd.DataFrame(weeks_of(runs, manifest=like.manifest))
    kinds = ", ".join(f'"{name}"' if name != "date" else "CAST(date AS DATE) AS date" for name in weeks)
    _copy(weeks, kinds, folder / f"weeks-{batch:05d}.parquet")
    table = pd.DataFrame({name: [getattr(run, name) for run in runs] for name in COLUMNS})
    terms = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in COLUMNS.items())
    _copy(table, terms, folder / f"runs-{batch:05d}.parquet")
    if failures:
        entries = [{name: asdict(failure)[name] for name in ABOUT_FAILURE} for failure in failures]
        (folder / f"failures-{batch:05d}.json").write_text(json.dumps(entries, indent=1), encoding="utf-8")
    (folder / f"batch-{batch:05d}.done").touch()


def _copy(table: pd.DataFrame, terms: str, path: Path) -> None:
    database = duckdb.connect()
    database.register("written", table)
    database.execute(f"COPY (SELECT {terms} FROM written) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def _write_single(folder: Path, found: Run | Failure) -> None:
    if isinstance(found, Failure):
        about = {name: getattr(found, name) for name in ABOUT_FAILURE}
        (folder / f"run-{found.index:06d}.failed.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        return
    text = json.dumps({name: getattr(found, name) for name in ABOUT_RUN})
    with (folder / f"run-{found.index:06d}.npz").open("wb") as file:
        np.savez(file, rows=found.rows, about=np.frombuffer(text.encode(), dtype=np.uint8))
