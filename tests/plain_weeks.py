"""Weeks in plain Python, for tests that must look inside a week: run as `python -m tests.plain_weeks JOB` with WHOWHOM_JIT=0; prints JSON.

The choice between compiled and plain functions is made once, at import, so a test that needs plain ones starts this program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def plain(job: str) -> Any:
    """Run a job in a process without compilation and return what it found; its warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-m", "tests.plain_weeks", job],
        cwd=ROOT,
        env={**os.environ, "WHOWHOM_JIT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def digests() -> dict[str, list[str]]:
    """Digest of the whole state after each of some weeks: a small harsh world, and the smallest world of `soviet`."""
    from tests.machine_worlds import HARSH, harsh_small, small_world, soviet_settings, soviet_world

    small, large = small_world(harsh_small()), soviet_world(soviet_settings(HARSH))
    found: dict[str, list[str]] = {"small": [small.digest()], "soviet": [large.digest()]}
    for name, world, weeks in (("small", small, 12), ("soviet", large, 5)):
        for _ in range(weeks):
            world.step()
            found[name].append(world.digest())
    return found


JOBS = {"digests": digests}


if __name__ == "__main__":
    json.dump(JOBS[sys.argv[1]](), sys.stdout)
