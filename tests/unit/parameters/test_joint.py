"""Rules that several parameters obey together."""

from __future__ import annotations

import dataclasses

import pytest
from tests.unit.small_case import ATTEMPTS, CUSTODY, DECLARATIONS, NERVE

from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.errors import ParameterError
from whowhom.models.machine.declarations import DECLARATIONS as MACHINE
from whowhom.parameters import Declarations, JointRule, not_above, parts_of_one, uniform

VOICE = dataclasses.replace(NERVE, name="person.voice", symbol="xi", default=0.2, prior=uniform(0, 0.2))
CALM = dataclasses.replace(NERVE, prior=uniform(0.1, 0.5))
WHOLE = parts_of_one("person.nerve", "person.voice", reason="They are shares of a person; lower one of them.")
ABOVE = not_above("person.voice", "person.nerve", reason="Set both.")


def declared(*rules: JointRule) -> Declarations:
    return Declarations(parameters=(CALM, VOICE, CUSTODY, ATTEMPTS), joint=rules)


def test_parts_are_at_most_one() -> None:
    """Parts that come to more than 1 are answered with both names, the rule, both values and the way out; a default counts."""
    assert declared(WHOLE).problems({"person.nerve": 0.9}, {}) == [
        (
            "'person.nerve' + 'person.voice' must be at most 1, got 0.9 + 0.2. "
            "They are shares of a person; lower one of them."
        )
    ]


def test_one_is_not_above_the_other() -> None:
    """A lower end above its upper end is answered with both names and both values."""
    rule = not_above("person.voice", "person.nerve", reason="Set both.")
    assert rule.problems({"person.voice": 0.6, "person.nerve": 0.5}) == [
        "'person.voice' must not be above 'person.nerve', got 0.6 above 0.5. Set both."
    ]


@pytest.mark.parametrize("values", [(0.8, 0.2), (0.7, 0.1 + 0.2), (0.0, 0.0)])
def test_the_end_itself_is_allowed(values: tuple[float, float]) -> None:
    """Parts that fill the whole break no rule, also where their sum misses 1 by a rounding."""
    assert declared(WHOLE).problems(dict(zip(WHOLE.members, values, strict=True)), {}) == []


def test_a_wrong_member_hides_the_rule() -> None:
    """A rule with a member that is wrong by itself is not also said to be broken."""
    (found,) = declared(WHOLE).problems({"person.nerve": 7, "person.voice": 0.9}, {})
    assert found.startswith("'person.nerve' must be in [0, 1], got 7.")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (parts_of_one("person.nerve", "person.vice", reason="No."), "'person.vice' is not declared"),
        (parts_of_one("person.nerve", "person.voice", reason="no"), "reason must be full sentences, got 'no'"),
        (
            not_above("person.nerve", "person.voice", reason="No."),
            "defaults break it: 'person.nerve' must not be above",
        ),
        (ABOVE, "priors break it: 'person.voice' must not be above 'person.nerve', got 0.2 above 0.1"),
    ],
)
def test_rules_that_cannot_hold_are_refused(rule: JointRule, says: str) -> None:
    """Unknown members, a reason without a full stop, and defaults or priors that break the rule are mistakes of the model."""
    with pytest.raises(ValueError, match="joint rule") as caught:
        declared(rule)
    assert says in str(caught.value)


def test_a_path_is_followed() -> None:
    """Settings look at every point of a path and say the week in which a rule is broken."""
    path = Schedule(((0, 0.1), (10, 0.4)), "step")
    with pytest.raises(ParameterError, match=r"week 10: .* must be at most 1, got 0\.7 \+ 0\.4\."):
        Settings.of(declared(WHOLE), values={"person.nerve": 0.7}, schedules={"person.voice": path})


def test_a_change_is_looked_at() -> None:
    """An arm whose change breaks a rule together with what was there is refused."""
    settings = Settings.of(declared(WHOLE), values={"person.voice": 0.5})
    with pytest.raises(ParameterError, match=r"got 0\.6 \+ 0\.5"):
        settings.replace({"person.nerve": 0.6})


def test_no_draw_breaks_a_rule_of_the_machine() -> None:
    """All shares of the priors at either end give values that every rule of the machine allows."""
    names = [parameter.name for parameter in MACHINE.parameters if parameter.prior is not None]
    for share in (1e-9, 1 - 1e-9):
        assert MACHINE.problems(MACHINE.from_prior(dict.fromkeys(names, share)), {}) == []


def test_a_ladder_is_one_of_the_rules() -> None:
    """Ordered groups and joint rules are listed together, members by name; only joint rules are described as such."""
    assert [rule.members for rule in declared(WHOLE).rules] == [("person.nerve", "person.voice")]
    assert [rule.members for rule in DECLARATIONS.rules] == list(DECLARATIONS.ordered)
    assert declared(WHOLE).describe()["rules"] == [
        {"rule": "person.nerve + person.voice <= 1", "reason": "They are shares of a person; lower one of them."}
    ]
