"""Many histories of one scenario, side by side in threads, kept on disk as they finish.

The folder holds `plan.json` and for each round files `round-N/draws-00000.npz` of some draws each, written under another name and renamed,
so a file is whole or absent. A stage that was interrupted continues; a folder of another plan, or of a model that behaves otherwise,
is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model
from whowhom.engine.run import run_history
from whowhom.engine.scenario import Scenario
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, StoreError
from whowhom.provenance import content_hash, first_difference

KEPT = ("staff", "arrests", "executed", "in_camps", "open_dissent", "armed", "threat")
"""Observables that are kept week by week; the first four are compared with the records."""

CHUNK = 40
"""Draws a file."""

ALIVE, FAILED = -1, -2
"""In place of the week of the collapse: there was none; the model broke down."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What is run: one scenario at one size, to one week.

    Attributes
    ----------
    model, scenario
        What runs.
    persons
        Simulated persons.
    weeks
        Length of a history [week].
    threads
        Histories at a time.
    """

    model: Model
    scenario: Scenario
    persons: int
    weeks: int
    threads: int

    def fingerprint(self) -> dict[str, Any]:
        """What fixes the results: settings, priors, sizes, and how a small history behaves (the hash of its state after a hundred weeks)."""
        world = self.model.build(self.scenario.settings, persons=16_384, seed=1)
        while world.alive and world.tick < 100:
            world.step()
        return {
            "settings": content_hash(self.scenario.settings.identity()),
            "parameters": content_hash(self.model.declarations.describe()),
            "persons": self.persons,
            "weeks": self.weeks,
            "behaviour": world.digest(),
        }


@dataclass(frozen=True)
class Histories:
    """What came of a number of draws.

    Attributes
    ----------
    points
        float64 [draws, parameters], shares of the priors.
    series
        float32 [draws, seeds, observables of `KEPT`, weeks]; NaN from the collapse on.
    ended
        int [draws, seeds], week of the collapse or `ALIVE` or `FAILED`.
    cause
        text [draws, seeds], '' while alive.
    """

    points: Floats
    series: NDArray[np.float32]
    ended: NDArray[np.int64]
    cause: NDArray[np.str_]


def seed_of(base: int, *, stage: str, draw: int, replicate: int) -> int:
    """Seed of one history: a hash, so it is fixed by its place and far from the seeds that people type."""
    text = f"soviet matching:{base}:{stage}:{draw}:{replicate}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "little")


def live(task: Task, settings: Settings, *, seed: int) -> tuple[NDArray[np.float32], int, str]:
    """Live one history.

    Returns
    -------
    series : ndarray
        float32 [observables of `KEPT`, weeks], NaN from the collapse on.
    ended : int
        Week of the collapse, `ALIVE` or `FAILED`.
    cause : str
        Why it fell, or the error.
    """
    columns = [[observable.name for observable in task.model.observables].index(name) for name in KEPT]
    try:
        history = run_history(task.model, settings, persons=task.persons, seed=seed, ticks=task.weeks)
    except ModelError as error:
        return np.full((len(KEPT), task.weeks), np.nan, np.float32), FAILED, str(error)
    series = history.rows[1:, columns].T.astype(
        np.float32
    )  # row t + 1 holds what happened in week t and the state after it
    if history.ended is None:
        return series, ALIVE, ""
    series[:, history.ended - 1 :] = np.nan
    return series, history.ended, history.cause


def run_stage(
    task: Task,
    *,
    folder: Path,
    stage: str,
    points: Floats,
    settings: Sequence[Settings],
    seeds: int,
    base: int,
    say: Callable[[str], None] = print,
) -> Histories:
    """Run so many seeds of each draw, or read what is kept of them."""
    place = folder / stage
    place.mkdir(parents=True, exist_ok=True)
    parts = []
    with ThreadPoolExecutor(task.threads) as pool:
        for first in range(0, len(points), CHUNK):
            file = place / f"draws-{first:05d}.npz"
            draws = range(first, min(first + CHUNK, len(points)))
            if not file.exists():
                jobs = [
                    pool.submit(live, task, settings[d], seed=seed_of(base, stage=stage, draw=d, replicate=k))
                    for d in draws
                    for k in range(seeds)
                ]
                _keep(file, points[draws.start : draws.stop], [job.result() for job in jobs], seeds=seeds)
                say(f"{stage}: {draws.stop} of {len(points)} draws")
            parts.append(_kept(file, points[draws.start : draws.stop]))
    return _joined(parts)


def _keep(file: Path, points: Floats, results: Sequence[tuple[Any, int, str]], *, seeds: int) -> None:
    """Write a file whole or not at all."""
    shape = (len(points), seeds)
    series = np.stack([one[0] for one in results])
    new = file.with_suffix(".new.npz")
    np.savez(
        new,
        points=points,
        series=series.reshape(*shape, *series.shape[1:]),
        ended=np.array([one[1] for one in results]).reshape(shape),
        cause=np.array([one[2] for one in results]).reshape(shape),
    )
    new.replace(file)


def _kept(file: Path, points: Floats) -> Histories:
    with np.load(file) as held:
        part = Histories(**{name: held[name] for name in ("points", "series", "ended", "cause")})
    if part.points.shape != points.shape or not np.array_equal(part.points, points):
        raise StoreError(f"'{file}' must hold the draws of this plan, got others. Choose an empty folder.")
    return part


def _joined(parts: Sequence[Histories]) -> Histories:
    return Histories(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("points", "series", "ended", "cause"))
    )


def hold_plan(folder: Path, plan: Mapping[str, Any]) -> None:
    """Write down what a folder is for, or refuse one that is for something else."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "plan.json"
    if file.exists():
        difference = first_difference(json.loads(file.read_text(encoding="utf-8")), json.loads(json.dumps(plan)))
        if difference is not None:
            raise StoreError(f"folder '{folder}' must be of the same plan, got another: {difference}. Choose another.")
        return
    file.write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
