"""One technician's report, from ``/start`` to the receipt, and a look at what became of it."""

import asyncio
import os
from hashlib import sha256
from time import perf_counter

import httpx

from demo.home import CHANTIER_GROUP, MAGASINIER_GROUP, SAV_GROUP, Home
from demo.photos import site_photo
from demo.screen import bot_lines, framed, own_line, tree_lines
from tests.peers.telegram import Group, Message, Person

CHANTIERS = (
    "20260325_Müller",
    "20260318_Schmitt",
    "20260311_Weber",
    "20260224_Boulangerie Roth",
)
JEAN = "Jean Keller"
FILES = "data/nextcloud/files/"
PHOTOS = 8
WAIT_S = 60.0
READY_S = 20.0
_KEY_FROM_ENV = "export SERVICE_KEY=$(sed -n 's/^SERVICE_KEY=//p' .env)"


class NotAsTold(RuntimeError):
    """Something of the story did not happen."""


async def play(home: Home) -> Person:
    """
    Play the technician before a played Nextcloud; show what he and the office see, and check every promise of the report.

    Returns:
        The technician.

    Raises:
        NotAsTold: Says which one was not kept.
    """
    jean, group = _people(home)
    await home.stack.ready(timeout_s=READY_S)
    await _earlier_reports_filed(home)
    before = _Sight(home, group)
    photos = [site_photo(number) for number in range(1, PHOTOS + 1)]
    began = perf_counter()
    try:
        chat = await _report(jean, photos)
        last = before.notices[-1] if before.notices else None
        await group.sees(f"📸 {PHOTOS} photos", timeout_s=WAIT_S, after=last)
    except (AssertionError, TimeoutError) as error:
        raise NotAsTold(str(error)) from error
    took_s = perf_counter() - began
    new = _Sight(home, group).since(before)
    _print(f"Le chat de {JEAN}", framed("ETM", chat))
    _print("Nextcloud", tree_lines(new.files))
    notices = (line for message in new.notices for line in bot_lines(message))
    _print("Le groupe", framed("Chantiers", notices))
    _check(photos, new)
    print(
        f"\n✓ {PHOTOS} photos, 1 card, 1 notice, 1 receipt in {took_s:.1f} s.",
        flush=True,
    )
    return jean


def _people(home: Home) -> tuple[Person, Group]:
    """Who is in which group, and the chantiers that there are."""
    assert home.telegram is not None
    assert home.nextcloud is not None
    jean = home.telegram.add_user("Jean", "Keller")
    group = home.telegram.add_group(CHANTIER_GROUP, "Chantiers", members=[jean])
    home.telegram.add_group(SAV_GROUP, "SAV", members=[jean])
    home.telegram.add_group(MAGASINIER_GROUP, "Magasin", members=[jean])
    for chantier in CHANTIERS:
        home.nextcloud.make_folder(f"Chantiers/{chantier}")
    return jean, group


async def _earlier_reports_filed(home: Home) -> None:
    """What an earlier run left half-way is going on now; it shall not be counted as this run's."""
    gateway = home.stack["gateway"]
    async with httpx.AsyncClient(
        base_url=gateway.url, headers=gateway.key_header, timeout=WAIT_S
    ) as http:
        deadline = perf_counter() + WAIT_S
        while perf_counter() < deadline:
            filing = await http.get("/gateway/reports", params={"status": "filing"})
            if not filing.raise_for_status().json()["items"]:
                return
            await asyncio.sleep(0.2)
    raise NotAsTold(
        "a report of an earlier run is still not filed; see /gateway/reports"
    )


async def _report(jean: Person, photos: list[bytes]) -> list[str]:
    """The whole way, with *photos* as one album; returns the chat as it unrolls before him."""
    caption = "Pose terminée, onduleur en service"
    start = await jean.send("/start")
    chat = [own_line("/start"), *await seen(jean, "Que veux-tu signaler", start)]
    chat += await pressed(jean, "Fin de chantier", "Quel chantier", start)
    chat += await pressed(jean, "Müller", "Envoie tes photos", start)
    await jean.send_album(photos, caption=caption)
    chat += [own_line("▣ " * len(photos)), own_line(caption)]
    chat += await seen(jean, f"{len(photos)} photos", start)
    return [*chat, *await pressed(jean, "Envoyer", "Rapport enregistré", start)]


async def pressed(
    jean: Person, label: str, then: str, start: Message, *, quiet: bool = False
) -> list[str]:
    """Press a button and wait for what the bot says *then*; *quiet* leaves that out of the picture."""
    await jean.press(label, timeout_s=WAIT_S)
    said = await seen(jean, then, start)
    return [own_line(f"👆 {label}"), *([] if quiet else said)]


async def seen(jean: Person, text: str, start: Message) -> list[str]:
    """Wait for what the bot says."""
    return bot_lines(await jean.sees(text, timeout_s=WAIT_S, after=start))


class _Sight:
    """What there is to see at one moment."""

    def __init__(self, home: Home, group: Group) -> None:
        assert home.nextcloud is not None
        self.notices = group.messages
        self.files = {
            path: sha256(content).hexdigest()
            for path, content in home.nextcloud.tree("").items()
        }
        self.cards = len(home.nextcloud.cards())

    def since(self, before: "_Sight") -> "_Sight":
        """Only what is new; the demo may run again on the same data."""
        self.notices = self.notices[len(before.notices) :]
        self.files = {
            path: self.files[path] for path in self.files.keys() - before.files.keys()
        }
        self.cards -= before.cards
        return self


def _check(photos: list[bytes], new: _Sight) -> None:
    """Hold what was found against what was sent."""
    if sorted(new.files.values()) != sorted(
        sha256(photo).hexdigest() for photo in photos
    ):
        raise NotAsTold(
            f"{len(new.files)} new files in Nextcloud, or other bytes than were sent"
        )
    if new.cards != 1:
        raise NotAsTold(f"{new.cards} new cards on the board instead of 1")
    folder = min(new.files).rpartition("/")[0]
    notice = (
        f"✅ Fin de chantier\n👷 {JEAN}\n🏠 Chantier : Müller\n"
        f"📸 {len(photos)} photos archivées → Nextcloud/{folder}/\n"
        "💶 Tu peux préparer la facture finale."
    )
    if [message.text for message in new.notices] != [notice]:
        raise NotAsTold(f"the group read {[message.text for message in new.notices]!r}")


def say_next(home: Home) -> None:
    """Name what is worth a look after the play."""
    gateway, storage = home.stack.urls["gateway"], home.stack.urls["storage"]
    keyed = home.stack["gateway"].key_header
    curl = 'curl -H "X-API-Key: $SERVICE_KEY"' if keyed else "curl"
    print("\nWhere to look next", flush=True)
    print(f"  all of it in the browser   {gateway}/gateway/console")
    if keyed and "SERVICE_KEY" not in os.environ:
        print(f"  the key for the next two   {_KEY_FROM_ENV}")
    print(f"  each step of the report    {curl} {gateway}/gateway/reports")
    print(f"  the chantiers as JSON      {curl} {storage}/storage/chantiers")
    if home.nextcloud is not None:
        print(f"  the files                  {FILES}", flush=True)


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}\n" + "\n".join(lines), flush=True)
