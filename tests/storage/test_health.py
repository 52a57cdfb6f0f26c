"""``/healthz`` and ``/readyz``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.app import create_app
from storage.settings import StorageSettings
from storage.state import State
from tests.certificates import OwnCertificate
from tests.conftest import run_app
from tests.peers.nextcloud import NextcloudPeer
from tests.ports import free_port
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


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        (("max_page_count", 1, 9999), "is full"),
        (("query_only", 1, 0), "readonly"),
    ],
)
async def test_a_disk_of_its_own_that_takes_nothing_is_named(
    nextcloud_url: str,
    settings_for: Callable[..., StorageSettings],
    running: Any,
    pragma: tuple[str, int, int],
    said: str,
):
    """It refused every form and card, and was ready."""
    name, trouble, mended = pragma
    app = create_app(settings_for(nextcloud_url))
    async with running(app) as storage:
        state: State = app.state.memory
        await state.rows(f"PRAGMA {name} = {trouble}")
        red = await storage.get("/readyz")
        await state.rows(f"PRAGMA {name} = {mended}")
        green = await storage.get("/readyz")

    assert red.status_code == 503
    checks = red.json()["checks"]
    assert (checks["nextcloud"]["ok"], checks["own_disk"]["ok"]) == (True, False)
    assert said in checks["own_disk"]["detail"]
    assert "DATA_DIR" in checks["own_disk"]["detail"]
    assert green.status_code == 200


async def test_host_name_that_nextcloud_does_not_know_is_told(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.trusted_hosts = {"cloud.example.org"}

    answer = await storage.get("/readyz")

    assert "trusted_domains" in answer.json()["checks"]["nextcloud"]["detail"]


async def test_nextcloud_that_is_not_reached_is_told_why(
    settings_for: Callable[..., StorageSettings], peer: NextcloudPeer
):
    nobody = f"http://127.0.0.1:{free_port()}"
    async with run_app(create_app(settings_for(nobody))) as storage:
        answer = await storage.get("/readyz")

    detail = answer.json()["checks"]["nextcloud"]["detail"]
    assert "All connection attempts failed" in detail


async def test_certificate_that_nobody_vouches_for_is_named(
    settings_for: Callable[..., StorageSettings], peer: NextcloudPeer, tmp_path: Path
):
    async with (
        OwnCertificate.made(tmp_path).served() as url,
        run_app(create_app(settings_for(url))) as storage,
    ):
        answer = await storage.get("/readyz")

    detail = answer.json()["checks"]["nextcloud"]["detail"]
    assert "self-signed certificate" in detail
    assert "docs/guide-admin.md" in detail
