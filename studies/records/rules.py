"""How one collected row becomes rows of the project's schema.

Three tables beside this file carry what is particular: `catalogue.csv` (which collected quantity is which series),
`sources.csv` (what a collected source means: citation, address, status, name of the estimate) and `replacements.csv`
(single rows that were read again; an empty cell keeps what is there, `-` empties it). What remains here are the patterns
that repeat over many rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent

Row = dict[str, str]

KGB = re.compile(r";?\s*alternative KGB series: ([0-9]+) \((?P<address>[^)]+)\)")
HARVEST = re.compile(r"Soviet 1930s figure (\S+); later Soviet revision (\S+); Wheatcroft-Davies low estimate (\S+)")
PERCENT = re.compile(r"([0-9.]+) %")
VISHNEVSKY = "https://pastebin.com/gNCdeuzb"

# Rows from memory whose note names a work; the rest have no work to name.
WORKS_FROM_MEMORY = {
    "Latsis 1920": ("M. Latsis 1920, quoted from memory; nothing was read", "Latsis (Cheka returns)"),
    "Mozokhin / Popov tradition": (
        "Yearly tables in the tradition of O. Mozokhin and V. Popov, quoted from memory; nothing was read",
        "Mozokhin and Popov",
    ),
}

# Derived indicators that rest on rows from memory: from which year on.
DERIVED_FROM_MEMORY = {
    "party_share_of_population": "0",
    "party_growth": "0",
    "escape_rate_camps": "0",
    "arrests_per_100k": "1930",
    "convicted_per_arrest": "1930",
    "confined_per_100k": "1935",
    "confined_plus_kulak_exile_per_100k": "1935",
    "disturbances_relative_to_peak": "1930-04",
}


def table(name: str) -> list[Row]:
    """Read one of the tables beside this file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def iso(date: str) -> str:
    """Write a span of years as first and last year; the rest is ISO already."""
    return date.replace("-", "/") if re.fullmatch(r"[0-9]{4}-[0-9]{4}", date) else date


class Rules:
    """The tables, ready to be asked; remembers which of their rows were used."""

    def __init__(self) -> None:
        self.sources = {row["source"]: row for row in table("sources.csv")}
        self.catalogue = {(row["file"], row["quantity"]): row for row in table("catalogue.csv")}
        self.replacements: dict[tuple[str, str, str], list[Row]] = {}
        for row in table("replacements.csv"):
            self.replacements.setdefault((row["file"], row["date"], row["quantity"]), []).append(row)
        self.used: set[tuple[str, ...]] = set()
        self.last_source = ""

    def source(self, text: str) -> Row:
        """Look a collected source up; `same` means that of the row before."""
        self.last_source = self.last_source if text == "same" else text
        return self.sources[self.last_source]

    def entry(self, file: str, quantity: str) -> Row:
        """Find the series of a collected quantity; a `*` in the catalogue stands for a place."""
        parts = quantity.split(":")
        wildcard = ":".join([parts[0], "*", *parts[2:]])
        exact = self.catalogue.get((file, quantity))
        key = (file, quantity) if exact else (file, wildcard)
        self.used.add(key)
        found = dict(self.catalogue[key])
        if found["place"] == "*":
            found["place"] = parts[1]
        return found

    def convert(self, file: str, collected: Row) -> Iterator[Row]:
        """Turn one collected row into rows of the schema."""
        key = (file, collected["date"], collected["quantity"])
        source = self.source(collected["source"])
        fitting = [change for change in self.replacements.get(key, []) if change["source"] in ("", collected["source"])]
        changes = fitting or [{}]
        self.used.add(key)
        if any(change.get("drop") for change in changes):
            return
        plain = self.plain(file, collected, source)
        for number, change in enumerate(changes):
            for row in self.rivals(file, collected, plain) if number == 0 else [plain]:
                yield replaced(row, change) if row["estimate"] == plain["estimate"] else row

    def plain(self, file: str, collected: Row, source: Row) -> Row:
        """Carry the columns over, without any of the particular rules."""
        entry = self.entry(file, collected["quantity"])
        status = status_of(collected, source)
        cite, estimate = source["cite"], entry["estimate"] or source["estimate"]
        for words, (work, name) in WORKS_FROM_MEMORY.items():
            if status == "memory" and words in collected["note"]:
                cite, estimate = work, name
                entry["place"] = {"Latsis 1920": "Soviet Russia"}.get(words, entry["place"])
        if collected["quantity"] == "population_ADK":
            estimate = f"{estimate} ({collected['note']})"
        series = entry["series"]
        if collected["date"] != "1930":  # months of one province: a series of its own, in time and not by place
            series = series.replace(".province", ".black_earth")
        return {
            "series": series,
            "date": iso(collected["date"]),
            "place": entry["place"],
            "quantity": entry["words"],
            "value": collected["value"].removesuffix(".0"),
            "low": collected["low"],
            "high": collected["high"],
            "unit": {"flag": "event"}.get(collected["unit"], collected["unit"]),
            "kind": entry["kind"],
            "cite": cite,
            "read_at": "" if status == "memory" else source["read_at"],
            "status": status,
            "estimate": estimate,
            "note": collected["note"].strip(),
        }

    def rivals(self, file: str, collected: Row, plain: Row) -> list[Row]:
        """Split a range that is made of rival estimates into rows that stand side by side."""
        kgb = KGB.search(collected["note"])
        if kgb:
            cite = self.sources[kgb["address"]]
            rest = {"low": "", "high": "", "note": KGB.sub("", collected["note"]).strip("; ")}
            other = {"value": kgb[1], "low": "", "high": "", "note": ""}
            return [plain | rest, plain | other | {k: cite[k] for k in ("cite", "read_at", "estimate")}]
        harvest = HARVEST.fullmatch(collected["note"])
        if harvest:
            names = ("Soviet figure of the 1930s", "later Soviet revision", "Wheatcroft and Davies, low estimate")
            return [
                plain | {"value": value, "low": "", "high": "", "estimate": name, "note": ""}
                for value, name in zip(harvest.groups(), names, strict=True)
                if value != "None"
            ]
        if collected["quantity"] == "gulag_mortality_rate" and collected["low"]:
            other = next(end for end in (collected["low"], collected["high"]) if end != collected["value"])
            second = {
                "value": other,
                "cite": "A. Vishnevsky 2006, table 19.5, in a transcript",
                "read_at": VISHNEVSKY,
                "estimate": "Vishnevsky 2006",
                "note": "computed with another denominator",
            }
            return [plain | {"low": "", "high": ""}, plain | second | {"low": "", "high": ""}]
        share = PERCENT.fullmatch(collected["note"])
        if collected["quantity"].startswith("votes_pipes:") and share:
            party = self.entry(file, collected["quantity"].replace("votes_pipes", "vote_share"))
            words = {"series": party["series"], "quantity": party["words"], "kind": "share", "unit": "percent"}
            return [plain | {"note": ""}, plain | words | {"value": share[1], "note": ""}]
        return [plain]

    def unused(self) -> list[tuple[str, ...]]:
        """Rows of the tables that met no collected row: a misprint in the table, or a file that changed."""
        tables = [*self.catalogue, *self.replacements]
        return [key for key in tables if key not in self.used]


def status_of(collected: Row, source: Row) -> str:
    """Decide how well a collected row was checked; memory wins over every doubt."""
    since = DERIVED_FROM_MEMORY.get(collected["quantity"])
    if source["estimate"] == "ours" and since is not None:
        return "memory" if collected["date"] >= since else "copy"
    return source["status"]


def replaced(row: Row, change: Row) -> Row:
    """Apply a row of `replacements.csv`."""
    result = dict(row)
    names = {"new_date": "date", "words": "quantity"}
    for column, text in change.items():
        target = names.get(column, column)
        if column in ("file", "date", "quantity", "source", "reason", "drop") or not text:
            continue
        result[target] = "" if text == "-" else text
    return result


def killings_abroad(collected: list[Row]) -> Iterator[Row]:
    """Count killings abroad by year and kind; the names stay where they were collected.

    A killing is disputed if its lower bound is 0. One is dated "1937 or 1938": it counts in the year of its row and
    widens the range of both.
    """
    single = [row for row in collected if row["quantity"].startswith("abroad_killing:")]
    for kind in ("attributed", "disputed"):
        chosen = [row for row in single if (row["low"] == "0") == (kind == "disputed")]
        unsure = [row for row in chosen if row["note"].startswith("1937 or 1938")]
        for year in sorted({row["date"][:4] for row in chosen}):
            here = [row for row in chosen if row["date"].startswith(year)]
            may_leave = sum(row in unsure for row in here)
            may_come = len(unsure) - may_leave if year in ("1937", "1938") else 0
            memory = any(row["source"] == "memory" for row in here)
            yield {
                "series": f"abroad.killings_{kind}",
                "date": year,
                "place": "outside Russia",
                "quantity": f"killings abroad, {kind}",
                "value": str(len(here)),
                "low": str(len(here) - may_leave),
                "high": str(len(here) + may_come),
                "unit": "persons",
                "kind": "flow",
                "cite": "Ours: count of the cases known to us, by year"
                + ("; at least one of them from memory" if memory else ""),
                "read_at": "" if memory else "; ".join(sorted({row["source"] for row in here})),
                "status": "memory" if memory else "copy",
                "estimate": "known cases",
                "note": "one case is dated 1937 or 1938" if may_leave or may_come else "",
            }
