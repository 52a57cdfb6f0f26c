"""Chantiers: newest first, found by a rough name."""

from datetime import date

import httpx
import pytest

from storage.chantiers import Named, named
from tests.storage.nextclouds import Nextcloud


async def test_chantiers_are_listed_newest_first(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    for name in ("20250101_Alt", "20260325_Müller", "Sans date", ".hidden"):
        nextcloud.make_folder(f"Chantiers/{name}")
    nextcloud.write("Chantiers/notes.txt", b"x")

    answer = await storage.get("/storage/chantiers")

    items = answer.json()["items"]
    assert [item["label"] for item in items] == [
        "Müller — 25/03/2026",
        "Alt — 01/01/2025",
        "Sans date",
    ]
    assert items[0]["path"] == "Chantiers/20260325_Müller"
    assert items[0]["client"] == "Müller"


async def test_new_nextcloud_has_no_chantiers(storage: httpx.AsyncClient):
    answer = await storage.get("/storage/chantiers")

    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("muller", ["20260325_Müller", "20240101_Muller"]),
        ("MÜLER", ["20260325_Müller", "20240101_Muller"]),
        ("ecole", ["20250901_École d'Été"]),
        ("2025", ["20250901_École d'Été"]),
        ("xyz", []),
        ("null", None),
    ],
)
async def test_q_forgives_accents_case_and_typos(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, q: str, found: list[str] | None
):
    names = ["20240101_Muller", "20250901_École d'Été", "20260325_Müller", "Schmitt"]
    for name in names:
        nextcloud.make_folder(f"Chantiers/{name}")

    answer = await storage.get("/storage/chantiers", params={"q": q})

    listed = [one["name"] for one in answer.json()["items"]]
    assert listed == found or (found is None and len(listed) == len(names))


async def test_pages_follow_each_other_without_a_gap(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    names = [f"2026{month:02d}01_Client {month}" for month in range(1, 13)]
    for name in names:
        nextcloud.make_folder(f"Chantiers/{name}")
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = await storage.get(
            "/storage/chantiers", params={"limit": 5, "cursor": cursor}
        )
        if not seen:
            # One that comes meanwhile stands before what was read already.
            nextcloud.make_folder("Chantiers/20261231_Neu")
        seen += [one["name"] for one in page.json()["items"]]
        cursor = page.json()["next"]

    assert seen == sorted(names, reverse=True)


@pytest.mark.parametrize(
    ("folder", "client", "day"),
    [
        ("20260325_Müller", "Müller", date(2026, 3, 25)),
        ("20260325_Müller_Colmar", "Müller_Colmar", date(2026, 3, 25)),
        ("20261345_Müller", "20261345_Müller", None),
        ("Müller", "Müller", None),
        ("20260325", "20260325", None),
        ("20260325_Müller： toit", "Müller: toit", date(2026, 3, 25)),
    ],
)
def test_folder_name_tells_client_and_day(folder: str, client: str, day: date | None):
    assert named(folder) == Named(client, day)
