"""Where everything of an experiment lies: file names that follow from the design, and from nothing else.

An experiment has `arms x replicates` runs. Their numbers are interleaved: run 0 is replicate 0 of the first arm, run 1
replicate 0 of the second, and so on, so that the first part of an experiment is a smaller whole one. A batch is a slice
of these numbers. Because names follow from the design there is no queue, no database and no lock, and any number of
writers may work on one folder.

| file                          | what                                                                     |
| ----------------------------- | ------------------------------------------------------------------------ |
| `manifest.json`               | what was asked, and with what software; written once                      |
| `program-0123456789abcdef.json` | what computed some of the runs: versions, code, generator, processor    |
| `weeks-00007.parquet`         | batch 7: a row per run and week                                           |
| `runs-00007.parquet`          | batch 7: a row per run                                                    |
| `failures-00007.json`         | batch 7: the runs that failed, with their errors; only if there are any   |
| `batch-00007.done`            | empty; made last: without it the three above do not count                 |
| `run-000123.npz`              | one finished run of a batch that is not complete yet                      |
| `run-000123.failed.json`      | one failed run of such a batch                                            |
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"

#: A batch is about this many runs: one Parquet file a run is sixteen times slower to write (measured).
LARGEST_BATCH = 100

#: ... and at most this share of the experiment, so that a small one is not one single batch [1/share].
FEWEST_BATCHES = 20

_MARKER = re.compile(r"batch-(\d{5,})\.done")
_RUN = re.compile(r"run-(\d{6,})\.npz")
_FAILED = re.compile(r"run-(\d{6,})\.failed\.json")


def resume_command(folder: Path, *options: str) -> str:
    """Return the command that goes on with a store, to be copied as it is: also with blanks in the folder's name."""
    return shlex.join(["whowhom", "resume", str(folder), *options])


@dataclass(frozen=True)
class Layout:
    """File names of one experiment.

    Parameters
    ----------
    folder
        The store.
    arms
        Names of the arms, in the order of the design.
    replicates
        Runs of each arm.
    """

    folder: Path
    arms: tuple[str, ...]
    replicates: int

    @property
    def runs(self) -> int:
        """Number of runs of the whole experiment."""
        return len(self.arms) * self.replicates

    @property
    def batch_size(self) -> int:
        """Number of runs in each batch but the last."""
        return max(1, min(LARGEST_BATCH, self.runs // FEWEST_BATCHES))

    @property
    def batches(self) -> int:
        """Number of batches."""
        return -(-self.runs // self.batch_size)

    def batch_of(self, index: int) -> int:
        """Return the batch of a run."""
        return index // self.batch_size

    def indices(self, batch: int) -> range:
        """Return the runs of a batch."""
        return range(batch * self.batch_size, min((batch + 1) * self.batch_size, self.runs))

    def place(self, index: int) -> tuple[str, int]:
        """Return the arm and the replicate of a run."""
        return self.arms[index % len(self.arms)], index // len(self.arms)

    def weeks(self, batch: int) -> Path:
        """Return the file with a row per run and week."""
        return self.folder / f"weeks-{batch:05d}.parquet"

    def runs_of(self, batch: int) -> Path:
        """Return the file with a row per run."""
        return self.folder / f"runs-{batch:05d}.parquet"

    def failures(self, batch: int) -> Path:
        """Return the file with the failed runs; absent if there are none."""
        return self.folder / f"failures-{batch:05d}.json"

    def marker(self, batch: int) -> Path:
        """Return the empty file that says a batch is complete."""
        return self.folder / f"batch-{batch:05d}.done"

    def run(self, index: int) -> Path:
        """Return the file of one finished run of an incomplete batch."""
        return self.folder / f"run-{index:06d}.npz"

    def failed(self, index: int) -> Path:
        """Return the file of one failed run of an incomplete batch."""
        return self.folder / f"run-{index:06d}.failed.json"

    def scan(self) -> Contents:
        """Return what is there now.

        Markers are listed after parts, and a part whose batch is complete does not count: a run that another process
        moves into its batch meanwhile is then counted once, never twice and never not at all.
        """
        names = [path.name for path in self.folder.iterdir()]
        run = {int(match[1]) for name in names if (match := _RUN.fullmatch(name))}
        failed = {int(match[1]) for name in names if (match := _FAILED.fullmatch(name))}
        later = [path.name for path in self.folder.iterdir()]
        done = {int(match[1]) for name in later if (match := _MARKER.fullmatch(name))}
        batches = frozenset(batch for batch in done if batch < self.batches)
        single = frozenset(i for i in run if i < self.runs and self.batch_of(i) not in batches)
        broken = frozenset(i for i in failed - run if i < self.runs and self.batch_of(i) not in batches)
        return Contents(batches=batches, runs=single, failures=broken)


@dataclass(frozen=True)
class Contents:
    """What a folder holds: complete batches, and finished or failed runs of incomplete ones."""

    batches: frozenset[int]
    runs: frozenset[int]
    failures: frozenset[int]
