"""What stands between storage and its Nextcloud answers in its place: a page to sign in, or the way to one."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage

PHOTO = "Chantiers/a/p.jpg"
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "photo": ("PUT", "files/Chantiers/b/p.jpg", {"content": b"jpeg"}),
    "folder": ("PUT", "folders/Chantiers/b", {}),
    "card": ("PUT", "cards/r1", {"json": {"column": "SAV", "title": "Müller"}}),
    "share": ("POST", "shares", {"json": {"path": PHOTO}}),
    "list": ("GET", "files?path=Chantiers", {}),
    "download": ("GET", f"files/{PHOTO}", {}),
    "delete": ("DELETE", f"files/{PHOTO}", {}),
}


@pytest.fixture
async def storage(storage_with: Storage) -> AsyncIterator[httpx.AsyncClient]:
    async with storage_with(nextcloud_patience_s=0.1) as client:
        yield client


@pytest.mark.parametrize("status", [200, 302])
@pytest.mark.parametrize("call", CALLS)
async def test_anothers_page_is_not_taken_for_nextclouds_answer(
    peer: NextcloudPeer, storage: httpx.AsyncClient, call: str, status: int
):
    """A 404 or a success here would have a report fail, or a page filed as a photo."""
    peer.write(PHOTO, b"jpeg")
    await storage.get("/storage/files")  # the password is proved by then
    method, path, sent = CALLS[call]
    peer.faults.fail(status, times=None)

    answer = await storage.request(method, f"/storage/{path}", **sent)

    assert answer.status_code == 503
    assert "NEXTCLOUD_URL" in answer.json()["detail"]
    assert peer.tree() == {PHOTO: b"jpeg"}


@pytest.mark.parametrize("status", [200, 302])
async def test_service_is_not_ready_behind_anothers_page(
    peer: NextcloudPeer, storage: httpx.AsyncClient, status: int
):
    await storage.get("/storage/files")
    peer.faults.fail(status, times=None)

    answer = await storage.get("/readyz")

    assert answer.status_code == 503
    assert "NEXTCLOUD_URL" in answer.json()["checks"]["nextcloud"]["detail"]


async def test_page_of_ours_is_read_as_any_file(
    peer: NextcloudPeer, storage: httpx.AsyncClient
):
    peer.write("Docs/page.html", b"<html></html>")

    answer = await storage.get("/storage/files/Docs/page.html")

    assert answer.content == b"<html></html>"


@pytest.mark.parametrize("status", [200, 302])
async def test_half_a_form_is_still_taken_back_once_the_page_has_gone(
    peer: NextcloudPeer, storage: httpx.AsyncClient, status: int
):
    """That there is no trash bin would be for good, and so would the half."""
    peer.faults.fail(status, path="/capabilities", times=2)
    files = [("f", ("1.txt", b"1")), ("f", ("2.txt", b"2"))]
    taken = peer.faults.fail(507, method="PUT", path="2.txt")

    answer = await storage.post("/storage/upload", data={"path": "Docs"}, files=files)

    assert answer.status_code == 507, (answer.text, taken.hits)
    assert not [path for path in peer.tree() if path.endswith(".txt")]
