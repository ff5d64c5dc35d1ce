"""Censorship by hand (E48): what happens in the province and the nation is seen and felt less; what happens at home is not."""

from __future__ import annotations

import math

import pytest
from tests.machine_worlds import START, small_layout
from tests.paper_worlds import paper_settings

from whowhom.engine.population import World
from whowhom.mechanisms import danger, emotion
from whowhom.models.machine.world import MachineWorld

WEIGHTS = {
    "decision.weight_local": 0.5,
    "decision.weight_nation": 0.2,
    "emotion.exposure_province": 0.4,
    "emotion.exposure_gain": 5.0,
}


def world(z: float, *, on: bool = True) -> World:
    """A quiet small world with dissent and exposure elsewhere."""
    settings = paper_settings(WEIGHTS | {"censorship.level": z}, on=("censorship",) if on else ())
    w = MachineWorld(small_layout(), settings=settings, seed=1, start=START).arrays
    w.province.dissent[:], w.nation[0].dissent, w.province.exposure[:] = 0.1, 0.04, 0.25
    return w


@pytest.mark.parametrize(
    ("z", "on", "heard"), [(0.6, True, 0.4), (0.0, True, 1.0), (1.0, True, 0.0), (1.0, False, 1.0)]
)
def test_dissent_elsewhere_is_hidden_and_dissent_at_home_is_not(z: float, on: bool, heard: float) -> None:
    """Visible dissent is .5 of the community's own, and 1 - z of .3 of the province's and .2 of the nation's; garrisons alike."""
    w = world(z, on=on)
    w.community[0].seen, w.community[0].seen_free = 10, 40
    far = heard * (0.3 * 0.1 + 0.2 * 0.04)
    danger.look(w, 3)
    assert danger.visible_of(w, 0) == pytest.approx(0.5 * 0.25 + far)
    assert danger.visible_of(w, 1) == pytest.approx(far)
    assert w.pool.visible == pytest.approx(far)


@pytest.mark.parametrize(("z", "heard"), [(0.6, 0.4), (1.0, 0.0), (0.0, 1.0)])
def test_repression_elsewhere_is_felt_less(z: float, heard: float) -> None:
    """Exposure of the province enters with the weight .4 (1 - z), in calm communities and beside what happens at home."""
    w = world(z)
    assert emotion.calm_saturation(w, 0) == pytest.approx(1 - math.exp(-5.0 * 0.4 * heard * 0.25))
    w.p.emotion_fear_gain, w.p.emotion_fear_decay = 1.0, 0.0
    w.community[0].touched, w.community[0].arrests, w.community[0].fear = 1, 16, 0.0
    emotion.sway(w, 3)
    assert w.community[0].fear == pytest.approx(1 - math.exp(-5.0 * (0.25 + 0.4 * heard * 0.25)), rel=1e-6)
