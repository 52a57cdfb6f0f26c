"""A card's description: what was asked for, links, and the reference by which it is found again."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from contracts.errors import Rejected

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MARK = "Réf. "
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


def described(text: str, links: Iterable[tuple[str, str]], reference: str) -> str:
    """
    Put a description together.

    Args:
        text: Markdown; a line that looks like a reference is quoted, so that it finds no other card.
        links: Name and address of each attachment.
        reference: Stands in the last line.
    """
    lines = [
        f"> {line}" if line.strip().startswith(_MARK) else line
        for line in text.strip().splitlines()
    ]
    listed = [f"- 📎 [{name.translate(_BRACKETS)}]({url})" for name, url in links]
    parts = ("\n".join(lines), "\n".join(listed), mark(reference))
    return "\n\n".join(filter(None, parts))


def utc(at: datetime) -> str:
    """Write a time as Deck keeps it: it drops the offset and takes what is left for UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def parsed(duedate: str | None) -> datetime | None:
    """Read a due date of Deck's."""
    if not duedate:
        return None
    at = datetime.fromisoformat(duedate)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
