"""An ASGI app on a socket, with connections that can be cut."""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import uvicorn

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]


class ConnectionCut(httpx.RemoteProtocolError):
    """
    The connection is cut on purpose.

    On a socket the peer closes it; under ``httpx.ASGITransport`` the client sees this exception,
    which is one of the transport errors that a cut socket would give it.
    """

    def __init__(self) -> None:
        super().__init__("Server disconnected without sending a response.")


class ConnectionReset(ConnectionCut):
    """The connection is cut by a reset: a client tells it from a server that went away in order."""


class _Server(uvicorn.Server):
    """Ends when it is told to: uvicorn looks ten times a second, and then waits for another tenth, at each test's end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        """Tick, for the answers' Date, until it is over."""
        ticking = asyncio.create_task(super().main_loop())
        await self.over.wait()
        ticking.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cut what is still open, and let those that answered it end."""
        state = self.server_state
        for server in self.servers:
            server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        while state.connections or state.tasks:
            await asyncio.sleep(0.002)
        for server in self.servers:
            await server.wait_closed()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process that serves the peer."""
        yield


@asynccontextmanager
async def served(app: App, host: str, port: int) -> AsyncIterator[str]:
    """Serve until left, then cut what is still open."""

    async def cuttable(scope: Any, receive: Receive, send: Send) -> str | None:
        """Uvicorn closes the connection when an app returns something: a cut without any answer."""
        try:
            await app(scope, receive, send)
        except ConnectionCut as cut:
            if isinstance(cut, ConnectionReset):
                _reset(receive)
            return "connection cut on purpose"
        return None

    config = uvicorn.Config(
        cuttable,
        host=host,
        port=port,
        interface="asgi3",
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
    )
    async with listening(config) as taken:
        yield f"http://{host}:{taken}"


def _reset(receive: Receive) -> None:
    """Close without what TCP owes the other end; an app is not told its socket, so uvicorn's is asked for it."""
    transport = receive.__self__.transport  # type: ignore[attr-defined]
    now = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, now
    )
    transport.abort()


@asynccontextmanager
async def listening(config: uvicorn.Config) -> AsyncIterator[int]:
    """Serve on the port that is yielded until left, then cut what is still open."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    # Named as TCP, so that asyncio switches Nagle's algorithm off: else each answer with a body costs 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((config.host, config.port))
    server = _Server(config)
    running = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield listener.getsockname()[1]
    finally:
        server.over.set()
        await running
        listener.close()


async def lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
