"""One ``POST /storage/upload``: whatever form its files come in, written while they arrive."""

from fastapi import Request

from contracts.errors import Rejected
from contracts.files import StoredFile, UploadedFiles
from storage.body import Body
from storage.multipart import MultipartReader, Part, boundary_of
from storage.paths import wire
from storage.received import pieces, received
from storage.upload_target import UploadParameters, parameters
from storage.uploads import FileWriter
from storage.webdav import WebDAVClient

_MAX_TEXT_BYTES = 64 * 1024


class UploadCalls:
    """Takes multipart and raw bodies."""

    def __init__(self, writer: FileWriter, webdav: WebDAVClient) -> None:
        self._writer = writer
        self._webdav = webdav

    async def take(self, request: Request) -> UploadedFiles:
        """
        Write all files of *request*.

        Raises:
            Rejected: It says not where to, or holds no file.
        """
        query = dict(request.query_params)
        content_type = request.headers.get("content-type", "")
        if content_type.startswith("multipart/"):
            reader = MultipartReader(boundary_of(content_type), pieces(request))
            stored, said = await self._multipart(query, reader)
        else:
            said = parameters(query)
            target = said.target(None)
            stored = [await self._writer.put(target, received(request))]
        return await self._answer(stored, said)

    async def _multipart(
        self, query: dict[str, str], reader: MultipartReader
    ) -> tuple[list[StoredFile], UploadParameters]:
        texts: dict[str, str] = {}
        stored: list[StoredFile] = []
        async for part in reader.parts():
            if part.filename is None:
                texts.setdefault(part.name, await _text(part))
                continue
            target = parameters(query, texts).target(part.filename)
            stored.append(await self._writer.put(target, Body(part.content)))
        if not stored:
            raise Rejected("The form holds no file.", code="no_file")
        return stored, parameters(query, texts)

    async def _answer(
        self, stored: list[StoredFile], said: UploadParameters
    ) -> UploadedFiles:
        folder = said.folder()
        found = await self._webdav.stat(folder)
        url = self._webdav.url(found.file_id) if found else ""
        return UploadedFiles(items=tuple(stored), folder=wire(folder), url=url)


async def _text(part: Part) -> str:
    raw = b""
    async for piece in part.content:
        raw += piece
        if len(raw) > _MAX_TEXT_BYTES:
            raise Rejected(
                f"The text field {part.name!r} is too long; a file needs a filename.",
                code="text_too_long",
            )
    return raw.decode("utf-8", "replace")
