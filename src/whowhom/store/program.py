"""What computed the runs of a store: software, code, generator and processor; and whether something else may go on.

A store may be written by several programs: on several machines, or continued after an upgrade. Each writes one page,
`program-NAME.json`, whose name is the hash of its content, and every run carries that name in the column `program`.
So what a run was computed by is known for each run and not only for the first.

Equal settings and seed give equal bits as long as the sources of the compiled functions and the generator are the same.
Another program with the same model version *should* give them too; nobody has checked it, so it is refused unless asked
for. Another version of a library or another processor is only named: the tests ask for equal bits across them, but they
cannot have met every one.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from whowhom.engine.disk import DAMAGED, write_once
from whowhom.engine.kernel import sources_hash
from whowhom.errors import StoreError
from whowhom.provenance import code_hash, processor, run_name, software
from whowhom.store.layout import resume_command

#: Software whose version could change a digit; the others store and draw what was computed.
COMPUTING = ("python", "numpy", "numba", "llvmlite", "machine")


@dataclass(frozen=True)
class Program:
    """One program that computes runs.

    Attributes
    ----------
    software
        Versions of whowhom, Python and the libraries, and the kind of machine.
    code
        Hash of the whole package.
    kernels
        Hash of the sources of compiled functions and models alone; '' if it was not recorded (schema 1).
    generator
        Name of the random number generator.
    processor, extensions
        Name of the processor, and what compiled code may use of it; '' if they were not recorded (schema 1).
    """

    software: Mapping[str, str]
    code: str
    generator: str
    kernels: str = ""
    processor: str = ""
    extensions: str = ""

    @property
    def name(self) -> str:
        """Hash of all of this [16 hexadecimal digits]."""
        return run_name(self.plain())

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "software": dict(self.software)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Program:
        """Return the program that `plain` describes.

        Raises
        ------
        KeyError, TypeError, ValueError, AttributeError
            It describes none.
        """
        versions = {str(name): str(version) for name, version in dict(plain["software"]).items()}
        texts = {key: plain[key] for key in ("code", "generator", "kernels", "processor", "extensions")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError("a program is described by texts")
        return cls(software=versions, **texts)

    def same_code(self, other: Program) -> bool:
        """Return True if both compute the same: the same compiled sources and the same generator."""
        same = self.code == other.code or (self.kernels == other.kernels != "")
        return same and self.generator == other.generator


@functools.cache
def this_program(*, generator: str) -> Program:
    """Return the program that is running; its files are read once, so that a later edit does not change its name.

    Parameters
    ----------
    generator
        That of the model.
    """
    name, extensions = processor()
    return Program(
        software=software(),
        code=code_hash(),
        generator=generator,
        kernels=sources_hash(),
        processor=name,
        extensions=extensions,
    )


def page_of(folder: Path, name: str) -> Path:
    """Return the file in which a program is described."""
    return folder / f"program-{name}.json"


def write_program(folder: Path, program: Program, *, way_out: str) -> None:
    """Write a program's page unless it is there.

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    text = json.dumps(program.plain(), indent=1, ensure_ascii=False) + "\n"
    write_once(page_of(folder, program.name), text.encode(), way_out=way_out)


def read_programs(folder: Path) -> dict[str, Program]:
    """Return the programs that have worked on a store, by name; a damaged page is left out, it computes nothing."""
    found = {}
    for path in sorted(folder.glob("program-*.json")):
        try:
            program = Program.from_plain(json.loads(path.read_bytes()))
        except (OSError, RecursionError, *DAMAGED):
            continue
        found[program.name] = program
    return found


def check_program(folder: Path, *, there: Iterable[Program], here: Program, runs: int) -> None:
    """Refuse to continue runs of other code with those of this one: the numbers of one table would be of two programs.

    Parameters
    ----------
    folder
        The store.
    there
        Programs that have worked on it.
    here
        The one that is to go on.
    runs
        Runs that are finished there [runs].

    Raises
    ------
    StoreError
        Names the difference.
    """
    other = next((program for program in there if not program.same_code(here)), None)
    if other is not None and runs:
        raise StoreError(
            f"store '{folder}' must be continued by the code that computed what it holds, got other code: "
            f"{code_difference(other, here)}. Numbers may differ from the first week on. Continue it with the whowhom that began it, "
            f"run the experiment anew in another folder, or take a mixture knowingly: `{resume_command(folder, '--other-code')}`."
        )


def code_difference(there: Program, here: Program) -> str:
    """Say in words how the code of two programs differs."""
    if there.generator != here.generator:
        return f"the random numbers are '{there.generator}' there and '{here.generator}' here"
    versions = [program.software.get("whowhom", "unknown") for program in (there, here)]
    hashes = [program.kernels[:8] or "not recorded" for program in (there, here)]
    return f"whowhom {versions[0]} ({hashes[0]}) there and {versions[1]} ({hashes[1]}) here"


def surroundings_difference(there: Program, here: Program) -> str | None:
    """Say in words in which versions and processors two programs differ that could change a digit; None if in none."""
    found = [
        f"{name} {there.software[name]} there and {here.software[name]} here"
        for name in COMPUTING
        if name in there.software and name in here.software and there.software[name] != here.software[name]
    ]
    if there.processor and (there.processor, there.extensions) != (here.processor, here.extensions):
        found.append(f"{there.processor} ({there.extensions}) there and {here.processor} ({here.extensions}) here")
    return "; ".join(found) or None
