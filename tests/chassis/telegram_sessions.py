"""Sessions on the test peer, for the tests of the Telegram session."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.telegram import IncomingMessage, TelegramAccount, TelegramSession
from chassis.telegram.account import Server
from chassis.telegram.deliveries import Handler
from chassis.telegram.line import Pace
from chassis.telegram.messages import Arrival
from tests.peers.telegram import TelegramPeer
from tests.waiting import WAIT_S

QUICK = Pace(commit_s=0.02, silence_s=60.0)


class Inbox:
    """A handler that keeps what it got, and lets a test wait for it."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self._changed = asyncio.Condition()

    async def __call__(self, arrival: Arrival) -> None:
        async with self._changed:
            self.arrivals.append(arrival)
            self._changed.notify_all()

    async def holds(self, count: int, timeout_s: float = WAIT_S) -> list[Arrival]:
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: len(self.arrivals) >= count)
        return self.arrivals

    @property
    def texts(self) -> list[str]:
        return [a.text for a in self.arrivals if isinstance(a, IncomingMessage)]


def moments(first: int, end: int, step: int) -> list[Any]:
    """Turns of the loop after which a test does harm: some each time, all by ``make faults``."""
    return [
        pytest.param(turn, marks=() if number % 4 == 0 else pytest.mark.slow)
        for number, turn in enumerate(range(first, end, step))
    ]


def account(peer: TelegramPeer) -> TelegramAccount:
    return TelegramAccount(
        api_id=peer.api_id,
        api_hash=SecretStr(peer.api_hash),
        bot_token=SecretStr(peer.bot_token),
        server=Server.parse(peer.address, peer.public_key_pem),
    )


def log_in(peer: TelegramPeer, data_dir: Path) -> None:
    """Let a session on *data_dir* find itself logged in."""
    file = data_dir / "telegram" / f"{account(peer).session_name}.session"
    if not file.exists():
        peer.log_in(file)


@asynccontextmanager
async def session(
    peer: TelegramPeer,
    data_dir: Path,
    handler: Handler | None = None,
    pace: Pace = QUICK,
    *,
    anew: bool = False,
) -> AsyncIterator[TelegramSession]:
    """A logged-in session, closed at the end; it has been logged in before, unless it shall do so *anew*."""
    if not anew:
        log_in(peer, data_dir)
    opened = TelegramSession(account(peer), data_dir, handler=handler, pace=pace)
    await opened.open()
    try:
        await opened.ready()
        yield opened
    finally:
        await opened.close()
