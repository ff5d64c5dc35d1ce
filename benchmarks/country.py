"""The whole country once: a history of `soviet` with one simulated person for each of 137 million inhabitants, from 7 November 1917 to 1 March 1922.

Prints how long it takes, how much memory, and how the history ends. It is one history of one plausible set, in persons of the simulated country: no finding. About a minute on two cores.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from measuring.figures import Table, cores, machine, machine_line, options, show, whole, write_json
from measuring.process import peak_bytes

import whowhom.api as whowhom

PERSONS, UNTIL, SEED = 137_000_000, "1922-03", 1
TOTALS = ("arrests_total", "executed_total", "in_camps", "detained", "in_exile", "camp_deaths_total", "combat_deaths_total", "famine_deaths_total", "staff")  # fmt: skip
"""Observables of the last week that are shown."""


def history(persons: int, threads: int) -> dict[str, Any]:
    """Play it into a store of its own; the first small history compiles and loads, and is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        asked: dict[str, Any] = {"replicates": 1, "until": UNTIL, "seed": SEED, "threads": threads}
        whowhom.run("soviet", persons=16_384, store=Path(folder) / "small", **asked)
        begun = time.perf_counter()
        runs = whowhom.run("soviet", persons=persons, store=Path(folder) / "whole", **asked)
        seconds = time.perf_counter() - begun
        last = runs.weeks.iloc[-1]
    return {
        "persons": persons,
        "threads": threads,
        "weeks": int(last["week"]),
        "seconds": seconds,
        "resident_bytes": peak_bytes(),
        "alive": bool(last["alive"]),
        "totals": {name: float(last[name]) for name in TOTALS},
    }


def tables(found: dict[str, Any]) -> list[Table]:
    """Time and memory; the end of the history."""
    cost = [
        ["weeks", f"{found['weeks']}"],
        ["from the question to the stored history [s]", f"{found['seconds']:.0f}"],
        ["process at its largest [GB]", f"{found['resident_bytes'] / 1e9:.2f}"],
    ]
    end = [["the regime stands", "yes" if found["alive"] else "no"]]
    end += [[name.removesuffix("_total").replace("_", " "), f"{value:,.0f}"] for name, value in found["totals"].items()]
    title = f"A history of {found['persons']:,} persons, {found['threads']} threads"
    return [
        Table(title, ["", "measured"], cost),
        Table("How it ends [persons of the simulated country]", ["", "at the end"], end),
    ]


def main() -> int:
    """Play, print, and write the JSON if asked."""
    parser = options("country", __doc__)
    parser.add_argument("--persons", type=whole(10_000, why="The machine needs 10,000 persons."), default=PERSONS)
    parser.add_argument("--threads", type=whole(1, 64, why="Use the cores that you have."), default=cores())
    chosen = parser.parse_args()
    found = history(chosen.persons, chosen.threads)
    found["machine"] = machine()
    print(machine_line(found["machine"]), "\n")
    show(tables(found), markdown=chosen.markdown)
    write_json(chosen.json, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
