"""Claims about causes, from Python: what there is, what it costs to assess, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.api import load
from whowhom.experiments.assessment import DRAWS, REPLICATES, Assessment, names_asked
from whowhom.experiments.claims import Claims, claims_of
from whowhom.experiments.crew import Progress
from whowhom.experiments.findings import assess_claim, read_findings, write_findings
from whowhom.models.registry import model_named

if TYPE_CHECKING:
    from whowhom.engine.scenario import Scenario

__all__ = ["assess", "claims", "findings"]


def claims(scenario: str | Path | Scenario, *, file: str | Path | None = None) -> Claims:
    """Give the claims of a scenario: those that stand beside it, or in a file of one's own.

    Examples
    --------
    >>> import whowhom as ww
    >>> ww.claims("soviet").named("C6").says
    'Gray'
    """
    case = load(scenario)
    return claims_of(case, model=model_named(case.model), file=None if file is None else Path(file))


def assessment(
    scenario: str | Path | Scenario,
    names: str | Sequence[str] = "all",
    *,
    store: str | Path,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    persons: int | None = None,
    seed: int = 1,
    file: str | Path | None = None,
) -> Assessment:
    """Plan an assessment, and run nothing; parameters as in `assess`."""
    case = load(scenario)
    known = claims(case, file=file)
    asked = [names] if isinstance(names, str) else list(names)
    return Assessment(
        scenario=case,
        model=model_named(case.model),
        claims=known,
        chosen=names_asked(known, asked),
        draws=draws,
        replicates=replicates,
        persons=persons,
        seed=seed,
        folder=Path(store),
    )


def assess(
    scenario: str | Path | Scenario,
    names: str | Sequence[str] = "all",
    *,
    store: str | Path,
    threads: int | None = None,
    progress: Callable[[str], Progress] | None = None,
    **asked: Any,
) -> list[dict[str, Any]]:
    """Assess claims: play what is not there yet, and say what was found.

    Parameters
    ----------
    scenario
        Name, path, or a loaded one.
    names
        'all', a claim ('C6') or several.
    store
        Folder; what it holds is not played again.
    threads
        Histories at the same time; all cores by default.
    progress
        Makes what is called after each history, from the name of its arm.
    asked
        `draws` of the world's parameters and `replicates` (pairs) of each; `persons` of each history (each claim's smallest size by default); `seed`; `file` of claims.

    Returns
    -------
    list of dict
        One for each claim, as they are written to `DIR/NAME.finding.json`.

    Raises
    ------
    WhowhomError
        Something asked for is not possible; the text says what.
    """
    planned = assessment(scenario, names, store=store, **asked)
    planned.carry_out(threads=threads, progress=progress)
    found = []
    for name in planned.chosen:
        told = assess_claim(planned, name)
        write_findings(planned.folder, name, told)
        found.append(told)
    return found


def findings(store: str | Path) -> list[dict[str, Any]]:
    """Give all findings of an assessment's folder, as plain data."""
    return read_findings(Path(store))
