"""A backup by one call."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from contracts.errors import Problem

router = APIRouter(
    prefix="/knowledge",
    tags=["backup"],
    responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
)


@router.post(
    "/backup",
    response_class=FileResponse,
    responses={
        200: {
            "content": {
                "application/gzip": {"schema": {"type": "string", "format": "binary"}}
            }
        }
    },
)
async def back_up(request: Request) -> FileResponse:
    """Copy catalogue and index while the service works: a compressed TAR file to unpack into an empty data folder."""
    path = await request.app.state.library.backup.make()
    return FileResponse(
        path,
        media_type="application/gzip",
        filename="knowledge.tar.gz",
        background=BackgroundTask(path.unlink),
    )
