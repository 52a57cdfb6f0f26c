"""Where a list of notices goes on."""

import base64
import json
from datetime import datetime

from contracts.errors import Rejected
from contracts.notices import Notice
from contracts.texts import without_controls


def cursor_after(last: Notice) -> str:
    place = json.dumps([last.created_at.isoformat(), last.id])
    return base64.urlsafe_b64encode(place.encode()).decode()


def place(cursor: str) -> tuple[datetime, str]:
    try:
        created_at, notice_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(created_at), without_controls(str(notice_id))
    except (ValueError, TypeError, RecursionError) as error:
        raise Rejected(
            "Send 'cursor' as the last page's 'next' gave it.", code="bad_cursor"
        ) from error
