"""``make run``: start everything, play a technician where Telegram is the peer, keep running until Ctrl-C."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from demo.fault import play_fault
from demo.home import Home, open_home
from demo.processes import DidNotStart
from demo.technician import FILES, NotAsTold, play, say_next

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
    for ended_by in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(ended_by, stop.set)
    running = asyncio.create_task(_keep_house(once=once))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not running.done():
        print("\nStopping …", flush=True)
        running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return 0


async def _keep_house(*, once: bool) -> None:
    """Start everything, play, and keep it running until cancelled."""
    async with open_home(Path("data"), _print_line) as home:
        _say_where(home)
        if home.telegram is not None and home.nextcloud is not None:
            await _play(home)
        elif home.telegram is not None:
            print(
                "\nYour Nextcloud is used, so no technician is played; set TELEGRAM_* too, or call the services."
            )
        if once:
            print(f"\nThe files are in {FILES}; `make run` alone leaves all running.")
            return
        say_next(home)
        print("\nRunning until Ctrl-C.", flush=True)
        await home.stack.keep_running()


async def _play(home: Home) -> None:
    jean = await play(home)
    if "knowledge" not in home.stack.urls:
        print("\nNo knowledge is wanted, so no fault is played.")
    elif home.has_qdrant:
        print("\nYour Qdrant is used, so no fault is played: nothing of it goes there.")
    else:
        chat, took_s = await play_fault(home, jean)
        print("\nUne panne\n" + "\n".join(chat))
        print(f"\n✓ 1 fault, helped from a manual in {took_s:.1f} s.", flush=True)


def _say_where(home: Home) -> None:
    for name, url in home.stack.urls.items():
        print(f"  {name:<{_COLUMN}} {url}/{name}/docs")
    print(f"  {'console':<{_COLUMN}} {home.stack.urls['gateway']}/gateway/console")
    for name, where in home.played.items():
        print(f"  {name:<{_COLUMN}} {where}")


def _print_line(name: str, line: str) -> None:
    print(f"{name:<{_COLUMN}} │ {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
