"""One ``POST /storage/upload``: whatever form its files come in, written while they arrive."""

import asyncio
import hashlib
import json
from collections.abc import Hashable
from contextlib import AsyncExitStack
from pathlib import PurePosixPath

from fastapi import Request

from contracts.errors import ServiceError
from contracts.files import StoredFile, UploadedFiles
from storage.ahead import ReadAhead
from storage.files import FileWriter
from storage.forms import sent_files
from storage.idempotency import KeptAnswers
from storage.paths import wire
from storage.received import Receiver
from storage.sent_file import SentFile, no_file
from storage.targets import Target
from storage.unanswered import UnansweredFiles
from storage.upload_target import UploadFolders
from storage.webdav import WebDAVClient

SIDE_BY_SIDE = 4
"""Files of one call at once; measured, more than four do not make it faster."""


class UploadCalls:
    """Takes calls, each once for its idempotency key."""

    def __init__(
        self,
        writer: FileWriter,
        webdav: WebDAVClient,
        folders: UploadFolders,
        kept: KeptAnswers,
        unanswered: UnansweredFiles,
        *,
        ahead: ReadAhead,
        receiver: Receiver,
    ) -> None:
        self._writer = writer
        self._webdav = webdav
        self._folders = folders
        self._kept = kept
        self._unanswered = unanswered
        self._ahead = ahead
        self._receiver = receiver

    async def take(self, request: Request) -> UploadedFiles:
        """
        Write all files of *request*, small ones side by side; all of them, or none.

        Raises:
            Rejected: It says not where to, holds no file, or its key was used for others.
        """

        async def do() -> tuple[str, str]:
            prints, answer = await self._write(request)
            return _joined(prints), answer.model_dump_json()

        async def read() -> str:
            prints = []
            async with AsyncExitStack() as place:
                async for file in sent_files(request, self._receiver, place):
                    await file.body.drain()
                    prints.append(_fingerprint(file))
            return _joined(prints)

        answer = await self._kept.once(request, do, read)
        return UploadedFiles.model_validate_json(answer)

    async def _write(self, request: Request) -> tuple[list[str], UploadedFiles]:
        async with self._unanswered.call() as call_id:
            files, stored = await self._stored(request, call_id)
        return [_fingerprint(file) for file in files], await self._answer(stored)

    async def _stored(
        self, request: Request, call_id: str
    ) -> tuple[list[SentFile], tuple[StoredFile, ...]]:
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        writing: list[asyncio.Task[StoredFile]] = []
        files: list[SentFile] = []
        folders: dict[Hashable, PurePosixPath] = {}
        try:
            async with AsyncExitStack() as place, asyncio.TaskGroup() as group:
                async for file in sent_files(request, self._receiver, place):
                    path = await self._path(file, folders)
                    await places.acquire()
                    read = asyncio.Event()
                    put = self._read_and_put(file, path, call_id, read)
                    task = group.create_task(put)
                    task.add_done_callback(lambda _: places.release())
                    files.append(file)
                    writing.append(task)
                    await read.wait()
                    if not file.body.whole:
                        await asyncio.wait([task])
        except* ServiceError as errors:
            raise errors.exceptions[0] from None
        if not files:
            raise no_file("There is no file.")
        return files, tuple(task.result() for task in writing)

    async def _read_and_put(
        self, file: SentFile, path: PurePosixPath, call_id: str, read: asyncio.Event
    ) -> StoredFile:
        """Write one file; *read* is set once the next may be asked for, or this one is not yet in memory."""
        try:
            async with self._ahead.held(file.body):
                read.set()
                return await self._put(file, path, call_id)
        finally:
            read.set()

    async def _path(
        self, file: SentFile, folders: dict[Hashable, PurePosixPath]
    ) -> PurePosixPath:
        """Say where *file* goes; *folders* are those of its call, each looked for once."""
        wanted = file.wanted
        place = (wanted.path, wanted.action, wanted.chantier, wanted.taken_at)
        if place not in folders:
            folders[place] = await self._folders.folder(wanted)
        return folders[place] / wanted.name(file.filename, file.media_type)

    async def _put(
        self, file: SentFile, path: PurePosixPath, call_id: str
    ) -> StoredFile:
        wanted = file.wanted
        target = Target(path, wanted.taken_at, wanted.on_conflict, call_id)
        put = asyncio.create_task(self._writer.put(target, file.body))
        try:
            return await asyncio.shield(put)
        except asyncio.CancelledError:
            # What was sent may arrive all the same: it is not given up before Nextcloud has answered.
            if not file.body.ended:
                put.cancel()
            await asyncio.wait({put})
            if not put.cancelled():
                put.exception()  # seen: the call fails for what broke it first
            raise

    async def _answer(self, stored: tuple[StoredFile, ...]) -> UploadedFiles:
        folder = PurePosixPath(stored[0].path).parent
        found = await self._webdav.stat(folder)
        url = self._webdav.url(found.file_id) if found else ""
        return UploadedFiles(items=stored, folder=wire(folder), url=url)


def _fingerprint(file: SentFile) -> str:
    """Name what was asked for and sent, but not how it was framed."""
    wanted = file.wanted.model_dump(mode="json")
    return json.dumps([wanted, file.filename, file.body.sha256], sort_keys=True)


def _joined(prints: list[str]) -> str:
    return hashlib.sha256("\n".join(prints).encode()).hexdigest()
