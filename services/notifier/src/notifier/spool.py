"""
Files that callers sent with a notice, on disk until its group sees them.

Why on disk: docs/decisions/0017-sent-files-wait-on-disk.md
"""

import asyncio
import hashlib
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chassis.own_disk import full_is_said
from contracts.errors import NotFound, Rejected, StorageFull, TooLarge
from contracts.storage_client import OpenFile

MAX_BYTES = 2000 * 1024 * 1024
"""Of one form: what Telegram takes of one file."""
_BLOCK_BYTES = 256 * 1024
_ARRIVING = ".arriving-"
"""Hidden from the backup."""
_SOURCE = "sent:"


@dataclass(frozen=True)
class SentFile:
    """A file of a form; ``path`` is where it waits for whoever takes it."""

    field: str
    name: str
    sha256: str
    size_bytes: int
    path: Path

    @property
    def source(self) -> str:
        """Names the content: the same file again is the same file."""
        return f"{_SOURCE}{self.sha256}"


class Spool:
    """
    A folder of ours.

    Args:
        folder: Made when missing.
        reserve_bytes: Of the disk, that are left free.
    """

    def __init__(self, folder: Path, reserve_bytes: int) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes

    def open(self, wanted: Collection[tuple[str, str]]) -> None:
        """
        Make the folder; remove all files but what is *wanted*, by notice and source: a kill left them behind.

        A folder in it is not ours (``lost+found`` of a disk of its own).
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)  # a restore made it as it found it
        names = {self._path(*one) for one in wanted}
        for path in set(self._folder.iterdir()) - names:
            if path.is_symlink() or not path.is_dir():
                path.unlink()

    async def keep(
        self, field: str, name: str, content: AsyncIterator[bytes], max_bytes: int
    ) -> SentFile:
        """
        Write *content* to disk as it comes; nothing stays of what does not come whole.

        Raises:
            Rejected: It is empty.
            TooLarge: It has more than *max_bytes*.
            StorageFull: The disk is nearly full.
        """
        path = self._folder / f"{_ARRIVING}{uuid.uuid4().hex}"
        try:
            with full_is_said():
                sha256, size_bytes = await self._write(path, content, max_bytes)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if not size_bytes:
            path.unlink()
            raise Rejected(
                f"The file {name!r} is empty; leave it out, or send what is in it.",
                code="empty_file",
            )
        return SentFile(field, name, sha256, size_bytes, path)

    def take(self, notice_id: str, files: Iterable[SentFile]) -> None:
        """Make *files* such that notice *notice_id* can show, also after a power cut."""
        for file in files:
            file.path.replace(self._path(notice_id, file.source))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def file(self, notice_id: str, source: str) -> OpenFile:
        """
        Read a file that was taken.

        Raises:
            NotFound: It is gone; its pieces raise it at their end where they are not what was sent.
        """
        path = self._path(notice_id, source)
        try:
            size_bytes = path.stat().st_size
        except FileNotFoundError as error:
            raise _gone() from error
        return OpenFile(size_bytes, _read(path, source.removeprefix(_SOURCE)))

    def drop(self, notice_id: str, source: str) -> None:
        """Forget a file that its group sees."""
        self._path(notice_id, source).unlink(missing_ok=True)

    async def _write(
        self, path: Path, content: AsyncIterator[bytes], max_bytes: int
    ) -> tuple[str, int]:
        digest = hashlib.sha256()
        size_bytes = 0
        with path.open("xb") as file:
            async for block in _blocks(content):
                size_bytes += len(block)
                self._require_room(size_bytes, len(block), max_bytes)
                await asyncio.to_thread(_write, file, block, digest)
            await asyncio.to_thread(_to_disk, file)
        return digest.hexdigest(), size_bytes

    def _path(self, notice_id: str, source: str) -> Path:
        notice = hashlib.sha256(notice_id.encode()).hexdigest()[:32]
        return self._folder / f"{notice}-{source.removeprefix(_SOURCE)}"

    def _require_room(self, size_bytes: int, more_bytes: int, max_bytes: int) -> None:
        if size_bytes > max_bytes:
            raise TooLarge(
                f"The files of one notice may have {MAX_BYTES // 2**20} MiB together; send the others with another one."
            )
        free_bytes = shutil.disk_usage(self._folder).free
        if free_bytes - more_bytes < self._reserve_bytes:
            raise StorageFull(
                f"The notifier's disk is nearly full: no files are taken until {self._reserve_bytes} bytes"
                " are free (NOTIFIER_RESERVE_BYTES). Give files by their path in Nextcloud."
            )


def is_sent(source: str) -> bool:
    """Whether a notice's photo or file was sent with it."""
    return source.startswith(_SOURCE)


async def _blocks(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Gather what is worth a thread."""
    block = bytearray()
    async for piece in content:
        block += piece
        if len(block) >= _BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _write(file: BinaryIO, block: bytes, digest: "hashlib._Hash") -> None:
    digest.update(block)
    file.write(block)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


async def _read(path: Path, sha256: str) -> AsyncIterator[bytes]:
    try:
        opened = path.open("rb")
    except FileNotFoundError as error:
        raise _gone() from error
    digest = hashlib.sha256()
    with opened as file:
        while block := await asyncio.to_thread(_next, file, digest):
            yield block
    if digest.hexdigest() != sha256:
        raise NotFound(
            "The file that was sent is damaged on the notifier's disk; send the notice with it again.",
            code="file_damaged",
        )


def _next(file: BinaryIO, digest: "hashlib._Hash") -> bytes:
    block = file.read(_BLOCK_BYTES)
    digest.update(block)
    return block


def _gone() -> NotFound:
    return NotFound(
        "The file that was sent is no longer here; send the notice with it again.",
        code="file_gone",
    )
