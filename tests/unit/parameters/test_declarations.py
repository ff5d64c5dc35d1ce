from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.small_case import ATTEMPTS, CONCESSION, CUSTODY, DECLARATIONS, EXECUTIONS, LADDER, NERVE, TROOPS

from whowhom.errors import ParameterError, UnknownNameError
from whowhom.parameters import Declarations, uniform

WITH_PRIOR = [parameter.name for parameter in DECLARATIONS.parameters if parameter.prior is not None]
OPEN_SHARE = st.floats(0, 1, exclude_min=True, exclude_max=True)
NAMES = tuple(parameter.name for parameter in LADDER)


def test_everything_wrong_is_said_at_once() -> None:
    """Unknown names, wrong values and wrong switches come in one list, in the order in which they were given."""
    found = DECLARATIONS.problems(
        {"army.troop": 1, "person.nerve": 2, "repression.custody_weeks": 3},
        {"execution": True, "concession": "yes"},
    )
    assert [sentence.split(",")[0].split(".")[0] for sentence in found] == [
        "unknown parameter 'army",
        "'person",
        "unknown switch 'execution'",
        "switch 'concession' must be true or false",
    ]


def test_a_switch_among_the_parameters_is_recognised() -> None:
    """A switch's name where a parameter belongs, and the reverse, is told apart from an unknown name."""
    assert DECLARATIONS.problems({"executions": 1}, {"person.nerve": True}) == [
        "'executions' is a switch, not a parameter. `whowhom describe soviet` lists both.",
        "'person.nerve' is a parameter, not a switch. `whowhom describe soviet` lists both.",
    ]


def test_an_order_is_broken_by_name_of_both() -> None:
    """Two neighbours of a ladder in the wrong order are both named, also where one is a default."""
    assert DECLARATIONS.problems({"centre.threshold_arrest": 0.03}, {}) == [
        (
            "'centre.threshold_arrest' must not be above 'centre.threshold_camp', got 0.03 above 0.01. "
            "They are steps of one ladder; set both."
        )
    ]


def test_a_wrong_member_hides_the_order() -> None:
    """A ladder with a member out of range is not also said to be out of order."""
    found = DECLARATIONS.problems({"centre.threshold_arrest": 5, "centre.threshold_camp": 0.1}, {})
    assert len(found) == 1
    assert found[0].startswith("'centre.threshold_arrest' must be in [0.001, 0.2], got 5.")


def test_lookups_answer_unknown_names_with_the_nearest() -> None:
    """Asking for a parameter or switch that is none raises an error with the nearest name."""
    assert DECLARATIONS.parameter("army.troops") is TROOPS
    assert DECLARATIONS.switch("executions") is EXECUTIONS
    with pytest.raises(UnknownNameError, match=r"unknown parameter 'troops'. Nearest: 'army.troops'."):
        DECLARATIONS.parameter("troops")
    with pytest.raises(UnknownNameError, match=r"unknown switch 'execution'. Nearest: 'executions'."):
        DECLARATIONS.switch("execution")


@given(st.fixed_dictionaries(dict.fromkeys(WITH_PRIOR, OPEN_SHARE)))
def test_a_draw_from_the_prior_is_accepted(u: dict[str, float]) -> None:
    """Every draw lies in its interval and keeps the ladder's order, so the checks accept it."""
    values = DECLARATIONS.from_prior(u)
    assert list(values) == WITH_PRIOR
    assert DECLARATIONS.problems(values, {}) == []


@given(st.lists(OPEN_SHARE, min_size=3, max_size=3), st.lists(st.floats(0.1, 1), min_size=6, max_size=6))
def test_sorting_a_ladder_keeps_each_member_in_its_interval(shares: list[float], ends: list[float]) -> None:
    """Members with different intervals, whose ends do not decrease, are still in their own after sorting."""
    lows, highs = sorted(ends[:3]), sorted(ends[3:])
    highs = [max(low, high) + 0.1 for low, high in zip(lows, highs, strict=True)]
    steps = tuple(
        dataclasses.replace(step, low=low, high=high, default=low, prior=uniform(low, high))
        for step, low, high in zip(LADDER, lows, highs, strict=True)
    )
    declarations = Declarations(steps, ordered=(NAMES,))
    values = declarations.from_prior(dict(zip(NAMES, shares, strict=True)))
    assert declarations.problems(values, {}) == []


def test_only_what_is_asked_for_is_drawn() -> None:
    """Parameters without a share are left out of the draw."""
    assert DECLARATIONS.from_prior({"repression.custody_weeks": 0.5}) == {
        "repression.custody_weeks": pytest.approx(40**0.5)
    }


@pytest.mark.parametrize(
    ("u", "says"),
    [
        ({"army.troops": 0.5}, "'army.troops' must have a prior to be drawn, got none."),
        ({"person.nerve": 1.0}, "the share of 'person.nerve' must be in (0, 1), got 1.0."),
        ({"person.nerve": True}, "the share of 'person.nerve' must be in (0, 1), got True."),
        ({"centre.threshold_camp": 0.5}, "must be drawn whole, got no draw for ['centre.threshold_arrest',"),
    ],
)
def test_draws_that_mean_nothing_are_refused(u: dict[str, float], says: str) -> None:
    """A parameter without a prior, a share outside (0, 1) and part of a ladder cannot be drawn."""
    with pytest.raises(ParameterError) as caught:
        DECLARATIONS.from_prior(u)
    assert says in str(caught.value)


def test_the_description_is_plain_data() -> None:
    """The description goes through JSON unchanged and has the promised keys in the promised order."""
    described = DECLARATIONS.describe()
    assert json.loads(json.dumps(described)) == described
    assert list(described) == ["parameters", "switches", "rules"]
    assert described["parameters"][0] == {
        "name": "repression.custody_weeks",
        "symbol": "d_D",
        "default": 8,
        "low": 2,
        "high": 26,
        "unit": "weeks",
        "meaning": "mean number of weeks in custody",
        "source": "Ours",
        "prior": "LU(2, 20)",
        "equation": "E15",
    }
    assert described["parameters"][1]["prior"] is None
    assert list(described["switches"][0]) == [
        "name",
        "meaning",
        "off_means",
        "rung",
        "equation",
        "source",
        "default",
    ]


def test_defaults_are_right_by_their_own_rules() -> None:
    """The defaults of sound declarations pass their checks."""
    assert DECLARATIONS.problems(DECLARATIONS.defaults(), DECLARATIONS.switch_defaults()) == []
    assert DECLARATIONS.switch_defaults() == {"executions": True, "concession": False}


@pytest.mark.parametrize(
    ("parameters", "switches", "ordered", "says"),
    [
        ((CUSTODY, CUSTODY), (), (), "parameter name 'repression.custody_weeks' must be unique, got 2 times"),
        ((CUSTODY, dataclasses.replace(TROOPS, symbol="d_D")), (), (), "symbol 'd_D' must be unique"),
        (
            (dataclasses.replace(CUSTODY, name="a.b_c"), dataclasses.replace(TROOPS, name="a_b.c")),
            (),
            (),
            "parameter field 'a_b_c' must be unique",
        ),
        ((), (EXECUTIONS, EXECUTIONS), (), "switch name 'executions' must be unique"),
        ((dataclasses.replace(CUSTODY, default=1),), (), (), "must be in [2, 26], got 1"),
        ((CUSTODY,), (dataclasses.replace(CONCESSION, rung=""),), (), "rung must be a text that says something"),
        ((CUSTODY,), (), (("repression.custody_weeks", "x"),), "'x' is not declared"),
        (LADDER, (), ((NAMES[0], NAMES[1]), (NAMES[1], NAMES[2])), "member of an ordered group"),
        (LADDER, (), (NAMES[::-1],), "default must not decrease"),
        (
            (LADDER[0], dataclasses.replace(LADDER[1], prior=None)),
            (),
            (NAMES[:2],),
            "all members must have a prior, or none",
        ),
        ((NERVE, ATTEMPTS), (), (("person.nerve", "quota.attempts"),), "one kind"),
    ],
)
def test_contradictory_declarations_are_the_programmers_error(
    parameters: tuple[object, ...], switches: tuple[object, ...], ordered: tuple[tuple[str, ...], ...], says: str
) -> None:
    """Declarations that contradict themselves cannot be built, and say why."""
    with pytest.raises(ValueError) as caught:
        Declarations(parameters, switches, ordered)  # type: ignore[arg-type]
    assert says in str(caught.value)
