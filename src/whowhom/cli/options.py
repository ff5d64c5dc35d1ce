"""The options that several commands share, each worded once, and how arms are written on a command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from whowhom.errors import ParameterError, quoted

_ARM = "Write --arm 'NAME:off=a,b;set=x=1', with off, on, set and from as far as needed."


def whole(name: str, *, least: int | None = None) -> Callable[[str], int]:
    """Return what reads an option that is a whole number: also 1e5 and 100_000, never 2.5.

    Parameters
    ----------
    name
        Of the option, for the error.
    least
        The smallest number that can be meant; what else an experiment refuses, it says itself.
    """

    def read(text: str | int) -> int:
        rule = "a whole number" if least is None else f"a whole number from {least} on"
        try:
            number = Decimal(str(text))
            if not number.is_finite() or number != number.to_integral_value():
                raise ValueError(text)
            if number.adjusted() > LARGEST_POWER or (least is not None and number < least):
                raise ValueError(text)
        except (ArithmeticError, ValueError):
            raise ParameterError(f"'{name}' must be {rule}, got {quoted(text)}. Write 100000 or 1e5.") from None
        return int(number)

    return read


#: Beyond this many digits a number is a slip of the finger, and writing it out would take long.
LARGEST_POWER = 30

Scenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario by name (soviet), or a path that ends in .toml.")
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of an experiment.")]
Persons = Annotated[
    int,
    typer.Option(
        help="Simulated persons; fewer are a thinner sample, not a smaller country.",
        metavar="N",
        parser=whole("--persons"),
    ),
]
Replicates = Annotated[int, typer.Option(help="Histories of each arm.", metavar="N", parser=whole("--replicates"))]
Until = Annotated[
    str,
    typer.Option(
        help="First day that is not asked for: 1922-03 means 1 March 1922. Weeks are played whole.", metavar="DATE"
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        help="Seed of replicate 0; replicate i has this plus i, in every arm.", metavar="N", parser=whole("--seed")
    ),
]
Store = Annotated[
    Path | None,
    typer.Option(
        help="Folder to keep the histories in; what it holds is not run again. A fresh one by default.", metavar="DIR"
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        help="Histories at the same time; all cores by default.", metavar="N", parser=whole("--threads", least=1)
    ),
]
Off = Annotated[
    list[str] | None, typer.Option(help="Switches to turn off, separated by commas.", metavar="a,b", show_default=False)
]
On = Annotated[
    list[str] | None, typer.Option(help="Switches to turn on, separated by commas.", metavar="a,b", show_default=False)
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="A parameter and its value; repeatable.", metavar="NAME=VALUE", show_default=False),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", help="Day at which the arms leave the common history; the beginning by default.", metavar="DATE"
    ),
]
Arms = Annotated[
    list[str] | None,
    typer.Option(
        "--arm",
        help="A named world beside the history, such as 'mild:off=executions,torture;set=names.base=0'; repeatable.",
        metavar="NAME:CHANGES",
        show_default=False,
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        help="Let the workers of a Dask cluster do the histories; they must see the store at the same path.",
        metavar="ADDRESS",
        show_default=False,
    ),
]
ClusterTimeout = Annotated[
    float, typer.Option(help="How long the cluster may not answer or have no worker, in seconds.", metavar="SECONDS")
]
PlanOnly = Annotated[
    bool, typer.Option("--plan-only", help="Write down what is asked and run nothing; `whowhom worker` does it.")
]
Defaults = Annotated[bool, typer.Option("--defaults", help="Use the scenario's own values, not its plausible sets.")]


def change(
    off: Sequence[str] | None, on: Sequence[str] | None, values: Sequence[str] | None, from_date: str | None
) -> dict[str, Any]:
    """Return what --off, --on, --set and --from ask for, as `whowhom.run` takes it."""
    return {"off": _split(off), "on": _split(on), "set": _values(values or ()), "from_date": from_date}


def named_arms(written: Sequence[str] | None) -> dict[str, dict[str, Any]]:
    """Return the arms that --arm asks for, as `whowhom.run` takes them.

    Raises
    ------
    ParameterError
        One of them is not written as an arm is, or two have one name.
    """
    arms: dict[str, dict[str, Any]] = {}
    for text in written or ():
        name, colon, changes = text.partition(":")
        if not colon or not name.strip():
            raise ParameterError(f"'--arm' must have a name and a colon, got {quoted(text)}. {_ARM}")
        if name in arms:
            raise ParameterError(f"arms must have different names, got {quoted(name)} twice. Rename one of them.")
        arms[name] = _named_change(text, changes)
    return arms


def _named_change(text: str, changes: str) -> dict[str, Any]:
    """Return what one --arm asks for."""
    found: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in changes.split(";"))):
        key, equals, value = part.partition("=")
        if not equals or key not in ("off", "on", "set", "from"):
            raise ParameterError(f"'--arm' must be made of off=, on=, set= and from=, got {quoted(part)}. {_ARM}")
        found.setdefault(key, []).append(value)
    if len(found.get("from", ())) > 1:
        raise ParameterError(f"'--arm' must have one from=, got {quoted(text)}. {_ARM}")
    made = change(found.get("off"), found.get("on"), found.get("set"), None)
    del made["from_date"]
    return made | ({"from_date": found["from"][0]} if "from" in found else {})


def _split(lists: Sequence[str] | None) -> list[str]:
    """Return the names in lists separated by commas."""
    return [name.strip() for names in lists or () for name in names.split(",") if name.strip()]


def _values(written: Sequence[str]) -> dict[str, float | str]:
    """Return parameters and their values; a value that is no number is left to the scenario (`leader=NAME`)."""
    values: dict[str, float | str] = {}
    for text in written:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not name or not equals or not value:
            raise ParameterError(f"'--set' must be NAME=VALUE, got {quoted(text)}. For example --set names.base=0.5.")
        if name in values:
            raise ParameterError(f"'--set' must give {quoted(name)} one value, got two. Leave one out.")
        values[name] = _value(value)
    return values


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
