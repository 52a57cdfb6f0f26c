"""What reaches the deployed services from outside: HTTPS, through Caddy, by the host name."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.deploy.containers import HTTPS_PORT, Containers
from tests.deploy.deployed import Deployed

HOST = "etm.example.org"


@asynccontextmanager
async def public(
    deployed: Deployed, key: str = "n8n"
) -> AsyncIterator[httpx.AsyncClient]:
    """As n8n calls: through Caddy, by the host name; its own authority signed the certificate."""
    trust = await asyncio.to_thread(trusted, deployed.containers)
    async with httpx.AsyncClient(
        transport=_Named(trust),
        base_url=f"https://{HOST}:{HTTPS_PORT}",
        headers={"X-API-Key": deployed.containers.key(key)},
        timeout=60,
        trust_env=False,
    ) as http:
        yield http


class _Named(httpx.AsyncHTTPTransport):
    """Resolves the host name to loopback, where Caddy's port is published."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = HOST
        request.url = request.url.copy_with(host="127.0.0.1")
        return await super().handle_async_request(request)


def trusted(containers: Containers) -> ssl.SSLContext:
    """Trust who signed Caddy's certificate: its own authority."""
    where = "/data/caddy/pki/authorities/local/root.crt"
    authority = containers.exec("caddy", "cat", where)
    return ssl.create_default_context(cadata=authority.decode())


def dripped(trust: ssl.SSLContext) -> float:
    """Send a head byte by byte, for 40 s at most; the seconds until it is hung up on."""
    with (
        socket.create_connection(("127.0.0.1", HTTPS_PORT), timeout=60) as plain,
        trust.wrap_socket(plain, server_hostname=HOST) as line,
    ):
        began = time.monotonic()
        line.sendall(
            f"GET /storage/chantiers HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode()
        )
        line.settimeout(0.5)
        while time.monotonic() - began < 40:
            try:
                line.sendall(b"a")
                line.recv(1)  # an answer, or the end
            except TimeoutError:
                continue
            except OSError:
                pass
            break
        return time.monotonic() - began
