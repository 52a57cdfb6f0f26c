"""What was read becomes passages, vectors and points of an index."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from knowledge.documents.contents import Content
from knowledge.documents.uploads import Upload
from knowledge.index.passages import Passage, PassageIndex, Point
from knowledge.indexing.origins import Origin, document_brands
from knowledge.indexing.splitting import Splitter
from knowledge.models.embedding import BATCH, Embedder
from knowledge.reading.blocks import Block
from knowledge.words.folding import words_of
from knowledge.words.lexical import passage_words

WORDS_MAX_TOKENS = 256
"""The length of passages where no model sets one."""
_TOKENS_PER_WORD = 1.4
_ALONE: AbstractAsyncContextManager[object] = nullcontext()


def split(
    version: str, upload: Upload, content: Content, embedder: Embedder | None
) -> list[Passage]:
    """Make the passages of one version, as long as the model reads."""
    origin = Origin(
        upload.document_id,
        version,
        upload.source,
        upload.title or content.title or upload.name,
        upload.tags,
    )
    blocks = content.blocks
    if upload.outcome:
        blocks = (*blocks, Block("text", f"Résultat : {upload.outcome}"))
    brands = document_brands(origin, blocks)
    count_tokens = embedder.count_tokens if embedder else _word_tokens
    max_tokens = embedder.max_tokens if embedder else WORDS_MAX_TOKENS
    return Splitter(origin, brands, count_tokens, max_tokens).passages(blocks)


async def write(
    index: PassageIndex,
    embedder: Embedder | None,
    passages: Sequence[Passage],
    done: Callable[[Passage], Awaitable[None]] | None = None,
    turn: AbstractAsyncContextManager[object] = _ALONE,
) -> None:
    """
    Embed *passages* and write them, batch by batch; those that are there already are left as they are.

    Args:
        index: Of *embedder*'s vectors, or of words alone when that is None.
        embedder: The model.
        passages: Of one version.
        done: Told of the last passage of each batch.
        turn: Held for each batch, so that others' may come between.
    """
    resumed = await index.count(passages[0].version) > 0
    for start in range(0, len(passages), BATCH):
        batch = list(passages[start : start + BATCH])
        async with turn:
            if resumed:
                there = await index.passages([passage.point_id for passage in batch])
                batch = [p for p in batch if there.get(p.point_id) != p]
            await index.upsert(await _points(batch, embedder))
        if done is not None:
            await done(passages[min(start + BATCH, len(passages)) - 1])


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


def _word_tokens(text: str) -> int:
    return round(_TOKENS_PER_WORD * len(words_of(text)))
