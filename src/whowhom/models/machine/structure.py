"""What the machine asks of a scenario's own tables, and everything that can be wrong with them, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whowhom.engine.calendar import Calendar, parse_date
from whowhom.errors import DateError, nearest, quoted

_PROVINCE = {
    "share": (0.0, 1.0),
    "factory_share": (0.0, 0.9),
    "town_share": (0.0, 0.9),
    "offset_village": (-1.0, 1.0),
    "offset_town": (-1.0, 1.0),
    "party_weight": (0.0, 1e9),
    "weapons": (0.0, 1.0),
    "front": (0.0, 1.0),
    "rank": (1, 10_000),
}
_OPTIONAL = ("offset_village", "offset_town", "weapons", "front", "joins", "home", "offset", "named")
_POOL = {"soldiers": (1.0, 1e9), "offset": (-1.0, 1.0)}
#: Provinces that every world has: the smallest is folded to these, those of lowest rank.
_LEAST_PROVINCES = 4
_TEXTS = {"province": ("name", "joins"), "pool": ("name", "place", "home"), "capital": ("from", "province", "pool")}


def problems_of(structure: Mapping[str, Any]) -> list[str]:
    """One sentence for everything wrong; an empty list if the tables are sound."""
    found: list[str] = []
    for name in ("country", "party"):
        if not isinstance(structure.get(name), Mapping):
            found.append(f"table [{name}] is missing. It gives the size of the {name}.")
    for name in ("province", "pool", "capital"):
        if not isinstance(structure.get(name), (list, tuple)) or not structure[name]:
            found.append(f"table [[{name}]] is missing. A scenario of the machine needs at least one.")
    for name in structure:
        if name not in ("country", "party", "province", "pool", "capital", "start"):
            near = nearest(name, ("country", "party", "province", "pool", "capital"))
            found.append(f"unknown table {quoted(name)}. Nearest: {_listed(near)}.")
    if found:
        return found
    found += _numbers(structure["country"], {"persons": (64.0, 1e10)}, "[country]", ())
    found += _numbers(structure["party"], {"members": (1.0, 1e9), "cadres": (1.0, 1e9)}, "[party]", ())
    for row in structure["province"]:
        found += _numbers(row, _PROVINCE, f"[[province]] {quoted(row.get('name', '?'))}", _TEXTS["province"])
    for row in structure["pool"]:
        found += _numbers(row, _POOL, f"[[pool]] {quoted(row.get('name', '?'))}", (*_TEXTS["pool"], "named"))
    return found or _references(structure)


def _numbers(
    row: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], where: str, texts: tuple[str, ...]
) -> list[str]:
    found = []
    for key, (low, high) in ranges.items():
        value = row.get(key)
        if value is None:
            if key not in _OPTIONAL:
                found.append(f"{where}: '{key}' is missing; it must be in [{low:g}, {high:g}].")
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            found.append(f"{where}: '{key}' must be in [{low:g}, {high:g}], got {quoted(value)}.")
    for key in row:
        if key not in ranges and key not in texts:
            near = nearest(key, (*ranges, *texts))
            found.append(f"{where}: unknown key {quoted(key)}. Nearest: {_listed(near)}.")
    for key in texts:
        if key in row and not isinstance(row[key], bool if key == "named" else str):
            rule = "true or false" if key == "named" else "a text"
            found.append(f"{where}: '{key}' must be {rule}, got {quoted(row[key])}.")
        if key not in row and key not in _OPTIONAL:
            found.append(f"{where}: '{key}' is missing.")
    return found


def _references(structure: Mapping[str, Any]) -> list[str]:
    """What is wrong with names, sums and dates, once every row is sound by itself."""
    names = [row["name"] for row in structure["province"]]
    pools = [row["name"] for row in structure["pool"]]
    found = [f"[[province]] {quoted(name)} is given twice." for name in sorted(set(names)) if names.count(name) > 1]
    found += [f"[[pool]] {quoted(name)} is given twice." for name in sorted(set(pools)) if pools.count(name) > 1]
    total = sum(row["share"] for row in structure["province"])
    if abs(total - 1.0) > 1e-6:
        found.append(f"[[province]]: the shares must sum to 1, got {total:.6g}.")
    if not sum(row["party_weight"] for row in structure["province"]) > 0:
        found.append("[[province]]: 'party_weight' must be above 0 somewhere, got 0 in all. It shares out the party.")
    found += _folding(structure["province"])
    for row in structure["pool"]:
        where = f"[[pool]] {quoted(row['name'])}"
        found += _unknown(row["place"], names, f"{where}: 'place'")
        found += _unknown(row.get("home", row["place"]), names, f"{where}: 'home'")
    for row in structure["capital"]:
        found += _capital(row, names, pools, start=structure.get("start"))
    return found


def _unknown(value: str, among: list[str], where: str) -> list[str]:
    """Say that a name is not among the scenario's, with the nearest that are."""
    if value in among:
        return []
    return [f"{where} {quoted(value)} is not among the scenario's. Nearest: {_listed(nearest(value, among))}."]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names)) or "none"


def _folding(provinces: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what keeps small worlds from folding every province into one that they have."""
    names = [row["name"] for row in provinces]
    ranks = {row["name"]: row["rank"] for row in provinces}
    always = {row["name"] for row in sorted(provinces, key=lambda row: row["rank"])[:_LEAST_PROVINCES]}
    found = []
    for row in provinces:
        where = f"[[province]] {quoted(row['name'])}"
        if "joins" in row:
            found += _unknown(row["joins"], names, f"{where}: 'joins'")
            if ranks.get(row["joins"], 0) >= row["rank"]:
                found.append(f"{where}: 'joins' must name a province of lower rank.")
        elif row["name"] not in always:
            found.append(f"{where}: 'joins' is missing; small worlds fold it into a neighbour.")
    return found


def _capital(row: Mapping[str, Any], names: list[str], pools: list[str], *, start: object) -> list[str]:
    """Say what is wrong with one capital: its texts, its names, and the day from which it is one."""
    found = [
        f"[[capital]]: '{key}' must be a text, got {quoted(row.get(key))}."
        for key in _TEXTS["capital"]
        if not isinstance(row.get(key), str)
    ]
    found += [
        f"[[capital]]: unknown key {quoted(key)}. Nearest: {_listed(nearest(key, _TEXTS['capital']))}."
        for key in row
        if key not in _TEXTS["capital"]
    ]
    if found:
        return found
    found += _unknown(row["province"], names, "[[capital]]: 'province'")
    found += _unknown(row["pool"], pools, "[[capital]]: 'pool'")
    try:
        day = parse_date(row["from"], name="from")
        if start is not None:
            Calendar(parse_date(start, name="start")).tick_of(day, name="from")
    except DateError as error:
        found.append(f"[[capital]]: {error}")
    return found
