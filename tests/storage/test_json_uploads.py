"""Files in JSON, as base64."""

import base64
import json
from typing import Any

import httpx
import pytest

from chassis.json_bodies import MOST_VALUES
from tests.storage.nextclouds import Nextcloud


@pytest.mark.parametrize(
    "sent",
    [
        {"path": "a", "filename": "b.txt", "content": "aGVsbG8="},
        {"path": "a", "files": [{"filename": "b.txt", "data": "aGVsbG8"}]},
        {"path": "a", "files": '[{"filename": "b.txt", "content": "aGVs\\nbG8="}]'},
        {"path": "a", "files": [{"name": "b.txt", "content": "aGVsbG8="}]},
        {
            "path": "a",
            "fileName": "b.txt",
            "mimeType": "text/plain",
            "data": "aGVsbG8=",
        },
        {
            "path": "a",
            "chantier": "null",
            "taken_at": "",
            "filename": "b.txt",
            "content": "data:text/plain;base64,aGVsbG8=",
        },
    ],
)
async def test_json_with_base64_is_stored(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, sent: dict[str, Any]
):
    answer = await storage.post("/storage/upload", json=sent)

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {"a/b.txt": b"hello"}


async def test_json_names_a_file_by_its_kind_where_it_has_no_name(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """As n8n's own field says it, and as ours does."""
    for name in ("mimeType", "mime_type"):
        sent = {"path": name, "content": "aGVsbG8=", name: "image/jpeg"}
        answer = await storage.post("/storage/upload", json=sent)
        assert answer.status_code == 200, answer.text

    assert set(nextcloud.tree()) == {"mimeType/photo.jpg", "mime_type/photo.jpg"}


@pytest.mark.parametrize("name", ["filename", "name", "fileName", "mimeType"])
async def test_a_name_that_is_no_text_is_told(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, name: str
):
    """A number, say, of an expression in n8n: the file went under another name, without a word."""
    answer = await storage.post(
        "/storage/upload", json={"path": "a", "content": "aGVsbG8=", name: 20260325}
    )

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == name
    assert nextcloud.tree() == {}


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"path": "a", "filename": "b.txt"},
        {"path": "a", "files": 3},
        {"path": "a", "files": [3]},
        {"path": "a", "files": []},
        {
            "chantier": "M",
            "files": [{"path": "a", "filename": "b.txt", "content": "aGVsbG8="}],
        },
        {"path": "a", "filename": "b.txt", "content": "not base64!"},
        {"filename": "b.txt", "content": "aGVsbG8="},
        {"path": "../a", "filename": "b.txt", "content": "aGVsbG8="},
        {"action": "nothing", "chantier": "x", "content": "aGVsbG8="},
    ],
)
async def test_json_that_cannot_be_filed_is_refused(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, sent: Any
):
    answer = await storage.post("/storage/upload", json=sent)

    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]
    assert nextcloud.tree() == {}


async def test_broken_json_is_told_where_it_breaks(storage: httpx.AsyncClient):
    answer = await storage.post(
        "/storage/upload",
        content=b'{"path": "Docs",',
        headers={"Content-Type": "application/json"},
    )

    assert answer.json()["code"] == "bad_json"
    assert "line 1 column" in answer.json()["detail"]


@pytest.mark.parametrize("as_text", [False, True])
async def test_json_of_more_values_than_an_upload_has_is_not_parsed(
    storage: httpx.AsyncClient, *, as_text: bool
):
    files: list[dict[str, str]] = [{}] * (MOST_VALUES + 1)

    answer = await storage.post(
        "/storage/upload",
        json={"path": "a", "files": json.dumps(files) if as_text else files},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_values")


async def test_base64_of_any_alphabet_is_read_part_by_part(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """In lines, as Python's ``encodebytes`` writes it; or URL-safe, without padding."""
    content = bytes(range(256)) * 5000 + b"x"
    lines = base64.encodebytes(content).decode()
    url_safe = base64.urlsafe_b64encode(content).decode().rstrip("=")
    files = [
        {"filename": "lines.bin", "content": lines},
        {"filename": "url-safe.bin", "content": url_safe},
    ]

    answer = await storage.post("/storage/upload", json={"path": "a", "files": files})

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {"a/lines.bin": content, "a/url-safe.bin": content}


@pytest.mark.parametrize("wrong", ["!", "=", "é"])
async def test_base64_that_is_wrong_far_behind_its_beginning_is_refused(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, wrong: str
):
    content = "QUJD" * 400_000 + wrong + "QUJD"

    answer = await storage.post(
        "/storage/upload", json={"path": "a", "filename": "b", "content": content}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_json")
    assert nextcloud.tree() == {}


@pytest.mark.parametrize(
    "sent",
    [
        {"content": "filesystem-v2"},
        {"content": "database"},
        {"content": "s3:workflows/1/executions/2/binary_data/abc"},
        {"content": {"data": "filesystem-v2", "mimeType": "image/jpeg"}},
    ],
    ids=str,
)
async def test_name_that_n8n_gives_a_file_is_not_taken_for_its_bytes(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, sent: dict[str, Any]
):
    """``$binary.data.data`` holds no base64 where n8n keeps files; ``database`` is six bytes of it."""
    answer = await storage.post(
        "/storage/upload", json={"path": "a", "filename": "b.jpg", **sent}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_json")
    assert "n8n Binary File" in answer.json()["detail"]
    assert nextcloud.tree() == {}


async def test_the_file_of_several_that_is_wrong_is_named(storage: httpx.AsyncClient):
    files = [
        {"filename": "a.txt", "content": "aGVsbG8="},
        {"filename": "b.txt", "content": "!"},
    ]

    answer = await storage.post("/storage/upload", json={"path": "a", "files": files})

    assert answer.json()["errors"][0]["field"] == "files.1.content"
    assert "files.1.content" in answer.json()["detail"]
