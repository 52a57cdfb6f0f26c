"""Forms, however they are cut, and what is said of those that are none."""

import gc
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.nextclouds import Nextcloud
from tests.storage.sent_forms import form


async def in_pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("piece_bytes", [1, 7, 64 * 1024])
async def test_chunked_form_is_read_however_it_is_cut(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, piece_bytes: int
):
    body, headers = form(
        ("path", None, b"a"),
        ("x", "é %22q%22.txt", b"\r\n--A not the end\r\n-"),
        ("x", "e", b"\r"),
    )

    answer = await storage.post(
        "/storage/upload", content=in_pieces(body, piece_bytes), headers=headers
    )

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {
        "a/é ＂q＂.txt": b"\r\n--A not the end\r\n-",
        "a/e": b"\r",
    }


async def test_fields_may_follow_small_files(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(("f", "a.txt", b"1"), ("path", None, "été".encode()))

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {"été/a.txt": b"1"}


@pytest.mark.parametrize(
    ("count", "size_bytes"), [(1, 2_000_000), (9, 1_000_000), (1001, 0)]
)
async def test_large_file_before_its_target_is_refused_with_a_word(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, count: int, size_bytes: int
):
    files = [("f", f"{number}.bin", bytes(size_bytes)) for number in range(count)]
    body, headers = form(*files, ("path", None, b"a"))

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "target_after_files")
    assert nextcloud.tree() == {}


@pytest.mark.parametrize("name", ["path", "filename"])
async def test_field_given_twice_is_refused_and_leaves_nothing(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, name: str
):
    """The first won without a word, also over one that stood before a later file."""
    body, headers = form(
        ("path", None, b"a"),
        ("filename", None, b"a.txt"),
        ("f", "a.txt", b"1"),
        (name, None, b"b"),
        ("f", "b.txt", b"2"),
    )

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == [name]
    assert nextcloud.tree().keys() <= {"a/"}


async def test_query_and_form_that_name_two_paths_are_refused(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(("path", None, b"b"), ("f", "a.txt", b"1"))

    answer = await storage.post("/storage/upload?path=a", content=body, headers=headers)

    named = [error["field"] for error in answer.json()["errors"]]
    assert (answer.status_code, named) == (422, ["query.path", "path"])
    assert nextcloud.tree() == {}


async def test_field_that_says_nothing_here_may_repeat(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(
        ("path", None, b"a"), *[("tag", None, b"x")] * 2, ("f", "a.txt", b"1")
    )

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert (answer.status_code, nextcloud.tree()) == (200, {"a/a.txt": b"1"})


@pytest.mark.parametrize(
    "body",
    [b"", b"no boundary at all", b'--B\r\nContent-Disposition: form-data; name="x'],
)
async def test_form_that_is_none_is_refused(storage: httpx.AsyncClient, body: bytes):
    headers = {"Content-Type": "multipart/form-data; boundary=B"}

    answer = await storage.post(
        "/storage/upload", params={"path": "a"}, content=body, headers=headers
    )

    assert answer.status_code == 422


async def test_form_of_which_several_files_fail_fails_quietly(
    storage: httpx.AsyncClient, peer: NextcloudPeer, caplog: pytest.LogCaptureFixture
):
    """The second failure was logged as an error of ours: "Task exception was never retrieved"."""
    peer.make_folder("a")
    peer.faults.slow(0.1, path="c.txt")
    peer.faults.fail(403, method="PUT", times=None)
    body, headers = form(
        ("path", None, b"a"), ("x", "b.txt", b"1"), ("y", "c.txt", b"2")
    )

    answer = await storage.post("/storage/upload", content=body, headers=headers)
    gc.collect()

    assert (answer.status_code, answer.json()["code"]) == (403, "nextcloud_forbidden")
    assert [one.getMessage() for one in caplog.records if one.name == "asyncio"] == []


async def test_form_of_texts_alone_is_told_what_they_are(storage: httpx.AsyncClient):
    body, headers = form(("path", None, b"a"), ("photo", None, b"[object Object]"))

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert answer.json()["code"] == "no_file"
    assert "'path', 'photo'" in answer.json()["detail"]
    assert "n8n Binary File" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["", "?path=Docs"])
async def test_urlencoded_form_is_not_stored_as_a_file(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, query: str
):
    """It was filed as *document*, or told to name the path that it held."""
    answer = await storage.post(
        f"/storage/upload{query}", data={"path": "Docs", "data": "x"}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "no_file")
    assert "multipart" in answer.json()["detail"]
    assert nextcloud.tree() == {}


async def test_file_that_is_called_urlencoded_is_stored(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """As curl's ``--data-binary`` calls each."""
    await storage.post(
        "/storage/upload?path=Docs&filename=a.pdf",
        content=b"%PDF",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert nextcloud.tree() == {"Docs/a.pdf": b"%PDF"}


async def test_call_without_a_body_is_no_empty_file(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """n8n's *Send Body* is off."""
    none = await storage.post("/storage/upload?path=a")

    assert (none.status_code, none.json()["code"]) == (422, "no_file")
    assert nextcloud.tree() == {}


EMPTY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/storage/upload?path=a&filename=photo.jpg", {}),
    (
        "POST",
        "/storage/upload?path=a",
        {"files": [("x", ("photo.jpg", b"")), ("y", ("rapport.pdf", b"%PDF"))]},
    ),
    (
        "POST",
        "/storage/upload",
        {"data": {"path": "a"}, "files": {"x": ("photo.jpg", b"")}},
    ),
    (
        "POST",
        "/storage/upload",
        {"files": {"x": ("photo.jpg", b""), "path": (None, "a")}},
    ),
    (
        "POST",
        "/storage/upload",
        {
            "json": {
                "path": "a",
                "filename": "photo.jpg",
                "content": "data:image/jpeg;base64,",
            }
        },
    ),
    ("PUT", "/storage/files/a/photo.jpg", {"content": b""}),
    (
        "PUT",
        "/storage/files/a/photo.jpg",
        {"headers": {"Transfer-Encoding": "chunked"}},
    ),
)


@pytest.mark.parametrize(("method", "url", "sent"), EMPTY)
async def test_an_empty_file_is_a_broken_transfer_and_leaves_nothing(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, method: str, url: str, sent: Any
):
    """n8n's expression gave nothing, or a phone's disk did; the rest of its call is not kept either."""
    answer = await storage.request(method, url, **sent)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "empty_file")
    assert "photo.jpg" in problem["detail"]
    assert not [path for path in nextcloud.tree() if path[-1] != "/"]


async def test_files_are_answered_in_the_order_in_which_they_came(
    storage: httpx.AsyncClient,
):
    body, headers = form(
        ("x", "first.txt", b"1"), ("path", None, b"a"), ("y", "second.txt", b"2")
    )

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    paths = [one["path"] for one in answer.json()["items"]]
    assert paths == ["a/first.txt", "a/second.txt"]


async def test_text_that_is_not_utf8_is_read_as_names_are(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """A folder was called "M�ller"."""
    body = (
        '--B\r\nContent-Disposition: form-data; name="path"\r\n\r\nMüller\r\n'
        '--B\r\nContent-Disposition: form-data; name="f"; filename="façade.jpg"\r\n\r\njpeg\r\n--B--\r\n'
    )

    answer = await storage.post(
        "/storage/upload",
        content=body.encode("latin-1"),
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {"Müller/façade.jpg": b"jpeg"}
