"""whowhom: a regime that lives by repression, simulated person by person beside the recorded figures.

Three lines are enough for a first look::

    import whowhom as ww
    runs = ww.run("soviet", replicates=20, until="1922-03")
    runs.survival()

Importing the package costs next to nothing: a public name is looked up in ``whowhom.api`` when it is first used,
and what is heavy (the compiler, the store, pandas) is loaded by the function that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

# One row per public name: the module that defines it. No name here may be the name of a module or package of
# whowhom (``models``, ``report``, ``store``): importing that module would replace the function by the module.
_PUBLIC = {
    "Store": "whowhom.api",
    "attribute": "whowhom.laboratory",
    "design": "whowhom.laboratory",
    "fork": "whowhom.inside",
    "describe": "whowhom.api",
    "follow": "whowhom.inside",
    "model": "whowhom.api",
    "outbursts": "whowhom.inside",
    "turning_points": "whowhom.inside",
    "claims": "whowhom.assessing",
    "assess": "whowhom.assessing",
    "findings": "whowhom.assessing",
    "use": "whowhom.wrapping",
    "wrap": "whowhom.wrapping",
    "occupancy": "whowhom.laboratory",
    "record": "whowhom.api",
    "records": "whowhom.api",
    "resume": "whowhom.api",
    "run": "whowhom.api",
    "scenario": "whowhom.api",
    "scenarios": "whowhom.api",
    "screening": "whowhom.laboratory",
    "sensitivity": "whowhom.laboratory",
    "twins": "whowhom.api",
}

__all__ = [
    "Store",
    "__version__",
    "attribute",
    "design",
    "fork",
    "describe",
    "follow",
    "model",
    "outbursts",
    "turning_points",
    "claims",
    "assess",
    "findings",
    "use",
    "wrap",
    "occupancy",
    "record",
    "records",
    "resume",
    "run",
    "scenario",
    "scenarios",
    "screening",
    "sensitivity",
    "twins",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it, when it is first used."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'whowhom' has no attribute {name!r}. Public names: {', '.join(sorted(_PUBLIC))}.")
    from importlib import import_module

    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted([*globals(), *_PUBLIC])
