"""The tables of notices and of their media: what a group shall see, and what it sees already."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from chassis.database import AwareTime
from contracts.dismissals import Dismissal
from contracts.notices import MissingMedia, Notice, NoticeStatus

metadata = MetaData()

notices = Table(
    "notices",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger),
    Column("silent", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("format", String(8), nullable=False),
    # Counts what was asked for; a delivery writes which text of it the group reads.
    Column("revision", Integer, nullable=False),
    Column("first_revision", Integer),
    Column("delivered_revision", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    # The first is the text's, null where Telegram did not say it; the others are its media's.
    Column("message_ids", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("body_sha256", String(64), nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("delivered_at", AwareTime),
    Column("edited_at", AwareTime),
    Index("notices_by_status", "status", "created_at"),
    Index("notices_by_time", "created_at", "id"),
)

notice_media = Table(
    "notice_media",
    metadata,
    Column("notice_id", String(200), primary_key=True),
    # In the order in which a notice's media were asked for; never given again.
    Column("place", Integer, primary_key=True),
    # Names the same photo or file whenever it is asked for.
    Column("source", Text, nullable=False),
    Column("path", Text),
    Column("file_id", Text),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    # The ``file_id`` of what was brought up from storage.
    Column("uploaded", Text),
    # Set before it is sent, and then for ever: what goes with what.
    Column("album", Integer),
    Column("bears_text", Boolean, nullable=False),
    Column("message_id", BigInteger),
    Column("sent_at", AwareTime),
    UniqueConstraint("notice_id", "source"),
)

missing_media = Table(
    "missing_media",
    metadata,
    Column("notice_id", String(200), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("code", String(100), nullable=False),
    Column("detail", Text, nullable=False),
)

notice_dismissals = Table(
    "notice_dismissals",
    metadata,
    Column("notice_id", String(200), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("dismissed_at", AwareTime, nullable=False),
)


@dataclass(frozen=True)
class WantedMedia:
    """A photo or file that a caller wants a group to see."""

    source: str
    path: str | None
    file_id: str | None
    kind: str
    name: str


@dataclass(frozen=True)
class Wanted:
    """What a caller wants a group to read."""

    id: str
    chat_id: int
    text: str
    format: str
    silent: bool
    topic_id: int | None
    body_sha256: str
    media: tuple[WantedMedia, ...] = ()


@dataclass(frozen=True)
class Backlog:
    """What is not delivered, or not whole; of the latter two what was dismissed is left out."""

    queued: int
    failed: int
    incomplete: int
    """Delivered without one of their photos or files."""
    oldest_s: float
    """Age of the oldest queued notice, in seconds."""


def notice(
    row: Row[Any], missing: tuple[MissingMedia, ...], dismissed: Dismissal | None
) -> Notice:
    """Say a row of the table as what crosses the wire."""
    return Notice(
        id=row.id,
        status=NoticeStatus(row.status),
        chat_id=row.chat_id,
        text=row.text,
        revision=row.revision,
        message_ids=tuple(number for number in row.message_ids if number),
        attempts=row.attempts,
        last_error=row.last_error,
        missing=missing,
        dismissed=dismissed,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        edited_at=row.edited_at,
    )
