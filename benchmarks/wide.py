"""One experiment in four ways, and what each is worth: `./dev bench wide`.

The same histories of `soviet`, each time into a store of its own, with compiled kernels on disk:

* one thread: `whowhom resume DIR --threads 1`;
* threads: the same with all cores;
* parts: as many processes at once, `whowhom worker DIR --part 1/N` to N/N;
* Dask: `whowhom.resume` with the client of a LocalCluster of as many processes of one thread each.

Each way is timed from the start of its first process to the end of its last. Its *start* is the same with one history of one week for each core, which starts, imports and loads
everything and plays next to nothing. Histories a second are of the rest: histories over the time less the start just before. All ways are gone through --repeats times, every second time in reverse, so that
a machine that becomes slower or faster meanwhile favours none. At the end everything in the stores, times apart, is hashed: the bits must be the same. Exits with 1 if they are not.
By default 200 histories of 16,384 persons to March 1922: about two minutes on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring.figures import Table, cores, machine, machine_line, options, show, whole, write_json
from measuring.process import ChildError, environment, fresh

SCENARIO = "soviet"
MAIN = "from whowhom.cli.main import main; main()"
ONE = "one thread"


@dataclass(frozen=True)
class Way:
    """What one way took.

    Attributes
    ----------
    starts, seconds
        With next to nothing to play, and with all histories; one of each for each repeat [s].
    """

    starts: list[float]
    seconds: list[float]

    @property
    def start(self) -> float:
        """The start, median [s]."""
        return statistics.median(self.starts)

    def speeds(self, runs: int) -> list[float]:
        """Histories a second after the start, one for each repeat; NaN where there was nothing but the start."""
        rests = (seconds - start for start, seconds in zip(self.starts, self.seconds, strict=True))
        return [runs / rest if rest > 0.0 else math.nan for rest in rests]


# -- the four ways -------------------------------------------------------------------------------------------------


def command(*words: str) -> None:
    """Run `whowhom` in a fresh process."""
    fresh(["-c", MAIN, *words], variables=environment())


def in_threads(folder: Path, threads: int) -> None:
    """Play in threads of one process."""
    command("resume", str(folder), "--threads", str(threads))


def in_parts(folder: Path, hands: int) -> None:
    """Play in processes that know nothing of each other."""
    with ThreadPoolExecutor(hands) as side_by_side:
        parts = (f"{number}/{hands}" for number in range(1, hands + 1))
        list(side_by_side.map(lambda part: command("worker", str(folder), "--part", part), parts))


def on_dask(folder: Path, hands: int) -> None:
    """Play on a cluster of this machine, started and ended by a fresh process."""
    fresh([str(Path(__file__).resolve()), "--child", str(folder), str(hands)], variables=environment())


def child(folder: str, hands: str) -> None:
    """Be that process."""
    from distributed import Client, LocalCluster

    import whowhom

    sizes: dict[str, Any] = {"n_workers": int(hands), "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(**sizes) as cluster, Client(cluster) as client:
        client.wait_for_workers(int(hands))
        whowhom.resume(folder, client=client)


def ways(hands: int) -> dict[str, Callable[[Path], None]]:
    """All ways, by the names that the table has."""
    return {
        ONE: lambda folder: in_threads(folder, 1),
        f"{hands} threads": lambda folder: in_threads(folder, hands),
        f"{hands} parts": lambda folder: in_parts(folder, hands),
        f"Dask, {hands} processes": lambda folder: on_dask(folder, hands),
    }


# -- measuring -----------------------------------------------------------------------------------------------------


def laid_out(folder: Path, *, persons: int, runs: int, weeks: int) -> Path:
    """Write an experiment down."""
    import whowhom
    from whowhom.api import plan

    until = whowhom.scenario(SCENARIO).date_of(weeks).isoformat()
    return plan(SCENARIO, persons=persons, replicates=runs, until=until, store=folder).lay_out().folder


def hash_of(folder: Path) -> str:
    """Hash of everything that a store holds, times and names of programs apart, in the order of its tables."""
    from whowhom.store.reader import Store

    store = Store.open(folder)
    digest = hashlib.sha256()
    for table in (store.weeks(), store.runs().drop(columns=["seconds", "code", "program"]), store.failures()[["seed"]]):
        for name in table:
            values = table[name].to_numpy()
            kept = values.tobytes() if values.dtype.kind in "iufM" else "\0".join(map(str, values)).encode()
            digest.update(f"{name}\0{len(values)}\0".encode() + kept)
    return digest.hexdigest()


def measured(asked: argparse.Namespace) -> tuple[dict[str, Way], list[str]]:
    """Go all ways, with a line of progress after each; return what they took and the hashes of their stores."""
    hands, found = asked.processes, {name: Way([], []) for name in ways(asked.processes)}
    hashes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="whowhom-wide-") as place:
        in_threads(laid_out(Path(place) / "warm", persons=asked.persons, runs=1, weeks=1), 1)  # compiles if need be
        for repeat in range(asked.repeats):
            order = list(ways(hands).items())
            for name, go in order if repeat % 2 == 0 else order[::-1]:
                small, large = (Path(place) / f"{size}-{repeat}-{name[:4]}{len(hashes)}" for size in ("small", "large"))
                laid_out(small, persons=asked.persons, runs=hands, weeks=1)
                laid_out(large, persons=asked.persons, runs=asked.runs, weeks=asked.weeks)
                found[name].starts.append(timed(go, small))
                found[name].seconds.append(timed(go, large))
                hashes.append(hash_of(large))
                words = f"{name}: start {found[name].starts[-1]:.1f} s, {found[name].seconds[-1]:.1f} s in all"
                print(words, file=sys.stderr, flush=True)
    return found, hashes


def timed(go: Callable[[Path], None], folder: Path) -> float:
    """How long one way takes for one store [s]."""
    begun = time.perf_counter()
    go(folder)
    return time.perf_counter() - begun


def figures_of(found: dict[str, Way], hashes: Sequence[str], *, runs: int) -> dict[str, Any]:
    """All numbers for a program."""
    speed = {name: statistics.median(way.speeds(runs)) for name, way in found.items()}
    return {
        "histories_per_second": speed,
        "least_and_most": {name: [min(way.speeds(runs)), max(way.speeds(runs))] for name, way in found.items()},
        "times_one_thread": {name: speed[name] / speed[ONE] for name in found},
        "start_seconds": {name: way.start for name, way in found.items()},
        "seconds": {name: {"starts": way.starts, "in_all": way.seconds} for name, way in found.items()},
        "stores": len(hashes),
        "hashes": sorted(set(hashes)),
        "same": len(set(hashes)) == 1,
    }


def table(figures: dict[str, Any], asked: argparse.Namespace) -> Table:
    """Everything for people."""
    rows = [
        [
            name,
            f"{figures['start_seconds'][name]:.1f}",
            f"{speed:.1f}",
            "{:.1f} to {:.1f}".format(*figures["least_and_most"][name]),
            f"{figures['times_one_thread'][name]:.2f}",
        ]
        for name, speed in figures["histories_per_second"].items()
    ]
    bits = f"the same in all {figures['stores']} stores" if figures["same"] else f"{len(figures['hashes'])} KINDS"
    rows.append(["bits", "", bits, figures["hashes"][0][:8], ""])
    title = f"{asked.runs:,} histories of {SCENARIO}, {asked.persons:,} persons, {asked.weeks} weeks; medians of {asked.repeats}"
    return Table(title, ["way", "start [s]", "histories a second", "least and most", "times one thread"], rows)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = options("wide", __doc__)
    add = parser.add_argument
    add("--runs", type=whole(2, 1_000_000, why="It is a number of histories."), default=200, help="histories (default 200)")  # fmt: skip
    persons = whole(10_000, 2**27, why="With fewer, rare strata are empty.")
    add("--persons", type=persons, default=16_384, help="(default 16384)")
    add("--weeks", type=whole(1, 2000, why="225 weeks end in March 1922."), default=225, help="(default 225)")
    add("--repeats", type=whole(1, 1000, why="Three will do."), default=3, help="(default 3)")
    hands = whole(1, 1024, why="Use the cores that you have.")
    add("--processes", type=hands, default=cores(), metavar="N", help="threads, parts and Dask processes (default: all cores)")  # fmt: skip
    add("--child", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args(words)


def measure(asked: argparse.Namespace) -> int:
    """Print the table and write the figures; the exit code."""
    import distributed  # noqa: F401  # said before minutes of measuring, not after

    facts = machine()
    figures = figures_of(*measured(asked), runs=asked.runs)
    print(machine_line(facts), end="\n\n")
    show([table(figures, asked)], markdown=asked.markdown)
    kept = {name: getattr(asked, name) for name in ("runs", "persons", "weeks", "repeats", "processes")}
    write_json(asked.json, {"asked": kept, "machine": facts, **figures})
    if not figures["same"]:
        print(f"Broken: all stores must hold the same bits, got {len(figures['hashes'])} kinds.")
    return int(not figures["same"])


def main(words: Sequence[str] | None = None) -> int:
    """Measure; a process that broke, or no Dask, is code 1."""
    asked = arguments(words)
    if asked.child is not None:
        child(*asked.child)
        return 0
    try:
        return measure(asked)
    except ImportError as error:
        print(f"./dev bench wide: needs Dask, got: {error}. ./dev installs it.", file=sys.stderr)
        return 1
    except ChildError as error:
        print(f"./dev bench wide: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing is kept.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
