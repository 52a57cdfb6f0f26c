"""``POST /storage/upload``, as n8n calls it."""

from typing import Any

from fastapi import APIRouter, Request

from contracts.files import UploadedFiles
from storage.idempotency import TAKES_KEY
from storage.parts import Storage

router = APIRouter(prefix="/storage", tags=["upload"])


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


@router.post("/upload", openapi_extra=_FORMS | TAKES_KEY)
async def upload(request: Request, storage: Storage) -> UploadedFiles:
    """Write one or more files into a folder named by `path`, or by `action` and `chantier`."""
    return await storage.uploads.take(request)
