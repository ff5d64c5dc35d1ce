"""Figure and tables of docs/canon/kuran1991.md: `python studies/canon/kuran1991.py` (about ten seconds)."""

from __future__ import annotations

import numpy as np
from drawing import BLUE, GREY, INK, RED, panels, save, table

from whowhom.engine.settings import Settings
from whowhom.models.kuran1991 import DECLARATIONS, KURAN1991, SEQUENCES, equilibrium, with_event
from whowhom.verification.kuran1991 import SLOW, TEN_YEARS, revolution, slow_decline

SEEDS = 100


def figure() -> None:
    """The two sequences of ten persons, and the slow decline of a thousand."""
    fig, (ten, many) = panels(2, width=9.0)
    reached = np.arange(0, 101)
    for name, colour in (("A", RED), ("B", BLUE)):
        for thresholds, style in ((SEQUENCES[name], ":"), (with_event(SEQUENCES[name]), "-")):
            share = [100 * np.mean(np.array(thresholds) <= s) for s in reached]
            label = f"{name}{chr(39) if style == '-' else ''} ends at {equilibrium(thresholds):g} %"
            ten.step(reached, share, style, where="post", color=colour, label=label)
    ten.plot(reached, reached, color=GREY, linewidth=0.8)
    ten.set(title="ten persons", xlabel="in public opposition [%]", ylabel="would be, seeing that [%]")
    ten.legend(fontsize=8)
    weeks = np.arange(0, TEN_YEARS + 1, 4)
    for seed in range(12):
        rows = slow_decline(seed)[weeks]
        many.plot(
            weeks / 52.18, rows[:, 1] * 100, color=INK, linewidth=0.8, label="publicly against" if seed == 0 else None
        )
        many.plot(
            weeks / 52.18, rows[:, 4] / 10, color=RED, linewidth=0.5, label="privately against" if seed == 0 else None
        )
    many.set(title="1,000 persons, 12 histories", xlabel="years", ylabel="[%]")
    many.legend(fontsize=8)
    save(fig, "kuran1991")


def end(values: dict[str, float], *, returning: bool, seed: int) -> float:
    """Share in public opposition after ten years of private events, without any trend [%]."""
    settings = Settings.of(DECLARATIONS, values=SLOW | values, switches={"returning": returning})
    world = KURAN1991.build(settings, persons=1000, seed=seed)
    for _ in range(TEN_YEARS):
        world.step()
    return 100.0 * float(world.public.mean())


def tables() -> None:
    """The sequences, the surprise, and what the options change."""
    rows: list[tuple[object, ...]] = [
        (name, ", ".join(f"{x:g}" for x in given), f"{equilibrium(given):g}", f"{equilibrium(with_event(given)):g}")
        for name, given in SEQUENCES.items()
    ]
    table(("sequence", "thresholds", "ends at", "with the second person's at 10"), rows)
    histories = [slow_decline(seed) for seed in range(SEEDS)]
    weeks = [revolution(rows) for rows in histories]
    rows = []
    for before in (104, 52, 26, 4, 0):
        at = [history[week - before] for history, week in zip(histories, weeks, strict=True)]
        shares = (
            np.array([x[1] for x in at]) * 100,
            np.array([x[4] for x in at]) / 10,
            np.array([x[5] for x in at]) / 10,
        )
        rows.append((before, *(f"{share.mean():.1f} ({share.min():.1f} to {share.max():.1f})" for share in shares)))
    table(("weeks before", "publicly against [%]", "privately against [%]", "hide it [%]"), rows)
    print(
        f"\nweeks of revolution: {min(weeks)} to {max(weeks)}, mean {np.mean(weeks):.0f}, s.d. {np.std(weeks, ddof=1):.0f}"
    )
    rows = []
    for name, values, returning in (
        ("as it is", {}, True),
        ("`returning` off", {}, False),
        ("`private.sd = 0`", {"private.sd": 0.0}, True),
        ("`private.sd = 10`", {"private.sd": 10.0}, True),
        ("`choice.integrity = 1.5`", {"choice.integrity": 1.5}, True),
    ):
        ends = np.array([end(values, returning=returning, seed=seed) for seed in range(20)])
        rows.append((name, f"{ends.mean():.1f} +- {ends.std(ddof=1) / np.sqrt(ends.size):.1f}"))
    table(("option", "in public opposition after ten years without a trend [%]"), rows)


if __name__ == "__main__":
    figure()
    tables()
