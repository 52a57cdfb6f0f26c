"""The titles of a table's columns, and the line in which they stand."""

import re
from collections.abc import Sequence

from knowledge.reading.blocks import MAX_TITLE_CHARS
from knowledge.words.folding import folded

_MOST_ABOVE = 6
"""Lines with several cells above a header: a name, a version, a date."""
_DIGIT = re.compile(r"\d")
_TITLE = re.compile(
    r"(?:actions?|affichages?|anomalies?|bornes?|boutons?|causes?|codes?|constats?|couleurs?|defauts?|descriptions?|designations?"
    r"|elements?|erreurs?|etats?|leds?|libelles?|menus?|mesures?|messages?|modeles?|n[o°]|numeros?|parametres?|pannes?|pieces?"
    r"|positions?|problemes?|ref(?:erences?)?|reglages?|remedes?|significations?|symptomes?|touches?|types?|valeurs?|voyants?)\b"
)
"""With what the header of a table begins whose columns are all words."""


def names_columns(first: str) -> bool:
    """Whether *first*, the first cell of a row, begins as a column's title does."""
    return _TITLE.match(folded(first)) is not None


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """
    The row that is the table's header: its first with several cells, unless it is what a sheet says of itself.

    Above titles of columns stands what is narrower than they are, or holds a version or a date. Where no row has several
    cells, the number of rows: there is no table.
    """
    first = next(
        (n for n, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows)
    )
    for at in range(first + 1, min(first + _MOST_ABOVE, len(rows))):
        above, row = rows[first:at], rows[at]
        if _are_titles(row) and all(_is_above(one, row) for one in above):
            return at
    return first


def _are_titles(row: Sequence[str]) -> bool:
    titles = [cell for cell in row if cell]
    return (
        len(titles) > 1
        and names_columns(row[0])
        and not any(len(one) > MAX_TITLE_CHARS or _DIGIT.search(one) for one in titles)
    )


def _is_above(row: Sequence[str], titles: Sequence[str]) -> bool:
    width = sum(map(bool, row))
    return width < sum(map(bool, titles)) or any(map(_DIGIT.search, row))
