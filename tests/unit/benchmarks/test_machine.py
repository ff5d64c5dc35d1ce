"""`./dev bench machine`: what it says of a world, its ratios, and a small run of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import machine
import numpy as np
import pytest
from tests.machine_worlds import harsh_small, small_world

from whowhom.models.machine.world import MachineWorld


@pytest.fixture(scope="module")
def world() -> MachineWorld:
    """A small world after some harsh weeks."""
    one = small_world(harsh_small(), seed=2)
    for _ in range(12):
        one.step()
    return one


def test_near_dissent_are_those_who_dissent_or_would_for_nothing(world: MachineWorld) -> None:
    """A community counts as near dissent if one of its people is in voice or arms, or its largest margin reaches 0 without any cost."""
    w, p = world.arrays, world.arrays.p[0]
    near = 0
    for c in range(len(w.community)):
        x = w.community[c]
        place = w.province[w.stratum[x.stratum].province]
        own = x.seen / x.seen_free if x.seen_free > 0 else 0.0
        local, nation = p.decision_weight_local, p.decision_weight_nation
        visible = local * own + (1 - local - nation) * place.dissent + nation * w.nation[0].dissent
        lean = x.best_margin / 8192 + x.shift + p.decision_anger_weight * x.anger + p.decision_social_weight * visible
        lean += p.decision_anger_weight * (x.grieving > 0)
        near += bool(x.voice or x.armed or x.soldier_voice or x.soldier_armed or lean > 0)
    assert 0 < near < len(w.community)
    assert machine.near_dissent(world) == near / len(w.community)


def test_more_is_near_dissent_than_must_be_looked_at() -> None:
    """Where fear keeps people quiet, fewer communities must be looked at than hold somebody near dissent."""
    one = machine.MACHINE.build(machine.whowhom.scenario("soviet").settings, persons=16_384, seed=1)
    for _ in range(60):
        one.step()
    assert 0 < machine.not_skipped(one) < machine.near_dissent(one)


def test_bytes_are_those_of_the_arrays(world: MachineWorld) -> None:
    """Each array is counted once, and a week touches every row twice and five bytes of each person looked at."""
    once = {
        id(a if a.base is None else a.base): a.nbytes
        for name, a in world.arrays
        if name not in ("busy_words", "flag_words")
    }
    assert machine.array_bytes(world) == sum(once.values())
    n, lively = len(world.arrays.community), int(world.arrays.lively.sum())
    assert machine.bytes_touched(world) == 2 * 56 * n + 2 * n + 320 * lively


def test_events_are_counted_from_the_totals(world: MachineWorld) -> None:
    """Arrests are those of all three origins; other events are their totals over all strata."""
    found, table = machine.events(world), world.arrays.stratum
    assert found["arrests"] == sum(int(table[f"total_arrests_{x}"].sum()) for x in ("open", "named", "self")) > 0
    assert found["executed"] == int(np.sum(table["total_executed"]))


def test_ratios_are_to_memory_and_aim() -> None:
    """A week of 10 ms that moves 10^8 bytes takes twice what memory of 20 GB/s would need."""
    state = {"milliseconds": 10.0, "bytes_touched": 1e8, "ns_per_person_week": 0.6}
    found = machine.with_ratios({name: dict(state) for name in machine.AIMS}, 20e9)
    assert found["quiet"]["times_bandwidth"] == pytest.approx(2.0)
    assert found["quiet_over_aim"] == pytest.approx(2.0)
    assert found["ns_per_person_week_revolt"] == 0.6


@pytest.mark.slow
def test_the_command_reaches_its_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """At a small size the command reaches its four states, prints three tables and writes every figure that its page names."""
    target = tmp_path / "machine.json"
    monkeypatch.setattr(
        "sys.argv", ["machine", "--persons", "65536", "--weeks", "2", "--threads", "1", "--json", str(target)]
    )
    assert machine.main() == 0
    figures = json.loads(target.read_text(encoding="utf-8"))
    assert {f"ns_per_person_week_{x}" for x in ("quiet", "contested", "revolt")} <= figures.keys()
    assert {"resident_bytes", "build_seconds", "triad_bytes_per_second", "array_bytes"} <= figures.keys()
    assert figures["quiet"]["not_skipped"] < 0.1
    assert figures["contested"]["near_dissent"] == pytest.approx(machine.SHARE, abs=0.08)
    assert figures["revolt"]["dissent"] == pytest.approx(machine.DISSENT, abs=0.08)
    for state in machine.AIMS:
        spent = sum(figures[state]["profile"].values())
        assert 0.3 < spent / figures[state]["ns_per_person_week"] < 3
    assert "Memory and building" in capsys.readouterr().out
