"""What the program itself says it has: commands and their options, public names, and what models declare."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from tests.architecture import scan

CLI = scan.PACKAGE / "cli" / "main.py"


@dataclass(frozen=True)
class Command:
    """A command of the program: its options and everything it says of itself."""

    options: frozenset[str]
    help: str


@dataclass
class Declared:
    """What all models declare, with the words in which they do."""

    parameters: set[str] = field(default_factory=set)
    switches: set[str] = field(default_factory=set)
    observables: set[str] = field(default_factory=set)
    prose: dict[str, str] = field(default_factory=dict)


def commands() -> dict[str, Command]:
    """The commands by name ('' is the program itself); empty until the command line exists."""
    if not CLI.exists():
        return {}
    from typer.main import get_command

    program: Any = get_command(importlib.import_module("whowhom.cli.main").app)
    known = {"": program, **program.commands}
    return {name: _command(command) for name, command in known.items()}


def _command(command: Any) -> Command:
    options = {"--help"}
    words = [command.help or "", command.short_help or "", command.epilog or ""]
    for parameter in command.params:
        options |= {*parameter.opts, *parameter.secondary_opts}
        words.append(getattr(parameter, "help", None) or "")
    return Command(frozenset(options), "\n".join(words))


def models() -> list[ModuleType]:
    """Every module below whowhom.models, imported."""
    package = importlib.import_module("whowhom.models")
    return [importlib.import_module(found.name) for found in pkgutil.walk_packages(package.__path__, "whowhom.models.")]


def declared() -> Declared:
    """Collect the declarations and observables that stand as values in the modules of the models."""
    from whowhom.engine.contract import Observable
    from whowhom.parameters import Declarations

    collected = Declared()
    for module in models():
        for value in vars(module).values():
            if isinstance(value, Declarations):
                _declarations(value, collected)
            elif isinstance(value, tuple) and value and all(isinstance(item, Observable) for item in value):
                for item in value:
                    collected.observables.add(item.name)
                    collected.prose[f"observable {item.name}"] = item.meaning
    return collected


def _declarations(declarations: Any, collected: Declared) -> None:
    for parameter in declarations.parameters:
        collected.parameters.add(parameter.name)
        collected.prose[f"parameter {parameter.name}"] = parameter.meaning
    for switch in declarations.switches:
        collected.switches.add(switch.name)
        collected.prose[f"switch {switch.name}"] = f"{switch.meaning}\n{switch.off_means}"


def scenarios() -> set[str]:
    """The names of the scenarios that the package brings."""
    return {path.name.removesuffix(".toml") for path in (scan.PACKAGE / "scenarios").glob("*.toml")}


def extras() -> set[str]:
    """The optional extras of the package."""
    return set(tomllib.loads((scan.ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])
