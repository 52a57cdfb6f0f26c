"""Shows a notice's photos and files: brought up from storage, put together as albums, each sent once."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from chassis.telegram import TelegramSession
from chassis.telegram.failures import ExpiredReference
from chassis.telegram.media import LONGEST_CAPTION, NO_CAPTION, Family, Item, family
from chassis.telegram.sending import Text, parsed
from contracts.errors import Forbidden, NotFound, Rejected, ServiceError
from notifier.albums import albums_of
from notifier.media_table import MediaTable
from notifier.uploads import Missing, Piece, Uploads

logger = logging.getLogger(__name__)

_OF_A_KIND = "chat_send_"
"""Begins what a group says that allows texts alone, or no videos: core.telegram.org, ``CHAT_SEND_PHOTOS_FORBIDDEN`` and its like."""


class Gallery:
    """
    Brings media to the group, whatever came of earlier tries.

    What goes together is written down before it is sent, and sent again in the same company and with the same
    ``random_id``; so an album of which nobody knows whether it arrived is found by Telegram as a whole.
    """

    def __init__(
        self, table: MediaTable, telegram: TelegramSession, uploads: Uploads
    ) -> None:
        self._table = table
        self._telegram = telegram
        self._uploads = uploads

    async def plan_text(self, notice: Row[Any]) -> None:
        """Choose, before anything of *notice* is sent, which of its media bears the text; none if that were to delay it."""
        media = await self._table.of(notice.id)
        text = await _text(notice)
        if (
            text.length > LONGEST_CAPTION
            or not media
            or any(row.bears_text for row in media)
        ):
            return
        try:
            pieces, _ = await self._uploads.pieces(notice, media)
        except ServiceError as error:
            logger.info(
                "the text goes first: %s", error.detail, extra={"notice": notice.id}
            )
            return
        await self._plan(notice, pieces, may_bear_text=True)

    async def show_text(self, notice: Row[Any]) -> Row[Any] | None:
        """
        Send the album that bears *notice*'s text, if one does; what bears it then, with its message id.

        Raises:
            ServiceError: It may have been sent; another try will tell.
        """
        lead = await self._lead(notice.id)
        if lead is None or lead.sent_at is not None:
            return lead
        if (await _text(notice)).length <= LONGEST_CAPTION:
            await self.show(notice, album=lead.album)
            lead = await self._lead(notice.id)
        if lead is not None and lead.sent_at is not None:
            return lead
        await self._table.bear_no_text(notice.id)
        return None

    async def show(self, notice: Row[Any], album: int | None = None) -> list[Missing]:
        """
        Send *album*, or else all, unless it was sent; what cannot be.

        Raises:
            ServiceError: Another try may help, or the group gets nothing at all.
        """
        media = [row for row in await self._table.of(notice.id) if row.sent_at is None]
        if album is not None:
            media = [row for row in media if row.album == album]
        pieces, missing = await self._uploads.pieces(notice, media)
        await self._plan(notice, [p for p in pieces if p.row.album is None])
        planned = {row.place: row for row in await self._table.of(notice.id)}
        ready = [
            replace(piece, row=planned[piece.row.place])
            for piece in pieces
            if piece.row.place in planned
        ]
        ready.sort(key=lambda piece: (piece.row.album, piece.row.place))
        for _, together in groupby(ready, key=lambda piece: piece.row.album):
            missing += await self._send(notice, list(together))
        return missing

    async def outgrown(self, notice: Row[Any]) -> bool:
        """Whether the text stands as a caption and is too long for one now."""
        if await self._lead(notice.id) is None:
            return False
        return (await _text(notice)).length > LONGEST_CAPTION

    async def empty_caption(self, notice: Row[Any]) -> None:
        """Take the text away from what bore it, if that is still there."""
        lead = await self._lead(notice.id)
        if lead is not None and lead.message_id is not None:
            with suppress(NotFound):
                await self._telegram.empty_caption(notice.chat_id, lead.message_id)
        await self.bear_no_text(notice)

    async def bear_no_text(self, notice: Row[Any]) -> None:
        """Note that none of the media bears the text any more."""
        await self._table.bear_no_text(notice.id)

    async def _lead(self, notice_id: str) -> Row[Any] | None:
        media = await self._table.of(notice_id)
        return next((row for row in media if row.bears_text), None)

    async def _plan(
        self,
        notice: Row[Any],
        pieces: Sequence[Piece],
        *,
        may_bear_text: bool = False,
    ) -> None:
        files = {piece.row.place: piece.file_id for piece in pieces}
        albums = albums_of(files)
        if albums:
            bears_text = may_bear_text and family(files[albums[0][0]]) != Family.ALONE
            await self._table.plan(notice.id, albums, bears_text=bears_text)

    async def _send(self, notice: Row[Any], pieces: list[Piece]) -> list[Missing]:
        """Send *pieces* together, else one by one, so that a bad one does not keep the others back; what could not be sent."""
        try:
            await self._send_renewed(notice, pieces)
        except (Rejected, Forbidden) as error:
            if isinstance(error, Forbidden) and not error.code.startswith(_OF_A_KIND):
                raise
            if len(pieces) == 1:
                row = pieces[0].row
                return [Missing(row.place, row.name, error)]
            return [
                missing
                for piece in pieces
                for missing in await self._send(notice, [piece])
            ]
        return []

    async def _send_renewed(self, notice: Row[Any], pieces: list[Piece]) -> None:
        """Send *pieces*; those that storage has are brought up again when Telegram has forgotten them."""
        try:
            await self._send_now(notice, pieces)
        except ExpiredReference:
            renewed = [await self._uploads.renewed(notice, p) for p in pieces]
            try:
                await self._send_now(notice, renewed)
            except ExpiredReference as error:
                raise Rejected(
                    "The file_id has expired; PUT the notice with a fresh one, or with the file's storage path.",
                    code=error.code,
                ) from error

    async def _send_now(self, notice: Row[Any], pieces: list[Piece]) -> None:
        text = await _text(notice)
        items = [
            Item(
                piece.file_id,
                key=f"notice:{notice.id}:media:{piece.row.place}",
                caption=text if piece.row.bears_text else NO_CAPTION,
            )
            for piece in pieces
        ]
        ids = await self._telegram.send_media(
            notice.chat_id, items, silent=notice.silent, topic_id=notice.topic_id
        )
        places = (piece.row.place for piece in pieces)
        await self._table.sent(notice.id, dict(zip(places, ids, strict=True)))
        self._uploads.shown(notice, (piece.row for piece in pieces))
        logger.info("media sent", extra={"notice": notice.id, "media": len(pieces)})


async def _text(notice: Row[Any]) -> Text:
    return await parsed(notice.text, is_html=notice.format == "html")
