"""Cells of a table that stand in several of its rows or columns."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from knowledge.reading.blocks import MAX_COLUMNS


class Cell(NamedTuple):
    """One cell; one that ``continues`` is the lower part of the one above it, as Word writes it."""

    text: str
    columns: int = 1
    rows: int = 1
    continues: bool = False


def spread(rows: Iterable[Sequence[Cell]]) -> list[tuple[str, ...]]:
    """
    Put each cell into its columns.

    What spans rows stands in each of them, so that each reads whole: a code with two causes has two rows. What spans
    columns stands in the first of them; a title, in the first row, in each.
    """
    whole: list[tuple[str, ...]] = []
    hanging: dict[int, tuple[str, int]] = {}
    for row in rows:
        texts: list[str] = []
        for cell in row:
            _hang(texts, hanging)
            above = whole[-1] if whole else ()
            place = len(texts)
            if place >= MAX_COLUMNS:
                break
            text = cell.text
            if cell.continues and place < len(above):
                text = above[place]
            columns = max(1, min(cell.columns, MAX_COLUMNS - place))
            is_title = not whole and len(row) > 1
            texts += [text, *[text if is_title else ""] * (columns - 1)]
            if cell.rows > 1:
                spanned = dict.fromkeys(range(place + 1, place + columns), "")
                for column, held in ({place: text} | spanned).items():
                    hanging[column] = (held, cell.rows - 1)
        _hang(texts, hanging)
        whole.append(tuple(texts))
    return whole


def _hang(texts: list[str], hanging: dict[int, tuple[str, int]]) -> None:
    """Add what hangs down from the rows above at this place."""
    while (place := len(texts)) in hanging:
        text, left = hanging.pop(place)
        texts.append(text)
        if left > 1:
            hanging[place] = (text, left - 1)
