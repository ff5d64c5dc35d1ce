"""All findings of an assessment as one HTML file: per claim what is said, for and against it, what was done, what was found, and what would overturn it. It runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whowhom.engine.disk import whole_file
from whowhom.provenance import software
from whowhom.report.canvas import WIDTH, Canvas, at, shortened
from whowhom.report.markup import Markup, details, el, items, join, paragraphs, table
from whowhom.report.numbers import counted, percent
from whowhom.report.page import style
from whowhom.report.scales import Scale, axis_number, round_numbers
from whowhom.report.wording import CONTENT, SUBJECT, SUBJECT_WHOLE

WHAT_IT_IS = (
    "Each claim was stated as a change to a simulated history, with bounds set before any run, and played over many draws of what is not known about the world, "
    "with the same luck in every arm. A finding is about the model, never about the past itself, and says so."
)
HOW_TO_READ = (
    "A finding counts the weight of draws whose true effect lies beyond a bound, with the noise of single histories taken out, and needs nine tenths of it at the low end of a 90 % interval. "
    "'Prior only' means that the draws have not been weighted by how well they match recorded figures: it is what was believed before any record was looked at. "
    "'Undecided' is an answer too."
)
_ROW, _TOP, _BOTTOM = 2.2, 40.0, 40.0


def write_findings_page(path: str | Path, findings: Sequence[Mapping[str, Any]]) -> Path:
    """Write the findings as one page.

    Parameters
    ----------
    path
        The HTML file; an existing one is replaced.
    findings
        As `experiments.findings.read_findings` gives them.

    Raises
    ------
    StoreError
        The file cannot be written.
    """
    out = Path(path)
    with whole_file(out, way_out="Give another path with --out.") as temporary:
        temporary.write_text(page(findings), encoding="utf-8")
    return out


def page(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the whole page."""
    scenario = findings[0]["scenario"]
    title = f"{counted(len(findings), 'claim')} about the scenario {scenario}"
    head = [
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="generator", content=f"whowhom {software().get('whowhom', '')}"),
        el("title", title),
        el("style", Markup(style())),
    ]
    body = [
        el("a", "Skip to the findings", href="#all", class_="skip"),
        el(
            "header",
            el("p", "whowhom, claims about causes and what the model says to them", class_="kind"),
            el("h1", title),
            paragraphs(WHAT_IT_IS, CONTENT),
        ),
        el("main", _limits(findings), _overview(findings), [_claim(found) for found in findings], _subject()),
    ]
    return "<!DOCTYPE html>\n" + el("html", el("head", head), el("body", body), lang="en") + "\n"


def _limits(findings: Sequence[Mapping[str, Any]]) -> Markup:
    """What none of these findings can say, first."""
    prior = sum("prior only" in one["finding"] for one in findings)
    words = [
        "The model is one account among possible ones. What it leaves out stands with each claim, and so does the assumption that decides it.",
        f"{prior} of {len(findings)} findings are about the prior only: the draws are not weighted by recorded figures."
        if prior
        else None,
        "Instruments are present or absent; how strongly one is used is never searched for what keeps a regime in power.",
        "Shares of single histories that change side depend on how luck is coupled between twins, and are no part of a finding.",
    ]
    return el(
        "section",
        el("h2", "What these findings cannot say", id="limits"),
        items([word for word in words if word]),
        class_="wrong",
        aria_labelledby="limits",
    )


def _overview(findings: Sequence[Mapping[str, Any]]) -> Markup:
    rows = [
        [
            el("a", one["claim"]["name"], href=f"#{_anchor(one)}"),
            one["claim"]["title"],
            one["claim"]["says"],
            one["finding"],
        ]
        for one in findings
    ]
    return el(
        "section",
        el("h2", "All claims", id="all"),
        el("p", HOW_TO_READ),
        table(["claim", "what is said", "by", "finding"], rows, caption="Claims and findings", numbers=False),
        aria_labelledby="all",
    )


def _anchor(found: Mapping[str, Any]) -> str:
    return f"claim-{found['claim']['name'].lower()}"


def _claim(found: Mapping[str, Any]) -> Markup:
    """One claim, in the order: what is said, for and against, what was done, found, and what would overturn it."""
    claim, size, name = found["claim"], found["size"], _anchor(found)
    facts = [
        (label, claim[key])
        for label, key in (
            ("For", "supports"),
            ("Against", "disputes"),
            ("Facts", "facts"),
            ("Left out", "leaves_out"),
            ("What decides it", "decides"),
        )
        if claim[key]
    ]
    done = (
        f"{size['draws']} draws of the world's parameters, {size['replicates']} histories of each in every arm, {size['persons']:,} simulated persons, "
        f"to {size['until']}, seed {size['seed']}."
    )
    return el(
        "section",
        el("h2", f"{claim['name']}: {claim['title']}", id=name),
        el("p", claim["sentence"], f" ({claim['says']}; {claim['statements']})", class_="lead"),
        el("dl", [[el("dt", label), el("dd", text)] for label, text in facts], class_="facts"),
        el("p", el("strong", "Finding: "), found["finding"]),
        el("p", done, class_="quiet"),
        [_question(found, number) for number in range(len(found["questions"]))],
        _arms(found),
        items(
            [f"Placebo {'passed' if one['passed'] else 'failed'}: {one['name']}" for one in found["placebos"]],
            class_="quiet",
        ),
        el("p", _overturned(found)),
        aria_labelledby=name,
    )


def _overturned(found: Mapping[str, Any]) -> str:
    words = "What would overturn it: another answer to what decides it"
    if "prior only" in found["finding"]:
        words += "; and weights matched to recorded figures, which it does not have"
    return words + "."


def _question(found: Mapping[str, Any], number: int) -> Markup:
    """One question: a picture of the draws' effects, and the numbers."""
    question = found["questions"][number]
    treatment = " or ".join(f"'{name}'" for name in question["treatment"])
    if question["mean"] is None:
        return join([el("h3", question["title"]), el("p", question["finding"]["sentence"])])
    finding = question["finding"]
    rows = [
        [f"holds: {question['holds_if']}", *_share(finding["holds"])],
        [f"fails: {question['fails_if'] or 'otherwise'}", *_share(finding["fails"])],
    ]
    if finding["between"] is not None:
        rows.append(["between", *_share(finding["between"])])
    left_out = (
        f"; {counted(question['left_out'], 'draw')} left out, with nothing to divide by" if question["left_out"] else ""
    )
    words = (
        f"{treatment} against '{question['control']}'. Mean over {counted(question['draws'], 'draw')}: {question['mean']:+.3f} "
        f"(95 % {question['low']:+.3f} to {question['high']:+.3f}) {question['unit']}{left_out}."
    )
    boundary = finding.get("boundary")
    where = (
        f"Holds where {boundary['text']} (balanced accuracy {boundary['accuracy']:.2f} on draws left out)."
        if boundary and boundary["good"]
        else None
    )
    name = f"{_anchor(found)}-{number}"
    return el(
        "figure",
        el("figcaption", el("h3", question["title"], id=name), el("p", words), el("p", where) if where else None),
        el("div", _picture(question, name), class_="pictures"),
        table(
            ["true effect", "share of the weight", "90 % interval"],
            rows,
            caption="Weight of the draws, noise taken out",
        ),
        el("p", f"This question by itself: {finding['sentence']}.", class_="quiet"),
        aria_labelledby=name,
    )


def _share(share: Mapping[str, float]) -> list[str]:
    return [percent(share["mean"]), f"{percent(share['low'])} to {percent(share['high'])}"]


def _picture(question: Mapping[str, Any], name: str) -> Markup:
    """Every draw's true effect with its 90 % range, in order, and the bounds."""
    effects = sorted(question["effects"], key=lambda one: one["mean"])
    bounds = [
        (word, x)
        for word, text in (("holds", question["holds_if"]), ("fails", question["fails_if"]))
        if text
        for x in _numbers(text)
    ]
    ends = [0.0, *(x for _, x in bounds), *(one[key] for one in effects for key in ("low", "high"))]
    numbers = round_numbers(min(ends), max(ends), most=5)
    step = max(_ROW, 60.0 / len(effects))
    height = _TOP + step * len(effects) + _BOTTOM
    canvas = Canvas(
        f"{name}-effects",
        f"{question['title']}: simulated, true effect of each draw",
        f"{len(effects)} draws in the order of their effects, from {effects[0]['mean']:+.2f} to {effects[-1]['mean']:+.2f} {question['unit']}; bounds at {', '.join(f'{x:g}' for _, x in bounds)}.",
        x=Scale(numbers[0], numbers[-1], 14.0, WIDTH - 14.0),
        y=Scale(0.0, float(len(effects)), _TOP, height - _BOTTOM),
        height=height,
    )
    canvas.add(el("text", shortened("Each draw's true effect, 90 % range", 48), x=8, y=14, class_="heading"))
    for value in numbers:
        x = at(canvas.x(value))
        canvas.add(
            el("line", x1=x, x2=x, y1=at(_TOP - 4), y2=at(canvas.y.end), class_="zero" if value == 0 else "grid")
        )
        text = axis_number(value, step=numbers[1] - numbers[0])
        canvas.add(el("text", f"+{text}" if value > 0 else text, x=x, y=at(canvas.y.end + 14), class_="number middle"))
    for place, one in enumerate(effects):
        y = canvas.y(place + 0.5)
        canvas.add(
            el(
                "line",
                x1=at(canvas.x(one["low"])),
                x2=at(canvas.x(one["high"])),
                y1=at(y),
                y2=at(y),
                class_="line arm thin",
            )
        )
        canvas.mark(canvas.x(one["mean"]), y, class_="arm", size=1.6)
    for word, value in bounds:
        x = at(canvas.x(value))
        canvas.add(el("line", x1=x, x2=x, y1=at(_TOP - 8), y2=at(canvas.y.end), class_="line history"))
        canvas.add(el("text", word, x=x, y=at(_TOP - 12), class_="label middle"))
    canvas.add(
        el("text", shortened(question["unit"], 40), x=at(WIDTH / 2), y=at(canvas.y.end + 29), class_="number middle")
    )
    return canvas.svg(class_="simulated")


def _numbers(bound: str) -> list[float]:
    """The numbers of a bound in words; both ends of 'within'."""
    numbers = [
        float(word) for word in bound.replace(" and ", " ").split() if word.lstrip("+-").replace(".", "", 1).isdigit()
    ]
    return [-numbers[0], numbers[0]] if bound.startswith("within") else numbers


def _arms(found: Mapping[str, Any]) -> Markup:
    """Survival and its victims, always together."""
    rows = []
    for arm in found["arms"]:
        low, high = arm["survived"][1:]
        rows.append(
            [
                arm["name"],
                join(
                    [
                        percent(arm["survived"][0]),
                        el("span", f"{percent(low)} to {percent(high)}", class_="range-words"),
                    ]
                ),
                _number(arm["executed_per_1000"]),
                _number(arm["camp_years_per_1000"]),
                _number(arm["toll_10_per_1000"]),
                _number(arm["toll_30_per_1000"]),
            ]
        )
    heads = [
        "arm",
        "kept power to the horizon",
        "executed per 1,000",
        "camp years per 1,000",
        "an execution as 10 years",
        "as 30 years",
    ]
    caption = "Over all histories of all draws, those that fell too; means with 95 % intervals over draws; simulated"
    meanings = items([join([el("strong", arm["name"]), f": {arm['meaning']}"]) for arm in found["arms"]])
    return join([table(heads, rows, caption=caption), details("What the arms are", meanings)])


def _number(three: Sequence[float | None]) -> Markup:
    mean, low, high = three
    if mean is None:
        return Markup("-")
    words = "" if low is None or high is None else f"{max(low, 0.0):.3g} to {high:.3g}"
    return join([f"{mean:.3g}", el("span", words, class_="range-words")])


def _subject() -> Markup:
    entries = [el("li", el("strong", first), " ", rest) for first, rest in SUBJECT]
    return el(
        "section",
        el("h2", "The subject", id="subject"),
        el("ul", entries),
        el("p", SUBJECT_WHOLE),
        aria_labelledby="subject",
    )
