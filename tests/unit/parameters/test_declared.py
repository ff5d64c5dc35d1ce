from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.small_case import ATTEMPTS, CUSTODY, DECLARATIONS, EXECUTIONS, NERVE

from whowhom.parameters import Parameter, Switch, uniform

RANGES = "`whowhom describe soviet` lists all ranges."


@pytest.mark.parametrize(
    ("parameter", "value", "text"),
    [
        (
            CUSTODY,
            40,
            "'repression.custody_weeks' must be in [2, 26], got 40. It is the mean number of weeks in custody; "
            + RANGES,
        ),
        (
            NERVE,
            "high",
            "'person.nerve' must be a number in [0, 1], got 'high'. It is the mean nerve; " + RANGES,
        ),
        (
            ATTEMPTS,
            2.5,
            "'quota.attempts' must be a whole number in [1, 20], got 2.5. "
            "It is the largest number of persons looked at for one case; " + RANGES,
        ),
    ],
)
def test_a_wrong_value_is_answered_with_name_rule_got_and_way_out(
    parameter: Parameter, value: object, text: str
) -> None:
    """The error gives the name, the rule, what we got and where to look, word for word."""
    assert parameter.problem(value) == text


def test_a_wrong_switch_is_answered_with_its_off_value() -> None:
    """The error of a switch says what off means."""
    assert EXECUTIONS.problem(1) == (
        "switch 'executions' must be true or false, got 1. Off means: the probability passes to the camps; "
        "`whowhom describe soviet` lists all switches."
    )


@pytest.mark.parametrize("parameter", DECLARATIONS.parameters, ids=lambda p: p.name)
def test_bad_values_are_all_refused(parameter: Parameter) -> None:
    """Every bad value that a declaration makes is refused by it."""
    assert [bad for bad in parameter.bad_values() if parameter.problem(bad) is None] == []


@given(st.floats(-1e300, 1e300), st.floats(0, 1e300), st.sampled_from(["float", "int"]))
def test_bad_values_of_any_interval_are_refused(low: float, width: float, kind: str) -> None:
    """Whatever the interval, its bad values are refused and its ends are not, if whole where they must be."""
    low, high = (float(round(low)), float(round(low + width))) if kind == "int" else (low, low + width)
    parameter = dataclasses.replace(CUSTODY, low=low, high=high, default=low, prior=None, kind=kind)
    assert [bad for bad in parameter.bad_values() if parameter.problem(bad) is None] == []
    assert parameter.problem(low) is None
    assert parameter.problem(high) is None


@pytest.mark.parametrize("value", [2, 26, 2.0, np.float64(3.5), np.int64(4), np.float32(2.5)])
def test_numbers_of_every_kind_are_accepted(value: object) -> None:
    """Both ends of the interval belong to it, and NumPy's numbers are numbers."""
    assert CUSTODY.problem(value) is None


def test_a_whole_number_may_be_written_with_a_point() -> None:
    """A float without a fraction is a whole number."""
    assert ATTEMPTS.problem(3.0) is None


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_whole_numbers_are_drawn_whole(u: float) -> None:
    """A whole-number parameter with the prior U(2, 5) gives 2, 3, 4 and 5, each for a quarter of the shares."""
    assert ATTEMPTS.from_prior(u) == min(5, 2 + int(4 * u))


def test_a_parameter_without_a_prior_keeps_its_default() -> None:
    """Without a prior every share gives the default."""
    assert dataclasses.replace(CUSTODY, prior=None).from_prior(0.9) == CUSTODY.default


def test_field_is_the_name_as_an_identifier() -> None:
    """The name with an underscore for each point can be written in compiled code."""
    assert CUSTODY.field == "repression_custody_weeks"
    assert CUSTODY.field.isidentifier()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "Army Troops"}, "a name must be lower-case words"),
        ({"symbol": " "}, "symbol must be a text that says something"),
        ({"unit": ""}, "unit must be a text that says something"),
        ({"source": ""}, "source must be a text that says something"),
        ({"equation": ""}, "equation must be a text that says something"),
        ({"meaning": "A sentence."}, "meaning must be a noun phrase without a full stop"),
        ({"default": 1.0}, "must be in [2, 26]"),
        ({"low": 30.0}, "low and high must be finite and in order"),
        ({"high": float("inf")}, "low and high must be finite and in order"),
        ({"prior": uniform(1, 5)}, "prior U(1, 5) must lie in [2, 26]"),
        ({"kind": "int", "default": 8}, "a whole number must have a uniform prior between whole numbers"),
        ({"kind": "bool"}, "kind must be 'float' or 'int'"),
    ],
)
def test_a_declaration_says_what_is_wrong_with_itself(change: dict[str, object], says: str) -> None:
    """Each thing a declaration can get wrong is named."""
    broken = dataclasses.replace(CUSTODY, **change)
    assert any(says in mistake for mistake in broken.mistakes())
    assert CUSTODY.mistakes() == []


@pytest.mark.parametrize("field", ["meaning", "off_means", "rung", "equation", "source"])
def test_a_switch_needs_every_text(field: str) -> None:
    """A switch without one of its texts says so, since the documents print them all."""
    broken: Switch = dataclasses.replace(EXECUTIONS, **{field: ""})
    assert broken.mistakes() == [f"'executions': {field} must be a text that says something, got ''"]
