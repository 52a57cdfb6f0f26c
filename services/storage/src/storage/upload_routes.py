"""``POST /storage/upload``, as n8n calls it."""

from typing import Any

from fastapi import APIRouter, Request

from contracts.actions import Action
from contracts.files import UploadedFiles
from storage.idempotency import TAKES_KEY
from storage.parts import Storage
from storage.targets import OnConflict

router = APIRouter(prefix="/storage", tags=["upload"])


_TEXTS: dict[str, Any] = {
    "path": {"type": "string", "description": "A folder, made where it is missing."},
    "action": {
        "type": "string",
        "enum": [str(action) for action in Action],
        "description": "In place of `path`, with `chantier`: the folder that reports of this kind go to.",
    },
    "chantier": {"type": "string", "description": "A chantier's folder, or client."},
    "taken_at": {
        "type": "string",
        "format": "date-time",
        "description": "Becomes the file's time.",
    },
    "filename": {
        "type": "string",
        "description": "Of a raw body, and of a file that comes without.",
    },
    "on_conflict": {"type": "string", "enum": [str(one) for one in OnConflict]},
}
"""What `UploadParameters` takes, from the query or beside the files."""
_BYTES = {"type": "string", "format": "binary"}
_BASE64 = {"type": "string", "format": "byte", "description": "As base64."}
_ONE = {"filename": _TEXTS["filename"], "content": _BASE64}
_MANY = {"type": "array", "items": {"type": "object", "properties": _ONE}}


def _with_texts(**files: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": _TEXTS | files}}


_DESCRIBED: dict[str, Any] = {
    "parameters": [
        *(
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in _TEXTS.items()
        ),
        *TAKES_KEY["parameters"],
    ],
    "requestBody": {
        "required": True,
        "description": "A form's files may have any field names; its texts come before them.",
        "content": {
            "multipart/form-data": _with_texts(file=_BYTES),
            "application/json": _with_texts(content=_BASE64, files=_MANY),
            "application/octet-stream": {"schema": _BYTES},
        },
    },
}


@router.post("/upload", openapi_extra=_DESCRIBED)
async def upload(request: Request, storage: Storage) -> UploadedFiles:
    """Write one or more files into a folder named by `path`, or by `action` and `chantier`."""
    return await storage.uploads.take(request)
