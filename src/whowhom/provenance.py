"""What ran: content hashes of plain data, the hash of our own code, and the versions of what it stands on.

A run is named by the hash of everything that fixes its result (model and version, settings, persons, seed, ticks), so
equal runs have equal names in every store, and nothing else (machine, threads, time, folder) can change a name.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, TypeGuard

#: Libraries whose version is written into every manifest; those that are not installed are left out.
LIBRARIES = ("numpy", "numba", "llvmlite", "duckdb", "pandas")

#: Length of a run's name [hexadecimal digits]; 64 bits, so 10^6 runs share a name with probability 3e-8.
NAME_DIGITS = 16


def canonical_json(data: object) -> str:
    """Return plain data as JSON text that is equal for equal data: keys sorted, no spaces, no NaN.

    Raises
    ------
    ValueError, TypeError
        For NaN, infinity, or anything that is not plain data: such a thing must not fix a result.
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(data: object) -> str:
    """Return the SHA-256 of `canonical_json(data)`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()


def run_identity(
    *, model: str, version: str, settings: Mapping[str, Any], persons: int, seed: int, ticks: int | None = None
) -> dict[str, Any]:
    """Return what fixes the result of one run, as plain data; `content_hash` of it names the run.

    Parameters
    ----------
    model, version
        Name and version of the model.
    settings
        `Settings.identity()`: parameters, schedules, switches with their dates, and the model's own tables.
    persons, seed
        Size and key [persons, 1].
    ticks
        Last tick; None for a state, whose future is not fixed yet [ticks].
    """
    return {
        "model": model,
        "version": version,
        "settings": dict(settings),
        "persons": int(persons),
        "seed": int(seed),
        "ticks": None if ticks is None else int(ticks),
    }


def run_name(identity: Mapping[str, Any]) -> str:
    """Return the short name of a run, the first 16 digits of the hash of its identity."""
    return content_hash(identity)[:NAME_DIGITS]


def first_difference(there: object, here: object, *, path: str = "") -> str | None:
    """Name the first place where two pieces of plain data differ, in words; None if they are equal.

    Keys are walked in sorted order, so the answer does not depend on how the data were put together.

    Examples
    --------
    >>> first_difference({"a": {"seed": 1}}, {"a": {"seed": 2}})
    'a.seed is 1 there and 2 here'
    """
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for key in sorted({*there, *here}):
            place = f"{path}.{key}" if path else str(key)
            if key not in here or key not in there:
                side = "there, not here" if key in there else "here, not there"
                return f"{place} is {side}"
            if (difference := first_difference(there[key], here[key], path=place)) is not None:
                return difference
        return None
    if _is_list(there) and _is_list(here):
        for index, (one, other) in enumerate(zip(there, here, strict=False)):
            if (difference := first_difference(one, other, path=f"{path}[{index}]")) is not None:
                return difference
        if len(there) != len(here):
            return f"{path} has {len(there)} entries there and {len(here)} here"
        return None
    if type(there) is type(here) and there == here:
        return None
    if _is_number(there) and _is_number(here) and there == here:
        return None
    return f"{path} is {_shown(there)} there and {_shown(here)} here"


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """Return a value as an error quotes it: short, texts in quotes."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def code_hash() -> str:
    """Return a hash of every Python file of the package, path and content, 64 hexadecimal digits."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def software() -> dict[str, str]:
    """Return the versions of the program, of Python, of the libraries that compute, and the kind of machine."""
    versions = {"python": platform.python_version()}
    for library in ("whowhom", *LIBRARIES):
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    versions["machine"] = f"{platform.system()} {platform.machine()}"
    return versions


#: Extensions of a processor that compiled code may use, as Linux names them (x86, then ARM).
EXTENSIONS = ("sse4_2", "avx", "fma", "avx2", "avx512f", "avx512dq", "avx512vl", "asimd", "sve", "sve2")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor(about: str | None = None) -> tuple[str, str]:
    """Return the name of the processor and those of its extensions that compiled code may use.

    Parameters
    ----------
    about
        The system's description, the content of `/proc/cpuinfo`; read from the system by default.

    Returns
    -------
    tuple of str
        For instance `("AMD EPYC", "sse4_2 avx fma avx2")`. Where the system does not say (macOS, Windows) the name is
        the best that Python knows and the extensions are ''.
    """
    if about is None:
        try:
            about = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            about = ""
    facts: dict[str, str] = {}
    for line in about.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            facts.setdefault(name.strip().lower(), value.strip())
    name = facts.get("model name") or platform.processor() or platform.machine()
    known = set((facts.get("flags") or facts.get("features") or "").split())
    return name, " ".join(extension for extension in EXTENSIONS if extension in known)
