"""Cursors: where the next page of a list starts, in a form that callers only hand back."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from contracts.errors import Rejected
from contracts.texts import without_controls

Place = tuple[datetime, str]
"""Where a list of what happened goes on: a time, and an id among those of the same time."""


def following(places: Sequence[Place], limit: int) -> str | None:
    """Say where a list goes on after *limit*, of which one more was asked for; ``None`` at its end."""
    if len(places) <= limit:
        return None
    at, id_ = places[limit - 1]
    return written((at.isoformat(), id_))


def place(cursor: str) -> Place:
    """
    Read what `following` said.

    Raises:
        Rejected: It is not one of ours.
    """
    try:
        at, id_ = map(without_controls, read(cursor))
        return datetime.fromisoformat(at).astimezone(UTC), id_
    except (ValueError, TypeError, OverflowError) as error:
        raise foreign() from error


def written(place: tuple[Any, ...]) -> str:
    """Say any place that JSON can say."""
    said = json.dumps(place, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(said).decode()


def read(cursor: str) -> tuple[Any, ...]:
    """
    Read what `written` said; whether it is a place of this list is not looked at.

    Raises:
        Rejected: It cannot be read.
    """
    try:
        return tuple(json.loads(base64.urlsafe_b64decode(cursor.encode())))
    except (ValueError, TypeError, RecursionError) as error:
        raise foreign() from error


def foreign() -> Rejected:
    """What a caller is told whose cursor is not of this list."""
    return Rejected(
        "Send 'cursor' as the last page's 'next' gave it.", code="bad_cursor"
    )
