"""How long passages are, and nothing is lost by the cutting."""

import re
from collections import Counter

import pytest

from knowledge.indexing.labelling import Labeller
from knowledge.indexing.origins import Origin
from knowledge.indexing.splitting import (
    PASSAGE_WORDS,
    WORD_CHARS,
    Splitter,
    count,
)
from knowledge.reading.blocks import Block, table_blocks

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


def split(*blocks: Block):
    origin = Origin("d", "v", "Notices", "Fronius Symo")
    return list(Splitter(origin, Labeller(origin, (), ())).passages(blocks))


def test_no_passage_is_too_long_and_nothing_is_lost():
    passages = split(*BLOCKS)

    read = "".join(block.text + "".join(block.cells) for block in BLOCKS[3:])
    kept = Counter("".join(passage.text for passage in passages))
    lost = Counter(re.sub(r"\s", "", read)) - kept
    assert max(count(passage.searched_text) for passage in passages) <= PASSAGE_WORDS
    assert not lost


@pytest.mark.parametrize("endless", ["." * 9000, "x" * 9000, "漢" * 9000])
def test_what_has_no_words_is_cut_too(endless):
    longest = max(len(passage.text) for passage in split(Block("text", endless, 1)))

    assert longest < (PASSAGE_WORDS + 1) * WORD_CHARS
