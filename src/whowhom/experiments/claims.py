"""Claims about causes as data: what is said and by whom, what speaks for and against it, and what would decide it, fixed before any run.

They stand in `NAME.claims.toml` beside the scenario::

    [words]               until: first day past which no finding is given, and why
    [[arm]]               name, meaning; off, on, set, from as in `--arm`
    [[claim]]             name, title, sentence, says, statements, supports, disputes, leaves_out, decides, until, persons; facts, zero if wanted
    [[claim.question]]    title, measure, treatment, control, holds, unit; fails, joint if wanted
    [[open]]              name, title, because: claims that cannot be assessed yet

The first question of a claim carries its finding, or all that are `joint` do together; the others are shown beside it. `holds` and `fails` are bounds such as 'at most -0.3',
'within 0.2' (of 0) or 'between -1 and 0.5'. What measures there are says `experiments.measures`. A treatment that is a list of arms is the best of them for survival, chosen on other seeds.
`zero` names two arms that must be equal in everything, to the last bit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from whowhom.engine.contract import Model
from whowhom.engine.scenario import Scenario
from whowhom.errors import ScenarioError, UnknownNameError, WhowhomError, quoted, unknown
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.finding_rule import Question
from whowhom.experiments.hidden_effects import Bound
from whowhom.experiments.measures import Measure, measure_named

SUFFIX = ".claims.toml"
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_BOUND = re.compile(rf"(at most|at least|within) ({_NUMBER})|(between) ({_NUMBER}) and ({_NUMBER})")
_CLAIM = ("name", "title", "sentence", "says", "statements", "supports", "disputes", "leaves_out", "decides", "until")
_QUESTION = ("title", "measure", "control", "holds", "unit")


@dataclass(frozen=True)
class NamedArm:
    """An arm of the claims of a scenario, and what it means."""

    arm: Arm
    meaning: str


@dataclass(frozen=True)
class Asked:
    """One question of a claim.

    Attributes
    ----------
    title
        What is asked, for people.
    measure
        What is compared.
    treatments, control
        Names of arms; of several treatments the best for survival is meant.
    question
        Bounds, in the unit of the effect.
    unit
        Of the effect, for people.
    joint
        Whether it carries the finding together with the other joint ones.
    """

    title: str
    measure: Measure
    treatments: tuple[str, ...]
    control: str
    question: Question
    unit: str
    joint: bool


@dataclass(frozen=True)
class Claim:
    """A claim about causes.

    Attributes
    ----------
    name, title
        'C6', and what it says in one line.
    sentence, says
        The claim in our words, and whose it is.
    statements
        Statements of the text that it comes from (docs/statements.md).
    facts
        Checks of facts that bear on it.
    supports, disputes
        The strongest scholarly statement for and against it, with source; marked where from memory.
    leaves_out
        What the operationalisation leaves out.
    decides
        Which assumption of the model would decide it.
    until
        Horizon: first tick that is not played [ticks].
    persons
        Smallest size at which it may be assessed [persons].
    zero
        Two arms that must be equal to the last bit; () if none were named.
    questions
        What is asked; the first one carries the finding.
    """

    name: str
    title: str
    sentence: str
    says: str
    statements: str
    facts: str
    supports: str
    disputes: str
    leaves_out: str
    decides: str
    until: int
    persons: int
    zero: tuple[str, ...]
    questions: tuple[Asked, ...]

    def arms(self) -> tuple[str, ...]:
        """Names of the arms that it needs."""
        named = [HISTORY, *(name for one in self.questions for name in (*one.treatments, one.control)), *self.zero]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class OpenClaim:
    """A claim that cannot be assessed yet, and why."""

    name: str
    title: str
    because: str


@dataclass(frozen=True)
class Claims:
    """The claims of a scenario.

    Attributes
    ----------
    claims, arms
        By name; the unchanged history is among the arms.
    words_until
        First tick past which no finding is given [ticks].
    words_reason
        Why.
    unassessed
        Claims that cannot be assessed yet.
    """

    claims: Mapping[str, Claim]
    arms: Mapping[str, NamedArm]
    words_until: int
    words_reason: str
    unassessed: tuple[OpenClaim, ...]

    def named(self, name: str) -> Claim:
        """Return a claim by its name, or raise `UnknownNameError`."""
        waiting = {one.name: one.because for one in self.unassessed}
        if name in waiting:
            raise UnknownNameError(
                f"claim '{name}' cannot be assessed yet: {waiting[name]}. `whowhom claims` lists those that can."
            )
        if name not in self.claims:
            raise UnknownNameError(unknown("claim", name, self.claims, listed_by="whowhom claims"))
        return self.claims[name]


def claims_of(scenario: Scenario, *, model: Model, file: Path | None = None) -> Claims:
    """Read the claims of a scenario, from a file or from those shipped beside it.

    Raises
    ------
    ScenarioError
        There are none, or the file is not what it should be; all that is wrong is said.
    """
    place = files("whowhom") / "scenarios" / f"{scenario.name}{SUFFIX}" if file is None else file
    if not place.is_file():
        raise ScenarioError(
            [
                f"the claims of scenario '{scenario.name}' must stand in '{place.name}', got no such file. Name a file with --file."
            ]
        )
    try:
        tables = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError([f"{place.name}: the file must be TOML, got: {error}."]) from None
    return _Reader(scenario, model, place.name).read(tables)


class _Reader:
    """Reads tables into claims and collects what is wrong."""

    def __init__(self, scenario: Scenario, model: Model, shown: str) -> None:
        self.scenario, self.model, self.shown = scenario, model, shown
        self.problems: list[str] = []
        self.arms: dict[str, NamedArm] = {HISTORY: NamedArm(Arm(HISTORY), "nothing is changed")}

    def read(self, tables: Mapping[str, Any]) -> Claims:
        """Return the claims; raises ScenarioError."""
        odd = sorted(set(tables) - {"words", "arm", "claim", "open"})
        if odd:
            self.wrong("the file", f"must hold [words], [[arm]], [[claim]] and [[open]], got also {quoted(odd)}.")
        words = self.texts("[words]", tables.get("words", {}), ("until", "because"))
        for number, table in enumerate(self.rows(tables, "arm"), 1):
            self.arm(f"arm {number}", table)
        claims = [self.claim(f"claim {number}", table) for number, table in enumerate(self.rows(tables, "claim"), 1)]
        rest = [
            self.texts(f"open claim {n}", table, ("name", "title", "because"))
            for n, table in enumerate(self.rows(tables, "open"), 1)
        ]
        until = self.tick("[words]", words.get("until", ""))
        found = {one.name: one for one in claims if one is not None}
        if len(found) < sum(one is not None for one in claims):
            self.wrong("claims", "must have different names.")
        if self.problems:
            raise ScenarioError(self.problems)
        return Claims(found, self.arms, until, words["because"], tuple(OpenClaim(**one) for one in rest))

    def wrong(self, where: str, sentence: str) -> None:
        self.problems.append(f"{self.shown}, {where}: {sentence}")

    def rows(self, table: Mapping[str, Any], name: str) -> list[Any]:
        """Return a list of tables; nothing if it is something else."""
        found = table.get(name, [])
        if isinstance(found, list):
            return found
        self.wrong(f"[[{name}]]", f"must be a list of tables, got {quoted(found)}.")
        return []

    def texts(self, where: str, table: Any, names: Sequence[str], more: Sequence[str] = ()) -> dict[str, str]:
        """Return the texts of a table; {} if one is missing or there is something unknown."""
        if not isinstance(table, Mapping):
            self.wrong(where, f"must be a table, got {quoted(table)}.")
            return {}
        missing = [name for name in names if not isinstance(table.get(name), str) or not table[name].strip()]
        odd = sorted(set(table) - {*names, *more})
        if missing:
            self.wrong(where, f"must have texts {', '.join(map(quoted, missing))}, got none.")
        if odd:
            self.wrong(where, f"must not have {', '.join(map(quoted, odd))}; known are {', '.join((*names, *more))}.")
        return {} if missing or odd else {name: " ".join(table[name].split()) for name in names}

    def tick(self, where: str, day: str) -> int:
        try:
            return self.scenario.ticks_until(day) if day else 0
        except WhowhomError as error:
            self.wrong(where, str(error))
            return 0

    def arm(self, where: str, table: Any) -> None:
        texts = self.texts(where, table, ("name", "meaning"), more=("off", "on", "set", "from"))
        if not texts:
            return
        if texts["name"] in self.arms:
            self.wrong(where, f"arms must have different names, got {quoted(texts['name'])} twice.")
        try:
            first = 0 if "from" not in table else self.scenario.tick_of(table["from"], name="from")
            arm = Arm(
                texts["name"], tuple(table.get("off", ())), tuple(table.get("on", ())), table.get("set", {}), first
            )
            arm.resolved(self.scenario).apply(self.scenario.settings)
        except (WhowhomError, TypeError, ValueError, AttributeError) as error:
            self.wrong(f"{where} ({texts['name']})", str(error))
            return
        self.arms[texts["name"]] = NamedArm(arm, texts["meaning"])

    def claim(self, where: str, table: Any) -> Claim | None:
        texts = self.texts(where, table, _CLAIM, more=("facts", "persons", "zero", "question"))
        if not texts:
            return None
        where = f"claim {texts['name']}"
        rows = self.rows(table, "question")
        questions = [self.question(f"{where}, question {n}", row) for n, row in enumerate(rows, 1)]
        if not rows:
            self.wrong(where, "must ask at least one [[claim.question]], got none.")
        persons, zero = table.get("persons"), tuple(table.get("zero", ()))
        if not isinstance(persons, int) or isinstance(persons, bool) or persons < self.model.smallest_persons:
            self.wrong(
                where,
                f"'persons' must be a whole number from {self.model.smallest_persons} on, got {quoted(persons)}. It is the smallest size at which the claim may be assessed.",
            )
        if zero and len(zero) != 2:
            self.wrong(where, f"'zero' must name two arms, got {quoted(list(zero))}.")
        self.known(where, zero)
        if any(one is None for one in questions) or not questions:
            return None
        texts["facts"] = " ".join(str(table.get("facts", "")).split())
        until = self.tick(where, texts.pop("until"))
        asked = cast(tuple[Asked, ...], tuple(questions))
        return Claim(**texts, until=until, persons=cast(int, persons), zero=zero, questions=asked)

    def known(self, where: str, names: Sequence[str]) -> bool:
        """Say whether arms exist, and complain of those that do not."""
        missing = [name for name in names if name not in self.arms]
        for name in missing:
            self.wrong(where, unknown("arm", name, self.arms))
        return not missing

    def question(self, where: str, table: Any) -> Asked | None:
        texts = self.texts(where, table, _QUESTION, more=("treatment", "fails", "joint"))
        if not texts:
            return None
        written = table.get("treatment")
        treatments = (written,) if isinstance(written, str) else tuple(written) if isinstance(written, list) else ()
        if not treatments or not all(isinstance(name, str) for name in treatments):
            self.wrong(where, f"'treatment' must be the name of an arm or a list of names, got {quoted(written)}.")
            return None
        if len(treatments) > 1 and texts["measure"] != "survival":
            self.wrong(where, "several treatments must be compared by survival, on paths of restraint only.")
        bounds = [self.bound(where, texts["holds"])]
        if "fails" in table:
            bounds.append(self.bound(where, table["fails"]))
        try:
            measure = measure_named(texts["measure"], self.model)
        except UnknownNameError as error:
            self.wrong(where, str(error))
            return None
        if not self.known(where, (*treatments, texts["control"])) or None in bounds:
            return None
        question = Question(*cast(list[Bound], bounds))
        return Asked(
            texts["title"], measure, treatments, texts["control"], question, texts["unit"], table.get("joint") is True
        )

    def bound(self, where: str, text: Any) -> Bound | None:
        found = _BOUND.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            self.wrong(where, f"a bound must be like 'at most -0.3' or 'between -1 and 0.5', got {quoted(text)}.")
            return None
        if found[3]:
            return Bound("between", float(found[4]), float(found[5]))
        return Bound(cast(Any, found[1]), float(found[2]))
