"""
Story: reports are filed at a genuine Nextcloud, once each, though storage is killed.

Needs ``NEXTCLOUD_TEST_URL``, ``NEXTCLOUD_TEST_USER`` and ``NEXTCLOUD_TEST_PASSWORD``.
"""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from demo.home import MAGASINIER_GROUP, SAV_GROUP
from tests.peers.telegram import Message
from tests.storage.nextclouds import GenuineNextcloud
from tests.together.house import House, open_house
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S, until

pytestmark = pytest.mark.live


@pytest.fixture
def nextcloud() -> Iterator[GenuineNextcloud]:
    made = GenuineNextcloud()
    yield made
    made.close()


@pytest.fixture
async def house(tmp_path: Path, nextcloud: GenuineNextcloud) -> AsyncIterator[House]:
    settings = {name.upper(): str(value) for name, value in nextcloud.settings.items()}
    env = {"NEXTCLOUD_URL": nextcloud.url, **settings}
    async with open_house(tmp_path, env) as opened:
        opened.nextcloud = nextcloud  # type: ignore[assignment]  # it has what a story looks at
        yield opened


async def test_eight_photos_are_filed_once_though_storage_is_killed(house: House):
    jean = technician(house, "Keller", "Müller")
    photos = jpegs(8, seed=51)

    await jean.begin()
    await jean.person.send_album(photos)
    await jean.person.sees("8 photos", timeout_s=WAIT_S, after=jean.start)
    await jean.person.press("Envoyer", timeout_s=WAIT_S)
    await until(lambda: bool(jean.files()), what="the first photo")
    await house.stack["storage"].kill()
    await house.stack["storage"].start()
    await jean.receipt()

    files = jean.files()
    assert [files[name] for name in sorted(files)] == photos
    assert jean.notices() == [jean.notice(8)]
    assert [card["stack"] for card in jean.cards()] == ["Fin de Chantier"]
    assert len(jean.receipts()) == 1


async def test_a_fault_and_missing_material_have_their_files_cards_and_notices(
    house: House,
):
    jean = technician(house, "Strom", "Ausfall")

    await jean.fault("onduleur Fronius affiche erreur 567", jpegs(2, seed=52))
    jean.start = await jean.person.send("/start")
    await jean.person.press("Matériel manquant", timeout_s=WAIT_S)
    await jean.person.send("Ausfall / - cuivre 28mm - disconnecteur")
    await jean.person.sees("Noté — Ausfall", timeout_s=WAIT_S, after=jean.start)
    await jean.submit()

    shown = "Chantier : Ausfall\n"
    for chat_id in (SAV_GROUP, MAGASINIER_GROUP):
        messages = house.group(chat_id).messages
        await until(partial(_one_has, messages, shown), what="the notice")
    assert [card["stack"] for card in jean.cards()] == ["SAV", "Matériel"]
    assert len(house.nextcloud.tree("SAV_Urgent")) == 2


def _one_has(messages: list[Message], text: str) -> bool:
    return any(text in message.text for message in messages)
