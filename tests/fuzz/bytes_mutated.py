"""What can happen to a file whatever is in it: cut, altered, another encoding, another line end, doubled, emptied."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.luck import Luck, pick


def _cut(content: bytes, luck: Luck) -> bytes:
    return content[: luck.number(0, len(content))]


def _cut_head(content: bytes, luck: Luck) -> bytes:
    return content[luck.number(0, len(content)) :]


def _flip(content: bytes, luck: Luck) -> bytes:
    """Change single bits."""
    changed = bytearray(content)
    for _ in range(luck.number(1, 6) if changed else 0):
        changed[luck.number(0, len(changed) - 1)] ^= 1 << luck.number(0, 7)
    return bytes(changed)


def _insert(content: bytes, luck: Luck) -> bytes:
    place = luck.number(0, len(content))
    return content[:place] + luck.raw(16) + content[place:]


def _replace(content: bytes, luck: Luck) -> bytes:
    place = luck.number(0, len(content))
    return content[:place] + luck.raw(16) + content[place + luck.number(1, 64) :]


def _repeat(content: bytes, luck: Luck) -> bytes:
    first = luck.number(0, len(content))
    last = luck.number(first, min(len(content), first + 400))
    return content[:last] + content[first:last] * luck.number(1, 3) + content[last:]


def _remove(content: bytes, luck: Luck) -> bytes:
    place = luck.number(0, len(content))
    return content[:place] + content[place + luck.number(1, 400) :]


def _line(content: bytes, luck: Luck) -> bytes:
    """Drop, double or move a line."""
    lines = content.split(b"\n")
    line = lines.pop(luck.number(0, len(lines) - 1))
    for _ in range(luck.number(0, 2)):
        lines.insert(luck.number(0, len(lines)), line)
    return b"\n".join(lines)


def _encode(content: bytes, luck: Luck) -> bytes:
    """Save the text in another encoding."""
    try:
        written = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    name = pick(luck, ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1251", "utf-7", "idna"))
    try:
        return written.encode(name, errors="replace")
    except UnicodeError:
        return content


def _line_ends(content: bytes, luck: Luck) -> bytes:
    return content.replace(b"\n", pick(luck, (b"\r\n", b"\r", b"\n\n", b"\x0b", b"\xe2\x80\xa8")))


def _special(content: bytes, luck: Luck) -> bytes:
    """Something else than the file."""
    return pick(luck, (b"", b"\0", b"\n", b"\xff\xfe", b"\xef\xbb\xbf", b" " * 100_000, b"[" * 20_000, b"PK\x03\x04"))


def _token(content: bytes, luck: Luck) -> bytes:
    """Put a piece of syntax somewhere."""
    tokens = (
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"'",
        b'"""',
        b"=",
        b",",
        b";",
        b"#",
        b"\\",
        b"\0",
        b"\r",
        b"\n",
        b"-",
        b"nan",
        b"1e999",
        b"[" * 3000,
        b"{a=" * 1500,
        b"a." * 3000 + b"a=1\n",
        b"9" * 5000,
    )
    place = luck.number(0, len(content))
    return content[:place] + pick(luck, tokens) + content[place:]


KINDS: tuple[Callable[[bytes, Luck], bytes], ...] = (
    _cut,
    _cut_head,
    _flip,
    _insert,
    _replace,
    _repeat,
    _remove,
    _line,
    _encode,
    _line_ends,
    _token,
    _token,
    _special,
)


def mutated(content: bytes, luck: Luck) -> bytes:
    """Do one of these things to a file."""
    return pick(luck, KINDS)(content, luck)
