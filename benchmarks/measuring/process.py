"""Fresh processes, their time and their memory, and how fast this machine's memory is."""

from __future__ import annotations

import functools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Variables that would make a child another program than the one that is measured.
_FOREIGN = ("WHOWHOM_JIT", "NUMBA_CACHE_DIR", "NUMBA_DISABLE_JIT", "NUMBA_OPT")


class ChildError(Exception):
    """A process that was measured ended badly; the text holds its last words."""


@dataclass(frozen=True)
class Ran:
    """A finished process.

    Attributes
    ----------
    seconds
        Wall time from its start to its end [s].
    out, err
        What it printed.
    lines
        Seconds after the start at which each line of `err` came, with the line.
    """

    seconds: float
    out: str
    err: str
    lines: tuple[tuple[float, str], ...]


def package_folder() -> Path:
    """The folder that the measured package lies in."""
    import whowhom

    return Path(whowhom.__file__).resolve().parents[1]


def environment(*, package: Path | None = None, cache: Path | None = None) -> dict[str, str]:
    """Variables of a child: the same package as ours (or another copy), our own cache of kernels (or another)."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    kept["PYTHONPATH"] = str(package or package_folder())
    if cache is not None:
        kept["WHOWHOM_CACHE"] = str(cache)
    return kept


def fresh(arguments: Sequence[str], *, variables: Mapping[str, str]) -> Ran:
    """Run Python anew and wait for it.

    Raises
    ------
    ChildError
        It ended with another code than 0.
    """
    start = time.perf_counter()
    with (
        subprocess.Popen(
            [sys.executable, *arguments], env=dict(variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child,
        ThreadPoolExecutor(1) as reader,
    ):
        assert child.stdout is not None
        assert child.stderr is not None
        out = reader.submit(child.stdout.read)
        lines = [(time.perf_counter() - start, line.rstrip("\n")) for line in child.stderr]
        code = child.wait()
        seconds = time.perf_counter() - start
        printed = out.result()
    err = "\n".join(line for _, line in lines)
    if code != 0:
        words = "\n".join(err.splitlines()[-15:])
        raise ChildError(f"'{' '.join(arguments)[:200]}' must end with code 0, got {code}. Its last words:\n{words}")
    return Ran(seconds, printed, err, tuple(lines))


def peak_bytes() -> int:
    """Largest resident memory of this process so far [bytes].

    From the kernel's own note of this program (VmHWM) where there is one. `getrusage` says the same elsewhere, but on Linux it also remembers the process that
    started this one, so that a small child of a large parent looks large.
    """
    noted = _status("VmHWM")
    if noted is not None:
        return noted
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _status(field: str) -> int | None:
    """A field of Linux's notes on this process [bytes]; None on other systems."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    found = next((line for line in text.splitlines() if line.startswith(field + ":")), None)
    return None if found is None else int(found.split()[1]) * 1024


@functools.cache
def _compiled_triad() -> Any:
    """STREAM's triad, compiled with the options of our kernels."""
    import numba

    @numba.njit("void(f8[:], f8[:], f8[:], f8)", nogil=True)
    def triad_of(a: Any, b: Any, c: Any, s: float) -> None:
        for i in range(a.size):
            a[i] = b[i] + s * c[i]

    return triad_of


def triad(threads: int, *, megabytes: int = 64, repeats: int = 5) -> float:
    """Bandwidth of this machine's memory by STREAM's triad a = b + s c, 24 bytes an element, the best of some repeats [GB/s].

    McCalpin 1995, IEEE TCCA Newsletter, 19-25. What is read before it is written (write-allocate) is not counted, as is the custom.

    Parameters
    ----------
    threads
        Python threads, each on arrays of its own [threads].
    megabytes
        Size of each of the three arrays of a thread; together they must be well above the last cache [MB].
    """
    import numpy as np

    length = megabytes * 1_000_000 // 8
    kernel = _compiled_triad()
    arrays = [tuple(np.full(length, float(k)) for k in range(3)) for _ in range(threads)]
    best = float("inf")
    with ThreadPoolExecutor(threads) as hands:
        for _ in range(repeats):
            start = time.perf_counter()
            list(hands.map(lambda abc: kernel(*abc, 3.0), arrays))
            best = min(best, time.perf_counter() - start)
    return threads * length * 24 / best / 1e9
