"""Propaganda and dissonance (E47): a message lowers private opposition where nothing contradicts it, and raises it where repression is seen beside it.

The share of repression that is felt decides: s dissonance - (1 - s) effect, whose sign turns at s = effect / (effect + dissonance). MODEL M18; the guns that shake
the windows (MODEL S27).
"""

from __future__ import annotations

from whowhom.engine.kernel import kernel


@kernel
def message(p, s):
    """Change of private opposition in a week by the message where exposure is felt as `s`; 0 without propaganda."""
    if not p.on_propaganda:
        return 0.0
    return p.propaganda_level * (p.propaganda_dissonance * s - p.propaganda_effect * (1.0 - s))
