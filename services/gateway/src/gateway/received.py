"""What technicians sent: each photo and text is one row, whatever becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.telegram import IncomingMessage, MediaKind
from gateway import database
from gateway.database import messages, replaced_files
from gateway.file_names import FileKind, file_extension, file_kind

_FILES = frozenset(
    {
        MediaKind.PHOTO,
        MediaKind.VIDEO,
        MediaKind.ANIMATION,
        MediaKind.DOCUMENT,
        MediaKind.AUDIO,
        MediaKind.VIDEO_NOTE,
    }
)
LEFT_BEHIND = timedelta(days=1)
"""What nobody has claimed for longer joins a report only where its technician says so."""
DISCARDED = "-"
"""Stands for the report of what a technician sent and then dropped; before a report's id, for what he deleted of it."""


@dataclass(frozen=True)
class Received:
    """
    One message. ``kind`` is ``None`` for a text; ``name`` is given when its report closes, ``path`` when it is filed.

    ``text`` is its part of the description.
    """

    chat_id: int
    message_id: int
    sent_at: datetime
    kind: FileKind | None = None
    text: str = ""
    report_id: str | None = None
    media_group_id: int | None = None
    file_id: str | None = None
    extension: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    name: str | None = None
    path: str | None = None
    sha256: str | None = None


def is_file(message: IncomingMessage) -> bool:
    """Whether a message holds something that can be filed; what has no bytes can not."""
    media = message.media
    return media is not None and media.kind in _FILES and media.size_bytes > 0


def received(message: IncomingMessage) -> Received:
    """Read a message as it is to be kept."""
    row = Received(
        message.chat_id,
        message.message_id,
        message.sent_at,
        text=message.text.strip(),
        media_group_id=message.media_group_id,
    )
    media = message.media
    if media is None:
        return row
    is_photo = media.kind is MediaKind.PHOTO
    mime_type = media.mime_type or "application/octet-stream"
    return replace(
        row,
        kind=FileKind.PHOTO if is_photo else file_kind(mime_type),
        file_id=media.file_id,
        extension=".jpg" if is_photo else file_extension(media.file_name, mime_type),
        mime_type=mime_type,
        size_bytes=media.size_bytes,
    )


def technician(message: IncomingMessage) -> str:
    """Who sent it, as he calls himself."""
    return message.sender.full_name if message.sender else ""


async def add(db: AsyncConnection, row: Received) -> bool:
    """Keep a message; say whether it is new."""
    return await database.add_once(
        db, messages, {**asdict(row), "kind": row.kind or "text"}
    )


async def of_report(db: AsyncConnection, report_id: str) -> tuple[Received, ...]:
    """What a report is made of, by message id; also the files that were filed before their messages got others."""
    query = select(replaced_files).where(replaced_files.c.report_id == report_id)
    stay = [_read(row) for row in (await db.execute(query)).mappings()]
    rows = await _rows(db, messages.c.report_id == report_id)
    return tuple(sorted((*stay, *rows), key=lambda row: row.message_id))


def lately(at: datetime) -> ColumnElement[bool]:
    """Pick what had not been left behind *at* that time: an update may be answered days after it was sent."""
    return messages.c.sent_at >= at - LEFT_BEHIND


def left_behind(at: datetime) -> ColumnElement[bool]:
    return messages.c.sent_at < at - LEFT_BEHIND


def is_message(message_id: int | None) -> ColumnElement[bool]:
    return messages.c.message_id == message_id


def sent_before(message_id: int) -> ColumnElement[bool]:
    return messages.c.message_id < message_id


async def unclaimed(
    db: AsyncConnection, chat_id: int, which: ColumnElement[bool]
) -> tuple[Received, ...]:
    """What was sent before anything was said about it, by message id."""
    return await _rows(db, _unclaimed(chat_id) & which)


async def unclaimed_chats(db: AsyncConnection) -> Sequence[int]:
    """The chats in which something was sent that nobody has said anything about."""
    query = select(messages.c.chat_id).where(messages.c.report_id.is_(None)).distinct()
    return (await db.execute(query)).scalars().all()


async def siblings(db: AsyncConnection, row: Received) -> tuple[Received, ...]:
    """Find the message itself and the rest of its album, as far as they are kept, by message id."""
    same = messages.c.message_id == row.message_id
    if row.media_group_id is not None:
        same |= messages.c.media_group_id == row.media_group_id
    return await _rows(db, (messages.c.chat_id == row.chat_id) & same)


async def kept(
    db: AsyncConnection, row: Received, *, for_update: bool = False
) -> Received | None:
    """Find the message as it is kept."""
    same = (messages.c.chat_id == row.chat_id) & (
        messages.c.message_id == row.message_id
    )
    return next(iter(await _rows(db, same, for_update=for_update)), None)


async def claim(
    db: AsyncConnection, chat_id: int, which: ColumnElement[bool], report_id: str
) -> bool:
    """Give what `unclaimed` finds to a report, or drop it as ``DISCARDED``; say whether there was any."""
    result = await db.execute(
        update(messages).where(_unclaimed(chat_id) & which).values(report_id=report_id)
    )
    return result.rowcount > 0


def album_owner(rows: Sequence[Received]) -> str | None:
    """Where what comes late to *rows*, an album, belongs; one report stands before what was dropped without its name."""
    owners = [row.report_id for row in rows if row.report_id is not None]
    named = (owner.removeprefix(DISCARDED) for owner in owners)
    return next(filter(None, named), DISCARDED if owners else None)


def description(rows: Sequence[Received]) -> str:
    """All texts and captions, in the order in which they were sent."""
    return "\n".join(row.text for row in rows if row.text)


def kinds(rows: Sequence[Received]) -> tuple[FileKind, ...]:
    return tuple(row.kind for row in rows if row.kind is not None)


def _unclaimed(chat_id: int) -> ColumnElement[bool]:
    return (messages.c.chat_id == chat_id) & messages.c.report_id.is_(None)


async def _rows(
    db: AsyncConnection, condition: ColumnElement[bool], *, for_update: bool = False
) -> tuple[Received, ...]:
    query = select(messages).where(condition).order_by(messages.c.message_id)
    if for_update:
        query = query.with_for_update()
    return tuple(_read(row) for row in (await db.execute(query)).mappings())


def _read(row: Mapping[Any, Any]) -> Received:
    kind = None if row["kind"] == "text" else FileKind(row["kind"])
    return Received(**{**row, "kind": kind})


async def change(db: AsyncConnection, row: Received, **values: object) -> None:
    await db.execute(changed(row).values(**values))


def changed(row: Received) -> Update:
    return update(messages).where(
        messages.c.chat_id == row.chat_id, messages.c.message_id == row.message_id
    )
