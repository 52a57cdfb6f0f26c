"""What was read becomes passages, vectors and points of an index."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import islice

from knowledge.documents.contents import Content
from knowledge.documents.uploads import Upload
from knowledge.index.passages import Passage, PassageIndex, Point
from knowledge.indexing.labelling import Labeller
from knowledge.indexing.origins import Origin, document_brands, document_kinds
from knowledge.indexing.splitting import Splitter
from knowledge.models.embedding import BATCH, Embedder
from knowledge.reading.blocks import Block
from knowledge.words.folding import words_of
from knowledge.words.kinds import REPORT
from knowledge.words.lexical import passage_words
from knowledge.words.vocabulary import counted

Told = Callable[[Sequence[Passage]], Awaitable[None]]
_ALONE: AbstractAsyncContextManager[object] = nullcontext()


@dataclass(slots=True)
class Written:
    """What an index holds of one version: how many passages, and in how many of them each word stands."""

    passages: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def split(
    version: str, upload: Upload, content: Content, embedder: Embedder | None
) -> Iterator[Passage]:
    """Make the passages of one version, one by one: a large document takes minutes."""
    origin = Origin(
        upload.document_id,
        version,
        upload.source,
        upload.title or content.title or upload.name,
        upload.tags,
    )
    blocks = content.blocks
    brands, kinds = document_brands(origin, blocks), document_kinds(origin, blocks)
    if upload.outcome:
        blocks = (*blocks, Block("text", f"Résultat : {upload.outcome}"))
        kinds = tuple(dict.fromkeys((*kinds, REPORT)))
    words = embedder.words if embedder else count_words
    return Splitter(origin, Labeller(origin, brands, kinds), words).passages(blocks)


async def write(
    index: PassageIndex,
    embedder: Embedder | None,
    passages: Iterable[Passage],
    done: Told | None = None,
    turn: AbstractAsyncContextManager[object] = _ALONE,
) -> Written:
    """
    Embed *passages* and write them, batch by batch; those that are there already are left as they are.

    Args:
        index: Of *embedder*'s vectors, or of words alone when that is None.
        embedder: The model.
        passages: Of one version; cut in a thread, a batch at a time, so that others are not held up for long.
        done: Told of the passages of each batch.
        turn: Held for each batch, so that others' may come between.
    """
    left = iter(passages)
    written = Written()
    resumed = None
    while batch := await asyncio.to_thread(_next, left, written):
        if resumed is None:
            resumed = await index.count(batch[0].version) > 0
        new = batch
        async with turn:
            if resumed:
                there = await index.passages([passage.point_id for passage in batch])
                new = [p for p in batch if there.get(p.point_id) != p]
            await index.upsert(await _points(new, embedder))
        if done is not None:
            await done(batch)
    return written


def _next(left: Iterator[Passage], written: Written) -> list[Passage]:
    batch = list(islice(left, BATCH))
    written.passages += len(batch)
    written.counts.update(counted(batch))
    return batch


async def _points(
    passages: Sequence[Passage], embedder: Embedder | None
) -> list[Point]:
    dense: Sequence[list[float] | None] = [None] * len(passages)
    if embedder is not None and passages:
        dense = await embedder.embed_passages([p.searched_text for p in passages])
    return [
        Point(passage, passage_words(passage.searched_words, passage.codes), vector)
        for passage, vector in zip(passages, dense, strict=True)
    ]


def count_words(text: str) -> int:
    """How long *text* is where no model is in use."""
    return len(words_of(text))
