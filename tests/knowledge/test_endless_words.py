"""A picture in base64, or a key, in a document: a word without an end, in which rules about codes look at each beginning."""

import time

import pytest

from knowledge.indexing.reader import MAX_TITLE_CHARS
from knowledge.indexing.writing import split
from knowledge.reading.blocks import MAX_HEADER_CHARS
from knowledge.reading.lines import LONGEST_WORD
from tests.knowledge.reading import read_apart
from tests.knowledge.test_progress import UPLOAD

ENDLESS = "A1B2" * 15_000


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (
            f"<!doctype html><h2>Erreur {ENDLESS}</h2><p>mot {ENDLESS} isolement",
            "x.html",
        ),
        (f"mot {ENDLESS} isolement", "x.txt"),
        (f"Code;Texte\n567;isolement {ENDLESS}\n", "x.csv"),
    ],
)
async def test_a_word_without_an_end_takes_no_time(document, name, tmp_path):
    """60 kB took 5 s, 120 kB 20 s, in which the service did nothing else."""
    content = await read_apart(tmp_path, document.encode(), name)

    began = time.process_time()
    passages = list(split("v", UPLOAD, content, None))
    took_s = time.process_time() - began

    words = " ".join(passage.searched_words for passage in passages).split()
    assert took_s < 1
    assert "isolement" in words
    assert max(map(len, words)) <= LONGEST_WORD + 1  # with the mark of a cut heading


async def test_a_heading_without_an_end_is_no_title(tmp_path):
    """Each passage carries the title: 1 MB of it made gigabytes of index."""
    page = f"<!doctype html><h1>{'mot ' * 50_000}</h1><p>isolement"

    content = await read_apart(tmp_path, page.encode(), "x.html")

    assert 0 < len(content.title) <= MAX_TITLE_CHARS


async def test_a_column_title_without_an_end_is_cut(tmp_path):
    """Each row is said with the titles of its columns."""
    rows = "".join(f"{n};isolement\n" for n in range(5))

    content = await read_apart(
        tmp_path, f"Code;{'mot ' * 50_000}\n{rows}".encode(), "x.csv"
    )

    assert len(content.blocks) == 5
    assert max(len(block.header[1]) for block in content.blocks) <= MAX_HEADER_CHARS


async def test_a_link_that_people_may_press_stays_whole(tmp_path):
    link = "https://example.org/notices?jeton=" + "a1" * 200
    endless = "https://example.org/" + "a1" * 400
    page = f"Voir {link} (ou :{link}) avant {endless} fin."

    content = await read_apart(tmp_path, page.encode(), "x.txt")

    [block] = content.blocks
    words = block.text.split()
    assert {link, f":{link})"} < set(words)
    assert max(map(len, words)) == len(link) + 2
