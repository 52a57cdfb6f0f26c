"""``/healthz`` and ``/readyz``."""

import httpx

from tests.storage.conftest import Storage


async def test_service_is_ready_when_nextcloud_answers(storage: httpx.AsyncClient):
    assert (await storage.get("/healthz")).status_code == 200
    assert (await storage.get("/readyz")).json()["status"] == "ready"


async def test_wrong_password_is_named_and_asked_once(storage_with: Storage, peer):
    async with storage_with(nextcloud_password="wrong") as storage:
        answers = [await storage.get("/readyz") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {503}
    assert "wrong password" in answers[-1].json()["checks"]["nextcloud"]["detail"]
    assert len(peer.requests) == 1
