"""What nobody should send: questions and documents that are odd, or meant to do harm."""

import io
import time
import zipfile

import pytest
import pytest_asyncio

from tests.knowledge.service import FRONIUS, knowledge, put, search

QUESTIONS = (
    "🔥🔥🔥",
    "le la les de du et",
    "'; DROP TABLE knowledge_documents; --",
    "[31m ~~ ^^ \\",
    "\u202e567\u200b",
    "(" * 1000,
    "a" * 2000,
    "5 6 7 " * 333,
    "E" + "0" * 1000,
    "ﬁ ½ ² ５６７",
    "?",
    "%%$ []{}",
)


async def test_odd_questions_are_answered(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        began_s = time.process_time()
        answers = [await search(http, question) for question in QUESTIONS]
        spent_s = time.process_time() - began_s
        code = await search(http, "erreur ５６７")
        empty = await http.post("/knowledge/search", json={"query": ""})
        blank = await http.post("/knowledge/search", json={"query": " \n "})
        control = await http.post(
            "/knowledge/search", json={"query": "\x00\x01\x1b[31m"}
        )
        long = await http.post("/knowledge/search", json={"query": "é" * 100_000})
        still = await search(http, "erreur 567")

    assert spent_s < 2
    assert not any(answer["confident"] for answer in answers[:4])
    assert code["confident"]
    refused = (empty, blank, control, long)
    assert [answer.status_code for answer in refused] == [422] * 4
    assert still["confident"]


def docx(body: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
    return made.getvalue()


W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HOSTILE = {
    "bomb.docx": lambda: docx(b"<w:document " + W + b">" + b"A" * (300 << 20)),
    "deep.docx": lambda: docx(b"<w:p " + W + b">" + b"<w:p>" * 200_000),
    "laughs.docx": lambda: docx(
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:p '
        + W
        + b">&b;</w:p>"
    ),
    "crowded.html": lambda: (
        b"<p " + b" ".join(b"a%d" % n for n in range(500_000)) + b">Texte</p>"
    ),
    "deep.html": lambda: b"<div>" * 300_000,
    "truncated.pdf": lambda: (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    ),
    "no.pdf": lambda: b"PK\x03\x04 this is no PDF",
    "zero.pdf": lambda: bytes(1000),
    "binary.txt": lambda: bytes(range(256)) * 100,
}
"""Made where they are used: who only collects the tests inflates no bomb."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def attacked(tmp_path_factory):
    """One service that all of them are sent to: what one breaks is broken for the next."""
    async with knowledge(
        tmp_path_factory.mktemp("attacked"),
        knowledge_reader_timeout_s=20,
        knowledge_reader_memory_bytes=2**28,
    ) as http:
        await put(http, "symo", FRONIUS)
        yield http


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_hostile_document_ends_itself_alone(name, attacked):
    answer = await attacked.put(
        "/knowledge/documents/hostile?wait=60",
        params={"name": name, "wait": 60},
        content=HOSTILE[name](),
    )
    found = await search(attacked, "erreur 567")
    ready = await attacked.get("/readyz")

    assert answer.status_code in {200, 422}, answer.text
    assert answer.status_code == 200 or len(answer.json()["detail"]) > 20
    assert found["confident"]
    assert ready.status_code == 200
