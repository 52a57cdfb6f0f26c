"""``python -m tests.knowledge.optimized FOLDER``: optimize an index and write beside it, saying what was acknowledged."""

import asyncio
import sys
from pathlib import Path

from knowledge.index.edge import EdgeIndex
from tests.knowledge.points import passage, point

FILLED = 5_100


async def main(folder: Path) -> None:
    index = EdgeIndex(folder, 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(FILLED)])
    maintaining = asyncio.create_task(index.maintain())
    for number in range(FILLED, 10 * FILLED):
        await index.upsert([point(passage(number, "disjoncteur"))])
        sys.stdout.write(f"{number + 1}{' optimized' if maintaining.done() else ''}\n")
        sys.stdout.flush()
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
