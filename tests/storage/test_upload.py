"""``POST /storage/upload`` as n8n calls it."""

import gc
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from chassis.json_bodies import MOST_VALUES
from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud


async def test_every_file_of_a_form_is_stored(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answer = await storage.post(
        "/storage/upload",
        data={"path": "Docs/été"},
        files=[
            ("data", ("Müller façade (1).jpg", b"one")),
            ("data", ("b.pdf", b"two" * 1_000_000)),
        ],
    )

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {
        "Docs/été/Müller façade (1).jpg": b"one",
        "Docs/été/b.pdf": b"two" * 1_000_000,
    }
    assert answer.json()["folder"] == "Docs/été"


async def test_raw_body_with_action_and_chantier_goes_where_reports_go(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answer = await storage.post(
        "/storage/upload",
        params={
            "action": "fin",
            "chantier": "20260325_Müller",
            "filename": "a.jpg",
            "taken_at": "2026-03-25T14:32:01+01:00",
        },
        content=b"jpeg",
    )

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {
        "Chantiers/20260325_Müller/30_Photos_Chantier/a.jpg": b"jpeg"
    }


def form(*parts: tuple[str, str | None, bytes]) -> tuple[bytes, dict[str, str]]:
    """Write a form as n8n does: raw UTF-8 names, ``"`` as ``%22``."""
    body = b""
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename is not None else ""
        head = f'--B\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + b"--B--\r\n", {"Content-Type": "multipart/form-data; boundary=B"}


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
        ("x", "e", b""),
    )

    answer = await storage.post(
        "/storage/upload", content=in_pieces(body, piece_bytes), headers=headers
    )

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {
        "a/é ＂q＂.txt": b"\r\n--A not the end\r\n-",
        "a/e": b"",
    }


async def test_fields_may_follow_small_files(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(("f", "a.txt", b"1"), ("path", None, "été".encode()))

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {"été/a.txt": b"1"}


@pytest.mark.parametrize(("count", "size_bytes"), [(1, 2_000_000), (9, 1_000_000)])
async def test_large_file_before_its_target_is_refused_with_a_word(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, count: int, size_bytes: int
):
    files = [("f", f"{number}.bin", bytes(size_bytes)) for number in range(count)]
    body, headers = form(*files, ("path", None, b"a"))

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "target_after_files")
    assert nextcloud.tree() == {}


@pytest.mark.parametrize(
    "sent",
    [
        {"path": "a", "filename": "b.txt", "content": "aGVsbG8="},
        {"path": "a", "files": [{"filename": "b.txt", "data": "aGVsbG8"}]},
        {"path": "a", "files": '[{"filename": "b.txt", "content": "aGVs\\nbG8="}]'},
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


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"path": "a", "filename": "b.txt"},
        {"path": "a", "files": 3},
        {"path": "a", "files": [3]},
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


@pytest.mark.parametrize(
    ("action", "chantier", "folder"),
    [
        ("fin", "20260325_Müller", "Chantiers/20260325_Müller/30_Photos_Chantier"),
        ("fin", "MULLER", "Chantiers/20260325_Müller/30_Photos_Chantier"),
        ("fin", "Neu", "Chantiers/20260601_Neu/30_Photos_Chantier"),
        ("fin", "⚡", "Chantiers/20260601_⚡/30_Photos_Chantier"),
        ("fin", "🔥", "Chantiers/20260324_🔥/30_Photos_Chantier"),
        ("sav", "20260325_Müller", "SAV_Urgent/2026-06-01_Müller"),
        ("Materiel", "Müller", "Logistique/Manquants/Müller"),
    ],
)
async def test_flow_need_not_know_the_folder_rules(
    storage: httpx.AsyncClient,
    nextcloud: Nextcloud,
    action: str,
    chantier: str,
    folder: str,
):
    nextcloud.make_folder("Chantiers/20260325_Müller")
    nextcloud.make_folder("Chantiers/20260324_🔥")

    answer = await storage.post(
        "/storage/upload",
        params={
            "action": action,
            "chantier": chantier,
            "taken_at": "2026-06-01T10:00:00Z",
        },
        content=b"jpeg",
        headers={"Content-Type": "image/jpeg"},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["folder"] == folder
    assert f"{folder}/photo_20260601_120000.jpg" in nextcloud.tree()


async def test_same_key_and_body_get_the_same_answer(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(("path", None, b"a"), ("x", "b.txt", b"1"))
    other, _ = form(("path", None, b"a"), ("x", "b.txt", b"2"))
    headers["Idempotency-Key"] = "run-1-0"

    first, again, reused = [
        await storage.post("/storage/upload", content=content, headers=headers)
        for content in (body, body, other)
    ]

    assert again.json() == first.json()
    assert (reused.status_code, reused.json()["code"]) == (
        422,
        "idempotency_key_reused",
    )
    assert nextcloud.tree() == {"a/b.txt": b"1"}


async def test_what_is_said_first_counts(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(
        ("path", None, b"b"), ("path", None, b"c"), ("x", "d.txt", b"1")
    )

    for query in ("", "?path=a", "?path=null"):
        await storage.post(f"/storage/upload{query}", content=body, headers=headers)

    assert set(nextcloud.tree()) == {"a/d.txt", "b/d.txt"}


async def test_one_key_of_two_callers_or_for_two_routes_is_two(
    storage_with: Storage, nextcloud: Nextcloud
):
    keys = "one=0123456789abcdef0123; other=fedcba98765432100123"
    answers = []
    async with storage_with(api_keys=keys) as storage:
        for key, content in (
            ("0123456789abcdef0123", b"1"),
            ("fedcba98765432100123", b"2"),
        ):
            body, headers = form(("path", None, b"a"), ("x", f"{key}.txt", content))
            headers |= {"Idempotency-Key": "run-1-0", "X-API-Key": key}
            answers.append(
                await storage.post("/storage/upload", content=body, headers=headers)
            )
            del headers["Content-Type"]
            answers.append(
                await storage.post(
                    "/storage/shares", json={"path": "a"}, headers=headers
                )
            )

    assert [answer.status_code for answer in answers] == [200] * 4, answers[-1].text
    assert len(nextcloud.tree()) == 2


async def test_form_without_a_file_is_refused(storage: httpx.AsyncClient):
    body, headers = form(("path", None, b"a"))

    answer = await storage.post("/storage/upload", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "no_file")


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


@pytest.mark.parametrize(
    ("said", "missing"),
    [({"action": "fin"}, "chantier"), ({"chantier": "Müller"}, "action"), ({}, "path")],
)
async def test_the_field_that_is_missing_is_the_one_named(
    storage: httpx.AsyncClient, said: dict[str, str], missing: str
):
    answer = await storage.post("/storage/upload", params=said, content=b"jpeg")

    assert answer.json()["code"] == "no_target"
    assert [one["field"] for one in answer.json()["errors"]] == [missing]


async def test_broken_json_is_told_where_it_breaks(storage: httpx.AsyncClient):
    answer = await storage.post(
        "/storage/upload",
        content=b'{"path": "Docs",',
        headers={"Content-Type": "application/json"},
    )

    assert answer.json()["code"] == "bad_json"
    assert "line 1 column" in answer.json()["detail"]


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
