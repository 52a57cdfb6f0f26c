"""What a technician does in a story, and what of it is looked at afterwards."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from demo.home import CHANTIER_GROUP, SAV_GROUP
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import Group, Message, Person, TelegramPeer
from tests.waiting import WAIT_S

PHOTO_NAME = re.compile(r"photo_(\d\d)_\d{8}_\d{6}\.jpg")


class Place(Protocol):
    """Where a story plays: the peers, however the services run."""

    nextcloud: NextcloudPeer
    telegram: TelegramPeer

    def group(self, chat_id: int) -> Group:
        """One of the configured groups, by its id."""
        ...


@dataclass
class Technician:
    """A member of the group *Chantiers*, and the chantier that he works on."""

    house: Place
    person: Person
    name: str
    client: str
    folder: str
    start: Message | None = None

    async def begin(self) -> None:
        """``/start``, *Fin de chantier*, his chantier from the list."""
        self.start = await self.person.send("/start")
        await self.person.press("Fin de chantier", timeout_s=WAIT_S)
        await self.person.press(self.client, timeout_s=WAIT_S)

    async def submit(self) -> Message:
        """Press ``✅ Envoyer`` and wait for the receipt."""
        await self.person.press("Envoyer", timeout_s=WAIT_S)
        return await self.receipt()

    async def receipt(self) -> Message:
        """The one of the report that was begun last."""
        return await self.person.sees(
            "Rapport enregistré", timeout_s=WAIT_S, after=self.start
        )

    async def report(self, photos: list[bytes]) -> Message:
        """The whole way with one album."""
        await self.begin()
        await self.person.send_album(photos)
        await self.person.sees(
            f"{len(photos)} photos", timeout_s=WAIT_S, after=self.start
        )
        return await self.submit()

    async def fault(self, description: str, photos: Sequence[bytes] = ()) -> Message:
        """*Alerte SAV* for his chantier, in words, then in photos; waits for the receipt."""
        self.start = await self.person.send("/start")
        await self.person.press("Alerte SAV", timeout_s=WAIT_S)
        await self.person.press(self.client, timeout_s=WAIT_S)
        await self.person.sees("Décris la panne", timeout_s=WAIT_S, after=self.start)
        await self.person.send(description)
        await self.person.sees("📝", timeout_s=WAIT_S, after=self.start)
        if photos:
            await self.person.send_album(photos)
            await self.person.sees(
                f"{len(photos)} photos", timeout_s=WAIT_S, after=self.start
            )
        return await self.submit()

    def files(self) -> dict[str, bytes]:
        """What lies in the chantier's folder of photos, by name."""
        below = self.house.nextcloud.tree(f"Chantiers/{self.folder}")
        prefix = "30_Photos_Chantier/"
        return {p.removeprefix(prefix): c for p, c in below.items() if p != prefix}

    def fault_files(self) -> dict[str, bytes]:
        """What lies in the folders of his faults, by path."""
        below = self.house.nextcloud.tree("SAV_Urgent")
        return {p: c for p, c in below.items() if f"_{self.client}/" in p and c}

    def helps(self) -> list[str]:
        """What he read of help on his faults."""
        heads = ("💡", "🔎")
        return [m.text for m in self.person.chat if m.text.startswith(heads)]

    def cards(self) -> list[dict[str, object]]:
        return [
            card
            for card in self.house.nextcloud.cards()
            if self.client in card["title"]
        ]

    def notices(self) -> list[str]:
        """What the group reads about his chantier."""
        return self._read_by(CHANTIER_GROUP)

    def fault_notices(self) -> list[str]:
        """What the SAV group reads about it."""
        return self._read_by(SAV_GROUP)

    def receipts(self) -> list[str]:
        return [m.text for m in self.person.chat if "Rapport enregistré" in m.text]

    def fault_notice(self, description: str, photos: list[bytes]) -> str:
        """How the one text begins that the SAV group shall read."""
        return (
            f"🚨 Alerte SAV\n👷 {self.name}\n🏠 Chantier : {self.client}\n📝 {description}\n"
            f"📸 {len(photos)} photos → Nextcloud/SAV_Urgent/"
        )

    def _read_by(self, chat_id: int) -> list[str]:
        about = f"Chantier : {self.client}\n"
        return [m.text for m in self.house.group(chat_id).messages if about in m.text]

    def notice(self, photos: int) -> str:
        """The one text that the group shall read."""
        return (
            f"✅ Fin de chantier\n👷 {self.name}\n🏠 Chantier : {self.client}\n"
            f"📸 {photos} photos archivées → Nextcloud/Chantiers/{self.folder}/30_Photos_Chantier/\n"
            "💶 Tu peux préparer la facture finale."
        )


def technician(house: Place, last_name: str, client: str) -> Technician:
    """Let someone into the group, and make the chantier that he works on."""
    person = house.telegram.add_user("Jean", last_name)
    house.group(CHANTIER_GROUP).add(person)
    folder = f"20260325_{client}"
    house.nextcloud.make_folder(f"Chantiers/{folder}")
    return Technician(house, person, f"Jean {last_name}", client, folder)


def jpegs(count: int, seed: int) -> list[bytes]:
    """Small real JPEGs, no two alike."""
    return [_jpeg(seed * 1000 + number) for number in range(count)]


def _jpeg(number: int) -> bytes:
    """640 × 480, so that Telegram makes a thumbnail that is not the photo itself."""
    tile = Image.new("RGB", (64, 48))
    tile.putdata(
        [((number * 7 + i) % 256, number % 256, i % 256) for i in range(64 * 48)]
    )
    file = io.BytesIO()
    tile.resize((640, 480)).save(file, "JPEG", comment=f"photo {number}".encode())
    return file.getvalue()
