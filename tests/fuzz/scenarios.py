"""Scenario files, mutated as tables and as bytes, and everything that a user can do with one."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from tests.fuzz import bytes_mutated, trees
from tests.fuzz.answers import DONE, REFUSED, Command, Finding, called
from tests.fuzz.luck import Luck, pick, rarely
from tests.fuzz.toml_written import written

import whowhom as ww
from whowhom.models.machine.declarations import DECLARATIONS

SHIPPED = files("whowhom") / "scenarios"
NAMES = ("soviet.toml", "regime_quiet.toml")

#: The smallest world of the machine, once: what costs least [persons].
SMALL = ("--persons", "10240", "--replicates", "1", "--threads", "1")


def scenario_bytes(luck: Luck) -> bytes:
    """A scenario of the package with something done to it."""
    content = (SHIPPED / pick(luck, NAMES)).read_bytes()
    if luck.number(0, 3):
        tables = tomllib.loads(content.decode("utf-8"))
        for _ in range(luck.number(1, 3)):
            trees.mutated(tables, luck)
        content = written(tables).encode("utf-8", errors="surrogatepass")
        if rarely(luck, 4):
            content = bytes_mutated.mutated(content, luck)
        return content
    for _ in range(luck.number(1, 2)):
        content = bytes_mutated.mutated(content, luck)
    return content


def legal_bytes(luck: Luck) -> bytes:
    """A scenario of the package with parameters, switches and paths that are each allowed by themselves, ends of intervals included."""
    tables = tomllib.loads((SHIPPED / pick(luck, NAMES)).read_text(encoding="utf-8"))
    taken = {name for kind in tables.get("vectors", {}).values() for vector in kind.values() for name in vector}
    taken |= {entry["parameter"] for entry in tables["schedule"]}
    parameters = tables.setdefault("parameters", {})
    for _ in range(luck.number(1, 8)):
        one = pick(luck, DECLARATIONS.parameters)
        values = (one.low, one.high, one.default, one.low + (one.high - one.low) * luck.number(0, 1000) / 1000)
        value = pick(luck, values)
        value = float(round(value)) if one.kind == "int" else value
        if one.name in taken:
            continue
        if rarely(luck, 4):
            points = [["1917-11-07", one.low], ["1917-11-14", one.high], ["1918-11-14", value]]
            tables["schedule"].append({"parameter": one.name, "points": points, "kind": "step"})
            taken.add(one.name)
            parameters.pop(one.name, None)
        else:
            parameters[one.name] = value
    for _ in range(luck.number(0, 3)):
        tables.setdefault("switches", {})[pick(luck, DECLARATIONS.switches).name] = bool(luck.number(0, 1))
    return written(tables).encode("utf-8")


def sets_bytes(luck: Luck) -> bytes:
    """Plausible sets beside a scenario, with something done to them."""
    content = (SHIPPED / "soviet.sets.json").read_bytes()
    if luck.number(0, 3):
        sets = json.loads(content)[:3]
        for _ in range(luck.number(1, 3)):
            trees.mutated(sets, luck, odd=tuple(value for value in trees.ODD if _is_json(value)))
        return json.dumps(sets).encode()
    return bytes_mutated.mutated(content, luck)


def _is_json(value: object) -> bool:
    return isinstance(value, (int, float, list, dict)) and value != 10**4400


def read(folder: Path) -> bool:
    """Describe `case.toml` by command and from Python, which must agree; whether it is sound."""
    path = folder / "case.toml"
    shown = Command("describe", path, "--json")
    case, words = called(lambda: ww.scenario(path), what="scenario")
    if (shown.code == DONE) != (case is not None) or shown.err.strip() != words.strip():
        raise Finding(f"command: {shown.err!r}; Python: {words!r}", place="command and Python differ")
    if shown.code == REFUSED and "case" not in shown.err:
        raise Finding(f"an error that does not name the file: {shown.err}", place="file not named")
    if case is not None:
        Command("describe", path)
        called(lambda: ww.describe(case), what="describe")
    return case is not None


def run(folder: Path) -> None:
    """Run eight weeks of a sound `case.toml`, report it and go on with it; every step has a good answer."""
    path, store = folder / "case.toml", folder / "store"
    start = ww.scenario(path).start
    try:
        until = (start + timedelta(days=50)).isoformat()
    except OverflowError:
        return
    done = Command("run", path, *SMALL, "--until", until, "--store", store)
    if done.code == REFUSED:
        if store.exists():
            raise Finding(f"a refused run made a folder: {done.err}", place="folder of a refused run")
        return
    report = Command("report", store, "--out", folder / "report.html")
    again = Command("resume", store)
    if done.code == DONE and (report.code, again.code) != (DONE, DONE):
        raise Finding(f"report: {report.err}; resume: {again.err}", place="run, then no report or resume")


def play(luck: Luck, folder: Path, *, runs: bool = True) -> None:
    """One mutated scenario, and what a user does with it."""
    folder.mkdir(exist_ok=True)
    content = legal_bytes(luck) if rarely(luck, 3) else scenario_bytes(luck)
    (folder / "case.toml").write_bytes(content)
    if rarely(luck, 4):
        (folder / "case.sets.json").write_bytes(sets_bytes(luck))
    if read(folder) and runs:
        run(folder)
