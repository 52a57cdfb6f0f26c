"""The request id: taken from a caller or made, and passed on with every call."""

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-ID"
_FORM = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    return uuid.uuid4().hex


def taken_or_made(given: str | None) -> str:
    """Take a caller's id when it is fit for a log line and a header, else make one."""
    return given if given and _FORM.fullmatch(given) else new_request_id()


def current_request_id() -> str:
    """The id of the request at work, or ``""`` outside of one."""
    return _current.get()


def remember_request_id(request_id: str) -> None:
    """Make *request_id* the one that logs and calls of this context carry."""
    _current.set(request_id)
