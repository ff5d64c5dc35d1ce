"""Generated pages are what their command writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_parameter_page_is_up_to_date() -> None:
    """docs/parameters.md is exactly what docs/generate.py writes from the declarations."""
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
