from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whowhom import errors
from whowhom.errors import ParameterError, ScenarioError, WhowhomError, nearest, quoted, unknown

NAMES = ["apparatus.growth_per_week", "army.troops", "repression.custody_weeks"]


@pytest.mark.parametrize(
    "kind",
    ["DateError", "MissingExtraError", "ModelError", "ParameterError", "RecordError", "ScenarioError", "StoreError"],
)
def test_everything_a_user_can_cause_is_one_kind_of_error(kind: str) -> None:
    """Each of our errors is a WhowhomError, which the command line turns into exit code 2."""
    assert issubclass(getattr(errors, kind), WhowhomError)


@pytest.mark.parametrize("kind", [ParameterError, ScenarioError])
def test_several_problems_are_printed_one_a_line(kind: type[ParameterError | ScenarioError]) -> None:
    """An error of several problems prints each on a line of its own and keeps them as a list."""
    error = kind(["first.", "second."])
    assert str(error) == "first.\nsecond."
    assert error.problems == ["first.", "second."]
    assert kind("only one.").problems == ["only one."]


def test_errors_cross_a_process_border() -> None:
    """An error with several problems is the same after pickling."""
    again = pickle.loads(pickle.dumps(ParameterError(["first.", "second."])))
    assert again.problems == ["first.", "second."]


@pytest.mark.parametrize(
    ("wrong", "best"),
    [
        ("repression.custody_week", "repression.custody_weeks"),
        ("custody_weeks", "repression.custody_weeks"),
        ("custody-weeks", "repression.custody_weeks"),
        ("Army.Troops", "army.troops"),
        ("aparatus.growth", "apparatus.growth_per_week"),
    ],
)
def test_nearest_name_comes_first(wrong: str, best: str) -> None:
    """A slip, a last part alone, a hyphen or a capital all find the name that was meant."""
    assert nearest(wrong, NAMES)[0] == best


def test_nothing_near_gives_no_name() -> None:
    """A name like none of the known ones has no nearest, and no more names than asked for are given."""
    assert nearest("zzz", NAMES) == []
    assert nearest("a", [f"a{i}" for i in range(9)], 2, least=0.1) == ["a0", "a1"]


@pytest.mark.parametrize(
    ("kind", "name", "known", "text"),
    [
        (
            "parameter",
            "army.troop",
            NAMES,
            "unknown parameter 'army.troop'. Nearest: 'army.troops'. `whowhom describe soviet` lists all.",
        ),
        ("scenario", "x", ["soviet"], "unknown scenario 'x'. Known: 'soviet'. `whowhom scenarios` lists all."),
        ("model", "x", [], "unknown model 'x'. There is none. `whowhom models` lists all."),
        ("record", "x", [f"series.{i}" for i in range(11)], "unknown record 'x'. `whowhom records` lists all."),
    ],
)
def test_unknown_names_are_answered(kind: str, name: str, known: list[str], text: str) -> None:
    """An unknown name is answered with the nearest, else with a short list, else with the command that lists all."""
    assert unknown(kind, name, known) == text


@given(st.text(), st.lists(st.text(), max_size=12))
def test_any_name_has_an_answer(name: str, known: list[str]) -> None:
    """Whatever is written and whatever is known, the answer is one line that ends by saying where to look."""
    answer = unknown("switch", name, known)
    assert answer.endswith("`whowhom describe soviet` lists all.")
    assert "\n" not in answer


def test_long_values_are_cut() -> None:
    """A wrong value is repeated only as far as a line can hold it, and a number too long to write has words instead."""
    assert len(quoted("x" * 500)) == errors.LONGEST_QUOTE
    assert quoted(10**5000) == "a number of very many digits"
