"""The laboratory from Python."""

from __future__ import annotations

import doctest

import pytest

import whowhom as ww
from whowhom import laboratory
from whowhom.errors import ParameterError


def test_the_examples_run() -> None:
    """Every example in the docstrings of whowhom.laboratory gives what it shows."""
    found = doctest.testmod(laboratory)
    assert found.failed == 0
    assert found.attempted > 2


def test_a_design_is_a_scenario() -> None:
    """A design is a scenario with the sets of the design in place of its own."""
    one, other = (ww.design("soviet", kind, sets=8, parameters="decision.opposition_worker") for kind in ("sobol", "latin hypercube"))  # type: ignore[arg-type]  # fmt: skip
    assert len(one.sets) == len(other.sets) == 8
    assert one.settings == ww.scenario("soviet").settings
    assert one.sets != other.sets


def test_wrong_designs_are_answered() -> None:
    """An unknown kind and a range of the flagship's doses are refused in words."""
    with pytest.raises(
        ParameterError, match=r"unknown kind of design 'cube'. Known: 'grid', 'latin hypercube', 'sobol'"
    ):
        ww.design("soviet", "cube")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="whowhom does not search for the dose"):
        ww.design("soviet", "grid", ranges={"repression.share_executed": (0.0, 0.1)})
