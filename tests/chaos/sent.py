"""What technicians report while services are killed, and the count of what is lost or doubled of it."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from demo.home import SAV_GROUP
from tests.peers.telegram import NoAnswer, NotSeen
from tests.together.house import House
from tests.together.story import Technician

PATIENCE_S = 240.0
FAULT = "onduleur Zénith, erreur 731 au réveil"
_SYLLABLES = (
    "ba",
    "dor",
    "fel",
    "gim",
    "hus",
    "kor",
    "lan",
    "mer",
    "nix",
    "pol",
    "rat",
    "sev",
)


@dataclass(frozen=True)
class Sent:
    """What one technician reports."""

    jean: Technician
    photos: list[bytes]
    is_fault: bool

    @property
    def is_filed(self) -> bool:
        helped = self.jean.helps() or not self.is_fault
        return bool(self.jean.receipts() and helped)

    async def send(self) -> None:
        """Do what a person does whose button now and then does not react: press it again."""
        jean, count = self.jean, len(self.photos)
        jean.start = await jean.person.send("/start")
        action = "Alerte SAV" if self.is_fault else "Fin de chantier"
        await _press_until(jean, action, "Quel chantier")
        told = f"{jean.client} / {FAULT}" if self.is_fault else jean.client
        await jean.person.send(told)
        asked = "📝" if self.is_fault else "Envoie tes photos"
        await jean.person.sees(asked, timeout_s=PATIENCE_S)
        await jean.person.send_album(self.photos)
        await jean.person.sees(f"{count} photos", timeout_s=PATIENCE_S)
        with suppress(NoAnswer, NotSeen):  # the quiet time sends it too
            await jean.person.press("Envoyer", timeout_s=3)


async def _press_until(jean: Technician, label: str, text: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not any(text in message.text for message in jean.person.chat):
            with suppress(NoAnswer, NotSeen):  # or the press has done its work late
                await jean.person.press(label, timeout_s=3)
                await jean.person.sees(text, timeout_s=5)


def outcome_of(house: House, sent: list[Sent]) -> dict[str, int]:
    """What is lost or doubled, counted; empty when all is as it should be."""
    found: Counter[str] = Counter()
    for report in sent:
        jean, photos = report.jean, report.photos
        files = jean.fault_files() if report.is_fault else jean.files()
        expected, kept = Counter(photos), Counter(files.values())
        found["lost files"] += (expected - kept).total()
        found["doubled files"] += (kept - expected).total()
        texts = jean.fault_notices() if report.is_fault else jean.notices()
        right = jean.fault_notice(FAULT, photos) if report.is_fault else None
        notice = right or jean.notice(len(photos))
        found["wrong notices"] += any(not t.startswith(notice) for t in texts)
        for what, count, wanted in (
            ("cards", len(jean.cards()), 1),
            ("notices", len(texts), 1),
            ("receipts", len(jean.receipts()), 1),
            ("helps", len(jean.helps()), int(report.is_fault)),
        ):
            found[f"lost {what}"] += max(0, wanted - count)
            found[f"doubled {what}"] += max(0, count - wanted)
    media = [m for m in house.group(SAV_GROUP).messages if m.media is not None]
    shown = sum(len(report.photos) for report in sent if report.is_fault)
    found["lost or doubled photos in the SAV group"] += abs(shown - len(media))
    return {what: count for what, count in found.items() if count}


def client_name(number: int) -> str:
    """A name unlike its neighbours', so that no typo leads from one to another."""
    first, rest = number % 12, number // 12
    second, third = (first * 5 + rest) % 12, (first * 7 + rest * 3) % 12
    return f"{_SYLLABLES[first]}{_SYLLABLES[second]}{_SYLLABLES[third]}{number}".capitalize()
