"""What the reader of a document writes for the service: one line of JSON after the other."""

import json
import re
from dataclasses import replace

from knowledge.reading.blocks import Block

LONGEST_WORD = 200
"""
A longer one is a picture in base64 or a key. It is parted by blanks: the rules about codes look at each place of a word
in which one might begin, so 120 kB of it held the service for 20 s.
"""
LONGEST_LINK = 500
"""A link with a blank in it opens nothing; an answer shows no longer one."""
_ENDLESS = re.compile(
    rf"(?<!\S)\S{{0,20}}https?://\S{{1,{LONGEST_LINK}}}(?!\S)|(\S{{{LONGEST_WORD}}})(?=\S)"
)


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Where a word may be parted, or may not: within it they would make two of it."""


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def block_line(block: Block) -> str:
    return f'{{"block": {_parted(block).to_json()}}}'


def _parted(block: Block) -> Block:
    return replace(
        block,
        text=_legible(block.text),
        header=tuple(map(_legible, block.header)),
        cells=tuple(map(_legible, block.cells)),
    )


def _legible(text: str) -> str:
    text = text if text.isascii() else _UNSEEN.sub("", text)
    if len(text) <= LONGEST_WORD:
        return text
    return _ENDLESS.sub(lambda found: f"{found[0]} " if found[1] else found[0], text)
