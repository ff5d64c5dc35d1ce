"""Look for bad answers for as long as you like: `python -m tests.fuzz.hunt KIND --minutes 5`.

Each bad answer is printed once, with the seed that makes it again and the folder in which its input is kept; once mended it
becomes a row of `tests/unit/cli/test_bad_input.py`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz import records, scenarios, stores
from tests.fuzz.answers import Finding
from tests.fuzz.luck import Luck, Seeded

KINDS = {"records": records.play, "scenarios": scenarios.play, "stores": stores.play}


def once(kind: str, luck: Luck, folder: Path) -> Finding | None:
    """Play one mutated input in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        KINDS[kind](luck, folder)
    except Finding as finding:
        return finding
    return None


def seeded(kind: str, *, minutes: float, first: int, keep: Path) -> int:
    """Play one seed after the other; return how many different findings there were."""
    stores.base()  # compiles, which may take longer than an answer may
    end = time.monotonic() + 60 * minutes
    seen: dict[str, int] = {}
    seed = first
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "case"
        while time.monotonic() < end:
            finding = once(kind, Seeded(seed), folder)
            if finding is not None:
                seen[finding.place] = seen.get(finding.place, 0) + 1
                if seen[finding.place] == 1:
                    kept = keep / f"{kind}-{seed}"
                    shutil.copytree(folder, kept, symlinks=True, dirs_exist_ok=True)
                    print(f"--- seed {seed}, kept in {kept}\n{finding}\n", flush=True)
            seed += 1
    print(f"{seed - first} inputs of kind {kind}, {len(seen)} different findings: {seen}", flush=True)
    return len(seen)


def main() -> int:
    """Read the command line and hunt."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--keep", type=Path, default=Path("findings"), help="folder for the inputs that were answered badly"
    )
    asked = parser.parse_args()
    return min(1, seeded(asked.kind, minutes=asked.minutes, first=asked.seed, keep=asked.keep))


if __name__ == "__main__":
    sys.exit(main())
