"""How long a regime stands: the share that survive to a horizon, and the curve of survival over the weeks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from whowhom.experiments.intervals import LEVEL, normal_quantile
from whowhom.experiments.units import interval_of_share

if TYPE_CHECKING:
    import pandas as pd


def survived(ended: ArrayLike, *, horizon: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return for each run whether it stood at the beginning of week `horizon`.

    Parameters
    ----------
    ended
        Week of the collapse, NaN if there was none [weeks].
    horizon
        Week asked about; not later than the runs' last one [weeks].
    """
    weeks = np.asarray(ended, dtype=np.float64)
    return np.isnan(weeks) | (weeks > horizon)


def survival_table(runs: pd.DataFrame, *, horizon: int, level: float = LEVEL) -> pd.DataFrame:
    """Return the share of runs of each arm that survive to a horizon, with intervals.

    Parameters
    ----------
    runs
        `Store.runs()`. Failed runs are not in it: they are neither survivors nor fallen.
    horizon
        Week [weeks].

    Returns
    -------
    pandas.DataFrame
        A row per arm, in the order of the design: `arm`, `runs`, `survived` (count), `share`, `low`, `high`, `method`.
    """
    import pandas as pd

    rows = []
    for arm, group in runs.groupby("arm", observed=True, sort=True):
        stood = survived(group["ended"], horizon=horizon)
        found = interval_of_share(stood, sets=group["set"], level=level)
        row = {"arm": arm, "runs": stood.size, "survived": int(stood.sum()), "share": found.estimate}
        rows.append({**row, "low": found.low, "high": found.high, "method": found.method})
    return pd.DataFrame(rows, columns=["arm", "runs", "survived", "share", "low", "high", "method"])


def survival_curve(ended: ArrayLike, *, last: ArrayLike, level: float = LEVEL) -> pd.DataFrame:
    """Return the Kaplan-Meier estimate of survival at each week.

    Parameters
    ----------
    ended
        Week of the collapse, NaN if there was none [weeks].
    last
        Week up to which each run was watched, one for all or one each [weeks].
    level
        Confidence level of the interval at each week by itself [1].

    Returns
    -------
    pandas.DataFrame
        `week`, `at_risk` (standing at the beginning of the week before and watched through it), `fallen`, `survival`,
        `low`, `high`; from week 0 to the last.

    Notes
    -----
    Weeks are true times here, so ties are no approximation: S(t) is the product over weeks s up to t of
    (1 - fallen_s / at_risk_s) (Kaplan and Meier 1958, JASA 53, 457-481). The interval is Wilson's with the effective
    number of runs S (1 - S) / Greenwood's variance (Rothman 1978, Journal of Chronic Diseases 31, 557-560). Without
    censoring that is the number of runs, and the interval is Wilson's own; it has width also before the first collapse
    and after the last, where Greenwood's has none.
    """
    import pandas as pd

    weeks = np.asarray(ended, dtype=np.float64)
    watched = np.broadcast_to(np.asarray(last, dtype=np.int64), weeks.shape)
    fell = ~np.isnan(weeks) & (weeks <= watched)
    until = np.where(fell, weeks, watched).astype(np.int64)
    rows = []
    survival, hazard = 1.0, 0.0
    for week in range(int(watched.max(initial=0)) + 1):
        at_risk = int((until >= week).sum())
        fallen = int((fell & (until == week)).sum())
        if at_risk:
            survival *= 1.0 - fallen / at_risk
            hazard += fallen / (at_risk * (at_risk - fallen)) if fallen < at_risk else 0.0
        low, high = _rothman(survival, hazard, at_risk=at_risk, n=weeks.size, level=level)
        rows.append((week, at_risk, fallen, survival, low, high))
    return pd.DataFrame(rows, columns=["week", "at_risk", "fallen", "survival", "low", "high"])


def _rothman(survival: float, hazard: float, *, at_risk: int, n: int, level: float) -> tuple[float, float]:
    """Return Wilson's interval for an effective number of runs; `hazard` is the sum in Greenwood's formula."""
    if n == 0:
        return math.nan, math.nan
    variance = survival * survival * hazard
    effective = survival * (1.0 - survival) / variance if variance > 0.0 else float(at_risk if survival > 0.5 else n)
    if effective == 0.0:
        return 0.0, 1.0
    z = normal_quantile(0.5 + level / 2)
    middle = (survival + z * z / (2 * effective)) / (1 + z * z / effective)
    spread = survival * (1 - survival) / effective + z * z / (4 * effective * effective)
    half = z / (1 + z * z / effective) * math.sqrt(spread)
    return max(0.0, middle - half), min(1.0, middle + half)
