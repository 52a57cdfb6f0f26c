"""Tables of codes in plain files: CSV, as Excel and others write it."""

import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from knowledge.reading.blocks import Block, are_codes
from knowledge.reading.encodings import decoded
from knowledge.reading.titles import IsHeader, table_below

MAX_CELL_CHARS = 8_000_000
"""Python's own bound on a cell, 131,072, is less than a text that somebody pasted."""
_SEPARATORS = ";,\t|"
_SAMPLED_CHARS = 20_000
_SAMPLED_LINES = 20

ALIKE = 0.8
"""Of the lines that are looked at."""
MIN_LINES = 3
_PARTS = re.compile(r"(?<=\S);|\t")
_WITHIN = re.compile(r"(?<=\S);(?=\S)|\S\t")
"""A semicolon in French prose has a blank before it, or ends the line."""

_SAID = re.compile(r"sep=(.)[ ;,\t|]*\n", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def csv_blocks(path: Path) -> list[Block]:
    """Read a table of codes; its separator is found out, what stands above its header is text."""
    return separated_blocks(decoded(path), _is_header)


def is_separated(text: str) -> bool:
    """Whether *text*, of which nobody says so, is a table: each of its lines has as many separators within."""
    lines = [line for line in text[:_SAMPLED_CHARS].split("\n") if line.strip()]
    sample = lines[:_SAMPLED_LINES]
    alike = Counter(len(_PARTS.findall(line)) for line in sample).most_common(1)
    enough = max(MIN_LINES, ALIKE * len(sample))
    within = sum(1 for line in sample if _WITHIN.search(line))
    return within >= enough and alike[0][1] >= enough


def separated_blocks(text: str, is_header: IsHeader) -> list[Block]:
    csv.field_size_limit(MAX_CELL_CHARS)
    if said := _SAID.match(text):  # Excel reads such a line, and shows it to nobody
        text = text[said.end() :]
    separator = said[1] if said else _separator(text[:_SAMPLED_CHARS])
    try:
        rows = _rows(text, separator)
    except (
        csv.Error
    ):  # a quote that nobody closed would take the rest of the file into its cell
        rows = _rows(text, separator, quoting=csv.QUOTE_NONE)
    return table_below(rows, is_header)


def _is_header(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whoever writes such a file names its columns, but now and then he does not."""
    return not are_codes(first[0], second[0])


def _separator(beginning: str) -> str:
    """What parts most lines into as many cells; commas in what a cell says come as they please."""
    lines = [line for line in _QUOTED.sub("", beginning).split("\n") if line.strip()]
    sample = list(islice(lines, _SAMPLED_LINES))

    def alike(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in sample)
        del counts[0]
        cells, times = counts.most_common(1)[0] if counts else (0, 0)
        return times, cells

    return max(_SEPARATORS, key=alike)


def _rows(text: str, separator: str, **form: Any) -> list[tuple[str, ...]]:
    """
    Raises:
        csv.Error: A cell is opened by a quote and not closed by one.
    """
    lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True, **form)
    return [
        tuple(re.sub(r"\s+", " ", cell).strip(' "') for cell in row) for row in lines
    ]
