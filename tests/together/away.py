"""A report that is sent while Nextcloud is away."""

from tests.peers.telegram import Message
from tests.together.house import House
from tests.together.story import Technician
from tests.waiting import WAIT_S


async def kept_for_later(
    house: House, technician: Technician, photos: list[bytes]
) -> Message:
    """Let *technician* send *photos* with Nextcloud gone since he chose his chantier; what he is told."""
    person = technician.person
    await technician.begin()
    await person.sees("Envoie tes photos", timeout_s=WAIT_S)
    await house.outside.go()
    await person.send_album(photos)
    await person.sees(f"{len(photos)} photos", timeout_s=WAIT_S)
    await person.press("Envoyer", timeout_s=WAIT_S)
    return await person.sees("Rapport gardé", timeout_s=WAIT_S)
