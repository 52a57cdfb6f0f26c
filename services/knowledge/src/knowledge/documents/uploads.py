"""What is sent to be indexed: the bytes on disk, and what their sender says of them."""

import asyncio
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from chassis.own_disk import full_is_said
from contracts.errors import Rejected, TooLarge
from contracts.knowledge import DocumentText
from knowledge.reading.blocks import READING_RULES
from knowledge.reading.formats import Format, said_format
from knowledge.room import Room
from knowledge.words.folding import words_of

SPOOL = "spool"
"""The folder of the data that is the `Spool`."""
BRIEF_BYTES = 64 * 1024
"""A past fault, a note, a list of codes: read and indexed in a second, so they do not wait for manuals."""
DEFAULT_SOURCE = "Documents"
"""Where none is named."""
_RULES = f"{READING_RULES}:"


class Upload(BaseModel):
    """A document to be indexed. ``file`` is its name in the spool."""

    model_config = ConfigDict(frozen=True)
    document_id: str
    file: str
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    source: str
    title: str
    tags: tuple[str, ...] = ()
    outcome: str = ""

    @property
    def brief(self) -> bool:
        return self.size_bytes <= BRIEF_BYTES

    @property
    def said_format(self) -> Format | None:
        """The kind of text that its sender says it is."""
        return said_format(self.name, self.media_type)

    @property
    def read_as(self) -> str:
        """Its fingerprint and the rules of now: what others read is read again when it is sent again."""
        return f"{_RULES}{self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """The same for the same bytes, to be read in the same way, with the same words about them."""
        about = [self.sha256, self.source, self.title, self.tags, self.outcome]
        read_as = [self.said_format] if self.said_format else []
        return hashlib.sha256(json.dumps([*about, *read_as]).encode()).hexdigest()


def made_id(about: DocumentText, sha256: str) -> str:
    """The same for the same source and title, or file name, so that a new version replaces the old one."""
    called = about.title or about.name
    if not called:
        return sha256[:32]
    source = "" if about.source == DEFAULT_SOURCE else about.source
    digest = hashlib.sha256(json.dumps([source, called]).encode()).hexdigest()
    return "-".join([*words_of(called), digest[:8]])[-120:]


def is_outdated(read_as: str) -> bool:
    """Whether other rules than those of now read it."""
    return not read_as.startswith(_RULES)


class Spool:
    """
    Uploads that are not read yet, as files of one folder.

    Args:
        folder: Made when missing.
        max_bytes: Of one upload.
        reserve_bytes: Of the disk, that are left free.
    """

    def __init__(self, folder: Path, max_bytes: int, reserve_bytes: int = 0) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._room = Room(folder, reserve_bytes)

    def open(self, wanted: frozenset[str]) -> None:
        """Make the folder; remove what is not *wanted*: a killed service left it behind."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._files():
            if path.name not in wanted:
                path.unlink()

    async def keep(self, body: AsyncIterator[bytes]) -> tuple[str, str, int]:
        """
        Write *body* to disk as it comes; returns the file's name, its SHA-256 and its size in bytes.

        Raises:
            TooLarge: It has more than ``max_bytes``.
            Rejected: It is empty.
            StorageFull: The disk is nearly full.
            Unavailable: The folder is gone.
        """
        name = uuid.uuid4().hex
        try:
            with full_is_said():
                sha256, size_bytes = await self._write(self.path(name), body)
        except BaseException:
            self.drop(name)
            raise
        return name, sha256, size_bytes

    def path(self, name: str) -> Path:
        return self._folder / name

    def kept(self, name: str) -> Path:
        """
        The file of an upload that is to be read.

        Raises:
            Rejected: It is not here; so it is after a restore of a backup that held none.
        """
        path = self.path(name)
        if not path.is_file():
            raise Rejected("What was sent is no longer here; send it again.")
        return path

    def size_bytes(self) -> int:
        size_bytes = 0
        for path in self._files():
            with suppress(FileNotFoundError):  # dropped meanwhile
                size_bytes += path.stat().st_size
        return size_bytes

    def link_into(self, folder: Path) -> None:
        """Have what is here stand in *folder* too, and stay there when it is dropped here; may be called again."""
        folder.mkdir(exist_ok=True)
        for path in self._files():
            with suppress(FileNotFoundError):  # dropped meanwhile
                _link_or_copy(path, folder / path.name)

    def _files(self) -> Iterator[Path]:
        return (path for path in self._folder.iterdir() if path.is_file())

    def drop(self, *names: str) -> None:
        for name in names:
            self.path(name).unlink(missing_ok=True)

    async def _write(self, path: Path, body: AsyncIterator[bytes]) -> tuple[str, int]:
        digest = hashlib.sha256()
        size_bytes = 0
        self._room.demand()
        with path.open("wb") as file:
            async for piece in body:
                size_bytes += len(piece)
                if size_bytes > self._max_bytes:
                    raise TooLarge(
                        f"The document has more than {self._max_bytes:,} bytes; part it, or raise KNOWLEDGE_MAX_BYTES."
                    )
                self._room.demand(len(piece))
                digest.update(piece)
                file.write(piece)
            file.flush()
            # In a thread: 200 MB take a plain disk two seconds, in which searches would wait.
            await asyncio.to_thread(os.fsync, file.fileno())
        if not size_bytes:
            raise Rejected(
                "The document is empty: send a file in a form, its bytes as the body, or JSON with 'text'.",
                code="empty_document",
            )
        return digest.hexdigest(), size_bytes


def _link_or_copy(path: Path, into: Path) -> None:
    """A copy is made anew each time: the one before may be of what still came in."""
    if into.exists() and into.samefile(path):
        return
    try:
        into.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:  # on another disk
        shutil.copyfile(path, into)
