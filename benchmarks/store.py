"""What keeping a history costs: `./dev bench store`.

The same short histories of `soviet` are played twice in one process with one thread: in a bare loop, and into a store. The difference is what the store costs a history; beside it
stands the time spent in each part of it. A batch is completed by the main thread while the next history is played, so the parts can add up to more than the difference. Flushing files to the disk
(fsync) depends on the disk and nothing else, and is therefore counted apart.

By default 400 histories of 16,384 persons and 4 weeks: half a minute.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import whowhom.engine.disk as disk
import whowhom.experiments.crew as crew
import whowhom.store.writer as writer
from whowhom.api import plan
from whowhom.engine.run import run_history
from whowhom.experiments.plan import Plan

#: What is timed, by module or class and name, and what it is called.
PARTS: tuple[tuple[Any, str, str], ...] = (
    (crew, "run_history", "playing the history"),
    (crew, "run_identity", "naming the run"),
    (crew, "run_name", "naming the run"),
    (writer.Writer, "keep", "its own file"),
    (writer, "read_run", "reading it back for its batch"),
    (writer, "weeks_of", "the batch's columns"),
    (writer, "runs_of", "the batch's columns"),
    (writer, "write_table", "the batch's two tables"),
    (writer.Writer, "_clear_parts_of", "removing its own file"),
    (os, "fsync", "  of all this, flushing to the disk"),
)


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Add up the seconds spent in each part while the block runs [s]."""
    spent: dict[str, float] = defaultdict(float)
    before = [(place, name, getattr(place, name)) for place, name, _ in PARTS]

    def watched(called: Callable[..., Any], part: str) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            begun = time.perf_counter()
            try:
                return called(*arguments, **more)
            finally:
                spent[part] += time.perf_counter() - begun

        return call

    for place, name, part in PARTS:
        setattr(place, name, watched(getattr(place, name), part))
    try:
        yield spent
    finally:
        for place, name, called in before:
            setattr(place, name, called)


def bare(asked: Plan) -> float:
    """Return the time of all histories without a store [s]."""
    cases = list(asked.checked())
    begun = time.perf_counter()
    for case in cases:
        run_history(asked.model, case.settings, persons=asked.persons, seed=case.seed, ticks=asked.ticks)
    return time.perf_counter() - begun


def kept(asked: Plan) -> tuple[float, dict[str, float]]:
    """Return the time of all histories into a store, and the time of each part [s]."""
    with timed() as spent:
        begun = time.perf_counter()
        asked.carry_out(threads=1)
        return time.perf_counter() - begun, dict(spent)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--runs", type=int, default=400)
    options.add_argument("--persons", type=int, default=16_384)
    options.add_argument("--until", default="1917-12")
    options.add_argument("--no-fsync", action="store_true", help="leave flushing out, as on a disk that costs nothing")
    asked = options.parse_args()
    if asked.no_fsync:
        disk.os.fsync = lambda descriptor: None  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        words = {"persons": asked.persons, "replicates": asked.runs, "until": asked.until}
        made = plan("soviet", store=Path(folder) / "store", **words)
        bare(plan("soviet", store=Path(folder) / "none", **words | {"replicates": 3}))  # compiles
        alone = bare(made)
        whole, spent = kept(made)
        size = sum(path.stat().st_size for path in (Path(folder) / "store").iterdir())
    ms = 1000.0 / asked.runs
    print(f"{asked.runs} histories of {asked.persons:,} persons and {made.ticks} weeks, one thread; ms a history")
    print(f"{'without a store':40}{alone * ms:8.2f}")
    print(f"{'into a store':40}{whole * ms:8.2f}")
    print(f"{'the store costs':40}{(whole - alone) * ms:8.2f}")
    for part in dict.fromkeys(part for *_, part in PARTS):
        print(f"  {part:38}{spent.get(part, 0.0) * ms:8.2f}")
    print(f"{'bytes a history':40}{size / asked.runs:8.0f}")


if __name__ == "__main__":
    main()
