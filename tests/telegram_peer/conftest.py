"""Real kurigram clients that talk to the peer."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyrogram import Client, filters
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.handlers import MessageHandler
from pyrogram.raw.core.primitives import Bytes
from pyrogram.types import Message

from tests.peers.telegram import TelegramPeer
from tests.waiting import WAIT_S


def trust(pem: str) -> None:
    """Make this process's clients accept the peer's key (PKCS#1: two DER integers in a sequence)."""
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    modulus, exponent = der[9:265], der[-3:]
    assert int.from_bytes(exponent, "big") == 65537
    fingerprint = sha1(Bytes(modulus) + Bytes(exponent)).digest()[-8:]
    rsa.server_public_keys[int.from_bytes(fingerprint, "little", signed=True)] = (
        rsa.PublicKey(int.from_bytes(modulus, "big"), 65537)
    )


def connection_to(address: str) -> Any:
    """A ``connection_factory`` that ignores where the client wanted to go."""
    host, port = address.split(":")

    def factory(**wanted: Any) -> Connection:
        return Connection(**{**wanted, "server_address": host, "port": int(port)})

    return factory


def client(
    telegram: TelegramPeer, folder: Path, name: str = "bot", **options: Any
) -> Client:
    """A client for the peer's first bot, its session file in *folder*."""
    trust(telegram.public_key_pem)
    options = {
        "bot_token": telegram.bot_token,
        "skip_updates": False,
        "workers": 1,
        **options,
    }
    return Client(
        name,
        api_id=telegram.api_id,
        api_hash=telegram.api_hash,
        workdir=str(folder),
        connection_factory=connection_to(telegram.address),
        **options,
    )


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
async def bot(telegram: TelegramPeer, tmp_path: Path) -> AsyncIterator[Client]:
    telegram.log_in(tmp_path / "bot.session")
    async with client(telegram, tmp_path) as started:
        yield started


class Inbox:
    """What a bot's handlers were given, in order."""

    def __init__(self, bot: Client) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        bot.add_handler(MessageHandler(self._keep, filters.incoming))

    async def take(self, count: int, timeout_s: float = WAIT_S) -> list[Any]:
        """The next *count* messages, as soon as they are there."""
        async with asyncio.timeout(timeout_s):
            return [await self._queue.get() for _ in range(count)]

    def is_empty(self) -> bool:
        """Nothing is left to take."""
        return self._queue.empty()

    async def _keep(self, _: Client, message: Message) -> None:
        self._queue.put_nowait(message)


@pytest.fixture
def inbox(bot: Client) -> Inbox:
    return Inbox(bot)


@pytest.fixture
async def start(
    telegram: TelegramPeer, tmp_path: Path
) -> AsyncIterator[Callable[..., Any]]:
    """Start further clients; they are stopped at the end."""
    async with AsyncExitStack() as stack:

        async def start_client(name: str, **options: Any) -> Client:
            started: Client = await stack.enter_async_context(
                client(telegram, tmp_path, name, **options)
            )
            return started

        yield start_client


def jpeg(shade: int = 0) -> bytes:
    """A real photo, another one for each *shade*."""
    content = BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).point(
        lambda value: (value + shade * 16) % 256
    ).save(content, "JPEG")
    return content.getvalue()


def named(content: bytes, name: str = "photo.jpg") -> BytesIO:
    """Bytes as a file that the client can upload."""
    file = BytesIO(content)
    file.name = name
    return file
