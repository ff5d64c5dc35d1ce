"""The laboratory, from Python: designs over what is not known, attribution, sensitivity, persons in states, dates of a fall.

All of it serves any model; what it does is in `whowhom.experiments`, and what it means in `docs/laboratory.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from whowhom.api import load
from whowhom.errors import ParameterError, unknown
from whowhom.experiments.designs import grid, latin_hypercube, sobol, space
from whowhom.models.registry import model_named

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario

__all__ = ["design"]

Kind = Literal["grid", "latin hypercube", "sobol"]


def design(
    scenario: str | Path | Scenario,
    kind: Kind,
    *,
    parameters: str | Iterable[str] = (),
    ranges: Mapping[str, Any] | None = None,
    sets: int = 64,
    points: int | Mapping[str, int | Sequence[float]] = 5,
    seed: int = 1,
) -> Scenario:
    """Give a scenario whose plausible sets are a design over properties of the world, for `run` and `twins`.

    Parameters
    ----------
    scenario
        As in `run`. Sets of its own are replaced.
    kind
        `"grid"`, `"latin hypercube"` or `"sobol"` (the last two need the extra `analysis`).
    parameters, ranges
        What is varied, by its prior or over `(low, high)`; see `experiments.designs.space`.
    sets
        How many; a power of two for Sobol' points. A grid has as many as `points` make.
    points
        Of a grid, see `experiments.designs.grid`.
    seed
        Of the design, not of the histories.

    Raises
    ------
    WhowhomError
        Something asked for is not possible, such as a range of how strongly an instrument is used; the text says what.

    Examples
    --------
    >>> import whowhom as ww
    >>> case = ww.design("soviet", "grid", ranges={"decision.start_fear": (0.0, 0.2)}, points=2)
    >>> [round(values["decision.start_fear"], 2) for values in case.sets]
    [0.05, 0.15]
    """
    case = load(scenario)
    over = space(model_named(case.model), parameters, ranges=ranges)
    makers = {
        "grid": lambda: grid(over, points=points),
        "latin hypercube": lambda: latin_hypercube(over, sets=sets, seed=seed),
        "sobol": lambda: sobol(over, sets=sets, seed=seed),
    }
    if kind not in makers:
        raise ParameterError(unknown("kind of design", kind, makers, listed_by="whowhom --help"))
    return replace(case, sets=makers[kind]())
