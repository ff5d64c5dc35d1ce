"""What a mechanism says about itself: declared effects, held by a test.

A mechanism is one file with one entry kernel `(w, t)` and a constant `EFFECTS`. The test `tests/architecture/test_effects.py` runs every
entry kernel inside real weeks and compares what it wrote with `writes`, and reads its source for the streams it draws.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effects:
    """Declared effects of one mechanism.

    Attributes
    ----------
    name
        The mechanism in plain words.
    equations
        Labels in `docs/machine.md`.
    switch
        The switch that turns it off, '' if it is always there.
    writes
        Arrays and fields it may write: 'state', 'community.fear', 'province.*'.
    draws
        Names of the streams it may draw from (`mechanisms/stream.py`).
    reads_private
        Whether it may read margins, shifts or anything else that no one in the model can see. The centre's mechanisms never may.
    """

    name: str
    equations: str
    switch: str
    writes: tuple[str, ...]
    draws: tuple[str, ...] = ()
    reads_private: bool = False
