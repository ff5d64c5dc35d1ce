"""Put the fragments of this folder into CHANGELOG.md under a version, and remove them.

Usage: ``python changelog.d/assemble.py VERSION [--date 2026-11-25]``. Fragments are named ``TOPIC.KIND.md``; see CONTRIBUTING.md.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

KINDS = {"breaking": "Breaking", "numbers": "Numbers", "added": "Added", "fixed": "Fixed"}
MARK = "<!-- releases -->"


def fragments(folder: Path) -> dict[str, list[Path]]:
    """Return the fragments by kind, in the order of KINDS; a misnamed file is a ValueError."""
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for path in sorted(folder.glob("*.md")):
        kind = path.name.split(".")[-2]
        if path.name.count(".") != 2 or kind not in KINDS:
            raise ValueError(f"'{path.name}' must be named TOPIC.KIND.md with KIND one of {', '.join(KINDS)}.")
        found[kind].append(path)
    return found


def section(found: dict[str, list[Path]], *, version: str, date: str) -> str:
    """Return the text of one release."""
    parts = [f"## {version} ({date})"]
    for kind, paths in found.items():
        if paths:
            entries = [" ".join(path.read_text(encoding="utf-8").split()) for path in paths]
            parts.append(f"### {KINDS[kind]}\n\n" + "\n".join(f"* {entry}" for entry in entries))
    return "\n\n".join(parts)


def assemble(folder: Path, changelog: Path, *, version: str, date: str) -> int:
    """Write the release below the mark of the change log, remove the fragments, and return how many there were."""
    found = fragments(folder)
    paths = [path for group in found.values() for path in group]
    text = changelog.read_text(encoding="utf-8")
    if text.count(MARK) != 1:
        raise ValueError(f"{changelog.name} must contain '{MARK}' exactly once.")
    if paths:
        changelog.write_text(
            text.replace(MARK, f"{MARK}\n\n{section(found, version=version, date=date)}"), encoding="utf-8"
        )
    for path in paths:
        path.unlink()
    return len(paths)


def main() -> int:
    """Read the arguments and assemble."""
    parser = argparse.ArgumentParser(description="Put the fragments of changelog.d into CHANGELOG.md and remove them.")
    parser.add_argument("version")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    given = parser.parse_args()
    folder = Path(__file__).resolve().parent
    try:
        n_fragments = assemble(folder, folder.parent / "CHANGELOG.md", version=given.version, date=given.date)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{n_fragments} entries written under {given.version}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
