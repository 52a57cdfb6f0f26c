"""Story: the machine is lost after a backup; what was under way goes on, and nothing is doubled outside."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from tests.together.house import House, open_house
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S

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


@pytest.mark.slow
async def test_report_under_way_at_the_backup_is_filed_once_after_the_restore(tmp_path):
    async with open_house(tmp_path) as house:
        jean = technician(house, "Retour", "Sauvegarde")
        photos = jpegs(3, seed=41)
        await jean.begin()
        await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
        await house.outside.go()
        await jean.person.send_album(photos)
        await jean.person.sees("3 photos", timeout_s=WAIT_S)
        await jean.person.press("Envoyer", timeout_s=WAIT_S)
        await jean.person.sees("Rapport gardé", timeout_s=WAIT_S)
        await asyncio.gather(
            *(command(house, name, "backup", tmp_path) for name in COPIED)
        )
        # What is restored was filed since: the old state does all of it once more.
        await house.outside.come()
        await jean.receipt()
        filed = (jean.files(), jean.cards(), jean.notices(), len(jean.receipts()))

        await house.stack.stop()
        for name in COPIED:
            shutil.rmtree(tmp_path / name)
        await asyncio.gather(
            *(command(house, name, "restore", tmp_path) for name in COPIED)
        )
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
