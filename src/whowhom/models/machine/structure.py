"""What the machine asks of a scenario's own tables, and everything that can be wrong with them, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whowhom.errors import nearest

_PROVINCE = {
    "share": (0.0, 1.0),
    "factory_share": (0.0, 0.9),
    "town_share": (0.0, 0.9),
    "offset_village": (-1.0, 1.0),
    "offset_town": (-1.0, 1.0),
    "party_weight": (0.0, 1e9),
    "weapons": (0.0, 1.0),
    "rank": (1, 10_000),
}
_OPTIONAL = ("offset_village", "offset_town", "weapons", "joins", "home", "offset", "named")
_POOL = {"soldiers": (1.0, 1e9), "offset": (-1.0, 1.0)}
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
            found.append(f"unknown table '{name}'. Nearest: {', '.join(near) or 'none'}.")
    if found:
        return found
    found += _numbers(structure["country"], {"persons": (64.0, 1e10)}, "[country]", ())
    found += _numbers(structure["party"], {"members": (1.0, 1e9), "cadres": (1.0, 1e9)}, "[party]", ())
    for row in structure["province"]:
        found += _numbers(row, _PROVINCE, f"[[province]] {row.get('name', '?')!r}", _TEXTS["province"])
    for row in structure["pool"]:
        found += _numbers(row, _POOL, f"[[pool]] {row.get('name', '?')!r}", (*_TEXTS["pool"], "named"))
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
            found.append(f"{where}: '{key}' must be in [{low:g}, {high:g}], got {value!r}.")
    for key in row:
        if key not in ranges and key not in texts:
            near = nearest(key, (*ranges, *texts))
            found.append(f"{where}: unknown key '{key}'. Nearest: {', '.join(near) or 'none'}.")
    for key in texts:
        if key in row and key != "named" and not isinstance(row[key], str):
            found.append(f"{where}: '{key}' must be a text, got {row[key]!r}.")
        if key not in row and key not in _OPTIONAL:
            found.append(f"{where}: '{key}' is missing.")
    return found


def _references(structure: Mapping[str, Any]) -> list[str]:
    names = [row["name"] for row in structure["province"]]
    pools = [row["name"] for row in structure["pool"]]
    found = [f"[[province]] {name!r} is given twice." for name in sorted(set(names)) if names.count(name) > 1]
    found += [f"[[pool]] {name!r} is given twice." for name in sorted(set(pools)) if pools.count(name) > 1]
    total = sum(row["share"] for row in structure["province"])
    if abs(total - 1.0) > 1e-6:
        found.append(f"[[province]]: the shares must sum to 1, got {total:.6g}.")

    def known(value: str, among: list[str], where: str) -> None:
        if value not in among:
            found.append(f"{where} {value!r} is not among the scenario's. Nearest: {', '.join(nearest(value, among))}.")

    ranks = {row["name"]: row["rank"] for row in structure["province"]}
    for row in structure["province"]:
        if "joins" in row:
            known(row["joins"], names, f"[[province]] {row['name']!r}: 'joins'")
            if ranks.get(row["joins"], 0) >= row["rank"]:
                found.append(f"[[province]] {row['name']!r}: 'joins' must name a province of lower rank.")
        elif row["rank"] > 4:
            found.append(f"[[province]] {row['name']!r}: 'joins' is missing; small worlds fold it into a neighbour.")
    for row in structure["pool"]:
        known(row["place"], names, f"[[pool]] {row['name']!r}: 'place'")
        known(row.get("home", row["place"]), names, f"[[pool]] {row['name']!r}: 'home'")
    for row in structure["capital"]:
        for key in _TEXTS["capital"]:
            if not isinstance(row.get(key), str):
                found.append(f"[[capital]]: '{key}' must be a text, got {row.get(key)!r}.")
                return found
        known(row["province"], names, "[[capital]]: 'province'")
        known(row["pool"], pools, "[[capital]]: 'pool'")
    return found
