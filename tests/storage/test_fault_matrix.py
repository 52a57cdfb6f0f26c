"""
Each fault at each request of each operation: done exactly once, or a clear error, nothing half-done, and a repeat ends well.

One request of the operation after the other is struck, until it needs no more.
"""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from storage.app import create_app
from storage.settings import StorageSettings
from tests.conftest import run_app
from tests.peers.nextcloud import Fault, NextcloudPeer
from tests.storage.conftest import PeerTransport
from tests.storage.large import in_pieces

PHOTO = bytes(range(256)) * 100
VIDEO = bytes(reversed(range(256))) * 5000
FILM = b"film" * 400_000
CLEAR = {409, 412, 422, 502, 503, 504, 507}


@dataclass(slots=True, eq=False)
class Nth(Fault):
    """Strikes one request: the one after *skip* others that fit."""

    skip: int = 0

    def matches(self, request: Any) -> bool:
        if not Fault.matches(self, request):
            return False
        self.skip -= 1
        return self.skip == -1


FAULTS: dict[str, dict[str, Any]] = {
    "waited too long": {"status": 408},
    "locked": {"status": 423},
    "server error": {"status": 500},
    "server error after it was done": {"status": 500, "written": True},
    "bad gateway": {"status": 502},
    "gateway timeout after it was done": {"status": 504, "written": True},
    "maintenance": {"status": 503},
    "no space": {"status": 507},
    "wrong password": {"status": 401},
    "locked out": {"status": 429},
    "another's page": {"status": 200},
    "sent elsewhere": {"status": 302},
    "connection refused": {"cut": "before"},
    "cut half-way": {"cut": "upload"},
    "answer lost": {"cut": "after"},
    "damaged": {"wrong_hash": True},
    "listing cut short": {"truncated": True},
}


TELLING = {"maintenance", "answer lost"}
"""Nothing was done, and all was done but not told: run each time; the others by ``make faults``."""


@dataclass(frozen=True)
class Operation:
    """``do`` gets the client and a folder of its own; ``files`` are what that holds in the end, ``gives`` the answer."""

    do: Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]
    files: dict[str, bytes]
    before: dict[str, bytes] | None = None
    cards: int = 0
    gives: bytes | None = None


async def put_photo(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.put(f"/storage/files/{folder}/a/p.jpg", content=PHOTO)


async def put_photo_beside(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.put(f"/storage/files/{folder}/p.jpg", content=PHOTO)


async def put_video(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.put(f"/storage/files/{folder}/v.mp4", content=VIDEO)


async def put_film(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.put(f"/storage/files/{folder}/f.mp4", content=in_pieces(FILM))


async def post_form(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    files = [("f", (name, name.encode())) for name in ("1.txt", "2.txt", "3.txt")]
    return await storage.post("/storage/upload", data={"path": folder}, files=files)


async def put_card(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    card = {"column": "SAV", "title": folder, "labels": ["Urgent"], "comment": "reçu"}
    return await storage.put(f"/storage/cards/{folder}", json=card)


async def put_folder(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.put(f"/storage/folders/{folder}/a/b")


async def post_share(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.post("/storage/shares", json={"path": folder})


async def list_folder(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.get("/storage/files", params={"path": folder})


async def get_file(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    return await storage.get(f"/storage/files/{folder}/p.jpg")


async def delete_file(storage: httpx.AsyncClient, folder: str) -> httpx.Response:
    answer = await storage.delete(f"/storage/files/{folder}/p.jpg")
    # What is gone already is what was wanted.
    return httpx.Response(204) if answer.status_code == 404 else answer


THERE = {"p.jpg": PHOTO}
OPERATIONS = {
    "photo": Operation(put_photo, {"a/p.jpg": PHOTO}),
    "photo beside another": Operation(
        put_photo_beside,
        {"p.jpg": b"another's", "p (2).jpg": PHOTO},
        before={"p.jpg": b"another's"},
    ),
    "video": Operation(put_video, {"v.mp4": VIDEO}),
    "film in chunks": Operation(put_film, {"f.mp4": FILM}),
    "form": Operation(post_form, {f"{n}.txt": f"{n}.txt".encode() for n in (1, 2, 3)}),
    "card": Operation(put_card, {}, cards=1),
    "folder": Operation(put_folder, {"a/b/": b""}),
    "share": Operation(post_share, THERE, before=THERE),
    "list": Operation(list_folder, THERE, before=THERE),
    "download": Operation(get_file, THERE, before=THERE, gives=PHOTO),
    "delete": Operation(delete_file, {}, before=THERE),
}
QUICK = {
    "nextcloud_patience_s": 0.3,
    "nextcloud_pause_s": 0.002,
    "storage_chunk_max": 1_000_000,
    "storage_delete_below": "case",
}


def there(peer: NextcloudPeer, folder: str) -> dict[str, bytes]:
    found = peer.tree()
    return {
        path.removeprefix(f"{folder}/"): content
        for path, content in found.items()
        if path.startswith(f"{folder}/") and path != f"{folder}/"
    }


async def staged(peer: NextcloudPeer) -> str:
    async with httpx.AsyncClient(
        transport=PeerTransport(peer.app), auth=("jean.keller", "app-password")
    ) as http:
        url = "http://127.0.0.1/remote.php/dav/uploads/jean.keller/"
        return (await http.request("PROPFIND", url, headers={"Depth": "1"})).text


def marked_cards(peer: NextcloudPeer, folder: str) -> list[dict[str, Any]]:
    name = folder.replace("/", "-")
    return [
        card
        for card in peer.cards()
        if f"Réf. {name}" in card["description"].splitlines()
    ]


def prepare(peer: NextcloudPeer, operation: Operation, folder: str) -> None:
    for name, content in (operation.before or {}).items():
        peer.write(f"{folder}/{name}", content)


def require_clear(answer: httpx.Response) -> None:
    assert answer.status_code in CLEAR, answer.text
    problem = answer.json()
    assert problem["detail"], problem
    assert problem["code"] != "internal", problem


def require_nothing_half_done(
    peer: NextcloudPeer, operation: Operation, folder: str
) -> None:
    allowed = {**operation.files, **(operation.before or {})}
    for path, content in there(peer, folder).items():
        assert path.endswith("/") or allowed.get(path) == content, path
    assert len(marked_cards(peer, folder)) <= operation.cards


def require_done_once(peer: NextcloudPeer, operation: Operation, folder: str) -> None:
    assert there(peer, folder) == operation.files
    cards = marked_cards(peer, folder)
    assert len(cards) == operation.cards
    assert all(card["labels"] == ["Urgent"] for card in cards)


@pytest.mark.parametrize(
    "fault",
    [
        fault if fault in TELLING else pytest.param(fault, marks=pytest.mark.slow)
        for fault in FAULTS
    ],
)
@pytest.mark.parametrize("name", OPERATIONS)
async def test_fault_ends_in_done_once_or_in_a_clear_error(
    settings_for: Callable[..., StorageSettings],
    peer: NextcloudPeer,
    name: str,
    fault: str,
):
    operation = OPERATIONS[name]
    settings = settings_for("http://127.0.0.1", **QUICK)
    app = create_app(settings, transport=PeerTransport(peer.app))
    for step in itertools.count():
        folder = f"case-{step}" if operation.cards else f"case/{step}/x"
        prepare(peer, operation, folder)
        struck = Nth("", "", None, **FAULTS[fault], skip=step)
        peer.faults.rules.append(struck)
        async with run_app(app) as storage:  # restarted: nothing is known of before
            answer = await operation.do(storage, folder)
        peer.faults.clear()
        if answer.is_success:
            assert operation.gives in {None, answer.content}
            require_done_once(peer, operation, folder)
        else:
            require_clear(answer)
            require_nothing_half_done(peer, operation, folder)
        async with run_app(app) as storage:
            again = await operation.do(storage, folder)

        assert again.is_success, again.text
        require_done_once(peer, operation, folder)
        if not struck.hits:
            break  # it needs no more requests than that
    assert step > 1
    assert "etm-" not in await staged(peer)
