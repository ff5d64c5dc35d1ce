"""Stores of an older schema become stores of this one, in place; killing it at any moment leaves a store of the older one.

Tables are written anew first, each whole or not at all, with what the newer schema adds to them; since nothing is taken
away they are still tables of the older schema. The manifest is replaced last, and it alone says which schema there is.
What was never recorded stays unknown: an empty text, and no guess.

Readers do not migrate: they read an older store as it is, also from a disk that is read-only. While a program of an
older schema is still writing, nothing may be migrated; it cannot know.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from whowhom.store.layout import Layout
from whowhom.store.manifest import SCHEMA_VERSION, Manifest, replace_manifest
from whowhom.store.parquet import read_table, write_table
from whowhom.store.parts import NEW_COLUMNS, RUN_COLUMNS, Columns, run_columns


def migrate(folder: Path, manifest: Manifest, *, way_out: str) -> Manifest:
    """Bring a store to this schema.

    Returns
    -------
    Manifest
        The one that is there now; the one given if there was nothing to do.

    Raises
    ------
    StoreError
        A table is damaged, or the folder cannot be written to; the store is as it was.
    """
    if manifest.schema == SCHEMA_VERSION:
        return manifest
    layout = manifest.layout(folder)
    for batch in sorted(layout.scan().batches):
        _migrate_runs(layout, batch, schema=manifest.schema, way_out=way_out)
    newer = replace(manifest, schema=SCHEMA_VERSION)
    replace_manifest(folder, newer, way_out=way_out)
    return newer


def _migrate_runs(layout: Layout, batch: int, *, schema: int, way_out: str) -> None:
    """Write a table of runs with the columns that newer schemas have, empty."""
    path, there = layout.runs_of(batch), run_columns(schema)
    if not path.exists():  # a batch that lost it is done again
        return
    table = read_table([path], columns=there, arms=layout.arms, order=("replicate", "arm"), all_arms=layout.arms)
    columns: Columns = {name: table[name].to_numpy(dtype=kind) for name, kind in RUN_COLUMNS.items() if name in there}
    columns |= {name: _empty(len(table), RUN_COLUMNS[name]) for name in _added(schema)}
    write_table(path, {name: columns[name] for name in RUN_COLUMNS}, way_out=way_out)


def _added(schema: int) -> list[str]:
    """Return the columns that came after a schema."""
    return [name for number, names in NEW_COLUMNS.items() if number > schema for name in names]


def _empty(length: int, kind: Any) -> Any:
    """Return a column of texts that say nothing."""
    import numpy as np

    return np.full(length, "", dtype=kind)
