"""Documents and the test search in the console."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.gateway.console.house import ORIGIN, TOP, Browser, ConsoleHouse, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANUAL = b"# Codes\n\n7H04 : cable de charge. Remplacer le cable.\n\n# Entretien\n\nNettoyer.\n"


async def uploaded(
    browser: Browser, title: str, content: bytes = MANUAL
) -> httpx.Response:
    return await browser.http.post(
        f"{TOP}/documents",
        data={"source": "Notices", "title": title, "tags": "marque:Keba, borne"},
        files={"file": ("keba.md", content, "application/octet-stream")},
        headers={"Origin": ORIGIN},
    )


async def ended(
    browser: Browser, answer: httpx.Response, state: str = "State done"
) -> str:
    """Look at the job's page until it is in *state*; that page."""
    where = answer.headers["location"].removeprefix(TOP)
    async with asyncio.timeout(30):
        while state not in (page := await browser.text(where)):
            await asyncio.sleep(0.1)
    return page


async def test_each_hint_is_read_out_with_its_field(admin: Browser):
    page = (await admin.see("/documents")).text

    hints = re.findall(r'<small id="([a-z-]+)">', page)

    assert len(hints) == page.count("<small")
    assert re.findall(r'aria-describedby="([a-z-]+-hint)"', page) == hints


async def test_one_source_is_shown_alone(console: ConsoleHouse, admin: Browser):
    async with console.doors_http("knowledge") as knowledge:
        for source in ("Notices", "Historique SAV"):
            await knowledge.put(
                f"/knowledge/documents/of-{source[:3].lower()}?wait=30",
                json={"text": "Pompe à chaleur", "source": source, "title": source},
            )

    notices = (await admin.see("/documents?shelf=Notices")).text
    none = await admin.text("/documents?shelf=Nowhere")

    assert "/documents/of-not" in notices
    assert "/documents/of-his" not in notices
    assert "Nothing is indexed under this source" in none


async def test_an_uploaded_document_is_listed_and_found(admin: Browser):
    answer = await uploaded(admin, "Keba <P30> & co")
    await ended(admin, answer)

    listed = await admin.see("/documents")
    found = await admin.text("/search?q=keba+7h04&passages=5")

    assert "Keba &lt;P30&gt; &amp; co" in listed.text
    assert "passages" in words(listed)
    assert "Confident." in found
    assert "Remplacer le cable." in found
    assert "total" in found
    assert "words alone" in found


async def test_what_an_older_version_read_is_to_be_uploaded_again(
    console: ConsoleHouse, admin: Browser
):
    async with console.doors_http("knowledge") as knowledge:
        for source in ("Notices", "Historique SAV"):
            await knowledge.put(
                f"/knowledge/documents/old-{source[:3].lower()}?wait=30",
                json={"text": f"Ballon, {source}", "source": source, "title": source},
            )
    (database,) = console.house.data_dir.parent.rglob("knowledge.sqlite")
    # In a thread: the service, which may be writing still, runs in this one.
    await asyncio.to_thread(_make_outdated, database)

    listed = await admin.text("/documents")
    document = await admin.text("/documents/old-not")
    fault = await admin.text("/documents/old-his")

    assert listed.count("upload it again") == 1  # a past fault is nobody's to upload
    assert "Upload the same file again" in document
    assert "Historique SAV" in fault
    assert "Upload the same file again" not in fault


async def test_the_same_content_again_is_said_to_be_known(admin: Browser):
    await ended(admin, await uploaded(admin, "Keba P40", MANUAL + b"P40"))

    again = await uploaded(admin, "Keba P40", MANUAL + b"P40")

    assert re.fullmatch(
        rf"{TOP}/documents/[a-z0-9-]+\?said=known", again.headers["location"]
    )


async def test_a_document_is_deleted_after_a_question(admin: Browser):
    await ended(admin, await uploaded(admin, "Old one", MANUAL + b"old"))
    page = (await admin.see("/documents")).text
    path = re.search(r"/documents/old-one-[0-9a-f]+", page)
    assert path is not None

    question = await admin.text(f"{path[0]}/delete")
    pressed = await admin.post(f"{path[0]}/delete")

    assert "Delete this document? Old one" in question
    assert pressed.headers["location"] == f"{TOP}/documents?said=deleted"
    assert "Old one" not in await admin.text("/documents")
    assert (await admin.see(path[0])).status_code == 404


async def test_what_cannot_be_indexed_says_why(admin: Browser):
    answer = await uploaded(admin, "Broken", b"%PDF-1.7 nonsense")

    page = await ended(admin, answer, "State failed")
    listed = await admin.text("/documents")

    assert "Upload it again" in page
    assert "broken-" in listed


async def test_no_form_and_no_file_are_refused(admin: Browser):
    bare = await admin.http.post(
        f"{TOP}/documents", content=b"x", headers={"Origin": ORIGIN}
    )
    broken = await admin.http.post(
        f"{TOP}/documents",
        content=b"x",
        headers={"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=y"},
    )

    assert (bare.status_code, broken.status_code) == (422, 422)
    assert bare.headers["content-type"].startswith("text/html")


async def test_what_the_best_passage_does_not_say_is_named(admin: Browser):
    manual = "La carte SIM livrée se glisse dans la fente.".encode()
    await ended(admin, await uploaded(admin, "Alfen Eve", manual))

    lacking = await admin.text("/search?q=carte+SIM+livrée+fente+PUK")
    whole = await admin.text("/search?q=carte+SIM+livrée+fente")

    assert "The first passage says nothing of PUK" in lacking
    assert "Confident." in whole
    assert "says nothing of" not in whole


async def test_a_reader_uploads_nothing(console: ConsoleHouse, reader: Browser):
    page = await reader.see("/documents")
    pressed = await uploaded(reader, "Not mine")

    assert "<button disabled" in page.text
    assert pressed.status_code == 403


async def test_questions_without_an_answer_are_listed(
    console: ConsoleHouse, admin: Browser
):
    nothing = await admin.text("/search?q=viessmann+e99+<b>")
    async with console.doors_http("knowledge") as knowledge:
        async with asyncio.timeout(10):
            while (await knowledge.get("/knowledge/stats")).json()["unanswered"] == 0:
                await asyncio.sleep(0.1)

    page = await admin.text("/documents")

    assert "Not confident." in nothing
    assert "Je ne trouve pas" in nothing
    assert "viessmann e99 &lt;b&gt;" in page


async def test_while_knowledge_is_away_its_pages_say_so(
    console: ConsoleHouse, admin: Browser
):
    console.doors["knowledge"].shut = True

    documents = await admin.text("/documents")
    search = await admin.text("/search?q=567")
    one = await admin.text("/documents/x")
    job = await admin.text("/jobs/0")
    upload = await uploaded(admin, "Lost")

    for page in (documents, search, one, job):
        assert "The knowledge does not answer." in page
    assert upload.status_code == 503


async def test_an_empty_question_is_a_form(admin: Browser):
    page = await admin.text("/search?q=%20")
    long = await admin.see("/search?q=" + "x" * 2001)

    assert "Passages" in page
    assert "Time" not in page
    assert long.status_code == 422


async def test_a_boundary_that_no_header_can_hold_is_refused(admin: Browser):
    answer = await admin.http.post(
        f"{TOP}/documents",
        content=b"x",
        headers={
            b"Origin": ORIGIN.encode(),
            b"Content-Type": b"multipart/form-data; boundary=\xe9",
        },
    )

    assert answer.status_code == 422


def _make_outdated(database: Path) -> None:
    with closing(sqlite3.connect(database)) as catalogue, catalogue:
        catalogue.execute(
            "UPDATE knowledge_documents SET fingerprint = '0:' WHERE document_id LIKE 'old-%'"
        )
