"""
Text that people and workflows write: no control characters but blanks, as PostgreSQL keeps no NUL and no page shows the rest,
and no half of a pair of UTF-16, which JSON can escape and no UTF-8 can hold.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

_BLANKS = r"\t-\r"
_CONTROLS = re.compile(rf"(?![{_BLANKS}])[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


_ABSENT = frozenset({"", "null", "undefined"})


def said(value: Any) -> Any:
    """Give ``None`` for what n8n writes where it has nothing."""
    return None if isinstance(value, str) and value.strip() in _ABSENT else value


def is_plain(text: str) -> bool:
    """Whether *text* holds no control character but tabs and line ends, and no half of a character."""
    return _CONTROLS.search(text) is None


def without_controls(text: str) -> str:
    """Leave out what is not `is_plain`."""
    return _CONTROLS.sub("", text)


def _require_plain(text: str) -> str:
    if not is_plain(text):
        raise ValueError(
            "leave out control characters, such as NUL, and halves of characters, such as \\ud800"
        )
    return text


PlainText = Annotated[
    str,
    AfterValidator(_require_plain),
    Field(json_schema_extra={"pattern": r"^[^\x00-\x08\x0e-\x1f\x7f-\x9f]*$"}),
]
"""Refused where it is not `is_plain`."""
