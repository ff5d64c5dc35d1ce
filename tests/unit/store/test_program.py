"""What computed a run, and whether something else may go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from whowhom.errors import StoreError
from whowhom.provenance import content_hash, processor
from whowhom.store.program import (
    Program,
    check_program,
    page_of,
    read_programs,
    surroundings_difference,
    this_program,
    write_program,
)

VERSIONS = {"python": "3.11.7", "whowhom": "0.1.0", "numpy": "2.5.0", "numba": "0.68.1", "machine": "Linux x86_64"}
HERE = Program(
    software=VERSIONS,
    code="c" * 64,
    generator="philox",
    kernels="0123456789abcdef",
    processor="AMD EPYC",
    extensions="avx fma avx2",
)
UNKNOWN = replace(HERE, kernels="", processor="", extensions="")

X86 = "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu sse4_2 fma avx avx2 rdtscp\n\nprocessor\t: 1\nmodel name\t: other\n"
ARM = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd sve crc32\nCPU implementer\t: 0x41\n"


def test_what_runs_is_known_whole() -> None:
    """The program that runs states its versions, the hashes of its code and compiled sources, generator and processor."""
    program = this_program(generator="philox")
    assert {"whowhom", "python", "numpy", "numba", "duckdb", "machine"} <= program.software.keys()
    assert (len(program.code), len(program.kernels), program.generator) == (64, 16, "philox")
    assert program.processor
    assert program == this_program(generator="philox") != this_program(generator="squares")


def test_a_program_is_named_by_everything_it_states() -> None:
    """The name is the beginning of the hash of the page, so that any difference is another program."""
    assert HERE.name == content_hash(HERE.plain())[:16]
    others = [
        replace(HERE, software=VERSIONS | {"numpy": "2.5.1"}),
        replace(HERE, code="d" * 64),
        replace(HERE, generator="squares"),
        replace(HERE, kernels=""),
        replace(HERE, processor="other"),
        replace(HERE, extensions="avx"),
    ]
    assert len({HERE.name, *(other.name for other in others)}) == 7


def test_pages_come_back(tmp_path: Path) -> None:
    """A page comes back as it was written, once however often it is written; a damaged one is left out."""
    for program in (HERE, UNKNOWN, HERE):
        write_program(tmp_path, program, way_out="")
    assert read_programs(tmp_path) == {HERE.name: HERE, UNKNOWN.name: UNKNOWN}
    for content in (b"", b"[]", b"{}", b'{"software": 1}', b"\xff", b"[" * 100_000):
        page_of(tmp_path, UNKNOWN.name).write_bytes(content)
        assert list(read_programs(tmp_path)) == [HERE.name]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (HERE, True),
        (replace(HERE, code="d" * 64), True),  # a document or a command was edited
        (replace(HERE, software=VERSIONS | {"numba": "0.70"}, processor="other"), True),
        (replace(HERE, kernels="f" * 16, code="d" * 64), False),
        (replace(HERE, generator="squares"), False),
        (UNKNOWN, True),  # the same package, though its compiled sources were not recorded
        (replace(UNKNOWN, code="d" * 64), False),
    ],
)
def test_the_same_code_is_the_same_compiled_sources(other: Program, same: bool) -> None:
    """Two programs compute the same if their compiled sources, or else the whole package, and their generators are equal."""
    assert HERE.same_code(other) is same
    assert other.same_code(HERE) is same
    assert replace(UNKNOWN, code="d" * 64).same_code(replace(UNKNOWN, code="e" * 64)) is False


def test_other_code_is_refused_in_words(tmp_path: Path) -> None:
    """Going on with other code is refused with both versions and the ways out; with nothing finished it is not."""
    folder = tmp_path / "my store"
    other = replace(HERE, kernels="f" * 16, code="d" * 64, software=VERSIONS | {"whowhom": "0.2.0"})
    with pytest.raises(StoreError) as error:
        check_program(folder, there=[HERE, other], here=HERE, runs=12)
    assert str(error.value) == (
        f"store '{folder}' must be continued by the code that computed what it holds, got other code: whowhom 0.2.0 "
        "(ffffffff) there and 0.1.0 (01234567) here. Numbers may differ from the first week on. Continue it with the whowhom "
        "that began it, run the experiment anew in another folder, or take a mixture knowingly: "
        f"`whowhom resume '{folder}' --other-code`."
    )
    with pytest.raises(StoreError, match="the random numbers are 'squares' there and 'philox' here"):
        check_program(folder, there=[replace(HERE, generator="squares")], here=HERE, runs=1)
    check_program(folder, there=[other], here=HERE, runs=0)
    check_program(folder, there=[HERE, replace(HERE, code="d" * 64)], here=HERE, runs=12)


def test_other_surroundings_are_named() -> None:
    """Versions and processors that could change a digit are named; those that only store or draw are not."""
    assert surroundings_difference(HERE, HERE) is None
    assert surroundings_difference(UNKNOWN, HERE) is None
    assert surroundings_difference(replace(HERE, software=VERSIONS | {"duckdb": "9"}), HERE) is None
    other = replace(HERE, software=VERSIONS | {"numba": "0.70"}, extensions="avx")
    assert surroundings_difference(other, HERE) == (
        "numba 0.70 there and 0.68.1 here; AMD EPYC (avx) there and AMD EPYC (avx fma avx2) here"
    )


@pytest.mark.parametrize(
    ("about", "extensions"), [(X86, "sse4_2 avx fma avx2"), (ARM, "asimd sve"), ("", ""), ("no colon\n:\n", "")]
)
def test_the_processor_is_read_from_the_systems_words(about: str, extensions: str) -> None:
    """Name and extensions of the first processor are taken from what the system says, in one order; or are unknown."""
    name, found = processor(about)
    assert found == extensions
    assert (name == "AMD EPYC") == (about == X86)
