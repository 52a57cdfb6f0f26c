"""Waiting for what others set, and no longer than is good."""

import asyncio


async def first_of(*events: asyncio.Event, within_s: float | None) -> None:
    """Wait until one of *events* is set, for *within_s* at most."""
    if any(event.is_set() for event in events):
        return
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
