"""What documents in JSON or in a form may ask of memory and of the loop."""

import asyncio

import pytest

from chassis.json_bodies import MOST_VALUES
from chassis.large_bodies import SMALL_BYTES
from knowledge.documents.receiving import AT_ONCE
from tests.knowledge.service import knowledge
from tests.slow_bodies import JSON, Slow
from tests.waiting import until


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
