"""Store folders, mutated file by file, table by table and in their manifest, and everything that a user can do with one."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from tests.fuzz import bytes_mutated, trees
from tests.fuzz.answers import Command, Finding, called
from tests.fuzz.luck import Luck, pick, rarely

import whowhom as ww
from whowhom.api import Runs
from whowhom.experiments.crew import Interrupted, Step
from whowhom.provenance import content_hash
from whowhom.store.parts import Failure
from whowhom.store.reader import Store
from whowhom.store.writer import Writer

#: Two arms of twenty histories of two weeks, the smallest worlds: batches of two runs.
ASKED = {"off": "executions", "replicates": 20, "until": "1917-11-21", "persons": 10_240}
SAME = (
    *("twins", "soviet", "--off", "executions", "--replicates", "20", "--until", "1917-11-21"),
    *("--persons", "10240", "--threads", "1"),
)
STOPPED_AFTER, FAILED, RUNS_OF_A_BATCH = 35, 37, 2


def original(folder: Path) -> Path:
    """An interrupted experiment: complete batches, a finished and a failed run of batches that are not, and runs that are missing."""

    def stop(step: Step) -> None:
        if step.done == STOPPED_AFTER:
            raise KeyboardInterrupt

    with contextlib.suppress(Interrupted):
        ww.twins("soviet", **ASKED, store=folder, threads=1, progress=stop)  # type: ignore[arg-type]
    writer = Writer.resume(folder)
    arm, replicate = writer.layout.place(FAILED)
    writer.keep(
        Failure(
            index=FAILED,
            arm=arm,
            replicate=replicate,
            seed=replicate + 1,
            set=-1,
            identity="0" * 16,
            error="ModelError: 'names' must fit into the inbox",
            traceback="",
            seconds=0.1,
            code="0" * 64,
        )
    )
    return folder


# --- what can happen to a folder --------------------------------------------------------------------------------------------------


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _alter(folder: Path, luck: Luck) -> None:
    path = pick(luck, _files(folder))
    path.write_bytes(bytes_mutated.mutated(path.read_bytes(), luck))


def _remove(folder: Path, luck: Luck) -> None:
    pick(luck, _files(folder)).unlink()


def _swap(folder: Path, luck: Luck) -> None:
    """Give a file the content of another."""
    there = _files(folder)
    pick(luck, there).write_bytes(pick(luck, there).read_bytes())


def _folder(folder: Path, luck: Luck) -> None:
    """Put a folder, or a link that leads nowhere, in the place of a file."""
    path = pick(luck, _files(folder))
    path.unlink()
    kind = luck.number(0, 3)
    if kind < 2:
        path.mkdir()
        if kind:
            (path / "thing").write_text("not ours", encoding="utf-8")
    else:
        path.symlink_to(path if kind == 2 else folder / "nowhere")


def _extra(folder: Path, luck: Luck) -> None:
    """Put a file there that does not belong."""
    names = (
        *(
            "batch-00001.done",
            "batch-00019.done",
            "batch-99999.done",
            "batch-1.done",
            "batch-00000000000000000000.done",
        ),
        *("run-000000.npz", "run-000038.npz", "run-999999.npz", "run-000039.failed.json", "run-000000.failed.json"),
        *("weeks-00019.parquet", "weeks-00000.parquet.bak", "failures-00000.json", "failures-00018.json", ".DS_Store"),
        *(
            ".weeks-00000.parquet.0.0.0.tmp",
            ".manifest.json.deadbeef.999999.3.tmp",
            "\u202e.txt",
            "a b'c\"d",
            "*",
            "-rf",
        ),
    )
    content = luck.raw(64) if luck.number(0, 1) else pick(luck, _files(folder)).read_bytes()
    (folder / pick(luck, names)).write_bytes(content)


def _manifest(folder: Path, luck: Luck) -> None:
    """Change the manifest, its hash left as it was."""
    path = folder / "manifest.json"
    page = json.loads(path.read_bytes())
    trees.mutated(page, luck, odd=JSON_ODD)
    path.write_text(json.dumps(page), encoding="utf-8")


def forge(folder: Path, luck: Luck) -> None:
    """Change what the manifest says was asked, and make its hash fit."""
    path = folder / "manifest.json"
    page = json.loads(path.read_bytes())
    trees.mutated(page["experiment"], luck, odd=JSON_ODD)
    try:
        page["experiment_hash"] = content_hash(page["experiment"])
    except ValueError:
        return  # a number that no manifest can hold
    path.write_text(json.dumps(page), encoding="utf-8")


JSON_ODD = tuple(v for v in trees.ODD if isinstance(v, (int, float, list, dict)) and v != 10**4400)


def _table(folder: Path, luck: Luck) -> None:
    """Change a table of a complete batch; the file is sound Parquet."""
    path = pick(luck, sorted(folder.glob("*.parquet")) or _files(folder))
    try:
        table = duckdb.sql(f"SELECT * FROM read_parquet('{path}')").df()
    except duckdb.Error:
        return
    changed = pick(luck, TABLE_CHANGES)(table, luck)
    with duckdb.connect() as database:
        database.register("changed", changed)
        database.execute(f"COPY changed TO '{path}' (FORMAT parquet)")


def _some_rows(table: pd.DataFrame, luck: Luck) -> pd.DataFrame:
    first = luck.number(0, len(table))
    return table.iloc[first : first + luck.number(0, len(table))]


def _drop_column(table: pd.DataFrame, luck: Luck) -> pd.DataFrame:
    return table.drop(columns=[pick(luck, list(table))]) if table.shape[1] > 1 else table


def _rename_column(table: pd.DataFrame, luck: Luck) -> pd.DataFrame:
    return table.rename(columns={pick(luck, list(table)): "other"})


def _fill_column(table: pd.DataFrame, luck: Luck) -> pd.DataFrame:
    """Give a column one odd value throughout."""
    odd = (None, np.nan, np.inf, -np.inf, 0, -1, 1e300, 2**62, "x", "history", "", True, pd.Timestamp("1900-01-01"))
    return table.assign(**{pick(luck, list(table)): pick(luck, odd)})


def _set_cell(table: pd.DataFrame, luck: Luck) -> pd.DataFrame:
    """Give one row another number in a key or elsewhere."""
    names = [name for name in table if table[name].dtype.kind in "if"]
    if not len(table) or not names:
        return table
    name, row = pick(luck, names), luck.number(0, len(table) - 1)
    values = table[name].to_numpy(copy=True)
    values[row] = pick(luck, (-1, 0, 1, 2, 19, 20, 10**6))
    return table.assign(**{name: values})


TABLE_CHANGES: tuple[Callable[[pd.DataFrame, Luck], pd.DataFrame], ...] = (
    _some_rows,
    lambda table, luck: pd.concat([table, _some_rows(table, luck)]),
    lambda table, luck: table.iloc[::-1],
    _drop_column,
    _rename_column,
    _fill_column,
    _fill_column,
    _set_cell,
    _set_cell,
    lambda table, luck: table.astype(str),
    lambda table, luck: table.assign(extra=1),
)


def _part(folder: Path, luck: Luck) -> None:
    """Change what a finished run of an incomplete batch says of itself, or its rows."""
    parts = sorted(folder.glob("run-*.npz"))
    if not parts:
        return
    path = pick(luck, parts)
    with np.load(path) as file:
        rows, about = file["rows"], json.loads(file["about"].tobytes())
    if luck.number(0, 2):
        trees.mutated(about, luck, odd=JSON_ODD)
    else:
        changed = (
            rows[:-1],
            rows[:, :-1],
            rows.astype("f4"),
            rows * np.nan,
            rows + np.inf,
            rows.T,
            rows.astype(str),
            rows[:0],
        )
        rows = pick(luck, changed)
    content = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    np.savez(path, rows=rows, about=content)


def _failed(folder: Path, luck: Luck) -> None:
    """Change what is said of a failed run."""
    paths = sorted(folder.glob("*.failed.json"))
    if paths:
        page = json.loads(paths[0].read_bytes())
        trees.mutated(page, luck, odd=JSON_ODD)
        paths[0].write_text(json.dumps(page), encoding="utf-8")


DAMAGES = (_alter, _alter, _alter, _remove, _swap, _folder, _extra, _manifest, _table, _table, _table, _part, _failed)


# --- what a user does with it --------------------------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with what is in it."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def read(folder: Path, luck: Luck, *, every: bool = True) -> None:
    """What only reads, every way of it or some; it must leave the folder as it is."""
    before = contents(folder)
    beside = folder.parent
    commands = (
        ("report", folder, "--out", beside / "report.html"),
        ("export", folder, "--out", beside / "weeks.csv"),
        ("export", folder, "--out", beside / "weeks.parquet", "--format", "parquet", "--arm", "history"),
    )
    for words in commands if every else (pick(luck, commands),):
        Command(*words)
    store, _ = called(lambda: Store.open(folder), what="open")
    if store is not None:
        runs = Runs(store)
        slow = _slow_uses(runs)
        chosen = _uses(store) | (slow if every else dict([pick(luck, list(slow.items()))]))
        for name, use in chosen.items():
            called(use, what=name)
    if contents(folder) != before:
        raise Finding("reading changed the folder", place="reading changed the folder")


def _uses(store: Store) -> dict[str, Callable[[], Any]]:
    return {
        "weeks": store.weeks,
        "runs": store.runs,
        "failures": store.failures,
        "progress": store.progress,
        "some weeks": lambda: store.weeks(["executed_total"], arms=["history"]),
    }


def _slow_uses(runs: Runs) -> dict[str, Callable[[], Any]]:
    return {
        "survival": runs.survival,
        "victims": runs.victims,
        "compare": runs.compare,
        "compare totals": lambda: runs.compare(["executed_total"]),
    }


def go_on(folder: Path, luck: Luck, *, made: dict[str, bytes]) -> None:
    """Everything that writes: what is finished and sound stays as it is, whatever becomes of the rest."""
    before = contents(folder)
    words = pick(luck, (("resume", folder), ("resume", folder, "--retry-failed"), (*SAME, "--store", folder)))
    Command(*words, *(("--threads", "1") if words[0] == "resume" else ()))
    after = contents(folder)
    for name in lost(before, after, made=made):
        raise Finding(f"{' '.join(map(str, words))}: {name} was finished and is gone", place="harm to a finished part")


def lost(before: dict[str, bytes], after: dict[str, bytes], *, made: dict[str, bytes]) -> list[str]:
    """Files that were as whowhom made them and are so no longer: tables of whole batches, runs that are in no batch now."""
    sound = {name for name, content in before.items() if made.get(name) == content}
    gone = []
    for marker in (name for name in sound if name.endswith(".done")):
        number = marker[6:11]
        tables = {f"weeks-{number}.parquet", f"runs-{number}.parquet"}
        if tables <= sound and f"failures-{number}.json" not in before:
            gone += [name for name in (marker, *tables) if after.get(name) != before[name]]
    for name in (name for name in sound if name.startswith("run-") and name.endswith(".npz")):
        marker = f"batch-{int(name[4:10]) // RUNS_OF_A_BATCH:05}.done"
        if after.get(name) != before[name] and marker not in after:
            gone.append(name)
    return gone


_made: dict[str, Path] = {}


def base() -> Path:
    """The original store, made once for a process."""
    import tempfile

    if "base" not in _made:
        _made["base"] = original(Path(tempfile.mkdtemp(prefix="fuzz-")) / "store")
    return _made["base"]


def play(luck: Luck, folder: Path, *, writes: bool = True, every: bool = True) -> None:
    """One store with something done to it, and what a user does with it; some of that only, unless `every`."""
    folder.mkdir(exist_ok=True)
    copy = folder / "store"
    shutil.copytree(base(), copy)
    forged = rarely(luck, 3)
    for _ in range(luck.number(1, 3)):
        if forged:
            forge(copy, luck)
        else:
            pick(luck, DAMAGES)(copy, luck)
    if every or not writes:
        read(copy, luck, every=every)
    if writes and not forged:
        go_on(copy, luck, made=contents(base()))
        if (copy / "manifest.json").is_file() and (every or rarely(luck, 3)):
            Command("report", copy, "--out", folder / "report.html")
