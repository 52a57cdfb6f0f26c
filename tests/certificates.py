"""A certificate that nobody has signed but itself, as many a firm's own Nextcloud has."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True)
class OwnCertificate:
    """Of 127.0.0.1; *store* is a folder of authorities, as ``update-ca-certificates`` keeps it, with this one in it."""

    certificate: Path
    key: Path
    store: Path

    @classmethod
    def made(cls, folder: Path) -> "OwnCertificate":
        store = folder / "store"
        store.mkdir()
        made = cls(store / "own.pem", folder / "own.key", store)
        asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=own -addext subjectAltName=IP:127.0.0.1"
        files = ["-keyout", str(made.key), "-out", str(made.certificate)]
        subprocess.run(["openssl", *asked.split(), *files], check=True)
        subprocess.run(["openssl", "rehash", store], check=True)
        return made

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Say ``ok`` to whoever trusts it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        port = free_port()
        async with await asyncio.start_server(_ok, "127.0.0.1", port, ssl=context):
            yield f"https://127.0.0.1:{port}"


async def _ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_ANSWER)
    await writer.drain()
    writer.close()
