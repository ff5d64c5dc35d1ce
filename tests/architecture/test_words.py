"""One word per idea: the third column of docs/glossary.md against names and prose."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import pytest
from tests.architecture import known, scan

GLOSSARY = scan.ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| ([^|]+?) \| ([^|]*?) \|(?: ([^|]*?))? \|$", re.MULTILINE)

# Phrases of prose in which a banned word stands for something else, and why.
PHRASES = {
    r"agent-based": "the name of a method, also in titles",
    r"table cells?": "a place in a table, not people",
    r"show trials?": "the historical thing itself",
    r"free of charge": "says that something costs nothing",
    r"(?:foreign|Soviet|Stalin's|secret) agents?": "a historical occupation, not a simulated person",
}
# Where in the package a banned word may stand in docstrings, and why.
DOCSTRINGS = {
    ("src/whowhom/data/", "cell"): "a place in a table of records",
    ("src/whowhom/report/", "cell"): "a place in a table of a report",
}
# Names that contain a banned part, and why.
NAMES: dict[str, str] = {}


@dataclass(frozen=True)
class Banned:
    """What the glossary's third column forbids: in names, and in prose too."""

    names: frozenset[str]
    prose: frozenset[str]


def banned(glossary: str) -> Banned:
    """Read the third column: words that may not be names, and among them, in bold, those that may not be prose."""
    cells = [row[2] for row in ROW.findall(glossary) if row[0] not in ("Word", "---")]
    words = [word.strip() for entry in cells for word in entry.split(",") if word.strip()]
    return Banned(
        frozenset(word.strip("*").replace(" ", "_") for word in words),
        frozenset(word.strip("*") for word in words if word.startswith("**")),
    )


def without_third_column(glossary: str) -> str:
    return ROW.sub(r"| \1 | \2 |", glossary)


def in_prose(text: str, words: frozenset[str]) -> list[str]:
    """The banned words of a text, singular or plural, outside the allowed phrases."""
    for phrase in PHRASES:
        text = re.sub(phrase, " ", text, flags=re.IGNORECASE)
    pattern = r"\b(?:" + "|".join(re.escape(word) + "(?:e?s|d|ed)?" for word in sorted(words)) + r")\b"
    return re.findall(pattern, text, flags=re.IGNORECASE)


def in_name(name: str, words: frozenset[str]) -> list[str]:
    """The banned words that are parts of a name, the parts being separated by '_', '.' or '-'."""
    parts = "_" + re.sub(r"[.\-]", "_", name).strip("_").lower() + "_"
    return sorted(word for word in words if f"_{word}_" in parts or f"_{word}s_" in parts)


BANNED = banned(GLOSSARY.read_text(encoding="utf-8"))


def test_the_glossary_is_read() -> None:
    """The glossary forbids at least the words that were decided upon, in names and in prose."""
    assert {"trial", "verdict", "charge", "cell", "agent"} <= BANNED.prose
    assert {"trial", "verdict", "charge", "cell", "agent", "block", "region"} <= BANNED.names


def test_glossary_has_each_word_once() -> None:
    """No word has two rows in the glossary, and none is forbidden that the glossary itself uses for another idea."""
    words = [row[0] for row in ROW.findall(GLOSSARY.read_text(encoding="utf-8")) if row[0] not in ("Word", "---")]
    assert len(words) == len(set(words))
    single = {part.strip().replace(" ", "_") for word in words for part in word.split(",")}
    assert single & BANNED.names == set()


def test_documents_use_the_glossarys_words() -> None:
    """No document uses a word that the glossary forbids in prose."""
    texts = {scan.relative(path): path.read_text(encoding="utf-8") for path in scan.prose_files()}
    texts["docs/glossary.md"] = without_third_column(texts["docs/glossary.md"])
    assert {path: found for path, text in texts.items() if (found := in_prose(text, BANNED.prose))} == {}


def test_docstrings_use_the_glossarys_words() -> None:
    """No docstring of the package uses a word that the glossary forbids in prose, but for listed ones with a reason."""
    guilty = {}
    for path, tree in scan.parsed("src/whowhom"):
        allowed = {word for (folder, word) in DOCSTRINGS if path.startswith(folder)}
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
        text = "\n".join(ast.get_docstring(node) or "" for node in nodes)
        if found := in_prose(text, BANNED.prose - allowed):
            guilty[path] = found
    assert guilty == {}


def test_the_command_line_uses_the_glossarys_words() -> None:
    """No help text uses a forbidden word, and no command or option has one for a name."""
    for name, command in known.commands().items():
        assert in_prose(command.help, BANNED.prose) == [], name
        assert {option: found for option in {name, *command.options} if (found := in_name(option, BANNED.names))} == {}


def test_models_use_the_glossarys_words() -> None:
    """No parameter, switch or observable has a forbidden word in its name or its meaning."""
    declared = known.declared()
    names = declared.parameters | declared.switches | declared.observables
    assert {name: found for name in names - set(NAMES) if (found := in_name(name, BANNED.names))} == {}
    assert {what: found for what, text in declared.prose.items() if (found := in_prose(text, BANNED.prose))} == {}


def test_files_use_the_glossarys_words() -> None:
    """No module is named by a forbidden word."""
    paths = [scan.relative(path) for path in scan.modules("src/whowhom")]
    parts = {part for path in paths for part in path.removesuffix(".py").split("/")}
    assert {part: found for part in parts if (found := in_name(part, BANNED.names))} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Trials went on", ["Trials"]),
        ("he was charged", ["charged"]),
        ("cells, and table cells", ["cells"]),
        ("an agent-based model of agents", ["agents"]),
        ("cellar, trialled, agency, discharge", []),
    ],
)
def test_the_scan_sees_words_and_not_parts_of_words(text: str, found: list[str]) -> None:
    """A forbidden word is seen in any number and case, and not inside another word or an allowed phrase."""
    assert in_prose(text, BANNED.prose) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [("n_trials", ["trial"]), ("cell.size", ["cell"]), ("--best-fit", ["best_fit"]), ("cellar_size", [])],
)
def test_the_scan_sees_parts_of_names(name: str, found: list[str]) -> None:
    """A forbidden word is seen as a part of a column, parameter or option."""
    assert in_name(name, BANNED.names) == found
