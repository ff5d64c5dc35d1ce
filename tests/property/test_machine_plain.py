"""Stepping through without compilation gives the same bits."""

from __future__ import annotations

import pytest
from tests.plain_weeks import digests, plain


@pytest.mark.slow
def test_plain_python_gives_the_same_bits_as_compiled_code() -> None:
    """With WHOWHOM_JIT=0 the whole state of every week is that of the compiled model, bit for bit, without a warning."""
    assert plain("digests") == digests()
