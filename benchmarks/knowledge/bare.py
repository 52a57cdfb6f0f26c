"""Embedding and the Edge query with nothing around them: what a search over HTTP is measured against."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastembed import TextEmbedding

from knowledge.index.edge import EdgeIndex
from knowledge.index.edge_query import edge_query
from knowledge.index.passages import Query
from knowledge.models.embedding import FolderEmbedder
from knowledge.words.lexical import SparseVector, tokens

Message = dict[str, Any]


class Bare:
    """
    Embeds a question and asks Edge, on a copy of the index, as the service has locked its own.

    Args:
        folder: Holds the labelled documents, indexed with *model*.
        model: Its folder.
    """

    def __init__(self, folder: Path, model: Path) -> None:
        self._index_folder = next((folder / "knowledge" / "index").glob("*-*"))
        self._embedder = FolderEmbedder(model)
        self._plain = TextEmbedding(
            f"folder/{self._embedder.name}", specific_model_path=str(model)
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Bare"]:
        with tempfile.TemporaryDirectory() as copies:
            copy = Path(copies) / self._index_folder.name
            shutil.copytree(self._index_folder, copy)
            index = EdgeIndex(copy, self._embedder.dimension)
            await index.open()
            self._shard = index._opened_shard().shard  # noqa: SLF001 - what it is measured against
            try:
                yield self
            finally:
                await index.close()

    def library(self, question: str) -> list[Any]:
        """Search, embedding by fastembed as it comes."""
        (dense,) = self._plain.embed([question])
        return self._queried(question, dense.tolist())

    def one_thread(self, question: str) -> list[Any]:
        """Search, embedding as the service does, in one thread."""
        (dense,) = self._embedder.model.asked([question])
        return self._queried(question, dense)

    def _queried(self, question: str, dense: list[float]) -> list[Any]:
        words = list(tokens(question))
        query = Query(
            SparseVector(words, [1.0] * len(words)),
            20.0,
            0.7,
            dense,
            0.3,
            self._embedder.floor,
            limit=9,
        )
        return [point.payload for point in self._shard.query(edge_query(query))]


class LeastHttp:
    """The same behind uvicorn and nothing else: no framework, no key, no log line, and the raw passages for an answer."""

    def __init__(self, bare: Bare) -> None:
        self._bare = bare

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        answer = b""
        if scope["method"] == "POST":
            question = json.loads((await receive())["body"])["query"]
            found = await asyncio.to_thread(self._bare.one_thread, question)
            answer = json.dumps(found[:3]).encode()
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": answer})


async def serve(settings: Mapping[str, str]) -> None:
    """Serve `LeastHttp`, told where by the variables that the service is told by."""
    bare = Bare(Path(settings["DATA_DIR"]), Path(settings["KNOWLEDGE_MODEL_DIR"]))
    async with bare.opened():
        server = uvicorn.Config(
            LeastHttp(bare),
            port=int(settings["PORT"]),
            lifespan="off",
            access_log=False,
            log_level="warning",
        )
        await uvicorn.Server(server).serve()


if __name__ == "__main__":
    asyncio.run(serve(os.environ))
