"""Following persons: dated situations, paths, flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.toy_model import BALANCED, PERSONS, ToyModel, ToyWorld, toy_settings

from whowhom.engine.contract import Word
from whowhom.engine.settings import Settings
from whowhom.errors import ModelError, ParameterError
from whowhom.experiments.lives import MOST_FOLLOWED, flows, lives, who_went

FREE, HELD, MEMBER = 0, 1, 2
WORDS = (Word("free", 1, 0, "state"), Word("held", 1, 1, "state"), Word("member", 2, 2))
SETTINGS = toy_settings(BALANCED)
#: Codes of three persons, week by week.
STORY = (
    (FREE | MEMBER, FREE, HELD),
    (FREE | MEMBER, HELD, HELD),
    (FREE, HELD, FREE),
    (HELD, FREE, FREE | MEMBER),
)
WEIGHTS = np.array([10.0, 20.0, 30.0])


class Told(ToyWorld):
    """A world whose persons live the story."""

    story: Sequence[Sequence[int]] = STORY

    def situations(self) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        return np.array(self.story[self.tick], np.uint32), WEIGHTS.copy()


class TellingModel(ToyModel):
    """The toy with persons to follow."""

    person_words = WORDS

    def build(self, settings: Settings, *, persons: int, seed: int) -> Told:
        return Told(settings, persons, seed)


ASKED: dict[str, Any] = {"persons": PERSONS, "seed": 7, "ticks": 3}


def test_a_life_is_told_by_its_changes() -> None:
    """A life begins with the situation at the start and has one more for each change, with its week."""
    found = lives(TellingModel(), SETTINGS, [0, 2], **ASKED)
    assert found.simulated == 3
    assert [(life.person, life.weight) for life in found.lives] == [(0, 10.0), (2, 30.0)]
    told = [[(one.tick, one.words) for one in life.situations] for life in found.lives]
    assert told == [
        [(0, ("free", "member")), (2, ("free",)), (3, ("held",))],
        [(0, ("held",)), (2, ("free",)), (3, ("free", "member"))],
    ]


@pytest.mark.parametrize(
    ("path", "people"),
    [
        (["member", "held"], [0]),
        (["held", "member"], [2]),
        (["held", "free"], [1, 2]),
        (["free", "member"], [0, 2]),  # two words of one week, in this order
        (["held", "free", "held"], []),
        (["member"], [0, 2]),
    ],
)
def test_who_went_a_path(path: list[str], people: list[int]) -> None:
    """Those are found of whom the words were true one after the other, whatever was between."""
    assert who_went(TellingModel(), SETTINGS, path, **ASKED).tolist() == people


def test_flows_count_changes_of_state() -> None:
    """Every change of state is counted once, in the week in which it happened, with its weight; traits do not count."""
    found = flows(TellingModel(), SETTINGS, **ASKED)
    assert list(found.itertuples(index=False, name=None)) == [
        (0, "free", "held", 1, 20.0),
        (1, "held", "free", 1, 30.0),
        (2, "free", "held", 1, 10.0),
        (2, "held", "free", 1, 20.0),
    ]


@pytest.mark.parametrize(
    ("people", "text"),
    [
        ([3], "'person' must be a whole number in [0, 2], got 3. This history has 3 simulated persons."),
        ([-1], "'person' must be a whole number in [0, 2], got -1. This history has 3 simulated persons."),
        (range(MOST_FOLLOWED + 1), "at most 1000 persons can be followed at once, got 1001. Ask again for the others."),
    ],
)
def test_who_is_not_there_cannot_be_followed(people: Sequence[int], text: str) -> None:
    """Persons who are not there, and too many at once, are refused in words."""
    with pytest.raises(ParameterError) as error:
        lives(TellingModel(), SETTINGS, people, **ASKED)
    assert str(error.value) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ([], "a path must have from 1 to 100 words, got 0. For example party,expelled,detained."),
        (["free", "rich"], "a path must be made of words of the model, got 'rich'. Its words: free, held, member."),
    ],
)
def test_a_path_must_be_made_of_known_words(path: list[str], text: str) -> None:
    """Empty paths and unknown words are refused in words."""
    with pytest.raises(ParameterError) as error:
        who_went(TellingModel(), SETTINGS, path, **ASKED)
    assert str(error.value) == text


def test_a_model_must_say_what_its_persons_can_be() -> None:
    """A model without words for persons, or with a person in no state, is told so."""
    with pytest.raises(ModelError, match="must say what its persons can be, got none"):
        lives(ToyModel(), SETTINGS, [0], **ASKED)

    class Half(TellingModel):
        person_words = WORDS[1:]

    with pytest.raises(ModelError, match="every person of model 'toy' must be in a state, got one without"):
        flows(Half(), SETTINGS, **ASKED)
