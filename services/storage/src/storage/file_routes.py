"""Routes of chantiers and files."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from contracts.files import Chantier, StoredFile
from contracts.paging import Page
from storage.chantiers import Chantiers
from storage.download import Download
from storage.paths import read_path, written_path
from storage.received import received
from storage.said import OptionalText, OptionalTime
from storage.targets import OnConflict, Target
from storage.uploads import FileWriter
from storage.webdav import WebDAVClient

router = APIRouter(prefix="/storage", tags=["files"])


def _chantiers(request: Request) -> Chantiers:
    chantiers: Chantiers = request.app.state.chantiers
    return chantiers


def _writer(request: Request) -> FileWriter:
    writer: FileWriter = request.app.state.writer
    return writer


def _webdav(request: Request) -> WebDAVClient:
    webdav: WebDAVClient = request.app.state.webdav
    return webdav


_ANY_BODY: dict[str, Any] = {
    "requestBody": {
        "description": "The file's bytes, of any size; `Content-Length` or chunked.",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"}
            }
        },
    }
}


@router.get("/chantiers")
async def list_chantiers(
    chantiers: Annotated[Chantiers, Depends(_chantiers)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 10,
    q: OptionalText = None,
    cursor: OptionalText = None,
) -> Page[Chantier]:
    """List the chantiers, newest first; `q` forgives accents, case and typos."""
    return await chantiers.page(limit=limit, q=q or "", cursor=cursor)


@router.put("/files/{path:path}", openapi_extra=_ANY_BODY)
async def put_file(
    path: str,
    request: Request,
    writer: Annotated[FileWriter, Depends(_writer)],
    taken_at: OptionalTime = None,
    on_conflict: OnConflict = OnConflict.KEEP_BOTH,
) -> StoredFile:
    """Write one file; its folders are made, and the same content twice stays one file."""
    target = Target(written_path(path), taken_at, on_conflict)
    return await writer.put(target, received(request))


@router.api_route(
    "/files/{path:path}", methods=["GET", "HEAD"], response_class=Response
)
async def get_file(
    path: str, webdav: Annotated[WebDAVClient, Depends(_webdav)]
) -> Response:
    """Read one file, whole or by `Range`; `If-None-Match` takes the ETag."""
    return Download(webdav, read_path(path))
