"""What Lemos, Lopes and Coelho (2013-2018) say, put to the model. Abstracts and a review were read; the form of fear loss is from memory, the feedback is ours."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.settings import Settings
from whowhom.models.lemos2016 import DECLARATIONS, LEMOS2016, SHAPES, risk
from whowhom.verification.claim import ANALYTIC, OURS, PUBLISHED_SIGN, Claim, Measured, exactly

MODEL = "lemos2016"
SEEDS, PERSONS = (1, 2, 3), 1120
_PAPERS = "Lemos, Lopes and Coelho, abstracts of 2015 and 2016; review of their book in JASSS 21(4)"


@functools.cache
def history(
    seed: int,
    *,
    shape: str = "fear_loss",
    start: float = 0.82,
    longest: float = 30.0,
    feedback: bool = False,
    ticks: int = 1000,
) -> NDArray[np.float64]:
    """Observables after each tick, float64 [ticks, observables]."""
    values = {"arrest.shape": SHAPES.index(shape), "legitimacy.start": start, "term.longest": longest}
    settings = Settings.of(DECLARATIONS, values=values, switches={"feedback": feedback})
    world = LEMOS2016.build(settings, persons=PERSONS, seed=seed)
    rows = []
    for _ in range(ticks):
        world.step()
        rows.append(world.observe())
    return np.array(rows)


def _iff() -> Measured:
    found = {shape: [int(history(seed, shape=shape)[-1, 5]) for seed in SEEDS] for shape in SHAPES}
    words = "; ".join(f"{shape}: {', '.join(map(str, counts))}" for shape, counts in found.items())
    holds = min(found["fear_loss"] + found["floor"]) > 5 and max(found["ratio"]) == 0
    return Measured(words, holds, note="Outbursts in 1,000 ticks, three seeds.")


def _longer_terms() -> Measured:
    means = [float(np.mean([history(seed, longest=j)[-1, 5] for seed in SEEDS])) for j in (15.0, 30.0, 60.0)]
    words = ", ".join(f"{mean:.1f}" for mean in means) + " outbursts in 1,000 ticks at 15, 30, 60"
    return Measured(words, means[0] > means[1] > means[2])


def _feedback() -> Measured:
    large, small, highest = [], [], []
    for seed in SEEDS:
        rows = history(seed, start=0.88, feedback=True, ticks=1500)
        at = int(np.argmax(rows[:, 0] > 150))
        large.append(at)
        small.append(int(rows[at, 5]))
        highest.append(float(rows[at + 200 :, 4].max()))
    words = (
        f"more than 150 active first in ticks {large}, after {small} smaller outbursts; "
        f"from 200 ticks later on legitimacy is at most {max(highest):.2f}, from .88"
    )
    return Measured(words, min(large) > 100 and max(small) < 15 and max(highest) < 0.82)


def _without_feedback() -> Measured:
    counts = [int(history(seed, start=0.88, ticks=1500)[-1, 5]) for seed in SEEDS]
    return Measured(f"{counts} outbursts", max(counts) < 30, note="The same legitimacy, 1,500 ticks, feedback off.")


CLAIMS = (
    Claim("cascades if and only if", MODEL, "Cascades occur if and only if the risk perceived drops massively once C / A falls below a critical value.", _PAPERS, PUBLISHED_SIGN, "outbursts with fear_loss and floor, none with the plain ratio", _iff, seconds=30.0),
    Claim("longer terms", MODEL, "A longer maximum jail term lowers the frequency of peaks.", _PAPERS, PUBLISHED_SIGN, "falling from 15 to 30 to 60", _longer_terms, seconds=30.0),
    Claim("feedback", MODEL, "With legitimacy feedback some parameters give calm with small bursts, then one sudden large rebellion, then intermittent bursts, and legitimacy never returns to its start.", f"{_PAPERS} (sentence); the form of the feedback is ours", OURS, "100 ticks and more before the first of more than 150, fewer than 15 smaller ones before it, legitimacy below .82 after it", _feedback, seconds=15.0),
    Claim("feedback off", MODEL, "At the same legitimacy without feedback outbursts stay rare.", "measured", OURS, "fewer than 30 in 1,500 ticks", _without_feedback, seconds=15.0),
    Claim("risk", MODEL, "One cop and one active give a risk of .8997 at k = 2.3.", "from the rule", ANALYTIC, ".8997", lambda: exactly(risk(1, 1), 0.8997, within=5e-5), seconds=0.5),
)  # fmt: skip
