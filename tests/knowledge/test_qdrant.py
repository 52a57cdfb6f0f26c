"""The service on a Qdrant server: what it sends, and what it says when the server does not serve it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from qdrant_client import models

from tests.knowledge.service import (
    FRONIUS,
    knowledge,
    passages_left,
    put,
    search,
    until_done,
)
from tests.peers.qdrant import QdrantPeer, Sent
from tests.peers.serving import served
from tests.ports import free_port
from tests.waiting import until

pytestmark = pytest.mark.filterwarnings(
    "ignore:Api key is used with an insecure connection",
    "ignore:Payload indexes have no effect",
)


KEY = "s3cret"


@asynccontextmanager
async def on_a_server(
    folder: Path, key: str = "", **settings: Any
) -> AsyncIterator[tuple[QdrantPeer, httpx.AsyncClient]]:
    """A server that asks for *key*, and the service on it."""
    peer = QdrantPeer(key)
    async with (
        served(peer.app(), "127.0.0.1", 0) as url,
        knowledge(folder, qdrant_url=url, **settings) as http,
    ):
        yield peer, http


async def index_says(http) -> tuple[int, str]:
    ready = await http.get("/readyz")
    return ready.status_code, ready.json()["checks"]["index"]["detail"]


async def test_a_document_is_found_over_the_servers_own_protocol(tmp_path):
    asked = {"qdrant_api_key": KEY, "qdrant_shards": 3, "qdrant_replicas": 2}
    async with on_a_server(tmp_path, KEY, **asked) as (peer, http):
        await put(http, "symo", FRONIUS)
        found = await search(http, "erreur 567")

    made = next(s for s in peer.sent if s.method == "PUT" and s.path.count("/") == 2)
    assert found["confident"]
    assert (made.body["shard_number"], made.body["replication_factor"]) == (3, 2)
    assert all(s.query["wait"] == "true" for s in writes(peer))


async def test_a_server_that_is_away_at_the_start_is_waited_for(tmp_path):
    peer = QdrantPeer()
    port = free_port()
    async with knowledge(tmp_path, qdrant_url=f"http://127.0.0.1:{port}") as http:
        ready = await index_says(http)
        answer = await http.post("/knowledge/search", json={"query": "567"})
        sent = await http.put("/knowledge/documents/symo", json={"text": FRONIUS})
        async with served(peer.app(), "127.0.0.1", port):
            await until_done(http, sent)
            found = await search(http, "erreur 567")

    assert ready[0] == 503
    assert "Qdrant does not answer" in ready[1]
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert sent.status_code == 202
    assert found["confident"]


async def test_a_wrong_key_is_named(tmp_path):
    async with on_a_server(tmp_path, KEY, qdrant_api_key="wrong") as (_, http):
        status, says = await index_says(http)

    assert status == 503
    assert "QDRANT_API_KEY" in says


async def test_a_server_that_refuses_a_request_is_said_to_be_too_old(tmp_path):
    async with on_a_server(tmp_path) as (peer, http):
        await put(http, "symo", FRONIUS)
        peer.fails = 400
        answer = await http.post("/knowledge/search", json={"query": "567"})
        peer.fails = 503
        away = await http.post("/knowledge/search", json={"query": "567"})

    assert answer.status_code == away.status_code == 503
    assert "too old" in answer.json()["detail"]
    assert "does not answer (503)" in away.json()["detail"]


async def test_a_collection_deleted_under_the_service_is_made_again_and_filled(
    tmp_path,
):
    async with on_a_server(tmp_path) as (peer, http):
        await put(http, "symo", FRONIUS)
        missing = await lost(peer, http)
        left = await passages_left(http, 3)
        found = await search(http, "erreur 567")

    assert missing.status_code == 503
    assert left == 3
    assert found["confident"]


async def test_a_server_that_forgets_in_silence_is_filled_again(tmp_path):
    """A collection that somebody made anew, or a snapshot brought back under the service: no request fails."""
    async with on_a_server(tmp_path) as (peer, http):
        await put(http, "symo", FRONIUS)
        [collection] = (await peer.held.get_collections()).collections
        everything = models.FilterSelector(filter=models.Filter())
        await peer.held.delete(collection.name, everything)
        status, says = await index_says(http)
        left = await passages_left(http, 3)
        found = await search(http, "erreur 567")

    assert status == 200
    assert "3 more are being made again" in says
    assert left == 3
    assert found["confident"]


async def test_what_comes_while_the_server_counts_is_not_lacking(tmp_path):
    async with on_a_server(tmp_path) as (peer, http):
        await put(http, "symo", FRONIUS)

        async def is_whole() -> bool:
            peer.sent.clear()
            await search(http, "poney")  # counts what it may have missed
            return not counts(peer)

        await until(is_whole)
        peer.counts = asyncio.Event()
        says = asyncio.create_task(index_says(http))
        await until(lambda: bool(counts(peer)), what="the count")
        await http.put(
            "/knowledge/documents/note?wait=4", json={"text": "Fusible au sous-sol."}
        )
        peer.counts.set()
        _, detail = await says

    assert "being made again" not in detail


async def lost(peer: QdrantPeer, http: httpx.AsyncClient) -> httpx.Response:
    """What a question is answered with after somebody deleted the collection."""
    for collection in (await peer.held.get_collections()).collections:
        await peer.held.delete_collection(collection.name)
    return await http.post("/knowledge/search", json={"query": "erreur 567"})


@pytest.mark.parametrize("silently", [False, True])
async def test_a_server_that_keeps_losing_what_is_written_is_left_alone(
    silently, tmp_path
):
    async with on_a_server(tmp_path) as (peer, http):

        async def is_left() -> bool:
            checks = (await http.get("/readyz")).json()["checks"]
            return "lost 2 times in a row" in checks["indexing"]["detail"]

        await put(http, "symo", FRONIUS)
        peer.forgets = silently
        await lost(peer, http)
        if not silently:
            await passages_left(http, 3)
            await lost(peer, http)
        await until(is_left, what="the pause")
        peer.sent.clear()
        answer = await http.post("/knowledge/search", json={"query": "erreur 567"})
        peer.forgets = False
        await put(http, "note", "Le disjoncteur est au sous-sol.")
        found = await search(http, "où est le disjoncteur")

    assert answer.json()["code"] == "index_mending"
    assert found["confident"]
    assert len(writes(peer)) == 1


async def test_a_note_does_not_wait_until_a_whole_manual_is_written_again(tmp_path):
    manual = "\n\n".join(f"E{n} : défaut {n} de la carte {n}." for n in range(1500))
    async with on_a_server(tmp_path) as (peer, http):
        await put(http, "manual", manual)
        peer.sent.clear()
        await lost(peer, http)
        await until(lambda: written(peer), what="the manual", look_s=0.001)
        peer.slow_s = 0.5
        await put(http, "note", "Le disjoncteur est au sous-sol.")
        peer.slow_s = 0.0
        await passages_left(http, 1501)

    order = [sent.body["points"][0]["payload"]["document_id"] for sent in writes(peer)]
    assert order.count("note") == 1
    assert order[0] == order[-1] == "manual"


async def written(peer: QdrantPeer) -> bool:
    return bool(writes(peer))


def writes(peer: QdrantPeer) -> list[Sent]:
    return [s for s in peer.sent if s.method == "PUT" and s.path.endswith("/points")]


def counts(peer: QdrantPeer) -> list[Sent]:
    return [s for s in peer.sent if s.path.endswith("/count")]
