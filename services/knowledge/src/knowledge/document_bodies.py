"""What OpenAPI says of the bodies in which documents come: their routes read these themselves."""

from typing import Any

from contracts.knowledge import DocumentText

_ABOUT: dict[str, Any] = {
    name: {"type": "string", "description": description}
    for name, description in {
        "source": "The shelf that it stands on, `Documents` where none is named.",
        "title": "Answers show it; name the brand in it.",
        "tags": "Parted by commas.",
        "outcome": "How a past fault was mended.",
        "name": "The file's.",
    }.items()
}
"""What a form says in its fields, and a bare body's query."""
_TEXT = {"text": {"type": "string", "description": "In place of a file."}, **_ABOUT}
BODY: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in _ABOUT.items()
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": DocumentText.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        **_TEXT,
                    },
                }
            },
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": _TEXT, "required": ["text"]}
            },
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"}
            },
        },
    },
}
