"""Parts of an experiment: which runs the I-th of N workers does, with no word between the workers.

An experiment is cut into units in the order of its design, and part I of N is every N-th unit: those whose number,
counted from 0, leaves the rest I - 1 when divided by N. So workers agree on who does what from two numbers alone, and the
parts advance through the experiment side by side. The unit is the first of these that gives each part something to do:

1. a batch, which its worker then completes alone; if it is at least a replicate, so that no part lacks an arm;
2. a replicate, that is a history of each arm with the same luck;
3. a single history.

Parts count from 1, as people do and as `--array=1-N` numbers the tasks of a job array.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from whowhom.errors import ParameterError, quoted
from whowhom.store.layout import Layout
from whowhom.store.reader import Progress, Store, scan

#: Two whole numbers; more digits than these are a slip of the finger.
_WRITTEN = re.compile(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*")


@dataclass(frozen=True)
class Part:
    """One of the parts into which an experiment is divided.

    Parameters
    ----------
    number
        Which one, from 1 to `of`.
    of
        How many there are.
    """

    number: int
    of: int

    def __str__(self) -> str:
        return f"part {self.number} of {self.of}"

    def runs(self, layout: Layout) -> frozenset[int]:
        """Return the numbers of its runs in the design; empty if there are more parts than runs."""
        size = self._unit(layout)
        starts = range((self.number - 1) * size, layout.runs, self.of * size)
        return frozenset(index for start in starts for index in range(start, min(start + size, layout.runs)))

    def _unit(self, layout: Layout) -> int:
        """Return of how many runs the units are that parts are made of."""
        replicate = len(layout.arms)
        for size in (layout.batch_size, replicate):
            if size >= replicate and self.of * size <= layout.runs + size - 1:
                return size
        return 1


def progress_of(store: Store, runs: Collection[int]) -> Progress:
    """Count what there is of some runs of an experiment."""
    contents, layout = scan(store.layout), store.layout
    single = contents.runs | contents.failures
    there = sum(index in single or layout.batch_of(index) in contents.batches for index in runs)
    failed = sum(failure.index in runs for failure in store.failed_runs(contents))
    return Progress(total=len(runs), done=there - failed, failed=failed)


def parse_part(text: str) -> Part:
    """Return the part that a text such as `3/8` means.

    Raises
    ------
    ParameterError
        It is not written so, or there is no such part.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ParameterError(
            f"'--part' must be I/N, two whole numbers, got {quoted(text)}. For example --part 3/8, or in a job array "
            '--part "$SLURM_ARRAY_TASK_ID/8".'
        )
    part = Part(number=int(match[1]), of=int(match[2]))
    if not 1 <= part.number <= part.of:
        last = max(part.of, 1)
        raise ParameterError(
            f"'--part' must be I/N with I from 1 to N, got {quoted(text)}. Parts count from 1: the first of {last} is "
            f"1/{last} and the last {last}/{last}; in a job array, --array=1-{last}."
        )
    return part
