"""A table's row as a passage: its cells under their titles, and the codes that it explains."""

import re

from knowledge.reading.blocks import Block
from knowledge.words.codes import codes_of_cell, is_code
from knowledge.words.folding import folded, words_of

_CODE_COLUMN = re.compile(
    r"\b(?:codes?|err\w*|etats?|states?|stat(?:us|ut)|defauts?|faults?|alarmes?|alarms?|evenements?|events?|messages?"
    r"|affichages?|display|n[o°]?|numeros?|id)\b"
)


def row_text(block: Block) -> str:
    """Say a row in words: one line a cell, each with its column's title."""
    header = block.header or ("",) * len(block.cells)
    return "\n".join(
        f"{title} : {cell}" if title else cell
        for title, cell in zip(header, block.cells, strict=True)
        if cell
    )


def row_codes(block: Block) -> frozenset[str]:
    """The codes that a row of a list of codes explains: a code in a column of codes, words beside it."""
    worded = [len(words_of(cell)) > 1 and not is_code(cell) for cell in block.cells]
    header = block.header or ("",) * len(block.cells)
    codes: frozenset[str] = frozenset()
    for place, (title, cell) in enumerate(zip(header, block.cells, strict=True)):
        named = _CODE_COLUMN.search(folded(title)) if title else place == 0
        if named and any(worded) and is_code(cell):
            codes |= codes_of_cell(cell)
    return codes
