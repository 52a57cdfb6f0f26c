"""What Deck accepts in a field, and what it makes of it."""

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from tests.peers.nextcloud.errors import DeckError


def internal_error() -> DeckError:
    request_id = secrets.token_urlsafe(15)
    message = (
        "Internal server error: Please contact the server administrator if this error reappears multiple times,"
        f' please include the request ID "{request_id}" below in your report.'
    )
    return DeckError(500, message, request_id)


def text(fields: dict[str, Any], name: str, longest: int) -> str:
    """A text that must be there. PHP's ``empty("0")`` holds, and a number is "too long" (recorded)."""
    value = fields.get(name)
    if not value or value == "0":
        raise DeckError(400, f"{name} must be provided and must be not empty")
    if not isinstance(value, str) or len(value) > longest:
        raise DeckError(400, f"{name} cannot be longer than {longest} characters ")
    return value


def number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise DeckError(400, f"{name} must be provided and must be numeric")
    return int(str(value))


def due_date(value: object, now: int) -> tuple[str | None, str | None]:
    """
    Read a due date as PHP's DateTime does; give what the answer shows and what is kept.

    The answer still shows the offset; what is kept is the wall clock alone, called UTC.
    """
    if value is None:
        return None, None
    if value == "":
        shown_now = datetime.fromtimestamp(now, UTC).isoformat()
        return shown_now, shown_now
    try:
        moment = datetime.fromisoformat(str(value)).replace(microsecond=0)
    except ValueError:
        raise internal_error() from None
    if not isinstance(value, str):
        raise internal_error()
    shown = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return shown.isoformat(), moment.replace(tzinfo=UTC).isoformat()
