"""Every mechanism does what it declares and nothing else: what it writes, what it draws, what it reads of people's hearts.

Real weeks of small worlds are lived in plain Python with a spy around each line of `tick` (`tests/plain_weeks.py`), chosen so that everything
happens; what changed is compared with `EFFECTS` field by field, both ways. The centre is held to its reports in the same weeks.
"""

from __future__ import annotations

import ast
import re
import sys
from types import ModuleType
from typing import Any

import pytest
from tests.architecture import scan
from tests.plain_weeks import PRIVATE, plain, tick_order

from whowhom.engine.effects import Effects
from whowhom.mechanisms.centre import REPORTS
from whowhom.models.machine import tick
from whowhom.models.machine.declarations import DECLARATIONS

# What is declared and never seen to change, and why.
UNSEEN = {
    ("fight", "pool.hits_voice"): "counted with every hit; soldiers die in combat as armed persons, never in voice",
    (
        "change_hands",
        "pool.hits_voice",
    ): "forgotten with the other hits; no soldier is arrested for his voice in the week in which the town changes hands",
    ("question", "province.accused"): "counts within the mechanism and ends at 0",
    ("count", "province.sum_weight"): "made anew each week, of weights that never change",
    ("gauge", "province.support_sd"): "the spread of opposition is the same throughout these weeks",
}
BOOK_KEEPING = ("open_week", "close_week")
"""Two mechanisms of one file share one declaration."""
PATHS = {"nation.war", "nation.intervention", "nation.abroad_voice", "nation.foreigners"}
CENSUS = {"province.persons"}
SIDES = {"province.holder", "province.foreign", "province.facing", "province.rival"}
OWN_MEMORY = {"believe": {"province.threat"}, "climb": {"province.threat", "province.holder", "use"}, "concede": {"nation.threat", "nation.concession", "nation.taken"}}  # fmt: skip
"""What the three mechanisms of the centre may read beside the reports: recorded paths, what is heard from abroad, the census, who holds what against whom, and what the
centre itself wrote.
"""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the spies saw."""
    seen: dict[str, Any] = plain("effects")
    return seen


def module_of(name: str) -> ModuleType:
    """The file of a mechanism."""
    function = getattr(tick, name)
    return sys.modules[getattr(function, "py_func", function).__module__]


def effects_of(name: str) -> Effects:
    """Its declaration."""
    declared: Effects = module_of(name).EFFECTS
    return declared


def covers(declared: str, field: str) -> bool:
    """Whether a declared name means a field: itself, all of a table, or a whole table of entries."""
    return field == declared or field.startswith(
        (declared.removesuffix("*") if declared.endswith(".*") else declared + ".",)
    )


def undeclared(written: list[str], declared: tuple[str, ...]) -> set[str]:
    return {field for field in written if not any(covers(name, field) for name in declared)}


@pytest.mark.slow
def test_mechanisms_write_only_what_they_declare(found: dict[str, Any]) -> None:
    """In weeks in which everything happens no mechanism changes an array or a field that it has not declared."""
    guilty = {
        name: extra
        for name, written in found["writes"].items()
        if (extra := undeclared(written, effects_of(name).writes))
    }
    assert found["order"] == list(found["writes"]) == tick_order()
    assert guilty == {}


@pytest.mark.slow
def test_mechanisms_declare_only_what_they_write(found: dict[str, Any]) -> None:
    """Whatever a mechanism declares it has changed in some week, but for listed fields with a reason."""
    unseen = {
        (name, declared)
        for name, written in found["writes"].items()
        if name not in BOOK_KEEPING
        for declared in effects_of(name).writes
        if not any(covers(declared, field) for field in written)
    }
    both = {field for name in BOOK_KEEPING for field in found["writes"][name]}
    assert all(any(covers(declared, field) for field in both) for declared in effects_of("close_week").writes)
    assert unseen == set(UNSEEN)


@pytest.mark.slow
def test_mechanisms_draw_exactly_from_the_streams_they_declare(found: dict[str, Any]) -> None:
    """Every stream that a mechanism declares it has drawn from, and it has drawn from no other."""
    declared = {name: sorted(effects_of(name).draws) for name in found["draws"]}
    assert found["draws"] == declared


@pytest.mark.slow
def test_no_key_is_used_twice_in_a_week(found: dict[str, Any]) -> None:
    """No two draws of one week have the same counter, so that no two things share their luck by accident; traits are no luck of a week: who changes
    sides keeps the risk aversion that the decision reads.
    """
    assert set(found["twice"]) <= {"TRAITS"}


@pytest.mark.slow
def test_mechanisms_read_hearts_only_if_they_declare_it(found: dict[str, Any]) -> None:
    """If margins, shifts, anger, opposition and numbers made from them are replaced by others, mechanisms that declare no private
    reading write the same bits, except into private fields of their own; each of the others writes something else.
    """
    for name, depends in found["private"].items():
        effects = effects_of(name)
        own = {field for field in PRIVATE if any(covers(declared, field) for declared in effects.writes)}
        if effects.reads_private:
            assert depends, f"{name} declares to read what is private and does not"
        else:
            assert set(depends) <= own, name


@pytest.mark.slow
def test_the_centre_reads_its_reports_and_nothing_else(found: dict[str, Any]) -> None:
    """What the centre's belief, ladder and concession depend on, field by field: the declared reports, the paths of war, what is heard from abroad, the census and
    their own memory, exactly.
    """
    expected = {name: set(memory) for name, memory in OWN_MEMORY.items()}
    expected["believe"] |= set(REPORTS) | PATHS | CENSUS | SIDES
    assert {name: set(read) for name, read in found["reads"].items()} == expected
    assert not set(REPORTS) & set(PRIVATE)
    assert not any(effects_of(name).reads_private for name in OWN_MEMORY)


def test_the_spies_see_an_undeclared_write() -> None:
    """Negative control: a field beyond the declared ones is seen, a field of a declared table is not."""
    assert undeclared(["state", "community.fear", "nation.stock"], ("state", "community.*")) == {"nation.stock"}
    assert undeclared(["inbox.age", "stratum.voice"], ("inbox", "stratum.voices")) == {"stratum.voice"}


# --- the sources ------------------------------------------------------------------------------------------------------------------------


def tree_of(module: str) -> ast.Module:
    return ast.parse((scan.PACKAGE / "mechanisms" / f"{module}.py").read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> dict[str, str]:
    """Imported name -> the mechanism's file it comes from."""
    return {
        alias.asname or alias.name: node.module.rpartition(".")[2]
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("whowhom.mechanisms.")
        for alias in node.names
    }


def reached(module: str, functions: set[str], done: set[tuple[str, str]]) -> set[str]:
    """Streams named in some functions of a file and in all that they call."""
    tree, streams = tree_of(module), set()
    come_from, own = imports(tree), {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in functions:
        if (module, name) in done:
            continue
        done.add((module, name))
        for node in ast.walk(own[name]):
            if not isinstance(node, ast.Name):
                continue
            if come_from.get(node.id) == "stream":
                streams.add(node.id)
            elif node.id in come_from and node.id.islower() and come_from[node.id] != "target":
                streams |= reached(come_from[node.id], {node.id}, done)
            elif node.id in own:
                streams |= reached(module, {node.id}, done)
    return streams


@pytest.mark.parametrize("name", tick_order())
def test_streams_in_the_source_are_those_declared(name: str) -> None:
    """The stream constants that stand in a mechanism's source and in the functions it calls are its declared draws, both ways."""
    module = module_of(name).__name__.rpartition(".")[2]
    assert reached(module, {name}, set()) == set(effects_of(name).draws)


def test_every_stream_has_a_number_of_its_own_and_a_user() -> None:
    """Numbers of streams differ, agree with the table of the page, and each is drawn by a mechanism or by the building of a world."""
    numbers = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree_of("stream").body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    page = "".join((scan.ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("machine.md", "instruments.md"))
    rows = [int(number) for number in re.findall(r"^\| [a-z', -]+ \| (\d+) \|", page, re.MULTILINE)]
    assert rows == sorted(numbers.values())
    building = (scan.PACKAGE / "models" / "machine" / "building.py").read_text(encoding="utf-8")
    used = {stream for name in tick_order() for stream in effects_of(name).draws}
    assert numbers.keys() == used | {stream for stream in numbers if re.search(rf"\b{stream}\b", building)}


@pytest.mark.parametrize("name", tick_order())
def test_switches_and_equations_of_declarations_exist(name: str) -> None:
    """Every switch that a mechanism's file reads is named in its declaration, which names only switches and equations that exist."""
    effects, module = effects_of(name), module_of(name).__name__.rpartition(".")[2]
    text = (scan.PACKAGE / "mechanisms" / f"{module}.py").read_text(encoding="utf-8")
    declared = set(re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", effects.switch)))
    assert declared <= {switch.name for switch in DECLARATIONS.switches}
    assert set(re.findall(r"\.on_([a-z_]+)", text)) <= declared
    page = "".join((scan.ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("machine.md", "instruments.md"))
    assert all(re.search(rf"\b{label}\b", _spelled(page)) for label in re.findall(r"E\d+", effects.equations))


def _spelled(page: str) -> str:
    """The page with 'E1 to E7' written out."""
    spans = re.findall(r"\bE(\d+) to E(\d+)", page)
    return page + " ".join(f"E{k}" for first, last in spans for k in range(int(first), int(last) + 1))
