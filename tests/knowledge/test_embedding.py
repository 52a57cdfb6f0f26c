"""Texts as vectors, by a model in a folder."""

import asyncio
import math
from collections.abc import Iterable

import pytest
from tokenizers import Tokenizer

from knowledge.models.embedding import FolderEmbedder
from knowledge.models.folder import ModelCard
from tests.knowledge.tiny_model import DIMENSION, write_tiny_model


async def test_vectors_have_the_models_size_and_unit_length(tmp_path):
    embedder = FolderEmbedder(write_tiny_model(tmp_path / "model"))

    rows = await embedder.embed_passages(["onduleur", "batterie"])

    assert [len(row) for row in rows] == [DIMENSION, DIMENSION]
    assert sum(x * x for x in rows[0]) == pytest.approx(1)
    assert await embedder.embed_query("onduleur") == pytest.approx(rows[0], abs=1e-6)
    assert 0 <= embedder.floor < 1


async def test_as_much_is_read_at_once_as_the_makers_tokenizer_says(tmp_path):
    folder = write_tiny_model(tmp_path / "model")
    (folder / "knowledge.json").write_text(ModelCard(max_tokens=3).model_dump_json())
    by_card = FolderEmbedder(folder)
    (folder / "knowledge.json").unlink()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(3)
    tokenizer.save(str(folder / "tokenizer.json"))
    by_tokenizer = FolderEmbedder(folder)

    # Of both the mean of two parts; of all letters at once another one.
    assert await by_tokenizer.embed_query("onduler") == pytest.approx(
        await by_card.embed_query("onduler"), abs=1e-6
    )


@pytest.mark.parametrize("prefix", ["", "zz"])
async def test_all_of_a_text_counts_where_the_model_reads_less_at_once(
    prefix, tmp_path
):
    folder = write_tiny_model(tmp_path / "model")
    card = ModelCard(max_tokens=4 + len(prefix), passage_prefix=prefix)
    (folder / "knowledge.json").write_text(card.model_dump_json())
    embedder = FolderEmbedder(folder)

    whole, *parts = await embedder.embed_passages(["onduleurs", "ond", "ule", "urs"])

    assert whole == pytest.approx(unit(map(sum, zip(*parts, strict=True))), abs=1e-6)


def unit(row: Iterable[float]) -> list[float]:
    row = list(row)
    length = math.sqrt(sum(x * x for x in row))
    return [x / length for x in row]


@pytest.mark.parametrize("threads", [1, 3])
async def test_of_questions_asked_at_once_each_gets_its_own_vector(tmp_path, threads):
    embedder = FolderEmbedder(write_tiny_model(tmp_path / "model"), threads)
    questions = [f"panne {chr(97 + n) * n} ?" for n in range(26)]

    at_once = await asyncio.gather(*map(embedder.embed_query, questions))
    alone = [await embedder.embed_query(question) for question in questions]

    assert len({tuple(row) for row in alone}) == len(questions)
    for one, other in zip(at_once, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-6)


async def test_prefixes_are_what_the_card_says(tmp_path):
    folder = write_tiny_model(tmp_path / "model")
    plain = FolderEmbedder(folder)
    (folder / "knowledge.json").write_text(
        ModelCard(query_prefix="zzzz ").model_dump_json()
    )
    prefixed = FolderEmbedder(folder)

    assert await prefixed.embed_query("onduleur") == pytest.approx(
        await plain.embed_query("zzzz onduleur"), abs=1e-6
    )
    assert prefixed.name != plain.name


def test_the_floor_is_that_of_a_question_and_a_passage_as_the_model_gets_them(tmp_path):
    def floor(asked: str, told: str) -> float:
        folder = write_tiny_model(tmp_path / f"model{asked}{told}")
        card = ModelCard(query_prefix=asked * 40, passage_prefix=told * 40)
        (folder / "knowledge.json").write_text(card.model_dump_json())
        return FolderEmbedder(folder).floor

    assert floor("z", "q") < floor("", "") < floor("z", "z")


def test_weights_beside_the_graph_count_for_the_models_name(tmp_path):
    """Two models of one family have the same graph; large ones keep their weights in a file of its own."""
    folder = write_tiny_model(tmp_path / "model")
    (folder / "model.onnx_data").write_bytes(b"1" * 100)
    one = FolderEmbedder(folder).name
    (folder / "model.onnx_data").write_bytes(b"2" * 100)

    assert FolderEmbedder(folder).name != one
