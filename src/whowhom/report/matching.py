"""What the matching of a scenario found, as the file beside it says: targets, bands, simulated values, misses, acceptance.

The file `NAME.matching.json` in `src/whowhom/scenarios/` is written by the matching study and never by hand. A report
opens with its misses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from whowhom.errors import ScenarioError

#: What a report says of every scenario that was compared with records, and of none more than this.
STATEMENT = "roughly matched to 1918-26, not calibrated"


@dataclass(frozen=True)
class MatchedTarget:
    """One target and what the plausible sets make of it.

    Attributes
    ----------
    name, quantity, unit
        What it is.
    recorded, low, high
        The recorded number and its band, fixed before the first draw.
    median, least, greatest
        Simulated: over the plausible sets, each the mean of its histories. None if there is no number.
    sets_inside
        Plausible sets inside the band; `missed` if their median is not.
    missed
        Whether the median lies outside the band.
    """

    name: str
    quantity: str
    unit: str
    recorded: float
    low: float
    high: float
    median: float | None
    least: float | None
    greatest: float | None
    sets_inside: int
    missed: bool


@dataclass(frozen=True)
class Matching:
    """A matching.

    Attributes
    ----------
    targets
        In the order of the file.
    draws, acceptance
        Draws from the priors, and the share of their histories that lie inside every band [1].
    candidates, accepted
        Sets judged on fresh seeds, and how many of them were accepted.
    n_sets
        Plausible sets kept.
    selection
        What matching does to survival.
    persons
        Simulated persons of each history.
    date
        When it was done.
    """

    targets: tuple[MatchedTarget, ...]
    draws: int
    acceptance: float
    candidates: int
    accepted: int
    n_sets: int
    selection: str
    persons: int
    date: str

    @property
    def missed(self) -> tuple[MatchedTarget, ...]:
        """The targets that are missed."""
        return tuple(target for target in self.targets if target.missed)


def read_matching(scenario: str) -> Matching | None:
    """Read what the matching of a shipped scenario found; None if there is no such file.

    Raises
    ------
    ScenarioError
        The file is there and is not what the study writes.
    """
    name = f"{scenario}.matching.json"
    place = files("whowhom") / "scenarios" / name
    if "/" in scenario or not place.is_file():
        return None
    try:
        return matching_of(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ScenarioError(
            f"'{name}' must be as the matching study wrote it, got a file without {error}. "
            "Install whowhom again, or run the study again."
        ) from error


def matching_of(page: Mapping[str, Any]) -> Matching:
    """Return a matching from its plain data; `KeyError` and the like if something is missing."""
    targets = tuple(
        MatchedTarget(
            name=str(row["name"]),
            quantity=str(row["quantity"]),
            unit=str(row["unit"]),
            recorded=float(row["recorded"]),
            low=float(row["low"]),
            high=float(row["high"]),
            median=row["median"],
            least=row["least"],
            greatest=row["greatest"],
            sets_inside=int(row["sets_inside"]),
            missed=not row["median_inside"],
        )
        for row in page["targets"]
    )
    prior, candidates = page["prior"], page["candidates"]
    return Matching(
        targets=targets,
        draws=int(prior["draws"]),
        acceptance=float(prior["acceptance"]),
        candidates=int(candidates["number"]),
        accepted=int(candidates["accepted"]),
        n_sets=len(page["sets"]),
        selection=str(page["selection"]),
        persons=int(page["persons"]),
        date=str(page["date"]),
    )
