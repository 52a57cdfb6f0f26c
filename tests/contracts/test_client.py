import asyncio

import httpx
import pytest

from chassis.tasks import stop
from contracts.client import ServiceClient, service_http
from contracts.errors import NotFound, StorageFull, TimedOut, Unavailable
from contracts.request_id import HEADER, remember_request_id
from tests.peers.serving import served


class Caller(ServiceClient):
    """Calls one route; what the far end does is the transport's."""

    async def call(self, body=None):
        return await self._call("PUT", "/thing", body=body)


def answering(*answers, patience_s=5.0):
    """A caller whose far end gives *answers* in turn, and the requests that it got."""
    received = []
    left = list(answers)

    async def answer(request):
        await request.aread()
        received.append(request)
        said = left.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    http = httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://127.0.0.1:8002"
    )
    return Caller(http, patience_s=patience_s), received


def problem(error):
    return httpx.Response(error.status, json=error.problem("r").model_dump(mode="json"))


async def test_what_is_retryable_is_tried_again_with_the_whole_body():
    caller, received = answering(
        problem(Unavailable("later")), httpx.ConnectError("no"), httpx.Response(200)
    )

    async def body():
        yield b"one "
        yield b"body"

    await caller.call(body)

    assert [request.content for request in received] == [b"one body"] * 3


async def test_what_is_not_retryable_is_raised_at_once():
    caller, received = answering(problem(NotFound("no such folder")))

    with pytest.raises(NotFound, match="no such folder"):
        await caller.call()

    assert len(received) == 1


async def test_patience_ends():
    caller, received = answering(httpx.ReadTimeout("slow"), patience_s=0)

    with pytest.raises(TimedOut):
        await caller.call()

    assert len(received) == 1


async def test_an_answer_without_a_problem_document_still_has_its_class():
    caller, _ = answering(
        httpx.Response(502, text="<html>Bad gateway</html>"), patience_s=0
    )

    with pytest.raises(Unavailable, match="502"):
        await caller.call()


async def test_the_request_id_is_passed_on():
    caller, received = answering(httpx.Response(200))
    remember_request_id("r-42")

    await caller.call()

    assert received[0].headers[HEADER] == "r-42"


async def test_what_asks_for_a_longer_wait_than_our_patience_is_left_to_the_caller():
    """A full disk is not freed within seconds: to send a whole body again and again would only load it more."""
    caller, received = answering(problem(StorageFull("full", retry_after_s=60)))

    with pytest.raises(StorageFull) as full:
        await caller.call()

    assert len(received) == 1
    assert (full.value.retryable, full.value.retry_after_s) == (True, 60)


async def test_calls_that_are_given_up_leave_room_for_others():
    """One turn of the loop is the unlucky one: httpcore counts that connection as in use for ever, of 100."""

    async def far_end(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with (
        served(far_end, "127.0.0.1", 0) as url,
        service_http(url, None) as http,
    ):
        caller = Caller(http)
        for turns in range(16):
            for _ in range(101):
                given_up = asyncio.create_task(caller.call())
                for _ in range(turns):
                    await asyncio.sleep(0)
                await stop([given_up])

        async with asyncio.timeout(5):
            await caller.call()
