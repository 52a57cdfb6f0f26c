"""``POST /storage/upload``, as n8n calls it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from contracts.files import UploadedFiles
from storage.upload_call import UploadCalls

router = APIRouter(prefix="/storage", tags=["upload"])


def _calls(request: Request) -> UploadCalls:
    calls: UploadCalls = request.app.state.uploads
    return calls


_FORMS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "path": {"type": "string"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            },
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"}
            },
        },
    }
}


@router.post("/upload", openapi_extra=_FORMS)
async def upload(
    request: Request, calls: Annotated[UploadCalls, Depends(_calls)]
) -> UploadedFiles:
    """Write one or more files into a folder named by `path`, or by `action` and `chantier`."""
    return await calls.take(request)
