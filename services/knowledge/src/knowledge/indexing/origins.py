"""The document that passages come from, and the brands and kinds of device that it is about."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.reading.blocks import Block
from knowledge.words.devices import brands_in
from knowledge.words.folding import folded
from knowledge.words.kinds import kinds_in

FIRST_BLOCKS = 40
"""About two pages."""
MOSTLY = 0.7
"""A manual names other brands too: what its device works with."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The document that passages come from."""

    document_id: str
    version: str
    source: str
    title: str
    tags: tuple[str, ...] = ()


def document_brands(origin: Origin, blocks: Sequence[Block]) -> tuple[str, ...]:
    """
    Name the brands that a document is about: by its tags and title, else the one that its first pages name.

    Where they name several it is about none: a list of past faults has each report's own.
    """
    tagged = tuple(
        folded(tag.partition(":")[2]).strip()
        for tag in origin.tags
        if folded(tag).startswith(("marque:", "brand:"))
    )
    titled = brands_in(f"{origin.title} {origin.document_id}")
    if tagged or titled:
        return tuple(dict.fromkeys((*tagged, *titled)))
    return _mostly_named(blocks, brands_in)


def document_kinds(origin: Origin, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Name the kinds of device that a document is about: by its title, else its first heading, else what its first pages mostly name."""
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    titled = kinds_in(f"{origin.title} {origin.document_id}") or kinds_in(heading)
    if titled:
        return titled
    return _mostly_named(blocks, kinds_in)


def _mostly_named(
    blocks: Sequence[Block], names_in: Callable[[str], tuple[str, ...]]
) -> tuple[str, ...]:
    """What the first pages mostly name."""
    counts = Counter(
        name
        for block in blocks[:FIRST_BLOCKS]
        for name in names_in(f"{block.text} {' '.join(block.cells)}")
    )
    return tuple(name for name, n in counts.items() if n > MOSTLY * counts.total())
