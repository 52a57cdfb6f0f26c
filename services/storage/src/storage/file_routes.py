"""Routes of chantiers and files."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from chassis.downloads import Download
from chassis.said import OptionalText, OptionalTime
from contracts.files import Chantier, StoredFile
from contracts.paging import Page, Shape
from storage.download import AskedFile
from storage.parts import Storage
from storage.paths import file_path, read_path
from storage.targets import OnConflict, Target

router = APIRouter(prefix="/storage", tags=["files"])


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


_ANY_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"*/*": {}}, "description": "The file's bytes"},
    206: {"content": {"*/*": {}}, "description": "The part asked for by `Range`"},
    304: {"description": "Not modified"},
}


@router.get("/chantiers")
async def list_chantiers(
    storage: Storage,
    limit: Annotated[int, Query(ge=1, le=1000)] = 10,
    q: OptionalText = None,
    cursor: OptionalText = None,
    shape: Shape = "page",
) -> Page[Chantier] | tuple[Chantier, ...]:
    """List the chantiers, newest first; `q` forgives accents, case and typos."""
    page = await storage.chantiers.page(limit=limit, q=q or "", cursor=cursor)
    return page.items if shape == "items" else page


@router.put("/files/{path:path}", openapi_extra=_ANY_BODY)
async def put_file(
    path: str,
    request: Request,
    storage: Storage,
    taken_at: OptionalTime = None,
    on_conflict: OnConflict = OnConflict.KEEP_BOTH,
) -> StoredFile:
    """Write one file; its folders are made, and the same content twice stays one file."""
    target = Target(file_path(path), taken_at, on_conflict)
    return await storage.writer.put(target, storage.receiver.body(request))


@router.head("/files/{path:path}", response_class=Response, include_in_schema=False)
@router.get("/files/{path:path}", response_class=Response, responses=_ANY_FILE)
async def get_file(path: str, request: Request, storage: Storage) -> Response:
    """Read one file, whole or by `Range`; `If-None-Match` takes the ETag."""
    file = AskedFile(request, storage.webdav, read_path(path))
    return Download(storage.readers, file.opened)
