"""``python -m tests.peers.nextcloud --root DIR --port N``: the peer as a process; prints its URL."""

import argparse
import asyncio
import signal
from pathlib import Path

from tests.peers.nextcloud.pacing import measured
from tests.peers.nextcloud.peer import NextcloudPeer


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--root", type=Path, required=True, help="folder that holds files and state"
    )
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--user", default="jean.keller")
    arguments.add_argument("--password", default="app-password")
    arguments.add_argument("--body-limit-mb", type=int, default=512)
    arguments.add_argument(
        "--paced", action="store_true", help="as slow as a genuine one was measured"
    )
    chosen = arguments.parse_args()

    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    peer = NextcloudPeer(
        chosen.root,
        chosen.user,
        chosen.password,
        body_limit_bytes=chosen.body_limit_mb << 20,
    )
    if chosen.paced:
        peer.files.pacing = measured()
    async with peer.serve(chosen.host, chosen.port) as url:
        print(url, flush=True)
        await stopped.wait()
    peer.close()


if __name__ == "__main__":
    asyncio.run(main())
