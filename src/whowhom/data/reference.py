"""Base rates and effect sizes: tables to think with, not series and never targets.

They say how often regimes of many kinds fell, campaigns succeeded or coups were tried, and what studies found about the
effect of repression on dissent (which has no single sign). They are counts and associations, not effects, unless the
row says so.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from whowhom.errors import UnknownNameError, unknown

if TYPE_CHECKING:
    import pandas as pd

TABLES = {
    "base_rates": "counts computed from public data sets on regimes, campaigns, coups and mass killing",
    "effect_sizes": "what studies found about repression and dissent, with the sign left open",
}


@cache
def load_reference(name: str) -> tuple[dict[str, str], ...]:
    """Give one reference table, a dictionary per row.

    Parameters
    ----------
    name
        One of `TABLES`.

    Returns
    -------
    tuple of dict
        With the keys `quantity`, `period`, `value`, `low`, `high`, `unit`, `cite`, `read_at`, `status` and `note`, all
        texts; a missing number is an empty text.

    Raises
    ------
    UnknownNameError
        If there is no such table.

    """
    if name not in TABLES:
        raise UnknownNameError(unknown("reference table", name, TABLES, listed_by="whowhom records"))
    text = (files("whowhom") / "records" / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def reference_frame(name: str) -> pd.DataFrame:
    """Give one reference table as a pandas DataFrame with numbers in `value`, `low` and `high`."""
    import pandas as pd

    frame = pd.DataFrame(list(load_reference(name)))
    for column in ("value", "low", "high"):
        frame[column] = pd.to_numeric(frame[column])
    return frame
