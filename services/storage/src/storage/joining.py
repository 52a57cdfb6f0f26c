"""
The MOVE that joins all chunks of an upload at their place.

One whose answer was lost must not be repeated unseen: docs/decisions/0201-exactly-one-file.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from contracts.errors import (
    NotFound,
    Rejected,
    ServiceError,
    TimedOut,
    Unavailable,
)
from storage.patience import Patience
from storage.staging import StagingArea
from storage.webdav import WebDAVClient, Written

MOVE_S = 120.0
JOINED_BYTES_PER_S = 20_000_000
"""A MOVE copies all chunks once more before it answers; measured 160 to 600 MB/s, a slow disk does a tenth."""


@dataclass(frozen=True)
class Staged:
    """A whole upload that waits for its place."""

    upload_id: str
    size_bytes: int
    sha256: str


class ChunksDoNotAddUp(ServiceError):
    """Nextcloud has other chunks than were sent: another MOVE changes nothing, another upload does."""

    status, code = 503, "chunks_do_not_add_up"
    title, retryable = "Unavailable for now", True


class Joiner:
    """
    Joins what is staged.

    Args:
        area: Where chunks lie.
        webdav: Where files go in the end.
        patience: With which an unclear MOVE is looked at and done again.
    """

    def __init__(
        self, area: StagingArea, webdav: WebDAVClient, patience: Patience
    ) -> None:
        self._area = area
        self._webdav = webdav
        self._patience = patience

    async def join(
        self, staged: Staged, target: PurePosixPath, headers: Mapping[str, str]
    ) -> Written:
        """
        Join *staged* at *target*; ``status`` 412 where that exists and *headers* forbid to replace it.

        Raises:
            ChunksDoNotAddUp: They cannot be joined.
            NotFound: They are gone.
            Conflict: The folder of *target* is missing.
        """
        worth = (Unavailable, TimedOut, NotFound)
        async for attempt in self._patience.tries(worth):
            with attempt:
                again = attempt.retry_state.attempt_number > 1
                landed = (
                    await self._landed(staged, target) if again else None
                ) or await self._move(staged, target, headers)
        return landed

    async def _move(
        self, staged: Staged, target: PurePosixPath, headers: Mapping[str, str]
    ) -> Written:
        source = await self._area.joined(staged.upload_id)
        # A condition on a MOVE is of what is moved, which exists: this one would refuse each (docs/decisions/0206).
        asked = {name: headers[name] for name in headers if name != "If-None-Match"}
        # Without it a gap is joined silently.
        total = {"OC-Total-Length": str(staged.size_bytes)}
        stalled_s = MOVE_S + staged.size_bytes / JOINED_BYTES_PER_S
        try:
            return await self._webdav.move(
                source, target, {**asked, **total}, stalled_s=stalled_s
            )
        except Rejected as error:
            raise ChunksDoNotAddUp(
                "Nextcloud could not join the chunks and they were removed; repeat."
            ) from error

    async def _landed(self, staged: Staged, target: PurePosixPath) -> Written | None:
        """Look whether a MOVE whose answer was lost was done."""
        found = await self._webdav.stat(target)
        if found is None or found.is_folder or found.size_bytes != staged.size_bytes:
            return None
        if await self._webdav.sha256(target) != staged.sha256:
            return None
        return Written(201, found.etag, found.file_id, staged.sha256)
