"""What is sent as JSON or in a form: what is taken, what is refused, and what it may ask of memory and of the loop."""

import asyncio
from urllib.parse import urlencode

import pytest

from chassis.json_bodies import MOST_VALUES
from chassis.large_bodies import SMALL_BYTES
from knowledge.documents.receiving import AT_ONCE
from tests.knowledge.service import knowledge, search
from tests.slow_bodies import JSON, Slow
from tests.waiting import until

PDF = b"%PDF-1.3\n1 0 obj\n<< /Count 3 /Kids [3 0 R] >>\nendobj\n\xd5\xb7=\n&"


async def test_json_of_more_values_than_a_document_has_is_not_parsed(tmp_path):
    wrong = {f"wrong {number}": 0 for number in range(MOST_VALUES + 1)}
    async with knowledge(tmp_path) as http:
        answer = await http.put("/knowledge/documents/a", json=wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_values")


@pytest.mark.parametrize("tags", ["[" * 30_000, "[" + "[]," * 10_000 + "[]]"])
async def test_tags_of_a_form_that_are_no_list_of_texts_are_refused(tmp_path, tags):
    async with knowledge(tmp_path) as http:
        answer = await http.post(
            "/knowledge/documents", data={"text": "a", "tags": tags}
        )

    assert answer.status_code == 422


async def test_text_of_a_form_that_begins_like_a_list_stays_as_it_is(tmp_path):
    text = "[567, 568] : contrôler l'isolement" + ", puis le câble" * MOST_VALUES
    async with knowledge(tmp_path) as http:
        short = await http.post(
            "/knowledge/documents?wait=60", data={"text": "[567, 568]", "title": "[1]"}
        )
        long = await http.post("/knowledge/documents", data={"text": text})

    assert (short.json()["title"], long.status_code) == ("[1]", 202)


async def test_few_large_documents_in_json_are_in_memory_at_once(tmp_path):
    slow = Slow(SMALL_BYTES + 1)
    async with knowledge(tmp_path) as http:
        calls = [
            asyncio.create_task(
                http.put(
                    f"/knowledge/documents/{number}",
                    content=slow.body(),
                    headers=JSON,
                )
            )
            for number in range(AT_ONCE + 2)
        ]
        await until(lambda: slow.read_on == AT_ONCE)
        small = await http.put("/knowledge/documents/small", json={"text": "x"})
        read_on = slow.read_on
        slow.goes_on.set()
        answers = await asyncio.gather(*calls)

    assert (small.status_code, read_on) == (202, AT_ONCE)
    assert {answer.status_code for answer in answers} == {202}


async def test_a_file_that_curl_calls_a_form_is_refused_in_few_words(tmp_path):
    """``--data-binary`` without a ``Content-Type``: the whole file came back as the name of a field."""
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    async with knowledge(tmp_path) as http:
        answer = await http.put(
            "/knowledge/documents/symo", content=PDF * 100, headers=urlencoded
        )

    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_form")
    assert "Content-Type" in answer.json()["detail"]
    assert len(answer.content) < 1000


async def test_an_empty_file_of_a_form_is_named(tmp_path):
    async with knowledge(tmp_path) as http:
        answer = await http.post(
            "/knowledge/documents", files={"file": ("Symo.pdf", b"")}
        )

    assert (answer.status_code, answer.json()["code"]) == (422, "empty_document")
    assert "'Symo.pdf' is empty" in answer.json()["detail"]


async def test_a_form_of_two_files_is_told_that_each_is_a_call(tmp_path):
    files = [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]
    async with knowledge(tmp_path) as http:
        answer = await http.post("/knowledge/documents", files=files)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Send one document a call")


@pytest.mark.parametrize(
    ("other", "sent"),
    [
        ("file", {"files": {"file": ("a.txt", b"a")}, "data": {"text": "b"}}),
        ("content_base64", {"json": {"content_base64": "YQ==", "text": "b"}}),
    ],
)
async def test_a_text_beside_a_file_is_refused_as_it_would_not_be_indexed(
    other, sent, tmp_path
):
    async with knowledge(tmp_path) as http:
        answer = await http.post("/knowledge/documents", **sent)

    assert answer.status_code == 422
    assert f"'text' or '{other}', not both" in answer.json()["detail"]


async def test_a_mistyped_name_in_the_query_is_named(tmp_path):
    """As in a form: what has no title where one was meant does not take the old version's place."""
    async with knowledge(tmp_path) as http:
        answer = await http.put(
            "/knowledge/documents/a?titel=Symo&wait=60", content=b"Symo"
        )
        listed = (await http.get("/knowledge/documents")).json()["items"]

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["query.titel"]
    assert listed == []


async def test_what_a_bare_body_cannot_say_is_described(tmp_path):
    async with knowledge(tmp_path) as http:
        paths = (await http.get("/knowledge/openapi.json")).json()["paths"]

    for route in (
        paths["/knowledge/documents"]["post"],
        paths["/knowledge/documents/{document_id}"]["put"],
    ):
        names = {one["name"] for one in route["parameters"] if one["in"] == "query"}
        bodies = route["requestBody"]["content"]
        form = bodies["multipart/form-data"]["schema"]
        text = bodies["application/x-www-form-urlencoded"]["schema"]
        assert names == {"source", "title", "tags", "outcome", "name", "wait"}
        assert names - {"wait"} | {"file", "text"} == form["properties"].keys()
        assert text["properties"].keys() == form["properties"].keys() - {"file"}
    events = paths["/knowledge/jobs/{job_id}/events"]["get"]["responses"]["200"]
    assert events["content"].keys() == {"text/event-stream"}


async def test_the_query_says_of_json_too_what_the_json_does_not(tmp_path):
    async with knowledge(tmp_path) as http:
        answer = await http.put(
            "/knowledge/documents/a?title=SAV%20Meyer&tags=sav,pv&source=Historique%20SAV&wait=60",
            json={"text": "Connecteur refait.", "source": "Historique SAV"},
        )

    document = answer.json()
    assert (document["title"], document["source"]) == ("SAV Meyer", "Historique SAV")
    assert document["tags"] == ["sav", "pv"]


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"text": "a", "source": "SAV"}},
        {"data": {"text": "a", "source": "SAV"}},
        {"files": {"file": ("a.txt", b"a"), "source": (None, b"SAV")}},
    ],
)
async def test_query_and_body_that_differ_are_refused(tmp_path, sent):
    async with knowledge(tmp_path) as http:
        answer = await http.post("/knowledge/documents?source=Autre", **sent)

    named = [error["field"] for error in answer.json()["errors"]]
    assert (answer.status_code, named) == (422, ["query.source", "source"])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty_document"), (b"x" * 2000, 413, "too_large")],
)
async def test_empty_and_too_large_documents_are_refused(
    content, status, code, tmp_path
):
    async with knowledge(tmp_path, knowledge_max_bytes=1000) as http:
        answer = await http.put("/knowledge/documents/x", content=content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list((tmp_path / "knowledge" / "spool").iterdir()) == []


async def test_json_with_a_wrong_field_names_it(tmp_path):
    async with knowledge(tmp_path) as http:
        answer = await http.put("/knowledge/documents/x", json={"texte": "a"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "texte"


@pytest.mark.parametrize("again", ["title", "title[1]"])
async def test_a_field_of_a_form_given_twice_is_refused(tmp_path, again):
    """Only tags are a list: a document of two titles was called *Symo,Primo*."""
    fields = [("text", "a"), ("tags", "pv"), ("tags", "symo"), ("title", "Symo")]
    sent = urlencode([*fields, (again, "Primo")])
    async with knowledge(tmp_path) as http:
        answer = await http.post(
            "/knowledge/documents",
            content=sent,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["title"]


async def test_json_is_not_held_in_memory_beyond_a_bound(tmp_path):
    async with knowledge(tmp_path) as http:
        refused = await http.put(
            "/knowledge/documents/a", json={"content_base64": "AAAA" * (9 << 20)}
        )
        spool = list((tmp_path / "knowledge" / "spool").iterdir())

    assert refused.status_code == 413
    assert "in a form" in refused.json()["detail"]
    assert spool == []


@pytest.mark.parametrize("body", [b"{", b"nul", b'{"text": "\\ud800"}'])
async def test_what_is_no_json_is_refused_and_says_where(tmp_path, body):
    async with knowledge(tmp_path) as http:
        answer = await http.post(
            "/knowledge/documents",
            content=body,
            headers={"content-type": "application/json"},
        )

    assert answer.status_code == 422
    assert "no JSON" in answer.json()["detail"]
    assert "column" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b"\xef\xbb\xbf"])
async def test_json_that_is_empty_is_told_what_to_send(tmp_path, body):
    """It was told ``EOF while parsing a value at line 1 column 0``."""
    async with knowledge(tmp_path) as http:
        answer = await http.put(
            "/knowledge/documents/x",
            content=body,
            headers={"content-type": "application/json"},
        )

    assert (answer.status_code, answer.json()["code"]) == (422, "empty_document")
    assert "JSON with 'text'" in answer.json()["detail"]


async def test_json_is_known_whatever_the_case_of_its_type(tmp_path):
    """It was indexed as the text that it is, braces and all."""
    async with knowledge(tmp_path) as http:
        taken = await http.put(
            "/knowledge/documents/x?wait=60",
            content=b'{"text": "Note.", "title": "Vase"}',
            headers={"content-type": "Application/JSON"},
        )

    assert taken.json()["title"] == "Vase"


async def test_a_form_without_a_boundary_is_told_what_to_leave_out(tmp_path):
    """A Content-Type that was typed by hand; it was told ``Missing boundary in multipart``."""
    async with knowledge(tmp_path) as http:
        refused = await http.post(
            "/knowledge/documents",
            content=b"x",
            headers={"content-type": "multipart/form-data"},
        )

    assert refused.json()["code"] == "bad_multipart"
    assert "leave that header to the HTTP client" in refused.json()["detail"]


async def test_a_form_without_a_file_is_taken_by_its_text(tmp_path):
    """n8n's *Form Urlencoded*."""
    async with knowledge(tmp_path) as http:
        taken = await http.put(
            "/knowledge/documents/note?wait=60",
            data={"text": "Le fusible du coffret est de 32 A.", "title": "Note"},
        )
        empty = await http.put("/knowledge/documents/vide", data={"title": "Vide"})
        found = await search(http, "fusible coffret", sources=None)

    assert taken.json()["title"] == "Note"
    assert empty.json()["code"] == "empty_document"
    assert found["passages"][0]["text"] == "Le fusible du coffret est de 32 A."


async def test_a_form_with_a_mistyped_field_names_it(tmp_path):
    async with knowledge(tmp_path) as http:
        answer = await http.post(
            "/knowledge/documents", data={"text": "Note.", "titel": "Note"}
        )
        listed = (await http.get("/knowledge/documents")).json()["items"]

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["titel"]
    assert listed == []
