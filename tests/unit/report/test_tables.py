"""The tables that a report is written from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.unit.report.stores import planned_store, tables_of

from whowhom.experiments.statistics import statistics_of
from whowhom.report.tables import ReportTables


def test_the_statistics_of_experiments_fill_them(tmp_path: Path) -> None:
    """What `experiments.statistics` returns for a store makes the tables of its report."""
    store = planned_store(tmp_path / "s", falls={2: 50})
    tables = ReportTables(**statistics_of(store))
    assert tables.differences is not None
    assert set(tables.victims["outcome"]) >= {"executed_per_1000", "camp_years_per_1000"}


def test_missing_columns_are_refused(tmp_path: Path) -> None:
    """A table that lacks columns is refused by its name with the columns it needs."""
    tables = tables_of(planned_store(tmp_path / "s", replicates=2, until_ticks=5))
    with pytest.raises(ValueError, match=r"table 'victims' must have the columns arm, outcome, .*missing: \['arm'\]"):
        ReportTables(survival=tables.survival, victims=tables.victims.drop(columns="arm"))
    with pytest.raises(ValueError, match="table 'survival'"):
        ReportTables(survival=pd.DataFrame(), victims=tables.victims)
