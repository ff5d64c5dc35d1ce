"""What a claim compares between two arms: from the weeks of the runs to the pairs of each draw.

`survival`
    Whether the regime stands at the horizon; the effect is the difference of the shares.
`change of NAME`
    The paired difference of a number at the horizon: a victim count per 1,000 inhabitants (`executed_per_1000`, `camp_years_per_1000`), or any observable; after a fall its
    last value (totals stay, others end with the regime).
`share removed of NAME`
    One less the ratio of the means of two arms in a draw: .5 says that half is gone in the treatment. Draws in which the control has none are left out and counted.
`ratio of TOP to BOTTOM`
    The difference between two arms of the ratio of two means in a draw, such as the share of insiders repressed over that of others.
`logarithm of NAME`
    The logarithm of the ratio of the means of two arms in a draw.

Anything nonlinear is taken of the means over a draw's pairs, by the jackknife (pseudo-values of leaving out one pair: Tukey 1958), since a ratio of single histories is mostly noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.contract import Model
from whowhom.errors import ParameterError, UnknownNameError, unknown
from whowhom.experiments.hidden_effects import Evidence, number_evidence, yes_no_evidence

if TYPE_CHECKING:
    import pandas as pd

Numbers = NDArray[np.float64]
VICTIMS = ("executed_per_1000", "camp_years_per_1000")
_KINDS = ("survival", "change of", "share removed of", "ratio of", "logarithm of")


@dataclass(frozen=True)
class Measure:
    """One way of comparing two arms.

    Attributes
    ----------
    text
        As it is written in a file of claims.
    kind
        Which of them.
    columns
        Columns of a run that it reads.
    """

    text: str
    kind: Literal["survival", "change of", "share removed of", "ratio of", "logarithm of"]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """Pairs of all draws that say something.

    Attributes
    ----------
    evidence
        For the finding.
    draws
        Numbers of the draws in it [draws].
    left_out
        Draws that say nothing, since a ratio has no meaning in them.
    estimates
        Effect of each draw as it is seen, with its noise [draws].
    mean, error
        Mean over draws, and its standard error.
    """

    evidence: Evidence
    draws: NDArray[np.int64]
    left_out: int
    estimates: Numbers
    mean: float
    error: float


def measure_named(text: str, model: Model) -> Measure:
    """Read a measure as it is written.

    Raises
    ------
    UnknownNameError
        There is no such measure, or the model has no such observable.
    """
    for kind in _KINDS:
        if text == kind == "survival":
            return Measure(text, "survival", ("survived",))
        rest = text.removeprefix(kind + " ")
        if kind != "survival" and rest != text:
            columns = tuple(rest.split(" to ")) if kind == "ratio of" else (rest,)
            known = {*VICTIMS, *(observable.name for observable in model.observables)}
            for name in columns:
                if name not in known:
                    raise UnknownNameError(unknown("observable", name, sorted(known)))
            if kind == "ratio of" and len(columns) != 2:
                raise UnknownNameError(f"a ratio must be 'ratio of TOP to BOTTOM', got '{text}'.")
            return Measure(text, kind, columns)  # type: ignore[arg-type]
    raise UnknownNameError(unknown("measure", text, _KINDS))


def compare_draws(
    treatment: pd.DataFrame, control: pd.DataFrame, measure: Measure, *, weights: Numbers | None = None
) -> Compared:
    """Pair the runs of two arms by replicate, and say what each draw shows.

    Parameters
    ----------
    treatment, control
        A row for each run: `replicate`, `set` (number of the draw), and the measure's columns.
    measure
        What is compared.
    weights
        Of all draws, by their number; equal by default [draws].

    Raises
    ------
    ParameterError
        No draw says anything: not two pairs anywhere, or nothing to take a ratio of.
    """
    pairs = treatment.merge(control, on="replicate", suffixes=("", "_against"), validate="one_to_one")
    groups = {int(number): group for number, group in pairs.groupby("set", sort=True) if len(group) > 1}
    rows = {number: _values(group, measure) for number, group in groups.items()}
    useful = [number for number, row in rows.items() if np.isfinite(row).all()]
    if not useful:
        raise ParameterError(
            [f"'{measure.text}' must be seen in at least two pairs of one draw, got none. Ask for more replicates."]
        )
    own = None if weights is None else weights[useful]
    values = [rows[number] for number in useful]
    if measure.kind == "survival":
        gained = [int((row > 0).sum()) for row in values]
        lost = [int((row < 0).sum()) for row in values]
        evidence = yes_no_evidence(gained, lost, [row.size for row in values], weights=own)
    else:
        evidence = number_evidence(values, weights=own)
    estimates = np.array([row.mean() for row in values])
    mean = float(evidence.weights @ estimates)
    error = math.sqrt(float((evidence.weights**2) @ (estimates - mean) ** 2) * _small_sample(evidence))
    return Compared(evidence, np.array(useful), len(rows) - len(useful), estimates, mean, error)


def best_of(treatments: Sequence[pd.DataFrame], control: pd.DataFrame) -> pd.DataFrame:
    """One treatment made of several: in every draw the one with which most regimes survive, chosen on the other half of its seeds.

    Choosing and judging on the same seeds would take luck for merit; so the arm for runs of even number is chosen on those of odd number, and the reverse.

    Parameters
    ----------
    treatments
        Runs of each arm, as for `compare_draws`.
    control
        Whose replicates are meant.
    """
    import pandas as pd

    tables = [table.set_index("replicate").loc[control["replicate"]] for table in treatments]
    parts = []
    for number, group in control.groupby("set", sort=True):
        odd = np.arange(len(group)) % 2 == 1
        for half in (odd, ~odd):
            chosen_on, judged_on = group["replicate"][~half], group["replicate"][half]
            best = int(
                np.argmax([table.loc[chosen_on, "survived"].mean() if len(chosen_on) else 0.0 for table in tables])
            )
            parts.append(tables[best].loc[judged_on].reset_index().assign(set=number))
    return pd.concat(parts, ignore_index=True).sort_values("replicate").reset_index(drop=True)


def _small_sample(evidence: Evidence) -> float:
    """Correction of the weighted variance of a mean for the number of draws."""
    n = evidence.effective_draws
    return n / (n - 1.0) if n > 1.0 else math.nan


def _values(group: pd.DataFrame, measure: Measure) -> Numbers:
    """One number for each pair of a draw: the difference, or the jackknife's pseudo-value."""
    ours = [group[name].to_numpy(dtype=np.float64) for name in measure.columns]
    theirs = [group[f"{name}_against"].to_numpy(dtype=np.float64) for name in measure.columns]
    if measure.kind in ("survival", "change of"):
        return np.asarray(ours[0] - theirs[0])
    statistic = _STATISTICS[measure.kind]
    with np.errstate(divide="ignore", invalid="ignore"):
        return pseudo_values(np.stack([*ours, *theirs]), statistic)


def pseudo_values(rows: Numbers, statistic: Callable[[Numbers], Numbers]) -> Numbers:
    """The jackknife's pseudo-values of a statistic of means.

    Parameters
    ----------
    rows
        Numbers of each pair [columns, pairs].
    statistic
        From means [columns, any] to values [any].
    """
    n = rows.shape[1]
    total = rows.sum(axis=1, keepdims=True)
    whole, without = statistic(total / n), statistic((total - rows) / (n - 1))
    return np.asarray(n * whole - (n - 1) * without)


_STATISTICS: dict[str, Callable[[Numbers], Numbers]] = {
    "share removed of": lambda means: np.where(means[1] > 0.0, 1.0 - means[0] / means[1], np.nan),
    "logarithm of": lambda means: np.where((means[0] > 0.0) & (means[1] > 0.0), np.log(means[0] / means[1]), np.nan),
    "ratio of": lambda means: np.where(
        (means[1] > 0.0) & (means[3] > 0.0), means[0] / means[1] - means[2] / means[3], np.nan
    ),
}
