"""The sets of questions by strangers are whole: each answer stands in the file that it is said to stand in."""

import html
import re

import pytest

from benchmarks.knowledge.strangers import names, papers, questions
from knowledge.words.folding import folded

KINDS = {"code": 12, "fault": 14, "how": 10, "value": 10, "past": 4, "none": 20}


def plain(content: bytes) -> str:
    text = re.sub(r"<[a-z/][^>]*>", " ", html.unescape(content.decode()))
    return " ".join(folded(re.sub(r"[|;*]", " ", text)).split())


@pytest.mark.parametrize("name", names())
def test_each_answer_stands_in_its_file_once_or_twice(name):
    texts = {paper.document_id: plain(paper.content) for paper in papers(name)}

    astray = {
        question.text: question.contains
        for question in questions(name)
        if question.document
        and texts[question.document].count(question.contains) not in {1, 2}
    }

    assert astray == {}


@pytest.mark.parametrize("name", names())
def test_a_set_has_so_many_questions_of_each_kind(name):
    kinds = [question.kind for question in questions(name)]

    assert {kind: kinds.count(kind) for kind in KINDS} == KINDS
    assert all(
        bool(question.document) == (question.kind != "none")
        for question in questions(name)
    )
