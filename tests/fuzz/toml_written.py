"""Plain tables as TOML; the standard library reads it and writes none. What comes out is TOML also where it makes no sense."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any


def written(tables: Mapping[str, Any]) -> str:
    """Write tables so that reading them gives the same again."""
    lines = [f"{_key(name)} = {_value(content)}" for name, content in tables.items() if not _is_table(content)]
    for name, content in tables.items():
        if isinstance(content, Mapping):
            lines += ["", f"[{_key(name)}]", *_entries(content)]
        elif _is_table(content):
            for row in content:
                lines += ["", f"[[{_key(name)}]]", *_entries(row)]
    return "\n".join(lines) + "\n"


def _is_table(content: object) -> bool:
    return isinstance(content, Mapping) or (
        isinstance(content, list) and bool(content) and all(isinstance(row, Mapping) for row in content)
    )


def _entries(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(content)}" for name, content in table.items()]


def _key(name: str) -> str:
    return _text(name)


def _text(text: str) -> str:
    """JSON's escapes are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(content: Any) -> str:
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, float):
        return "nan" if math.isnan(content) else repr(content)
    if isinstance(content, str):
        return _text(content)
    if isinstance(content, (dt.date, dt.datetime, dt.time)):
        return content.isoformat()
    if isinstance(content, Mapping):
        return "{" + ", ".join(_entries(content)) + "}"
    if isinstance(content, list):
        return "[" + ", ".join(map(_value, content)) + "]"
    return str(content) if abs(content) < 10**4000 else hex(abs(content))  # Python writes no longer decimals
