"""A card's description: what was asked for, links, and the reference by which it is found again."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from contracts.errors import Rejected

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MARK = "Réf. "
_LINK = "- 📎 "
_BRACKETS = str.maketrans({"[": "\\[", "]": "\\]"})


def require_reference(reference: str) -> str:
    """
    Take a reference that Deck's search finds again.

    Raises:
        Rejected: It has other characters than letters, digits, ``.``, ``_`` and ``-``.
    """
    if not _REFERENCE.fullmatch(reference):
        raise Rejected(
            "A reference has 1 to 100 letters, digits, dots, underscores and hyphens, a letter or digit first.",
            code="bad_reference",
        )
    return reference


def mark(reference: str) -> str:
    """The line that stands in a card's description for its reference."""
    return f"{_MARK}{reference}"


def is_marked(description: str, reference: str) -> bool:
    """Whether *description* is that of *reference*'s card; people may have written around the line."""
    return mark(reference) in (line.strip() for line in description.splitlines())


def link_line(name: str, url: str) -> str:
    """Write one attachment's line."""
    return f"{_LINK}[{name.translate(_BRACKETS)}]({url})"


def described(text: str, links: Iterable[str], reference: str) -> str:
    """
    Put a description together.

    Args:
        text: Markdown; a line that looks like a reference is quoted, so that it finds no other card.
        links: One line each.
        reference: Stands in the last line.
    """
    lines = [
        f"> {line}" if line.strip().startswith(_MARK) else line
        for line in text.strip().splitlines()
    ]
    parts = ("\n".join(lines), "\n".join(links), mark(reference))
    return "\n\n".join(filter(None, parts))


def marked(description: str, reference: str) -> str:
    """Put the line back that somebody deleted."""
    return "\n\n".join(filter(None, (description.rstrip(), mark(reference))))


def text_of(description: str, reference: str) -> str:
    """Give a card's description without what `described` added to it."""
    lines = [
        line
        for line in description.splitlines()
        if line.strip() != mark(reference) and not line.startswith(_LINK)
    ]
    return "\n".join(lines).strip()


def links_of(description: str) -> list[str]:
    """Give the lines of a card's attachments."""
    return [line for line in description.splitlines() if line.startswith(_LINK)]


def utc(at: datetime) -> str:
    """Write a time as Deck keeps it: it drops the offset and takes what is left for UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def parsed(duedate: str | None) -> datetime | None:
    """Read a due date of Deck's."""
    if not duedate:
        return None
    at = datetime.fromisoformat(duedate)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
