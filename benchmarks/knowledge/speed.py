"""How quickly, in ratios of one run: the search beside a bare query of the same index, and each part beside the other."""

import asyncio
import random
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import cast

from benchmarks.knowledge.baseline import read_text
from benchmarks.knowledge.labelled import documents, questions
from chassis.database import open_database, service_url
from contracts.knowledge import SearchRequest
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Contents
from knowledge.documents.tables import metadata
from knowledge.index.edge import EdgeIndex
from knowledge.index.edge_query import edge_query
from knowledge.index.homes import EdgeHome
from knowledge.index.passages import Passage, Point, Query, label
from knowledge.index.shelf import Shelf
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.writing import write
from knowledge.models.embedding import BATCH, Embedder, FolderEmbedder
from knowledge.search.learning import Learning
from knowledge.search.searcher import Searcher
from knowledge.search.view import View
from knowledge.words.folding import words_of
from knowledge.words.lexical import passage_words
from knowledge.words.vocabulary import Vocabulary, counted

DIMENSION = 384
ROUNDS = 6
"""Each question so often, its best time counts: others are at work on the machine too."""
PASSAGE_WORDS = 60


class NoEmbedder:
    """
    Stands in the model's place and takes no time: what is measured is the rest.

    As a model does, it gives the same text the same vector: else the search beside the bare query would meet
    other vectors of the index each time, and never those that are warm in the cache.
    """

    name = "none"
    dimension = DIMENSION
    floor = 0.1

    def __init__(self, seed: int) -> None:
        self._vectors = [_unit(random.Random(seed + n)) for n in range(64)]

    def words(self, text: str) -> int:
        return len(text.split())

    async def embed_query(self, text: str) -> list[float]:
        return self._vectors[zlib.crc32(text.encode()) % len(self._vectors)]

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [await self.embed_query(text) for text in texts]


class FixedView(View):
    """Sees one vocabulary, without a catalogue that made it."""

    def use(self, vocabulary: Vocabulary) -> None:
        self._now.vocabulary = vocabulary


@dataclass(frozen=True)
class Pair:
    """Two medians of one run, in milliseconds."""

    ours_ms: float
    bare_ms: float

    def line(self, name: str) -> str:
        ratio = self.ours_ms / self.bare_ms
        return f"{name:<44} ours {self.ours_ms:8.3f} ms   bare {self.bare_ms:8.3f} ms   ratio {ratio:5.2f}"


async def search_beside_query(folder: Path, passages: int) -> Pair:
    """The whole search without embedding, beside ``EdgeShard.query`` with the very requests that it makes, payloads read."""
    async with filled_searcher(folder, passages) as (searcher, index):
        asked = [SearchRequest(query=q.text) for q in questions()]
        requests: list[Query] = []
        seen = index.search

        async def recorded(query: Query):
            requests.append(query)
            return await seen(query)

        index.search = recorded  # type: ignore[method-assign]
        for request in asked:
            await searcher.find(request)
        del index.search
        shard = index._opened_shard().shard  # noqa: SLF001 - what it is measured against
        ours_ms, bare_ms = [], []
        for request, query in zip(asked, requests, strict=True):
            best = {"ours": float("inf"), "bare": float("inf")}
            for number in range(ROUNDS):
                # In turns, as the second finds warm what the first has read.
                for name in ("ours", "bare") if number % 2 else ("bare", "ours"):
                    started = time.perf_counter()
                    if name == "ours":
                        await searcher.find(request)
                    else:
                        [point.payload for point in shard.query(edge_query(query))]
                    took_ms = (time.perf_counter() - started) * 1000
                    best[name] = min(best[name], took_ms)
            ours_ms.append(best["ours"])
            bare_ms.append(best["bare"])
        return Pair(median(ours_ms), median(bare_ms))


@asynccontextmanager
async def filled_searcher(
    folder: Path, passages: int
) -> AsyncIterator[tuple[Searcher, EdgeIndex]]:
    """A searcher over so many made passages, the index optimized."""
    engine = await open_database(service_url(None, folder, "knowledge"), metadata)
    embedder = NoEmbedder(1)
    shelf = Shelf(
        EdgeHome(folder / "index"), Contents(engine), cast("Embedder", embedder)
    )
    await shelf.open()
    try:
        made = await _passages(passages)
        for start in range(0, passages, 500):
            batch = made[start : start + 500]
            vectors = [_unit(random.Random(start + n)) for n in range(len(batch))]
            await shelf.serving.upsert(
                [
                    Point(p, passage_words(p.searched_words, p.codes), v)
                    for p, v in zip(batch, vectors, strict=True)
                ]
            )
        await shelf.serving.maintain()
        shelf.is_whole = True  # as once the service has compared it with its catalogue
        view = FixedView(Catalogue(engine), JobQueue(engine))
        view.use(Vocabulary(passages, counted(made)))
        yield (
            Searcher(shelf, view, Learning(engine), 0.3),
            cast("EdgeIndex", shelf.serving),
        )
    finally:
        await shelf.close()
        await engine.dispose()


async def indexing_beside_embedding(folder: Path, model: Path, repeats: int) -> Pair:
    """Indexing passages (embedding, words, writing), beside embedding alone; milliseconds a passage."""
    embedder = FolderEmbedder(model)
    made = await _passages(repeats)
    texts = [p.searched_text for p in made]
    index = EdgeIndex(folder / "index", embedder.dimension)
    await index.open()
    try:
        ours_ms: list[float] = []
        bare_ms: list[float] = []
        for number, start in enumerate(range(0, repeats, BATCH)):
            # In turns, as others are at work on the machine too.
            for name in ("ours", "bare") if number % 2 else ("bare", "ours"):
                begun = time.perf_counter()
                if name == "ours":
                    await write(index, embedder, made[start : start + BATCH])
                else:
                    await embedder.embed_passages(texts[start : start + BATCH])
                took_ms = (time.perf_counter() - begun) * 1000 / BATCH
                (ours_ms if name == "ours" else bare_ms).append(took_ms)
    finally:
        await index.close()
    return Pair(median(ours_ms), median(bare_ms))


async def _passages(count: int) -> list[Passage]:
    """Passages of the corpus' own words, as frequent as they are there, with codes."""
    texts = [await read_text(paper) for paper in documents()]
    words = [word for text in texts for word in words_of(text)]
    chance = random.Random(7)
    return [
        Passage(
            document_id=f"d{number // 200}",
            version=f"v{number // 200}",
            position=number % 200,
            text=" ".join(chance.choices(words, k=PASSAGE_WORDS)),
            source="Notices",
            title=f"Notice {number // 200}",
            page=number % 90 + 1,
            section="Diagnostic > Messages",
            labels=(
                label("version", f"v{number // 200}"),
                label("source", "Notices"),
                label("code", str(100 + number % 900)),
                label("brand", chance.choice(("fronius", "sma", "huawei", "daikin"))),
            ),
            digest=str(number),
        )
        for number in range(count)
    ]


def _unit(chance: random.Random) -> list[float]:
    row = [chance.gauss(0, 1) for _ in range(DIMENSION)]
    length = sum(x * x for x in row) ** 0.5
    return [x / length for x in row]


async def print_speed(folder: Path, model: Path | None) -> None:
    """Print all ratios of this module."""
    for passages in (10_000, 50_000):
        pair = await search_beside_query(folder / str(passages), passages)
        print(pair.line(f"search without embedding, {passages} passages"))
    if model is not None:
        pair = await indexing_beside_embedding(folder / "indexing", model, 1024)
        print(pair.line("indexing a passage"))


if __name__ == "__main__":
    import tempfile

    from benchmarks.knowledge.served import model_dir

    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(print_speed(Path(temporary), model_dir()))
