"""How long passages are: by the tokens of the model in use, and nothing is lost by the cutting."""

import re
from collections import Counter

import pytest

from knowledge.indexing.labelling import Labeller
from knowledge.indexing.origins import Origin
from knowledge.indexing.splitting import PASSAGE_WORDS, WORD_CHARS, Splitter
from knowledge.indexing.writing import count_words
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


def split(*blocks: Block, words=count_words):
    origin = Origin("d", "v", "Notices", "Fronius Symo")
    return list(Splitter(origin, Labeller(origin, (), ()), words).passages(blocks))


def test_no_passage_is_too_long_and_nothing_is_lost():
    passages = split(*BLOCKS)

    read = "".join(block.text + "".join(block.cells) for block in BLOCKS[3:])
    kept = Counter("".join(passage.text for passage in passages))
    lost = Counter(re.sub(r"\s", "", read)) - kept
    assert max(count_words(one.searched_text) for one in passages) <= PASSAGE_WORDS
    assert not lost


def test_it_is_tokens_that_count_and_not_letters():
    def twice(text: str) -> int:
        return 2 * count_words(text)

    text = Block("text", SENTENCE * 40, 1)

    assert len(split(text, words=twice)) > 1.5 * len(split(text))


def test_a_word_has_the_tokens_of_the_model_in_use(tmp_path):
    model = FolderEmbedder(write_tiny_model(tmp_path / "model"))  # one a letter

    short, long = model.words("vis " * 100), model.words("disjoncteurs " * 100)

    assert long > 2 * short


def test_a_text_is_as_long_whatever_the_model_reads_of_it_at_once(tmp_path):
    folder = write_tiny_model(tmp_path / "model")
    whole = FolderEmbedder(folder).words(SENTENCE * 4)
    (folder / "knowledge.json").write_text(ModelCard(max_tokens=200).model_dump_json())

    assert FolderEmbedder(folder).words(SENTENCE * 4) == whole


def test_below_a_heading_without_end_there_is_room_for_text():
    heading = Block("heading", "漢" * 250, 1, 1)

    passages = split(heading, Block("text", SENTENCE * 4, 1), words=len)

    assert len(passages) < 10


@pytest.mark.parametrize("endless", ["." * 9000, "x" * 9000, "漢" * 9000])
def test_what_has_no_words_is_cut_too(endless):
    longest = max(len(passage.text) for passage in split(Block("text", endless, 1)))

    assert longest < (PASSAGE_WORDS + 1) * WORD_CHARS


@pytest.mark.parametrize("title", ["Code", "Affichage", "Affiché", "Afficheur"])
def test_a_row_explains_the_code_in_the_column_of_what_is_shown(title):
    rows = table_blocks([(title, "Cause"), ("241", "Anode coupée"), ("309", "Relais")])

    first, _ = split(*rows)

    assert "entry:241" in first.labels
