"""Text in the encodings that French programs write, of which few say which."""

from collections import Counter
from pathlib import Path

_NUL_SHARE = 0.7
"""Of every second byte, in UTF-16 of a Latin script."""
_OLDER = ("cp1252", "cp850", "mac-roman")
"""Of Windows, of DOS and of old Macs; the first where they do equally well."""
_EXPECTED = frozenset("éèêëàâäîïôöùûüçœÉÈÊËÀÂÎÏÔÖÙÛÇŒØ°²³µ·«»’“”–—…€±×÷\xa0")
"""Without a capital or a sign, what Windows writes for it would be another's letter: ``AOÛT`` a Mac's ``AO€T``."""


def decoded(path: Path) -> str:
    """The text of the file at *path*; lines end with ``\\n``."""
    return decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")


def utf_16(content: bytes) -> str:
    """The kind of UTF-16 that *content* is, with a mark or without one; ``""`` where it is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    few, many = len(content) * (1 - _NUL_SHARE) / 2, len(content) * _NUL_SHARE / 2
    even, odd = content[::2].count(0), content[1::2].count(0)
    if even < few and odd > many:
        return "utf-16-le"
    return "utf-16-be" if odd < few and even > many else ""


def decode(content: bytes) -> str:
    """
    Read UTF-8 (with or without a mark) or UTF-16, else the older encoding in which most letters are French.

    Somebody adds a line to a file with another program than the one before, so lines in UTF-8 are read as such.
    """
    if kind := utf_16(content[:4096]):
        return content.decode(kind, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = [_line(line) for line in content.split(b"\n")]
    older = _older(b"".join(line for line in lines if isinstance(line, bytes)))
    return "\n".join(
        line if isinstance(line, str) else line.decode(older, "replace")
        for line in lines
    )


def _line(line: bytes) -> str | bytes:
    """As text where it is UTF-8."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line


def _older(content: bytes) -> str:
    high = Counter(content.translate(None, bytes(range(128))))

    def expected(encoding: str) -> int:
        return sum(
            times
            for byte, times in high.items()
            if bytes([byte]).decode(encoding, "replace") in _EXPECTED
        )

    return max(_OLDER, key=expected)
