"""What a matching found, as plain data and as a printed table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bands import FARTHEST, Draw, Floats, effective_number
from histories import FAILED, Histories, Task
from scipy.stats import rankdata

from whowhom.data.targets import Target
from whowhom.provenance import code_hash

STATEMENT = "roughly matched to 1918-26, not calibrated"

RULE = (
    "Miss of a target: 0 inside its band; outside, distance from the nearer end on the logarithmic scale in half-widths of the band, at most "
    f"{FARTHEST:g}. Distance of a draw: sum of squared misses of its mean history over the seeds that lived to the end. Weight of a draw: share of "
    "all its seeds whose own history lies inside every band. Accepted: distance 0 and weight above 0. The bands were fixed before the first "
    "draw; the rule after a survey of 800 draws had been looked at, and rounds, numbers and the exclusion of doses after pilot runs. Later rounds move the nearest sets inside the priors; they are no sample of a posterior."
)

SELECTION = (
    "A history that fell before the end of 1926 matches nothing, so keeping what matches selects survivors. Survival in the plausible sets is "
    "therefore high by construction and says nothing about how likely survival was; that is read from the draws from the priors."
)


def matching(
    targets: Sequence[Target],
    *,
    task: Task,
    plan: Mapping[str, Any],
    rounds: Sequence[tuple[Histories, Sequence[Draw]]],
    candidates: tuple[Histories, Sequence[Draw]],
    chosen: Sequence[int],
    names: Sequence[str],
    date: str,
) -> dict[str, Any]:
    """Everything that the report of a matching needs, ready for JSON."""
    _, draws = candidates
    sets = [draws[i] for i in chosen]
    rows = [_target(target, k, rounds[0], sets, names) for k, target in enumerate(targets)]
    return {
        "statement": STATEMENT,
        "scenario": task.scenario.name,
        "persons": task.persons,
        "weeks": task.weeks,
        "plan": dict(plan),
        "rule": RULE,
        "selection": SELECTION,
        "prior": _prior(targets, *rounds[0]),
        "later_rounds": [_round(targets, kept, compared) for kept, compared in rounds[1:]],
        "candidates": {
            "number": len(draws),
            "seeds": plan["seeds"],
            "accepted": sum(draw.accepted for draw in draws),
            "effective_number": effective_number([draw.weight for draw in draws]),
        },
        "targets": rows,
        "missed": [row["name"] for row in rows if not row["median_inside"]],
        "missed_by_some_set": [row["name"] for row in rows if row["sets_inside"] < len(sets)],
        "default_set": "set 1",
        "sets": [
            {
                "name": f"set {number}",
                "accepted": draw.accepted,
                "distance": draw.distance,
                "weight": draw.weight,
                "survived": draw.survived,
                "values": {t.name: _number(v) for t, v in zip(targets, draw.values, strict=True)},
                "misses": [t.name for t, v in zip(targets, draw.values, strict=True) if not t.inside(v)],
            }
            for number, draw in enumerate(sets, start=1)
        ],
        "code_hash": code_hash(),
        "behaviour": task.fingerprint()["behaviour"],
        "date": date,
    }


def _target(
    target: Target, k: int, prior: tuple[Histories, Sequence[Draw]], sets: Sequence[Draw], names: Sequence[str]
) -> dict[str, Any]:
    """One target: the record, the draws from the priors, the chosen sets."""
    drawn = np.array([draw.values[k] for draw in prior[1]])
    reached = drawn[np.isfinite(drawn)]
    values = np.array([draw.values[k] for draw in sets])
    return {
        "name": target.name,
        "quantity": target.quantity,
        "unit": target.unit,
        "compares_with": target.compares_with,
        "recorded": target.value,
        "low": target.low,
        "high": target.high,
        "prior_quartiles": [_number(q) for q in np.quantile(reached, [0.25, 0.5, 0.75])] if len(reached) else None,
        "prior_share_reached": len(reached) / len(drawn),
        "prior_share_inside": sum(target.inside(float(v)) for v in drawn) / len(drawn),
        "driven_by": _drivers(prior[0].points, drawn, names),
        "median": _number(float(np.median(values))),
        "least": _number(float(values.min())),
        "greatest": _number(float(values.max())),
        "median_inside": bool(target.inside(float(np.median(values)))),
        "sets_inside": sum(target.inside(float(v)) for v in values),
    }


def _drivers(points: Floats, values: Floats, names: Sequence[str], *, number: int = 4) -> dict[str, float]:
    """The parameters with the strongest rank correlations with a target among draws that have a value; none if all are alike."""
    there = np.isfinite(values)
    if there.sum() < 10 or np.ptp(values[there]) == 0:
        return {}
    ranks = rankdata(values[there])
    strength = [float(np.corrcoef(rankdata(column), ranks)[0, 1]) for column in points[there].T]
    strongest = np.argsort(-np.abs(strength))[:number]
    return {names[i]: round(strength[i], 2) for i in strongest.tolist()}


def _prior(targets: Sequence[Target], kept: Histories, compared: Sequence[Draw]) -> dict[str, Any]:
    """The draws from the priors: acceptance, survival, and how the others fell."""
    ended = kept.ended
    fell = ended[ended >= 0]
    causes = Counter(str(cause) for cause, week in zip(kept.cause.ravel(), ended.ravel(), strict=True) if week >= 0)
    return _round(targets, kept, compared) | {
        "fell_before_week_8": int((fell < 8).sum()) / ended.size,
        "week_of_fall_quartiles": [float(q) for q in np.quantile(fell, [0.25, 0.5, 0.75])] if len(fell) else None,
        "causes": {cause: count / ended.size for cause, count in causes.most_common()},
    }


def _round(targets: Sequence[Target], kept: Histories, compared: Sequence[Draw]) -> dict[str, Any]:
    """One round: how many, how many inside every band, how many alive."""
    hits = Counter(sum(t.inside(v) for t, v in zip(targets, draw.values, strict=True)) for draw in compared)
    return {
        "draws": len(compared),
        "seeds": int(kept.ended.shape[1]),
        "acceptance": sum(draw.weight for draw in compared) / len(compared),
        "survived": sum(draw.survived for draw in compared) / len(compared),
        "broke_down": int((kept.ended == FAILED).sum()),
        "draws_by_targets_inside": {str(n): hits.get(n, 0) for n in range(len(targets) + 1)},
    }


def _number(value: float) -> float | None:
    """A number for JSON: four significant digits, None if there is none."""
    return float(f"{value:.4g}") if math.isfinite(value) else None


def table(result: Mapping[str, Any]) -> str:
    """The result of a matching as text."""
    prior, sets = result["prior"], result["sets"]
    lines = [
        f"{result['scenario']}: {result['statement']}",
        f"draws from the priors: {prior['draws']} x {prior['seeds']} seed, {result['persons']} persons, {result['weeks']} weeks",
        f"  inside every band {prior['acceptance']:.2%}; alive at the end {prior['survived']:.1%}",
        f"  fell before week 8 {prior['fell_before_week_8']:.2%}; broke down {prior['broke_down']}",
        "  fell by cause: " + ", ".join(f"{cause} {share:.1%}" for cause, share in prior["causes"].items()),
    ]
    for number, one in enumerate(result["later_rounds"], start=1):
        lines.append(
            f"round {number}: {one['draws']} sets, inside every band {one['acceptance']:.1%}, alive {one['survived']:.1%}"
        )
    found = result["candidates"]
    lines.append(
        f"candidates on fresh seeds: {found['number']} x {found['seeds']}, accepted {found['accepted']}, "
        f"effective number {found['effective_number']:.1f}; {len(sets)} sets kept"
    )
    lines += _target_lines(result["targets"], len(sets)) + _set_lines(sets)
    lines.append("missed by the median of the sets: " + (", ".join(result["missed"]) or "none"))
    lines.append("missed by some set: " + (", ".join(result["missed_by_some_set"]) or "none"))
    lines.append(result["selection"])
    return "\n".join(lines)


def _target_lines(rows: Sequence[Mapping[str, Any]], number: int) -> list[str]:
    lines = [
        f"{'target':36}{'recorded':>10}{'band':>20}{'prior quartiles':>28}{'inside':>8}{'median of sets':>15}{'range':>20}{'sets inside':>12}"
    ]
    for row in rows:
        quartiles = " ".join(f"{q:.3g}" for q in row["prior_quartiles"] or [])
        band, spread = f"{row['low']:.6g}-{row['high']:.6g}", f"{row['least'] or 0:.4g}-{row['greatest'] or 0:.4g}"
        lines.append(
            f"{row['name']:36}{row['recorded']:>10.6g}{band:>20}{quartiles:>28}{row['prior_share_inside']:>8.1%}"
            f"{row['median'] or 0:>15.4g}{spread:>20}{row['sets_inside']:>9}/{number}"
        )
    return lines


def _set_lines(sets: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{one['name']:8} distance {one['distance']:.3f}  weight {one['weight']:.2f}  alive {one['survived']:.2f}"
        + ("  misses " + ", ".join(one["misses"]) if one["misses"] else "")
        for one in sets
    ]
