"""The tool that puts mistakes into mechanisms: it makes them, sees those that matter, lets pass those that do not, and puts everything back.

`./dev mutate` tries mutants for as long as one likes; `docs/mutation.md` says what it found.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.mutation import histories, page, siblings
from tests.mutation.mutants import Mutant, Source, planted
from tests.mutation.played import NAMES
from tests.mutation.trying import KILLED, SURVIVED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> dict[str, list[dict[str, Any]]]:
    """The fixed run, in a process without compilation."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation.quick"],
        cwd=ROOT,
        env={**os.environ, "WHOWHOM_JIT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return seen


@pytest.mark.slow
def test_twenty_mutants_are_tried(found: dict[str, list[dict[str, Any]]]) -> None:
    """Of twenty mutants of twenty mechanisms most are killed within eight weeks of one small history."""
    assert len({row["mechanism"] for row in found["fixed"]}) == len(found["fixed"]) == 20
    ends = Counter(row["end"] for row in found["fixed"])
    print(ends)
    assert sum(ends[end] for end in KILLED) >= 12


@pytest.mark.slow
def test_planted_mistakes_are_seen(found: dict[str, list[dict[str, Any]]]) -> None:
    """A forgotten check, a wrong bound, a forgotten statement, a wrong stream and a loop without end are killed."""
    assert [row["end"] for row in found["bugs"]] == ["differs", "differs", "differs", "differs", "endless"]


@pytest.mark.slow
def test_other_names_are_no_mistake(found: dict[str, list[dict[str, Any]]]) -> None:
    """A mechanism in which only local names are changed survives in every stretch in which it is played."""
    assert [row["end"] for row in found["renamed"]] == [SURVIVED] * 2
    assert all(row["stretches"] > 1 for row in found["renamed"])


def test_every_mutant_is_another_program() -> None:
    """Every mutant of some mechanisms is a valid program that is not the mechanism's own, and no two of a mechanism are the same."""
    for name in ("amnesty", "case", "target", "bounds"):
        texts = [ast.unparse(planted(mutant)[0]) for mutant in Source(name).mutants()]
        for text in texts:
            compile(text, name, "exec")
        assert ast.unparse(Source(name).tree) not in texts
        assert len({*texts}) == len(texts)


def test_every_kind_of_mistake_is_made() -> None:
    """Operators, bounds, conditions, numbers, arguments, fields, codes, signs, left-out statements and the rest are all among the mutants."""
    kinds = {mutant.kind for name in NAMES for mutant in Source(name).mutants()}
    assert kinds >= {"operator", "bound", "condition", "number", "arguments", "field", "code", "sign", "left out"}
    assert kinds >= {"and, or", "min for max", "max for min"}


def test_fields_are_swapped_within_their_row() -> None:
    """The neighbour of a field is of the same row and of the same kind of number; the row is known by what else is read of it."""
    assert siblings.field_beside("threat", frozenset({"threat", "persons", "officers"})) == "belief"
    assert siblings.field_beside("threat", frozenset({"threat", "concession"})) == "concession"
    assert siblings.field_beside("on_arrests", frozenset({"on_arrests", "skip"})).startswith("on_")
    assert siblings.field_beside("state", frozenset({"state", "margin"})) == "role"
    assert siblings.field_beside("sqrt", frozenset({"sqrt", "exp"})) == ""


def test_histories_are_those_of_the_comparison() -> None:
    """The histories come from the tests that hold the compiled model to the reference, without being lived there."""
    names = [
        history.name for history in histories.histories("draws from the priors", "together agree with the reference")
    ]
    assert len(names) == 12 + 3
    (one,) = histories.histories("agree on the smallest layout")
    assert (one.weeks, one.world.tick, len(one.world.arrays.state)) == (20, 0, 2_560)
    assert one.build().digest() == one.world.digest()


def test_reasons_are_of_mechanisms_as_they_are() -> None:
    """Every reason why a mutant survives is of a statement that stands in the mechanism now."""
    statements = {(m.mechanism, m.function, m.before) for name in NAMES for m in Source(name).mutants()}
    stale = [
        reason for reason in page.reasons() if (reason.mechanism, reason.function, reason.before) not in statements
    ]
    assert stale == []


def test_a_mutant_is_found_again() -> None:
    """A mutant is the same place and the same mistake whenever it is made."""
    one, other = ([*Source("petitions").mutants()] for _ in range(2))
    assert one == other
    assert all(isinstance(mutant, Mutant) for mutant in one)
    assert [planted(mutant)[1] for mutant in one] == [planted(mutant)[1] for mutant in other]
