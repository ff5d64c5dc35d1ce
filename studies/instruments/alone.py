"""What one instrument does alone: on against off from a kept state, with the same luck.

    python studies/instruments/alone.py NAME [--figure FILE.svg] [--set PARAMETER=VALUE ...] [--observables A,B] [--scenario S] [--persons N] [--from WEEK] [--weeks N]
        [--seeds N]

Each history lives as the scenario says until `--from`. Its state is kept there; from it the same weeks are lived twice, once with the instrument on and once with it off,
and nothing else different. Prints a table: means of both arms, the mean paired difference, and its 95 % interval (Student's t over histories). Flows and shares are means over
the weeks lived, stocks and totals are those of the last week. If a regime falls, both arms are compared up to the week in which the first of them fell.
With `--figure` the same histories are drawn as well, week by week (`figure.py`); the file is the same to the last byte whenever it is made again.

What an instrument is, in which circumstances it is looked at, and the observables it is expected to change stand in the `.toml` files beside this one, a table for each:
`switches` (off in one arm, on in the other), `on` (parameters of the arm with the instrument), `both` (parameters of both arms from `--from` on), `also` (switches
that are on in both arms from then on), `start` (parameters of the whole history, its building included), `observables`, and of these `panels`, which are drawn.
"""

from __future__ import annotations

import argparse
import math
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import figure
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from whowhom import scenario
from whowhom.engine.settings import Settings
from whowhom.errors import UnknownNameError, WhowhomError, nearest
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.world import MachineWorld

HERE = Path(__file__).resolve().parent
FIRST_SEED = 501
MOST = 4
"""Rows of a figure at most."""
COLUMNS = {x.name: k for k, x in enumerate(MACHINE.observables)}
_AVERAGED = ("flow", "share")


@dataclass(frozen=True)
class Instrument:
    """One instrument, the circumstances in which it is looked at, and what it is expected to change."""

    name: str
    switches: tuple[str, ...] = ()
    on: Mapping[str, float] = field(default_factory=dict)
    both: Mapping[str, float] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    start: Mapping[str, float] = field(default_factory=dict)
    observables: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()

    def arms(self, base: Settings, week: int) -> tuple[Settings, Settings]:
        """Settings without and with it from a week on."""
        without = base.replace(self.both, off=self.switches, on=self.also, from_tick=week)
        return without, base.replace({**self.both, **self.on}, on=(*self.also, *self.switches), from_tick=week)


@dataclass(frozen=True)
class Effect:
    """What it does to one observable; `low` and `high` are the 95 % interval of the mean paired difference."""

    observable: str
    off: float
    on: float
    difference: float
    low: float
    high: float


def instruments(folder: Path = HERE) -> dict[str, Instrument]:
    """Every instrument that is described in a folder."""
    found: dict[str, Instrument] = {}
    for path in sorted(folder.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            lists = {key: tuple(table.get(key, ())) for key in ("switches", "observables", "panels", "also")}
            found[name] = Instrument(
                name, on=table.get("on", {}), both=table.get("both", {}), start=table.get("start", {}), **lists
            )
    return found


def live(world: MachineWorld, settings: Settings, weeks: int) -> NDArray[np.float64]:
    """Live on under other settings, at most so many weeks; the observables after each, float64 [weeks lived, observables]."""
    world.change(settings)
    rows: list[NDArray[np.float64]] = []
    end = world.tick + weeks
    while world.alive and world.tick < end:
        rows.append(world.advance(end - world.tick))
    return np.concatenate(rows)


def twins(
    instrument: Instrument, base: Settings, *, persons: int, seed: int, start: int, weeks: int
) -> NDArray[np.float64] | None:
    """Observables after each week of both arms of one history, float64 [2, weeks both stood, observables]; None if the regime falls before the arms part."""
    world = MACHINE.build(base, persons=persons, seed=seed)
    if start:
        live(world, base, start)
    if not world.alive:
        return None
    kept = world.snapshot()
    arms = []
    for settings in instrument.arms(base, start):
        world.restore(kept)
        arms.append(live(world, settings, weeks))
    shared = min(len(rows) for rows in arms)
    return np.stack([rows[:shared] for rows in arms])


def summed_up(weekly: NDArray[np.float64]) -> NDArray[np.float64]:
    """One number for each arm and observable, float64 [2, observables]: flows and shares are means, stocks and totals those of the last week."""
    averaged = np.array([x.kind in _AVERAGED for x in MACHINE.observables])
    return np.where(averaged, weekly.mean(axis=1), weekly[:, -1])


def effects(pairs: Sequence[NDArray[np.float64]], observables: Sequence[str]) -> list[Effect]:
    """Mean paired differences with their intervals; `pairs` are those of at least two histories, summed up."""
    table = np.stack(pairs)
    t = float(stats.t.isf(0.025, len(pairs) - 1))
    found = []
    for name in observables:
        off, on = table[:, 0, COLUMNS[name]], table[:, 1, COLUMNS[name]]
        mean = float(np.mean(on - off))
        half = t * float(np.std(on - off, ddof=1)) / math.sqrt(len(pairs))
        found.append(Effect(name, float(off.mean()), float(on.mean()), mean, mean - half, mean + half))
    return found


def markdown(found: Sequence[Effect]) -> str:
    """The table."""
    units = {x.name: x.unit for x in MACHINE.observables}
    lines = ["| observable | unit | off | on | difference | 95 % interval |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [
        f"| {x.observable} | {units[x.observable]} | {x.off:.4g} | {x.on:.4g} | {x.difference:+.3g} | {x.low:+.3g} to {x.high:+.3g} |"
        for x in found
    ]
    return "\n".join(lines)


def circumstances(instrument: Instrument) -> Iterator[str]:
    """What both arms, or the one with it, have beside the instrument's switch: a line for each kind."""
    for words, values in (
        ("from the start: ", instrument.start),
        ("with it: ", instrument.on),
        ("both arms: ", instrument.both),
    ):
        if values:
            yield words + ", ".join(f"{name} = {value:g}" for name, value in values.items())
    if instrument.also:
        yield "on in both arms: " + ", ".join(instrument.also)


def pictured(
    path: Path, asked: argparse.Namespace, instrument: Instrument, weekly: Sequence[NDArray[np.float64]]
) -> None:
    """Draw the observables of a figure; the table of the same histories is its description."""
    names = asked.observables.split(",")[:MOST] if asked.observables else instrument.panels
    declared = {x.name: x for x in MACHINE.observables}
    found = effects([summed_up(rows) for rows in weekly], names)
    panels = [
        figure.Panel(
            x.observable,
            declared[x.observable].unit,
            declared[x.observable].kind in _AVERAGED,
            *figure.courses(weekly, COLUMNS[x.observable]),
            *(x.difference, x.low, x.high),
        )
        for x in found
    ]
    fallen = sum(rows.shape[1] < asked.weeks for rows in weekly)
    heading = f"{instrument.name}: with it and without it from week {asked.start}"
    foot = [
        f"{asked.scenario}, {asked.persons:,} persons, {len(weekly)} pairs of histories with the same luck"
        + (f" ({fallen} of them shorter: a regime fell)" if fallen else "")
        + ". Lines are means; the shade is the 95 % interval of the mean difference, each week by itself; the numbers above it are the table's.",
        *circumstances(instrument),
    ]
    drawn = figure.draw(panels, start=asked.start, heading=heading, foot=foot)
    figure.save(drawn, path, title=heading, description=markdown(found))


def known(name: str, among: Sequence[str], what: str) -> str:
    """A name that exists, or one clear error."""
    if name not in among:
        near = ", ".join(nearest(name, tuple(among))) or ", ".join(sorted(among))
        raise UnknownNameError(f"{what} must be one that exists, got {name!r}. Nearest: {near}.")
    return name


def _assigned(texts: Sequence[str]) -> dict[str, float]:
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise WhowhomError(
                f"'--set' must be PARAMETER=NUMBER, got {text!r}. Say for instance informers.precision=0.5."
            ) from None
    return found


def chosen() -> argparse.Namespace:
    """What is asked for on the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", help="an instrument described beside this script")
    options.add_argument("--set", action="append", default=[], metavar="PARAMETER=VALUE", help="of the arm with it")
    options.add_argument("--observables", default="", metavar="A,B")
    options.add_argument("--figure", type=Path, metavar="FILE.svg", help="draw it too")
    options.add_argument("--scenario", default="soviet")
    options.add_argument("--persons", type=int, default=262_144)
    options.add_argument("--from", dest="start", type=int, default=104, metavar="WEEK")
    options.add_argument("--weeks", type=int, default=52)
    options.add_argument("--seeds", type=int, default=24)
    asked = options.parse_args()
    if asked.figure is not None and not (asked.figure.suffix == ".svg" and asked.figure.parent.is_dir()):
        raise WhowhomError(
            f"'--figure' must be a file in a folder that exists and end in .svg, got {str(asked.figure)!r}. Say for instance threats.svg."
        )
    for name, least in (("persons", 1), ("start", 0), ("weeks", 1), ("seeds", 2)):
        if getattr(asked, name) < least:
            raise WhowhomError(
                f"'--{'from' if name == 'start' else name}' must be at least {least}, got {getattr(asked, name)}."
            )
    return asked


def main() -> None:
    """Print the table of one instrument."""
    asked, described = chosen(), instruments()
    instrument = described[known(asked.name, tuple(described), "The instrument")]
    instrument = replace(instrument, on={**instrument.on, **_assigned(asked.set)})
    observables = asked.observables.split(",") if asked.observables else instrument.observables
    for name in observables:
        known(name, tuple(COLUMNS), "An observable")
    base = scenario(asked.scenario).settings.replace(instrument.start)
    seeds = range(FIRST_SEED, FIRST_SEED + asked.seeds)
    size = {"persons": asked.persons, "start": asked.start, "weeks": asked.weeks}
    weekly = [x for seed in seeds if (x := twins(instrument, base, seed=seed, **size)) is not None]
    if len(weekly) < 2:
        raise WhowhomError(
            f"Two histories must last until week {asked.start}, got {len(weekly)}. Ask for more seeds or an earlier week."
        )
    print(
        f"{instrument.name} on against off in {asked.scenario}: {asked.persons:,} persons, weeks {asked.start} to {asked.start + asked.weeks},"
    )
    print(f"{len(weekly)} of {asked.seeds} histories (seeds {seeds[0]} to {seeds[-1]}) that stood until then")
    for line in circumstances(instrument):
        print(line)
    print("\n" + markdown(effects([summed_up(rows) for rows in weekly], observables)))
    if asked.figure is not None:
        pictured(asked.figure, asked, instrument, weekly)


if __name__ == "__main__":
    try:
        main()
    except WhowhomError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
