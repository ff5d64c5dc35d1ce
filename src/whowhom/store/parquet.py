"""Parquet in and out through DuckDB; every error of DuckDB becomes one clear sentence.

DuckDB writes from NumPy arrays and reads many files as one table, so neither pyarrow nor a database is needed. NaN is
written as NULL: a number that does not exist (the arrests of a regime that has fallen) is no number in any program.
"""

from __future__ import annotations

import errno
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from whowhom.engine.disk import whole_file
from whowhom.errors import StoreError, printable
from whowhom.store.layout import resume_command
from whowhom.store.parts import Columns

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_ERRNO = re.compile(r'"errno":\s*"?(\d+)')
_GLOB = re.compile(r"([*?\[])")
_SQL_TYPES = {"int32": "INTEGER", "int64": "BIGINT", "float32": "FLOAT", "float64": "DOUBLE", "object": "VARCHAR"}

_local = threading.local()


def connection() -> duckdb.DuckDBPyConnection:
    """Return this thread's connection to an empty database in memory, made at its first use.

    It computes in one thread, since the runs keep the other cores busy.
    """
    import duckdb

    if not hasattr(_local, "connection"):
        _local.connection = duckdb.connect(":memory:", config={"threads": 1})
    made: duckdb.DuckDBPyConnection = _local.connection
    return made


@contextmanager
def _ctrl_c() -> Iterator[None]:
    """Let Ctrl-C be Ctrl-C: while DuckDB works it arrives as a RuntimeError, "Query interrupted"."""
    import duckdb

    try:
        yield
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


def quote_name(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a text as SQL quotes it."""
    return "'" + text.replace("'", "''") + "'"


def quote_file(path: Path) -> str:
    """Return a path to read as SQL quotes it; '*', '?' and '[' in it mean themselves."""
    return quote_text(_GLOB.sub(r"[\1]", str(path)))


def write_table(path: Path, columns: Columns, *, way_out: str) -> None:
    """Write columns to one Parquet file (zstd), whole or not at all; its name is on the disk with the batch's marker.

    Raises
    ------
    StoreError
        The disk is full, read-only, or refuses for another reason.
    """
    import duckdb

    terms = ", ".join(_term(name, array) for name, array in columns.items())
    database = connection()
    with whole_file(path, way_out=way_out, flush_name=False) as temporary:
        query = f"COPY (SELECT {terms} FROM written) TO {quote_text(str(temporary))} (FORMAT parquet, COMPRESSION zstd)"
        with _ctrl_c():
            database.register("written", columns)
            try:
                database.execute(query)
            except duckdb.IOException as error:
                raise _system_error(error) from error
            finally:
                database.unregister("written")


def _term(name: str, array: NDArray[Any]) -> str:
    """Return one column for SQL: typed also when there are no rows, NaN as NULL."""
    column = quote_name(name)
    kind = "DATE" if array.dtype.kind == "M" else _SQL_TYPES[array.dtype.name]
    value = f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END" if array.dtype.kind == "f" else column
    return f"CAST({value} AS {kind}) AS {column}"


def _system_error(error: Exception) -> OSError:
    """Return what the system said to DuckDB."""
    text = str(error)
    if match := _ERRNO.search(text):
        return OSError(int(match[1]), text)
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT):
        if text.endswith(os.strerror(number)):
            return OSError(number, text)
    return OSError(errno.EIO, " ".join(text.split())[:160])


def read_table(
    paths: Sequence[Path],
    *,
    columns: Sequence[str],
    arms: Sequence[str],
    order: Sequence[str],
    all_arms: Sequence[str],
) -> pd.DataFrame:
    """Read Parquet files of one kind as one table.

    Parameters
    ----------
    paths
        Files, at least one.
    columns
        Columns to read, in this order; 'arm' becomes a category in the order of the design.
    arms
        Arms to read.
    order
        Columns to sort by.
    all_arms
        Arms of the design, in its order.

    Raises
    ------
    StoreError
        A file is missing or damaged; the first such file is named.
    """
    import duckdb

    files = ", ".join(quote_file(path) for path in paths)
    kinds = ", ".join(quote_text(arm) for arm in all_arms)
    terms = ", ".join(f"CAST(arm AS ENUM({kinds})) AS arm" if name == "arm" else quote_name(name) for name in columns)
    wanted = ", ".join(quote_text(arm) for arm in arms)
    table = f"read_parquet([{files}], hive_partitioning = false) AS stored"
    sorting = ", ".join(quote_name(name) for name in order)
    query = f"SELECT {terms} FROM {table} WHERE stored.arm IN ({wanted}) ORDER BY {sorting}"
    try:
        with _ctrl_c():
            return connection().execute(query).df()
    except (duckdb.Error, ValueError, RuntimeError) as error:
        raise StoreError(_damaged(paths, error)) from error


def rows_in(paths: Sequence[Path]) -> list[int | None]:
    """Return the number of rows that each file states at its end; None for one that is missing or torn."""
    import duckdb

    found: dict[str, int] = {}
    there = [path for path in paths if path.is_file()]
    for part in (there, *([path] for path in there)):  # all at once, which is quick; one by one if any is torn
        files = ", ".join(quote_file(path) for path in part)
        query = f"SELECT file_name, num_rows FROM parquet_file_metadata([{files}])"
        try:
            with _ctrl_c():
                found |= dict(connection().execute(query).fetchall()) if part else {}
        except (duckdb.Error, ValueError, RuntimeError):
            continue
        if len(found) == len(there):
            break
    return [found.get(str(path)) for path in paths]


def _damaged(paths: Sequence[Path], error: Exception) -> str:
    """Say which file cannot be read, and how to make it again."""
    path = next((path for path in paths if not _is_readable(path)), None)
    said = printable(str(error))[:120]
    if path is None:
        return (
            f"'{paths[0].parent}' must hold Parquet files of one experiment, got files that do not fit together "
            f"({said}). Put them back from a copy, or run the experiment again in another folder."
        )
    marker = path.parent / f"batch-{path.stem.split('-')[-1]}.done"
    got = "one that is damaged" if path.exists() else "none"
    return (
        f"'{path}' must be as whowhom wrote it, got {got} ({said}). "
        f"Delete '{marker}' and `{resume_command(path.parent)}` makes this batch again."
    )


def _is_readable(path: Path) -> bool:
    """Return True if a file can be read from the first to the last row."""
    import duckdb

    try:
        query = f"SELECT COLUMNS(*)::VARCHAR FROM read_parquet({quote_file(path)}, hive_partitioning = false)"
        with _ctrl_c():
            connection().execute(query).fetchall()
    except (duckdb.Error, ValueError, RuntimeError):
        return False
    return True
