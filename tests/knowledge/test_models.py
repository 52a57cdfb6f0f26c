"""Models without a hub: none, one, and another."""

import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from chassis.database import open_database, service_url
from contracts.errors import Rejected
from knowledge.documents.contents import Contents
from knowledge.documents.tables import metadata
from knowledge.index.edge import EdgeIndex
from knowledge.models.embedding import FolderEmbedder
from knowledge.models.fetching import card_of, lay_out
from knowledge.models.folder import ModelCard, has_model
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.knowledge.tiny_model import DIMENSION, write_tiny_model
from tests.waiting import until


async def model_says(http) -> str:
    ready = await http.get("/readyz")
    assert ready.status_code == 200
    said: str = ready.json()["checks"]["model"]["detail"]
    return said


async def test_without_a_model_it_answers_and_says_so(tmp_path):
    async with knowledge(tmp_path, knowledge_model_dir=None) as http:
        await put(http, "symo", FRONIUS)
        found = await search(http, "erreur 567")
        assert "lexical only" in await model_says(http)

    assert found["mode"] == "lexical"


async def test_a_model_given_later_embeds_anew_and_is_put_into_use(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        assert (await search(http, "erreur 567"))["confident"]
        await until_hybrid(http)
        found = await search(http, "erreur 567")
        count = (await http.get("/readyz")).json()["checks"]["index"]["detail"]

    assert found["mode"] == "hybrid"
    assert found["confident"]
    assert count.endswith(" 3 passages")
    names = [path.name for path in (tmp_path / "knowledge" / "index").iterdir()]
    assert len(names) == 1, names


async def test_another_model_takes_over_when_its_index_is_complete(tmp_path):
    first = write_tiny_model(tmp_path / "one", seed=1)
    second = write_tiny_model(tmp_path / "two", seed=2)
    async with knowledge(tmp_path, knowledge_model_dir=first) as http:
        await put(http, "symo", FRONIUS)
        assert (await search(http, "567"))["mode"] == "hybrid"
    async with knowledge(tmp_path, knowledge_model_dir=second) as http:
        await put(http, "later", "State 999 : document arrivé pendant le changement.")
        await until_hybrid(http)
        found = await search(http, "erreur 999")

    assert found["confident"]


async def test_what_came_while_the_model_was_away_is_embedded_when_it_is_back(tmp_path):
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await put(http, "symo", FRONIUS)
    async with knowledge(tmp_path) as http:
        await put(http, "away", "State 777 : arrivé sans modèle.")
        assert (await search(http, "erreur 777"))["mode"] == "lexical"
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await until_hybrid(http)
        found = await search(http, "erreur 777")

    assert found["confident"]
    assert found["mode"] == "hybrid"


@pytest.mark.parametrize("has_model", [True, False])
async def test_an_index_made_by_the_rules_of_before_is_made_again(tmp_path, has_model):
    model = write_tiny_model(tmp_path / "model") if has_model else None
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await put(http, "symo", FRONIUS)
    engine = await open_database(
        service_url(None, tmp_path / "knowledge", "knowledge"), metadata
    )
    contents = Contents(engine)
    noted = json.loads(await contents.noted("index") or "")
    del noted["rules"]
    noted["noted_by_a_later_version"] = True
    await contents.note("index", json.dumps(noted))
    await engine.dispose()
    begun = f"{noted['model'] or 'words'}-{noted['generation'] + 1}"
    await leave_behind(tmp_path / "knowledge" / "index" / begun, noted["dimension"])

    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await until(partial(is_second_index, http), what="the second index")
        found = await search(http, "erreur 567")
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        kept = await index_says(http)

    assert "567" in found["passages"][0]["text"]
    assert is_second_whole(kept), kept  # once, not at each start


async def leave_behind(folder: Path, dimension: int | None) -> None:
    """What the service that made an index by the rules of before had begun of the next one when it was stopped."""
    [made] = folder.parent.iterdir()
    source, target = EdgeIndex(made, dimension), EdgeIndex(folder, dimension)
    await source.open()
    await target.open()
    async for points in source.scroll():
        old = [replace(p, passage=p.passage._replace(text="")) for p in points]
        await target.upsert(old)
    await target.close()
    await source.close()


async def index_says(http) -> str:
    said: str = (await http.get("/readyz")).json()["checks"]["index"]["detail"]
    return said


async def is_second_index(http) -> bool:
    return is_second_whole(await index_says(http))


def is_second_whole(said: str) -> bool:
    return said.endswith(": 3 passages") and "-0:" not in said


async def until_hybrid(http) -> None:
    """In one answer: it is idle before it begins, too."""

    async def is_hybrid() -> bool:
        checks = (await http.get("/readyz")).json()["checks"]
        said = (checks["model"]["detail"], checks["indexing"]["detail"])
        return said == ("search is hybrid", "idle")

    await until(is_hybrid, what="the model's index")


def test_a_downloaded_model_is_laid_out_as_the_service_reads_it(tmp_path):
    snapshot = write_tiny_model(tmp_path / "snapshot")
    (snapshot / "model.onnx").rename(snapshot / "model_optimized.onnx")

    folder = lay_out(
        snapshot,
        "model_optimized.onnx",
        card_of("intfloat/multilingual-e5-small"),
        tmp_path / "laid",
    )

    assert has_model(folder)
    card = ModelCard.model_validate_json((folder / "knowledge.json").read_bytes())
    assert (card.query_prefix, card.pooling) == ("query: ", "mean")
    assert FolderEmbedder(folder).dimension == DIMENSION


def test_a_folder_without_a_model_is_refused_with_where_to_look(tmp_path: Path):
    write_tiny_model(tmp_path / "model")
    (tmp_path / "model" / "model.onnx").unlink()

    with pytest.raises(Rejected, match=r"docs/knowledge\.md"):
        FolderEmbedder(tmp_path / "model")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", b"not the end of a copy"),
        ("tokenizer.json", b"{}"),
        ("knowledge.json", b'{"pool": 1}'),
        ("tokenizer_config.json", None),
    ],
)
async def test_a_broken_model_is_named_and_search_goes_on_by_words(
    name, content, tmp_path
):
    model = write_tiny_model(tmp_path / "model")
    whole = shutil.copytree(model, tmp_path / "whole")
    if content is None:
        (model / name).unlink()
    else:
        (model / name).write_bytes(content)
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await put(http, "symo", FRONIUS)
        found = await search(http, "erreur 567")
        said = await model_says(http)
    async with knowledge(tmp_path, knowledge_model_dir=whole) as http:
        await until_hybrid(http)
        mended = await search(http, "erreur 567")

    assert (found["mode"], found["confident"]) == ("lexical", True)
    assert said.startswith(f"The model in {model} cannot be run")
    assert "lexical only" in said
    assert (mended["mode"], mended["confident"]) == ("hybrid", True)


async def test_a_folder_without_a_model_is_named(tmp_path):
    async with knowledge(tmp_path, knowledge_model_dir=tmp_path / "modle") as http:
        assert f"no embedding model in {tmp_path / 'modle'}" in await model_says(http)
