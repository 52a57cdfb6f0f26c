"""What no honest caller sends: each is refused with a word, or read for what it means; nothing is a 5xx."""

import json
from typing import Any

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer

HALF = "\ud800"
"""Half of a surrogate pair: JSON can say it, UTF-8 cannot."""
EARLY, LATE = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59"
CARD = {"column": "SAV", "title": "Müller"}


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("/storage/shares", {"path": HALF}),
        ("/storage/shares", {"path": "x" * 100_000}),
        ("/storage/shares", {"password": HALF}),
        ("/storage/shares", {"expires_at": LATE}),
        ("/storage/cards/r-1", {"title": HALF}),
        ("/storage/cards/r-1", {"labels": [HALF]}),
        ("/storage/cards/r-1", {"labels": [str(n) for n in range(101)]}),
        ("/storage/cards/r-1", {"assignees": [HALF]}),
        ("/storage/cards/r-1", {"attachments": ["d"] * 101}),
        ("/storage/cards/r-1", {"attachments": [HALF]}),
        ("/storage/cards/r-1", {"attachments": ["x" * 100_000]}),
        ("/storage/cards/r-1", {"due_at": EARLY}),
        ("/storage/cards/r-1", {"due_at": LATE}),
    ],
)
async def test_value_that_cannot_be_is_refused(
    storage: httpx.AsyncClient,
    peer: NextcloudPeer,
    path: str,
    changed: dict[str, Any],
):
    peer.make_folder("d")
    card = "cards" in path
    method, sent = ("PUT", CARD) if card else ("POST", {"path": "d"})

    body = json.dumps({**sent, **changed})
    answer = await storage.request(
        method, path, content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422, answer.text
    assert (peer.cards(), peer.shares()) == ([], [])


@pytest.mark.parametrize("taken_at", [EARLY, LATE, "1899-12-31T00:00:00Z"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/storage/files/t/x.txt"),
        ("POST", "/storage/upload?path=t"),
        ("POST", "/storage/upload?action=sav&chantier=M"),
        ("POST", "/storage/upload?action=fin&chantier=Neu"),
    ],
)
async def test_time_outside_the_calendar_is_refused(
    storage: httpx.AsyncClient,
    peer: NextcloudPeer,
    method: str,
    path: str,
    taken_at: str,
):
    url = httpx.URL(path).copy_merge_params({"taken_at": taken_at})

    answer = await storage.request(method, url, content=b"x")

    assert answer.status_code == 422, answer.text
    assert peer.tree() == {}


@pytest.mark.parametrize("path", ["é" * 10_000, "x" * 20_000])
async def test_path_longer_than_any_is_refused(storage: httpx.AsyncClient, path: str):
    answer = await storage.get(f"/storage/files/{path}")

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_path")


@pytest.mark.parametrize("place", ["files", "folders"])
async def test_path_longer_than_any_is_not_made(
    storage: httpx.AsyncClient, peer: NextcloudPeer, place: str
):
    """Its folders were made, and then 200 names were tried in the last one."""
    path = "/".join(["x" * 190] * 22)

    answer = await storage.put(f"/storage/{place}/{path}", content=b"x")

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_path")
    assert peer.tree() == {}


async def test_boundary_longer_than_any_is_refused(storage: httpx.AsyncClient):
    kind = f"multipart/form-data; boundary={'b' * 300}"

    answer = await storage.post(
        "/storage/upload?path=a", content=b"--b", headers={"Content-Type": kind}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_multipart")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("filename*=UTF-8''fa%C3%A7ade%20(1).jpg", "façade (1).jpg"),
        ("filename*=iso-8859-1'fr'fa%E7ade.jpg", "façade.jpg"),
        ("filename=\"plain.jpg\"; filename*=UTF-8''fa%C3%A7ade.jpg", "plain.jpg"),
        ("filename*=UTF-8''..%2F..%2Fx", "..／..／x"),
    ],
)
async def test_file_with_an_extended_name_is_a_file(
    storage: httpx.AsyncClient, peer: NextcloudPeer, written: str, name: str
):
    """It was taken for a text field, and a form with another file in it answered 200 without this one."""
    head = f'--B\r\nContent-Disposition: form-data; name="f"; {written}\r\n\r\n'

    answer = await storage.post(
        "/storage/upload?path=a",
        content=head.encode() + b"x\r\n--B--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {f"a/{name}": b"x"}
