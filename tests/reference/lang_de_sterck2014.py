"""Lang and De Sterck's equation by small steps of Euler's method: it shares no formula with the exact solution, and comes as near to it as its steps are small."""

from __future__ import annotations


def after(r: float, time: float, alpha: float, beta: float, *, c1: float, c2: float, steps: int) -> float:
    """The share some time later."""
    dt = time / steps
    for _ in range(steps):
        visible = 1.0 if r > alpha else 0.0
        policed = 1.0 if r < beta else 0.0
        r += dt * (c1 * visible * (1.0 - r) - c2 * policed * r)
    return r
