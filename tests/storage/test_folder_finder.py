"""Folders with names that people may give and we would not."""

from datetime import UTC, datetime

import httpx
import pytest

from contracts.actions import Action, report_folder
from tests.storage.nextclouds import Nextcloud


@pytest.mark.parametrize(
    "name",
    [
        "20260325_Müller: toit",
        "20260325_A|B?",
        "x" * 220,
        "20260325_Müller ",
        " 20260325_Müller",
        "20260325_Mül\u200bler",
        "\u202a20260325_Müller\u202c",
    ],
)
async def test_report_goes_into_the_folder_that_a_person_named(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, name: str
):
    nextcloud.make_folder(f"Chantiers/{name}")
    (chantier,) = (await storage.get("/storage/chantiers")).json()["items"]
    folder = report_folder(Action.FIN, chantier["name"], datetime.now(UTC))

    answer = await storage.put(f"/storage/files/{folder}/a.jpg", content=b"1")

    assert answer.json()["path"] == f"Chantiers/{name}/30_Photos_Chantier/a.jpg"
    assert nextcloud.tree() == {f"Chantiers/{name}/30_Photos_Chantier/a.jpg": b"1"}


async def test_folder_of_just_that_name_comes_before_one_that_reads_the_same(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.make_folder("Chantiers/a:b")
    nextcloud.make_folder("Chantiers/a：b")

    answer = await storage.put("/storage/files/Chantiers/a：b/c.txt", content=b"1")

    assert answer.json()["path"] == "Chantiers/a：b/c.txt"


async def test_name_that_nobody_has_is_made_safe(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answer = await storage.put("/storage/folders/Chantiers/a:b")

    assert answer.json()["path"] == "Chantiers/a：b"
    assert nextcloud.tree() == {"Chantiers/a：b/": b""}


async def test_chantier_is_looked_for_by_its_first_photo_alone(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """Each photo that was written had all chantiers listed anew for the next: 200 ms where there are 5,000."""
    folder = "Chantiers/20260325_Müller/30_Photos_Chantier"
    nextcloud.make_folder("Chantiers/20260325_Müller")
    await storage.put(f"/storage/files/{folder}/0.jpg", content=b"0")
    before = len(nextcloud.requests)

    for number in range(1, 5):
        await storage.put(f"/storage/files/{folder}/{number}.jpg", content=b"1")

    sent = [one.method for one in nextcloud.requests[before:]]
    assert sent == ["PUT"] * 4
