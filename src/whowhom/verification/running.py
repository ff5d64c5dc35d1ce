"""Putting claims to their models: each check in turn or several at once, and which of them a quick look takes."""

from __future__ import annotations

import multiprocessing
import re
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from whowhom.errors import WhowhomError
from whowhom.verification.claim import NOT_REPRODUCED, PUBLISHED, Claim, Measured, Result, claims_of, result_of

#: What a check that raised has instead of a result.
ERROR: Literal["error"] = "error"

#: What `--quick` may take by the claims' own word [s on one core]. On two cores that leaves as much again of its three minutes for compiling. Ours.
QUICK_SECONDS = 150.0

#: A claim above this is never quick [s on one core]: alone on a core it would hold up all others. Ours.
LONGEST_QUICK = 60.0


@dataclass(frozen=True)
class Verified:
    """A claim and what came of it.

    Parameters
    ----------
    claim
        The claim.
    measured
        What its check found; None if it raised.
    seconds
        How long the check took, compiling included [s].
    error
        What the check raised, in one line; '' if it did not.
    trace
        Where it was raised.
    figure
        The file drawn; None if none was asked for, or there is none.
    """

    claim: Claim
    measured: Measured | None
    seconds: float
    error: str = ""
    trace: str = ""
    figure: Path | None = None

    @property
    def result(self) -> Result | Literal["error"]:
        """'reproduced', 'not reproduced', 'exact', or 'error'."""
        return ERROR if self.measured is None else result_of(self.measured)

    @property
    def begins(self) -> bool:
        """True if a claim that is known not to be reproduced is."""
        known_not = self.claim.expected_result == NOT_REPRODUCED
        return known_not and self.result not in (NOT_REPRODUCED, ERROR)

    @property
    def as_declared(self) -> bool:
        """True if the result is the one the claim declares; an error never is."""
        if self.result == ERROR:
            return False
        return (self.result == NOT_REPRODUCED) == (self.claim.expected_result == NOT_REPRODUCED)


@dataclass(frozen=True)
class Headline:
    """How many claims that others have published come out; everything else is counted apart.

    Parameters
    ----------
    published
        Claims whose evidence is a published number or sign, among those run.
    reproduced
        Those of them that come out.
    known_not
        Those of them that are declared not to, and do not.
    beside
        Claims of the other kinds.
    beside_hold
        Those of them that hold.
    surprising
        Claims of all kinds that are not as declared, or raised.
    """

    published: int
    reproduced: int
    known_not: int
    beside: int
    beside_hold: int
    surprising: int


def headline(found: Sequence[Verified]) -> Headline:
    """Count results; an error counts as a claim and as nothing that comes out."""
    published = [one for one in found if one.claim.evidence in PUBLISHED]
    beside = [one for one in found if one.claim.evidence not in PUBLISHED]
    return Headline(
        published=len(published),
        reproduced=sum(_holds(one) for one in published),
        known_not=sum(one.as_declared and not _holds(one) for one in published),
        beside=len(beside),
        beside_hold=sum(_holds(one) for one in beside),
        surprising=sum(not one.as_declared for one in found),
    )


def _holds(one: Verified) -> bool:
    return one.result not in (NOT_REPRODUCED, ERROR)


def quick_claims(claims: Sequence[Claim]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """Part claims into those of a quick look and those left out, each in the order given.

    The cheapest come first until `QUICK_SECONDS` are used up, so the choice depends on what claims declare and on nothing measured. It is
    made over all claims given, never model by model.
    """
    places = sorted(range(len(claims)), key=lambda place: claims[place].seconds)
    taken: set[int] = set()
    used = 0.0
    for place in places:
        used += claims[place].seconds
        if used > QUICK_SECONDS or claims[place].seconds > LONGEST_QUICK:
            break
        taken.add(place)
    inside = tuple(claim for place, claim in enumerate(claims) if place in taken)
    return inside, tuple(claim for place, claim in enumerate(claims) if place not in taken)


def verify(claim: Claim, *, figures: Path | None = None) -> Verified:
    """Measure one claim, and draw its figure if a folder is given. Whatever the check raises is part of the answer.

    Raises
    ------
    KeyboardInterrupt
        Somebody interrupts.
    """
    began = time.perf_counter()
    try:
        measured = claim.check()
        drawn = _draw(claim, figures)
    except Exception as error:  # noqa: BLE001  # whatever one check raises ends this claim and no other
        words = str(error) if isinstance(error, WhowhomError) else f"{type(error).__name__}: {error}"
        return Verified(claim, None, time.perf_counter() - began, error=words, trace=traceback.format_exc())
    return Verified(claim, measured, time.perf_counter() - began, figure=drawn)


def _draw(claim: Claim, figures: Path | None) -> Path | None:
    if figures is None or claim.figure is None:
        return None
    path = figures / figure_name(claim)
    claim.figure(path)
    return path


def figure_name(claim: Claim) -> str:
    """The file name of a claim's figure: model and name, in small letters, digits and '-'."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{claim.model} {claim.name}".lower())
    return f"{words.strip('-')}.svg"


def verify_all(
    claims: Sequence[Claim],
    *,
    workers: int = 1,
    figures: Path | None = None,
    say: Callable[[Verified], None] | None = None,
) -> list[Verified]:
    """Measure claims, and give what was found in their order.

    Parameters
    ----------
    claims
        Any.
    workers
        Processes at the same time [1]; claims that stand in no file of this package are measured in this one.
    figures
        Folder for the figures; None draws none.
    say
        Told of each claim as soon as it is measured, in the order of completion.
    """
    found: dict[int, Verified] = {}

    def keep(place: int, one: Verified) -> None:
        found[place] = one
        if say is not None:
            say(one)

    numbers = {place: number for place, claim in enumerate(claims) if (number := _number(claim)) is not None}
    if workers > 1 and len(numbers) > 1:
        _elsewhere(claims, numbers=numbers, workers=workers, figures=figures, keep=keep)
    for place, claim in enumerate(claims):
        if place not in found:
            keep(place, verify(claim, figures=figures))
    return [found[place] for place in range(len(claims))]


def _number(claim: Claim) -> int | None:
    """The place of a claim in its model's file, None if it stands in none."""
    own = claims_of(claim.model)
    return next((number for number, other in enumerate(own) if other is claim), None)


def _elsewhere(
    claims: Sequence[Claim],
    *,
    numbers: dict[int, int],
    workers: int,
    figures: Path | None,
    keep: Callable[[int, Verified], None],
) -> None:
    """Measure claims in other processes, the longest first so that none is left alone at the end."""
    # Spawned and not forked: compiled code may hold threads, which a fork would lose.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        order = sorted(numbers, key=lambda place: -claims[place].seconds)
        asked = {pool.submit(_there, claims[place].model, numbers[place], figures): place for place in order}
        try:
            for done in as_completed(asked):
                measured, seconds, error, trace, drawn = done.result()
                claim = claims[asked[done]]
                keep(asked[done], Verified(claim, measured, seconds, error=error, trace=trace, figure=drawn))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _there(model: str, number: int, figures: Path | None) -> tuple[Measured | None, float, str, str, Path | None]:
    """Measure a claim in another process. A claim cannot be sent, its check being any function; its place can."""
    one = verify(claims_of(model)[number], figures=figures)
    return one.measured, one.seconds, one.error, one.trace, one.figure
