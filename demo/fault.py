"""A fault: reported by the technician of the demo, answered from a manual that was fed at the start."""

from hashlib import sha256
from pathlib import Path
from time import perf_counter

import httpx

from demo.home import Home
from demo.screen import framed, own_line
from demo.technician import WAIT_S, NotAsTold, pressed, seen
from tests.peers.telegram import Person

MANUAL = Path(__file__).with_name("onduleur-solea-8.md")
SAID_OF_IT = {
    "source": "Notices",
    "title": "Soléa 8 – dépannage",
    "tags": "marque:Soléa",
}
"""The brand is invented, so it is in no list; untagged, its codes answered for any other brand too."""
DESCRIPTION = "Onduleur Soléa : erreur E-34, seulement quand il pleut"


async def play_fault(home: Home, jean: Person) -> tuple[list[str], float]:
    """
    Feed the manual, report the fault, wait for help.

    Returns:
        The chat as it unrolls, and how long the help took after the button, in seconds.

    Raises:
        NotAsTold: No help came from the manual.
    """
    await _feed(home)
    await _forget_earlier_reports(home)
    start = await jean.send("/start")
    chat = [own_line("/start")]
    chat += await pressed(jean, "Alerte SAV", "Quel chantier", start, quiet=True)
    chat += await pressed(jean, "Müller", "Décris la panne", start)
    await jean.send(DESCRIPTION)
    chat.append(own_line(DESCRIPTION))
    chat += await seen(jean, "📝", start)
    began = perf_counter()
    chat += await pressed(jean, "Envoyer", "Rapport enregistré", start)
    chat += await seen(jean, "💡", start)
    took_s = perf_counter() - began
    chat += await pressed(jean, "👍", "💡", start, quiet=True)
    named = [line for line in chat if "📄" in line]
    if not named or "Soléa 8" not in named[0]:
        raise NotAsTold(f"the help does not begin with the manual:\n{chat}")
    return framed("ETM", chat), took_s


async def _feed(home: Home) -> None:
    async with _knowledge(home) as http:
        answer = await http.put(
            f"/knowledge/documents/demo-{MANUAL.stem}",
            params={"wait": "30"} | SAID_OF_IT,
            headers={"Content-Type": "text/markdown"},
            content=MANUAL.read_bytes(),
        )
    if not answer.is_success:
        raise NotAsTold(f"knowledge did not take the manual: {answer.text}")


async def _forget_earlier_reports(home: Home) -> None:
    """An earlier run's report says word for word what is reported now, so it would stand before the manual."""
    told = sha256(DESCRIPTION.encode()).hexdigest()
    async with _knowledge(home) as http:
        listed = await http.get(
            "/knowledge/documents", params={"source": "Historique SAV", "limit": 500}
        )
        for document in listed.raise_for_status().json()["items"]:
            if document["sha256"] == told:
                path = f"/knowledge/documents/{document['document_id']}"
                (await http.delete(path)).raise_for_status()


def _knowledge(home: Home) -> httpx.AsyncClient:
    served = home.stack["knowledge"]
    return httpx.AsyncClient(
        base_url=served.url, headers=served.key_header, timeout=WAIT_S
    )
