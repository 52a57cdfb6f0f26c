"""Where a list of what happened goes on: a time, and an id among those of the same time."""

import base64
import binascii
from datetime import UTC, datetime

from contracts.errors import Rejected
from contracts.texts import without_controls

Place = tuple[datetime, str]


def cursor(place: Place) -> str:
    """Say a place for the wire."""
    at, id_ = place
    return base64.urlsafe_b64encode(f"{at.isoformat()} {id_}".encode()).decode()


def place(cursor: str) -> Place:
    """
    Read what `cursor` said.

    Raises:
        Rejected: It is not one of ours.
    """
    try:
        decoded = base64.urlsafe_b64decode(cursor.encode()).decode()
        at, id_ = without_controls(decoded).split(" ")
        return datetime.fromisoformat(at).astimezone(UTC), id_
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Rejected(
            "Send 'cursor' as the last page's 'next' gave it.", code="bad_cursor"
        ) from error
