import asyncio

import pytest

from chassis.requests import DrainedBodies
from tests.chassis.chassis_app import things_app


async def test_a_request_id_is_taken_and_given_back(running):
    async with running(things_app()) as http:
        taken = await http.get("/things/1", headers={"X-Request-ID": "n8n-7"})
        made = await http.get("/things/1", headers={"X-Request-ID": "no good\tid"})

    assert taken.headers["x-request-id"] == "n8n-7"
    assert len(made.headers["x-request-id"]) == 32


async def test_a_failure_of_ours_has_the_id_and_is_counted_as_one(running):
    async with running(things_app()) as http:
        asked = {"X-Request-ID": "n8n-7"}
        answer = await http.get("/things/broken/one", headers=asked)
        figures = (await http.get("/metrics")).text

    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "n8n-7"
    assert 'route="/things/broken/one",status="500"} 1.0' in figures


async def test_figures_name_routes_never_paths(running):
    async with running(things_app()) as http:
        await http.get("/things/1")
        await http.get("/things/2")
        figures = (await http.get("/metrics")).text

    assert (
        'http_requests_total{method="GET",route="/things/{number}",status="200"} 2.0'
        in figures
    )


async def test_figures_name_the_routes_of_an_app_within_from_its_place(running):
    async with running(things_app()) as http:
        await http.get("/things/pages/page/1")
        await http.get("/nowhere")
        figures = (await http.get("/metrics")).text

    assert 'route="/things/pages/page/{number}",status="200"} 1.0' in figures
    assert 'route="other",status="404"} 1.0' in figures


@pytest.mark.parametrize(("expect", "read"), [(None, 3), ("100-continue", 0)])
async def test_a_body_is_read_before_an_early_refusal_unless_the_caller_waits(
    expect, read
):
    pieces = [
        {"type": "http.request", "body": b"x", "more_body": left > 0}
        for left in (2, 1, 0)
    ]
    sent = []

    async def refuse(scope, receive, send):
        await send({"type": "http.response.start", "status": 413, "headers": []})

    async def receive():
        return pieces.pop(0)

    async def send(message):
        sent.append((message["status"], len(pieces)))

    headers = [(b"expect", expect.encode())] if expect else []
    await DrainedBodies(refuse)(
        {"type": "http", "method": "POST", "headers": headers}, receive, send
    )

    assert sent == [(413, 3 - read)]


async def test_a_body_without_an_end_keeps_nobodys_refusal_back():
    """A stranger who sends a byte now and then had his connection and our task for as long as he liked."""

    async def refuse(scope, receive, send):
        await send({"type": "http.response.start", "status": 401, "headers": []})

    async def receive():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message["status"])

    async with asyncio.timeout(5):
        await DrainedBodies(refuse, drain_s=0.1)(
            {"type": "http", "method": "POST", "headers": []}, receive, send
        )

    assert sent == [401]
