"""What was found as text for a person and as JSON for a program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from whowhom.report.numbers import counted, simulated
from whowhom.verification.claim import Claim, Measured
from whowhom.verification.running import ERROR, Verified, headline

if TYPE_CHECKING:
    from rich.table import Table

#: Significant digits of an estimate without chance in it.
EXACT_DIGITS = 6


def table(found: Sequence[Verified]) -> Table:
    """Return the claims of one model as a table that is readable at 80 columns: the result, and beside it what it rests on."""
    from rich.markup import escape
    from rich.table import Table

    shown = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 1, 0))
    shown.add_column(width=14, no_wrap=True)
    shown.add_column(overflow="fold")
    for one in found:
        shown.add_row(*(escape(text) for text in (one.result, "\n".join(lines(one)))))
    return shown


def lines(one: Verified) -> list[str]:
    """Return what is said of one claim: sentence, numbers, source, and what is unexpected."""
    claim = one.claim
    said = [f"{claim.name}: {claim.sentence}"]
    if one.measured is not None:
        said.append(f"got {estimate(one.measured)}; expected {claim.expected}")
    else:
        said.append(f"expected {claim.expected}; the check raised {one.error}")
    said.append(f"{claim.evidence}: {claim.source}")
    if one.measured is not None and one.measured.note:
        said.append(one.measured.note)
    if claim.why:
        said.append(f"Known not to be reproduced: {claim.why}")
    if one.begins:
        said.append("UNEXPECTED: it begins to be reproduced. Find out why, and change its declaration.")
    elif not one.as_declared:
        said.append("UNEXPECTED: it should be reproduced.")
    if one.figure is not None:
        said.append(f"figure: {one.figure}")
    return said


def estimate(measured: Measured) -> str:
    """Write an estimate with its standard error, as many digits as the error deserves."""
    value, error = measured.estimate, measured.standard_error
    if isinstance(value, str):
        return value
    if error is None:
        return simulated(value, digits=EXACT_DIGITS)
    if math.isnan(value) or math.isnan(error):
        return f"{simulated(value)} (s.e. {simulated(error, digits=2)})"
    if error == 0.0:
        return f"{simulated(value, digits=EXACT_DIGITS)} (s.e. 0)"
    above = math.floor(math.log10(abs(value))) if value else 0
    digits = max(1, min(EXACT_DIGITS, above - math.floor(math.log10(error)) + 2))
    return f"{simulated(value, digits=digits)} (s.e. {simulated(error, digits=2)})"


def summary(found: Sequence[Verified]) -> list[str]:
    """Return the headline, which counts what others have published, and below it the rest."""
    count = headline(found)
    if count.published:
        known = f"; {count.known_not} known not to be, and shown with the evidence" if count.known_not else ""
        said = [f"{count.reproduced} of {counted(count.published, 'published claim')} reproduced{known}."]
    else:
        said = ["Nothing that others have published was measured."]
    if count.beside:
        said.append(
            f"Not counted there: {count.beside_hold} of {counted(count.beside, 'claim')} that rest on theory, on other programs or on "
            "measurements of ours hold."
        )
    for one in found:
        if not one.as_declared:
            word = "raised" if one.result == ERROR else "begins to be reproduced" if one.begins else "is not reproduced"
            said.append(f"UNEXPECTED: {one.claim.model}, {one.claim.name}: {word}.")
    return said


def omitted(left_out: Sequence[Claim]) -> list[str]:
    """Return what a quick look left out, a line per model."""
    models = list(dict.fromkeys(claim.model for claim in left_out))
    minutes = sum(claim.seconds for claim in left_out) / 60
    if not models:
        return ["--quick left out nothing."]
    said = [
        f"--quick left out {counted(len(left_out), 'claim')} (about {simulated(minutes, digits=2)} minutes of one core):"
    ]
    for model in models:
        names = ", ".join(claim.name for claim in left_out if claim.model == model)
        said.append(f"  {model}: {names}")
    return said


def as_data(found: Sequence[Verified], *, left_out: Sequence[Claim] = ()) -> dict[str, Any]:
    """Return everything as plain data; what is no number is None."""
    from dataclasses import asdict

    return {
        "headline": asdict(headline(found)),
        "claims": [_entry(one) for one in found],
        "left_out": [{"model": claim.model, "name": claim.name, "seconds": claim.seconds} for claim in left_out],
    }


def _entry(one: Verified) -> dict[str, Any]:
    claim, measured = one.claim, one.measured
    entry: dict[str, Any] = {
        "model": claim.model,
        "name": claim.name,
        "sentence": claim.sentence,
        "source": claim.source,
        "evidence": claim.evidence,
        "expected": claim.expected,
        "expected_result": claim.expected_result,
        "why": claim.why,
        "result": one.result,
        "as_declared": one.as_declared,
        "estimate": None if measured is None else _number(measured.estimate),
        "standard_error": None if measured is None else _number(measured.standard_error),
        "note": "" if measured is None else measured.note,
        "error": one.error,
        "figure": None if one.figure is None else str(one.figure),
        "seconds": round(one.seconds, 3),
    }
    return entry


def _number(value: float | str | None) -> float | str | None:
    """Return a number as JSON can hold it."""
    if value is None or isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None
