"""What a technician types in one go: ``NomChantier / description``, or a list with hyphens."""

import re
from dataclasses import dataclass

from contracts.names import visible

_SEPARATOR = re.compile(r"\s+/\s*|\s*/\s+|\n")
_BULLET = re.compile(
    r"""
      \s*•\s*               # a bullet is never part of a word
    | (?:^|\n)\s*[-–—]\s*   # at the start of a line, whatever follows
    | \s[-–—]\s+            # standing alone between two words
    | \s[-–—](?=[^\W\d])    # before a word: "-5 °C" and "anti-gel" stay whole
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class UniversalInput:
    """``description`` is empty where only a chantier was named."""

    chantier: str
    description: str = ""


def universal_input(text: str) -> UniversalInput:
    """Part a chantier from its description at the first `` / `` or line break."""
    chantier, *rest = _SEPARATOR.split(text.strip(), maxsplit=1)
    return UniversalInput(
        " ".join(visible(chantier).split()), rest[0].strip() if rest else ""
    )


def items(text: str) -> tuple[str, ...]:
    """
    Read a list of missing material.

    A hyphen splits at the start of a line and between blanks, never inside a word. What stands before the first
    hyphen is an item too, unless it ends in a colon. Without any hyphen or bullet each line is one item.
    """
    marked = _BULLET.search(text)
    first, *others = _BULLET.split(text) if marked else text.splitlines() or [""]
    if marked and first.rstrip().endswith(":"):
        first = ""
    cleaned = (" ".join(item.split()) for item in (first, *others))
    return tuple(item for item in cleaned if item)
