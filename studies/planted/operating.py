"""How often findings are right: planted worlds with known effects, assessed again and again.

    python studies/planted/operating.py [--repetitions N] [--markdown]

Every row is a world in which the true effect of each draw is known; every number the share of assessments that end in that word. The first bound is -30 points of survival
(for numbers: half of something gone), the second a third of it. A wrong 'holds' or 'fails' must come in at most 5 % of assessments, the right word in at least 80 % at the standard size.
Luck: NumPy's Philox keyed by row and repetition, so the table is the same whenever it is printed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from whowhom.experiments.boundary import find_boundary
from whowhom.experiments.finding_rule import Question, find
from whowhom.experiments.hidden_effects import Bound, Evidence, hidden_effects, number_evidence, yes_no_evidence

Numbers = NDArray[np.float64]
BOUND = 0.3
QUESTION = Question(Bound("at most", -BOUND), Bound("at least", -BOUND / 3))
WORDS = ("holds", "fails", "between", "depends on", "undecided")
SIZES = ((200, 8), (100, 8), (40, 4))


@dataclass(frozen=True)
class Plant:
    """A world whose effects are known.

    Attributes
    ----------
    name
        For the table.
    effect
        From the draws' hidden coordinate in [0, 1] to their true effects.
    right
        Words that are right.
    wrong
        Words that are wrong; the others are merely cautious.
    promised
        Whether the right word is promised in at least 80 % of assessments; never wrong in more than 5 % is promised everywhere.
    """

    name: str
    effect: Callable[[Numbers], Numbers]
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    promised: bool = True


PLANTS = (
    Plant("no effect", lambda x: 0.0 * x, ("fails",), ("holds", "between", "depends on")),
    Plant("a sixth of the bound", lambda x: 0.0 * x - BOUND / 6, ("fails",), ("holds", "between", "depends on"), promised=False),
    Plant("half the bound (between the two)", lambda x: 0.0 * x - BOUND / 2, ("between", "undecided"), ("holds", "fails", "depends on")),
    Plant("twice the bound", lambda x: 0.0 * x - 2 * BOUND, ("holds",), ("fails", "between", "depends on")),
    Plant("opposite sign", lambda x: 0.0 * x + BOUND / 2, ("fails",), ("holds", "between", "depends on")),
    Plant("0 or twice, by a parameter", lambda x: np.where(x < 0.5, -2 * BOUND, 0.0), ("depends on",), ("holds", "fails", "between")),
    Plant("0 or twice, by nothing drawn", lambda x: np.where(np.modf(997.0 * x)[0] < 0.5, -2 * BOUND, 0.0), ("undecided",), ("holds", "fails", "between", "depends on")),
    Plant("twice in 80 % of draws, else 0", lambda x: np.where(np.modf(997.0 * x)[0] < 0.8, -2 * BOUND, 0.0), ("undecided",), ("holds", "fails", "between", "depends on")),
    Plant("spread around the bound", lambda x: -BOUND + 0.2 * (2.0 * np.modf(997.0 * x)[0] - 1.0), ("undecided",), ("holds", "fails", "between", "depends on")),
)  # fmt: skip
"""A coordinate times 997, of which the fraction is taken, is a parameter that no shallow boundary can find."""


def planted_pairs(effects: Numbers, pairs: int, luck: np.random.Generator) -> Evidence:
    """Pairs of survival: between 65 % and all regimes stand without the change, luck is partly common, and some pairs part by luck alone."""
    control = np.clip(luck.uniform(0.65, 1.0, effects.size), np.maximum(-effects, 0.0), np.minimum(1.0 - effects, 1.0))
    treatment = control + effects
    churn = 0.5 * np.minimum(treatment, 1.0 - control)
    churn = np.clip(churn, 0.0, (1.0 - np.abs(effects)) / 2)
    gains, losses = np.maximum(effects, 0.0) + churn, np.maximum(-effects, 0.0) + churn
    u = luck.random((effects.size, pairs))
    gained = (u < gains[:, None]).sum(axis=1)
    lost = ((u >= gains[:, None]) & (u < (gains + losses)[:, None])).sum(axis=1)
    return yes_no_evidence(gained, lost, pairs)


def planted_numbers(effects: Numbers, pairs: int, luck: np.random.Generator) -> Evidence:
    """Paired differences of a number: noise of a standard deviation of .4, different from draw to draw by a factor of up to two, with heavy tails."""
    scale = 0.4 * 2.0 ** luck.uniform(-1.0, 1.0, effects.size)
    noise = luck.standard_t(5, (effects.size, pairs)) * np.sqrt(3 / 5)
    return number_evidence(list(effects[:, None] + scale[:, None] * noise))


def words_of(plant: Plant, make: Callable[[Numbers, int, np.random.Generator], Evidence], size: tuple[int, int], *, repetitions: int) -> Counter[str]:  # fmt: skip
    """Count the words of so many assessments of one planted world."""
    draws, pairs = size
    counted: Counter[str] = Counter()
    for repetition in range(repetitions):
        key = crc32(f"{plant.name} {make.__name__} {size} {repetition}".encode())
        luck = np.random.Generator(np.random.Philox(key=key))
        table = luck.random((draws, 5))
        evidence = make(plant.effect(table[:, 0]), pairs, luck)
        known = hidden_effects(evidence, QUESTION.bounds(), seed=repetition)
        parameters = [{f"x{k}": float(value) for k, value in enumerate(row)} for row in table]
        boundary = find_boundary(parameters, known.membership[:, 0], seed=repetition)
        counted[find(evidence, QUESTION, boundary=boundary, matched=True, seed=repetition).word] += 1
    return counted


def table(repetitions: int, sizes: Sequence[tuple[int, int]] = SIZES) -> list[tuple[str, ...]]:
    """All rows: outcome, size, planted world, share of each word, right and wrong [%]."""
    rows = []
    for make, outcome in ((planted_pairs, "survival"), (planted_numbers, "a number")):
        for size in sizes:
            for plant in PLANTS:
                counted = words_of(plant, make, size, repetitions=repetitions)
                share = {word: 100.0 * counted[word] / repetitions for word in WORDS}
                right, wrong = (sum(share[word] for word in words) for words in (plant.right, plant.wrong))
                words = tuple(f"{share[word]:.0f}" for word in WORDS)
                rows.append((outcome, f"{size[0]} x {size[1]}", plant.name, *words, f"{right:.0f}", f"{wrong:.0f}"))
    return rows


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 if at the standard size a wrong word came in more than 5 % or a right one in less than 80 %."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=100)
    asked = parser.parse_args(words)
    rows = table(asked.repetitions)
    heads = ("outcome", "draws x pairs", "planted", *WORDS, "right", "wrong")
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    standard = [row for row in rows if row[1] == "200 x 8"]
    promised = {plant.name for plant in PLANTS if plant.promised}
    broken = [row for row in standard if float(row[-1]) > 5 or (row[2] in promised and float(row[-2]) < 80)]
    for row in broken:
        print(f"broken: {row[0]}, {row[2]}: right {row[-2]} %, wrong {row[-1]} %")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
