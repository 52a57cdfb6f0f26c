"""Routes of folders, shares and deletion."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from chassis.json_routes import JSONRoute
from chassis.said import OptionalText
from contracts.files import FileEntry, Share, ShareRequest, StoredFolder
from contracts.paging import Page, Shape
from storage.idempotency import TAKES_KEY
from storage.parts import Storage
from storage.paths import read_path, wire, written_path

router = APIRouter(prefix="/storage", tags=["folders"], route_class=JSONRoute)


@router.get("/files")
async def list_folder(
    storage: Storage,
    path: OptionalText = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    cursor: OptionalText = None,
    shape: Shape = "page",
) -> Page[FileEntry] | tuple[FileEntry, ...]:
    """List a folder: its subfolders, then its files, by name."""
    folder = read_path(path or "")
    page = await storage.entries.page(folder, limit=limit, cursor=cursor)
    return page.items if shape == "items" else page


@router.put("/folders/{path:path}")
async def put_folder(
    path: str,
    storage: Storage,
) -> StoredFolder:
    """Make a folder with its parents, or find it."""
    folder = await storage.finder.find(written_path(path))
    found, created = await storage.folders.found(folder)
    return StoredFolder(
        path=wire(folder),
        file_id=found.file_id,
        url=storage.webdav.url(found.file_id),
        created=created,
    )


@router.delete("/files/{path:path}", status_code=204, response_class=Response)
async def delete_file(path: str, storage: Storage) -> None:
    """Move a file or folder to Nextcloud's trash bin, where that is allowed."""
    await storage.trash.remove(read_path(path))


@router.post("/shares", openapi_extra=TAKES_KEY)
async def share(
    wanted: ShareRequest,
    request: Request,
    storage: Storage,
) -> Share:
    """Give a read-only public link; the one that is there already, where it fits."""

    async def fingerprint() -> str:
        return await storage.shares.fingerprint(wanted)

    async def do() -> tuple[str, str]:
        made = await storage.shares.share(wanted)
        return await fingerprint(), made.model_dump_json()

    return Share.model_validate_json(await storage.kept.once(request, do, fingerprint))
