"""What goes wrong meanwhile: storage is killed, Nextcloud misbehaves, at moments that a seed has drawn."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.peers.nextcloud.faults import Faults
from tests.together.house import House

KILLS, FAULTS = 15, 60
"""No more than these, so that it ends on a slow machine too, where a start alone takes as long as a life."""


@asynccontextmanager
async def kills(house: House, chance: random.Random) -> AsyncIterator[None]:
    storage, over = house.stack["storage"], asyncio.Event()

    async def keep_killing() -> None:
        for _ in range(KILLS):
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), chance.uniform(0.3, 3))
            if over.is_set():
                return
            await storage.kill()
            await asyncio.sleep(chance.uniform(0, 0.3))
            await storage.start()
            await storage.answers()

    # Not cancelled but asked to end: else it might leave a storage that it has killed.
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_killing())
        yield
        over.set()


@asynccontextmanager
async def misbehaviour(faults: Faults, chance: random.Random) -> AsyncIterator[None]:
    writes = "PUT|MOVE|MKCOL|POST"

    async def keep_failing() -> None:
        for _ in range(FAULTS):
            await asyncio.sleep(chance.uniform(0.1, 0.8))
            match chance.randrange(8):
                case 0:
                    faults.fail(423, method=writes)
                case 1:
                    faults.fail(500, method=writes, written=True)
                case 2:
                    faults.cut(chance.choice(("before", "upload", "after")))
                case 3:
                    faults.cut("after", method=writes)
                case 4:
                    faults.slow(chance.uniform(0.1, 1), times=3)
                case 5:
                    faults.fail(507, method="PUT")
                case 6:
                    faults.fail(503, times=2)
                case _:
                    faults.maintenance = True
                    await asyncio.sleep(chance.uniform(0.1, 1.5))
                    faults.maintenance = False

    failing = asyncio.create_task(keep_failing())
    try:
        yield
    finally:
        failing.cancel()
        faults.clear()
