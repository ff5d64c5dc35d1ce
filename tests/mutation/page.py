"""Tables of a campaign, and why a mutant survives.

`python -m tests.mutation.page FILE.json ...` writes them into `docs/mutation.md`, from what `./dev mutate --json FILE.json` has found, once or several times; reasons are kept in `tests/mutation/reasons.toml`.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Source
from tests.mutation.played import NAMES
from tests.mutation.trying import COUNTED, KILLED, SURVIVED, UNREACHED, WHOLE

Row = Mapping[str, Any]
HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "mutation.md"
BEGIN, END = "<!-- ./dev mutate -->\n", "<!-- end -->\n"
ENDS = (*KILLED, WHOLE, SURVIVED, UNREACHED)
HEADS = {COUNTED: "counted anew", WHOLE: "seen in the whole state only", UNREACHED: "not reached"}


@dataclass(frozen=True)
class Reason:
    """Why mutants of one statement survive; `after` names them, or it is all of them."""

    mechanism: str
    function: str
    before: str
    why: str
    after: tuple[str, ...] = ()

    def fits(self, row: Row) -> bool:
        """Whether it is about this mutant."""
        place = (row["mechanism"], row["function"], row["before"])
        return place == (self.mechanism, self.function, self.before) and (not self.after or row["after"] in self.after)


def reasons() -> list[Reason]:
    """All that are known."""
    known = tomllib.loads((HERE / "reasons.toml").read_text(encoding="utf-8"))
    return [
        Reason(x["mechanism"], x["function"], x["before"], known["why"][x["why"]], tuple(x.get("after", ())))
        for x in known.get("reason", [])
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(entry).replace("|", "\\|") for entry in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def summary(rows: Sequence[Row]) -> str:
    """One line for each mechanism."""
    known = reasons()
    lines = []
    for name in NAMES:
        possible = sum(1 for _ in Source(name).mutants())
        here = [row for row in rows if row["mechanism"] == name]
        ends = Counter(row["end"] for row in here)
        explained = sum(row["end"] not in KILLED and any(reason.fits(row) for reason in known) for row in here)
        if here:
            killed = sum(ends[end] for end in KILLED)
            lines.append([name, possible, len(here), killed, *(ends[end] for end in ENDS), explained])
    lines.append(["all", *(sum(line[k] for line in lines) for k in range(1, len(lines[0])))] if lines else ["none"])
    head = ("mechanism", "possible", "tried", "killed", *(HEADS.get(end, end) for end in ENDS), "explained")
    return table(head, lines)


def listed(rows: Sequence[Row]) -> str:
    """Every mutant that was not killed: those without a reason, then the others by their reason."""
    known = reasons()
    by_reason: dict[str, list[Row]] = {}
    for row in rows:
        if row["end"] not in KILLED:
            why = next((reason.why for reason in known if reason.fits(row)), "")
            by_reason.setdefault(why, []).append(row)
    parts = []
    for why in sorted(by_reason, key=lambda why: (why != "", -len(by_reason[why]))):
        parts.append((f"**{why}**" if why else "**No reason is known.**") + f" ({len(by_reason[why])})\n")
        parts.append(table(("place", "statement", "with the mistake", "end"), map(_line, by_reason[why])))
    return "\n".join(parts)


def _line(row: Row) -> tuple[str, ...]:
    after = f"`{row['after']}`" if row["after"] else "left out"
    return f"{row['mechanism']}.py:{row['line']}", f"`{row['before']}`", after, HEADS.get(row["end"], row["end"])


def tables(found: Mapping[str, Any]) -> str:
    """Everything that a campaign found, in Markdown."""
    return f"{found['about']}\n\n{summary(found['mutants'])}\n{listed(found['mutants'])}"


def main() -> int:
    """Write the page anew."""
    several = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    rows = {(row["mechanism"], row["site"], row["variant"]): row for one in several for row in one["mutants"]}
    found = {"about": "\n\n".join(one["about"] for one in several), "mutants": [*rows.values()]}
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[-1]
    PAGE.write_text(f"{before}{BEGIN}\n{tables(found)}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
