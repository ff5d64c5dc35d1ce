"""Tables as files: CSV and Parquet, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.errors import StoreError, UnknownNameError, quoted, unknown
from whowhom.store.layout import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

    from whowhom.store.reader import Store

FORMS = ("csv", "parquet")
_WAY_OUT = "Choose another file with --out."

#: How the names of a store's own files begin.
_OWN = (MANIFEST, "weeks-", "runs-", "run-", "batch-", "failures-")


def check_form(form: str) -> None:
    """Raise UnknownNameError for a kind of file that is not written."""
    if form not in FORMS:
        raise UnknownNameError(unknown("format", form, FORMS, listed_by="whowhom export --help"))


def check_file(path: Path, *, option: str = "--out") -> None:
    """Raise StoreError for a path that cannot become a file; `option` is what chose it."""
    way_out = f"Choose another file with {option}."
    if path.is_dir():
        raise StoreError(f"'{path}' must be a file, got a folder. {way_out}")
    if not path.parent.is_dir():
        raise StoreError(f"'{path}' must be in a folder that exists, got none called '{path.parent}'. {way_out}")
    if path.name.startswith(_OWN) and (path.parent / MANIFEST).exists():
        raise StoreError(f"'{path}' must not be a file of the experiment there, got such a name. {way_out}")


def write_weeks(store: Store, *, path: Path, form: str, arms: Sequence[str] | None) -> int:
    """Write the weeks of a store to one file, and return the number of rows.

    Raises
    ------
    StoreError
        No history is finished, or the file cannot be written; what was there stays.
    """
    from whowhom.engine.disk import whole_file
    from whowhom.store.parquet import write_table

    check_form(form)
    check_file(path)
    _check_arms(store, arms)
    weeks = store.weeks(arms=arms)
    if form == "parquet":
        write_table(path, _columns(weeks), way_out=_WAY_OUT)
    else:
        with whole_file(path, way_out=_WAY_OUT) as temporary:
            weeks.to_csv(temporary, index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return len(weeks)


def write_behaviorspace(store: Store, *, path: Path, arms: Sequence[str] | None) -> int:
    """Write the weeks of a store as NetLogo's BehaviorSpace does, and return the number of rows.

    Raises
    ------
    StoreError
        No history is finished, or the file cannot be written; what was there stays.
    """
    from whowhom.data.behaviorspace import write_behaviorspace as write

    check_file(path, option="--behaviorspace")
    _check_arms(store, arms)
    return write(store, path=path, arms=arms)


def _check_arms(store: Store, arms: Sequence[str] | None) -> None:
    """Raise StoreError if no history is finished, UnknownNameError if there is no such arm."""
    from whowhom.experiments.statistics import finished

    finished(store)
    for arm in arms or ():
        if arm not in store.arms:
            known = ", ".join(map(repr, store.arms))
            raise UnknownNameError(f"'--arm' must be an arm of '{store.folder}' ({known}), got {quoted(arm)}.")


def _columns(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table as the columns that Parquet is written from."""
    texts = {name for name in ("arm", "identity") if name in table}
    return {name: table[name].to_numpy(dtype=object if name in texts else None) for name in table}


def write_html(store: Store, *, path: Path) -> None:
    """Write the report of an experiment.

    Raises
    ------
    StoreError
        No history is finished, or the file cannot be written.
    """
    from whowhom.api import Runs
    from whowhom.models.registry import model_named, model_names
    from whowhom.report.page import write_report

    check_file(path)
    name = store.experiment["model"]["name"]
    declarations = model_named(name).declarations if name in model_names() else None
    write_report(path, store=store, tables=Runs(store).tables, declarations=declarations)
