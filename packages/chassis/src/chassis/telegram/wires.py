"""The TCP connections of one client: where they lead, when they are over, and that all of them end."""

import asyncio
import weakref
from typing import Any

from pyrogram.connection import Connection

from chassis.telegram.account import Server

_KEY_UNKNOWN = (-404).to_bytes(4, "little", signed=True)
"""Source: core.telegram.org/mtproto/mtproto-transports, "Transport errors"."""


class Wires:
    """
    Makes the connections of one client.

    Args:
        server: Where all of them lead, whatever address Telegram names; ``None`` for Telegram itself.
    """

    def __init__(self, server: Server | None) -> None:
        self.server = server
        self.key_is_lost = asyncio.Event()
        """Set when the server says that it does not know the session's key."""
        self.over = asyncio.Event()
        """Set when they are closed for good."""
        self._made: weakref.WeakSet[Wire] = weakref.WeakSet()

    def connection(self, **where: Any) -> "Wire":
        """Make one; called by kurigram with its own keywords."""
        if self.server is not None:
            where |= {"server_address": self.server.host, "port": self.server.port}
        wire = Wire(self, **where)
        self._made.add(wire)
        return wire

    async def close(self) -> None:
        """End all connections, also those of sessions that were being opened, and let none be opened again."""
        self.over.set()
        for wire in tuple(self._made):
            await wire.close()


class Wire(Connection):
    """A connection that says when it is over."""

    def __init__(self, wires: Wires, **where: Any) -> None:
        super().__init__(**where)
        self._wires = wires
        self.cut = asyncio.Event()

    async def connect(self) -> None:
        if self._wires.over.is_set():
            # Any other error would make kurigram's session start again, for ever.
            raise asyncio.CancelledError
        await super().connect()

    async def recv(self) -> bytes | None:
        packet = await super().recv()
        if packet == _KEY_UNKNOWN:
            self._wires.key_is_lost.set()
            packet = None  # kurigram would end its reader with an error nobody awaits
        if packet is None:
            self.cut.set()
        return packet

    async def close(self) -> None:
        self.cut.set()
        if self.protocol is not None:
            await super().close()
