"""Small mistakes in the mechanisms: where each could be made, and the syntax tree with one of them in it.

A mutant changes one place of one kernel, or of a constant beside it: an operator, a bound, a condition, a number, min for max, `and` for `or`, two arguments, a
field of a row for its neighbour, the name of a code or a stream for the next one, or it leaves a statement out. Declarations of effects, docstrings and
imports are left alone.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation import siblings

import whowhom

MECHANISMS = Path(whowhom.__file__).parent / "mechanisms"
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.RShift: ast.LShift,
    ast.LShift: ast.RShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NEGATIONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
BOUNDS: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER_CALL = {"min": "max", "max": "min", "floor": "ceil", "ceil": "floor"}
NO_CONSTANTS = ("EFFECTS", "REPORTS")

Action = Callable[[], object]


@dataclass(frozen=True)
class Mutant:
    """One mistake.

    Attributes
    ----------
    mechanism
        File without its ending.
    function
        The kernel, '' beside kernels.
    line
        Line of the statement.
    point
        Number of the innermost point of the file that it is in (`Source.points`), -1 beside kernels.
    kind
        What kind of mistake.
    before
        The statement, or the head of a longer one, without the mistake.
    site, variant
        The place in the tree and which of its mistakes: what `planted` needs.
    """

    mechanism: str
    function: str
    line: int
    point: int
    kind: str
    before: str
    site: int
    variant: int


@dataclass(frozen=True)
class Site:
    """A node in which a mistake can be made, its innermost statement, its kernel and the number of its innermost point."""

    node: ast.AST
    statement: ast.stmt
    kernel: ast.FunctionDef | None
    point: int


class Source:
    """A mechanism's file as a tree, and the mistakes that could be made in it.

    `points` are what may be reached or not: statements, the two values of `x if y else z`, and all but the first of what `and` and `or` join.
    """

    def __init__(self, mechanism: str) -> None:
        self.path = MECHANISMS / f"{mechanism}.py"
        self.mechanism = mechanism
        self.tree = ast.parse(self.path.read_text(encoding="utf-8"))
        self.kernels = [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]
        self.constants = [node for node in self.tree.body if _is_constant(node)]
        self.points = [point for kernel in self.kernels for point in _points(kernel)]
        self.number = {id(node): k for k, node in enumerate(self.points)}
        self.sites = [*self._sites()]

    def _sites(self) -> Iterator[Site]:
        """Every node in which a mistake can be made, with its innermost statement, its kernel and its point."""
        for constant in self.constants:
            for node in ast.walk(constant.value):  # type: ignore[attr-defined]
                yield Site(node, constant, None, -1)
        for kernel in self.kernels:
            yield Site(kernel, kernel, kernel, -1)
            for statement in kernel.body:
                yield from self._below(statement, Site(statement, statement, kernel, -1))

    def _below(self, node: ast.AST, above: Site) -> Iterator[Site]:
        statement = node if isinstance(node, ast.stmt) else above.statement
        here = Site(node, statement, above.kernel, self.number.get(id(node), above.point))
        yield here
        only_row = (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in ("p", "nation")
        )
        for child in ast.iter_child_nodes(node.value if only_row else node):  # type: ignore[attr-defined]
            yield from self._below(child, here)

    def mutants(self) -> Iterator[Mutant]:
        """Every mistake that could be made here."""
        for number, site in enumerate(self.sites):
            for variant, (kind, where, _) in enumerate(actions(site.node, site.kernel)):
                shown = site.statement if where is None else where
                point = site.point if where is None else self.number[id(where)]
                name = site.kernel.name if site.kernel else ""
                yield Mutant(self.mechanism, name, shown.lineno, point, kind, head(shown), number, variant)

    def capitals(self) -> Iterator[tuple[str, int]]:
        """Every name of a constant that stands in a kernel, with the number of its point."""
        for site in self.sites:
            if site.kernel is not None and isinstance(site.node, ast.Name) and site.node.id.isupper():
                yield site.node.id, site.point


def _points(kernel: ast.FunctionDef) -> Iterator[ast.AST]:
    for node in ast.walk(kernel):
        if isinstance(node, ast.stmt) and node is not kernel:
            yield node
        elif isinstance(node, ast.IfExp):
            yield from (node.body, node.orelse)
        elif isinstance(node, ast.BoolOp):
            yield from node.values[1:]


def planted(mutant: Mutant) -> tuple[ast.Module, str]:
    """The tree of a mechanism with this mistake in it, and the statement as it is now ('' if it was left out)."""
    source = Source(mutant.mechanism)
    site = source.sites[mutant.site]
    _, where, act = actions(site.node, site.kernel)[mutant.variant]
    act()
    return ast.fix_missing_locations(source.tree), head(site.statement) if where is None else ""


def _is_constant(node: ast.stmt) -> bool:
    """Whether a statement beside kernels gives numbers or codes names."""
    if not isinstance(node, ast.Assign):
        return False
    names = [x.id for x in ast.walk(node.targets[0]) if isinstance(x, ast.Name)]
    return all(name.isupper() for name in names) and names[0] not in NO_CONSTANTS


def head(statement: ast.stmt) -> str:
    """A statement in one line, without the statements in it."""
    if isinstance(statement, ast.If | ast.While):
        return f"{'if' if isinstance(statement, ast.If) else 'while'} {ast.unparse(statement.test)}:"
    if isinstance(statement, ast.For):
        return f"for {ast.unparse(statement.target)} in {ast.unparse(statement.iter)}:"
    return ast.unparse(statement)


# --- the kinds of mistake -------------------------------------------------------------------------------------------------------------

Choice = tuple[str, ast.stmt | None, Action]


def actions(node: ast.AST, kernel: ast.FunctionDef | None) -> list[Choice]:
    """The mistakes that can be made in one node: kind, the statement meant if it is not the node's own, and how to make it."""
    found: list[Choice] = []
    found += _operators(node)
    found += _conditions(node)
    found += _numbers(node)
    found += _calls(node)
    if kernel is not None:
        found += _left_out(node, kernel)
        found += _fields(node, kernel)
    found += _codes(node)
    return found


def _set(node: ast.AST, name: str, value: object) -> Action:
    return lambda: setattr(node, name, value)


def _operators(node: ast.AST) -> Iterator[Choice]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATORS and not _finds_a_place(node):
        yield "operator", None, _set(node, "op", OPERATORS[type(node.op)]())
    if isinstance(node, ast.BoolOp):
        yield "and, or", None, _set(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())


def _finds_a_place(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether a number is made into the first person of a community or back: no mistake there would get far."""
    return isinstance(node, ast.BinOp) and ast.unparse(node.right) in ("COMMUNITY", "6")


def _conditions(node: ast.AST) -> Iterator[Choice]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        kind = type(node.ops[0])
        if kind in BOUNDS:
            yield "bound", None, _set(node, "ops", [BOUNDS[kind]()])
        if kind in NEGATIONS:
            yield "condition", None, _set(node, "ops", [NEGATIONS[kind]()])
    if isinstance(node, ast.If | ast.IfExp) and not isinstance(node.test, ast.Compare):
        test = node.test
        is_not = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        yield "condition", None, _set(node, "test", test.operand if is_not else ast.UnaryOp(ast.Not(), test))  # type: ignore[attr-defined]


def _numbers(node: ast.AST) -> Iterator[Choice]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", None, _set(node, "op", ast.UAdd())
    if not isinstance(node, ast.Constant) or isinstance(node.value, str | None.__class__):
        return
    if isinstance(node.value, bool):
        yield "number", None, _set(node, "value", not node.value)
    elif isinstance(node.value, int):
        yield "number", None, _set(node, "value", node.value + 1)
        if node.value > 0:
            yield "number", None, _set(node, "value", node.value - 1)
    elif isinstance(node.value, float):
        yield "number", None, _set(node, "value", node.value * 2.0 if node.value else 1.0)
        if node.value == 1.0:
            yield "number", None, _set(node, "value", 0.0)


def _calls(node: ast.AST) -> Iterator[Choice]:
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in OTHER_CALL:
        yield f"{name} for {OTHER_CALL[name]}", None, _set(node.func, "id" if isinstance(node.func, ast.Name) else "attr", OTHER_CALL[name])  # fmt: skip
        return
    for k, (one, other) in enumerate(zip(node.args, node.args[1:], strict=False)):
        if ast.dump(one) != ast.dump(other) and not {ast.unparse(one), ast.unparse(other)} & {"w", "t", "r"}:
            swapped = [*node.args[:k], other, one, *node.args[k + 2 :]]
            yield "arguments", None, _set(node, "args", swapped)


def _left_out(node: ast.AST, kernel: ast.FunctionDef) -> Iterator[Choice]:
    for name in ("body", "orelse"):
        lines = getattr(node, name, None)
        if not isinstance(lines, list):
            continue
        for k, line in enumerate(lines):
            if _can_go(line, kernel):
                yield "left out", line, functools.partial(lines.__setitem__, k, ast.Pass())


def _can_go(line: ast.stmt, kernel: ast.FunctionDef) -> bool:
    """Whether a mechanism can be run at all without a line; the last return cannot go, nor the first value of a name."""
    if isinstance(line, ast.Expr):
        return isinstance(line.value, ast.Call)
    if isinstance(line, ast.Return):
        return line is not kernel.body[-1]
    if isinstance(line, ast.Assign):
        names = [x for x in ast.walk(line.targets[0]) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store)]
        earlier = {
            x.id
            for x in ast.walk(kernel)
            if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store) and x.lineno < line.lineno
        }
        return all(x.id in earlier for x in names)
    return isinstance(line, ast.AugAssign | ast.Continue | ast.Break)


def _fields(node: ast.AST, kernel: ast.FunctionDef) -> Iterator[Choice]:
    if isinstance(node, ast.Attribute) and not (ast.unparse(node.value) == "w" and node.attr not in siblings.ARRAYS):
        row = ast.dump(node.value)
        beside = frozenset(
            x.attr for x in ast.walk(kernel) if isinstance(x, ast.Attribute) and ast.dump(x.value) == row
        )
        other = siblings.field_beside(node.attr, beside)
        if other:
            yield "field", None, _set(node, "attr", other)


def _codes(node: ast.AST) -> Iterator[Choice]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in siblings.CODES:
        yield "code", None, _set(node, "id", siblings.CODES[node.id])
