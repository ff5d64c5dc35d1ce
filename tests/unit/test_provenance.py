from __future__ import annotations

import json
import math
import platform
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom.provenance import (
    canonical_json,
    code_hash,
    content_hash,
    first_difference,
    run_identity,
    run_name,
    software,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def reordered(data: Any) -> Any:
    """The same data with every dictionary in another order."""
    if isinstance(data, dict):
        names = list(data)
        random.Random(1).shuffle(names)
        return {name: reordered(data[name]) for name in names}
    return [reordered(part) for part in data] if isinstance(data, list) else data


def test_the_hash_of_known_content_is_fixed() -> None:
    """A hash names what is on disk; changing how it is made would make every store a stranger."""
    assert canonical_json({"b": [1, 0.1, None, True], "a": "é"}) == '{"a":"é","b":[1,0.1,null,true]}'
    assert content_hash({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@given(PLAIN)
def test_a_hash_does_not_depend_on_order_or_a_way_through_json(data: object) -> None:
    """Equal plain data have one hash, in any order and after a way through JSON."""
    assert content_hash(reordered(data)) == content_hash(data)
    assert content_hash(json.loads(canonical_json(data))) == content_hash(data)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_hash_sees_the_last_bit(number: float) -> None:
    """Two neighbouring numbers have different hashes."""
    following = math.nextafter(number, math.inf)
    if math.isfinite(following):
        assert content_hash([number]) != content_hash([following])


@pytest.mark.parametrize("data", [float("nan"), {"a": float("inf")}, {1, 2}, b"x"])
def test_what_is_not_plain_has_no_hash(data: object) -> None:
    """NaN, infinity and objects that JSON does not know cannot fix a result and are refused."""
    with pytest.raises((TypeError, ValueError)):
        content_hash(data)


@pytest.mark.parametrize("change", ["model", "version", "settings", "persons", "seed", "ticks"])
def test_a_run_is_named_by_everything_that_fixes_it(change: str) -> None:
    """Each thing that fixes a result changes the name of the run, and a seed of 0 is a seed."""
    facts: dict[str, Any] = {"model": "toy", "version": "1", "settings": {"a": 1}, "persons": 64, "seed": 0, "ticks": 5}
    others = {"model": "x", "version": "2", "settings": {"a": 2}, "persons": 65, "seed": 1, "ticks": 6}
    name = run_name(run_identity(**facts))
    assert name == run_name(run_identity(**facts))
    assert name != run_name(run_identity(**(facts | {change: others[change]})))


@given(PLAIN)
def test_equal_data_do_not_differ(data: object) -> None:
    """Data have no difference from themselves in another order."""
    assert first_difference(data, reordered(data)) is None


def test_the_code_has_one_hash() -> None:
    """The hash of the program's own code is the same when asked twice."""
    assert code_hash() == code_hash()
    assert len(code_hash()) == 64


def test_software_is_named_with_its_versions() -> None:
    """The versions of the program, of Python and of the libraries that compute are known."""
    assert {"whowhom", "python", "numpy", "numba", "duckdb"} <= software().keys()
    assert software()["python"] == platform.python_version()
