"""What configured webhooks are told, and how it is signed."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.webhook_client import signature
from tests.gateway.house import House
from tests.gateway.webhook_peer import WebhookPeer, told


async def file_one(house: House) -> None:
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Envoyer")


def test_a_signature_is_that_of_the_standard():
    """The example of github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


async def test_a_filed_report_is_told_signed(house: House):
    peer = WebhookPeer()
    async with house.gateway(**told(peer)):
        await file_one(house)
        await house.until(lambda: len(peer.calls) == 2)

    assert [event["type"] for event in peer.events] == [
        "album.received",
        "report.filed",
    ]
    headers, body = peer.calls[1]
    signed = b".".join(
        (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body)
    )
    digest = hmac.digest(b"a key of 24 bytes length", signed, hashlib.sha256)
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    report = json.loads(body)["data"]
    assert (report["status"], report["photos"]) == ("filed", 1)


@pytest.mark.parametrize("status", [404, 408, 500])
async def test_an_event_is_told_again_until_it_is_taken(house: House, status: int):
    """n8n answers 404 while a workflow is switched off."""
    peer = WebhookPeer(failures=3, status=status)
    async with house.gateway(**told(peer)):
        await file_one(house)
        await house.until(lambda: len(peer.calls) == 5)

    ids = [headers["webhook-id"] for headers, _ in peer.calls]
    assert len(set(ids)) == 2


async def test_an_event_left_by_a_stop_is_told_after_it(house: House):
    deaf = WebhookPeer(failures=1000)
    async with house.gateway(**told(deaf)):
        await file_one(house)
        await house.jean.sees("Rapport enregistré")
        await house.until(lambda: "report.filed" in str(deaf.events))

    peer = WebhookPeer()
    async with house.gateway(**told(peer)):
        await house.until(lambda: len(peer.calls) == 2)

    assert {event["type"] for event in peer.events} == {
        "album.received",
        "report.filed",
    }


async def test_a_refused_event_is_not_told_again(house: House):
    peer = WebhookPeer(failures=1000, status=410)
    async with house.gateway(**told(peer)):
        await file_one(house)
        await house.until_told(2)
    async with house.gateway(**told(peer)):
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")

    assert len(peer.calls) == 2


async def endless() -> AsyncIterator[bytes]:
    for _ in range(1000):
        yield b"x" * 65_536
    raise AssertionError("an answer without an end was read on")


@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_an_event_is_told_whatever_the_answer_holds(house: House, coding: str):
    """An answer that is not what its coding says ended the telling, and left the event for ever; an endless one was read."""
    calls: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        calls.append(request.headers["webhook-id"])
        headers = {"Content-Encoding": coding}
        return httpx.Response(200, headers=headers, content=endless())

    settings = {**told(WebhookPeer()), "webhooks": httpx.MockTransport(take)}
    async with house.gateway(**settings):
        await file_one(house)
        await house.until_told(2)
    async with house.gateway(**settings):
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")

    assert len(calls) == 2
