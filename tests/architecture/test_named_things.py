"""Everything that the documents name exists: paths, links, commands, options, scenarios, extras, public names."""

from __future__ import annotations

import ast
import importlib
import re
import shlex

import pytest
from tests.architecture import known, scan

import whowhom

PATH = re.compile(r"[\w.*\-]+(?:/[\w.*\-]+)*/?")
FILE = re.compile(r".*\.(?:py|md|toml|csv|json|lock|cff|html|parquet|done)$")
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b(?!\.(?:md|cff))")
TOP = {path.relative_to(scan.ROOT).parts[0] for path in scan.files()}
PLACES = (scan.ROOT, scan.PACKAGE, scan.PACKAGE / "engine", scan.ROOT / "docs")
DEV = (scan.ROOT / "dev").read_text(encoding="utf-8")
JOBS = set(re.findall(r"^    ([a-z]+(?: \| [a-z]+)*)\) cd ", DEV, re.MULTILINE)[0].split(" | ")) | {"help"}

# Files and folders that the program makes, and which command does.
MADE = {
    "demo/report.html": "./dev demo",
    ".venv": "./dev, every job",
    ".venv/bin": "./dev, every job",
    ".venv/bin/whowhom": "./dev, every job",
    "manifest.json": "whowhom run, in a store",
    "report.html": "whowhom report",
    "weeks.csv": "whowhom export",
}


def is_path(span: str) -> bool:
    """Whether a span in backticks is meant as a path of the repository."""
    if not PATH.fullmatch(span) or span in MADE:
        return False
    return bool(FILE.fullmatch(span)) or ("/" in span and (span.split("/")[0] in TOP or span.endswith("/")))


def missing_path(span: str) -> bool:
    """Whether nothing in the repository fits a path; a word in capitals in it stands for any name."""
    pattern = PLACEHOLDER.sub("*", span.rstrip("/"))
    if any(next(place.glob(pattern), None) is not None for place in PLACES):
        return False
    folder = scan.ROOT / pattern.rpartition("/")[0]
    return not ("*" in pattern and folder.is_dir())


def is_due(span: str) -> bool:
    """Whether a path must be there by now: parts of the program from the day on that it has a command line."""
    return known.CLI.exists() or not span.startswith(("src/whowhom/", "tests/reference/"))


def wrong_command(line: str) -> str | None:
    """What is wrong with a command line that a document shows, None if nothing is."""
    words = [word.removeprefix(".venv/bin/") for word in shlex.split(line, comments=True)]
    if words[:1] == ["./dev"] and len(words) > 1 and not words[1].isupper():
        return None if words[1] in JOBS else f"dev has no job '{words[1]}'"
    if words[:1] != ["whowhom"] or len(words) == 1:
        return None
    commands = known.commands()
    if not commands or words[1].isupper():
        return None
    name, rest = ("", words[1:]) if words[1].startswith("-") else (words[1], words[2:])
    if name not in commands:
        return f"no command '{name}'"
    unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in commands[name].options]
    if unknown:
        return f"whowhom {name} has no option {', '.join(unknown)}"
    if name in ("run", "twins", "describe") and rest and re.fullmatch(r"[a-z]\w*", rest[0]):
        return None if rest[0] in known.scenarios() else f"no scenario '{rest[0]}'"
    return None


def missing_name(dotted: str) -> bool:
    """Whether a dotted name that begins with whowhom leads nowhere."""
    parts = dotted.split(".")
    for depth in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:depth]))
        except ModuleNotFoundError:
            continue
        for part in parts[depth:]:
            if not hasattr(thing, part):
                return True
            thing = getattr(thing, part)
        return False
    return True


def python_problems(source: str) -> list[str]:
    """Names that Python shown in a document takes from whowhom and that are not there."""
    tree = ast.parse(source)
    short = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "whowhom"
    }
    return [
        f"whowhom.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in short
        if node.attr not in whowhom.__all__ or (API.exists() and not hasattr(whowhom, node.attr))
    ]


def anchors(text: str) -> set[str]:
    """The anchors of a Markdown document, made from its headings as the usual hosts make them."""
    headings = re.findall(r"^#+ (.+)$", scan.FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


API = scan.PACKAGE / "api.py"
DOCUMENTS = {scan.relative(path): path.read_text(encoding="utf-8") for path in scan.prose_files()}


def test_paths_exist() -> None:
    """Every path in backticks exists, or is made by a command that is named in the list of exceptions."""
    gone = {
        document: missing
        for document, text in DOCUMENTS.items()
        if (missing := [span for span in scan.spans(text) if is_path(span) and missing_path(span) and is_due(span)])
    }
    assert gone == {}


def test_links_lead_somewhere() -> None:
    """Every local link of a document leads to a file that exists, and to a heading in it."""
    broken = []
    for document, text in DOCUMENTS.items():
        for target in scan.links(text):
            name, _, anchor = target.partition("#")
            path = (scan.ROOT / document).parent / name if name else scan.ROOT / document
            if (not path.exists() and known.CLI.exists()) or (
                path.exists() and anchor and anchor not in anchors(path.read_text(encoding="utf-8"))
            ):
                broken.append(f"{document}: {target}")
    assert broken == []


def test_commands_exist() -> None:
    """Every command in the documents exists, with the options and the scenario it is shown with."""
    wrong = []
    for document, text in DOCUMENTS.items():
        lines = [line for block in scan.code_blocks(text, "sh", "bash", "console") for line in block.splitlines()]
        shown = lines + [
            span for span in scan.spans(text) if span.startswith(("./dev ", "whowhom ", ".venv/bin/whowhom"))
        ]
        wrong += [f"{document}: {line.strip()}: {problem}" for line in shown if (problem := wrong_command(line))]
    assert wrong == []


def test_public_names_exist() -> None:
    """Every dotted name of the package in backticks can be imported."""
    dotted = re.compile(r"whowhom(?:\.\w+)+")
    gone = {
        document: missing
        for document, text in DOCUMENTS.items()
        if (missing := [span for span in scan.spans(text) if dotted.fullmatch(span) and missing_name(span)])
    }
    assert gone == {}


def test_python_in_documents_uses_public_names() -> None:
    """Python shown in the documents parses and uses only public names that exist."""
    wrong = {
        document: found
        for document, text in DOCUMENTS.items()
        if (found := [name for block in scan.code_blocks(text, "python") for name in python_problems(block)])
    }
    assert wrong == {}


def test_extras_exist() -> None:
    """Every extra that a document tells people to install is one of the package."""
    named = {name for text in DOCUMENTS.values() for name in re.findall(r"\bextra `(\w+)`", text)}
    assert named <= known.extras()


def test_public_names_are_whole() -> None:
    """What whowhom offers, what api, inside and laboratory define for it and what __all__ lists are the same names."""
    assert set(whowhom.__all__) == {*whowhom._PUBLIC, "__version__"}
    if API.exists():
        assert [name for name in whowhom._PUBLIC if not hasattr(whowhom, name)] == []
        offered = [
            importlib.import_module(name).__all__ for name in ("whowhom.api", "whowhom.inside", "whowhom.laboratory")
        ]
        assert {name for names in offered for name in names} == set(whowhom._PUBLIC)


def test_no_public_name_is_a_module() -> None:
    """No public name is that of a module or package beside it, which an import would put in its place."""
    beside = {path.relative_to(scan.PACKAGE).parts[0].removesuffix(".py") for path in scan.modules("src/whowhom")}
    assert set(whowhom._PUBLIC) & beside == set()


def test_an_unknown_name_is_refused() -> None:
    """An unknown name of the package is answered with the known ones."""
    with pytest.raises(AttributeError, match=r"module 'whowhom' has no attribute 'rum'\. Public names: .*\brun\b"):
        whowhom.rum  # noqa: B018


def test_the_citation_names_the_version() -> None:
    """CITATION.cff names the version of the package."""
    assert f"\nversion: {whowhom.__version__}\n" in DOCUMENTS["CITATION.cff"]


@pytest.mark.parametrize(
    "span", ["src/whowhom/enigne/", "tests/reference/weak.py", "REDME.md", "docs/nowhere/", "nowhere/NAME.toml"]
)
def test_the_scan_sees_a_missing_path(span: str) -> None:
    """A path with a slip in it is taken for a path and found missing."""
    assert is_path(span)
    assert missing_path(span)


@pytest.mark.parametrize("span", ["README.md", "src/whowhom/engine/", "changelog.d/TOPIC.KIND.md"])
def test_the_scan_finds_what_is_there(span: str) -> None:
    """A path that is there is found, also with a word in capitals for a name."""
    assert is_path(span)
    assert not missing_path(span)


@pytest.mark.parametrize("span", ["p.name", "(r + 0.5) / 2**32", "PROVINCE/village", "a/b", "[1]", "demo/report.html"])
def test_the_scan_leaves_formulas_alone(span: str) -> None:
    """Formulas, shares and things that commands make are not taken for paths of the repository."""
    assert not is_path(span)


def test_the_scan_sees_wrong_commands() -> None:
    """A wrong job, command, option or scenario is seen."""
    assert wrong_command("./dev tset") == "dev has no job 'tset'"
    assert wrong_command("./dev test -n 2") is None
    if known.commands():
        assert wrong_command("whowhom rnu soviet") == "no command 'rnu'"
        assert wrong_command("whowhom run soviet --replicate 2") == "whowhom run has no option --replicate"
        assert wrong_command("whowhom run soviat --replicates 2") == "no scenario 'soviat'"


def test_the_scan_sees_wrong_names() -> None:
    """A public name that is not there is seen in prose and in code."""
    assert missing_name("whowhom.engine.contracts")
    assert not missing_name("whowhom.engine.contract.Model")
    assert python_problems("import whowhom as ww\nww.rum('soviet')\n") == ["whowhom.rum"]


def test_the_scan_sees_anchors() -> None:
    """A heading becomes the anchor that links use."""
    assert anchors("# Change log\n\n## 4.5 Events: one & more\n") == {"change-log", "45-events-one--more"}
