"""A small, fixed run for the test of the tool: `python -m tests.mutation.quick` with WHOWHOM_JIT=0; prints JSON."""

from __future__ import annotations

import ast
import json
import sys
from typing import Any

from tests.mutation.campaign import prepared
from tests.mutation.mutants import Mutant, Source
from tests.mutation.played import NAMES
from tests.mutation.trying import Arena, Effort, aside, in_turn, try_out

EFFORT = Effort(stretches=3, to_the_end=0)
THOROUGH = Effort(stretches=12, to_the_end=0)
N_FIXED = 20
BUGS = (
    ("open_arrest", "and, or", "if chance(p_arrest, words[k]) and (not is_hit(w, i)):"),
    ("food", "max for min", "rest = max(0.0, available - army * need_army * horizon)"),
    ("hostages_taken", "left out", "grieve(w, i, GRIEF_ARREST)"),
    ("stream", "number", "CUSTODY = 11"),
    ("custody", "bound", "while c < end:"),
)
"""Mechanism, kind and statement of mistakes that the comparison must see; the last never ends or leaves the arrays."""


class Renamed(ast.NodeTransformer):
    """The same kernels with other names for what is local to them."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        local = {x.id for x in ast.walk(node) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store)}
        for x in ast.walk(node):
            if isinstance(x, ast.Name) and x.id in local:
                x.id += "_renamed"
        return node


def mutant_like(mechanism: str, kind: str, before: str) -> Mutant:
    """The first mutant of this kind at this statement."""
    return next(x for x in Source(mechanism).mutants() if x.kind == kind and x.before == before)


def renamed(arena: Arena, mechanism: str) -> dict[str, Any]:
    """What becomes of a mechanism in which nothing but names is changed, at every stretch that there is."""
    mutant = next(Source(mechanism).mutants())
    tree = ast.fix_missing_locations(Renamed().visit(Source(mechanism).tree))
    outcome = aside(lambda: arena.play(mutant, tree, arena.everywhere()[::3], to_the_end=0))
    return {"mechanism": mechanism, "end": outcome.end, "stretches": outcome.stretches, "words": outcome.words}


def main() -> int:
    """Everything, as JSON."""
    arena = prepared("agree on the smallest layout")
    fixed = [mutant for mutant, _ in zip(in_turn(NAMES, seed=7), range(N_FIXED), strict=False)]
    found = {
        "fixed": [try_out(arena, mutant, effort=EFFORT, seed=7).row() for mutant in fixed],
        "bugs": [try_out(arena, mutant_like(*bug), effort=THOROUGH, seed=7).row() for bug in BUGS],
        "renamed": [renamed(arena, name) for name in ("emotion", "decision")],
    }
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
