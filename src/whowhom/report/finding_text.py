"""A finding as text for a terminal or a file: what is claimed, what speaks for and against it, what was done, what was found, and what it rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 100


def finding_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Write one finding, before any number what it is about."""
    claim, size = found["claim"], found["size"]
    yield f"{claim['name']}  {claim['title']}"
    yield from _wrapped(f"{claim['sentence']} ({claim['says']}; {claim['statements']})")
    for label, key in (
        ("For", "supports"),
        ("Against", "disputes"),
        ("Facts", "facts"),
        ("Left out", "leaves_out"),
        ("What decides it", "decides"),
    ):
        if claim[key]:
            yield from _wrapped(f"{label}: {claim[key]}")
    yield ""
    yield from _wrapped(
        f"{size['draws']} draws of the world's parameters, {size['replicates']} pairs each, {size['persons']:,} simulated persons, to {size['until']}."
    )
    for question in found["questions"]:
        yield from question_lines(question)
    yield ""
    yield from arm_lines(found)
    yield ""
    yield from _placebo_lines(found)
    yield f"  FINDING: {found['finding']}"
    yield from _overturn(found)


def question_lines(question: Mapping[str, Any]) -> Iterator[str]:
    """One question: the effect, the shares of the weight, the word."""
    finding = question["finding"]
    yield ""
    yield from _wrapped(question["title"])
    treatment = (
        question["treatment"][0]
        if len(question["treatment"]) == 1
        else f"the best of {len(question['treatment'])} paths"
    )
    yield f"    '{treatment}' against '{question['control']}'"
    if question["mean"] is None:
        yield f"    {finding['sentence']}"
        return
    low, high = question["low"], question["high"]
    yield (
        f"    mean over draws {question['mean']:+.3f} (95 % {low:+.3f} to {high:+.3f}) {question['unit']}; {question['draws']} draws"
        + (f", {question['left_out']} left out in which there is nothing to divide by" if question["left_out"] else "")
    )
    for word, bound in (("holds", question["holds_if"]), ("fails", question["fails_if"] or "otherwise")):
        share = finding[word]
        yield f"    {word} if {bound}: {_percent(share['mean'])} of the weight (90 % {_percent(share['low'])} to {_percent(share['high'])})"
    if question.get("given_survival"):
        yield from _survival_lines(question["given_survival"])
    yield f"    -> {finding['sentence']}" + (
        f" (about {finding['pairs_needed']:,} pairs would decide)" if finding.get("pairs_needed") else ""
    )
    if finding.get("boundary") and finding["boundary"]["good"]:
        yield from _wrapped(
            f"holds where {finding['boundary']['text']} (balanced accuracy {finding['boundary']['accuracy']:.2f} on draws left out)",
            6,
        )


def _survival_lines(given: Mapping[str, Any]) -> Iterator[str]:
    """Necessity and what would have been saved: shares of histories, which depend on how luck is coupled."""
    for count, key, words in (
        ("control_survives", "falls_in_treatment", "of {n} histories that stand in the control, fall in the treatment"),
        ("control_falls", "survives_in_treatment", "of {n} that fall in the control, stand in the treatment"),
    ):
        estimate = given[key][0]
        if estimate is not None:
            yield f"    {words.format(n=given[count])}: {_percent(estimate)} (depends on how luck is coupled; no part of the finding)"


def arm_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The arms: who stays in power, and what it costs; means over all histories of all draws, 95 % intervals over draws."""
    yield "  Arms: kept power to the horizon; executed, and years in camps, per 1,000 inhabitants (over all histories)"
    for arm in found["arms"]:
        survived, executed, camps = arm["survived"], arm["executed_per_1000"], arm["camp_years_per_1000"]
        yield f"    {arm['name'][:44]:<44} {_percent(survived[0]):>5} ({_percent(survived[1])} to {_percent(survived[2])})  executed {executed[0]:.3f}  camp years {camps[0]:.2f}"


def _placebo_lines(found: Mapping[str, Any]) -> Iterator[str]:
    for placebo in found["placebos"]:
        yield from _wrapped(f"Placebo {'passed' if placebo['passed'] else 'FAILED'}: {placebo['name']}")


def _overturn(found: Mapping[str, Any]) -> Iterator[str]:
    """What would overturn a finding."""
    words = ["another answer to what decides it, above"]
    if "prior only" in found["finding"]:
        words.append(
            "weights matched to records: without them this is about what was believed before any record was looked at"
        )
    yield from _wrapped("Would be overturned by " + "; ".join(words) + ".")


def headline(found: Mapping[str, Any]) -> str:
    """One line: the claim and its finding."""
    return f"{found['claim']['name']:<4} {found['claim']['title']}\n       {found['finding']}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def _wrapped(text: str, indent: int = 2) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))
