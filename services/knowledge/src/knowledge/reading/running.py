"""Running heads and page numbers: what repeats in the margins of a document's pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from knowledge.reading.headings import HEADING_RATIO
from knowledge.reading.pieces import Piece

MARGIN_SHARE = 0.1
"""Running heads and page numbers stand in the outer tenth of the page."""

MAX_PAGE_DIGITS = 9
MAX_UNNUMBERED = 60
"""So many pages at most come before the one that is numbered 1."""
MAX_AHEAD = 10
"""A number beside words that is further ahead of its page is none of a page: codes grow with the pages too."""

_DIGITS = re.compile(r"\d+")
_PAGE_WORD = re.compile(r"\b(?:pages?|p|seite|sur|of|von)\b", re.IGNORECASE)


def in_margin(piece: Piece, height: float) -> bool:
    margin = MARGIN_SHARE * height
    return not margin < piece.middle < height - margin


def running_heads(
    pages: Iterable[tuple[int, Sequence[Piece], float]], body_size: float
) -> frozenset[str]:
    """
    Find what repeats in the margins.

    Args:
        pages: Some of a document's, each with its number, its pieces and its height in points.
        body_size: The document's usual size of text, in points.

    Returns:
        The `signatures` that many of them share.
    """
    seen: Counter[str] = Counter()
    count = 0
    for number, pieces, height in pages:
        count += 1
        seen.update(
            {
                signature
                for piece in pieces
                for signature in signatures(piece, height, body_size, number)
            }
        )
    often = max(2, count * 0.3)
    return frozenset(text for text, times in seen.items() if times >= often)


def signatures(
    piece: Piece, height: float, body_size: float, page: int
) -> Iterator[str]:
    """
    What a running head may have in common on all pages; nothing of what stands in the body of the page.

    One of its numbers may grow with the pages, all others are the same: "Erreur 101" may head a page of its own, as
    the first line below the margin, and 102 the next. "3-12" counts the pages of a chapter. In large letters all
    numbers are the same.
    """
    if not in_margin(piece, height):
        return
    text = piece.text.strip()
    yield f"{round(piece.top)} {text}"
    if piece.size >= HEADING_RATIO * body_size:
        return
    only_numbers = not any(map(str.isalpha, _PAGE_WORD.sub("", text)))
    for found in _DIGITS.finditer(text):
        ahead = int(found[0][:MAX_PAGE_DIGITS]) - page
        if only_numbers or -MAX_UNNUMBERED <= ahead <= MAX_AHEAD:
            yield (
                f"{round(piece.top)} {text[: found.start()]}#{ahead}{text[found.end() :]}"
            )
    if only_numbers and len(_DIGITS.findall(text)) > 1:
        yield f"{round(piece.top)} {_DIGITS.sub('#', text)}"
