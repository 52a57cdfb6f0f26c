"""Chantiers: newest first, found by a rough name."""

import httpx

from tests.peers.nextcloud import NextcloudPeer


async def test_chantiers_are_listed_newest_first(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    for name in ("20250101_Alt", "20260325_Müller", "Sans date", ".hidden"):
        peer.make_folder(f"Chantiers/{name}")
    peer.write("Chantiers/notes.txt", b"x")

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
