"""One behaviour in two homes: Qdrant Edge, and the server's client.

No Qdrant server can be installed from the registries of a clean clone, so the client's own local mode, Qdrant's second
implementation of the server's API, stands in for one. `make live` with ``QDRANT_TEST_URL`` asks a genuine server.
"""

import os
from collections.abc import AsyncIterator

import pytest
from qdrant_client import AsyncQdrantClient

from contracts.errors import Unavailable
from knowledge.index.edge import EdgeIndex
from knowledge.index.passages import Boost, Passage, PassageIndex, Point, label
from knowledge.index.qdrant import ServerHome, ServerIndex
from knowledge.words.lexical import passage_words
from tests.knowledge.points import passage, point, query, read
from tests.peers.qdrant import QdrantPeer
from tests.peers.serving import served

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


@pytest.fixture(
    params=["edge", "local", "peer", pytest.param("server", marks=pytest.mark.live)]
)
async def index(request, tmp_path) -> AsyncIterator[PassageIndex]:
    if request.param == "edge":
        made: PassageIndex = EdgeIndex(tmp_path / "index", 3)
    elif request.param == "local":
        made = ServerIndex(AsyncQdrantClient(":memory:"), "passages", 3)
    elif request.param == "peer":
        async with served(QdrantPeer().app(), "127.0.0.1", 0) as url:
            client = AsyncQdrantClient(url=url, check_compatibility=False)
            yield ServerIndex(client, "passages", 3)
            await client.close()
        return
    else:
        client = AsyncQdrantClient(url=os.environ["QDRANT_TEST_URL"])
        await client.delete_collection("etm_test")
        made = ServerIndex(client, "etm_test", 3)
    await made.open()
    yield made
    await made.close()


async def test_a_passage_comes_back_as_it_was_written(index):
    written = passage(0, "isolement faible", label("code", "567"))
    await index.upsert([point(written)])

    assert read(await index.search(query("isolement"))) == [written]
    assert await index.passages([written.point_id]) == {written.point_id: written}


async def test_writing_a_point_twice_makes_one(index):
    await index.upsert([point(passage(0, "isolement"))])
    await index.upsert([point(passage(0, "isolement"))])

    assert await index.count() == 1


async def test_words_are_found_without_accents_and_in_other_forms(index):
    await index.upsert([point(passage(0, "Réglages des onduleurs"))])

    assert await index.search(query("reglage onduleur"))


async def test_words_alone_score_by_bm25_over_its_bound(index):
    await index.upsert([point(passage(n, f"texte {n}")) for n in range(5)])
    await index.upsert([point(passage(9, "disjoncteur"))])

    near = await index.search(query("disjoncteur", words_bound=100.0))
    sure = await index.search(query("disjoncteur", words_bound=1.6))

    assert 0 < near[0].score < 0.1
    assert sure[0].score == pytest.approx(near[0].score * 100 / 1.6)


async def test_meaning_counts_above_its_floor(index):
    await index.upsert(
        [point(passage(0, "un"), [1, 0, 0]), point(passage(1, "deux"), [0.6, 0.8, 0])]
    )

    asked = {
        "dense": [1.0, 0.0, 0.0],
        "dense_weight": 1.0,
        "words_weight": 0.0,
        "dense_floor": 0.5,
    }
    hits = await index.search(query("rien", **asked))

    assert [found.position for found in read(hits)] == [0, 1]
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.2], abs=1e-5)


async def test_a_passage_without_a_vector_counts_as_far(index):
    bare = passage(0, "disjoncteur")
    await index.upsert([Point(bare, passage_words("disjoncteur"), None)])

    asked = {
        "dense": [1.0, 0.0, 0.0],
        "dense_weight": 0.5,
        "words_weight": 0.5,
        "dense_floor": 0.4,
    }
    hits = await index.search(query("disjoncteur", **asked))
    by_words = await index.search(query("disjoncteur"))

    assert hits[0].score == pytest.approx(0.5 * by_words[0].score, abs=1e-5)


async def test_a_boost_decides_even_where_many_others_fit_better(index):
    code = label("code", "567")
    await index.upsert(
        [point(passage(n, "tension du réseau élevée")) for n in range(60)]
    )
    await index.upsert([point(passage(99, "isolement", code))])

    boosts = (Boost((code,), 2.0),)
    hits = await index.search(
        query("tension réseau élevée isolement", boosts=boosts, limit=2)
    )

    assert read(hits)[0].position == 99
    assert hits[0].score > 2


async def test_required_labels_are_demands_and_hidden_versions_are_not_seen(index):
    await index.upsert([point(passage(0, "isolement", label("tag", "pv")))])
    await index.upsert([point(passage(0, "isolement", version="v2"))])

    tagged = await index.search(query("isolement", required=((label("tag", "pv"),),)))
    seen = await index.search(query("isolement", hidden=(label("version", "v1"),)))

    assert [found.version for found in read(tagged)] == ["v1"]
    assert [found.version for found in read(seen)] == ["v2"]


async def test_removing_a_version_leaves_the_others(index):
    await index.upsert([point(passage(n, "isolement")) for n in range(3)])
    await index.upsert([point(passage(0, "isolement", version="v2"))])

    await index.remove("v1")

    assert await index.count("v1") == 0
    assert await index.count() == 1


async def test_scrolling_reads_each_point_once_with_its_vectors(index):
    written = [point(passage(n, f"texte {n}"), [0, 1, 0]) for n in range(7)]
    await index.upsert(written)

    held = [p async for batch in index.scroll(3) for p in batch]

    assert sorted(map(words_of, held)) == sorted(map(words_of, written))
    assert all(p.dense == pytest.approx([0, 1, 0]) for p in held)


def words_of(one: Point) -> tuple[Passage, list[int]]:
    return one.passage, sorted(one.words.indices)


async def test_a_server_that_is_away_is_said_to_be_unavailable():
    async with ServerHome.at(
        "http://127.0.0.1:9", None, "etm", shards=1, replicas=1
    ) as home:
        with pytest.raises(Unavailable, match="QDRANT_URL"):
            await home.index("words-0", None).count()
