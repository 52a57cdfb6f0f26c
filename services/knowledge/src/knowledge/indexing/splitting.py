"""Blocks into passages: what is indexed follows the structure of the document."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from knowledge.index.passages import Passage
from knowledge.indexing.labelling import Labeller
from knowledge.indexing.origins import Origin
from knowledge.indexing.rows import heading_codes, row_codes, row_text
from knowledge.reading.blocks import Block
from knowledge.words.codes import codes_of_text, opening_codes
from knowledge.words.folding import words_of

PASSAGE_WORDS = 140
"""A passage is no longer, even where a model reads it in parts: longer ones blur what they are about, shorter ones hold too little of it."""
LONG_ROW_WORDS = 29
"""A table's row of this length says enough to stand alone, as an entry for a code does; shorter ones are kept with their neighbours."""
WORD_CHARS = 20
"""A key or a line of dots is as long as so many words of this length."""
MAX_SECTION_CHARS = 200

_SENTENCE = re.compile(r"(?<=[.;:!?])\s+(?=[A-ZÀ-Ý«\"(•\-–\d])")


CountWords = Callable[[str], int]


@dataclass(slots=True)
class Unit:
    """What is not parted unless it is too long: a paragraph or a row, the codes in it, and those it explains."""

    text: str
    page: int | None
    codes: frozenset[str]
    entry_of: frozenset[str] = frozenset()
    stands_alone: bool = False
    opens: bool = False
    continues: bool = False


@dataclass(slots=True)
class Open:
    """The passage being filled."""

    units: list[Unit] = field(default_factory=list)
    words: int = 0


class Splitter:
    """
    Makes the passages of one document.

    Args:
        origin: The document.
        labeller: Says what its passages are about.
        words: How long a text is, in words; by the tokens of the model in use.
    """

    def __init__(self, origin: Origin, labeller: Labeller, words: CountWords) -> None:
        self._origin = origin
        self._labeller = labeller
        self._words = words
        # The same section and text are counted several times.
        self._count = lru_cache(maxsize=256)(self._length)
        self._headings: list[Block] = []
        self._bare_heading: Block | None = None
        self._open = Open()
        self._made: list[Passage] = []
        self._position = 0

    def passages(self, blocks: Iterable[Block]) -> Iterator[Passage]:
        """Make all passages, in reading order, each as soon as nothing can be added to it."""
        for block in blocks:
            if block.kind == "heading":
                self._enter(block)
            else:
                self._bare_heading = None
                for unit in self._units(block):
                    self._add(unit)
            while len(self._made) > 1:  # the last may yet be continued
                yield self._made.pop(0)
        self._close_section()
        yield from self._made

    def _enter(self, heading: Block) -> None:
        bare = self._bare_heading
        if bare and (heading.level > bare.level or self._is_name(bare)):
            self._bare_heading = None  # what is below it follows
        self._close_section()
        while self._headings and self._headings[-1].level >= heading.level:
            self._headings.pop()
        self._headings.append(heading)
        self._bare_heading = heading

    def _is_name(self, heading: Block) -> bool:
        """The first heading, with nothing of its own, is the document's name and explains nothing."""
        return not self._position and not codes_of_text(heading.text)

    def _close_section(self) -> None:
        self._close()
        if (
            self._bare_heading is not None
            and len(words_of(self._bare_heading.text)) > 2
        ):
            bare = self._bare_heading
            self._headings.pop()
            self._add(Unit(bare.text, bare.page, codes_of_text(bare.text)))
            self._close()
            self._headings.append(bare)
        self._bare_heading = None

    def _units(self, block: Block) -> list[Unit]:
        if block.kind == "row":
            text = row_text(block)
            entry_of = row_codes(block)
            codes = entry_of | codes_of_text(text)
            alone = bool(entry_of) or self._count(text) >= LONG_ROW_WORDS
            first = Unit(text, block.page, codes, entry_of, stands_alone=alone)
        else:
            text = block.text
            entry_of = opening_codes(text)
            opens = bool(entry_of)
            first = Unit(text, block.page, codes_of_text(text), entry_of, opens=opens)
        parts = self._parted(first.text)
        return [replace(first, text=parts[0])] + [
            replace(first, text=part, opens=False, continues=True) for part in parts[1:]
        ]

    def _parted(self, text: str) -> list[str]:
        """Part *text* at the ends of sentences, and where one is too long at blanks."""
        room = self._room()
        if self._count(text) <= room:
            return [text]
        parts: list[str] = [""]
        for piece in _SENTENCE.split(text):
            for words in self._fitting(piece, room):
                longer = f"{parts[-1]} {words}".strip()
                if parts[-1] and self._count(longer) > room:
                    parts.append(words)
                else:
                    parts[-1] = longer
        return parts

    def _fitting(self, sentence: str, room: int) -> list[str]:
        if self._count(sentence) <= room:
            return [sentence]
        words = sentence.split()
        if len(words) > 1:
            middle = len(words) // 2
            halves = (" ".join(words[:middle]), " ".join(words[middle:]))
        elif len(sentence) > 1:  # a line of dots, a key: no language has such a word
            middle = len(sentence) // 2
            halves = (sentence[:middle], sentence[middle:])
        else:
            return [sentence]
        return [part for half in halves for part in self._fitting(half, room)]

    def _add(self, unit: Unit) -> None:
        words = self._count(unit.text)
        room = self._room()
        full = self._open.units and self._open.words + words > room
        if unit.opens or unit.stands_alone or unit.continues or full:
            self._close()
        self._open.units.append(unit)
        self._open.words += words
        if unit.stands_alone:
            self._close()

    def _close(self) -> None:
        units, self._open = self._open.units, Open()
        if not units:
            return
        text = "\n".join(unit.text for unit in units)
        section = self._section()
        continues = units[0].continues
        if continues and self._made:
            self._made[-1] = self._made[-1]._replace(continued=True)
        heading = heading_codes([one.text for one in self._headings])
        entries = heading.union(*(unit.entry_of for unit in units))
        codes = entries.union(*(unit.codes for unit in units))
        if self._headings:
            codes |= codes_of_text(self._headings[-1].text)
        self._made.append(
            Passage(
                document_id=self._origin.document_id,
                version=self._origin.version,
                position=self._position,
                text=text,
                source=self._origin.source,
                title=self._origin.title,
                page=units[0].page,
                section=section,
                labels=self._labeller.labels(section, text, codes, entries),
                continues=continues,
                digest=_digest(text),
            )
        )
        self._position += 1

    def _room(self) -> int:
        """For the text: half of a passage at least, whatever its headings take."""
        return PASSAGE_WORDS - min(self._count(self._section()), PASSAGE_WORDS // 2)

    def _length(self, text: str) -> int:
        return max(self._words(text), len(text) // WORD_CHARS)

    def _section(self) -> str:
        """Where the passage stands; of a long path the end."""
        path = " > ".join(one.text for one in self._headings)
        return (
            path if len(path) <= MAX_SECTION_CHARS else f"…{path[-MAX_SECTION_CHARS:]}"
        )


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(words_of(text)).encode()).hexdigest()[:16]
