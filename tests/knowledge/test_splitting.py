"""How long passages are: by the tokens of the model in use, and nothing is lost by the cutting."""

import re
from collections import Counter

import pytest

from knowledge.indexing.labelling import Labeller
from knowledge.indexing.origins import Origin
from knowledge.indexing.splitting import PASSAGE_TOKENS, Splitter
from knowledge.models.embedding import FolderEmbedder
from knowledge.models.folder import ModelCard
from knowledge.reading.blocks import Block, table_blocks
from tests.knowledge.tiny_model import write_tiny_model

SENTENCE = (
    "Contrôler le disjoncteur différentiel du coffret avant la remise en service. "
)
BLOCKS = [
    Block("heading", "Installation électrique et raccordement au réseau public", 1, 1),
    Block("heading", "Protection contre les défauts d'isolement du champ", 1, 2),
    Block("heading", "Surveillance et réglages avancés de l'onduleur", 1, 3),
    Block("text", SENTENCE * 20, 1),
    Block("text", "Raccordement " + "." * 300 + " 12", 1),
    Block("text", "x.y/z-" * 200, 2),
    *table_blocks([("Code", "Texte"), ("567", SENTENCE * 15), ("102", "Tension")]),
]


def count_tokens(text: str) -> int:
    """As a tokenizer counts: pieces of words, and each sign by itself."""
    return len(re.findall(r"\w{1,4}|[^\w\s]", text))


def split(max_tokens: int, count=count_tokens):
    origin = Origin("d", "v", "Notices", "Fronius Symo")
    return list(
        Splitter(origin, Labeller(origin, (), ()), count, max_tokens).passages(BLOCKS)
    )


@pytest.mark.parametrize("max_tokens", [32, 64, 128, 512])
def test_no_passage_is_longer_than_the_model_reads_and_nothing_is_lost(max_tokens):
    passages = split(max_tokens)

    longest = max(count_tokens(passage.searched_text) for passage in passages)
    read = "".join(block.text + "".join(block.cells) for block in BLOCKS[3:])
    kept = Counter("".join(passage.text for passage in passages))
    lost = Counter(re.sub(r"\s", "", read)) - kept
    assert longest <= min(PASSAGE_TOKENS, max_tokens - 2)
    assert not lost


def test_it_is_tokens_that_count_and_not_letters():
    def twice(text: str) -> int:
        return 2 * count_tokens(text)

    ends = split(128)[0].text, split(128, twice)[0].text

    assert len(ends[0]) > 1.5 * len(ends[1])


def test_what_stands_before_each_passage_counts_too(tmp_path):
    folder = write_tiny_model(tmp_path / "model")
    plain = FolderEmbedder(folder).max_tokens
    card = ModelCard(passage_prefix="passage de notice : ")
    (folder / "knowledge.json").write_text(card.model_dump_json())

    assert FolderEmbedder(folder).max_tokens < plain
