"""How long until the first figure: `./dev bench start [--json FILE]`.

Measures, each as a whole process on an otherwise quiet machine: `whowhom --help` (limit .5 s), the first result of a process with compiled kernels on disk (limit 3 s),
and the first result with an empty cache (limit 60 s). The limits are the project's promises; the command prints the figures and exits 1 if one is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

LIMITS = {"help_seconds": 0.5, "warm_seconds": 3.0, "cold_seconds": 60.0}
FIRST_RESULT = """
from whowhom.engine.scenario import load_scenario
from whowhom.models.registry import model_named
scenario = load_scenario("soviet", lambda name: model_named(name).declarations)
world = model_named("machine").build(scenario.settings, persons=16384, seed=1)
world.step()
print(world.observe()[0])
"""


def seconds(command: Sequence[str], cache: str) -> float:
    """Wall time of a command with its own kernel cache [s]."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "WHOWHOM_CACHE": cache})
    return time.perf_counter() - start


def measure(repeats: int) -> dict[str, float]:
    """Medians of the three times; the cold one is taken once."""
    first = [sys.executable, "-c", FIRST_RESULT]
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(first, cache)
        warm = statistics.median(seconds(first, cache) for _ in range(repeats))
        helps = statistics.median(
            seconds([str(Path(sys.executable).with_name("whowhom")), "--help"], cache) for _ in range(repeats)
        )
    return {"help_seconds": helps, "warm_seconds": warm, "cold_seconds": cold}


def main() -> int:
    """Print the figures beside their limits."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=5, help="processes for each median")
    options.add_argument("--json", type=Path, help="also write the figures here")
    chosen = options.parse_args()
    figures = measure(chosen.repeats)
    for name, value in figures.items():
        print(f"{name:14s} {value:7.2f}   limit {LIMITS[name]:g}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return int(any(value > LIMITS[name] for name, value in figures.items()))


if __name__ == "__main__":
    sys.exit(main())
