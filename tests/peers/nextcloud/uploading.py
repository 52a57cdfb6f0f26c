"""A body on its way to the disk, hashed as it comes, and what the headers ask to be done with it."""

import hashlib
import itertools
from collections.abc import Iterable
from pathlib import Path

from tests.peers.nextcloud.errors import DavError
from tests.peers.nextcloud.pacing import Pacing
from tests.peers.nextcloud.wire import Request

_number = itertools.count()
DAY_S = 24 * 3600


class Hashes:
    """The hashes that an ``X-Hash`` header asks for: ``sha256``, ``sha1``, ``md5`` or ``all``."""

    def __init__(self, request: Request) -> None:
        asked = request.headers.get("x-hash", "").lower()
        names = ("sha256", "sha1", "md5") if asked == "all" else (asked,)
        self._wrong = request.wrong_hash
        self._hashes = [
            hashlib.new(name) for name in names if name in ("sha256", "sha1", "md5")
        ]

    def update(self, chunk: bytes) -> None:
        for known in self._hashes:
            known.update(chunk)

    def headers(self) -> dict[str, str]:
        if self._wrong:
            self.update(b"not what was sent")
        return {
            f"X-Hash-{known.name.upper()}": known.hexdigest() for known in self._hashes
        }


def scratch_file(folder: Path) -> Path:
    """A path in *folder* that nobody else uses."""
    return folder / f"ocTransferId{next(_number)}.part"


async def receive(
    request: Request, folder: Path, hashes: Hashes, pacing: Pacing
) -> Path:
    """Write the body to a file in *folder*; nothing is left of one that breaks off."""
    target = scratch_file(folder)
    complete = False
    announced = int(request.headers.get("content-length", 0))
    turn, received = pacing.put(announced), 0
    try:
        with target.open("wb", buffering=0) as file:
            async for chunk in request.chunks():
                file.write(chunk)
                hashes.update(chunk)
                received += len(chunk)
                await turn.reached(received / max(announced, received + 1))
        await turn.reached(1)
        complete = True
    finally:
        if not complete:
            target.unlink(missing_ok=True)
    return target


def join(chunks: Iterable[Path], target: Path, hashes: Hashes) -> None:
    """Copy *chunks* one behind the other into *target*: the blocking part of a chunked upload's MOVE."""
    with target.open("wb", buffering=0) as joined:
        for chunk in chunks:
            with chunk.open("rb", buffering=0) as source:
                while block := source.read(1 << 20):
                    joined.write(block)
                    hashes.update(block)


def mtime_of(request: Request) -> int | None:
    """Read ``X-OC-MTime``. Raises the 500 that Nextcloud answers *after* it has stored the file."""
    value = request.headers.get("x-oc-mtime")
    if value is None:
        return None
    try:
        seconds = int(float(value))
    except ValueError:
        raise _invalid(
            "X-OC-MTime header must be an integer (unix timestamp)."
        ) from None
    if seconds <= DAY_S:
        raise _invalid("X-OC-MTime header must be a valid positive integer")
    return seconds


def _invalid(message: str) -> DavError:
    return DavError(500, "InvalidArgumentException", message)
