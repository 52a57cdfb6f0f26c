"""Reading and writing the photos and files of notices, each method one transaction."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.notices import MAX_MEDIA
from notifier.database import WantedMedia, notice_media, notices


class MediaTable:
    """Every method is harmless when repeated. A medium's ``place`` is its own for ever: its ``random_id`` comes of it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, notice_id: str) -> Sequence[Row[Any]]:
        """A notice's photos and files, in the order they were asked for."""
        async with self._engine.connect() as connection:
            return await _of(connection, notice_id)

    async def not_sent(self) -> Sequence[Row[Any]]:
        """What no group sees yet, of all notices."""
        query = select(notice_media).where(notice_media.c.sent_at.is_(None))
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).all()

    async def uploaded(self, notice_id: str, place: int, file_id: str) -> None:
        """Note as what Telegram has a file that came from storage."""
        async with self._engine.begin() as connection:
            await connection.execute(_update(notice_id, [place], uploaded=file_id))

    async def plan(
        self, notice_id: str, albums: Sequence[Sequence[int]], *, bears_text: bool
    ) -> None:
        """Note that the places of each of *albums* go together; the first of all bears the text, or none does."""
        async with self._engine.begin() as connection:
            known = await _of(connection, notice_id)
            first = 1 + max((row.album or 0 for row in known), default=0)
            for number, places in enumerate(albums, first):
                await connection.execute(_update(notice_id, places, album=number))
            if bears_text:
                lead = albums[0][:1]
                await connection.execute(_update(notice_id, lead, bears_text=True))

    async def sent(self, notice_id: str, ids: Mapping[int, int | None]) -> None:
        """Note the message ids of what was sent, by place; ``None`` where Telegram does not say."""
        async with self._engine.begin() as connection:
            now = datetime.now(UTC)
            for place, message_id in ids.items():
                await connection.execute(
                    _update(notice_id, [place], message_id=message_id, sent_at=now)
                )
            query = select(notices.c.message_ids).where(notices.c.id == notice_id)
            known = (await connection.execute(query)).scalar_one()
            listed = await message_ids(connection, notice_id, next(iter(known), None))
            await connection.execute(
                update(notices)
                .where(notices.c.id == notice_id)
                .values(message_ids=listed)
            )

    async def bear_no_text(self, notice_id: str) -> None:
        """Note that the text stands, or will stand, in a message of its own."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(notice_media)
                .where(notice_media.c.notice_id == notice_id)
                .values(bears_text=False)
            )


async def message_ids(
    connection: AsyncConnection, notice_id: str, text_id: int | None
) -> list[int | None]:
    """All messages of a notice: that of its text, known or not, then those of its media that are known."""
    shown = [row.message_id for row in await _of(connection, notice_id)]
    return [text_id, *(number for number in shown if number not in {None, text_id})]


async def want_media(
    connection: AsyncConnection,
    notice_id: str,
    wanted: Sequence[WantedMedia],
    revision: int,
) -> bool:
    """
    Note what *revision* shall show; whether any of it is new.

    What was asked for before and is not now is forgotten, unless it is sent or on its way. Its place stays empty, as its
    upload may not have ended: each revision has places of its own.
    """
    known = {row.source: row for row in await _of(connection, notice_id)}
    last = max((row.place for row in known.values()), default=0)
    place = max(last + 1, MAX_MEDIA * (revision - 1) + 1)
    new = {media.source: media for media in wanted if media.source not in known}
    for number, media in enumerate(new.values(), place):
        await connection.execute(
            insert(notice_media).values(
                notice_id=notice_id,
                place=number,
                source=media.source,
                path=media.path,
                file_id=media.file_id,
                kind=media.kind,
                name=media.name,
                bears_text=False,
            )
        )
    for media in wanted:
        if media.source in known and media.file_id is not None:
            place = known[media.source].place
            await connection.execute(_update(notice_id, [place], file_id=media.file_id))
    sources = [media.source for media in wanted]
    await connection.execute(
        delete(notice_media).where(
            notice_media.c.notice_id == notice_id,
            notice_media.c.album.is_(None),
            notice_media.c.source.not_in(sources),
        )
    )
    return bool(new)


async def _of(connection: AsyncConnection, notice_id: str) -> Sequence[Row[Any]]:
    query = (
        select(notice_media)
        .where(notice_media.c.notice_id == notice_id)
        .order_by(notice_media.c.place)
    )
    return (await connection.execute(query)).all()


def _update(notice_id: str, places: Sequence[int], **values: Any) -> Any:
    return (
        update(notice_media)
        .where(notice_media.c.notice_id == notice_id, notice_media.c.place.in_(places))
        .values(**values)
    )
