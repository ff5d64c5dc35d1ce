"""What Kuran (1989, 1991) says, put to the model. Only the abstract of 1989 was read: the ten-person sequences are from memory, so their results count as analytic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from whowhom.engine.schedule import Schedule
from whowhom.engine.settings import Settings
from whowhom.models.kuran1991 import DECLARATIONS, KURAN1991, SEQUENCES, KuranWorld, equilibrium, with_event
from whowhom.verification.claim import ANALYTIC, OURS, PUBLISHED_SIGN, Claim, Measured, exactly

MODEL = "kuran1991"
EVENT_AT, SEEDS = 13, 40
TEN_YEARS = 522
SLOW = {"preference.mean": 0.45, "preference.sd": 0.25, "private.sd": 3.0}


def ten(sequence: str, *, event: bool) -> KuranWorld:
    """Ten persons with the thresholds of a sequence, settled; with the second's at 10 from some week on."""
    thresholds = SEQUENCES[sequence]
    shift = thresholds[1] - 10.0 if event else 0.0
    settings = Settings.of(
        DECLARATIONS,
        values={"event.person": 2},
        schedules={"event.shift": Schedule(((0, 0.0), (EVENT_AT, shift)), "step", source="")} if event else {},
        structure={"society": {"thresholds": list(thresholds)}},
    )
    if not event:
        settings = settings.replace({"event.shift": 0.0})
    world = KURAN1991.build(settings, persons=10, seed=1)
    for _ in range(EVENT_AT + 12):
        world.step()
    return world


def slow_decline(seed: int, *, persons: int = 1000) -> NDArray[np.float64]:
    """Observables, week by week, of a society whose thresholds fall by 25 points in ten years; the scenario `kuran1991`."""
    path = Schedule(((0, 0.0), (TEN_YEARS, 25.0)), "linear", source="")
    settings = Settings.of(DECLARATIONS, values=SLOW, schedules={"shift.all": path})
    world = KURAN1991.build(settings, persons=persons, seed=seed)
    rows = [world.observe()]
    while world.tick < TEN_YEARS:
        world.step()
        rows.append(world.observe())
    return np.array(rows)


def revolution(rows: NDArray[np.float64]) -> int:
    """The first week with more than half of society in public opposition."""
    return int(np.argmax(rows[:, 1] > 0.5))


def _sequence(name: str, *, expected: float, event: bool) -> Measured:
    given = SEQUENCES[name]
    closed = equilibrium(with_event(given) if event else given)
    played = 100.0 * float(ten(name, event=event).public.mean())
    return exactly(closed if closed == played else float("nan"), expected)


def _slight_surge() -> Measured:
    before, after = ten("A", event=False).public.mean(), ten("A", event=True).public.mean()
    return Measured(f"{before:.1f} to {after:.1f} of society", bool(before < 0.5 < after))


def _unforeseen() -> Measured:
    weeks, shown, held = [], [], []
    for seed in range(SEEDS):
        rows = slow_decline(seed)
        week = revolution(rows)
        weeks.append(week)
        shown.append(rows[week - 52, 1])
        held.append(rows[week - 52, 4] / 1000.0)
    words = (
        f"a year before, {np.mean(shown):.2f} of society is publicly and {np.mean(held):.2f} privately against; "
        f"weeks {min(weeks)} to {max(weeks)}"
    )
    return Measured(words, bool(np.mean(shown) < 0.25 and np.mean(held) > 0.5 and max(weeks) - min(weeks) > 26))


def _looks_inevitable() -> Measured:
    left = [float(slow_decline(seed)[-1, 5]) for seed in range(10)]
    swept = [float(slow_decline(seed)[-1, 6]) for seed in range(10)]
    words = f"{np.mean(left):.1f} of 1,000 hide opposition, {np.mean(swept):.0f} hide support"
    return Measured(words, bool(np.mean(left) < 10 < np.mean(swept)))


def _ten(name: str, expected: float) -> Claim:
    primed, name = name.endswith("'"), name.rstrip("'")
    check: Callable[[], Measured] = partial(_sequence, name, expected=expected, event=primed)
    change = ", with the second person's threshold at 10," if primed else ""
    return Claim(
        f"sequence {name}{chr(39) if primed else ''}",
        MODEL,
        f"Ten persons with the thresholds {', '.join(f'{x:g}' for x in SEQUENCES[name])}{change} end at {expected:g} %.",
        "Kuran 1991; the sequence from memory, unverified, its result from the rule",
        ANALYTIC,
        f"{expected:g}",
        check,
        seconds=0.1,
    )


CLAIMS = (
    Claim("slight surge", MODEL, "A slight surge of opposition can bring a regime down.", "Kuran 1989, abstract", PUBLISHED_SIGN, "below half before, above half after one person's change", _slight_surge, seconds=0.1),
    _ten("A", 10.0), _ten("A'", 90.0), _ten("B", 10.0), _ten("B'", 20.0),
    _ten("C", 10.0), _ten("C'", 90.0), _ten("D", 10.0), _ten("D'", 20.0),
    Claim("unforeseen", MODEL, "It cannot be foreseen from what is shown in public: much private opposition, little public, at no fixed date.", "Kuran 1989, abstract (sentence); Ours (measure)", OURS, "a year before, less than a quarter shown and more than half held; dates more than half a year apart", _unforeseen, seconds=8.0),
    Claim("looks inevitable", MODEL, "Afterwards hardly anybody hides opposition, and some hide support.", "Kuran 1989, abstract (idea); Ours (measure)", OURS, "fewer than 10 of 1,000 hide opposition, more than 10 hide support", _looks_inevitable, seconds=4.0),
)  # fmt: skip
