"""Arms, replicates, and which of them share their luck."""

from __future__ import annotations

from typing import Any

import pytest
from tests.toy_model import ToyModel, toy_scenario, toy_settings
from tests.toy_store import ARMS, SETS

from whowhom.engine.scenario import Scenario
from whowhom.errors import ParameterError, StoreError, UnknownNameError
from whowhom.experiments.description import check_model, describe_experiment, design_of
from whowhom.experiments.design import Arm, Case, Design, design

PLAN: dict[str, Any] = {"sets": SETS, "arms": ARMS, "replicates": 4, "seed": 10}


def plan(**changes: Any) -> Design:
    return design(toy_settings(), **{**PLAN, **changes})


def test_replicates_are_interleaved_twins() -> None:
    """Replicate i has seed base + i and set i modulo their number in every arm, and comes before replicate i + 1."""
    cases = [(case.index, case.arm, case.replicate, case.seed, case.set_index) for case in plan()]
    assert cases == [
        (0, "history", 0, 10, 0),
        (1, "no executions", 0, 10, 0),
        (2, "history", 1, 11, 1),
        (3, "no executions", 1, 11, 1),
        (4, "history", 2, 12, 2),
        (5, "no executions", 2, 12, 2),
        (6, "history", 3, 13, 0),
        (7, "no executions", 3, 13, 0),
    ]


def test_settings_are_scenario_then_set_then_arm() -> None:
    """A case has the scenario's values, over them its set's, over them its arm's."""
    arm = Arm("mild", off=("executions",), values={"dissent.growth": 0.1})
    case: Case = plan(arms=[arm])[2]
    settings = case.settings
    assert settings.value("dissent.start", 0) == SETS[2]["dissent.start"]
    assert settings.value("dissent.growth", 0) == 0.1
    assert (settings.on("executions", 0), settings.on("arrests", 0)) == (False, True)


def test_an_arm_leaves_the_history_at_its_tick() -> None:
    """What an arm changes holds from its tick on and not before."""
    case = plan(arms=[Arm("late", off=("arrests",), values={"dissent.growth": 0.9}, from_tick=12)])[0]
    on = [case.settings.on("arrests", tick) for tick in (11, 12)]
    growth = [case.settings.value("dissent.growth", tick) for tick in (11, 12)]
    assert (on, growth) == ([True, False], [SETS[0]["dissent.growth"], 0.9])


def test_without_sets_the_set_is_minus_one() -> None:
    """Without plausible sets every case has the scenario's own values and set -1."""
    assert {case.set_index for case in plan(sets=())} == {-1}


def test_a_design_is_a_sequence() -> None:
    """A design has a length, slices, and an end."""
    assert len(plan()) == 8
    assert [case.index for case in plan()[2:4]] == [2, 3]
    with pytest.raises(IndexError):
        plan()[8]


def test_everything_wrong_is_said_at_once() -> None:
    """Wrong names, values, arms and numbers are reported together, each with the arm it belongs to."""
    arms = [Arm("a", off=("execution",)), Arm("a", values={"dissent.growth": 2.0}), Arm(" "), Arm("b", from_tick=-1)]
    with pytest.raises(ParameterError) as error:
        plan(arms=arms, replicates=0, seed=-1)
    text = "\n".join(error.value.problems)
    assert len(error.value.problems) >= 7
    assert error.value.problems[:2] == [
        "'replicates' must be at least 1, got 0. It is the number of runs of each arm.",
        "'seed' must be a whole number in [0, 2**62), got -1. Replicate i has the seed plus i.",
    ]
    assert "arms must have different names, got 'a' twice. Rename one of them." in text
    assert "the name of an arm must be printable text, got ' '. Write --arm NAME:off=..." in text
    assert "arm 'a': unknown switch 'execution'. Nearest: 'executions'." in text
    assert "arm 'a': 'dissent.growth' must be in [0, 1], got 2.0." in text


def test_no_arms() -> None:
    """An experiment without arms is refused."""
    with pytest.raises(ParameterError, match="an experiment must have at least one arm, got none"):
        plan(arms=())


def test_a_named_vector_becomes_its_parameters() -> None:
    """An arm that names a leader has that leader's parameters, and an unknown leader is refused."""
    vectors = {"leader": {"patient": {"dissent.growth": 0.2}}}
    base = toy_scenario()
    scenario = Scenario(name="toy", title="", model="toy", start=base.start, settings=base.settings, vectors=vectors)
    arm = Arm("patient", values={"leader": "patient", "dissent.start": 0.1}).resolved(scenario)
    assert arm.values == {"dissent.growth": 0.2, "dissent.start": 0.1}
    with pytest.raises(UnknownNameError):
        Arm("x", values={"leader": "nobody"}).resolved(scenario)


def described(**changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {"arms": ARMS, "persons": 64, "replicates": 4, "until_ticks": 9, "seed": 10}
    return describe_experiment(ToyModel(), **({"scenario": toy_scenario(sets=SETS)} | arguments | changes))


def test_an_experiment_can_be_built_from_its_description() -> None:
    """The design built from the plain data of a manifest is the one that was described, case for case."""
    arms = [*ARMS, Arm("late", on=("arrests",), values={"dissent.growth": 0.5}, from_tick=4)]
    base = toy_scenario(sets=SETS)
    right = design(base.settings, sets=SETS, arms=arms, replicates=4, seed=10)
    again = design_of(described(arms=arms), model=ToyModel())
    assert [vars(case) for case in again] == [vars(case) for case in right]


def test_another_version_of_the_model_is_refused() -> None:
    """A store is not continued by another version of its model, nor by one with other columns."""

    class Later(ToyModel):
        version = "2"

    class Fewer(ToyModel):
        observables = ToyModel.observables[:-1]  # type: ignore[assignment]

    check_model(described(), model=ToyModel(), folder="store")
    with pytest.raises(StoreError) as error:
        check_model(described(), model=Later(), folder="store")
    assert str(error.value) == (
        "store 'store' must be continued by the model that began it, got another one: "
        "model.version is '1' there and '2' here. "
        "Continue it with the whowhom that its manifest names, or run the experiment anew in another folder."
    )
    with pytest.raises(StoreError, match=r"model\.observables has 7 entries there and 6 here"):
        check_model(described(), model=Fewer(), folder="store")
