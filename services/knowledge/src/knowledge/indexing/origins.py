"""The document that passages come from, and the brands that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.reading.blocks import Block
from knowledge.words.devices import brands_in
from knowledge.words.folding import folded


@dataclass(frozen=True, slots=True)
class Origin:
    """The document that passages come from."""

    document_id: str
    version: str
    source: str
    title: str
    tags: tuple[str, ...] = ()


def document_brands(origin: Origin, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Name the brands that a document is about: by its tags and title, else by its first pages."""
    tagged = tuple(
        folded(tag.partition(":")[2]).strip()
        for tag in origin.tags
        if folded(tag).startswith(("marque:", "brand:"))
    )
    titled = brands_in(f"{origin.title} {origin.document_id}")
    if tagged or titled:
        return tuple(dict.fromkeys((*tagged, *titled)))
    start = " ".join(f"{b.text} {' '.join(b.cells)}" for b in blocks[:40])
    return brands_in(start)
