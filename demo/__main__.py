"""``make run``: start everything, play a technician where Telegram is the peer, keep running until Ctrl-C."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from demo.home import Home, open_home
from demo.processes import DidNotStart
from demo.technician import NotAsTold, play

_COLUMN = 9


def main() -> int:
    once = os.environ.get("DEMO") == "once"
    try:
        return asyncio.run(_run(once=once))
    except (DidNotStart, NotAsTold, OSError) as error:
        sys.stderr.write(f"\n✗ {error}\n")
        return 1


async def _run(*, once: bool) -> int:
    stop = asyncio.Event()
    for ended_by in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ended_by, stop.set)
    async with AsyncExitStack() as closing:
        home = await closing.enter_async_context(open_home(Path("data"), _print_line))
        _say_where(home)
        if home.telegram is not None:
            playing = asyncio.create_task(play(home))
            await _first(playing, stop)
        if once:
            return 0
        print("\nRunning until Ctrl-C.", flush=True)
        await stop.wait()
        print("\nStopping …", flush=True)
    return 0


async def _first(playing: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait for the story to end, or for Ctrl-C."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not playing.done():
        playing.cancel()
        raise NotAsTold("stopped before the technician's story ended")
    await playing


def _say_where(home: Home) -> None:
    for name, url in home.stack.urls.items():
        print(f"  {name:<{_COLUMN}} {url}/{name}/docs")
    for name, where in home.played.items():
        print(f"  {name:<{_COLUMN}} {where}")


def _print_line(name: str, line: str) -> None:
    print(f"{name:<{_COLUMN}} │ {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
