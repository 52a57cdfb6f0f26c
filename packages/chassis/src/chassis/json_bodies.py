"""What a JSON body has to be before it is worth parsing."""

import re
from collections.abc import Iterator

from contracts.errors import FieldProblem, Rejected

MOST_VALUES = 5000
"""Twice what the largest of our messages holds, a list of 2,000 missing things. So many wrong ones hold all others up for 20 ms, 80,000 for 900."""
_WINDOW_BYTES = 256 * 1024
_ESCAPE = re.compile(rb"\\*.?", re.DOTALL)


def require_few_values(text: bytes | bytearray) -> None:
    """
    Count what a JSON *text* holds, without parsing it.

    Raises:
        Rejected: More than ``MOST_VALUES``, or it is no UTF-8 as a NUL tells: in UTF-16 nothing is where it is looked for.
    """
    if b"\0" in text:
        raise not_json("The body cannot be read: send JSON in UTF-8.")
    if len(text) > MOST_VALUES and _holds_too_many(text):
        raise _rejected(
            f"The body holds more than {MOST_VALUES} values, lists and objects. Send fewer of them at once.",
            "too_many_values",
        )


def given(body: bytes | bytearray) -> bytes:
    """The JSON in *body*; in an empty one an object without fields, so that the missing ones are named."""
    return bytes(body).rstrip() or b"{}"


def not_json(said: str) -> Rejected:
    """Refuse a body whatever the route would say of it."""
    return _rejected(said, "not_json")


def _holds_too_many(text: bytes | bytearray) -> bool:
    """
    Count the marks outside of strings: each value but the first has one before it.

    Piece by piece: what is too much is known early, and a piece inside of one string, as most of a long text are, costs a look.
    Source: RFC 8259 §7: in a string a quote has a backslash before it.
    """
    found, within = 0, False
    for piece in _pieces(text):
        if within and b'"' not in piece:
            continue
        plain = piece.replace(b"\\\\", b"").replace(b'\\"', b"")
        quotes = plain.count(b'"')
        if quotes // 4 > MOST_VALUES:  # a member of two strings has four of them
            return True
        found += sum(_marks(outside) for outside in plain.split(b'"')[within::2])
        if found > MOST_VALUES:
            return True
        within ^= quotes % 2 == 1
    return False


def _pieces(text: bytes | bytearray) -> Iterator[bytes | bytearray]:
    """Cut *text* nowhere behind a backslash, which means what follows it."""
    start = 0
    while start < len(text):
        found = _ESCAPE.match(text, min(start + _WINDOW_BYTES, len(text)) - 1)
        assert found is not None
        yield text[start : found.end()]
        start = found.end()


def _marks(text: bytes | bytearray) -> int:
    return sum(text.count(mark) for mark in b",[{")


def _rejected(said: str, code: str) -> Rejected:
    return Rejected(said, code=code, errors=(FieldProblem(field="body", detail=said),))
