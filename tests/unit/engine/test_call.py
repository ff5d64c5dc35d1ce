"""Calling entries by their addresses."""

from __future__ import annotations

import numpy as np
import pytest

from whowhom.engine.call import address_of, call
from whowhom.engine.kernel import COMPILED, entry

compiled_only = pytest.mark.skipif(not COMPILED, reason="functions have addresses only where they are compiled")


@entry
def add_to(totals, place, more):
    """Add to one of the totals."""
    totals[place] += more


@entry
def take_from(totals, place, less):
    """Take from one of the totals."""
    totals[place] -= less


@entry
def call_all(addresses, totals, times):
    """Call what stands at the addresses, one after the other, several times."""
    for k in range(times):
        for address in addresses:
            call(address, totals, k, 2.5)


@compiled_only
def test_what_stands_at_an_address_is_called() -> None:
    """Calls reach the functions whose addresses are given, with their arguments, as often as asked."""
    totals = np.zeros(4)
    add, take = address_of(add_to, totals, 0, 2.5), address_of(take_from, totals, 0, 2.5)
    call_all(np.array([add, add]), totals, 3)
    assert totals.tolist() == [5.0, 5.0, 5.0, 0.0]
    call_all(np.array([take]), totals, 2)
    assert totals.tolist() == [2.5, 2.5, 5.0, 0.0]


@pytest.mark.skipif(COMPILED, reason="compiled functions have addresses")
def test_plain_functions_have_no_address() -> None:
    """Without compiled functions there is no address and no call by it."""
    assert address_of(add_to, np.zeros(1), 0, 1.0) == 0
    with pytest.raises(TypeError, match="only where they are compiled"):
        call(0)
