"""Storage killed at random while forms, large files and reports come in, callers hang up and Nextcloud misbehaves."""

import asyncio
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.chaos.trouble import kills, misbehaviour
from tests.chaos.uploads import (
    PATIENCE_S,
    Form,
    broken_off,
    in_turn,
    put_at_last,
    whole,
)
from tests.together.house import House, open_house
from tests.together.story import Technician, jpegs, technician
from tests.waiting import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

SEED = int(os.environ.get("SEED", "1"))
FORMS, BROKEN, LARGE, REPORTS = 24, 16, 10, 3
SMALL = {
    "STORAGE_SINGLE_PUT_MAX": "4000000",
    "STORAGE_CHUNK_MAX": "1000000",
}
"""Files of some megabytes go every way there is."""


async def test_what_storage_answered_is_there_once_and_of_what_broke_off_is_nothing(
    tmp_path: Path,
):
    chance = random.Random(SEED)
    forms = [Form.drawn(chance, f"Formulare/F{number}") for number in range(FORMS)]
    broken = [Form.drawn(chance, f"Kaputt/K{number}") for number in range(BROKEN)]
    large = [
        Form(
            f"Gross/G{number}",
            {"video.mp4": chance.randbytes(chance.randint(2, 14) * 10**6)},
        )
        for number in range(LARGE)
    ]
    photos = jpegs(4, seed=71)
    async with open_house(tmp_path, SMALL) as house:
        # A gateway that is asked to wait two minutes does.
        house.nextcloud.faults.retry_after_s = 1
        people = [
            technician(house, f"Nass{number}", f"{name}wasser{name * 2}")
            for number, name in zip(range(REPORTS), "xyz", strict=True)
        ]
        reporting = [asyncio.create_task(_report(jean, photos)) for jean in people]
        async with kills(house, chance), misbehaviour(house.nextcloud.faults, chance):
            await asyncio.gather(
                in_turn([whole(house, form) for form in forms], 3),
                in_turn([broken_off(house, form, chance) for form in broken], 2),
                in_turn([put_at_last(house, form, chance) for form in large], 2),
            )
        await asyncio.gather(*reporting)
        await until(lambda: all(j.notices() for j in people), PATIENCE_S, "the notices")
        await house.stack["storage"].answers("/readyz")
        expected = dict[str, str]()
        for form in (*forms, *large):
            expected |= form.expected
        await until(lambda: not _of_broken(house), PATIENCE_S, "the taking back")
        files = house.files()
        staged = _staged(house, tmp_path / "nextcloud" / "uploads")
        rows = _rows(tmp_path / "storage" / "storage.sqlite")

    print(f"\nstorage's chaos: seed {SEED}, rows {rows}, staged {staged}")
    found = {p: h for p, h in files.items() if p.startswith(("Formulare", "Gross"))}
    assert {p: h for p, h in found.items() if not p.endswith("/")} == expected
    for jean in people:
        assert sorted(_photos(house, jean.client)) == sorted(photos)
        assert (len(jean.notices()), len(jean.cards())) == (1, 1)
        assert len(jean.receipts()) == 1
    of_broken = sum(len(form.files) for form in broken)
    assert rows["unanswered"] <= of_broken
    assert rows["answers"] == 0
    # Chunks of what broke off wait a day for a repeat.
    assert [path for path in staged if not path.startswith("Kaputt/")] == []


async def _report(jean: Technician, photos: list[bytes]) -> None:
    """While the list of chantiers does not answer he writes the name."""
    jean.start = await jean.person.send("/start")
    await jean.person.press("Fin de chantier", timeout_s=PATIENCE_S)
    await jean.person.sees("🏠", timeout_s=PATIENCE_S, after=jean.start)
    await jean.person.send(jean.client)
    await jean.person.sees("Envoie tes photos", timeout_s=PATIENCE_S)
    await jean.person.send_album(photos)
    await jean.person.sees("Rapport enregistré", timeout_s=PATIENCE_S)


def _photos(house: House, client: str) -> list[bytes]:
    """Those in the client's folder, or in a new one where the list of chantiers did not answer him."""
    files = house.nextcloud.tree("Chantiers")
    return [c for p, c in files.items() if f"_{client}/30_" in p and c]


def _of_broken(house: House) -> list[str]:
    files = house.nextcloud.tree("")
    return [p for p in files if p.startswith("Kaputt/") and not p.endswith("/")]


def _staged(house: House, uploads: Path) -> list[str]:
    """Where what is left in the staging area was to go."""
    made = {
        one.path.rpartition("/")[2]: one.headers["destination"]
        for one in house.nextcloud.requests
        if one.method == "MKCOL" and "/uploads/" in one.path
    }
    left = (unquote(made[folder.name]) for folder in uploads.iterdir())
    return sorted(path.split("/", 7)[-1] for path in left)


def _rows(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as state:
        tables = ("unanswered", "answers", "chunks", "cards", "links")
        return {
            table: state.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables
        }
