"""The titles of a table's columns, and the line in which they stand."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise, takewhile, zip_longest

from knowledge.reading.blocks import (
    MAX_TITLE_CHARS,
    Block,
    looks_like_header,
    table_blocks,
)
from knowledge.words.folding import folded, words_of

_MOST_ABOVE = 6
"""Lines with several cells above a header: a name, a version, a date."""
_TALLEST = 3
"""Rows of a header; more are what a list says again and again."""
_LONGEST_JOINT = 3
"""Letters of what stands between titles: *Code de l'erreur*, *N° et libellé*."""
_DIGIT = re.compile(r"\d")
_TITLE = re.compile(
    r"(?:actions?|affichages?|anomalies?|bornes?|boutons?|causes?|codes?|constats?|couleurs?|defauts?|descriptions?|designations?"
    r"|elements?|erreurs?|etats?|leds?|libelles?|menus?|mesures?|messages?|modeles?|n[o°]|numeros?|parametres?|pannes?|pieces?"
    r"|positions?|problemes?|ref(?:erences?)?|reglages?|remedes?|significations?|symptomes?|touches?|types?|valeurs?|voyants?)\b"
)
"""With what the header of a table begins whose columns are all words."""

IsHeader = Callable[[tuple[str, ...], tuple[str, ...]], bool]
"""Whether of two rows the first is the header."""


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


def table_below(
    rows: Sequence[tuple[str, ...]],
    is_header: IsHeader = looks_like_header,
) -> list[Block]:
    """The texts above the header of the table that *rows* are, and the table; empty rows are dropped."""
    rows = [row for row in rows if any(row)]
    at = header_at(rows)
    above = [Block("text", " ".join(filter(None, row))) for row in rows[:at]]
    table = rows[at:]
    height = _height(table)
    if height > 1:
        table = [one_header(table[:height]), *table[height:]]
    has_header = len(table) > 1 and (
        height > 1 or _has_corner(*table[:2]) or is_header(*table[:2])
    )
    return [*above, *table_blocks(table, has_header=has_header)]


def _has_corner(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether each column of *first* has a title but that of the rows' own names."""
    named = bool(second[0]) and not first[0] and all(first[1:])
    return named and max(map(len, first)) <= MAX_TITLE_CHARS


def one_header(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The titles of columns that stand in several *rows*; a title that spans some is said once."""
    columns = zip_longest(*map(_once, rows), fillvalue="")
    return tuple(" ".join(dict.fromkeys(filter(None, titles))) for titles in columns)


def _once(row: Sequence[str]) -> list[str]:
    return ["" if left == cell else cell for left, cell in pairwise(("", *row))]


def _height(rows: Sequence[Sequence[str]]) -> int:
    """Of a header in rows: below a title that spans columns, those beside it go on."""
    if not rows or all(_once(rows[0])):
        return 1
    below = takewhile(partial(_goes_on, rows[0]), rows[1:])
    height = 1 + sum(1 for _ in below)
    return height if height < min(len(rows), _TALLEST + 1) else 1


def _goes_on(titles: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a cell of *row* says the same as *titles*, and another stands below what is empty or spans columns."""
    if any(map(_DIGIT.search, (*titles, *row))):
        return False
    below = [(title, cell) for title, cell in zip(titles, row, strict=False) if cell]
    return any(title == cell for title, cell in below) and any(
        title != cell and (not title or titles.count(title) > 1)
        for title, cell in below
    )


def _are_titles(row: Sequence[str]) -> bool:
    """Whether *row* begins with the words of titles alone: *Erreur réseau* is a fault."""
    titles = [cell for cell in row if cell]
    words = [word for word in words_of(row[0]) if len(word) > _LONGEST_JOINT]
    return (
        len(titles) > 1
        and names_columns(row[0])
        and all(map(names_columns, words))
        and not any(len(one) > MAX_TITLE_CHARS or _DIGIT.search(one) for one in titles)
    )


def _is_above(row: Sequence[str], titles: Sequence[str]) -> bool:
    width = sum(map(bool, row))
    return width < sum(map(bool, titles)) or any(map(_DIGIT.search, row))
