"""The machine's week at scale: nanoseconds for each person and week, memory, and how near that is to the speed of memory.

Four states that the scenario `soviet` reaches, at the size asked for (137 million persons by default, one for each inhabitant; about three minutes then):

quiet      the seventh plausible set in January 1925;
contested  a draw from the priors (machine_revolt.json) when in 70 % of communities somebody would dissent but for the cost;
tense      the same history when 70 % of communities cannot be passed over, since somebody may really act;
revolt     the same history when 40 % of adults are in open dissent.

Each is measured over some weeks, with what happened in them, beside the bandwidth of memory in the same run (triad). In which weeks a history reaches its states is found beforehand in
a smaller sample of it. Exits with 1 if a promise about memory or building is broken; speed depends on the machine and is set beside its aims.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measuring.figures import Table, machine, machine_line, options, show, whole, write_json
from measuring.process import peak_bytes, triad

import whowhom.api as whowhom
from whowhom.engine.settings import Settings
from whowhom.models.machine.model import MACHINE
from whowhom.models.machine.world import MachineWorld

PERSONS, SAMPLE = 137_000_000, 131_072
QUIET_SET, QUIET_DATE = 6, "1925-01-01"
SHARE, DISSENT, FIRST_WEEK = 0.70, 0.40, 52
AIMS = {"quiet": 0.3, "contested": 1.5, "tense": 1.5, "revolt": 4.0}
"""Nanoseconds for each person and week with two threads."""
EVERYTHING = {
    "army.desertion": 0.02,
    "combat.captured": 0.3,
    "repression.execution_delay": 4.0,
    "party.tolerance": 0.3,
    "petitions.doubt": 0.01,
    "legality.level": 0.2,
}
"""Rates that are 0 by default, so that with `--instruments` every rule beyond the core has something to do. Ours."""
PROMISES = {"array_bytes": 1.4e9, "resident_bytes": 1.7e9, "build_seconds": 10.0}
ORIGINS = ("open", "named", "self", "informer", "quota", "captive")
FLOWS = ("executed", "camp_sentences", "exile_sentences", "interned", "combat_deaths", "famine_deaths")


# -- looking at a world --------------------------------------------------------------------------------------------


def not_skipped(world: MachineWorld) -> float:
    """Share of communities whose people had to be looked at in the last week."""
    return float(world.arrays.lively.mean())


def near_dissent(world: MachineWorld) -> float:
    """Share of communities in which somebody dissents or would if it cost nothing: not to be passed over if only margins were known."""
    w = world.arrays
    x, p = w.community.view(np.ndarray), w.p.view(np.ndarray)[0]
    around = w.province.view(np.ndarray)["dissent"][w.stratum.view(np.ndarray)["province"]][x["stratum"]]
    local, nation = p["decision_weight_local"], p["decision_weight_nation"]
    own = np.divide(x["seen"], x["seen_free"], out=np.zeros(len(x)), where=x["seen_free"] > 0)
    visible = local * own + (1 - local - nation) * around + nation * w.nation.view(np.ndarray)[0]["dissent"]
    alpha = p["decision_anger_weight"]
    base = x["shift"] + alpha * x["anger"] + p["decision_social_weight"] * visible + alpha * (x["grieving"] > 0)
    active = x["voice"] + x["armed"] + x["soldier_voice"] + x["soldier_armed"] > 0
    return float((active | (x["best_margin"] / 8192 + base > 0)).mean())


def dissent(world: MachineWorld) -> float:
    """Share of free adults in open dissent."""
    return float(world.arrays.nation.view(np.ndarray)[0]["dissent"])


def array_bytes(world: MachineWorld) -> int:
    """Bytes of all arrays of a world, used or not."""
    return sum(array.nbytes for name, array in world.arrays if name not in ("busy_words", "flag_words"))


def bytes_touched(world: MachineWorld) -> float:
    """Bytes that a week must move at least [bytes].

    Every community's row read and written, two bytes of notes on each, and of those that cannot be passed over five bytes of each person.
    """
    w = world.arrays
    return 2.0 * w.community.nbytes + 2.0 * len(w.community) + 64.0 * 5.0 * float(w.lively.sum())


def events(world: MachineWorld) -> dict[str, int]:
    """Simulated events so far."""
    table = world.arrays.stratum.view(np.ndarray)
    arrests = sum(int(table[f"total_arrests_{origin}"].sum()) for origin in ORIGINS)
    return {"arrests": arrests} | {name: int(table[f"total_{name}"].sum()) for name in FLOWS}


# -- measuring -----------------------------------------------------------------------------------------------------


def week_of(settings: Settings, reached: Callable[[MachineWorld], bool]) -> int:
    """The first week of a history, seen in a small sample, in which a state is reached."""
    world = MACHINE.build(settings, persons=SAMPLE, seed=1)
    while world.tick < FIRST_WEEK or not reached(world):
        if not world.alive:
            raise SystemExit(
                f"the history of machine_revolt.json must reach its states, got a fall in week {world.tick}."
            )
        world.step()
    return int(world.tick)


def measured(world: MachineWorld, week: int, weeks: int, change: Settings | None = None) -> dict[str, Any]:
    """Play to a week, then some more: the median week [ns for each person], and what happened in a week (simulated persons).

    With a change, it holds from that week on, and four weeks pass before measuring begins.
    """
    while world.alive and world.tick < week:
        world.step()
    if change is not None:
        world.change(change)
        for _ in range(4):
            world.step()
    before, seconds, names = events(world), [], 0
    shares = near_dissent(world), not_skipped(world), dissent(world)
    while world.alive and len(seconds) < weeks:
        start = time.perf_counter()
        world.step()
        seconds.append(time.perf_counter() - start)
        names += int((world.waiting()["age"] == 0).sum())
    after = events(world)
    profile = profiled(world) if world.alive else dict.fromkeys(STAGES, float("nan"))
    return {
        "profile": profile,
        "week": week,
        "ns_per_person_week": median(seconds) / len(world.arrays.state) * 1e9,
        "milliseconds": median(seconds) * 1e3,
        "bytes_touched": bytes_touched(world),
        "near_dissent": shares[0],
        "not_skipped": shares[1],
        "dissent": shares[2],
        "names": names / len(seconds),
        **{name: (after[name] - before[name]) / len(seconds) for name in after},
    }


STAGES = {
    "orders": ("_orders", "_demand", "_allot", "_stock"),
    "life": ("_live",),
    "force": 0,
    "cases and famine": 1,
    "prisons": 2,
}
"""Rows of the profile: stages of `models/machine/week.py`, by attribute or by place among those that provinces share."""


def profiled(world: MachineWorld) -> dict[str, float]:
    """Processor time of one more week by stage, all threads together [ns for each person]."""
    week, spent = world._week, dict.fromkeys(STAGES, 0.0)

    def timed(name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        def play(*given: Any) -> None:
            start = time.thread_time()
            stage(*given)
            spent[name] += time.thread_time() - start

        return play

    plain = dict(vars(week))
    for row, names in STAGES.items():
        for name in names if isinstance(names, tuple) else ():
            setattr(week, name, timed(row, plain[name]))
    shared = [name for name, place in STAGES.items() if isinstance(place, int)]
    week._events = tuple(timed(name, stage) for name, stage in zip(shared, plain["_events"], strict=True))
    world.step()
    vars(week).update(plain)
    return {name: value / len(world.arrays.state) * 1e9 for name, value in spent.items()}


def states(persons: int, threads: int, weeks: int, *, instruments: bool = False) -> dict[str, Any]:
    """All four states, and what building took; with every instrument turned on in each state if asked."""
    scenario = whowhom.scenario("soviet")
    quiet = scenario.changed(dict(scenario.sets[QUIET_SET]))
    revolt = scenario.changed(json.loads(Path(__file__).with_name("machine_revolt.json").read_text(encoding="utf-8")))
    plan = {
        "contested": week_of(
            revolt, lambda world: near_dissent(world) >= SHARE
        ),  # compiles, if nothing is compiled yet
        "tense": week_of(revolt, lambda world: not_skipped(world) >= SHARE),
        "revolt": week_of(revolt, lambda world: dissent(world) >= DISSENT),
    }
    start = time.perf_counter()
    world = MACHINE.build(quiet, persons=persons, seed=1, threads=threads)
    figures: dict[str, Any] = {"build_seconds": time.perf_counter() - start, "array_bytes": array_bytes(world)}
    figures["persons"] = len(world.arrays.state)
    on = tuple(switch.name for switch in MACHINE.declarations.switches)
    change = quiet.replace(EVERYTHING, on=on) if instruments else None
    figures["quiet"] = measured(world, scenario.tick_of(QUIET_DATE), weeks, change)
    del world
    gc.collect()
    world = MACHINE.build(revolt, persons=persons, seed=1, threads=threads)
    change = revolt.replace(EVERYTHING, on=on) if instruments else None
    for state, week in plan.items():
        figures[state] = measured(world, week, weeks, change)
    figures["resident_bytes"] = peak_bytes()
    return figures


def with_ratios(figures: dict[str, Any], bandwidth: float) -> dict[str, Any]:
    """The figures with those that a program looks for: by state, and times the time that memory alone would need."""
    for state in AIMS:
        own = figures[state]
        own["times_bandwidth"] = own["milliseconds"] / 1e3 * bandwidth / own["bytes_touched"]
        figures[f"ns_per_person_week_{state}"] = own["ns_per_person_week"]
        figures[f"{state}_over_aim"] = own["ns_per_person_week"] / AIMS[state]
    return figures | {"triad_bytes_per_second": bandwidth}


def tables(figures: dict[str, Any]) -> list[Table]:
    """Three tables: speed and what happened; where the time goes; memory and building."""
    rows = [
        ("nanoseconds for each person and week", "ns_per_person_week", "{:.2f}"),
        ("milliseconds a week", "milliseconds", "{:.0f}"),
        ("times what memory alone would need", "times_bandwidth", "{:.1f}"),
        ("week of the history", "week", "{:.0f}"),
        ("communities near dissent", "near_dissent", "{:.0%}"),
        ("communities not passed over", "not_skipped", "{:.0%}"),
        ("adults in open dissent", "dissent", "{:.2%}"),
        *((name.replace("_", " "), name, "{:,.0f}") for name in ("arrests", "names", *FLOWS)),
    ]
    body = [[label, *(form.format(figures[state][name]) for state in AIMS)] for label, name, form in rows]
    body.insert(1, ["aim", *(f"{aim:g}" for aim in AIMS.values())])
    title = (
        f"A week of {figures['persons']:,} persons, {figures['threads']} threads; events in simulated persons a week"
    )
    memory = [
        ["arrays [GB]", f"{figures['array_bytes'] / 1e9:.2f}", "1.4"],
        ["process at its largest [GB]", f"{figures['resident_bytes'] / 1e9:.2f}", "1.7"],
        ["building [s]", f"{figures['build_seconds']:.1f}", "10"],
    ]
    profile = [[name, *(f"{figures[state]['profile'][name]:.2f}" for state in AIMS)] for name in STAGES]
    return [
        Table(title, ["", *AIMS], body),
        Table("Processor time by stage, all threads together [ns for each person and week]", ["", *AIMS], profile),
        Table("Memory and building", ["", "measured", "promise"], memory),
    ]


def main() -> int:
    """Measure, print, and write the JSON if asked."""
    parser = options("machine", __doc__)
    why = "The machine needs 10,000 persons."
    parser.add_argument("--persons", type=whole(10_000, why=why), default=PERSONS, help="simulated persons")
    parser.add_argument("--threads", type=whole(1, 64, why="Use the cores that you have."), default=2)
    parser.add_argument(
        "--weeks", type=whole(1, 52, why="Each state lasts some weeks."), default=5, help="in each state"
    )
    parser.add_argument(
        "--instruments",
        action="store_true",
        help="turn every instrument beyond the core on in each state (and leave it on)",
    )
    chosen = parser.parse_args()
    bandwidth = triad(chosen.threads) * 1e9
    figures = with_ratios(
        states(chosen.persons, chosen.threads, chosen.weeks, instruments=chosen.instruments), bandwidth
    )
    figures |= {"threads": chosen.threads, "machine": machine()}
    print(machine_line(figures["machine"]), "\n")
    show(tables(figures | {"threads": chosen.threads}), markdown=chosen.markdown)
    write_json(chosen.json, figures)
    broken = [name for name, most in PROMISES.items() if figures[name] > most]
    for name in broken:
        print(f"broken: {name} is {figures[name]:.3g}, promised at most {PROMISES[name]:.3g}")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
