"""The flagship marks what would make a search for a dose."""

from __future__ import annotations

import pytest

from whowhom.errors import ParameterError
from whowhom.experiments.design import Arm
from whowhom.experiments.guard import refuse_search
from whowhom.models.machine.declarations import DECLARATIONS, INTENSITIES
from whowhom.models.machine.model import MACHINE


def test_every_intensity_is_a_parameter() -> None:
    """The marked intensities are declared parameters, and include the dose of every rung of the ladder."""
    assert {parameter.name for parameter in DECLARATIONS.parameters} >= INTENSITIES
    assert {f"centre.ceiling_{name}" for name in ("arrest", "exile", "camp", "execution")} <= INTENSITIES


def test_a_search_for_a_dose_is_refused() -> None:
    """Two arms that differ in the intensity of an instrument alone are refused, two that differ in a property of the world are not."""
    doses = [Arm("a", values={"centre.ceiling_execution": 0.4}), Arm("b", values={"centre.ceiling_execution": 0.8})]
    with pytest.raises(ParameterError, match="does not search for the dose"):
        refuse_search(MACHINE, arms=doses)
    worlds = [Arm("a", values={"decision.social_weight": 0.4}), Arm("b", values={"decision.social_weight": 0.8})]
    refuse_search(MACHINE, arms=worlds)
