"""Files in a JSON document, as base64."""

import json
from collections.abc import AsyncIterator
from typing import Any

from chassis.base64_text import SEND_A_FILE, decoded
from chassis.json_bodies import require_few_values
from chassis.json_words import json_words
from contracts.errors import FieldProblem, Rejected
from contracts.texts import said
from storage.body import Body
from storage.sent_file import SentFile
from storage.upload_target import parameters

_CONTENT_NAMES = ("content", "data", "base64", "content_base64")
_FILE_NAMES = ("filename", "name", "fileName")
_TYPE_NAMES = ("mime_type", "mimeType")
"""n8n's own binary objects have ``data``, ``fileName`` and ``mimeType``."""


def json_files(raw: bytearray, query: dict[str, str]) -> list[SentFile]:
    """
    Read the document *raw*.

    Raises:
        Rejected: It is broken, or holds no files as they have to be.
    """
    fields = _object(_parsed(raw))
    listed = fields.pop("files", None)
    files = _parsed(listed) if isinstance(listed, str) else listed
    if files is None:
        return [_file(fields, fields, query, "")]
    if not isinstance(files, list):
        raise _broken("'files' has to be a list")
    return [
        _file(_object(one), fields, query, f"files.{number}.")
        for number, one in enumerate(files)
    ]


def _file(
    file: dict[str, Any], fields: dict[str, Any], query: dict[str, str], place: str
) -> SentFile:
    name = next((name for name in _CONTENT_NAMES if file.get(name)), "content")
    wanted = parameters(query, file, fields)
    content = _decoded(file.get(name), f"{place}{name}")
    body = Body(_once(content), size_bytes=len(content))
    filename = _first(file, _FILE_NAMES, place)
    media_type = _first(file, _TYPE_NAMES, place) or "application/octet-stream"
    return SentFile(filename, media_type, body, wanted)


def _first(file: dict[str, Any], names: tuple[str, ...], place: str) -> str | None:
    for name in names:
        given = said(file.get(name))
        if isinstance(given, str):
            return given
        if given is not None:
            raise _wrong(f"{place}{name}", "has to be text.")
    return None


def _decoded(encoded: Any, field: str) -> bytes:
    if isinstance(encoded, dict):
        raise _wrong(field, f"is where n8n keeps the file, not the file. {SEND_A_FILE}")
    if not isinstance(encoded, str) or not encoded:
        raise _wrong(field, "has to be the file's bytes, as base64.")
    try:
        return decoded(encoded)
    except ValueError as error:
        raise _wrong(field, str(error)) from error


def _parsed(raw: bytearray | str) -> Any:
    try:
        require_few_values(raw.encode() if isinstance(raw, str) else raw)
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _broken(json_words(str(error))) from error


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _broken("it, and each of 'files', has to be an object")
    return dict(value)


def _broken(what: str) -> Rejected:
    return Rejected(f"Mend the JSON: {what}.", code="bad_json")


def _wrong(field: str, what: str) -> Rejected:
    return Rejected(
        f"Mend the JSON: '{field}' {what}",
        code="bad_json",
        errors=(FieldProblem(field=field, detail=what),),
    )


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
