"""Do totals and rates drift with the number of simulated persons? `./dev bench size`.

Fewer persons are a thinner sample of the same country, so survival, victims and rates must be the same at every size but for luck. The command lives a
scenario at sizes from 16,384 to 16,777,216 persons, each with seeds of its own, and prints means with standard errors, the spread between histories, and tests of drift: the slope on
log2(size), and every size less the largest. Two groups of parameter sets are lived.

plausible sets   The first five of the scenario (the sixteen of `soviet` descend from five draws of the priors; the first five are one of each). The
                 error is that of luck inside these sets. They decide about victims, and say little about survival, since all of them survive.
draws            Draws from the priors, the same at every size, up to --draws-up-to persons; about a third of them fall. The error covers the choice of
                 draws. They decide about survival.

Seeds are chosen for about equal cost at every size. Ratios of insiders are ratios of means: the observables count communities of the party and of cadres.
Founders are drawn among insiders and no rule treats them otherwise, so their rate is that of insiders on average; no observable counts them apart.

The chance that anything is marked in a table without any drift is --alarm (5 %), shared out over all its tests. As a control a drift of --planted (2 % a doubling) is
planted into the arrests of the same histories, their own drift taken out: a run that does not find it is too small to say anything. The last column of a table of
drift is the size from which on the project says that there is none: the smallest size for a claim that uses the outcome. The command exits with 1 if an outcome
drifts at such a size beyond error and by more than --tolerance.

About five minutes on two cores by default. 134,217,728 persons (2^27) by hand, with 2 GB a history: --sizes 131072,1048576,16777216,134217728 --sets 1 --draws 0 --threads 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from measuring.comparison import Comparison, broken, compare_draws, compare_sets, drifts_of, planted
from measuring.drift import TooFewError
from measuring.figures import (
    Table,
    cores,
    machine,
    machine_line,
    options,
    several,
    share,
    show,
    whole,
    write_json,
)
from measuring.samples import FALLS, OUTCOMES, Outcome, Sample, means, prior_sets, sample, seeds_at
from measuring.size_tables import draws_table, drift_table, means_table, spread_table

import whowhom
from whowhom.engine.scenario import Scenario
from whowhom.errors import WhowhomError

SIZES = tuple(2**k for k in (14, 15, 16, 17, 18, 20, 22, 24))
CONTROL = OUTCOMES[1]

#: What is added to the seeds of draws, so that they are not those of plausible sets.
APART = 500_001


@dataclass(frozen=True)
class Cases:
    """What is lived at every size: plausible sets many times each, or draws from the priors once.

    Attributes
    ----------
    name
        For progress and folders.
    sets
        Parameter sets; none is the scenario's own values.
    runs
        Size -> histories of each set.
    outcomes
        What is compared.
    drawn
        Whether they are draws, each compared with itself.
    """

    name: str
    sets: Sequence[Mapping[str, float]]
    runs: Mapping[int, int]
    outcomes: tuple[Outcome, ...]
    drawn: bool

    @property
    def number(self) -> int:
        """Parameter sets."""
        return max(1, len(self.sets))


def cases_of(case: Scenario, asked: argparse.Namespace) -> list[Cases]:
    """The plausible sets, and the draws if any are wanted at two sizes or more."""
    runs = {size: seeds_at(size, seeds=asked.seeds) for size in asked.sizes}
    found = [Cases("sets", case.sets[: asked.sets], runs, OUTCOMES, drawn=False)]
    small = [size for size in asked.sizes if size <= asked.draws_up_to]
    if asked.draws and len(small) > 1:
        found.append(Cases("draws", prior_sets(case, asked.draws), dict.fromkeys(small, 1), FALLS, drawn=True))
    return found


def lived(case: Scenario, cases: Cases, asked: argparse.Namespace, place: Path) -> list[Sample]:
    """The histories of every size, with a line of progress after each."""
    result = []
    for size, seeds in cases.runs.items():
        start = time.perf_counter()
        one = sample(
            case,
            sets=cases.sets,
            size=size,
            seeds=seeds,
            weeks=asked.weeks,
            seed=asked.seed + APART * cases.drawn,
            store=place / f"{cases.name}-{size}",
            threads=asked.threads,
        )
        failed = f", {one.failed} failed and are in no figure" if one.failed else ""
        say(f"{cases.name}, {size:,} persons: {one.runs} histories in {time.perf_counter() - start:.0f} s{failed}")
        result.append(one)
    return result


def say(text: str) -> None:
    """Print to standard error, which is for people and never part of a result."""
    print(text, file=sys.stderr, flush=True)


def probed(case: Scenario, weeks: int) -> tuple[float, float]:
    """Seconds of a history of nobody, and of each person more, from the first weeks of two worlds; compiles if need be."""
    model, sizes, tried = whowhom.model(case.model), (16_384, 262_144), min(weeks, 26)
    model.build(case.settings, persons=sizes[0], seed=0).step()
    seconds = []
    for size in sizes:
        start = time.perf_counter()
        world = model.build(case.settings, persons=size, seed=0)
        for _ in range(tried):
            world.step()
            world.observe()
        seconds.append((time.perf_counter() - start) * weeks / tried)
    each = max(0.0, (seconds[1] - seconds[0]) / (sizes[1] - sizes[0]))
    return max(0.0, seconds[0] - each * sizes[0]), each


def plan(case: Scenario, all_cases: Sequence[Cases], asked: argparse.Namespace) -> None:
    """Say what will run and about how long it takes."""
    fixed, each = probed(case, asked.weeks)
    seconds = 0.0
    for cases in all_cases:
        runs = {size: cases.number * seeds for size, seeds in cases.runs.items()}
        seconds += sum(n * (fixed + each * size) for size, n in runs.items())
        say(f"{cases.name}: " + ", ".join(f"{n:,} x {size:,}" for size, n in runs.items()))
    hands = asked.threads or cores()
    say(
        f"About {2.0 * seconds / hands:.0f} s on {hands} cores, taking later weeks for twice as dear as the first ones."
    )


def compared(cases: Cases, samples: Sequence[Sample], asked: argparse.Namespace) -> tuple[list[Table], Comparison]:
    """The tables of one group, and its tests."""
    if cases.drawn:
        found = compare_draws(samples, cases.outcomes, draws=cases.number, alarm=asked.alarm)
        title = f"{found.draws} draws from the priors of {asked.scenario}, {asked.weeks} weeks"
        shown = [draws_table(samples, cases.outcomes, draws=cases.number, title=title)]
    else:
        found = compare_sets(samples, cases.outcomes, alarm=asked.alarm)
        title = f"Plausible sets of {asked.scenario} (the first {cases.number}), {asked.weeks} weeks"
        shown = [means_table(samples, cases.outcomes, title=title), spread_table(samples, cases.outcomes)]
    title = (
        f"Drift ({cases.name}): slope on log2(size), and each size less the largest; intervals that hold together in "
        f"{1.0 - asked.alarm:.0%} ({len(found.drifts)} tests, false-alarm rate {found.alarm:.2g} each); * beyond error"
    )
    shown.insert(1, drift_table(found.drifts, cases.outcomes, title=title))
    return shown, found


def controlled(samples: Sequence[Sample], asked: argparse.Namespace, *, alarm: float) -> dict[str, Any]:
    """Plant a drift and test for it: the slope planted and found, half of the interval, whether it was found."""
    test = drifts_of(planted(samples, CONTROL, per_doubling=asked.planted), CONTROL, alarm=alarm)[0]
    half = test.estimate.half_width(alarm)
    return {"planted": asked.planted, "slope": test.estimate.value, "half_width": half, "found": test.found}


def figures_of(cases: Cases, samples: Sequence[Sample], found: Comparison) -> dict[str, Any]:
    """All numbers of a group for a program."""
    sizes: dict[str, Any] = {
        str(one.size): {"histories": one.runs, "failed": one.failed, "core_seconds": one.seconds} for one in samples
    }
    for outcome in cases.outcomes:
        if cases.drawn:
            shown = [{"value": float(one.values[outcome.name].mean())} for one in samples]
        else:
            shown = [asdict(mean) for mean in means(samples, outcome)]
        for one, mean in zip(samples, shown, strict=True):
            sizes[str(one.size)][outcome.name] = mean
    tests = [
        asdict(drift) | {"found": drift.found, "half_width": drift.estimate.half_width(drift.alarm)}
        for drift in found.drifts
    ]
    return {"sizes": sizes, "tests": tests, "alarm_each": found.alarm, "draws": found.draws}


# -- the command ---------------------------------------------------------------------------------------------------


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = options("size", __doc__)
    size = whole(10_000, 2**27, why="Fewer persons than 10,000 leave rare strata empty; 2^27 is nearly everybody.")
    add = parser.add_argument
    add("--sizes", type=several(size, fewest=2, why="Write them with commas: 16384,65536."), default=list(SIZES),
        metavar="N,N,...", help="simulated persons; %(default)s by default")  # fmt: skip
    add("--seeds", type=whole(2, 100_000, why="Luck is not seen in one history."), default=24,
        help="histories of each plausible set at 131,072 persons; more at smaller sizes, for equal cost (default 24)")  # fmt: skip
    add("--weeks", type=whole(1, 2000, why="225 weeks end in March 1922."), default=225, help="length (default 225)")
    add("--scenario", default="soviet", help="name or path (default soviet)")
    add("--sets", type=whole(1, 1000, why="It is the number of the scenario's plausible sets to use."), default=5,
        help="plausible sets, the first ones (default 5)")  # fmt: skip
    add(
        "--draws",
        type=whole(0, 10_000, why="0 leaves them out."),
        default=100,
        help="draws from the priors (default 100; 0: none)",
    )
    add("--draws-up-to", type=size, default=2**18, metavar="N", help="largest size of the draws (default 262,144)")
    add("--seed", type=whole(0, 500_000, why="It is added to the seeds of every size."), default=1, help="(default 1)")
    add("--alarm", type=share, default=0.05, help="chance that a table has a false mark (default 0.05)")
    add("--planted", type=share, default=0.02, help="drift a doubling that is planted as a control (default 0.02)")
    add("--tolerance", type=share, default=0.05, help="drift that is small enough, as a share (default 0.05)")
    add(
        "--threads",
        type=whole(1, 4096, why="Leave it out for all cores."),
        help="histories at the same time (default: cores)",
    )
    add("--store", type=Path, metavar="FOLDER", help="keep all histories here; the same command continues there")
    asked = parser.parse_args(words)
    if asked.draws == 1:
        parser.error("argument --draws: must be 0 or at least 2, got '1'. One draw has no spread.")
    return asked


@contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    """The folder of all stores: a lasting one, or one that is removed."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="whowhom-size-") as place:
        yield Path(place)


def measure(asked: argparse.Namespace) -> int:
    """Live all histories, print the tables, write the figures; the exit code."""
    case = whowhom.scenario(asked.scenario)
    all_cases = cases_of(case, asked)
    plan(case, all_cases, asked)
    facts, start = machine(), time.perf_counter()
    tables: list[Table] = []
    asked_for = {name: value for name, value in vars(asked).items() if name not in ("json", "markdown", "store")}
    figures: dict[str, Any] = {"asked": asked_for, "machine": facts}
    bad = []
    with folder(asked.store) as place:
        for cases in all_cases:
            samples = lived(case, cases, asked, place)
            shown, found = compared(cases, samples, asked)
            tables += shown
            figures[cases.name] = figures_of(cases, samples, found)
            bad += broken(found.drifts, cases.outcomes, tolerance=asked.tolerance)
            if not cases.drawn:
                figures["control"] = controlled(samples, asked, alarm=found.alarm)
    figures["broken"] = [asdict(drift) for drift in bad]
    print(machine_line(facts), end="\n\n")
    show(tables, markdown=asked.markdown)
    print(control_line(figures["control"]))
    for drift in bad:
        value = f"{100 * drift.estimate.value:+.1f} {'points' if drift.absolute else '%'}"
        print(f"Broken: {drift.outcome} at {drift.what} persons must be as at the largest size, got {value}.")
    say(f"{time.perf_counter() - start:.0f} s")
    write_json(asked.json, figures)
    return int(bool(bad))


def control_line(control: Mapping[str, Any]) -> str:
    """The control in words."""
    found = "found" if control["found"] else "NOT found: this run is too small to say anything; ask for more --seeds"
    interval = f"{100 * control['slope']:+.1f} ± {100 * control['half_width']:.1f} %"
    return f"Control: {control['planted']:.1%} a doubling planted into {CONTROL.name}: {interval}, {found}."


def main(words: Sequence[str] | None = None) -> int:
    """Measure; what a user can cause is one line and code 2."""
    asked = arguments(words)
    try:
        return measure(asked)
    except (WhowhomError, TooFewError) as error:
        print(f"./dev bench size: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        kept = f" What is finished is kept in '{asked.store}'; the same command continues." if asked.store else ""
        print(f"interrupted.{kept}", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
