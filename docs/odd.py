"""The generated parts of the ODD page: entities, the order of a week, and the submodels."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import whowhom.mechanisms
from whowhom.engine import population

HERE = Path(__file__).resolve().parent
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]
_ENTITIES = (
    ("community of 64 persons", population.COMMUNITY_FIELDS),
    ("stratum (communities of one kind in a province)", population.STRATUM_FIELDS),
    ("settlement", population.SETTLEMENT_FIELDS),
    ("garrison", population.POOL_FIELDS),
    ("province", population.PROVINCE_FIELDS),
    ("nation and centre", population.NATION_FIELDS),
)
_PERSON = "state, role with marks of founder, expelled and deserter, dossier and grief, marks (ever in voice, ever in arms, hit, origin of the arrest, condemned), margin of private opposition over the threshold"


def entities(table: Table) -> str:
    """Entities and their state variables, from the arrays."""
    rows = [("person (6 bytes)", _PERSON + "; states: " + ", ".join(population.STATE_NAMES))]
    rows += [(name, ", ".join(fields.names or ())) for name, fields in _ENTITIES]
    return table(("entity", "state variables"), rows)


def week() -> str:
    """The order of a week, from the body of `tick`."""
    text = (Path(whowhom.__file__).parent / "models/machine/tick.py").read_text(encoding="utf-8")
    body = text[text.index("def tick(") :]
    lines, number = [], 0
    for line in body.splitlines()[2:]:
        heading, call = re.match(r"    # (.+)", line), re.match(r"    (\w+)\(w, t\)(?:  # (.+))?", line)
        if heading:
            lines.append(f"\n*{heading[1]}*\n")
        elif call:
            number += 1
            lines.append(f"{number}. `{call[1]}`" + (f": {call[2]}" if call[2] else ""))
    return "\n".join(lines).strip() + "\n"


def submodels(table: Table) -> str:
    """One row for each mechanism, from its file."""
    rows = []
    for module in sorted(pkgutil.iter_modules(whowhom.mechanisms.__path__), key=lambda found: found.name):
        loaded: Any = importlib.import_module(f"whowhom.mechanisms.{module.name}")
        effects = getattr(loaded, "EFFECTS", None)
        if effects is not None:
            sentence = (loaded.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
            private = "yes" if effects.reads_private else "no"
            rows.append((effects.name, effects.equations, effects.switch or "-", sentence, ", ".join(effects.draws) or "-", private, f"`src/whowhom/mechanisms/{module.name}.py`"))  # fmt: skip
    return table(("submodel", "equations", "switch", "what it does", "draws", "reads private opinion", "file"), rows)


def odd(table: Table) -> str:
    """The whole page."""
    text = (HERE / "odd.text.md").read_text(encoding="utf-8")
    for name, part in (("entities", entities(table)), ("week", week()), ("submodels", submodels(table))):
        text = text.replace("{{" + name + "}}", part.rstrip())
    return text
