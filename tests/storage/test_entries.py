"""Folders, listed."""

import base64

import httpx
import pytest

from tests.storage.nextclouds import Nextcloud


async def test_folder_is_listed_page_by_page(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    for name in ("b.txt", "A.txt", "été.txt"):
        nextcloud.write(f"Docs/{name}", b"12")
    nextcloud.make_folder("Docs/z")

    first = await storage.get("/storage/files", params={"path": "Docs", "limit": 3})
    second = await storage.get(
        "/storage/files",
        params={"path": "Docs", "limit": 3, "cursor": first.json()["next"]},
    )

    assert [one["name"] for one in first.json()["items"]] == ["z", "A.txt", "b.txt"]
    assert [one["path"] for one in second.json()["items"]] == ["Docs/été.txt"]
    assert second.json()["next"] is None
    assert first.json()["items"][1]["size_bytes"] == 2


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("/storage/files?path=Docs&shape=items", ["a.txt"]),
        ("/storage/chantiers?shape=items", ["20260325_Müller"]),
        ("/storage/cards?reference=r-1&shape=items", []),
    ],
)
async def test_list_is_a_bare_array_where_that_is_asked_for(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, url: str, names: list[str]
):
    nextcloud.write("Docs/a.txt", b"1")
    nextcloud.make_folder("Chantiers/20260325_Müller")

    answer = await storage.get(url)

    assert [one["name"] for one in answer.json()] == names


async def test_root_is_listed_without_a_path(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.make_folder("Chantiers")

    answer = await storage.get("/storage/files")

    assert [one["name"] for one in answer.json()["items"]] == ["Chantiers"]


async def test_repeated_listing_costs_one_small_request(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("Docs/a.txt", b"1")
    await storage.get("/storage/files", params={"path": "Docs"})
    nextcloud.requests.clear()

    await storage.get("/storage/files", params={"path": "Docs"})

    assert [(one.method, one.headers["depth"]) for one in nextcloud.requests] == [
        ("PROPFIND", "0")
    ]


async def test_own_write_and_anothers_are_seen_at_once(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("Docs/a.txt", b"1")
    seen = []
    for path in (None, "Docs/b.txt", "Docs/c.txt"):
        if path == "Docs/b.txt":
            await storage.put(f"/storage/files/{path}", content=b"2")
        elif path:
            nextcloud.write(path, b"3")
        answer = await storage.get("/storage/files", params={"path": "Docs"})
        seen.append(len(answer.json()["items"]))

    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing", 404, "not_found"),
        ("Docs/a.txt", 409, "not_a_folder"),
        ("../x", 422, "bad_path"),
        ("a\\b", 422, "bad_path"),
    ],
)
async def test_what_is_no_folder_is_not_listed(
    storage: httpx.AsyncClient,
    nextcloud: Nextcloud,
    path: str,
    status: int,
    code: str,
):
    nextcloud.write("Docs/a.txt", b"1")

    answer = await storage.get("/storage/files", params={"path": path})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "said", ["nonsense", "1", "[1e999, 1]", "[1, 1, 1]", "[" * 3000]
)
async def test_foreign_cursor_is_refused(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, said: str
):
    nextcloud.write("a.txt")
    cursor = base64.urlsafe_b64encode(said.encode()).decode()

    answer = await storage.get("/storage/files", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
