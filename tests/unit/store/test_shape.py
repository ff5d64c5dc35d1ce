"""The shape of what a manifest says was asked."""

from __future__ import annotations

from typing import Any

import pytest

from whowhom.store.shape import mismatch

SHAPE = {"seed": int, "share": float, "on": bool, "names": [str], "points": [(int, float)], "any": {str: float}}
SOUND = {"seed": 1, "share": 1, "on": True, "names": ["a"], "points": [[0, 0.5]], "any": {"x": 2.0}, "more": None}


def test_a_sound_table_has_no_mismatch() -> None:
    """A whole number is a number too, and a key more is no mistake."""
    assert mismatch(SOUND, SHAPE) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": True}, "experiment.seed must be a whole number, got True"),
        ({"seed": "one"}, "experiment.seed must be a whole number, got 'one'"),
        ({"on": 1}, "experiment.on must be true or false, got 1"),
        ({"names": "a"}, "experiment.names must be a list, got 'a'"),
        ({"names": ["a", 2]}, "experiment.names[1] must be a text, got 2"),
        ({"points": [[0]]}, "experiment.points[0] must be a list of 2, got [0]"),
        ({"any": {"x": None}}, "experiment.any.x must be a number, got None"),
        ({"any": {"\u202e": None}}, "experiment.any.'\\u202e' must be a number, got None"),
        ({"any": []}, "experiment.any must be a table, got []"),
    ],
)
def test_the_first_mismatch_is_named(change: dict[str, Any], says: str) -> None:
    """What has another shape is named with its place, the rule and what was found; what cannot be printed is quoted."""
    assert mismatch(SOUND | change, SHAPE) == says


def test_a_missing_key_is_named() -> None:
    """A key that is not there is named."""
    assert mismatch({key: SOUND[key] for key in SOUND if key != "on"}, SHAPE) == "experiment.on must be there, got none"
