"""Inputs mutated by chance, the same ones at every run, and planted mistakes that they must find.

`python -m tests.fuzz.hunt` plays the same games for as long as one likes.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz import records, scenarios, stores
from tests.fuzz.answers import Finding
from tests.fuzz.luck import Drawn, Luck, Seeded

from whowhom.data import schema
from whowhom.engine import scenario_tables
from whowhom.store import manifest, reader, writer

pytestmark = pytest.mark.filterwarnings("ignore::whowhom.errors.StoreWarning")

Game = Callable[[Luck, Path], None]

#: What is played, and with how many seeds: what a minute of two cores can pay for, all together.
GAMES: dict[str, tuple[Game, int]] = {
    "records, read": (partial(records.play, draws=False), 150),
    "records, drawn": (records.play, 50),
    "scenarios, read": (partial(scenarios.play, runs=False), 150),
    "scenarios, run": (scenarios.play, 40),
    "stores, read": (partial(stores.play, writes=False, every=False), 80),
    "stores, continued": (partial(stores.play, every=False), 60),
}

WITHOUT_KERNELS = tuple(GAMES[name][0] for name in ("records, read", "records, drawn", "scenarios, read"))

#: Games so quick that Hypothesis can also look for the smallest input that is answered badly, and how many inputs it makes.
QUICK = {"records, read": 100, "scenarios, read": 100}


def play(game: Game, luck: Luck, folder: Path) -> None:
    """Play one input; the folder of one that is answered badly is kept."""
    try:
        game(luck, folder)
    except Finding as finding:
        raise Finding(f"{finding}\n(the input is in {folder})", place=finding.place) from finding
    shutil.rmtree(folder)


def play_seeds(name: str, place: Path) -> None:
    """Play a game with the seeds of the suite until one is answered badly."""
    game, seeds = GAMES[name]
    if game not in WITHOUT_KERNELS:
        stores.base()  # compiles, which may take longer than an answer may
    for seed in range(seeds):
        play(game, Seeded(seed), place / str(seed))


@pytest.mark.parametrize("name", GAMES)
def test_every_input_has_a_good_answer(name: str, tmp_path: Path) -> None:
    """Whatever is done to a file, the answer is the thing asked for or an error of ours, and nothing finished is lost."""
    play_seeds(name, tmp_path)


@pytest.mark.parametrize("name", QUICK)
def test_hypothesis_finds_no_bad_answer(name: str, tmp_path: Path) -> None:
    """The same holds for choices made by Hypothesis, which tries ends and repetitions first."""
    cases = itertools.count()

    @settings(max_examples=QUICK[name], suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def one(data: st.DataObject) -> None:
        play(GAMES[name][0], Drawn(data), tmp_path / str(next(cases)))

    one()
    assert next(cases) >= QUICK[name]


def raises(*_: Any, **__: Any) -> Any:
    """A mistake as they are made: something is looked up that is not there."""
    raise KeyError("planted")


def _large_number(text: str) -> float | None:
    return raises() if text.startswith("1e") else _parse_number(text)


def _no_check(*_: Any, **__: Any) -> None:
    return None


def _leave_a_trace(layout: Any) -> Any:
    (layout.folder / "trace").touch()
    return layout.scan()


def _reopen_all(self: Any) -> None:
    for marker in self.folder.glob("batch-*.done"):
        marker.unlink()


_parse_number = schema.parse_number

#: game, where the mistake is planted, the mistake, and what the finding says.
PLANTED = (
    ("records, read", schema, "parse_number", _large_number, "KeyError at"),
    ("scenarios, read", scenario_tables, "nearest", raises, "KeyError at"),
    ("stores, read", manifest, "mismatch", _no_check, "Error at"),
    ("stores, read", reader, "scan", _leave_a_trace, "reading changed the folder"),
    ("stores, continued", writer.Writer, "_reopen_torn", _reopen_all, "harm to a finished part"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "where", "what", "mistake", "says"), PLANTED, ids=[f"{w[2]}" for w in PLANTED])
def test_a_planted_mistake_is_found(
    name: str, where: Any, what: str, mistake: Any, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lookup that fails on some inputs, a check that is left out, a reader that writes and a writer that undoes are found."""
    if name.startswith("stores"):
        stores.base()  # before the mistake is made
    monkeypatch.setattr(where, what, mistake)
    with pytest.raises(Finding) as caught:
        play_seeds(name, tmp_path)
    assert says in caught.value.place
