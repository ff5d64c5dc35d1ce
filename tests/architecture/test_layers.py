"""Who may know whom."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib

from tests.architecture import scan

COMPILER = {"numba", "llvmlite"}
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def layer_names() -> set[str]:
    contracts = tomllib.loads((scan.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {name.strip("() ") for layer in layers for name in layer.replace("|", ":").split(":")}


def compiler_imports(tree: ast.Module) -> list[str]:
    return [module for module, _ in scan.imports(tree) if module.split(".")[0] in COMPILER]


def own_init_imports(path: str, tree: ast.Module) -> list[str]:
    """Imports, in the module at path, of names that the __init__ of a package around it defines."""
    home = path.removeprefix("src/").removesuffix(".py").split("/")[:-1]
    around = {".".join(home[:depth]) for depth in range(1, len(home) + 1)}
    found = []
    for module, names in scan.imports(tree):
        folder = scan.ROOT / "src" / module.replace(".", "/")
        if module in around:
            own = [name for name in names if not ((folder / name).is_dir() or (folder / f"{name}.py").is_file())]
            found += [f"{module}.{name}" for name in own if f"{module}.{name}" != "whowhom.__version__"]
    return found


def test_import_contracts() -> None:
    """Imports keep the contracts that pyproject.toml states."""
    ran = subprocess.run([sys.executable, "-c", LINT, "--no-cache"], cwd=scan.ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_part_has_a_layer() -> None:
    """Every module and package at the top of whowhom stands in a layer."""
    parts = {path.relative_to(scan.PACKAGE).parts[0].removesuffix(".py") for path in scan.modules("src/whowhom")}
    assert parts - {"__init__"} <= layer_names()


def test_compiler_only_in_engine() -> None:
    """No file outside engine imports numba or llvmlite, not even inside a function."""
    guilty = {
        path: found
        for path, tree in scan.parsed("src/whowhom")
        if not path.startswith("src/whowhom/engine/") and (found := compiler_imports(tree))
    }
    assert guilty == {}


def test_the_scan_sees_a_hidden_compiler_import() -> None:
    """An import of numba inside a function is seen."""
    planted = "def kernel():\n    from numba.core import types\n    import numba as nb\n"
    assert compiler_imports(ast.parse(planted)) == ["numba.core", "numba"]


def test_no_file_imports_from_its_own_package_init() -> None:
    """No file imports a name that the __init__ of a package around it defines; the version is the one exception."""
    guilty = {path: found for path, tree in scan.parsed("src/whowhom") if (found := own_init_imports(path, tree))}
    assert guilty == {}


def test_the_scan_sees_an_import_from_the_own_init() -> None:
    """A name taken from the own package's __init__ is seen, a sister module is not."""
    planted = "from whowhom.engine import contract, kernel_of_init\nfrom whowhom import __version__, run\n"
    found = own_init_imports("src/whowhom/engine/planted.py", ast.parse(planted))
    assert found == ["whowhom.engine.kernel_of_init", "whowhom.run"]


def test_canonical_models_stand_alone() -> None:
    """A model in one file imports no mechanism and no other model, so that a referee can check it against its paper."""
    guilty = [
        f"{path}: {module}"
        for path, tree in scan.parsed("src/whowhom/models/")
        if path.count("/") == 3
        for module, _ in scan.imports(tree)
        if module.startswith(("whowhom.mechanisms", "whowhom.models"))
    ]
    assert guilty == []
