"""Documents as n8n's flows send them in JSON: nothing said in many ways, numbers, base64 as other nodes write it."""

import pytest

from tests.knowledge.service import knowledge


@pytest.mark.parametrize(
    ("encoded", "told"),
    [
        ("é", "base64"),
        ("a", "base64"),
        ("*", "base64"),
        ("filesystem-v2", "n8n Binary File"),
    ],
)
async def test_what_is_no_base64_is_refused(tmp_path, encoded, told):
    async with knowledge(tmp_path) as http:
        answer = await http.put(
            "/knowledge/documents/a", json={"content_base64": encoded}
        )

    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"] == "content_base64"


@pytest.mark.parametrize(
    "encoded", ["U3Rh\r\ndGUg\r\nNTY3\r\n", "data:text/plain;base64,U3RhdGUgNTY3"]
)
async def test_base64_of_lines_or_as_a_data_address_is_taken(tmp_path, encoded):
    """As `base64` of a shell and a browser write it."""
    async with knowledge(tmp_path) as http:
        taken = await http.put(
            "/knowledge/documents/a?wait=60", json={"content_base64": encoded}
        )

    assert taken.json()["size_bytes"] == len("State 567")


async def test_json_may_say_nothing_of_a_field_in_all_ways_of_n8n(tmp_path):
    nothing = {"source": None, "title": "null", "tags": "", "outcome": "undefined"}
    async with knowledge(tmp_path) as http:
        taken = await http.put(
            "/knowledge/documents/a?wait=60", json={"text": "State 567"} | nothing
        )
        asked = {"query": 567, "limit": None, "rewrite": "", "sources": None}
        found = await http.post("/knowledge/search", json=asked)
        no_text = await http.put("/knowledge/documents/b", json={"text": None})
        a_word = await http.post("/knowledge/search", json={"query": "null"})

    about = [taken.json()[name] for name in nothing]
    assert about == ["Documents", "", [], ""]
    assert found.json()["confident"]
    assert no_text.json()["code"] == "empty_document"
    assert a_word.status_code == 200


async def test_numbers_are_taken_as_they_would_be_written(tmp_path):
    async with knowledge(tmp_path) as http:
        taken = await http.put(
            "/knowledge/documents/a?wait=60",
            json={"text": "State 567", "title": 2024, "tags": [3501]},
        )

    assert (taken.json()["title"], taken.json()["tags"]) == ("2024", ["3501"])
