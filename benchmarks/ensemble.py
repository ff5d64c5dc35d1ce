"""How fast, and how large in memory, an ensemble is: `./dev bench ensemble`.

Every measurement is a fresh process, with compiled kernels on disk, that runs `soviet` by `whowhom.run` into a store that is then removed:

* histories a second with one thread and with all cores, and their ratio; seconds to the first finished batch; bytes of the store a history;
* in one process, an ensemble with one thread between plain Python loops over its first histories: `world.step` alone, with `world.observe` every week, and `world.advance`, which does both for many
  weeks at once and is what an ensemble uses; the ratios, and the share of time that keeping and storing takes;
* the largest resident memory of ensembles of --memory-runs histories of --memory-weeks weeks, and the slope in bytes a history by least squares, with its interval. Flat means: surely
  less than a quarter of what keeping the rows of every history would take. A batch of a store is a twentieth of the experiment, at most 100 histories, and is in memory
  at once when it is written, so memory grows with the batch up to 2,000 histories. The slope is that from 2,000 on.

Exits with 1 if memory is not flat. By default 1,000 histories of 16,384 persons to March 1922 and the memory of 200 to 4,000 short ones: about six minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measuring.figures import Table, cores, machine, machine_line, options, several, show, whole, write_json
from measuring.process import ChildError, environment, fresh, peak_bytes

from whowhom.experiments.intervals import student_quantile

SCENARIO = "soviet"
LEVEL = 0.95
#: Flat: less than this share of a history's own rows for each further history.
FLAT = 0.25
#: From here on batches do not become larger [histories].
FULL_BATCHES = 2000


@dataclass(frozen=True)
class Ensemble:
    """What one process measured.

    Attributes
    ----------
    runs, threads
        Histories, and how many at the same time.
    seconds
        From the call to the finished store [s].
    first_batch
        From the call to the first finished batch [s].
    peak
        Largest resident memory of the process [bytes].
    stored
        Size of the store [bytes].
    rows
        Rows of observables of one history in memory [bytes].
    """

    runs: int
    threads: int
    seconds: float
    first_batch: float
    peak: int
    stored: int
    rows: int


@dataclass(frozen=True)
class Slope:
    """A straight line through memory against the number of histories.

    Attributes
    ----------
    value, error
        Bytes a history, and its standard error; NaN where the points leave no freedom.
    half_width
        Half of the interval at level .95 [bytes a history].
    """

    value: float
    error: float
    half_width: float


def fitted(runs: Sequence[float], memory: Sequence[float]) -> Slope:
    """Fit memory = a + b runs by least squares; b with its standard error and Student's interval."""
    x, y = np.asarray(runs, np.float64), np.asarray(memory, np.float64)
    away = x - x.mean()
    slope = float((away * y).sum() / (away**2).sum())
    freedom = x.size - 2
    if freedom < 1:
        return Slope(slope, math.nan, math.nan)
    rest = y - y.mean() - slope * away
    error = math.sqrt(float((rest**2).sum()) / freedom / float((away**2).sum()))
    return Slope(slope, error, error * student_quantile(0.5 + LEVEL / 2.0, freedom=freedom))


# -- in the child --------------------------------------------------------------------------------------------------


def run_ensemble(*, runs: int, threads: int, persons: int, weeks: int) -> Ensemble:
    """Run one ensemble in this process."""
    import whowhom

    case = whowhom.scenario(SCENARIO)
    batches: list[float] = []
    with tempfile.TemporaryDirectory(prefix="whowhom-ensemble-") as place:
        folder = Path(place) / "store"

        def watch(step: object) -> None:
            if not batches and any(folder.glob("batch-*.done")):
                batches.append(time.perf_counter())

        start = time.perf_counter()
        done = whowhom.run(
            case,
            replicates=runs,
            persons=persons,
            until=case.date_of(weeks).isoformat(),
            store=folder,
            threads=threads,
            progress=watch,
        )
        seconds = time.perf_counter() - start
        stored = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        rows = (weeks + 1) * len(done.store.observables) * 8
    return Ensemble(runs, threads, seconds, batches[0] - start if batches else math.nan, peak_bytes(), stored, rows)


def compare(*, runs: int, persons: int, weeks: int) -> dict[str, Any]:
    """An ensemble with one thread between plain loops over its first histories: what a history takes in each.

    Steps alone, steps with observing, the ensemble, and the two loops again in reverse, so that a machine that becomes slower or faster meanwhile favours neither.

    Returns
    -------
    dict
        `ensemble`, and seconds a history as `step`, `observe` and `advance`, two of each.
    """
    import whowhom

    case, model = whowhom.scenario(SCENARIO), whowhom.model("machine")
    settings = [case.settings.replace(values=values) for values in case.sets] or [case.settings]
    some = len(settings) * max(1, runs // 10 // len(settings))  # each set as often

    def plain(how: str) -> float:
        start = time.perf_counter()
        for k in range(some):
            world = model.build(settings[k % len(settings)], persons=persons, seed=1 + k)
            while world.alive and world.tick < weeks:
                if how == "advance":
                    world.advance(weeks - world.tick)
                    continue
                world.step()
                if how == "observe":
                    world.observe()
        return (time.perf_counter() - start) / some

    plain("observe"), plain("advance")  # whatever the first use of anything costs
    ways = ("step", "observe", "advance")
    before = {how: plain(how) for how in ways}
    ensemble = run_ensemble(runs=runs, threads=1, persons=persons, weeks=weeks)
    after = {how: plain(how) for how in reversed(ways)}
    return {"ensemble": asdict(ensemble), **{how: [before[how], after[how]] for how in ways}}


def child(task: dict[str, Any]) -> None:
    """Do one task in this process and print what came of it as JSON."""
    what = task.pop("what")
    print(json.dumps(asdict(run_ensemble(**task)) if what == "ensemble" else compare(**task)))


# -- in the parent -------------------------------------------------------------------------------------------------


def ask(what: str, **task: int) -> Any:
    """Do one task in a fresh process."""
    words = json.dumps({"what": what, **task})
    ran = fresh([str(Path(__file__).resolve()), "--child", words], variables=environment())
    return json.loads(ran.out.splitlines()[-1])


@dataclass(frozen=True)
class Measured:
    """Everything that was measured.

    Attributes
    ----------
    wide, narrow
        The ensemble with all cores, and with one thread.
    short
        Ensembles of rising numbers of short histories.
    step, observe, advance
        Seconds a history of plain loops beside it: without and with observing, and many weeks at once [s].
    """

    wide: Ensemble
    narrow: Ensemble
    short: list[Ensemble]
    step: float
    observe: float
    advance: float

    @property
    def memory(self) -> Slope:
        """Growth of memory with histories where batches are full; over all of them if fewer than two sizes are that large."""
        full = [one for one in self.short if one.runs >= FULL_BATCHES]
        used = full if len({one.runs for one in full}) > 1 else self.short
        return fitted([one.runs for one in used], [one.peak for one in used])

    @property
    def flat(self) -> bool:
        """Whether memory surely grows by less than a quarter of a history's rows a history."""
        slope = self.memory
        return bool(slope.value + slope.half_width < FLAT * self.short[0].rows)


def measured(asked: argparse.Namespace) -> Measured:
    """All ensembles, with a line of progress after each."""
    long = {"persons": asked.persons, "weeks": asked.weeks}
    brief = {"persons": asked.persons, "weeks": asked.memory_weeks}
    ask("ensemble", runs=1, threads=1, **brief)  # compiles if need be
    wide = told(Ensemble(**ask("ensemble", runs=asked.runs, threads=cores(), **long)))
    beside = ask("compare", runs=asked.runs, **long)
    narrow = told(Ensemble(**beside["ensemble"]))
    tasks = [runs for runs in asked.memory_runs for _ in range(2)]
    short = [told(Ensemble(**ask("ensemble", runs=runs, threads=cores(), **brief))) for runs in tasks]
    ways = {how: statistics.mean(beside[how]) for how in ("step", "observe", "advance")}
    return Measured(wide, narrow, short, **ways)


def told(one: Ensemble) -> Ensemble:
    """The same, with a line of progress."""
    words = f"{one.runs} histories, threads {one.threads}: {one.seconds:.1f} s, {one.peak / 1e6:.0f} MB"
    print(words, file=sys.stderr, flush=True)
    return one


def figures_of(found: Measured) -> dict[str, Any]:
    """All numbers for a program."""
    one_thread, wide = (one.runs / one.seconds for one in (found.narrow, found.wide))
    each = found.narrow.seconds / found.narrow.runs
    return {
        "histories_per_second": {"1": one_thread, str(found.wide.threads): wide},
        "threads_ratio": wide / one_thread,
        "first_batch_seconds": found.wide.first_batch,
        "store_bytes_per_history": found.wide.stored / found.wide.runs,
        "peak_bytes": found.wide.peak,
        "seconds_per_history": {
            "step": found.step,
            "step_and_observe": found.observe,
            "advance": found.advance,
            "ensemble": each,
        },
        "ensemble_to_steps": each / found.step,
        "ensemble_to_steps_and_observing": each / found.observe,
        "store_share": 1.0 - found.advance / each,
        "memory_slope_bytes_per_history": asdict(found.memory),
        "memory_rows_bytes": found.short[0].rows,
        "flat": found.flat,
        "ensembles": [asdict(one) for one in (found.wide, found.narrow, *found.short)],
    }


def tables(found: Measured, figures: dict[str, Any], asked: argparse.Namespace) -> list[Table]:
    """Everything for people."""
    each, speed = figures["seconds_per_history"], figures["histories_per_second"]
    main = [
        *([f"histories a second, {n} thread{'' if n == '1' else 's'}", f"{speed[n]:.1f}"] for n in speed),
        ["ratio", f"{figures['threads_ratio']:.2f}"],
        [f"first finished batch of {asked.runs} histories [s]", f"{figures['first_batch_seconds']:.2f}"],
        ["largest resident memory [MB]", f"{figures['peak_bytes'] / 1e6:.0f}"],
        ["store [kB a history]", f"{figures['store_bytes_per_history'] / 1e3:.1f}"],
        ["plain loop of steps, 1 thread [ms a history]", f"{1e3 * each['step']:.1f}"],
        ["the same, observing every week [ms a history]", f"{1e3 * each['step_and_observe']:.1f}"],
        ["many weeks at once, observed [ms a history]", f"{1e3 * each['advance']:.1f}"],
        ["ensemble into a store, 1 thread [ms a history]", f"{1e3 * each['ensemble']:.1f}"],
        ["ensemble, times the loop of steps", f"{figures['ensemble_to_steps']:.3f}"],
        ["ensemble, times the loop that observes", f"{figures['ensemble_to_steps_and_observing']:.3f}"],
        ["keeping and storing [share of the ensemble]", f"{figures['store_share']:.1%}"],
    ]
    peaks = {n: [one.peak / 1e6 for one in found.short if one.runs == n] for n in asked.memory_runs}
    slope = found.memory
    growth = [
        *([f"{n:,} histories [MB]", f"{min(own):.1f}", f"{max(own):.1f}"] for n, own in peaks.items()),
        ["slope [bytes a history]", f"{slope.value:,.0f}", f"± {slope.half_width:,.0f}"],
        ["all rows kept would be [bytes a history]", f"{figures['memory_rows_bytes']:,}", ""],
        ["flat", "yes" if found.flat else "NO", ""],
    ]
    title = f"Ensemble of {asked.runs:,} histories of {SCENARIO}, {asked.persons:,} persons, {asked.weeks} weeks"
    resident = f"Largest resident memory, histories of {asked.memory_weeks} weeks, {found.wide.threads} threads; {LEVEL:.0%} interval of the slope"
    return [Table(title, ["", "measured"], main), Table(resident, ["", "least", "most"], growth)]


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = options("ensemble", __doc__)
    add = parser.add_argument
    runs = whole(2, 1_000_000, why="It is a number of histories.")
    add("--runs", type=runs, default=1000, help="histories (default 1000)")
    add(
        "--persons",
        type=whole(10_000, 2**27, why="With fewer, rare strata are empty."),
        default=16_384,
        help="(default 16384)",
    )
    add("--weeks", type=whole(1, 2000, why="225 weeks end in March 1922."), default=225, help="(default 225)")
    add("--memory-runs", type=several(runs, fewest=2, why="A slope needs two: 2000,4000."), default=[200, 1000, 2000, 4000],
        metavar="N,N,...", help="histories whose memory is compared (default 200,1000,2000,4000)")  # fmt: skip
    add(
        "--memory-weeks",
        type=whole(1, 2000, why="Short ones will do: 26."),
        default=26,
        help="their length (default 26)",
    )
    add("--child", type=json.loads, help=argparse.SUPPRESS)
    return parser.parse_args(words)


def measure(asked: argparse.Namespace) -> int:
    """Print the tables and write the figures; the exit code."""
    facts = machine()
    found = measured(asked)
    figures = figures_of(found)
    print(machine_line(facts), end="\n\n")
    show(tables(found, figures, asked), markdown=asked.markdown)
    write_json(
        asked.json,
        {
            "asked": {
                name: getattr(asked, name) for name in ("runs", "persons", "weeks", "memory_runs", "memory_weeks")
            },
            "machine": facts,
            **figures,
        },
    )
    if not found.flat:
        slope = found.memory
        print(
            f"Broken: memory must surely grow by less than {FLAT * figures['memory_rows_bytes']:,.0f} bytes a history, "
            f"got {slope.value:,.0f} ± {slope.half_width:,.0f}."
        )
    return int(not found.flat)


def main(words: Sequence[str] | None = None) -> int:
    """Measure; a child that broke is code 1."""
    asked = arguments(words)
    if asked.child is not None:
        child(asked.child)
        return 0
    try:
        return measure(asked)
    except ChildError as error:
        print(f"./dev bench ensemble: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing is kept.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
