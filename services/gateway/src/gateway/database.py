"""
The gateway's tables.

A photo is a row of ``messages`` before anything else is done with it. Everything that is kept in memory besides
(open reports, quiet timers, menus) can be made again from these rows.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import AwareTime, inserted

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("admitted", Boolean, nullable=False),
)
"""Who was let in, for when Telegram does not say."""

conversations = Table(
    "conversations",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("step", String(16), nullable=False),
    Column("action", String(16)),
    Column("offer", String(16)),
    Column("chantier", Text, nullable=False, default=""),
    Column("client", Text, nullable=False, default=""),
    Column("report_id", String(64)),
)

offers = Table(
    "offers",
    metadata,
    Column("token", String(16), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("cursor", Text),
    Column("typed", Text, nullable=False, default=""),
    Column("message_id", BigInteger),
)
"""The chantiers that a list of buttons stands for; a button holds the token and an index only."""

replies = Table(
    "replies",
    metadata,
    Column("cause", String(64), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("edits", Integer),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("sent", Boolean, nullable=False, default=False),
    Column("planned_at", AwareTime, nullable=False),
)
"""What an update was answered, written together with what it changed and sent afterwards."""

reports = Table(
    "reports",
    metadata,
    Column("report_id", String(64), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("technician", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("chantier", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("folder_url", Text, nullable=False, default=""),
    Column("status", String(16), nullable=False),
    Column("revision", Integer, nullable=False, default=0),
    Column("late", Boolean, nullable=False, default=False),
    Column("closed_by", String(16)),
    Column("progress_message_id", Integer),
    Column("opened_at", AwareTime, nullable=False),
    Column("closed_at", AwareTime),
    Column("filed_at", AwareTime),
    Index("reports_by_age", "opened_at", "report_id"),
    Index("reports_by_chat", "chat_id", "closed_at"),
)
"""
``revision`` counts how often the report was given to be filed: 0 while it is open, more than 1 after late photos.
``late`` says that something has joined it since.
"""

messages = Table(
    "messages",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("report_id", String(64), index=True),
    Column("media_group_id", BigInteger),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("sent_at", AwareTime, nullable=False),
    Column("file_id", Text),
    Column("extension", String(16)),
    Column("mime_type", Text),
    Column("size_bytes", BigInteger),
    Column("name", Text),
    Column("path", Text),
    Column("sha256", String(64)),
    Index("messages_by_album", "chat_id", "media_group_id"),
)
"""What belongs to a report: its photos and files, and its texts (kind ``text``). Without a report: not yet claimed."""

replaced_files = Table(
    "replaced_files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("report_id", String(64), nullable=False, index=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sent_at", AwareTime, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("name", Text, nullable=False),
)
"""Files that stay where they were filed, though their messages hold others now."""

helps = Table(
    "helps",
    metadata,
    Column("report_id", String(64), primary_key=True),
    Column("search_id", String(64), nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),
)
"""What a technician was shown about his fault; an empty ``text`` where help was given up."""

typed_names = Table(
    "typed_names",
    metadata,
    Column("report_id", String(64), primary_key=True),
    Column("typed", Text, nullable=False),
    Column("settled", Boolean, nullable=False, default=False),
    Column("found", Text, nullable=False, default=""),
    Column("near", JSON, nullable=False),
)
"""Chantiers that were typed while the list did not answer, and what was found when it did."""

dismissals = Table(
    "dismissals",
    metadata,
    Column("report_id", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("dismissed_at", AwareTime, nullable=False),
)
"""Failed reports that need no more looking at."""

message_keys = Table(
    "message_keys",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("message_id", Integer),
    Column("noted_at", AwareTime, nullable=False),
)
"""What workflows had sent, by their Idempotency-Key. An earlier version's ``sent_messages`` had no time: nobody reads it."""

events = Table(
    "events",
    metadata,
    Column("event_id", String(96), primary_key=True),
    Column("url", String(500), primary_key=True),
    Column("body", Text, nullable=False),
    Column("planned_at", AwareTime, nullable=False),
    Column("ended", Boolean, nullable=False, default=False),
)
"""What webhooks are told, one row an address."""

event_troubles = Table(
    "event_troubles",
    metadata,
    Column("event_id", String(96), primary_key=True),
    Column("url", String(500), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("tried_at", AwareTime, nullable=False),
    Column("dropped", Boolean, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("dismissed_at", AwareTime),
)
"""Events that an address did not take at once; ``dropped`` ones are not brought any more, for *reason* nobody minds."""

steps = Table(
    "steps",
    metadata,
    Column("report_id", String(64), primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("last_error", Text),
    Column("updated_at", AwareTime),
)


async def add_once(
    db: AsyncConnection, table: Table, values: Mapping[str, Any]
) -> bool:
    """Insert a row unless its key is there; say whether it was inserted."""
    result = await db.execute(
        inserted(db, table)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(*table.primary_key.columns)  # rowcount is -1 with psycopg
    )
    return result.first() is not None


async def put(db: AsyncConnection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or make the row of that key say *values*."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in keys}
    await db.execute(
        inserted(db, table)
        .values(**values)
        .on_conflict_do_update(index_elements=keys, set_=changed)
    )
