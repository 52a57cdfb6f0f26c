"""What a JSON body has to be before it is worth parsing."""

from contracts.errors import FieldProblem, Rejected

MOST_VALUES = 5000
"""Twice what the largest of our messages holds, a list of 2,000 missing things. So many wrong ones hold all others up for 20 ms, 80,000 for 900."""


def require_few_values(text: bytes | bytearray) -> None:
    """
    Count what a JSON *text* holds, without parsing it.

    Raises:
        Rejected: More than ``MOST_VALUES``, or it is no UTF-8 as a NUL tells: in UTF-16 nothing is where it is looked for.
    """
    if b"\0" in text:
        raise not_json("The body cannot be read: send JSON in UTF-8.")
    if _marks(text) > MOST_VALUES and _values(text) > MOST_VALUES:
        raise _rejected(
            f"The body holds more than {MOST_VALUES} values, lists and objects. Send fewer of them at once.",
            "too_many_values",
        )


def not_json(said: str) -> Rejected:
    """Refuse a body whatever the route would say of it."""
    return _rejected(said, "not_json")


def _marks(text: bytes | bytearray) -> int:
    """At least as many as there are values: each but the first has one before it."""
    return sum(text.count(mark) for mark in b",[{")


def _values(text: bytes | bytearray) -> int:
    """The same without the marks inside of strings. Source: RFC 8259 §7: in them a quote has a backslash before it."""
    plain = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    fewest = plain.count(b'"') // 4  # a member of two strings has four of them
    if fewest > MOST_VALUES:
        return fewest
    return sum(_marks(outside) for outside in plain.split(b'"')[::2])


def _rejected(said: str, code: str) -> Rejected:
    return Rejected(said, code=code, errors=(FieldProblem(field="body", detail=said),))
