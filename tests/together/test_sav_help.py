"""Story: a fault brings help from the manuals, and is found itself by the next technician."""

import asyncio

import httpx
import pytest

from tests.peers.telegram import Message
from tests.together.house import House
from tests.together.story import Technician, technician
from tests.waiting import WAIT_S, until

pytestmark = pytest.mark.asyncio(loop_scope="package")

MANUAL = (
    "# Codes d'erreur\n\n"
    "## Erreur 731\n\nLe ventilateur du Zénith ne tourne plus. Nettoyer la grille, puis contrôler le connecteur X4.\n"
)


async def test_a_fault_is_helped_and_helps_the_next(house: House):
    jean = technician(house, "Zénith", "Ventilo")
    marie = technician(house, "Après", "Suivant")
    url = house.stack.urls["knowledge"]
    async with httpx.AsyncClient(base_url=url, timeout=WAIT_S) as knowledge:
        manual = {"text": MANUAL, "media_type": "text/markdown", "title": "Zénith 5"}
        await knowledge.put("/knowledge/documents/zenith?wait=30", json=manual)

        first = await fault(jean, "zénith erreur 731, grille pleine de nids de guêpes")
        assert "📄 Zénith 5" in first.text
        assert "contrôler le connecteur X4." in first.text
        await jean.person.press("👍", on=first, timeout_s=WAIT_S)
        await jean.person.sees("💡", after=jean.start)
        await indexed(knowledge, "SAV Ventilo")

        second = await fault(marie, "nids de guêpes dans la grille")
        assert "📄 SAV Ventilo — " in second.text

        async def thumb_has_come() -> bool:  # it is durable work of its own
            stats = (await knowledge.get("/knowledge/stats")).json()
            return bool(stats["useful"] == 1)

        await until(thumb_has_come, what="the thumb")

    assert sum("💡" in message.text for message in jean.person.chat) == 1


async def test_a_fault_that_nobody_knows_is_said_to_be_unknown(house: House):
    jean = technician(house, "Inconnu", "Mystère")

    await jean.fault("la girouette qrstuvw chante la nuit")

    await jean.person.sees("je ne trouve pas", timeout_s=WAIT_S, after=jean.start)


async def indexed(knowledge: httpx.AsyncClient, title: str) -> None:
    """Wait until a past fault can be found."""
    past = "/knowledge/documents?source=Historique SAV"
    async with asyncio.timeout(WAIT_S):
        while title not in (await knowledge.get(past)).text:
            await asyncio.sleep(0.1)


async def fault(jean: Technician, description: str) -> Message:
    """Report a fault; the help on it."""
    await jean.fault(description)
    return await jean.person.sees("💡", timeout_s=WAIT_S, after=jean.start)
