"""What an assessment found, claim by claim, as plain data that stays readable: effects, shares, placebos, survival with victims, and the finding."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whowhom.engine.disk import whole_file
from whowhom.errors import ParameterError, StoreError
from whowhom.experiments.assessment import OTHER_LUCK, Assessment, equal_in_everything, plain_arm
from whowhom.experiments.boundary import Boundary, find_boundary
from whowhom.experiments.claims import Asked, Claim
from whowhom.experiments.design import HISTORY
from whowhom.experiments.finding_rule import Finding, find
from whowhom.experiments.hidden_effects import hidden_effects
from whowhom.experiments.intervals import mean_interval, normal_quantile, share_interval
from whowhom.experiments.measures import Compared, best_of, compare_draws
from whowhom.experiments.units import interval_of_mean, interval_of_share

if TYPE_CHECKING:
    import pandas as pd

SUFFIX = ".finding.json"
FALSE_ALARM = 0.001
"""Chance that a placebo without anything to find is said to have failed, for each question [1]."""


def assess_claim(assessment: Assessment, name: str, *, boundary: bool = True) -> dict[str, Any]:
    """Return everything that is said about one claim whose arms have been played, as plain data.

    Parameters
    ----------
    assessment
        Whose stores are there.
    name
        Of the claim.
    boundary
        Whether to look for what it depends on (needs scikit-learn).

    Raises
    ------
    StoreError
        An arm has not been played, or not far enough to say anything.
    """
    claim = assessment.claims.named(name)
    runs = _all_runs(assessment, claim)
    placebos = _placebos(assessment, claim, runs)
    failed = [one["name"] for one in placebos if not one["passed"]]
    late = claim.until > assessment.claims.words_until
    why = assessment.claims.words_reason if late else ""
    why = f"a placebo failed ({', '.join(failed)})" if failed else why
    questions = [_question(assessment, asked, runs, no_finding=why, boundary=boundary) for asked in claim.questions]
    return {
        "claim": _told(claim),
        "scenario": assessment.scenario.name,
        "size": {
            "draws": assessment.draws,
            "replicates": assessment.replicates,
            "persons": assessment.size_of(claim),
            "until": assessment.scenario.date_of(claim.until).isoformat(),
            "seed": assessment.seed,
        },
        **_together(claim, questions),
        "questions": questions,
        "placebos": placebos,
        "arms": [_arm(assessment, arm, runs[arm], runs[HISTORY]) for arm in claim.arms()],
    }


def _together(claim: Claim, questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The finding of a claim: its first question's, or that of all joint ones: it holds if all hold, fails if one fails."""
    joint = [found["finding"] for asked, found in zip(claim.questions, questions, strict=True) if asked.joint]
    chosen = joint or [questions[0]["finding"]]
    for word in ("no finding", "fails", "undecided", "depends on", "between"):
        for finding in chosen:
            if finding["word"] == word:
                return {"word": word, "finding": finding["sentence"]}
    return {"word": chosen[0]["word"], "finding": chosen[0]["sentence"]}


def _told(claim: Claim) -> dict[str, Any]:
    """What a claim says of itself, before any number."""
    texts = (
        "name",
        "title",
        "sentence",
        "says",
        "statements",
        "facts",
        "supports",
        "disputes",
        "leaves_out",
        "decides",
    )
    return {key: getattr(claim, key) for key in texts}


def _all_runs(assessment: Assessment, claim: Claim) -> dict[str, pd.DataFrame]:
    """The runs of every arm of a claim."""
    columns = [name for asked in claim.questions for name in asked.measure.columns]
    found = {}
    for arm in (*claim.arms(), OTHER_LUCK):
        store = assessment.store(claim, arm)
        if store.progress().done == 0:
            raise StoreError(
                f"store '{store.folder}' must hold finished histories, got none. Assess '{claim.name}' again to go on."
            )
        found[arm] = assessment.runs(claim, arm, columns)
    return found


def _placebos(assessment: Assessment, claim: Claim, runs: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Comparisons in which there is nothing to find: of the program, and of the inference."""
    found = []
    if claim.zero:
        equal = equal_in_everything(*(assessment.store(claim, arm) for arm in claim.zero))
        found.append(
            {"name": f"'{claim.zero[0]}' equals '{claim.zero[1]}' in every number of every week", "passed": bool(equal)}
        )
    z = normal_quantile(1.0 - FALSE_ALARM / 2)
    for asked in claim.questions:
        try:
            seen = compare_draws(runs[OTHER_LUCK], runs[HISTORY], asked.measure)
        except ParameterError:
            continue
        passed = not seen.error > 0.0 or abs(seen.mean) <= z * seen.error
        found.append(
            {
                "name": f"no difference under other seeds: {asked.title}",
                "passed": bool(passed),
                "mean": seen.mean,
                "error": seen.error,
            }
        )
    return found


def _question(
    assessment: Assessment, asked: Asked, runs: Mapping[str, pd.DataFrame], *, no_finding: str, boundary: bool
) -> dict[str, Any]:
    """One question: the effect, the shares of the weight, the finding."""
    told = {
        "title": asked.title,
        "measure": asked.measure.text,
        "treatment": list(asked.treatments),
        "control": asked.control,
        "unit": asked.unit,
        "holds_if": asked.question.holds.text(),
        "fails_if": None if asked.question.fails is None else asked.question.fails.text(),
    }
    treatment = _treatment(asked, runs)
    try:
        seen = compare_draws(treatment, runs[asked.control], asked.measure)
    except ParameterError as error:
        empty = {"word": "no finding", "sentence": f"no finding: {error}"}
        return {**told, "finding": empty, "mean": None, "low": None, "high": None, "draws": 0, "left_out": None}
    where = _boundary(assessment, asked, seen) if boundary else None
    finding = find(seen.evidence, asked.question, boundary=where, no_finding=no_finding)
    middle = mean_interval(seen.estimates)
    return {
        **told,
        "mean": seen.mean,
        "low": middle.low,
        "high": middle.high,
        "draws": len(seen.draws),
        "left_out": seen.left_out,
        "finding": plain_finding(finding),
        "effects": _effects(seen, asked),
        "given_survival": _necessity(treatment, runs[asked.control]) if asked.measure.kind == "survival" else None,
    }


def _treatment(asked: Asked, runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The runs of the treatment; of several arms, of the best in each draw."""
    if len(asked.treatments) == 1:
        return runs[asked.treatments[0]]
    return best_of([runs[name] for name in asked.treatments], runs[asked.control])


def _boundary(assessment: Assessment, asked: Asked, seen: Compared) -> Boundary:
    """Where in the parameters of the world the claim holds."""
    known = hidden_effects(seen.evidence, asked.question.bounds())
    draws = [assessment.sets[number] for number in seen.draws]
    return find_boundary(draws, known.membership[:, 0], weights=seen.evidence.weights)


def _effects(seen: Compared, asked: Asked) -> list[dict[str, float]]:
    """The effect of each draw: as it is seen, and what it truly may be."""
    known = hidden_effects(seen.evidence, asked.question.bounds())
    rows = zip(seen.draws, seen.estimates, known.mean, known.low, known.high, strict=True)
    return [
        {"draw": int(d), "seen": float(e), "mean": float(m), "low": float(a), "high": float(b)}
        for d, e, m, a, b in rows
    ]


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    plain = {name: value for name, value in asdict(finding).items() if name != "boundary"}
    where = finding.boundary
    plain["boundary"] = (
        None if where is None else {"text": where.text(), "accuracy": where.accuracy, "good": where.is_good}
    )
    return plain


def _necessity(treatment: pd.DataFrame, control: pd.DataFrame) -> dict[str, Any]:
    """Share of surviving histories that fall in the treatment, and of fallen ones that survive in it; over histories, which depends on the coupling of luck."""
    pairs = treatment.merge(control, on="replicate", suffixes=("", "_against"), validate="one_to_one")
    stood, fell = pairs[pairs["survived_against"] == 1], pairs[pairs["survived_against"] == 0]
    necessity = share_interval(int((stood["survived"] == 0).sum()), len(stood))
    rescue = share_interval(int((fell["survived"] == 1).sum()), len(fell))
    return {
        "control_survives": len(stood),
        "control_falls": len(fell),
        "falls_in_treatment": _three(necessity),
        "survives_in_treatment": _three(rescue),
    }


def _three(interval: Any) -> list[float | None]:
    """Estimate and ends of an interval; None where there is no number."""
    return [None if math.isnan(x) else float(x) for x in (interval.estimate, interval.low, interval.high)]


def _arm(assessment: Assessment, name: str, runs: pd.DataFrame, history: pd.DataFrame) -> dict[str, Any]:
    """An arm: what it is, how many regimes survive, and what they cost; never one without the other."""
    stood = interval_of_share(runs["survived"], sets=runs["set"])
    cost = {
        key: _three(interval_of_mean(runs[key], sets=runs["set"]))
        for key in ("executed_per_1000", "camp_years_per_1000", "toll_10_per_1000", "toll_30_per_1000")
    }
    return {**plain_arm(assessment.claims.arms[name]), "runs": len(runs), "survived": _three(stood), **cost}


def write_findings(folder: Path, name: str, found: Mapping[str, Any]) -> Path:
    """Write what was found about a claim beside its arms."""
    place = folder / f"{name}{SUFFIX}"
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(place, way_out="Free some space or name another folder; what was played is kept.") as temporary:
        temporary.write_text(json.dumps(found, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return place


def read_findings(folder: Path) -> list[dict[str, Any]]:
    """Read all findings of an assessment, in the order of the claims' names.

    Raises
    ------
    StoreError
        There is none, or one cannot be read.
    """
    places = sorted(folder.glob(f"*{SUFFIX}"), key=lambda place: _order(place.name.removesuffix(SUFFIX)))
    if not places:
        raise StoreError(
            f"'{folder}' must hold findings, got none. `whowhom assess SCENARIO CLAIM --store {folder}` makes them."
        )
    found = []
    for place in places:
        try:
            found.append(json.loads(place.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise StoreError(f"'{place}' must hold a finding as JSON, got: {error}. Assess the claim again.") from None
    return found


def _order(name: str) -> tuple[str, int, str]:
    """C2 before C10."""
    digits = "".join(filter(str.isdigit, name))
    return name[:1], int(digits) if digits else 0, name


def headline(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line for each claim: its name, what it says, what was found."""
    return [f"{one['claim']['name']:<4}{one['claim']['title']}\n    {one['finding']}" for one in found]
