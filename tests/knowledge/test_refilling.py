"""The next index: it is gone on with after a stop, and comes into use only when it is proven whole."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from qdrant_client import models

from knowledge.index.edge import EdgeIndex
from knowledge.index.passages import Point
from tests.knowledge.killed import DOCUMENTS, PASSAGES, Counts, count_all, text_of
from tests.knowledge.service import FRONIUS, knowledge, put
from tests.knowledge.test_models import until_hybrid
from tests.knowledge.test_seals import first
from tests.knowledge.tiny_model import DIMENSION, write_tiny_model
from tests.peers.qdrant import QdrantPeer
from tests.peers.serving import served
from tests.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

ALL = {f"d{number}": 1 for number in range(DOCUMENTS)}


async def half_filled(folder: Path, model: Path) -> Path:
    """A service that was given *model* and stopped before the last document; returns its next index."""
    async with knowledge(folder) as http:
        for number in range(DOCUMENTS):
            await put(http, f"d{number}", text_of(number, 1))
    whole = shutil.copytree(folder / "knowledge", folder / "whole" / "knowledge")
    async with knowledge(folder / "whole", knowledge_model_dir=model) as http:
        await until_hybrid(http)
    [made] = (whole / "index").iterdir()
    left = made.rename(folder / "knowledge" / "index" / made.name)
    index = EdgeIndex(left, DIMENSION)
    await index.open()
    await index.remove((await points_of(index, "d5"))[0].passage.version)
    await index.close()
    return left


async def points_of(index: EdgeIndex, document_id: str) -> list[Point]:
    return [
        point
        async for points in index.scroll()
        for point in points
        if point.passage.document_id == document_id
    ]


@pytest.mark.slow
@pytest.mark.parametrize("was_killed", [False, True])
async def test_a_filling_goes_on_where_it_was(was_killed, tmp_path):
    model = write_tiny_model(tmp_path / "model")
    left = await half_filled(tmp_path, model)
    index = EdgeIndex(left, DIMENSION)
    await index.open()
    mark = [0.0] * (DIMENSION - 1) + [1.0]
    await index.upsert([replace((await points_of(index, "d0"))[0], dense=mark)])
    await index.close()
    if was_killed:
        (left / "seal").unlink()

    counts = Counts()
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await until_hybrid(http)
        await count_all(http, ALL, counts)
    await index.open()
    kept = [point.dense for point in await points_of(index, "d0")]
    await index.close()

    assert mark in kept
    assert counts == Counts()


@pytest.mark.chaos
@pytest.mark.parametrize(
    "spoil",
    [
        first("vector_storage-words/store/page_0.dat"),
        first("payload_storage/page_0.dat"),
        first("vector_storage-dense/vectors/chunk_0.mmap"),
    ],
)
async def test_what_a_disk_spoilt_of_it_is_found_before_it_comes_into_use(
    spoil, tmp_path
):
    """After a kill nothing is sealed, so nothing tells at the start."""
    model = write_tiny_model(tmp_path / "model")
    left = await half_filled(tmp_path, model)
    (left / "seal").unlink()
    spoil(left)

    counts = Counts()
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await until_hybrid(http)
        await count_all(http, ALL, counts)
    index = EdgeIndex(left, DIMENSION)
    await index.open()
    points = [point async for points in index.scroll() for point in points]
    await index.close()

    assert counts == Counts()
    assert len({point.passage.point_id for point in points}) == DOCUMENTS * PASSAGES
    assert all(
        sum(x * x for x in point.dense or ()) == pytest.approx(1) for point in points
    )


MANY = 20
STRANGE = models.PointStruct(
    id="5f0c8f7e-6f1d-5c43-9a51-2d6f7a3f1c91",
    vector={
        "dense": [1.0] + [0.0] * (DIMENSION - 1),
        "words": models.SparseVector(indices=[], values=[]),
    },
    payload={
        "document_id": "x",
        "version": "x",
        "position": 0,
        "labels": ["version:x"],
    },
)
"""Of a version that the catalogue does not know."""


async def filled_by_words(folder: Path, url: str) -> None:
    async with knowledge(folder, qdrant_url=url) as http:
        for number in range(MANY):
            await put(http, f"d{number}", FRONIUS)


async def held_in(peer: QdrantPeer, name: str) -> int:
    if not await peer.held.collection_exists(name):
        return 0
    return (await peer.held.count(name)).count


async def next_on_server(peer: QdrantPeer) -> str:
    """The name of the collection of a model's index."""

    async def names() -> list[str]:
        found = (await peer.held.get_collections()).collections
        return [one.name for one in found if "words" not in one.name]

    async def is_there() -> bool:
        return bool(await names())

    await until(is_there, what="the next index", look_s=0.001)
    return (await names())[0]


@pytest.mark.chaos
async def test_on_a_server_nothing_is_embedded_twice_and_nothing_strange_is_kept(
    tmp_path,
):
    model = write_tiny_model(tmp_path / "model")
    peer = QdrantPeer()
    async with served(peer.app(), "127.0.0.1", 0) as url:
        await filled_by_words(tmp_path, url)
        async with knowledge(tmp_path, qdrant_url=url, knowledge_model_dir=model):
            name = await next_on_server(peer)

            async def some() -> bool:
                return await held_in(peer, name) > 3

            await until(some, what="the first passages", look_s=0.001)
            peer.fails = 503
        before, peer.fails = await held_in(peer, name), 0
        await peer.held.upsert(name, [STRANGE])
        peer.sent.clear()
        async with knowledge(
            tmp_path, qdrant_url=url, knowledge_model_dir=model
        ) as http:
            await until_hybrid(http)
            after = await held_in(peer, name)
        written = sum(
            len(sent.body["points"])
            for sent in peer.sent
            if sent.method == "PUT" and sent.path.endswith("/points")
        )
        assert not await peer.held.retrieve(name, [STRANGE.id])

    assert 3 < before < 3 * MANY
    assert (after, written) == (3 * MANY, 3 * MANY - before)


@pytest.mark.chaos
async def test_passages_that_were_lost_meanwhile_are_written_again_before_it_comes_into_use(
    tmp_path,
):
    model = write_tiny_model(tmp_path / "model")
    peer = QdrantPeer()
    told: list[int] = []
    async with served(peer.app(), "127.0.0.1", 0) as url:
        await filled_by_words(tmp_path, url)
        async with knowledge(
            tmp_path, qdrant_url=url, knowledge_model_dir=model
        ) as http:
            name = await next_on_server(peer)

            async def is_begun() -> bool:
                checks = (await http.get("/readyz")).json()["checks"]
                says = checks["indexing"]["detail"]
                told.extend(
                    int(done)
                    for done in re.findall(rf"(\d+) of {3 * MANY} passages", says)
                )
                return bool(told and told[-1] > 3)

            await until(is_begun, what="the first passages", look_s=0.001)
            made = (await peer.held.get_collection(name)).config.params
            await peer.held.delete_collection(name)
            await peer.held.create_collection(name, made.vectors, made.sparse_vectors)
            await until_hybrid(http)
            after = await held_in(peer, name)

    assert told[-1] < 3 * MANY
    assert after == 3 * MANY


@pytest.mark.chaos
async def test_an_index_in_use_that_is_lost_meanwhile_comes_first(tmp_path):
    """Technicians ask it; the next one takes as long as it takes."""
    model = write_tiny_model(tmp_path / "model")
    peer = QdrantPeer()
    async with served(peer.app(), "127.0.0.1", 0) as url:
        await filled_by_words(tmp_path, url)
        async with knowledge(
            tmp_path, qdrant_url=url, knowledge_model_dir=model
        ) as http:
            await next_on_server(peer)
            peer.sent.clear()
            for one in (await peer.held.get_collections()).collections:
                if "words" in one.name:
                    await peer.held.delete_collection(one.name)
            lost = await http.post("/knowledge/search", json={"query": "erreur 567"})
            await until_hybrid(http)

    written = [
        "words" in sent.path
        for sent in peer.sent
        if sent.method == "PUT" and sent.path.endswith("/points")
    ]
    assert lost.status_code == 503
    assert True in written
    assert not written[-1]
    assert written.count(False) <= MANY
