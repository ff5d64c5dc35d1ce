"""What all tests share: the place of the checkout, and property tests that find the same examples every time."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

# Derandomised: a failure seen by one is seen by all. No deadline: the first call of a kernel compiles it.
hypothesis.settings.register_profile("whowhom", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.load_profile("whowhom")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).resolve().parents[1]
