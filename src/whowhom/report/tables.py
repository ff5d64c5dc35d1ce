"""The statistics that a report shows, handed in as tables: a report reads, draws and words, and computes no statistics.

`whowhom.report` may not import `whowhom.experiments`, so whoever calls `write_report` fills these tables from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SURVIVAL = ("arm", "runs", "survived", "share", "low", "high", "method")
VICTIMS = ("arm", "outcome", "mean", "low", "high", "runs", "method")
FIRST_FALL = ("pair", *VICTIMS)
DIFFERENCES = (
    "arm", "against", "exposure", "outcome", "difference", "low", "high", "method", "mean", "mean_against", "pairs",
    "units", "pairs_higher", "pairs_lower", "pairs_equal",
)  # fmt: skip
CURVES = ("arm", "week", "at_risk", "fallen", "survival", "low", "high")


@dataclass(frozen=True, kw_only=True)
class ReportTables:
    """Survival, victims and paired differences of one experiment.

    The caller joins `whowhom.experiments` and `whowhom.report`; each field is what one function there returns. With
    `runs = store.runs()`, `last = store.manifest.until_ticks` and `others` the arms that are not the history::

        ReportTables(
            survival=survival_table(runs, horizon=last),
            victims=victims_table(outcomes(store, count=count)),
            first_fall=pd.concat(
                [victims_table(outcomes_to_first_fall(store, count=count, arm=arm)).assign(pair=arm) for arm in others]
            ),
            differences=compare_arms(store, count=count),
            curves=pd.concat(
                [survival_curve(g["ended"], last=last).assign(arm=arm) for arm, g in runs.groupby("arm", observed=True)]
            ),
        )

    Columns beyond the named ones are welcome and left alone. Where there is one arm, or none but the history, give
    None for `first_fall` and `differences`.

    Attributes
    ----------
    survival
        A row per arm: `SURVIVAL`.
    victims
        A row per arm and outcome, to the horizon: `VICTIMS`. The outcomes `executed_per_1000` and `camp_years_per_1000`
        must both be there: a figure of survival is never shown without them.
    first_fall
        The same two arms at a time, up to the first fall of the two twins, or the horizon: `FIRST_FALL`; `pair` is the
        arm that is compared with the history, `arm` the one of the two whose victims the row gives.
    differences
        A row per arm, exposure and outcome: `DIFFERENCES`; `exposure` is 'to the horizon' or 'to the first fall'.
    curves
        A row per arm and week: `CURVES`. None: no curves are drawn.
    level
        Confidence level of all intervals in them [1].
    """

    survival: pd.DataFrame
    victims: pd.DataFrame
    first_fall: pd.DataFrame | None = None
    differences: pd.DataFrame | None = None
    curves: pd.DataFrame | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        for name, needed in (
            ("survival", SURVIVAL),
            ("victims", VICTIMS),
            ("first_fall", FIRST_FALL),
            ("differences", DIFFERENCES),
            ("curves", CURVES),
        ):
            table = getattr(self, name)
            missing = [] if table is None else [column for column in needed if column not in table]
            if missing:
                raise ValueError(f"table '{name}' must have the columns {', '.join(needed)}; missing: {missing}")
