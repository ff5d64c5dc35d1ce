"""`./dev bench country`: a small run of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import country
import pytest


@pytest.mark.slow
def test_the_command_shows_how_the_history_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """The command plays 225 weeks and prints the totals of the stored history's last week, as the same history has them elsewhere."""
    target = tmp_path / "country.json"
    monkeypatch.setattr("sys.argv", ["country", "--persons", "16384", "--threads", "1", "--json", str(target)])
    assert country.main() == 0
    found = json.loads(target.read_text(encoding="utf-8"))
    runs = country.whowhom.run(
        "soviet", persons=16_384, replicates=1, until="1922-03", seed=1, store=tmp_path / "store"
    )
    last = runs.weeks.iloc[-1]
    assert found["weeks"] == last["week"] == 225
    assert found["totals"] == {name: last[name] for name in country.TOTALS}
    assert f"{last['executed_total']:,.0f}" in capsys.readouterr().out
