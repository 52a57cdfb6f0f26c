"""A list of codes, by rows or by headings: which codes an entry explains, and how a row reads."""

import re
from collections.abc import Sequence

from knowledge.reading.blocks import Block
from knowledge.words.blinks import BLINKS
from knowledge.words.codes import called_codes, codes_of_cell, is_code
from knowledge.words.folding import folded, words_of

_NAMES_CODES = re.compile(
    r"\b(?:codes?|err\w*|etats?|states?|stat(?:us|ut)|defauts?|faults?|alarmes?|alarms?|evenements?|events?|messages?"
    rf"|affich\w*|display|n[o°]?|numeros?|id|(?:{BLINKS})s?|flashes)\b"
)

_NAMES_PARTS = re.compile(r"\b(?:sous|sub)[- ]?codes?\b")


def row_text(block: Block) -> str:
    """Say a row in words: one line a cell, each with its column's title."""
    header = block.header or ("",) * len(block.cells)
    return "\n".join(
        f"{title} : {cell}" if title else cell
        for title, cell in zip(header, block.cells, strict=True)
        if cell
    )


def heading_codes(headings: Sequence[str]) -> frozenset[str]:
    """What the last of *headings* makes what is below it the entry of: ``State 567``, or ``567`` below ``Codes d'erreur``."""
    if not headings:
        return frozenset()
    *above, last = headings
    listed = any(_NAMES_CODES.search(folded(one)) for one in above) and is_code(
        last, called=True
    )
    return called_codes(last) | (codes_of_cell(last) if listed else frozenset())


def row_codes(block: Block) -> frozenset[str]:
    """
    The codes that a row of a list of codes explains: a code in a column of codes, words beside it.

    ``7H`` with ``01`` in a column of sub-codes is ``7h.1``, as ``7H-01`` in one cell is.
    """
    worded = [len(words_of(cell)) > 1 and not is_code(cell) for cell in block.cells]
    if not any(worded):
        return frozenset()
    header = block.header or ("",) * len(block.cells)
    codes: frozenset[str] = frozenset()
    before = ""
    for place, (title, cell) in enumerate(zip(header, block.cells, strict=True)):
        name = folded(title)
        if not (_NAMES_CODES.search(name) if title else place == 0):
            continue
        if _NAMES_PARTS.search(name):
            codes |= codes_of_cell(f"{before}-{cell}" if before and cell else "")
        else:
            before = cell if len(words_of(cell)) == 1 else ""
            if is_code(cell, called=bool(title)):
                codes |= codes_of_cell(cell)
    return codes
