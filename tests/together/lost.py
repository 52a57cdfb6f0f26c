"""Story: the machine is lost after a backup; what was under way goes on, and nothing is doubled outside."""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.together.away import kept_for_later
from tests.together.house import House
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S

Step = Callable[[], Awaitable[None]]

# Knowledge has no part in a fin; its index is backed up and restored by `make lxc`.
COPIED = ("gateway", "storage", "notifier")


async def command(house: House, name: str, word: str, folder: Path) -> None:
    """``etm-<name> backup > FILE``, or ``restore < FILE``."""
    file = folder / f"{name}.tar.gz"
    with file.open("rb" if word == "restore" else "wb") as open_file:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / f"etm-{name}"),
            word,
            env=house.stack[name].env,
            stdin=open_file if word == "restore" else asyncio.subprocess.DEVNULL,
            stdout=open_file if word == "backup" else asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        said = (await process.communicate())[1].decode()
    assert process.returncode == 0, said


async def lost_and_restored(
    house: House, folder: Path, *, backed_up: Step, restored: Step
) -> None:
    """
    Lose *house*, whose data is in *folder*, with a report under way at its backup and filed since.

    Args:
        backed_up: What is copied after the services' own backups.
        restored: Brings that back, with the services stopped.
    """
    jean = technician(house, "Retour", "Sauvegarde")
    photos = jpegs(3, seed=41)
    await kept_for_later(house, jean, photos)
    await asyncio.gather(*(command(house, name, "backup", folder) for name in COPIED))
    await backed_up()
    # What is restored was filed since: the old state does all of it once more.
    await house.outside.come()
    await jean.receipt()
    filed = (jean.files(), jean.cards(), jean.notices(), len(jean.receipts()))

    await house.stack.stop()
    for name in COPIED:
        shutil.rmtree(folder / name)
    await restored()
    await asyncio.gather(*(command(house, name, "restore", folder) for name in COPIED))
    await house.stack.start()
    await until_filed(house)

    assert sorted(filed[0].values()) == sorted(photos)
    assert jean.notices() == [jean.notice(3)]
    assert (len(jean.cards()), len(jean.receipts())) == (1, 1)
    assert (jean.files(), jean.cards(), jean.notices(), 1) == filed


async def until_filed(house: House) -> None:
    """Wait until the gateway calls its one report filed."""
    async with asyncio.timeout(WAIT_S):
        while [report["status"] for report in await house.reports()] != ["filed"]:
            await asyncio.sleep(0.1)
