"""A cross-encoder that reads the best passages once more."""

import psutil
import pytest

from knowledge.index.passages import Hit, Passage
from knowledge.models.reranking import Reranker
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.knowledge.tiny_model import write_tiny_model, write_tiny_reranker


async def test_a_reranker_orders_anew_but_never_over_a_code(tmp_path):
    reranker = write_tiny_reranker(tmp_path / "reranker", "z")
    text = "E1 : le gaz du ventilateur.\n\nE2 : zzzz zzzz zzzz ventilateur."
    async with knowledge(tmp_path) as http:
        await put(http, "guide", text)
    async with knowledge(tmp_path, knowledge_reranker_dir=reranker) as http:
        liked = await search(http, "ventilateur")
        code = await search(http, "ventilateur erreur E1")

    first, second = liked["passages"]
    assert first["text"].startswith("E2")
    assert first["score"] - second["score"] > 0.1
    assert "reranking" in liked["took_ms"]
    assert code["passages"][0]["text"].startswith("E1")


@pytest.mark.parametrize("name", ["none", "embeds"])
async def test_a_broken_reranker_is_named_and_search_goes_on_without(name, tmp_path):
    """An embedding model in its place can be loaded; each search failed."""
    folder = tmp_path / name
    write_tiny_model(tmp_path / "embeds")
    async with knowledge(tmp_path, knowledge_reranker_dir=folder) as http:
        await put(http, "symo", FRONIUS)
        found = await search(http, "erreur 567")
        said = (await http.get("/readyz")).json()["checks"]["model"]["detail"]

    assert found["confident"]
    assert f"The model in {folder} cannot be run" in said


def test_a_run_has_one_thread(tmp_path):
    """Threads of onnxruntime's own turn round while they wait for one another."""
    folder = write_tiny_reranker(tmp_path, "z")
    before = psutil.Process().num_threads()

    kept = Reranker(folder, threads=3)

    # One of an earlier test's may end meanwhile.
    assert psutil.Process().num_threads() <= before
    assert kept


async def test_each_passage_of_many_gets_its_own_score(tmp_path):
    reranker = Reranker(write_tiny_reranker(tmp_path, "z"), threads=2)
    hits = [
        Hit(Passage("d", "v", n, text="z" * n + "a" * (n * n % 40)), score=0.0)
        for n in range(20)
    ]

    ranked = await reranker.ranked("panne", hits)
    alone = [(await reranker.ranked("panne", [hit]))[0] for hit in hits]

    assert len(ranked) == len(hits)
    assert ranked == sorted(alone, key=lambda hit: -hit.score)


async def test_what_a_model_is_very_sure_of_is_within_bounds(tmp_path):
    reranker = Reranker(write_tiny_reranker(tmp_path, "z", weight=-1e4))
    hit = Hit(Passage("d", "v", 0, text="zzzz"), score=0.25)

    assert await reranker.ranked("zz", [hit]) == [hit]
