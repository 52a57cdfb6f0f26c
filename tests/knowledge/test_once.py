"""What is sent twice is there once; what is deleted leaves nothing."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.knowledge.service import (
    FRONIUS,
    job_status,
    knowledge,
    passages_left,
    put,
    search,
)
from tests.waiting import until


async def test_the_same_bytes_are_not_indexed_twice(tmp_path):
    async with knowledge(tmp_path) as http:
        first = await http.post(
            "/knowledge/documents?wait=60&title=Symo", content=FRONIUS
        )
        again = await http.post(
            "/knowledge/documents?wait=60&title=Symo", content=FRONIUS
        )
        put_first = await put(http, "x", FRONIUS)
        put_again = await put(http, "x", FRONIUS)
        jobs = (await http.get("/knowledge/jobs")).json()["items"]

    assert first.json() == again.json()
    assert put_first == put_again
    assert len(jobs) == 2


@pytest.mark.parametrize(
    "again", [{"source": "Documents"}, {"title": " Vase "}, {"source": " "}]
)
async def test_a_new_version_is_known_by_what_a_reader_sees(tmp_path, again):
    """Two that look alike in the list answered the same question differently."""
    first = {"text": "Le vase se gonfle à 1 bar.", "title": "Vase"}
    second = first | {"text": "Le vase se gonfle à 1,5 bar."} | again
    async with knowledge(tmp_path) as http:
        for sent in (first, second):
            await http.post("/knowledge/documents?wait=60", json=sent)
        listed = (await http.get("/knowledge/documents?shape=items")).json()

    assert [(one["title"], one["source"]) for one in listed] == [("Vase", "Documents")]


async def test_files_whose_names_differ_in_their_ending_are_two_documents(tmp_path):
    """A table of codes beside its manual took the manual's place."""
    async with knowledge(tmp_path) as http:
        for name, content in (("Symo.txt", "Notice"), ("Symo.csv", "Code;Défaut")):
            await http.post(
                "/knowledge/documents?wait=60", files={"file": (name, content)}
            )
        listed = (await http.get("/knowledge/documents?shape=items")).json()

    assert {one["title"] for one in listed} == {"Symo.txt", "Symo.csv"}


async def test_the_same_bytes_with_other_tags_are_a_new_version(tmp_path):
    """An admin tags a brand afterwards; the same bytes without a word about tags change nothing."""
    async with knowledge(tmp_path) as http:
        await http.post("/knowledge/documents?wait=60&title=Symo", content=FRONIUS)
        tagged = await http.post(
            "/knowledge/documents?wait=60&title=Symo&tags=marque:fronius",
            content=FRONIUS,
        )
        bare = await http.post("/knowledge/documents?wait=60", content=FRONIUS)
        found = await search(http, "erreur 567", tags=["marque:fronius"])
        listed = (await http.get("/knowledge/documents")).json()["items"]

    assert tagged.json()["tags"] == bare.json()["tags"] == ["marque:fronius"]
    assert found["confident"]
    assert [document["title"] for document in listed] == ["Symo"]


@pytest.mark.parametrize("path", ["documents", "documents/codes"])
async def test_the_same_bytes_are_read_anew_as_what_their_new_name_says(path, tmp_path):
    table = b"code,sens\nE-12,sonde coup\xc3\xa9e\n"
    async with knowledge(tmp_path) as http:
        kinds = [
            (
                await http.put(
                    f"/knowledge/{path}?wait=60&title=Codes&name={name}", content=table
                )
            ).json()["media_type"]
            for name in ("codes.txt", "codes.log", "codes.csv", "liste.csv")
        ]
        jobs = (await http.get("/knowledge/jobs")).json()["items"]
        listed = (await http.get("/knowledge/documents")).json()["items"]
        found = await search(http, "E-12")

    assert kinds == ["text/plain", "text/plain", "text/csv", "text/csv"]
    assert len(jobs) == 2
    assert len(listed) == 1
    assert found["passages"][0]["text"] == "code : E-12\nsens : sonde coupée"


async def test_the_same_bytes_on_their_way_under_another_name_are_one_document(
    tmp_path,
):
    large = "Le disjoncteur du coffret est contrôlé.\n\n" * 20_000
    async with knowledge(tmp_path) as http:
        first, second = [
            await http.post(
                "/knowledge/documents", files={"file": (name, large, "text/plain")}
            )
            for name in ("Symo.txt", "Symo (1).txt")
        ]

    assert first.status_code == second.status_code == 202
    assert first.json()["job_id"] == second.json()["job_id"]


async def test_who_waits_is_told_of_the_job_that_took_the_place_of_his(tmp_path):
    """Of two contents of one document the last counts; to send the first was no mistake."""
    large = b"Le disjoncteur du coffret est control\xc3\xa9.\n\n" * 20_000
    async with knowledge(tmp_path) as http:

        async def is_queued() -> bool:
            listed = (await http.get("/knowledge/jobs")).json()["items"]
            return bool(listed[0]["document_id"] == "a")

        await http.put("/knowledge/documents/before", content=large)
        waiting = asyncio.create_task(
            http.put("/knowledge/documents/a?wait=60", content=large + b"1")
        )
        await until(is_queued, what="the first content")
        last = await http.put("/knowledge/documents/a", content=large + b"2")
        told = await waiting
        await http.delete("/knowledge/documents/a")

    assert (told.status_code, told.json()["job_id"]) == (202, last.json()["job_id"])


async def test_what_was_sent_and_not_yet_read_leaves_no_file_behind(tmp_path):
    """Deleted, or taken the place of by another content, while it waited its turn: a file has up to 200 MB."""
    large = b"Le disjoncteur du coffret est control\xc3\xa9.\n\n" * 20_000
    spool = tmp_path / "knowledge" / "spool"
    async with knowledge(tmp_path) as http:
        at_work = await http.put("/knowledge/documents/a", content=large)
        for name, words in (("b", b"1"), ("b", b"2"), ("c", b"3")):
            await http.put(
                f"/knowledge/documents/{name}?source={name}", content=large + words
            )
        gone = await http.delete("/knowledge/documents/b")
        by_source = await http.delete("/knowledge/documents?source=c")
        still = await job_status(http, at_work)
        left = {path.name for path in spool.iterdir()}
        await http.delete("/knowledge/documents/a")
        await until(lambda: not list(spool.iterdir()), what="an empty spool")

    assert gone.status_code == 204
    assert by_source.json() == {"removed": 1}
    assert still in {"queued", "running"}
    assert len(left) == 1


async def test_what_the_catalogue_cannot_note_leaves_no_file_behind(tmp_path):
    """On a full disk each try left its file, up to the next start."""
    folder = tmp_path / "knowledge"
    async with knowledge(tmp_path) as http:
        with closing(sqlite3.connect(folder / "knowledge.sqlite")) as catalogue:
            catalogue.execute(
                "CREATE TRIGGER full BEFORE INSERT ON knowledge_jobs"
                " BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
            )
        failed = await http.put("/knowledge/documents/a", content=b"State 567")
        left = list((folder / "spool").iterdir())

    assert failed.status_code == 500
    assert left == []


async def test_an_unreadable_document_deleted_while_it_is_read_is_gone(tmp_path):
    """Its failure and its deletion both say that it leaves."""
    broken = b"PK\x03\x04 no ZIP" + bytes(100_000)
    spool = tmp_path / "knowledge" / "spool"
    async with knowledge(tmp_path) as http:
        sent = await http.put("/knowledge/documents/a", content=broken)
        while await job_status(http, sent) == "queued":
            await asyncio.sleep(0.005)
        await http.delete("/knowledge/documents/a")
        await until(lambda: not list(spool.iterdir()), what="an empty spool")
        jobs = (await http.get("/knowledge/jobs")).json()["items"]

    assert jobs == []


async def test_deleting_leaves_nothing(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        await put(http, "sav-1", "SAV : isolement refait.", source="Historique SAV")
        gone = await http.delete("/knowledge/documents/symo")
        by_source = await http.delete(
            "/knowledge/documents", params={"source": "Historique SAV"}
        )
        found = await search(http, "isolement")
        missing = await http.get("/knowledge/documents/symo")
        again = await http.delete("/knowledge/documents/symo")
        left = await passages_left(http, 0)

    assert gone.status_code == 204
    assert by_source.json() == {"removed": 1}
    assert found["passages"] == []
    assert missing.status_code == again.status_code == 404
    assert left == 0
