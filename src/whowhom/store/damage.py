"""What can be wrong with the tables of a batch although their files can be read: rows that the design has not, or not so.

A disk that lies, a copy that mixes two stores, a hand that edits: the file is sound Parquet and its numbers are another experiment's.
Every row is compared with the design before anything is computed from it; this costs a small part of the reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whowhom.store.manifest import Manifest
from whowhom.store.parts import RUN_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

Place = tuple[str, int]

#: The kinds (NumPy's letters) that a column may have, by the name of the kind it is written as.
_WHOLE, _REAL = "iu", "f"


def runs_problem(table: pd.DataFrame, *, manifest: Manifest, places: Sequence[Place]) -> str | None:
    """Say what is wrong with a table of runs; None if nothing is.

    Parameters
    ----------
    table
        Rows of `runs`, in any order.
    manifest
        Of the store.
    places
        Arm and replicate of each run that should be there.
    """
    wanted = {name: _REAL if kind is np.float64 else _WHOLE for name, kind in RUN_COLUMNS.items() if kind is not object}
    wrong = _kinds_problem(table, wanted) or _places_problem(table, places)
    if wrong is not None:
        return wrong
    replicate = table["replicate"].to_numpy(dtype=np.int64)
    n_sets = len(manifest.experiment["scenario"]["sets"])
    if not np.array_equal(table["seed"].to_numpy(), manifest.seed_of(replicate)):
        return "seeds that are not those of the design"
    if not np.array_equal(table["set"].to_numpy(), replicate % n_sets if n_sets else np.full_like(replicate, -1)):
        return "parameter sets that are not those of the design"
    return _ends_problem(table, last=manifest.until_ticks)


def _ends_problem(table: pd.DataFrame, *, last: int) -> str | None:
    ended = table["ended"].to_numpy(dtype=np.float64)
    fell = ~np.isnan(ended)
    if not np.all((ended[fell] >= 1) & (ended[fell] <= last) & (ended[fell] == np.floor(ended[fell]))):
        return f"histories that end outside of weeks 1 to {last}"
    texts = {name: list(table[name]) for name in ("cause", "identity", "digest", "code", "program") if name in table}
    if not all(isinstance(text, str) for column in texts.values() for text in column):
        return "a text that is missing"
    if [bool(cause) for cause in texts["cause"]] != fell.tolist():
        return "histories that fell without a cause, or have a cause and did not fall"
    return None


def weeks_problem(
    table: pd.DataFrame, *, manifest: Manifest, places: Sequence[Place], columns: Sequence[str]
) -> str | None:
    """Say what is wrong with a table of weeks; None if nothing is.

    Parameters
    ----------
    table
        Rows of `weeks`, sorted by replicate, arm and week.
    manifest, places
        As in `runs_problem`.
    columns
        The observables that are in the table.
    """
    wrong = _kinds_problem(table, {"replicate": _WHOLE, "week": _WHOLE, "seed": _WHOLE} | dict.fromkeys(columns, _REAL))
    if wrong is not None:
        return wrong
    length = manifest.until_ticks + 1
    week = table["week"].to_numpy()
    if len(table) % length or not np.array_equal(week, np.tile(np.arange(length), len(table) // length)):
        return f"histories without each of the weeks 0 to {length - 1} once"
    wrong = _places_problem(table.iloc[::length], places)
    if wrong is not None:
        return wrong
    if not np.array_equal(table["seed"].to_numpy(), manifest.seed_of(table["replicate"].to_numpy(np.int64))):
        return "seeds that are not those of the design"
    if table["date"].dtype.kind != "M" or not np.array_equal(table["date"].to_numpy("M8[D]"), _dates(week, manifest)):
        return "dates that are not those of its weeks"
    infinite = [name for name in columns if np.isinf(table[name].to_numpy()).any()]
    return f"an infinite number in '{infinite[0]}'" if infinite else None


def _dates(week: Any, manifest: Manifest) -> Any:
    return np.datetime64(manifest.start, "D") + week.astype("m8[D]") * manifest.tick_days


def _kinds_problem(table: pd.DataFrame, wanted: dict[str, str]) -> str | None:
    """Name the first column whose numbers are of another kind."""
    for name, kinds in wanted.items():
        if table[name].dtype.kind not in kinds:
            return f"a column '{name}' that holds something else"
    return None


def _places_problem(table: pd.DataFrame, places: Sequence[Place]) -> str | None:
    """Say which run is missing, there twice or not of this batch; `table` has a row for each run."""
    if table["arm"].isna().any():
        return "rows without an arm"
    there = sorted(zip(table["arm"].astype(str), table["replicate"].tolist(), strict=True))
    wanted = sorted(places)
    if there == wanted:
        return None
    odd = sorted(set(there) ^ set(wanted)) or there
    what = "no row for" if odd[0] in wanted and odd[0] not in there else "a row too many for"
    return f"{what} arm '{odd[0][0]}', replicate {odd[0][1]}"
