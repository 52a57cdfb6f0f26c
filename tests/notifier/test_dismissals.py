"""Notices that nobody has to look at any more."""

from typing import Any

import httpx
import pytest

NOTICE: dict[str, Any] = {"group": "chantier", "text": "Réception"}


@pytest.fixture
async def failed(peer, group, notifier: httpx.AsyncClient) -> str:
    """A notice that Telegram refused; its path."""
    fault = peer.faults.error(
        "messages.sendMessage", 400, "CHAT_WRITE_FORBIDDEN", times=None
    )
    await notifier.put("/notifier/notices/n1?wait=10", json=NOTICE)
    fault.remove()
    return "/notifier/notices/n1"


async def needing(notifier: httpx.AsyncClient) -> list[str]:
    listed = await notifier.get("/notifier/notices?attention=true&shape=items")
    return [notice["id"] for notice in listed.json()]


async def said(notifier: httpx.AsyncClient) -> str:
    ready = (await notifier.get("/readyz")).json()
    return str(ready["checks"]["notices"]["detail"])


async def test_a_failed_notice_counts_until_it_is_dismissed(
    notifier: httpx.AsyncClient, failed: str
):
    before = (await needing(notifier), await said(notifier))

    first = await notifier.post(f"{failed}/dismiss", json={"reason": "dit par mail"})
    again = await notifier.post(f"{failed}/dismiss", json={"reason": "dit par mail"})

    assert before == (["n1"], "0 queued, 1 failed, 0 incomplete")
    assert first.json()["dismissed"]["reason"] == "dit par mail"
    assert (first.json()["status"], again.json()) == ("failed", first.json())
    assert await needing(notifier) == []
    assert await said(notifier) == "0 queued, 0 failed, 0 incomplete"
    listed = await notifier.get("/notifier/notices?status=failed")
    assert [notice["id"] for notice in listed.json()["items"]] == ["n1"]


@pytest.mark.parametrize("again", ["retry", "put"])
async def test_what_is_tried_anew_counts_again(
    peer, notifier: httpx.AsyncClient, failed: str, again: str
):
    await notifier.post(f"{failed}/dismiss", json={"reason": "plus tard"})
    peer.faults.error("messages.sendMessage", 400, "CHAT_WRITE_FORBIDDEN", times=None)

    if again == "retry":
        tried = await notifier.post(f"{failed}/retry?wait=10")
    else:
        tried = await notifier.put(f"{failed}?wait=10", json=NOTICE)

    assert (tried.json()["status"], tried.json()["dismissed"]) == ("failed", None)
    assert await needing(notifier) == ["n1"]


async def test_a_notice_that_lacks_a_photo_is_dismissed_too(
    group, notifier: httpx.AsyncClient, storage
):
    lacking = NOTICE | {"media": [{"path": "Docs/gone.jpg"}]}
    await notifier.put("/notifier/notices/n2?wait=10", json=lacking)
    before = (await needing(notifier), await said(notifier))

    await notifier.post("/notifier/notices/n2/dismiss", json={"reason": "sans photo"})

    assert before == (["n2"], "0 queued, 0 failed, 1 incomplete")
    assert await needing(notifier) == []
    assert await said(notifier) == "0 queued, 0 failed, 0 incomplete"


async def test_only_what_went_wrong_is_dismissed_and_with_a_reason(
    group, notifier: httpx.AsyncClient, failed: str
):
    await notifier.put("/notifier/notices/n3?wait=10", json=NOTICE)

    whole = await notifier.post("/notifier/notices/n3/dismiss", json={"reason": "x"})
    unknown = await notifier.post("/notifier/notices/no/dismiss", json={"reason": "x"})
    silent = await notifier.post(f"{failed}/dismiss", json={"reason": ""})

    assert (whole.status_code, whole.json()["code"]) == (409, "conflict")
    assert unknown.status_code == 404
    assert silent.status_code == 422
