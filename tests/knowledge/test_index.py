"""One behaviour in two homes: Qdrant Edge, and the server's client.

No Qdrant server can be installed from the registries of a clean clone, so the client's own local mode, Qdrant's second
implementation of the server's API, stands in for one. `make live` with ``QDRANT_TEST_URL`` asks a genuine server.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import pytest
from qdrant_client import AsyncQdrantClient

from contracts.errors import Conflict, Unavailable
from knowledge.index.edge import EdgeIndex
from knowledge.index.passages import (
    Boost,
    Hit,
    Match,
    Passage,
    PassageIndex,
    Point,
    Query,
    label,
)
from knowledge.index.qdrant import ServerHome, ServerIndex
from knowledge.words.lexical import SparseVector, passage_words, tokens
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


def read(matches: Iterable[Match]) -> list[Passage]:
    return [Hit.of(match).passage for match in matches]


def passage(position: int, text: str, *labels: str, version: str = "v1") -> Passage:
    named = (label("version", version), label("source", "Notices"), *labels)
    return Passage(
        "doc",
        version,
        position,
        text,
        "Notices",
        "Symo",
        7,
        "Codes",
        named,
        digest=text,
    )


def point(found: Passage, dense: list[float] | None = None) -> Point:
    return Point(
        found, passage_words(found.searched_words, found.codes), dense or [1, 0, 0]
    )


def query(text: str, **fields) -> Query:
    words = list(tokens(text))
    asked = SparseVector(words, [1.0] * len(words))
    return Query(words=asked, **({"words_bound": 5.0, "words_weight": 1.0} | fields))


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

    read = [p async for batch in index.scroll(3) for p in batch]

    assert sorted(p.passage.position for p in read) == list(range(7))
    assert all(p.dense == pytest.approx([0, 1, 0]) for p in read)
    assert (
        sorted(read[0].words.indices) == sorted(written[0].words.indices)
        or len(read) == 7
    )


async def test_the_embedded_index_is_open_in_one_process_at_a_time(tmp_path):
    first, second = (
        EdgeIndex(tmp_path / "index", None),
        EdgeIndex(tmp_path / "index", None),
    )
    await first.open()

    with pytest.raises(Conflict, match="another process"):
        await second.open()

    await first.close()
    await second.open()
    await second.close()


async def test_searches_go_on_while_the_graph_is_built_and_writes_survive_it(tmp_path):
    index = EdgeIndex(tmp_path / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])

    maintaining = asyncio.create_task(index.maintain())
    answers = []
    while not maintaining.done():
        answers.append(bool(await index.search(query("isolement"))))
        await asyncio.sleep(0.01)
    await maintaining
    await index.upsert([point(passage(6000, "isolement"))])
    await index.close()
    again = EdgeIndex(tmp_path / "index", 3)
    await again.open()

    assert len(answers) > 3
    assert all(answers)
    assert await again.count() == 5101
    assert sorted(path.name for path in (tmp_path / "index").glob("shard-*")) == [
        "shard-1"
    ]
    await again.close()


async def test_an_optimized_copy_that_took_over_outlives_the_end_of_the_service(
    tmp_path,
):
    index = EdgeIndex(tmp_path / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])

    maintaining = asyncio.create_task(index.maintain())
    while not (tmp_path / "index" / "current").exists():
        await asyncio.sleep(0.001)
    maintaining.cancel()
    with suppress(asyncio.CancelledError):
        await maintaining
    await index.close()
    await index.open()

    assert await index.count() == 5100
    await index.close()


async def test_a_server_that_is_away_is_said_to_be_unavailable():
    async with ServerHome.at(
        "http://127.0.0.1:9", None, "etm", shards=1, replicas=1
    ) as home:
        with pytest.raises(Unavailable, match="QDRANT_URL"):
            await home.index("words-0", None).count()


async def test_writes_go_on_while_the_graph_is_built(tmp_path):
    """What comes and leaves meanwhile is found and gone at once, and stays so in the optimized index."""
    index = EdgeIndex(tmp_path / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])
    await index.upsert([point(passage(n, "vieux", version="v2")) for n in range(3)])

    maintaining = asyncio.create_task(index.maintain())
    while not list((tmp_path / "index").glob("shard-1")):
        await asyncio.sleep(0.01)
    for number in range(20):
        late = passage(number, "disjoncteur", version="v3")
        await index.upsert([point(late._replace(digest=f"{number}"))])
    await index.remove("v2")
    found = await index.search(query("disjoncteur", limit=50))
    meanwhile = not maintaining.done()
    await maintaining
    after = await index.search(query("disjoncteur", limit=50))
    await index.close()
    again = EdgeIndex(tmp_path / "index", 3)
    await again.open()

    assert meanwhile
    assert len(found) == len(after) == 20
    assert (await again.count("v2"), await again.count("v3")) == (0, 20)
    assert await again.count() == 5120
    assert [path.name for path in (tmp_path / "index").glob("shard-*")] == ["shard-1"]
    await again.close()
