"""Cursors: where the next page of an ordered list starts, even if what stood there has gone."""

import base64
import json
from collections.abc import Sequence
from typing import TypeVar

from contracts.errors import Rejected
from storage.resources import Resource

T = TypeVar("T")


def page_of(
    ordered: Sequence[Resource], *, limit: int, cursor: str | None
) -> tuple[Sequence[Resource], str | None]:
    """
    Cut one page out of *ordered*.

    Returns:
        At most *limit* of them, and the cursor of the next page or ``None``.

    Raises:
        Rejected: *cursor* is not one of ours.
    """
    start = _start(ordered, cursor) if cursor else 0
    page = ordered[start : start + limit]
    more = start + limit < len(ordered)
    return page, _cursor(start + limit, page[-1].name) if more else None


def _start(ordered: Sequence[Resource], cursor: str) -> int:
    try:
        offset, name = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        offset = max(0, int(offset))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Rejected(
            "Send 'cursor' as the last page's 'next' gave it.", code="bad_cursor"
        ) from error
    places = (place for place, one in enumerate(ordered, 1) if one.name == name)
    return next(places, offset)


def _cursor(offset: int, name: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([offset, name]).encode()).decode()
