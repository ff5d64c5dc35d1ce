"""Results for a program to read: JSON alone on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def aside(wanted: bool) -> Iterator[None]:
    """Let what is printed go to standard error, where standard output is for a program."""
    if not wanted:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as plain data, a dictionary a row; what is no number is None."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return rows


def print_json(data: Any) -> None:
    """Print plain data."""
    typer.echo(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))
