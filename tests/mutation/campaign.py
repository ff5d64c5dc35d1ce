"""Mutants of the mechanisms for as long as you like: `./dev mutate [MECHANISM ...] [--minutes N] [--seed N] [--json FILE]`.

Lives the histories of the comparison with the slow reference once (some minutes), then tries mutants of all mechanisms evenly until the time is over, prints how many were
killed, and lists every mutant that was not, with the reason of `tests/mutation/reasons.toml` if it is known. What "killed" means stands in `docs/mutation.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation.histories import histories
from tests.mutation.mutants import Mutant, Source
from tests.mutation.page import tables
from tests.mutation.played import NAMES, Reached
from tests.mutation.trying import KILLED, Arena, Effort, Tried, in_turn, try_out
from tests.mutation.weeks import Lived


def prepared(*wanted: str) -> Arena:
    """The histories lived with the true mechanisms, which are in their place again."""
    reached = Reached()
    lived = [Lived(history, reached) for history in histories(*wanted)]
    reached.end()
    return Arena(lived, reached.first)


def _seconds() -> float:
    """Time that this process and its children have taken of a core, whatever else runs."""
    return sum(os.times()[:4])


def _say(text: str) -> None:
    print(text, flush=True)


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    mutants: Iterable[Mutant]
    minutes: float
    seed: int
    effort: Effort
    wanted: Sequence[str]

    def run(self) -> Iterator[dict[str, Any]]:
        """Prepare, try, tell; what has been found so far, after every mutant."""
        start = _seconds()
        arena = prepared(*self.wanted)
        _say(f"{arena.describe()}; lived in {_seconds() - start:.0f} s")
        for point in arena.missed():
            _say(f"not reached: {point}")
        start, rows = _seconds(), []
        for one in self._tried(arena):
            rows.append(one.row())
            if one.outcome.end not in KILLED:
                _say(f"{one.outcome.end}: {one}")
            about = (
                f"{len(rows)} mutants in {(_seconds() - start) / 60:.0f} minutes of one core, seed {self.seed}; {arena.describe()}; "
                f"a mutant survives {self.effort.stretches} stretches and {self.effort.to_the_end} histories to their end."
            )
            yield {"about": about, "mutants": rows}

    def _tried(self, arena: Arena) -> Iterable[Tried]:
        end = _seconds() + 60.0 * self.minutes
        for mutant in self.mutants:
            if _seconds() > end:
                return
            yield try_out(arena, mutant, effort=self.effort, seed=self.seed)


def not_killed(found: dict[str, Any]) -> list[Mutant]:
    """The mutants of an earlier campaign that were not killed, as far as their mechanisms are as they were."""
    left = {
        (row["mechanism"], row["site"], row["variant"], row["before"])
        for row in found["mutants"]
        if row["end"] not in KILLED
    }
    every = (mutant for name in sorted({key[0] for key in left}) for mutant in Source(name).mutants())
    return [x for x in every if (x.mechanism, x.site, x.variant, x.before) in left]


def together(earlier: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    """An earlier campaign with the new ends of the mutants that were tried again."""
    new = {(row["mechanism"], row["site"], row["variant"]): row for row in again["mutants"]}
    rows = [new.get((row["mechanism"], row["site"], row["variant"]), row) for row in earlier["mutants"]]
    return {"about": f"{earlier['about']} Those not killed were tried again: {again['about']}", "mutants": rows}


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__.split("\n")[0])
    parser.add_argument(
        "mechanism", nargs="*", help="files of src/whowhom/mechanisms, without .py; all of them if none is named"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=35.0,
        help="how long mutants are tried, in time of one core, without the preparation",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the lots: which mutants, in which stretches")
    parser.add_argument("--stretches", type=int, default=20, help="stretches in which a mutant must survive")
    parser.add_argument("--to-the-end", type=int, default=2, help="and histories that it must survive to their end")
    parser.add_argument("--history", action="append", default=[], help="only histories with this text in their name")
    parser.add_argument("--again", type=Path, help="only the mutants of such a file that were not killed")
    parser.add_argument("--json", type=Path, help="write every mutant tried and its end into this file")
    asked = parser.parse_args()
    unknown = sorted({*asked.mechanism} - {*NAMES})
    if unknown:
        parser.error(f"'mechanism' must be one of {', '.join(NAMES)}, got {', '.join(unknown)}.")
    return asked


def main() -> int:
    """Do what the command line asks for."""
    asked = _read()
    effort = Effort(asked.stretches, asked.to_the_end)
    mutants: Iterable[Mutant] = in_turn(asked.mechanism or NAMES, seed=asked.seed)
    earlier = json.loads(asked.again.read_text(encoding="utf-8")) if asked.again else None
    if earlier:
        mutants = [x for x in not_killed(earlier) if x.mechanism in (asked.mechanism or NAMES)]
    found: dict[str, Any] = {"about": "nothing", "mutants": []}
    for found in Plan(mutants, asked.minutes, asked.seed, effort, asked.history).run():
        if earlier:
            found = together(earlier, found)
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    _say("\n" + tables(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
