"""Routes that take one JSON document bound it, and say what is wrong with it."""

import pytest
from fastapi import FastAPI

from chassis.json_bodies import MOST_VALUES
from chassis.large_bodies import MAX_BODY_BYTES
from tests.conftest import run_app
from tests.slow_bodies import JSON


@pytest.mark.parametrize("content_type", ["text/plain", None])
async def test_json_that_is_not_called_so_is_told_how(things, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    async with run_app(things) as http:
        answer = await http.put("/thing", content=b'{"text": "x"}', headers=headers)

    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]


@pytest.mark.parametrize(
    ("body", "place"), [(b'{"text": "x",}', 13), (b'\n\n{"text": "x",}', 15)]
)
async def test_what_is_no_json_is_told_where(things, body, place):
    async with run_app(things) as http:
        answer = await http.put(
            "/thing",
            content=body,
            headers={"Content-Type": "application/json; charset=utf-8"},
        )

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "body")
    assert error["detail"].startswith(
        f"is no JSON; at character {place}, write each name"
    )


@pytest.mark.parametrize("body", [b"", b" \n"])
async def test_an_empty_body_is_told_which_fields_to_send(things, body):
    async with run_app(things) as http:
        answer = await http.put("/thing", content=body, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["detail"] == "Change these fields: body.text: is required."


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "é"}'.encode("latin-1"),
        b'{"text": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    ],
    ids=["not UTF-8", "nested"],
)
async def test_what_cannot_be_parsed_at_all_is_told_how(things, body):
    async with run_app(things) as http:
        answer = await http.put("/thing", content=body, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (422, "not_json")
    assert "UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("size_bytes", "status"),
    [(1000, 200), (MAX_BODY_BYTES - 20, 200), (MAX_BODY_BYTES + 1, 413)],
)
async def test_body_above_the_limit_is_refused(
    things: FastAPI, size_bytes: int, status: int
):
    async with run_app(things) as http:
        answer = await http.put("/thing", json={"text": "x" * size_bytes})

    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "too_large"


async def test_what_is_wrong_in_a_thousand_places_is_told_in_a_few(things: FastAPI):
    wrong = {f"wrong {number}": 0 for number in range(1000)}
    async with run_app(things) as http:
        answer = await http.put("/thing", json=wrong)

    told = answer.json()
    assert (answer.status_code, len(told["errors"])) == (422, 50)
    assert "951 more" in told["detail"]


async def test_body_of_more_values_than_any_message_has_is_not_parsed(things: FastAPI):
    """80,000 wrong fields held all others up for half a second a body."""
    wrong = {f"wrong {number}": 0 for number in range(MOST_VALUES + 1)}
    async with run_app(things) as http:
        answer = await http.put("/thing", json=wrong)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "too_many_values")
    assert [error["field"] for error in told["errors"]] == ["body"]
