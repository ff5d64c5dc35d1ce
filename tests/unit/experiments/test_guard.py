"""What is not computed: the dose of repression that serves best."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.toy_model import ToyModel
from tests.toy_store import toy_run

from whowhom.errors import ParameterError
from whowhom.experiments.design import HISTORY, Arm
from whowhom.experiments.guard import intensities_of, intensity_problems, refuse_search

DOSE = "repression.arrest_rate"
OTHER_DOSE = "repression.execution_share"
DEFAULTS = {DOSE: 0.3, OTHER_DOSE: 0.2, "dissent.growth": 0.5}


def problems(*arms: Arm) -> list[str]:
    return intensity_problems(arms, intensities=intensities_of(ToyModel()), defaults=DEFAULTS)


def test_two_doses_are_a_search() -> None:
    """Arms that differ in the dose of an instrument alone are refused, with the reason and the way out."""
    (found,) = problems(Arm("mild", values={DOSE: 0.1}), Arm("harsh", values={DOSE: 0.9}))
    assert found == (
        "arms 'mild' and 'harsh' must differ in whether an instrument exists, not in how much of it there is, "
        "got two values of 'repression.arrest_rate' and no other difference. whowhom does not search for "
        "the dose that keeps a regime in power; use --off, or vary a property of the world."
    )


def test_every_pair_is_named() -> None:
    """A row of doses is refused pair by pair, and so is one dose against the history."""
    assert len(problems(*(Arm(str(n), values={DOSE: n / 10}) for n in (1, 2, 4)))) == 3
    assert len(problems(Arm(HISTORY), Arm("more", values={DOSE: 0.5}))) == 1


def test_two_doses_at_once_are_a_search() -> None:
    """Arms that differ in the doses of two instruments are refused too, and both are named."""
    (found,) = problems(Arm("a", values={DOSE: 0.1, OTHER_DOSE: 0.1}), Arm("b", values={DOSE: 0.2, OTHER_DOSE: 0.3}))
    assert f"got two values of '{DOSE}', '{OTHER_DOSE}' and no other difference" in found


@pytest.mark.parametrize(
    "arms",
    [
        (Arm("one", values={DOSE: 0.9}),),
        (Arm(HISTORY), Arm("off", off=("arrests",))),
        (Arm(HISTORY), Arm("absent", values={DOSE: 0.0})),
        (Arm(HISTORY), Arm("world", values={"dissent.growth": 0.9})),
        (Arm(HISTORY), Arm("the same", values={DOSE: 0.3})),
        (Arm("a", values={DOSE: 0.3}), Arm("b", values={DOSE: 0.4}, off=("executions",))),
        (Arm("early", values={DOSE: 0.4}), Arm("late", values={DOSE: 0.4}, from_tick=9)),
    ],
)
def test_what_is_no_search(arms: tuple[Arm, ...]) -> None:
    """One world, an absent instrument, an uncertain property, another date and a second difference are allowed."""
    assert problems(*arms) == []


def test_a_model_without_marks_has_no_doses() -> None:
    """A model that marks no parameter as an intensity is not restricted."""
    assert intensities_of(object()) == frozenset()  # type: ignore[arg-type]


def test_a_search_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """An experiment that searches for a dose is refused, from Python too, and leaves no folder."""
    arms = (Arm(HISTORY), Arm("more", values={DOSE: 0.5}))
    with pytest.raises(ParameterError):
        refuse_search(ToyModel(), arms=arms, defaults=DEFAULTS)
    with pytest.raises(ParameterError, match="whowhom does not search"):
        toy_run(tmp_path / "store", arms=arms)
    assert not (tmp_path / "store").exists()
