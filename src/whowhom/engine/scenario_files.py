"""Where scenarios lie, and how their files become plain data: TOML for the scenario, JSON for its plausible sets.

A scenario is shipped with the package and found by its name, or is a file of the user's whose path ends in ``.toml``.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from whowhom.errors import ScenarioError, nearest, quoted

SUFFIX = ".toml"
SETS_SUFFIX = ".sets.json"
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_QUOTES = 'A text needs quotes, and so does a name with a dot: title = "A case", "army.troops" = 100000.'


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario on disk.

    Attributes
    ----------
    shown
        Its name in errors: as the user wrote it, or the file's name if it is shipped.
    toml, sets
        The file itself, and the one with its plausible sets, which need not exist.
    """

    shown: str
    toml: Traversable
    sets: Traversable

    @property
    def sets_shown(self) -> str:
        """The name of the plausible sets' file in errors."""
        return self.shown.removesuffix(SUFFIX) + SETS_SUFFIX


def _shipped() -> Traversable:
    return files("whowhom") / "scenarios"


def scenario_names() -> list[str]:
    """Give the names of the shipped scenarios, sorted."""
    folder = _shipped()
    if not folder.is_dir():
        return []
    names = (entry.name.removesuffix(SUFFIX) for entry in folder.iterdir() if entry.name.endswith(SUFFIX))
    return sorted(
        name for name in names if "." not in name
    )  # what stands beside a scenario is none: NAME.turning-points.toml


def locate(path_or_name: str | Path) -> ScenarioFile:
    """Find a scenario by the name of a shipped one or by a path that ends in ``.toml``.

    Raises
    ------
    ScenarioError
        If there is none; the text lists the shipped ones.
    """
    written = str(path_or_name)
    if written.endswith(SUFFIX):
        path = Path(written)
        return ScenarioFile(
            written if written.isprintable() else quoted(written),
            path,
            path.with_name(path.name.removesuffix(SUFFIX) + SETS_SUFFIX),
        )
    names = scenario_names()
    if written not in names:
        near = nearest(written, names)
        hint = f"Nearest: {', '.join(map(repr, near))}. " if near else ""
        raise ScenarioError(
            f"a scenario must be a shipped one ({_listed(names)}) or a path that ends in {SUFFIX}, "
            f"got {quoted(written)}. {hint}`whowhom scenarios` lists all."
        )
    folder = _shipped()
    return ScenarioFile(written + SUFFIX, folder / (written + SUFFIX), folder / (written + SETS_SUFFIX))


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names)) or "there is none"


def read_tables(file: ScenarioFile) -> dict[str, Any]:
    """Read the tables of a scenario's TOML.

    Raises
    ------
    ScenarioError
        If the file is missing, cannot be read, is no UTF-8 text or no TOML; with file, line and column.
    """
    text = _read_text(file.toml, file.shown)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_broken_toml(str(error), file.shown, text)) from None
    except ValueError as error:  # a whole number of thousands of digits, which is no TOML error to tomllib
        raise ScenarioError(
            f"{file.shown}: a number must be one Python can read, got an error: {error}. {_QUOTES}"
        ) from None


def _broken_toml(message: str, shown: str, text: str) -> str:
    place = _PLACE.search(message)
    rule = _PLACE.sub("", message)
    line = place[1] if place and place[1] else str(text.count("\n") + 1)
    column = place[2] if place and place[2] else str(len(text) - text.rfind("\n"))
    return f"{shown}, line {line}, column {column}: the file must be TOML, got: {rule[:1].lower()}{rule[1:]}. {_QUOTES}"


def read_sets(file: ScenarioFile) -> list[Any]:
    """Read the plausible sets beside a scenario; an empty list if there is no such file.

    Raises
    ------
    ScenarioError
        If the file cannot be read or is no JSON list; with file, line and column.
    """
    if not (file.sets.is_file() or file.sets.is_dir()):
        return []
    try:
        sets = json.loads(_read_text(file.sets, file.sets_shown))
    except json.JSONDecodeError as error:
        raise ScenarioError(
            f"{file.sets_shown}, line {error.lineno}, column {error.colno}: the file must be JSON, got: {error.msg}. "
            "It is written by the matching script; run that again."
        ) from None
    except ValueError as error:
        raise ScenarioError(
            f"{file.sets_shown}: a number must be one Python can read, got an error: {error}."
        ) from None
    if not isinstance(sets, list):
        raise ScenarioError(
            f"{file.sets_shown}: the file must hold a list of sets, got {quoted(sets)}. "
            'A set is {"values": {"parameter": number, ...}}.'
        )
    return sets


def _read_text(file: Traversable, shown: str) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError(
            f"{shown}: a scenario must be a file that exists, got none of this name. "
            f"Shipped scenarios, found by name: {_listed(scenario_names())}."
        ) from None
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{shown}: the file must be UTF-8 text, got a byte that is none at position {error.start}. "
            "Save it as UTF-8."
        ) from None
    except (OSError, ValueError) as error:  # a folder, no permission, a name too long; a null byte in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ScenarioError(f"{quoted(shown)}: the file must be readable, got: {reason}. Check the path.") from None
